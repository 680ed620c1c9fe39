package policy

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// Cells are rows of tables as texts: table → rows → column → cell.
type Cells map[string][]map[string]string

// CaseFile is one file of cases/: small facts and the amounts worked out by hand.
type CaseFile struct {
	File  string
	Item  string // the item, or "" for indicators
	Cases []Case
}

// Case is one of them.
type Case struct {
	Name     string
	Why      string // how the expected amounts were worked out
	Readings map[string]string
	Facts    Cells
	// Items are the items whose results are expected to be exactly those below.
	Items      []string
	Totals     []WantTotal
	SetAside   []WantAside
	Excluded   []WantAside
	Indicators []WantIndicator
	At         fault.Place
}

// WantTotal is an expected total; nil fields are not compared.
type WantTotal struct {
	Item, Payee          string
	Rows                 *int64
	Base, Amount, Pooled *money.Fen
	Paid                 money.Fen
}

// WantAside is a row expected to wait or to be excluded; an empty Detail is not compared.
type WantAside struct{ Item, Institution, Subject, Reason, Detail string }

// WantIndicator is an expected value, in fen for money, in ppb for rates.
type WantIndicator struct {
	ID    string
	Value int64
	Met   bool
}

type sharedDoc struct {
	Names    map[string]Word              `yaml:"names" doc:"代码的简称，用于案例中"`
	Defaults map[string]map[string]Word   `yaml:"defaults" doc:"各表未写的列取什么值"`
	Facts    map[string][]map[string]Word `yaml:"facts" doc:"各案例共用的事实"`
}

type caseFileDoc struct {
	Item  Word                         `yaml:"item" doc:"所验证的资金项目；验证指标时不写"`
	Given map[string][]map[string]Word `yaml:"given" doc:"本文件各案例共用的事实"`
	Cases []caseDoc                    `yaml:"cases" required:"true" doc:"案例"`
}

type caseDoc struct {
	Name     Word                         `yaml:"name" required:"true" doc:"名称"`
	Why      Word                         `yaml:"why" required:"true" doc:"手工计算过程"`
	Readings map[string]Word              `yaml:"readings" doc:"本案例所用的理解"`
	Facts    map[string][]map[string]Word `yaml:"facts" doc:"事实；月份可写 2021-07..2021-12"`
	Expect   expectDoc                    `yaml:"expect" required:"true" doc:"应得结果"`
}

type expectDoc struct {
	Totals     []totalDoc         `yaml:"totals" doc:"各收款人的合计"`
	SetAside   []asideDoc         `yaml:"set_aside" doc:"待补事实或待决定的行"`
	Excluded   []asideDoc         `yaml:"excluded" doc:"不重复享受或未达条件而排除的行"`
	Indicators []wantIndicatorDoc `yaml:"indicators" doc:"指标值"`
}

type totalDoc struct {
	Item   Word  `yaml:"item" doc:"资金项目；不写为本文件的项目"`
	Payee  Word  `yaml:"payee" required:"true" doc:"收款人"`
	Rows   *Word `yaml:"rows" doc:"行数"`
	Base   *Word `yaml:"base" doc:"限额前基数之和"`
	Amount *Word `yaml:"amount" doc:"封顶后金额之和"`
	Pooled *Word `yaml:"pool_amount" doc:"资金池分配后之和"`
	Paid   Word  `yaml:"paid" required:"true" doc:"拨付金额"`
}

type asideDoc struct {
	Item        Word `yaml:"item" doc:"资金项目；不写为本文件的项目"`
	Institution Word `yaml:"institution" doc:"金融机构"`
	Subject     Word `yaml:"subject" required:"true" doc:"行的编号"`
	Reason      Word `yaml:"reason" required:"true" doc:"原因"`
	Detail      Word `yaml:"detail" doc:"所缺的事实等；不写则不比较"`
}

type wantIndicatorDoc struct {
	ID    Word `yaml:"id" required:"true" doc:"指标"`
	Value Word `yaml:"value" required:"true" doc:"值"`
	Met   bool `yaml:"met" doc:"是否达到目标"`
}

const sharedCases = "cases/_shared.yaml"

// loadCases reads cases/*.yaml; _shared.yaml holds what they have in common.
func (p *Pack) loadCases(fsys fs.FS) error {
	var shared sharedDoc
	if slices.Contains(p.Files, sharedCases) {
		if err := readYAML(fsys, sharedCases, &shared); err != nil {
			return err
		}
	}
	for _, name := range p.Files {
		if path.Dir(name) != "cases" || name == sharedCases {
			continue
		}
		var d caseFileDoc
		if err := readYAML(fsys, name, &d); err != nil {
			return err
		}
		if err := required(name, &d); err != nil {
			return err
		}
		if d.Item.Text != "" && !slices.ContainsFunc(p.items, func(it *itemDoc) bool { return it.ID.Text == d.Item.Text }) {
			return in(name, wrong(d.Item, "pack.unknown_item", "没有这个资金项目", "no such item"))
		}
		r := &caseReader{shared: &shared, file: &d}
		f := &CaseFile{File: name, Item: d.Item.Text}
		for _, cd := range d.Cases {
			c, err := r.read(p, cd)
			if err != nil {
				return in(name, err)
			}
			c.At.File = name
			f.Cases = append(f.Cases, c)
		}
		p.Cases = append(p.Cases, f)
	}
	return nil
}

type caseReader struct {
	shared *sharedDoc
	file   *caseFileDoc
}

func (r *caseReader) read(p *Pack, d caseDoc) (Case, error) {
	c := Case{Name: d.Name.Text, Why: d.Why.Text, Readings: map[string]string{}, Facts: Cells{}, At: d.Name.At}
	for name, w := range d.Readings {
		if rd := p.Reading(name); rd == nil || !rd.has(w.Text) {
			return c, wrong(w, "pack.reading_value", "没有这个理解或这个取值："+name, "no such reading or value: "+name)
		}
		c.Readings[name] = w.Text
	}
	for _, facts := range []map[string][]map[string]Word{r.shared.Facts, r.file.Given, d.Facts} {
		for _, table := range slices.Sorted(maps.Keys(facts)) {
			t := fact.Lookup(table)
			if t == nil {
				return c, wrong(d.Name, "pack.unknown_table", "没有事实表 "+table, "there is no table "+table)
			}
			for _, row := range facts[table] {
				if err := r.row(t, row, c.Facts); err != nil {
					return c, err
				}
			}
		}
	}
	return c, r.expect(&c, d.Expect)
}

// row turns one written row into cells: names into codes, quantities into the
// units of files, a span of months into a row each.
func (r *caseReader) row(t *fact.Table, row map[string]Word, cells Cells) error {
	out := make(map[string]string, len(row))
	var months []civil.Month
	for name, w := range r.shared.Defaults[t.Name] {
		if _, written := row[name]; !written {
			row[name] = w
		}
	}
	for _, name := range slices.Sorted(maps.Keys(row)) {
		w, c := row[name], t.Column(name)
		if c == nil || c.Derived {
			return wrong(w, "pack.unknown_column", t.Name+" 没有列 "+name, t.Name+" has no column "+name)
		}
		if c.Type == fact.Month && strings.Contains(w.Text, "..") {
			var err error
			if months, err = span(w); err != nil {
				return err
			}
			continue
		}
		text, err := r.cell(c, w)
		if err != nil {
			return err
		}
		out[name] = text
	}
	if months == nil {
		cells[t.Name] = append(cells[t.Name], out)
		return nil
	}
	for _, m := range months {
		one := maps.Clone(out)
		one["month"] = m.String()
		cells[t.Name] = append(cells[t.Name], one)
	}
	return nil
}

func span(w Word) ([]civil.Month, error) {
	from, to, _ := strings.Cut(w.Text, "..")
	a, err := civil.ParseMonth(from)
	if err != nil {
		return nil, at(err, w)
	}
	b, err := civil.ParseMonth(to)
	if err != nil {
		return nil, at(err, w)
	}
	if b < a || b-a > 120 {
		return nil, wrong(w, "pack.span", "月份起止不对", "a wrong span of months")
	}
	return civil.Range{First: a.First(), Last: b.Last()}.Months(), nil
}

func (r *caseReader) cell(c *fact.Column, w Word) (string, error) {
	switch {
	case c.Type == fact.USCC || c.Name == "subject_id":
		return r.name(w), nil
	case c.Type == fact.Fen && strings.Contains(w.Text, "元"):
		q, err := money.ParseAmount(w.Text)
		return q.Fen.String(), at(err, w)
	case c.Type == fact.Rate:
		return strings.TrimSuffix(w.Text, "%"), nil
	}
	return w.Text, nil
}

// name puts in the code that a short name stands for.
func (r *caseReader) name(w Word) string {
	if full, ok := r.shared.Names[w.Text]; ok {
		return full.Text
	}
	return w.Text
}

func (r *caseReader) expect(c *Case, d expectDoc) error {
	seen := map[string]bool{}
	item := func(w Word) string {
		id := w.Text
		if id == "" {
			id = r.file.Item.Text
		}
		if id != "" && !seen[id] {
			seen[id] = true
			c.Items = append(c.Items, id)
		}
		return id
	}
	item(r.file.Item)
	for _, t := range d.Totals {
		want := WantTotal{Item: item(t.Item), Payee: r.name(t.Payee)}
		var rows *money.Fen
		for _, q := range []struct {
			w  *Word
			to **money.Fen
		}{{t.Rows, &rows}, {t.Base, &want.Base}, {t.Amount, &want.Amount}, {t.Pooled, &want.Pooled}} {
			if q.w == nil {
				continue
			}
			f, err := yuan(*q.w)
			if err != nil {
				return err
			}
			*q.to = &f
		}
		if rows != nil {
			want.Rows = new(int64(*rows / money.Yuan))
		}
		paid, err := yuan(t.Paid)
		if err != nil {
			return err
		}
		want.Paid = paid
		c.Totals = append(c.Totals, want)
	}
	for _, a := range d.SetAside {
		c.SetAside = append(c.SetAside, WantAside{item(a.Item), r.name(a.Institution), r.name(a.Subject), a.Reason.Text, a.Detail.Text})
	}
	for _, a := range d.Excluded {
		detail := Word{Text: a.Detail.Text}
		c.Excluded = append(c.Excluded, WantAside{item(a.Item), r.name(a.Institution), r.name(a.Subject), a.Reason.Text, r.name(detail)})
	}
	for _, i := range d.Indicators {
		k, err := parseParameter(i.Value)
		if err != nil {
			return err
		}
		c.Indicators = append(c.Indicators, WantIndicator{i.ID.Text, k.Int, i.Met})
	}
	return nil
}

// yuan reads 37500.00 or 3.75万元.
func yuan(w Word) (money.Fen, error) {
	if strings.Contains(w.Text, "元") {
		q, err := money.ParseAmount(w.Text)
		return q.Fen, at(err, w)
	}
	f, err := money.ParseYuan(w.Text)
	return f, at(err, w)
}
