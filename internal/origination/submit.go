package origination

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Wanted is one bank, or one product of a bank, that a firm sends its application
// to, with the consent that it gives this bank.
type Wanted struct {
	Bank    string `json:"bank,omitempty" doc:"id of its organisation; may be left out with a product"`
	Product string `json:"product,omitempty" doc:"empty: whatever the bank has"`
	Consent Asked  `json:"consent"`
}

// Submission is what a firm hands in.
type Submission struct {
	Key     string   `json:"key" doc:"made by the client, the same when it sends again: one key is one application"`
	Need    Need     `json:"need"`
	Contact Contact  `json:"contact"`
	Targets []Wanted `json:"targets"`
	Draft   string   `json:"draft,omitempty" doc:"id of the draft this was; it is dropped"`
	Code    string   `json:"code,omitempty" doc:"id of the loan code that was scanned"`
}

func (x *Submission) check(today civil.Date) error {
	if len(x.Key) < minKey || len(x.Key) > maxKey || strings.ContainsFunc(x.Key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return fault.Invalidf("origination.key", "提交编号须为%d至%d个可见字符，如UUID", "a key has %d to %d visible characters; a UUID is one", minKey, maxKey).In(fault.Place{Field: "key"})
	}
	if err := x.Need.Check(); err != nil {
		return err
	}
	if err := x.Contact.Check(); err != nil {
		return err
	}
	return checkWanted(x.Targets, today)
}

func checkWanted(targets []Wanted, today civil.Date) error {
	if len(targets) == 0 || len(targets) > maxTargets {
		return fault.Invalidf("origination.targets", "请选择1至%d家银行", "choose 1 to %d banks", maxTargets).In(fault.Place{Field: "targets"})
	}
	for i := range targets {
		t := &targets[i]
		hash, err := hex.DecodeString(t.Consent.SHA256)
		switch {
		case t.Bank == "" && t.Product == "":
			return refuseTarget(i, "bank", "请选择银行或产品", "choose a bank or a product")
		case len(t.Consent.Datasets) > maxDatasets:
			return refuseTarget(i, "consent.datasets", "授权的数据项过多", "too many datasets")
		case err != nil || len(hash) != 32:
			return refuseTarget(i, "consent.text_sha256", "请逐家阅读并同意授权书", "read and agree to the consent for each bank")
		case t.Consent.Expires < today || t.Consent.Expires > today+366:
			return refuseTarget(i, "consent.expires_on", "授权期限须在今天之后、一年之内", "a consent ends within a year from today")
		}
	}
	return nil
}

// Submit hands an application in. The same key gives the same application again. It
// is handed in when this returns; the banks are told by what follows the event.
//
// What only needs looking up is looked up before; the transaction that writes is short.
//
// Errors: origination.key, origination.need, origination.contact,
// origination.targets, origination.no_firm, origination.firm_closed,
// origination.too_many, those of giving a consent.
func (s *Service) Submit(ctx context.Context, c access.Caller, x Submission) (*Application, error) {
	now := s.Now()
	if err := x.check(now.Date()); err != nil {
		return nil, err
	}
	id := s.NewID()
	a := &Application{
		ID: id, Org: c.Org, Number: number(now, id), Need: x.Need, Code: x.Code, State: Submitted, Submitted: now, Moved: now, Key: x.Key,
	}
	before, given, err := s.prepare(ctx, c, a, x.Targets)
	if err != nil || before != nil {
		return before, err
	}
	if a.Sealed, err = s.sealContact(x.Contact, id); err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error { return s.submit(tx, c, a, given, x.Draft) })
	if fault.CodeOf(err) == "store.taken" { // the same request, at the same time
		return s.sent(ctx, a)
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// submit is the transaction that hands a in.
func (s *Service) submit(tx Tx, c access.Caller, a *Application, given Given, draft string) error {
	if given != nil {
		if err := given.Keep(tx, c); err != nil {
			return err
		}
	}
	if err := tx.AddApplication(a); err != nil {
		return err
	}
	if draft != "" {
		if err := tx.DropDraftOf(c.Org, draft); err != nil {
			return err
		}
	}
	if err := tx.Emit(event.Event{
		Kind: EventSubmitted, At: a.Submitted, Orgs: []string{a.Org}, Subject: a.ID, Data: map[string]string{"number": a.Number, "title": title(a.Firm, &a.Need), "code": a.Code},
	}); err != nil {
		return err
	}
	return tx.Audit(c.Entry(a.Submitted, "application.submit", a.ID, map[string]string{"number": a.Number, "consents": consentsOf(a.Targets)}))
}

// consentsOf are the consents of targets, for the audit log.
func consentsOf(targets []Target) string {
	var ids []string
	for i := range targets {
		ids = append(ids, targets[i].Consent)
	}
	return strings.Join(ids, " ")
}

// number is what people call an application: its day and the end of its id.
func number(at civil.Instant, id string) string {
	y, m, d := at.Date().YMD()
	tail := strings.ToUpper(strings.ReplaceAll(id, "-", ""))
	return "RZ" + strconv.Itoa(y*10000+m*100+d) + "-" + tail[max(0, len(tail)-10):]
}

// sent returns the application that has a's key; nil when there is none.
func (s *Service) sent(ctx context.Context, a *Application) (before *Application, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		before, err = tx.ApplicationByKey(a.Org, a.Key)
		return err
	})
	return before, err
}

// prepare looks up what a needs: who the firm is, the banks, products and consents. It
// returns the application that has a's key already, if there is one.
func (s *Service) prepare(ctx context.Context, c access.Caller, a *Application, wanted []Wanted) (before *Application, given Given, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		id, open, err := tx.ApplicationsBefore(a.Org, a.Key)
		if err != nil {
			return err
		}
		if id != "" {
			before, err = tx.Application(id, access.Scope{Org: a.Org})
			return err
		}
		if err := acquaint(tx, a.Org, wanted); err != nil {
			return err
		}
		if err := s.identify(tx, a); err != nil {
			return err
		}
		if open >= maxOpen {
			return fault.Newf(fault.Conflict, "origination.too_many", "办理中的申请已有%d件，请等待办结或撤回后再提交", "%d applications are open already", open)
		}
		if a.Code != "" && s.Code != nil { // a code of one bank does not keep a firm from choosing others
			scanned, err := s.Code(tx, a.Code)
			if err != nil {
				return err
			}
			a.Channel = scanned.Name
		}
		if a.Targets, err = s.targets(tx, wanted); err != nil {
			return err
		}
		given, err = s.consent(tx, c, a, a.Targets, wanted)
		return err
	})
	return before, given, err
}

// acquaint reads the organisations that an application touches together; what asks for
// one of them later in tx need not ask the database.
func acquaint(tx Tx, org string, wanted []Wanted) error {
	ids := []string{org}
	for i := range wanted {
		if wanted[i].Bank != "" {
			ids = append(ids, wanted[i].Bank)
		}
	}
	_, err := tx.OrgsAmong(ids)
	return err
}

// consent prepares the consents of targets and puts their ids in.
func (s *Service) consent(tx Tx, c access.Caller, a *Application, targets []Target, wanted []Wanted) (Given, error) {
	if s.Consents == nil {
		return nil, nil
	}
	asked := make([]Asked, len(targets))
	for i := range targets {
		asked[i] = wanted[i].Consent
		asked[i].Bank = targets[i].Bank
	}
	given, err := s.Consents.Prepare(tx, c, asked)
	if err != nil {
		return nil, err
	}
	for i, id := range given.IDs() {
		targets[i].Consent = id
	}
	return given, nil
}

// identify says who the firm of a is. Errors: origination.no_firm, origination.firm_closed.
func (s *Service) identify(tx Tx, a *Application) error {
	o, err := tx.Org(a.Org)
	if err != nil {
		return err
	}
	if o.USCC == "" {
		return fault.New(fault.Conflict, "origination.no_firm", "您的账号没有统一社会信用代码，不能申请融资", "your organisation has no credit code")
	}
	a.USCC, a.Firm, a.Sole = o.USCC, o.Name, Sole(o.USCC)
	if s.Firm == nil {
		return nil
	}
	f, err := s.Firm(tx, a.USCC)
	if err != nil || f == nil {
		return err
	}
	if !f.Open {
		return fault.New(fault.Conflict, "origination.firm_closed", "企业已注销或吊销，不能申请融资", "the firm has been closed")
	}
	a.Firm = f.Name
	return nil
}

// targets says what is wanted of which bank: each bank once.
//
// Errors: origination.targets.
func (s *Service) targets(tx Tx, wanted []Wanted) ([]Target, error) {
	out := make([]Target, len(wanted))
	var ids []string
	for i := range wanted {
		w := &wanted[i]
		t := Target{Bank: w.Bank}
		if w.Product != "" {
			if s.Offering == nil {
				return nil, refuseTarget(i, "product", "没有这个产品", "there is no such product")
			}
			o, err := s.Offering(tx, w.Product)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return nil, err
			}
			if err != nil || w.Bank != "" && w.Bank != o.Bank {
				return nil, refuseTarget(i, "product", "该产品已停办，或不属于所选银行", "the product is not offered, or by another bank")
			}
			t = Target{Bank: o.Bank, Product: o.Product, Version: o.Version, Name: o.Name}
		}
		if slices.Contains(ids, t.Bank) {
			return nil, refuseTarget(i, "bank", "同一家银行只能选择一次", "a bank is chosen once")
		}
		ids = append(ids, t.Bank)
		out[i] = t
	}
	if len(ids) == 0 {
		return out, nil
	}
	orgs, err := tx.OrgsAmong(ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		j := slices.IndexFunc(orgs, func(o access.Org) bool { return o.ID == out[i].Bank && o.Kind == access.BankOrg })
		if j < 0 {
			return nil, refuseTarget(i, "bank", "没有这家银行", "there is no such bank")
		}
		out[i].BankName = orgs[j].Name
	}
	return out, nil
}

func refuseTarget(i int, field, zh, en string) error {
	return fault.New(fault.Invalid, "origination.targets", zh, en).In(fault.Place{Field: "targets." + strconv.Itoa(i) + "." + field})
}
