package product

import (
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/policy/expr"
)

// State is whether a product is offered.
type State string

// The states.
const (
	Draft     State = "draft"     // 草稿: no edition has been published
	Published State = "published" // 已发布
	Paused    State = "paused"    // 暂停
	Retired   State = "retired"   // 停办
)

// Verb is what a bank does with a product.
type Verb string

// The verbs.
const (
	Publish Verb = "publish" // its draft becomes the next edition
	Pause   Verb = "pause"
	Resume  Verb = "resume"
	Retire  Verb = "retire"
)

// Product is a product of a bank.
type Product struct {
	ID       string        `json:"id"`
	Bank     string        `json:"bank"`
	BankName string        `json:"bank_name"`
	State    State         `json:"state" enum:"draft,published,paused,retired"`
	Edition  int64         `json:"edition" doc:"the last one published; 0: none"`
	Terms    *Terms        `json:"terms,omitempty" doc:"of that edition"`
	Draft    *Terms        `json:"draft,omitempty" doc:"of the next one; left out: none is being written"`
	Said     []string      `json:"said" doc:"the conditions of the edition, or else of the draft, in words"`
	Next     []string      `json:"draft_said,omitempty" doc:"the conditions of the draft, in words"`
	Changed  civil.Instant `json:"changed_ms"`
	Version  int64         `json:"version"`
}

// Edition is what was published once.
type Edition struct {
	Product string        `json:"product"`
	Edition int64         `json:"edition"`
	Terms   Terms         `json:"terms"`
	At      civil.Instant `json:"at_ms"`
	By      string        `json:"by"`
	Name    string        `json:"by_name"`
}

// Name is what a product is called.
func (p *Product) Name() string {
	switch {
	case p.Terms != nil:
		return p.Terms.Name
	case p.Draft != nil:
		return p.Draft.Name
	}
	return ""
}

// act changes the state of p.
//
// Errors: product.state, product.no_draft.
func (p *Product) act(v Verb) error {
	no := func(zh, en string) error { return fault.New(fault.Conflict, "product.state", zh, en) }
	switch {
	case p.State == Retired:
		return no("产品已停办，如需再办请新建", "the product is retired; make a new one")
	case v == Publish && p.Draft == nil:
		return fault.New(fault.Conflict, "product.no_draft", "没有待发布的内容，请先修改", "there is nothing to publish; edit it first")
	case v == Publish:
		p.State, p.Terms, p.Draft = Published, p.Draft, nil
		p.Edition++
	case v == Pause && p.State == Published:
		p.State = Paused
	case v == Resume && p.State == Paused:
		p.State = Published
	case v == Retire:
		p.State = Retired
	default:
		return no("产品现在的状态不能这样操作", "this cannot be done with the product as it is")
	}
	return nil
}

// conditions reads the conditions of t.
//
// Errors: those of Schema.Check, in conditions.N.when.
func (s *Schema) conditions(t *Terms) ([]*expr.Expr, error) {
	out := make([]*expr.Expr, len(t.Conditions))
	for i, c := range t.Conditions {
		e, err := s.compile(c.When)
		if err != nil {
			f := *fault.Of(err)
			f.At.Field, f.At.Value = "conditions."+strconv.Itoa(i)+".when", fault.Clip(c.When)
			return nil, &f
		}
		out[i] = e
	}
	return out, nil
}

// say says the conditions of t in words; one that cannot be read as it stands.
func (s *Schema) say(t *Terms) []string {
	out := []string{}
	if t == nil {
		return out
	}
	for _, c := range t.Conditions {
		words := c.Words
		if e, err := s.compile(c.When); words == "" && err == nil {
			words = e.Zh()
		} else if words == "" {
			words = c.When
		}
		out = append(out, words)
	}
	return out
}
