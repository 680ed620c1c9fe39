package policy

import (
	"io/fs"
	"maps"
	"path"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/strict"
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
	// Refused is the code of the fault with which the whole settlement is
	// refused, "" when it is not.
	Refused string
	At      fault.Place
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

// WantIndicator is an expected value, in fen for money, in ppb for rates; nil
// when it cannot be computed. Rows and Unknown are not compared when nil.
type WantIndicator struct {
	ID            string
	Value         *int64
	Met           bool
	Rows, Unknown *int64
}

type sharedDoc struct {
	Names    map[string]Word `yaml:"names" doc:"代码的简称，用于案例中"`
	Defaults defaultsDoc     `yaml:"defaults" doc:"各表未写的列取什么值"`
	Facts    rowsDoc         `yaml:"facts" doc:"各案例共用的事实"`
}

type caseFileDoc struct {
	Item  Word      `yaml:"item" doc:"所验证的资金项目；验证指标时不写"`
	Given rowsDoc   `yaml:"given" doc:"本文件各案例共用的事实"`
	Cases []caseDoc `yaml:"cases" required:"true" doc:"案例"`
}

type caseDoc struct {
	Name     Word            `yaml:"name" required:"true" doc:"名称"`
	Why      Word            `yaml:"why" required:"true" doc:"手工计算过程"`
	Readings map[string]Word `yaml:"readings" doc:"本案例所用的理解"`
	Facts    rowsDoc         `yaml:"facts" doc:"事实；月份可写 2021-07..2021-12"`
	Expect   expectDoc       `yaml:"expect" required:"true" doc:"应得结果"`
}

type expectDoc struct {
	Totals     []totalDoc         `yaml:"totals" doc:"各收款人的合计"`
	SetAside   []asideDoc         `yaml:"set_aside" doc:"待补事实或待决定的行"`
	Excluded   []asideDoc         `yaml:"excluded" doc:"不重复享受或未达条件而排除的行"`
	Indicators []wantIndicatorDoc `yaml:"indicators" doc:"指标值"`
	Refused    Word               `yaml:"refused" doc:"整次结算应被拒绝：错误代码，如 settlement.decision_range"`
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
	Reason      Word `yaml:"reason" required:"true" doc:"原因" enum:"unknown_fact,gate_unknown,unknown_base,month_gap,not_computable,undecided,no_claim,lost_to,other_bank,gate_failed,first_loan_elsewhere"`
	Detail      Word `yaml:"detail" doc:"所缺的事实等；不写则不比较"`
}

type wantIndicatorDoc struct {
	ID      Word        `yaml:"id" required:"true" doc:"指标"`
	Value   Word        `yaml:"value" doc:"值，如 180亿元、4.35%、800；不写表示算不出来"`
	Met     strict.Flag `yaml:"met" doc:"是否达到目标"`
	Rows    *Word       `yaml:"rows" doc:"计入的行数"`
	Unknown *Word       `yaml:"unknown" doc:"因事实不明而未计入的行数"`
}

const sharedCases = "cases/_shared.yaml"

// loadCases reads cases/*.yaml; _shared.yaml holds what they have in common.
func (p *Pack) loadCases(fsys fs.FS) error {
	var shared sharedDoc
	if slices.Contains(p.Files, sharedCases) {
		if err := strict.Read(fsys, sharedCases, &shared); err != nil {
			return err
		}
		for _, table := range slices.Sorted(maps.Keys(shared.Defaults)) {
			if fact.Lookup(table) == nil {
				return in(sharedCases, fault.Invalidf("pack.unknown_table", "defaults 里的 %[1]s 不是事实表", "defaults: there is no table %[1]s", table))
			}
		}
	}
	for _, name := range p.Files {
		if path.Dir(name) != "cases" || name == sharedCases {
			continue
		}
		var d caseFileDoc
		if err := strict.Read(fsys, name, &d); err != nil {
			return err
		}
		r := &caseReader{pack: p, shared: &shared, file: &d}
		f := &CaseFile{File: name, Item: d.Item.Text}
		for _, cd := range d.Cases {
			c, err := r.read(cd)
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
	pack   *Pack
	shared *sharedDoc
	file   *caseFileDoc
}

func (r *caseReader) read(d caseDoc) (Case, error) {
	c := Case{Name: d.Name.Text, Why: d.Why.Text, Readings: map[string]string{}, Facts: Cells{}, At: d.Name.At, Refused: d.Expect.Refused.Text}
	for _, name := range slices.Sorted(maps.Keys(d.Readings)) {
		w := d.Readings[name]
		if rd := r.pack.Reading(name); rd == nil || !rd.has(w.Text) {
			return c, wrong(w, "pack.reading_value", "没有这个理解或这个取值："+name, "no such reading or value: "+name)
		}
		c.Readings[name] = w.Text
	}
	for _, facts := range []rowsDoc{r.shared.Facts, r.file.Given, d.Facts} {
		for _, table := range slices.Sorted(maps.Keys(facts)) {
			t := fact.Lookup(table)
			if t == nil {
				return c, wrong(d.Name, "pack.unknown_table", "没有事实表 "+table, "there is no table "+table)
			}
			if c.Facts[t.Name] == nil {
				c.Facts[t.Name] = []map[string]string{}
			}
			for _, row := range facts[table] {
				if err := r.row(t, row, c.Facts); err != nil {
					return c, err
				}
			}
		}
	}
	return c, at(r.expect(&c, d.Expect), d.Name)
}
