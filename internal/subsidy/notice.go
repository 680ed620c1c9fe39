package subsidy

import (
	"context"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

// Notice is a public notice (公示) of what is going to be paid.
type Notice struct {
	ID      string        `json:"id"`
	Policy  string        `json:"policy"`
	Title   string        `json:"title"`
	Contact string        `json:"contact"` // to whom to object besides the form
	First   civil.Date    `json:"first_on"`
	Last    civil.Date    `json:"last_on"` // included
	Person  string        `json:"-"`
	At      civil.Instant `json:"at_ms"`
}

// NoticeLine is one claim on a notice, as everybody sees it.
type NoticeLine struct {
	Claim     string    `json:"claim"`
	PayeeName string    `json:"payee_name"`
	ItemTitle string    `json:"item_title"`
	Amount    money.Fen `json:"amount_fen"`
}

// MaskName hides what of a payee's name says who a person is: a name without a
// word that an organisation has keeps its first character.
func MaskName(name string, kind policy.Payee) string {
	n := utf8.RuneCountInString(name)
	if kind == policy.PayInstitution || n > 4 || n < 2 {
		return name
	}
	for _, word := range []string{"公司", "厂", "社", "店", "行", "部", "所", "场", "院", "中心", "企业", "集团", "基金"} {
		if strings.HasSuffix(name, word) {
			return name
		}
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + strings.Repeat("*", n-1)
}

// PublishNotice puts cleared claims of one policy on a public notice.
//
// Errors: subsidy.notice, subsidy.batch, subsidy.not_found, those of
// workflow.Table.Decide.
func (s *Service) PublishNotice(ctx context.Context, c access.Caller, policyID, title, contact string, claims []string) (n *Notice, err error) {
	if !fits(title, 1, maxName) || !fits(contact, 1, 200) {
		return nil, fault.New(fault.Invalid, "subsidy.notice", "请填写公示标题（100字以内）和异议受理联系方式（200字以内）", "a notice has a title and a contact for objections")
	}
	if len(claims) == 0 || len(claims) > maxNotice {
		return nil, fault.Invalidf("subsidy.batch", "一次公示1至%d件", "1 to %d claims on a notice", maxNotice)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		today := s.Now().Date()
		n = &Notice{ID: s.NewID(), Policy: policyID, Title: title, Contact: contact, First: today, Person: c.Account, At: s.Now()}
		lines := make([]NoticeLine, 0, len(claims))
		for _, id := range claims {
			claim, err := tx.Claim(id, access.Scope{All: true})
			if err != nil {
				return err
			}
			if claim.Policy != policyID {
				return fault.New(fault.Invalid, "subsidy.notice", "一份公示只能列同一政策的申报", "a notice has claims of one policy")
			}
			claim.Notice = n.ID
			if _, err := s.advance(tx, claim, ActorOf(c), step{verb: Publish, amount: claim.Amount}); err != nil {
				return err
			}
			n.Last = claim.DueOn
			lines = append(lines, NoticeLine{Claim: id, PayeeName: MaskName(claim.PayeeName, claim.PayeeKind), ItemTitle: claim.ItemTitle, Amount: claim.Amount})
		}
		if err := tx.AddNotice(n, lines); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "notice.publish", n.ID, map[string]string{"title": title, "last_on": n.Last.String()}))
	})
	return n, err
}

// NoticeView is a notice as everybody sees it.
type NoticeView struct {
	Notice Notice       `json:"notice"`
	Lines  []NoticeLine `json:"lines"`
	Total  money.Fen    `json:"total_fen"`
	Open   bool         `json:"open"` // objections are taken
}

// Notice returns a notice. Anybody may read it.
//
// Errors: subsidy.not_found.
func (s *Service) Notice(ctx context.Context, id string) (p *NoticeView, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		n, err := tx.Notice(id)
		if err != nil {
			return err
		}
		p = &NoticeView{Notice: *n, Open: s.Now().Date() <= n.Last}
		if p.Lines, err = tx.NoticeLines(id); err != nil {
			return err
		}
		for _, l := range p.Lines {
			p.Total += l.Amount
		}
		return nil
	})
	return p, err
}

// Notices lists the notices, the last first. Anybody may read them.
func (s *Service) Notices(ctx context.Context, limit, offset int) (list []Notice, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.Notices(limit, offset)
		return err
	})
	return list, total, err
}

// Outcome is what became of an objection.
type Outcome string

// The outcomes.
const (
	Waiting   Outcome = ""          // it waits for an answer
	Upheld    Outcome = "upheld"    // 异议成立: the claim goes back
	Dismissed Outcome = "dismissed" // 异议不成立
)

// Objection is what somebody has against a claim on a notice (异议).
type Objection struct {
	ID      string        `json:"id"`
	Notice  string        `json:"notice"`
	Claim   string        `json:"claim"` // "" against the notice as a whole
	Name    string        `json:"name"`
	Contact string        `json:"contact"`
	Text    string        `json:"text"`
	At      civil.Instant `json:"at_ms"`
	Outcome Outcome       `json:"outcome"`
	Answer  string        `json:"answer"`
	Person  string        `json:"person"` // account of who answered
	Done    civil.Instant `json:"done_ms"`
	Due     civil.Date    `json:"due_on,omitempty" doc:"the last day for an answer while it waits, by the rules of its policy"`
	Version int64         `json:"version"`
}

// ObjectTo takes an objection of anybody, under name and with a way to answer.
//
// Errors: subsidy.not_found, subsidy.notice_over, subsidy.objection,
// subsidy.objections (too many wait).
func (s *Service) ObjectTo(ctx context.Context, c access.Caller, o Objection) (*Objection, error) {
	o = Objection{
		ID: s.NewID(), Notice: o.Notice, Claim: o.Claim, Name: strings.TrimSpace(o.Name), Contact: strings.TrimSpace(o.Contact), Text: strings.TrimSpace(o.Text), At: s.Now(),
	}
	if !fits(o.Name, 1, maxName) || !fits(o.Contact, 5, maxName) || !fits(o.Text, 5, maxText) {
		return nil, fault.Invalidf("subsidy.objection", "请填写姓名或单位、联系方式和异议内容（5至%d字）", "an objection has a name, a contact, and a text of 5 to %d characters", maxText)
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		n, err := tx.Notice(o.Notice)
		if err != nil {
			return err
		}
		if s.Now().Date() > n.Last {
			return fault.New(fault.Conflict, "subsidy.notice_over", "公示期已满；如有异议请按公示上的联系方式反映", "the notice is over; use the contact on it")
		}
		if err := onNotice(tx, &o); err != nil {
			return err
		}
		if _, open, err := tx.Objections(ObjectionFilter{Notice: n.ID, Open: true, Limit: 1}); err != nil {
			return err
		} else if open >= maxOpen {
			return fault.New(fault.Unavailable, "subsidy.objections", "待答复的异议过多，请按公示上的联系方式反映", "too many objections wait; use the contact on the notice")
		}
		if err := tx.PutObjection(&o); err != nil {
			return err
		}
		if err := tx.Emit(event.Event{Kind: "objection.made", At: o.At, Subject: o.ID, Data: map[string]string{"notice": n.ID, "title": n.Title}}); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "objection.make", o.ID, map[string]string{"notice": n.ID}))
	})
	o.Version = 1
	return &o, err
}

// onNotice tells whether the claim objected to stands on the notice.
func onNotice(tx Tx, o *Objection) error {
	if o.Claim == "" {
		return nil
	}
	lines, err := tx.NoticeLines(o.Notice)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.Claim == o.Claim {
			return nil
		}
	}
	return missingClaim()
}

func missingClaim() error {
	return fault.New(fault.NotFound, "subsidy.not_found", "没有这件申报", "there is no such claim")
}

// AnswerObjection answers an objection. One that is upheld sends the claim back; one
// against the notice as a whole names the claim that it is upheld for.
//
// Errors: subsidy.not_found, subsidy.answered, subsidy.objection, store.changed,
// those of workflow.Table.Decide.
func (s *Service) AnswerObjection(ctx context.Context, c access.Caller, id string, version int64, outcome Outcome, answer, claimID string) (o *Objection, err error) {
	if outcome != Upheld && outcome != Dismissed || !fits(answer, 5, maxText) {
		return nil, fault.Invalidf("subsidy.objection", "请选择异议是否成立，并写明答复（5至%d字）", "say whether it is upheld, and answer in 5 to %d characters", maxText)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if o, err = tx.Objection(id); err != nil {
			return err
		}
		if o.Outcome != Waiting {
			return fault.New(fault.Conflict, "subsidy.answered", "该异议已答复", "it has been answered")
		}
		if o.Claim == "" {
			o.Claim = claimID
		}
		o.Outcome, o.Answer, o.Person, o.Done, o.Version = outcome, answer, c.Account, s.Now(), version
		if outcome == Upheld {
			if err := s.uphold(tx, c, o); err != nil {
				return err
			}
		}
		if err := tx.PutObjection(o); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "objection."+string(outcome), id, map[string]string{"claim": o.Claim}))
	})
	if err != nil {
		return nil, err
	}
	o.Version++
	return o, nil
}

func (s *Service) uphold(tx Tx, c access.Caller, o *Objection) error {
	if o.Claim == "" {
		return fault.New(fault.Invalid, "subsidy.objection", "请指明异议成立的是哪一件申报", "name the claim it is upheld for").In(fault.Place{Field: "claim"})
	}
	if err := onNotice(tx, o); err != nil {
		return err
	}
	claim, err := tx.Claim(o.Claim, access.Scope{All: true})
	if err != nil {
		return err
	}
	if claim.Stage != PublicNotice || claim.Notice != o.Notice {
		return nil // another objection has sent it back
	}
	_, err = s.advance(tx, claim, ActorOf(c), step{verb: Uphold, reason: o.Answer, amount: claim.Amount})
	return err
}

// openObjections tells whether an objection against c, or against its whole
// notice, waits for an answer.
func openObjections(tx Tx, c *Claim) (bool, error) {
	open, _, err := tx.Objections(ObjectionFilter{Notice: c.Notice, Open: true, Limit: maxOpen})
	if err != nil {
		return false, err
	}
	for _, o := range open {
		if o.Claim == "" || o.Claim == c.ID {
			return true, nil
		}
	}
	return false, nil
}

// dueDays says until when those that wait are answered.
func (s *Service) dueDays(tx Tx, list []Objection) error {
	days, err := workflow.Load(tx)
	if err != nil {
		return err
	}
	for i := range list {
		o := &list[i]
		if o.Outcome != Waiting {
			continue
		}
		n, err := tx.Notice(o.Notice)
		if err != nil {
			return err
		}
		rules, err := s.RulesIn(tx, n.Policy)
		if err != nil {
			return err
		}
		o.Due = rules.AnswerBy(o.At.Date(), days)
	}
	return nil
}

// Objections lists objections, those that wait first.
func (s *Service) Objections(ctx context.Context, f ObjectionFilter) (list []Objection, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		if list, total, err = tx.Objections(f); err != nil {
			return err
		}
		return s.dueDays(tx, list)
	})
	return list, total, err
}
