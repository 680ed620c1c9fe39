package rating

import (
	"encoding/json"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// State is where a model stands.
type State string

// The states. From Made a model is Submitted, and is Made again when its review refuses it;
// Approved, it may run in the Shadow or be Active at once; whichever it is, it may be Retired.
const (
	Made      State = "made"
	Submitted State = "submitted"
	Approved  State = "approved"
	Shadow    State = "shadow"
	Active    State = "active"
	Retired   State = "retired"
)

// Verb is what is done with a model.
type Verb string

// The verbs.
const (
	Submit   Verb = "submit"   // for review
	Approve  Verb = "approve"  // by somebody else
	Return   Verb = "return"   // by somebody else, with what is wrong
	Cast     Verb = "cast"     // into the shadow
	Activate Verb = "activate" // the one in use so far is retired
	Retire   Verb = "retire"   // with the reason
)

// Model is a card and how it came about.
type Model struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Edition int64  `json:"edition"` // of the name, from 1
	State   State  `json:"state"`

	Features   string          `json:"features"` // their declaration, YAML
	Card       json.RawMessage `json:"card"`
	CardSHA256 string          `json:"card_sha256"`
	Report     json.RawMessage `json:"report"`     // of training; null of an imported card
	Validation json.RawMessage `json:"validation"` // on rows that it was not made of
	Manifest   Manifest        `json:"manifest"`

	Acts    []Act         `json:"acts"` // the first first
	Changed civil.Instant `json:"changed_ms"`
	Version int64         `json:"version"`
}

// Act is what somebody did with a model.
type Act struct {
	Verb    Verb          `json:"verb"`
	At      civil.Instant `json:"at_ms"`
	By      string        `json:"by"`
	Name    string        `json:"name"`
	Words   string        `json:"words,omitempty"`
	Program string        `json:"program,omitempty"` // of Cast and Activate: what it was put into use with
	// Environment that it runs in from then on.
	Environment string `json:"environment,omitempty"`
}

// Missing lists what a model lacks to be put into use, shown or in the shadow.
func (m *Model) Missing() []Lack {
	out := m.Manifest.Missing()
	if len(m.Card) == 0 || len(m.CardSHA256) != 64 {
		out = append(out, Lack{"card", "评分卡", "the card"})
	}
	if m.Features == "" {
		out = append(out, Lack{"features", "指标文件", "the declaration of features"})
	}
	if !said(m.Report) && m.Manifest.Origin == "" {
		out = append(out, Lack{"report", "训练报告", "the report of training"})
	}
	switch {
	case said(m.Validation):
	case m.Manifest.Origin == "":
		out = append(out, Lack{"validation", "样本外验证", "validation on other rows"})
	default:
		out = append(out, Lack{"validation", "在本平台样本上的验证（导入的评分卡须先用一份样本验证）", "validation on a sample of the platform, as the card was imported"})
	}
	if m.reviewer() == "" {
		out = append(out, Lack{"review", "由操作人以外的人评审通过", "a review by somebody other than the operator"})
	}
	return out
}

// said tells whether there is a document; null is none.
func said(doc json.RawMessage) bool { return len(doc) > 0 && string(doc) != "null" }

// reviewer is whoever approved the model last; "" while nobody has, or it was sent back
// since.
func (m *Model) reviewer() (by string) {
	for _, a := range m.Acts {
		switch a.Verb {
		case Approve:
			by = a.By
		case Return, Submit:
			by = ""
		case Cast, Activate, Retire:
		}
	}
	return by
}

// moves are the arrows between states.
var moves = map[State]map[Verb]State{
	Made:      {Submit: Submitted, Retire: Retired},
	Submitted: {Approve: Approved, Return: Made},
	Approved:  {Cast: Shadow, Activate: Active, Retire: Retired},
	Shadow:    {Activate: Active, Retire: Retired},
	Active:    {Retire: Retired},
}

// needs are the permissions that verbs take.
var needs = map[Verb]access.Permission{
	Submit: access.ModelMake, Approve: access.ModelReview, Return: access.ModelReview, Cast: access.ModelUse, Activate: access.ModelUse, Retire: access.ModelUse,
}

// Can lists what somebody may do with a model as it is.
func (m *Model) Can(who *access.Principal) []Verb {
	out := []Verb{}
	for _, v := range []Verb{Submit, Approve, Return, Cast, Activate, Retire} {
		_, ok := moves[m.State][v]
		if ok && access.Allowed(needs[v], who.Roles) != access.None && ((v != Approve && v != Return) || m.independent(who.Account)) {
			out = append(out, v)
		}
	}
	return out
}

// independent tells whether an account may review the model: it neither made nor submitted
// it.
func (m *Model) independent(account string) bool {
	for _, a := range m.Acts {
		if a.Verb == Submit && a.By == account {
			return false
		}
	}
	return account != m.Manifest.Operator
}

// act does something with a model.
//
// Errors: rating.state; rating.own_review; rating.words where a reason must be given;
// rating.incomplete, which names all that is missing, of Submit, Cast and Activate.
func (m *Model) act(a Act) error {
	to, ok := moves[m.State][a.Verb]
	if !ok {
		return fault.New(fault.Conflict, "rating.state", "模型现在的状态不能这样操作", "this cannot be done with the model as it is")
	}
	switch a.Verb {
	case Approve, Return:
		if !m.independent(a.By) {
			return fault.New(fault.Forbidden, "rating.own_review", "训练或提交模型的人不能评审它，请由他人评审", "who made or submitted a model does not review it")
		}
		fallthrough
	case Retire:
		if a.Words = strings.TrimSpace(a.Words); a.Words == "" || len([]rune(a.Words)) > maxText {
			return fault.New(fault.Invalid, "rating.words", "请写明意见或理由，至多2000字", "say why, in 2000 characters at most").In(fault.Place{Field: "words"})
		}
	case Submit:
		if err := incomplete(m.Missing(), "review"); err != nil {
			return err
		}
	case Cast, Activate:
		if err := incomplete(m.Missing(), ""); err != nil {
			return err
		}
	}
	m.State = to
	m.Acts = append(m.Acts, a)
	m.Changed = a.At
	return nil
}

// incomplete names what is missing, but for one thing that comes later.
func incomplete(missing []Lack, later string) error {
	var zh, en, fields []string
	for _, x := range missing {
		if x.Field != later {
			zh, en, fields = append(zh, x.Zh), append(en, x.En), append(fields, x.Field)
		}
	}
	if len(zh) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "rating.incomplete", "模型清单不完整，还缺："+strings.Join(zh, "、"), "the manifest lacks "+strings.Join(en, ", ")).In(fault.Place{Field: strings.Join(fields, ",")})
}
