package exchange

import (
	"embed"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
	"changrong/internal/policy/strict"
)

//go:embed catalogue/*.yaml texts/*.yaml
var shipped embed.FS

// The files of the catalogue, one for each department.
type (
	departmentDoc struct {
		Department strict.Word  `yaml:"department" required:"true" doc:"部门标识，数据集标识的前半部分"`
		Zh         strict.Word  `yaml:"zh" required:"true" doc:"部门名称"`
		En         strict.Word  `yaml:"en" required:"true" doc:"部门英文名称"`
		Datasets   []datasetDoc `yaml:"datasets" required:"true" doc:"数据集"`
	}
	datasetDoc struct {
		ID        strict.Word  `yaml:"id" required:"true" doc:"标识：部门.名称"`
		Zh        strict.Word  `yaml:"zh" required:"true" doc:"名称"`
		En        strict.Word  `yaml:"en" required:"true" doc:"英文名称"`
		Records   strict.Word  `yaml:"records" required:"true" enum:"one,many" doc:"每户一条，或多条"`
		Level     strict.Whole `yaml:"level" required:"true" doc:"数据级别，1 至 4"`
		Sharing   strict.Word  `yaml:"sharing" required:"true" enum:"unconditional,conditional,none" doc:"共享属性"`
		FreshDays strict.Whole `yaml:"fresh_days" required:"true" doc:"多少天内不必再次查询"`
		Basis     basisDoc     `yaml:"basis" required:"true" doc:"依据"`
		Statutes  []statuteDoc `yaml:"statutes" doc:"依法履职不需授权的查询"`
		Fields    []fieldDoc   `yaml:"fields" required:"true" doc:"数据项"`
		Rules     []ruleDoc    `yaml:"rules" doc:"数据质量规则"`
		Summary   []figureDoc  `yaml:"summary" doc:"多条记录的汇总，每户一行"`
	}
	basisDoc struct {
		Text   strict.Word `yaml:"text" required:"true" doc:"依据的内容"`
		Source strict.Word `yaml:"source" required:"true" doc:"出处"`
	}
	statuteDoc struct {
		Kind    strict.Word `yaml:"org_kind" required:"true" doc:"机构类型"`
		Purpose strict.Word `yaml:"purpose" required:"true" enum:"claim_check" doc:"用途"`
		Basis   basisDoc    `yaml:"basis" required:"true" doc:"依据"`
	}
	fieldDoc struct {
		Name     strict.Word `yaml:"name" required:"true" doc:"名称"`
		Type     strict.Word `yaml:"type" required:"true" enum:"bool,int,yuan,percent,date,month,code,text,uscc,industry,town" doc:"类型"`
		Zh       strict.Word `yaml:"zh" required:"true" doc:"标签"`
		En       strict.Word `yaml:"en" required:"true" doc:"英文标签"`
		Required strict.Flag `yaml:"required" doc:"不得为空"`
		Never    strict.Flag `yaml:"empty_means_none" doc:"空表示没有或尚未发生，而不是不知道"`
		Codes    []codeDoc   `yaml:"codes" doc:"代码表"`
		Personal strict.Word `yaml:"personal" enum:"name,id_number,phone,bank_account" doc:"自然人的什么信息，决定如何脱敏"`
	}
	codeDoc struct {
		Code strict.Word `yaml:"code" required:"true" doc:"代码"`
		Zh   strict.Word `yaml:"zh" required:"true" doc:"含义"`
		En   strict.Word `yaml:"en" required:"true" doc:"英文含义"`
	}
	ruleDoc struct {
		ID       strict.Word `yaml:"id" required:"true" doc:"标识"`
		Zh       strict.Word `yaml:"zh" required:"true" doc:"不成立时说明"`
		En       strict.Word `yaml:"en" required:"true" doc:"英文说明"`
		Severity strict.Word `yaml:"severity" required:"true" enum:"error,warning" doc:"错误或警告"`
		Check    strict.Word `yaml:"check" required:"true" doc:"每条记录都应成立的条件"`
	}
	figureDoc struct {
		Name  strict.Word `yaml:"name" required:"true" doc:"名称"`
		Zh    strict.Word `yaml:"zh" required:"true" doc:"标签"`
		En    strict.Word `yaml:"en" required:"true" doc:"英文标签"`
		Of    strict.Word `yaml:"of" required:"true" enum:"count,sum,min,max,any" doc:"算法"`
		Field strict.Word `yaml:"field" doc:"对哪个数据项"`
		Where strict.Word `yaml:"where" doc:"只算哪些记录"`
	}
)

// Load returns the catalogue that the program ships.
//
// Errors: those of LoadFrom; none in a program that passed its tests.
func Load() (*Catalogue, error) {
	sub, err := fs.Sub(shipped, "catalogue")
	if err != nil {
		return nil, err
	}
	return LoadFrom(sub)
}

// LoadFrom reads a catalogue: every *.yaml of fsys, in byte order of the names.
//
// Errors, each placed by file, line and column: those of strict.Read, of expr, and
// exchange.catalogue.
func LoadFrom(fsys fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{byID: map[string]*Dataset{}}
	for _, name := range names {
		doc := new(departmentDoc)
		if err := strict.Read(fsys, name, doc); err != nil {
			return nil, err
		}
		if err := c.add(doc); err != nil {
			return nil, fault.Of(err).In(fault.Place{File: name})
		}
	}
	return c, nil
}

func (c *Catalogue) add(doc *departmentDoc) error {
	dep := Department{doc.Department.Text, doc.Zh.Text, doc.En.Text}
	if !validName.MatchString(dep.ID) {
		return misnamed(doc.Department)
	}
	for i := range doc.Datasets {
		x := &doc.Datasets[i]
		d, err := x.dataset(dep)
		if err != nil {
			return err
		}
		if c.byID[d.ID] != nil {
			return x.ID.Wrong("exchange.catalogue", "数据集重复", "the dataset stands twice")
		}
		c.byID[d.ID] = d
		c.datasets = append(c.datasets, d)
	}
	return nil
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

func misnamed(w strict.Word) error {
	return w.Wrong("exchange.catalogue", "标识须为小写字母开头的字母、数字和下划线", "a name begins with a lower-case letter and has letters, digits and underscores")
}

func (x *datasetDoc) dataset(dep Department) (*Dataset, error) {
	local, ok := strings.CutPrefix(x.ID.Text, dep.ID+".")
	if !ok || !validName.MatchString(local) {
		return nil, x.ID.Wrong("exchange.catalogue", "数据集标识应为“部门.名称”", "the id is the department's, a dot and a name")
	}
	if x.Level.N < 1 || x.Level.N > 4 {
		return nil, x.Level.Wrong("exchange.catalogue", "数据级别为 1 至 4", "a level is from 1 to 4")
	}
	d := &Dataset{
		ID: x.ID.Text, Zh: x.Zh.Text, En: x.En.Text, Department: dep, Single: x.Records.Text == "one", Level: x.Level.N,
		Sharing: Sharing(x.Sharing.Text), FreshDays: x.FreshDays.N, Basis: x.Basis.basis(), Statutes: []Statute{}, Rules: []Rule{}, Summary: []Figure{},
	}
	for _, s := range x.Statutes {
		kind := access.OrgKind(s.Kind.Text)
		if !kind.Valid() {
			return nil, s.Kind.Wrong("exchange.catalogue", "没有这类机构", "there is no such kind of organisation")
		}
		d.Statutes = append(d.Statutes, Statute{kind, Purpose(s.Purpose.Text), s.Basis.basis()})
	}
	if err := x.fields(d); err != nil {
		return nil, err
	}
	if err := x.conditions(d); err != nil {
		return nil, err
	}
	return d, nil
}

func (b basisDoc) basis() Basis { return Basis{b.Text.Text, b.Source.Text} }

// types are the types as the catalogue names them.
var types = map[string]fact.Type{
	"bool": fact.Bool, "int": fact.Int, "yuan": fact.Fen, "percent": fact.Rate, "date": fact.Date, "month": fact.Month, "code": fact.Code,
	"text": fact.Text, "uscc": fact.USCC, "industry": fact.Industry, "town": fact.Town,
}

// fields reads the fields and makes the table of the records.
func (x *datasetDoc) fields(d *Dataset) error {
	table := strings.ReplaceAll(d.ID, ".", "_")
	d.rows = &fact.Table{Name: table, Row: table, Zh: d.Zh, En: d.En}
	for i := range x.Fields {
		f := &x.Fields[i]
		switch {
		case !validName.MatchString(f.Name.Text):
			return misnamed(f.Name)
		case d.Field(f.Name.Text) != nil:
			return f.Name.Wrong("exchange.catalogue", "数据项重复", "the field stands twice")
		case (f.Type.Text == "code") != (len(f.Codes) > 0):
			return f.Type.Wrong("exchange.catalogue", "代码型数据项要有代码表，其他类型没有", "a field of type code has codes, and no other has")
		case !f.Personal.Blank() && f.Type.Text != "text":
			return f.Personal.Wrong("exchange.catalogue", "自然人信息须为文本型，才能脱敏", "what says something of a person is a text, so that it can be masked")
		case f.Never.On && f.Type.Text != "date" && !types[f.Type.Text].Textual():
			return f.Never.Wrong("exchange.catalogue", "只有日期和文字可以“空表示没有”", "only a date or a text may be empty with a meaning")
		}
		field := Field{Name: f.Name.Text, Zh: f.Zh.Text, En: f.En.Text, Type: f.Type.Text, Required: f.Required.On, Personal: Personal(f.Personal.Text)}
		var codes []fact.Value
		for _, c := range f.Codes {
			field.Codes = append(field.Codes, Choice{c.Code.Text, c.Zh.Text, c.En.Text})
			codes = append(codes, fact.Value{Code: c.Code.Text, Zh: c.Zh.Text, En: c.En.Text})
		}
		d.Fields = append(d.Fields, field)
		d.rows.Columns = append(d.rows.Columns, fact.Column{
			Name: field.Name, Type: types[field.Type], Required: field.Required, None: f.Never.On, Codes: codes, Zh: field.Zh, En: field.En,
		})
	}
	return nil
}

// answer is what conditions know beside the record: the day for which the department
// answers, and the day it was asked.
var answer = &fact.Table{Name: "answer", Row: "answer", Zh: "答复", En: "answer", Columns: []fact.Column{
	{Name: "as_of", Type: fact.Date, Zh: "数据日期", En: "as of"}, {Name: "on", Type: fact.Date, Zh: "查询日期", En: "asked on"},
}}

// conditions reads the rules and the summary, and makes the table of one row a firm.
func (x *datasetDoc) conditions(d *Dataset) error {
	scope, err := expr.NewScope([]expr.Row{{Name: "row", Table: d.rows, Zh: d.Zh, En: d.En}, {Name: "answer", Table: answer, Zh: answer.Zh, En: answer.En}}, nil)
	if err != nil {
		return err
	}
	program := func(w strict.Word) (*expr.Program, error) {
		e, err := scope.Compile(w.Text, expr.Bool)
		if err != nil {
			f := fault.Of(err)
			return nil, fault.New(f.Kind, f.Code, f.Zh, f.En).In(w.Inside(f.At.Column))
		}
		return e.Program()
	}
	for _, r := range x.Rules {
		p, err := program(r.Check)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(d.Rules, func(have Rule) bool { return have.ID == r.ID.Text }) {
			return r.ID.Wrong("exchange.catalogue", "规则重复", "the rule stands twice")
		}
		d.Rules = append(d.Rules, Rule{r.ID.Text, r.Zh.Text, r.En.Text, r.Severity.Text == "error", r.Check.Text, p})
	}
	d.facts = d.rows
	if d.Single != (len(x.Summary) == 0) {
		return x.Records.Wrong("exchange.catalogue", "每户多条的数据集要有汇总，每户一条的没有", "a dataset of many records has a summary, and one of single records has none")
	}
	if d.Single {
		return nil
	}
	return x.summary(d, program)
}

func (x *datasetDoc) summary(d *Dataset, program func(strict.Word) (*expr.Program, error)) error {
	d.facts = &fact.Table{Name: d.rows.Name, Row: d.rows.Row, Zh: d.Zh, En: d.En}
	for _, s := range x.Summary {
		f := Figure{Name: s.Name.Text, Zh: s.Zh.Text, En: s.En.Text, Of: s.Of.Text, Field: s.Field.Text, Where: s.Where.Text}
		col := fact.Column{Name: f.Name, Zh: f.Zh, En: f.En, Type: fact.Int}
		of := d.rows.Column(f.Field)
		switch {
		case !validName.MatchString(f.Name):
			return misnamed(s.Name)
		case d.facts.Column(f.Name) != nil:
			return s.Name.Wrong("exchange.catalogue", "汇总项重复", "the figure stands twice")
		case f.Of == "any":
			col.Type = fact.Bool
		case f.Of == "count":
		case of == nil || of.Type.Textual() || of.Type == fact.Bool || f.Of == "sum" && of.Type != fact.Fen && of.Type != fact.Int:
			return s.Of.Wrong("exchange.catalogue", "只能对金额和个数求和，对数、日期、月份求最大最小", "only money and counts are summed, only numbers, days and months compared")
		default:
			col.Type = of.Type
		}
		if (f.Of == "any" || f.Of == "count") != s.Field.Blank() {
			return s.Of.Wrong("exchange.catalogue", "求和、最大、最小要写数据项，其他不写", "a sum, a minimum and a maximum are of a field, and others are not")
		}
		if f.Where != "" {
			var err error
			if f.program, err = program(s.Where); err != nil {
				return err
			}
		}
		d.Summary = append(d.Summary, f)
		d.facts.Columns = append(d.facts.Columns, col)
	}
	return nil
}
