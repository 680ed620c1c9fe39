package policy

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/policy/expr"
	"changrong/internal/policy/strict"
)

// Limits of a pack, far above what a document of twenty clauses needs.
const (
	maxFiles = 500
	maxPack  = 4 << 20 // bytes of all files
)

// Pack is a policy as data, loaded and checked. It answers what the document
// says, which readings it has, and what Plan they make.
type Pack struct {
	ID, Title, Number, Issuer, Source string
	Region, Funding                   string
	IssuedOn, ClaimBy                 civil.Date
	InForce, Scope                    civil.Range
	Reviewers                         []string
	Clauses                           []Clause // in the order of the document
	Parameters                        []Parameter
	Readings                          []*Reading
	Cases                             []*CaseFile
	// Digest is the SHA-256 of all files the pack consists of, hex; the attached
	// official text is not one of them.
	Digest string
	// Files are the names of those files, in byte order.
	Files []string

	items      []*itemDoc
	indicators []*indicatorDoc
	exclusions map[string]exclusionDoc
	pools      map[string]poolDoc
}

// Clause is one clause of the document and what becomes of it.
type Clause struct {
	Ref        string // 三(一)1
	Title      string
	Summary    string // our own sentence, not the official text
	As         []string
	Capability string // the part of the platform that serves it
	Reason     string // why it is not computed
	Items      []string
	Indicators []string
}

// Parameter is a quantity the document states.
type Parameter struct {
	Name, Title, Clause, Note string
	Value                     string // as written
	word                      Word
}

// Kind says what a parameter is: "amount", "rate", "date" or "number".
func (p *Parameter) Kind() string {
	c, err := parseParameter(p.word)
	switch {
	case err != nil: // a pack that has loaded has none such
		return ""
	case c.Type.Unit == expr.Money:
		return "amount"
	case c.Type.Unit == expr.Share:
		return "rate"
	case c.Type.Unit == expr.Day:
		return "date"
	}
	return "number"
}

// Reading is a question the text leaves open, and the answers that are possible.
type Reading struct {
	Name, Title, Clause, Question string
	Values                        []ReadingValue // the first is the default
	Chosen                        string         // "" while nobody has decided
	Why, By                       string
}

// ReadingValue is one possible answer.
type ReadingValue struct{ Value, Title string }

// Default returns the value that holds when nobody says otherwise: the chosen
// one, else the first.
func (r *Reading) Default() string {
	if r.Chosen != "" {
		return r.Chosen
	}
	return r.Values[0].Value
}

func (r *Reading) has(value string) bool {
	return slices.ContainsFunc(r.Values, func(v ReadingValue) bool { return v.Value == value })
}

// Reading returns the reading called name, or nil.
func (p *Pack) Reading(name string) *Reading {
	for _, r := range p.Readings {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Clause returns the clause with that reference, or nil.
func (p *Pack) Clause(ref string) *Clause {
	for i := range p.Clauses {
		if p.Clauses[i].Ref == ref {
			return &p.Clauses[i]
		}
	}
	return nil
}

// Items returns the ids and titles of the money items, in the order of the pack.
func (p *Pack) Items() []ItemName {
	names := make([]ItemName, len(p.items))
	for i, it := range p.items {
		names[i] = ItemName{it.ID.Text, it.Title.Text, it.Clause.Text, it.Note.Text}
	}
	return names
}

// ItemName is what a money item is called.
type ItemName struct{ ID, Title, Clause, Note string }

// Load reads and checks a pack: its files, its clause map against the outline,
// and that the default readings, and every other reading by itself, make a plan.
//
// Errors name file, line and column: pack.…, expr.…, money.…, civil.….
func Load(fsys fs.FS) (*Pack, error) {
	files, err := packFiles(fsys)
	if err != nil {
		return nil, err
	}
	var doc packDoc
	if err := strict.Read(fsys, "pack.yaml", &doc); err != nil {
		return nil, err
	}
	p, err := newPack(&doc)
	if err != nil {
		return nil, err
	}
	p.Files = files
	if p.Digest, err = digest(fsys, files); err != nil {
		return nil, err
	}
	for _, load := range []func(fs.FS) error{p.loadItems, p.loadIndicators, p.loadClauses, p.loadCases} {
		if err := load(fsys); err != nil {
			return nil, err
		}
	}
	if err := p.checkClauses(doc.Outline); err != nil {
		return nil, err
	}
	if err := p.refsKnown(&doc); err != nil {
		return nil, err
	}
	return p, p.checkPlans()
}

// packFiles lists the YAML files of a pack, in byte order. One in the wrong place
// would be read by nobody, so it is refused.
func packFiles(fsys fs.FS) ([]string, error) {
	var files []string
	size := int64(0)
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".yaml" && path.Ext(name) != ".yml":
			return nil
		case !knownFile(name):
			return fault.New(fault.Invalid, "pack.unknown_file", "政策包里没有这个位置的文件：应为 pack.yaml、clauses.yaml、indicators.yaml、items/*.yaml 或 cases/*.yaml",
				"a pack has no file there: it holds pack.yaml, clauses.yaml, indicators.yaml, items/*.yaml and cases/*.yaml").In(fault.Place{File: name})
		}
		files = append(files, name)
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		if len(files) > maxFiles || size > maxPack {
			return fault.Invalidf("pack.size", "政策包超过 %d 个文件或 %d 字节", "the pack has over %d files or %d bytes", maxFiles, maxPack)
		}
		return nil
	})
	var f *fault.Error
	if errors.As(err, &f) {
		return nil, f
	}
	if err != nil {
		return nil, fault.New(fault.NotFound, "pack.unreadable", "没有这个政策包，或无法读取", "there is no such pack, or it cannot be read").Because(err)
	}
	slices.Sort(files)
	return files, nil
}

func knownFile(name string) bool {
	switch path.Dir(name) {
	case ".":
		return name == "pack.yaml" || name == "clauses.yaml" || name == "indicators.yaml"
	case "items", "cases":
		return path.Ext(name) == ".yaml"
	}
	return false
}

func newPack(doc *packDoc) (*Pack, error) {
	if err := checkNames(doc); err != nil {
		return nil, inPack(err)
	}
	p := &Pack{
		ID: doc.ID.Text, Title: doc.Title.Text, Number: doc.Number.Text, Issuer: doc.Issuer.Text,
		Source: doc.Source.Text, Region: doc.Region.Text, Funding: doc.Funding.Text,
		exclusions: doc.Exclusions, pools: doc.Pools,
	}
	var err error
	if p.IssuedOn, err = date(doc.IssuedOn); err != nil {
		return nil, inPack(err)
	}
	if p.ClaimBy, err = date(doc.ClaimBy); err != nil {
		return nil, inPack(err)
	}
	if p.InForce, err = doc.InForce.read(); err != nil {
		return nil, inPack(err)
	}
	if p.Scope, err = doc.Scope.read(); err != nil {
		return nil, inPack(err)
	}
	if p.Scope.First != p.Scope.First.Month().First() || p.Scope.Last != p.Scope.Last.Month().Last() || len(p.Scope.Months()) > 120 {
		return nil, fault.New(fault.Invalid, "pack.scope", "政策计算期间应为整月，且不超过 120 个月", "the scope must be whole months, at most 120").In(doc.Scope.From.Placed()).In(fault.Place{File: "pack.yaml"})
	}
	for _, r := range doc.Reviewers {
		p.Reviewers = append(p.Reviewers, r.Text)
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Parameters)) {
		d := doc.Parameters[name]
		p.Parameters = append(p.Parameters, Parameter{Name: name, Title: d.Title.Text, Clause: d.Clause.Text, Note: d.Note.Text, Value: d.Value.Text, word: d.Value})
		if _, err := parseParameter(d.Value); err != nil {
			return nil, inPack(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Readings)) {
		r, err := newReading(name, doc.Readings[name])
		if err != nil {
			return nil, inPack(err)
		}
		p.Readings = append(p.Readings, r)
	}
	return p, nil
}

func newReading(name string, d readingDoc) (*Reading, error) {
	r := &Reading{
		Name: name, Title: d.Title.Text, Clause: d.Clause.Text, Question: d.Question.Text,
		Chosen: d.Chosen.Text, Why: d.Why.Text, By: d.By.Text,
	}
	for _, v := range d.Values {
		if r.has(v.Value.Text) {
			return nil, wrong(v.Value, "pack.reading", "重复的取值", "the value stands twice")
		}
		r.Values = append(r.Values, ReadingValue{v.Value.Text, v.Title.Text})
	}
	if len(r.Values) < 2 {
		return nil, wrong(d.Title, "pack.reading", "至少应有两种理解", "a reading has at least two values")
	}
	if r.Chosen != "" && !r.has(r.Chosen) {
		return nil, wrong(d.Chosen, "pack.reading", "采用的理解不在所列之中", "the chosen value is none of the values")
	}
	if r.Chosen != "" && (r.Why == "" || r.By == "") {
		return nil, wrong(d.Chosen, "pack.reading", "采用了一种理解，还应写明 why 和 decided_by", "a chosen reading needs why and decided_by")
	}
	return r, nil
}

func (d spanDoc) read() (civil.Range, error) {
	from, err := date(d.From)
	if err != nil {
		return civil.Range{}, err
	}
	to, err := date(d.To)
	if err != nil {
		return civil.Range{}, err
	}
	if to < from {
		return civil.Range{}, wrong(d.To, "pack.span", "止日早于起日", "it ends before it begins")
	}
	return civil.Range{First: from, Last: to}, nil
}

func date(w Word) (civil.Date, error) {
	d, err := civil.ParseDate(w.Text)
	if err != nil {
		return 0, at(err, w)
	}
	return d, nil
}

// wrong makes a fault about a word.
func wrong(w Word, code, zh, en string) error { return w.Wrong(code, zh, en) }

// at says that err is about w.
func at(err error, w Word) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In(w.Placed())
	}
	return err
}

// in says in which file err happened, when it does not say so itself.
func in(file string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In(fault.Place{File: file})
	}
	return err
}

func inPack(err error) error { return in("pack.yaml", err) }
