package sqlgen

import (
	"fmt"
	"slices"
	"strings"

	"changrong/internal/policy"
	"changrong/internal/policy/expr"
)

// selection is what items and indicators choose rows by, as a query in the making:
// the common table expression "tested" has, for every row, the answers and what
// else is asked for.
type selection struct {
	b       *block
	f       *frame
	v       *verdict
	columns []string
	first   string // the column of the first-loan condition, "" when there is none
}

// tested begins a selection: the row's own conditions, those on rows of other
// tables, and first-loan borrowers.
func (g *generator) tested(b *block, f *frame, it *policy.Item) *selection {
	s := &selection{b: b, f: f, v: g.judge(f, it.When)}
	for i, r := range it.Related {
		g.related(s, it, fmt.Sprintf("related_%d", i+1), r)
	}
	if it.FirstLoan != "" {
		s.first = s.v.answer(g.firstLoan(f, it.FirstLoan))
		s.v.name("loan.first_loan", s.first+" IS NULL")
	}
	return s
}

// finish writes "tested" with the further columns asked for. A row for which a
// condition is false is out, unless keep holds.
func (s *selection) finish(keep string) {
	all := slices.Concat(s.columns, s.v.columns)
	s.b.add("answered", "每一行与各条件的答案，NULL为未知  every row with the answer to each condition", "SELECT\n"+list(all...)+"\n"+s.f.source())
	s.b.add("tested", "", "SELECT *\nFROM answered\nWHERE "+keep)
}

// related adds the condition that there is, or is not, a row of another table.
func (g *generator) related(s *selection, it *policy.Item, name string, r policy.Related) {
	f := g.childFrame(it.Table, r.Table)
	v := g.judge(f, r.When)
	columns := slices.Concat(key(it.Table.Row, it.Table), v.columns)
	names := sortedNames(v)
	grouped := []string{
		"MAX(CASE WHEN " + v.all() + " THEN 2 WHEN (" + v.all() + ") IS NULL THEN 1 ELSE 0 END) AS answer",
	}
	for i, n := range names {
		grouped = append(grouped, fmt.Sprintf("MAX(CASE WHEN (%s) IS NULL AND ((%s)) THEN 1 ELSE 0 END) AS n%d",
			v.all(), strings.Join(v.names[n], ") OR ("), i+1))
	}
	keys := keyNames(it.Table.Key)
	s.b.add(name, fmt.Sprintf("%s：2有，1或有，0无  rows of %s: 2 there is one, 1 there may be", r.Table.Zh, r.Table.Name),
		"SELECT "+keys+",\n"+list(grouped...)+"\nFROM (\n"+indent("SELECT\n"+list(columns...)+"\n"+f.source())+"\n) AS child\nGROUP BY "+keys)
	s.f.joins = append(s.f.joins, "LEFT JOIN "+name+" ON "+onKey(name, it.Table.Row, it.Table))
	g.read(it.Table, it.Table.Key...)
	yes, no := "TRUE", "FALSE"
	if r.Not {
		yes, no = no, yes
	}
	c := s.v.answer(fmt.Sprintf("CASE COALESCE(%s.answer, 0) WHEN 2 THEN %s WHEN 0 THEN %s END", name, yes, no))
	for i, n := range names {
		u := fmt.Sprintf("%s_n%d", name, i+1)
		s.v.columns = append(s.v.columns, fmt.Sprintf("%s.n%d = 1 AS %s", name, i+1, u))
		s.v.name(n, u+" AND "+c+" IS NULL")
	}
}

// bank adds the condition that an enterprise has an earliest row, and returns the
// institution that row names.
func (g *generator) bank(s *selection, it *policy.Item) string {
	e := it.Bank
	f := g.childFrame(it.Table, e.Table)
	v := g.judge(f, e.When)
	g.read(e.Table, "institution_id", e.By.Name)
	row := e.Table.Row
	columns := slices.Concat(key(it.Table.Row, it.Table),
		[]string{row + ".institution_id", row + "." + column(e.By.Name) + " AS by_day"}, v.columns)
	s.b.add("bank_rows", e.Table.Zh+"中可选的行  rows that may be picked", "SELECT child.*, "+v.all()+" AS holds\nFROM (\n"+
		indent("SELECT\n"+list(columns...)+"\n"+f.source())+"\n) AS child\nWHERE "+v.notOut())
	names := sortedNames(v)
	var flags []string
	for i, n := range names {
		flags = append(flags, fmt.Sprintf("MAX(CASE WHEN holds IS NULL AND ((%s)) THEN 1 ELSE 0 END) OVER (PARTITION BY k1) AS n%d",
			strings.Join(v.names[n], ") OR ("), i+1))
	}
	place := "ROW_NUMBER() OVER (PARTITION BY k1 ORDER BY by_day, institution_id, CASE WHEN holds THEN 0 ELSE 1 END) AS place"
	s.b.add("bank", "最早的一行；它未知则所选未知  the earliest of them; when it is unknown, so is the pick",
		"SELECT *\nFROM (\n"+indent("SELECT\n"+list(slices.Concat([]string{"k1", "institution_id", "holds", place}, flags)...)+"\nFROM bank_rows")+
			"\n) AS placed\nWHERE place = 1")
	s.f.joins = append(s.f.joins, "LEFT JOIN bank ON "+onKey("bank", it.Table.Row, it.Table))
	c := s.v.answer("CASE WHEN bank.k1 IS NULL THEN FALSE ELSE bank.holds END")
	for i, n := range names {
		u := fmt.Sprintf("bank_n%d", i+1)
		s.v.columns = append(s.v.columns, fmt.Sprintf("bank.n%d = 1 AS %s", i+1, u))
		s.v.name(n, u+" AND "+c+" IS NULL")
	}
	return "CASE WHEN bank.holds THEN bank.institution_id ELSE " + g.d.text("") + " END"
}

// selectItem makes <item>_select: the rows of an item that are not out, with a
// reason where they are not selected either.
func (g *generator) selectItem(it *policy.Item) {
	b := &block{}
	f := g.rowFrame(it.Table)
	s := g.tested(b, f, it)
	row := it.Table.Row
	own := func(c string) string {
		if it.Table.Column(c) == nil {
			return g.d.text("")
		}
		g.read(it.Table, c)
		return row + "." + c
	}
	institution := own("institution_id")
	if it.Bank != nil {
		institution = g.bank(s, it)
	}
	s.columns = []string{institution + " AS institution_id", own(it.Subject().Name) + " AS subject_id", own("enterprise_id") + " AS enterprise_id"}
	kept := []string{"institution_id", "subject_id", "enterprise_id"}
	if it.Table.Name == "loans" {
		s.columns = append(s.columns, own("disbursed_on")+" AS disbursed_on")
		kept = append(kept, "disbursed_on")
	}
	kept = append(kept, g.baseFacts(s, it)...)
	reason, keep := "CASE WHEN "+noneUnknown(s.v.answers)+" THEN NULL ELSE 'unknown_fact' END", s.v.notOut()
	detail := "CASE WHEN " + noneUnknown(s.v.answers) + " THEN NULL ELSE " + s.v.detail(g.d) + " END"
	if s.first != "" && it.FirstLoan != policy.YearNotesAllBanks {
		others := slices.DeleteFunc(slices.Clone(s.v.answers), func(c string) bool { return c == s.first })
		s.columns = append(s.columns, g.firstElsewhere(it.FirstLoan)+" AS elsewhere", "first_loan.institution_id AS first_institution_id")
		keep = fmt.Sprintf("(%s)\n  OR (%s)", keep, strings.Join(slices.Concat(others, []string{s.first + " IS FALSE", "elsewhere"}), " AND "))
		reason = "CASE WHEN " + s.first + " IS FALSE THEN 'first_loan_elsewhere' WHEN " + noneUnknown(s.v.answers) + " THEN NULL ELSE 'unknown_fact' END"
		detail = "CASE WHEN " + s.first + " IS FALSE THEN first_institution_id WHEN " + noneUnknown(s.v.answers) + " THEN NULL ELSE " + s.v.detail(g.d) + " END"
	}
	s.finish(keep)
	g.step(g.items[it]+"_select", title(it, "1 选取 select", describe(it.When), "rows for which no condition is false; with unknown ones they wait"),
		b.query("SELECT\n"+list(slices.Concat(kept, []string{reason + " AS reason", detail + " AS detail"})...)+"\nFROM tested"))
}

// noneUnknown is the condition that every one of conditions that are not false
// is known to hold.
func noneUnknown(answers []string) string {
	if len(answers) == 0 {
		return "TRUE"
	}
	return "(" + strings.Join(answers, " AND ") + ") IS NOT NULL"
}

func describe(when []*expr.Expr) string {
	phrases := make([]string, len(when))
	for i, e := range when {
		phrases[i] = e.Zh()
	}
	return strings.Join(phrases, "；")
}
