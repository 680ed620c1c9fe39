package exchange

import (
	"encoding/json"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/mask"
	"changrong/internal/fact"
)

// Outcome is how a reading of one dataset ended.
type Outcome string

// The outcomes. The first three give data away.
const (
	Asked   Outcome = "asked"   // the department answered just now
	Kept    Outcome = "kept"    // from a copy that is fresh
	Last    Outcome = "last"    // the department is away; the last that is known, with its date
	Refused Outcome = "refused" // neither consent nor legal basis
	Away    Outcome = "away"    // the department is away, and nothing is known
	Unknown Outcome = "unknown" // the department does not know the firm
)

// Gives tells whether data went out.
func (o Outcome) Gives() bool { return o == Asked || o == Kept || o == Last }

// Reading is one line of the log (查询记录): one dataset of one call.
type Reading struct {
	ID         string        `json:"id"`
	Call       string        `json:"call"` // the same of all lines of one call
	At         civil.Instant `json:"at_ms"`
	Firm       string        `json:"firm"`
	FirmName   string        `json:"firm_name,omitempty"` // of a firm that has an account here; in lists
	Reader     string        `json:"reader"`              // organisation
	ReaderName string        `json:"reader_name"`
	Own        bool          `json:"own"`               // the firm itself
	Account    string        `json:"account,omitempty"` // who of the reader; for the reader and who oversees
	Purpose    Purpose       `json:"purpose"`
	Dataset    string        `json:"dataset"`
	Department string        `json:"department"`
	Fields     []string      `json:"fields"` // that were given
	Masked     []string      `json:"masked"` // of them, those that were masked
	Records    int           `json:"records"`
	Consent    string        `json:"consent,omitempty"`
	Basis      string        `json:"basis,omitempty"`
	Outcome    Outcome       `json:"outcome"`
	Reason     string        `json:"reason,omitempty"` // code, of one that gave nothing or something old
	AsOf       civil.Date    `json:"as_of_on,omitzero"`
	Raw        string        `json:"raw_sha256,omitempty"` // of the department's answer
}

// Copy is what the platform keeps of the last answer about a firm.
type Copy struct {
	Dataset  string
	Firm     string
	AsOf     civil.Date
	Fetched  civil.Instant
	FreshTil civil.Instant
	Consent  bool   // it is held by a consent, and goes when there is none
	Payload  []byte // JSON of a Delivery, sealed where Dataset.Level asks for it
	Sealed   bool
	Findings []Finding
}

// Answer is what a call of Read gives.
type Answer struct {
	ID      string        `json:"id"`
	Firm    string        `json:"firm"`
	Purpose Purpose       `json:"purpose"`
	At      civil.Instant `json:"at_ms"`
	Parts   []Part        `json:"datasets"`
}

// Part is what a call of Read gives of one dataset.
type Part struct {
	Dataset    string        `json:"dataset"`
	Zh         string        `json:"title"`
	Department Department    `json:"department"`
	Outcome    Outcome       `json:"outcome"`
	Reason     *Reason       `json:"reason,omitempty"` // of what was not given, or is old
	Consent    string        `json:"consent,omitempty"`
	Basis      *Basis        `json:"basis,omitempty"`
	AsOf       civil.Date    `json:"as_of_on,omitzero"`
	Fetched    civil.Instant `json:"fetched_ms,omitempty"`
	Source     string        `json:"source,omitempty"`
	Raw        string        `json:"raw_sha256,omitempty"`
	Fields     []Field       `json:"fields"`
	Masked     []string      `json:"masked"`
	Records    []Record      `json:"records"` // each with its day and source
	Findings   []Finding     `json:"findings"`
	// Summary is the one row that conditions read, by column, as text; what is unknown
	// is not in it. Nothing where a record breaks a rule of quality.
	Summary map[string]string `json:"summary"`

	Facts *fact.Batch `json:"-"` // the same, typed; nil where nothing is known
}

// part is what is said of d before anything is known.
func (d *Dataset) part() *Part {
	return &Part{
		Dataset: d.ID, Zh: d.Zh, Department: d.Department, Fields: []Field{}, Masked: []string{}, Records: []Record{}, Findings: []Finding{},
		Summary: map[string]string{},
	}
}

// Whole is what Read would give of a delivery to whoever may see all of it: for deliveries
// about firms that are made up, which nobody's consent guards.
//
// Errors: those of Decode.
func (d *Dataset) Whole(x *Delivery, fetched civil.Instant) (*Part, error) {
	b, err := d.Decode(x.Records)
	if err != nil {
		return nil, err
	}
	p := d.part()
	p.Outcome = Asked
	return p, p.show(d, x, d.check(x, b, fetched.Date()), &ground{personal: true}, fetched)
}

// masked returns how a text about a person shows.
func masked(p Personal, s string) string {
	switch p {
	case PersonName:
		return mask.Name(s).String()
	case PersonID:
		return mask.IDNumber(s).String()
	case PersonPhone:
		return mask.Phone(s).String()
	}
	return mask.BankAccount(s).String()
}

// show fills p with a delivery, masked where the ground does not name what is personal.
func (p *Part) show(d *Dataset, x *Delivery, findings []Finding, g *ground, fetched civil.Instant) error {
	b, err := d.Decode(x.Records)
	if err != nil {
		return err
	}
	p.AsOf, p.Fetched, p.Source, p.Raw, p.Fields, p.Findings = x.AsOf, fetched, x.Source, x.Raw, d.Fields, findings
	hidden := map[string]Personal{}
	for i := range d.Fields {
		if f := &d.Fields[i]; f.Personal != "" && !g.personal {
			hidden[f.Name] = f.Personal
			p.Masked = append(p.Masked, f.Name)
		}
	}
	for i, r := range x.Records {
		shown := Record{Cells: make(map[string]string, len(r.Cells)), AsOf: x.dayOf(i), Source: r.Source}
		if shown.Source == "" {
			shown.Source = x.Source
		}
		for name, cell := range r.Cells {
			if as := hidden[name]; as != "" {
				cell = masked(as, cell)
			}
			shown.Cells[name] = cell
		}
		p.Records = append(p.Records, shown)
	}
	if len(hidden) > 0 { // conditions see no more than people
		if b, err = d.Decode(p.Records); err != nil {
			return err
		}
	}
	p.Facts = d.summarise(x, b, findings, fetched.Date())
	if p.Facts == nil {
		return nil
	}
	for _, v := range p.Facts.Vectors {
		if !v.Unknown(0) {
			p.Summary[v.Column.Name] = string(v.AppendValue(nil, 0))
		}
	}
	return nil
}

// reading returns the line of the log about p.
func (p *Part) reading(d *Dataset, g *ground) Reading {
	r := Reading{
		Dataset: d.ID, Department: d.Department.ID, Outcome: p.Outcome, Fields: []string{}, Masked: p.Masked, Records: len(p.Records),
		Consent: p.Consent, AsOf: p.AsOf, Raw: p.Raw,
	}
	if g != nil && g.consent == nil {
		r.Basis = g.words()
	}
	if p.Outcome.Gives() {
		r.Fields = d.fieldNames()
	}
	if p.Reason != nil {
		r.Reason = p.Reason.Code
	}
	return r
}

// pack makes a copy of a delivery.
func pack(s Sealer, d *Dataset, firm string, x *Delivery, findings []Finding, at civil.Instant) (*Copy, error) {
	plain, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	c := &Copy{
		Dataset: d.ID, Firm: firm, AsOf: x.AsOf, Fetched: at, FreshTil: at + civil.Instant(d.FreshDays)*civil.Day,
		Consent: d.Sharing != Unconditional, Sealed: d.sealed(), Findings: findings, Payload: plain,
	}
	if c.Sealed {
		if c.Payload, err = s.Seal(plain, c.place()); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// place is where a copy is sealed.
func (c *Copy) place() string { return "firm_data/" + c.Dataset + "/" + c.Firm }

// unpack reads a copy; nil of one that cannot be read any more, because its keys are
// gone or the catalogue has other fields now: the department is asked again.
func (c *Copy) unpack(s Sealer, d *Dataset) (*Delivery, []Finding) {
	plain := c.Payload
	if c.Sealed {
		var err error
		if plain, err = s.Open(plain, c.place()); err != nil {
			return nil, nil
		}
	}
	x := new(Delivery)
	if err := json.Unmarshal(plain, x); err != nil {
		return nil, nil
	}
	b, err := d.Decode(x.Records)
	if err != nil {
		return nil, nil
	}
	return x, d.check(x, b, c.Fetched.Date())
}

// Ask is what is to be read.
type Ask struct {
	Firm     string   `json:"firm"`
	Purpose  Purpose  `json:"purpose" enum:"loan_application,loan_management,claim_check,benefit_check,prefill,city_rating"`
	Datasets []string `json:"datasets" minItems:"1" maxItems:"40"`
}

// fits tells whether somebody may read for p at all: lenders look at applications and
// loans, who pays public money checks claims, the finance office rates the city, and firms
// look at themselves.
func (p Purpose) fits(who reader) error {
	ok := false
	switch p {
	case BenefitCheck, Prefill:
		ok = who.own
	case LoanApplication, LoanManagement, CreditRating:
		ok = who.kind == access.BankOrg || who.kind == access.GuarantorOrg
	case ClaimCheck:
		ok = who.kind == access.OfficeOrg || who.kind == access.BureauOrg
	case CityRating:
		ok = who.kind == access.OfficeOrg
	case BankNaming: // of it nothing is read
	}
	if !ok {
		return fault.Newf(fault.Forbidden, "exchange.purpose", "本机构不能以“%s”为用途查询", "your organisation does not read for %s", p.Zh()).In(fault.Place{Field: "purpose"})
	}
	return nil
}
