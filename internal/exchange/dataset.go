package exchange

import (
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Purpose is what data is read for (PIPL 第六条): a consent is to one.
type Purpose string

// The purposes.
const (
	LoanApplication Purpose = "loan_application" // 融资申请审查: a bank looks at an application
	LoanManagement  Purpose = "loan_management"  // 贷后管理: a bank looks after its loan
	ClaimCheck      Purpose = "claim_check"      // 奖补核查: who pays public money checks who gets it
	BenefitCheck    Purpose = "benefit_check"    // 政策匹配: the firm's own, what it could have
	Prefill         Purpose = "prefill"          // 自动填表: the firm's own, what it need not type
	CreditRating    Purpose = "credit_rating"    // 信用评级: a bank has the firm rated by the platform, under the consent to look at its application
	CityRating      Purpose = "city_rating"      // 全市评级: the office rates all firms of the city
	BankNaming      Purpose = "bank_naming"      // 推荐给银行: the office names the firm to banks; no data are read
)

// Purposes returns every purpose, in a fixed order.
func Purposes() []Purpose {
	return []Purpose{LoanApplication, LoanManagement, ClaimCheck, BenefitCheck, Prefill, CreditRating, CityRating, BankNaming}
}

// Zh names the purpose as a person would.
func (p Purpose) Zh() string {
	return map[Purpose]string{ //nolint:gosec // a rating of credit is no credential
		LoanApplication: "融资申请审查", LoanManagement: "贷后管理", ClaimCheck: "奖补核查", BenefitCheck: "政策匹配", Prefill: "自动填表",
		CreditRating: "信用评级", CityRating: "全市评级", BankNaming: "推荐给银行",
	}[p]
}

// consented tells whether a firm may give somebody else a consent for p.
func (p Purpose) consented() bool { return p.lends() || p.offices() }

// lends tells whether a consent to p is given to who lends.
func (p Purpose) lends() bool { return p == LoanApplication || p == LoanManagement }

// offices tells whether a consent to p is given to the finance office.
func (p Purpose) offices() bool { return p == CityRating || p == BankNaming }

// Sharing is how a department shares a dataset.
type Sharing string

// The kinds of sharing (国发〔2016〕51号).
const (
	Unconditional Sharing = "unconditional" // 无条件共享: public, or given to whoever states a purpose
	Conditional   Sharing = "conditional"   // 有条件共享: with the firm's consent, or by a statute
	NotShared     Sharing = "none"          // 不予共享: the firm itself alone
)

// Department is who publishes datasets.
type Department struct {
	ID string `json:"id"`
	Zh string `json:"name"`
	En string `json:"name_en"`
}

// Basis is a legal basis: what it says, and where that stands.
type Basis struct {
	Text   string `json:"text"`
	Source string `json:"source"`
}

// Statute lets organisations of one kind read a dataset for one purpose without a
// consent.
type Statute struct {
	Kind    access.OrgKind `json:"org_kind"`
	Purpose Purpose        `json:"purpose"`
	Basis   Basis          `json:"basis"`
}

// Dataset is one entry of the catalogue.
type Dataset struct {
	ID         string     `json:"id"`
	Zh         string     `json:"title"`
	En         string     `json:"title_en"`
	Department Department `json:"department"`
	Single     bool       `json:"single"` // at most one record of a firm
	Level      int        `json:"level"`  // 1 to 4; from 3 on copies are sealed, as is what is personal
	Sharing    Sharing    `json:"sharing"`
	FreshDays  int        `json:"fresh_days"` // how long a copy need not be asked for again
	Basis      Basis      `json:"basis"`
	Statutes   []Statute  `json:"statutes"`
	Fields     []Field    `json:"fields"`
	Rules      []Rule     `json:"rules"`
	Summary    []Figure   `json:"summary"` // what one row says of all records; none of a Single one

	rows  *fact.Table // the records
	facts *fact.Table // one row a firm
}

// Field is one field of a dataset.
type Field struct {
	Name     string   `json:"name"`
	Zh       string   `json:"title"`
	En       string   `json:"title_en"`
	Type     string   `json:"type" enum:"bool,int,yuan,percent,date,month,code,text,uscc,industry,town"`
	Required bool     `json:"required"`
	Codes    []Choice `json:"codes,omitempty"`
	Personal Personal `json:"personal,omitempty"`
}

// Choice is one value of a field of type code.
type Choice struct {
	Code string `json:"code"`
	Zh   string `json:"title"`
	En   string `json:"title_en"`
}

// Personal is what of a natural person a field says, and so how it is masked; ""
// nothing.
type Personal string

// What may be masked.
const (
	PersonName    Personal = "name"
	PersonID      Personal = "id_number"
	PersonPhone   Personal = "phone"
	PersonAccount Personal = "bank_account"
)

// Rule is a rule of data quality: what must hold of every record that comes in.
// Where a fact it hangs on is not known it says nothing.
type Rule struct {
	ID    string `json:"id"`
	Zh    string `json:"title"`
	En    string `json:"title_en"`
	Error bool   `json:"error"` // the dataset's summary is not known then; else it is a warning
	Check string `json:"check"`

	program *expr.Program
}

// Figure is one column of a summary.
type Figure struct {
	Name  string `json:"name"`
	Zh    string `json:"title"`
	En    string `json:"title_en"`
	Of    string `json:"of" enum:"count,sum,min,max,any"`
	Field string `json:"field,omitempty"` // of sum, min and max
	Where string `json:"where,omitempty"` // which records; "" all

	program *expr.Program
}

// Table returns the table of the records.
func (d *Dataset) Table() *fact.Table { return d.rows }

// Facts returns the table that has one row a firm, called as the dataset with _ for
// each dot: its only record, or its summary. Conditions are written over it:
// tax_filing.months_paid >= 12.
func (d *Dataset) Facts() *fact.Table { return d.facts }

// Field returns the field called name, or nil.
func (d *Dataset) Field(name string) *Field {
	for i := range d.Fields {
		if d.Fields[i].Name == name {
			return &d.Fields[i]
		}
	}
	return nil
}

// HasPersonal tells whether a field of d says something of a natural person.
func (d *Dataset) HasPersonal() bool {
	return slices.ContainsFunc(d.Fields, func(f Field) bool { return f.Personal != "" })
}

// sealed tells whether copies of d are kept sealed.
func (d *Dataset) sealed() bool { return d.Level >= sealedLevel || d.HasPersonal() }

// fieldNames returns the names of the fields, in order.
func (d *Dataset) fieldNames() []string {
	names := make([]string, len(d.Fields))
	for i := range d.Fields {
		names[i] = d.Fields[i].Name
	}
	return names
}

// Catalogue is every dataset there is.
type Catalogue struct {
	datasets []*Dataset // by department and place in its file
	byID     map[string]*Dataset
}

// Datasets returns every dataset, in a fixed order. Callers must not change them.
func (c *Catalogue) Datasets() []*Dataset { return c.datasets }

// Departments returns who publishes datasets, in a fixed order.
func (c *Catalogue) Departments() []Department {
	var all []Department
	for _, d := range c.datasets {
		if !slices.Contains(all, d.Department) {
			all = append(all, d.Department)
		}
	}
	return all
}

// Dataset returns one dataset.
//
// Errors: exchange.no_dataset.
func (c *Catalogue) Dataset(id string) (*Dataset, error) {
	if d := c.byID[id]; d != nil {
		return d, nil
	}
	return nil, fault.Newf(fault.NotFound, "exchange.no_dataset", "数据目录中没有“%s”", "there is no dataset %q", fault.Clip(id)).In(fault.Place{Field: "datasets"})
}

// Tables returns the tables that have one row a firm, one for each dataset: what
// conditions are written over.
func (c *Catalogue) Tables() []*fact.Table {
	tables := make([]*fact.Table, len(c.datasets))
	for i, d := range c.datasets {
		tables[i] = d.facts
	}
	return tables
}
