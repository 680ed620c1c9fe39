package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
)

// Generate writes plan as SQL for an engine.
// Errors: sqlgen.rows for an item about rows that have no text to be known by,
// sqlgen.text for a text with a NUL in it, which no engine takes and no fact holds.
func Generate(plan *policy.Plan, d Dialect) (*Script, error) {
	g := &generator{
		plan: plan, d: d, reads: map[string]map[string]bool{}, made: map[string]bool{}, checked: map[string]bool{},
		items: map[*policy.Item]string{}, groups: map[*policy.Group]string{}, pools: map[*policy.Pool]string{},
		script: &Script{Dialect: d.Name(), Policy: plan.Policy},
	}
	g.baptize()
	for _, it := range plan.Items {
		if !it.Subject().Type.Textual() {
			return nil, fault.Invalidf("sqlgen.rows", "项目 %s 的行没有可辨认的编号", "rows of %s are not known by a text", it.ID)
		}
	}
	for _, it := range plan.Items {
		g.selectItem(it)
	}
	for _, group := range plan.Groups {
		g.assign(group)
	}
	for _, it := range plan.Items {
		g.gate(it)
		g.amount(it)
	}
	for _, group := range plan.Groups {
		g.deduct(group)
	}
	for _, it := range plan.Items {
		g.cap(it)
	}
	for _, p := range plan.Pools {
		g.pool(p)
	}
	g.round()
	for _, ind := range plan.Indicators {
		g.measure(ind)
	}
	g.report()
	g.finish()
	if strings.ContainsRune(g.script.String(), 0) {
		return nil, fault.New(fault.Invalid, "sqlgen.text", "政策包中的文本含空字符", "a text of the pack holds a NUL")
	}
	return g.script, nil
}

// generator writes one script.
type generator struct {
	plan     *policy.Plan
	d        Dialect
	reads    map[string]map[string]bool // facts, by table and column
	made     map[string]bool            // tables that several steps use
	checked  map[string]bool            // links
	items    map[*policy.Item]string    // what their tables begin with
	groups   map[*policy.Group]string
	pools    map[*policy.Pool]string
	measures []string // what the tables of indicators begin with
	script   *Script
}

// baptize finds the names that tables of items, groups, pools and indicators begin with.
func (g *generator) baptize() {
	taken := map[string]bool{}
	for _, it := range g.plan.Items {
		g.items[it] = identifier(it.ID, taken)
	}
	taken = map[string]bool{}
	for _, group := range g.plan.Groups {
		g.groups[group] = identifier(group.ID, taken)
	}
	taken = map[string]bool{}
	for _, p := range g.plan.Pools {
		g.pools[p] = identifier(p.ID, taken)
	}
	taken = map[string]bool{}
	for _, ind := range g.plan.Indicators {
		g.measures = append(g.measures, identifier(ind.ID, taken))
	}
}

// maxIdentifier leaves room for what is appended: PostgreSQL cuts names at 63.
const maxIdentifier = 40

// identifier makes a name of tables of an id, one that is not taken yet.
func identifier(id string, taken map[string]bool) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '_'
	}, id)
	s = s[:min(len(s), maxIdentifier)]
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		s = "n" + s
	}
	name := s
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", s, n)
	}
	taken[name] = true
	return name
}

// read notes that columns of a table of facts are read.
func (g *generator) read(t *fact.Table, columns ...string) {
	if g.reads[t.Name] == nil {
		g.reads[t.Name] = map[string]bool{}
	}
	for _, c := range columns {
		g.reads[t.Name][c] = true
	}
}

// facts notes that columns of the named table of facts are read, and returns its name.
func (g *generator) facts(table string, columns ...string) string {
	g.read(fact.Lookup(table), columns...)
	return table
}

// step adds a statement that makes a table.
func (g *generator) step(name, explain, query string) {
	g.script.Steps = append(g.script.Steps, Statement{Name: name, Comment: explain, SQL: g.d.create(name, query)})
}

// check asks that a link leads somewhere.
func (g *generator) check(t *fact.Table, l *fact.Link) {
	if g.checked[t.Name+"."+l.Name] {
		return
	}
	g.checked[t.Name+"."+l.Name] = true
	var known, same []string
	for i, c := range fact.Lookup(l.Table).Key {
		g.read(t, l.On[i])
		g.read(fact.Lookup(l.Table), c)
		if t.Column(l.On[i]).None {
			known = append(known, fmt.Sprintf("a.%s <> ''", l.On[i]))
		} else {
			known = append(known, fmt.Sprintf("a.%s IS NOT NULL", l.On[i]))
		}
		same = append(same, fmt.Sprintf("b.%s = a.%s", c, l.On[i]))
	}
	g.script.Checks = append(g.script.Checks, Check{Table: t, Link: l, SQL: fmt.Sprintf(
		"SELECT COUNT(*) FROM %s AS a WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS b WHERE %s)",
		t.Name, strings.Join(known, " AND "), l.Table, strings.Join(same, " AND "))})
}

// finish writes what has to stand first and is known last.
func (g *generator) finish() {
	for _, t := range fact.Tables() {
		if g.reads[t.Name] == nil {
			continue
		}
		r := Reads{Table: t}
		for _, c := range t.Stored() {
			if g.reads[t.Name][c] {
				r.Columns = append(r.Columns, c)
			}
		}
		g.script.Reads = append(g.script.Reads, r)
	}
	g.script.Setup = g.d.setup(g.script.Reads)
}

// title is the comment of a step of an item.
func title(it *policy.Item, step, zh, en string) string {
	return fmt.Sprintf("%s %s（%s）\n%s %s\n%s", it.Clause, it.Title, it.ID, step, zh, en)
}

// loanMonths makes the table of month-end balances and returns its name:
// m0 … mk of every note, NULL where the note was open and has none.
func (g *generator) loanMonths() string {
	const name = "loan_months"
	if g.made[name] {
		return name
	}
	g.made[name] = true
	g.facts("month_balances", "institution_id", "loan_id", "month", "balance")
	g.facts("loans", "institution_id", "loan_id", "disbursed_on", "closed_on")
	months := g.months()
	var found, filled []string
	for i, m := range months {
		found = append(found, fmt.Sprintf("MAX(CASE WHEN month = %d THEN balance END) AS m%d", m, i))
		filled = append(filled, fmt.Sprintf("COALESCE(balances.m%[1]d, CASE WHEN loan.disbursed_on <= %[2]d AND %[2]d < loan.closed_on THEN NULL ELSE 0 END) AS m%[1]d /* %[3]s */",
			i, m.Last(), m))
	}
	b := &block{}
	b.add("balances", "", "SELECT institution_id, loan_id,\n"+list(found...)+fmt.Sprintf(
		"\nFROM month_balances\nWHERE month BETWEEN %d AND %d\nGROUP BY institution_id, loan_id", months[0], months[len(months)-1]))
	g.step(name, "每笔借据的月末余额：m0为期初，m1起为期内各月；未发放或已结清为0，应有而缺为NULL\n"+
		"month-end balances of every note: 0 when it was not open, NULL when it was and has none",
		b.query("SELECT\n"+list(slices.Concat([]string{"loan.institution_id", "loan.loan_id"}, filled)...)+
			"\nFROM loans AS loan\nLEFT JOIN balances ON balances.institution_id = loan.institution_id AND balances.loan_id = loan.loan_id"))
	return name
}

// months are the months whose ends are M_0, M_1, …, M_k.
func (g *generator) months() []civil.Month {
	return append([]civil.Month{g.plan.Opening()}, g.plan.Months()...)
}
