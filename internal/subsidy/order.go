package subsidy

import (
	"context"
	"fmt"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// The stages of a payment order, and what is done to it.
const (
	OrderNew       workflow.Stage = "new"
	OrderPrepared  workflow.Stage = "prepared"
	OrderReleased  workflow.Stage = "released"
	OrderDone      workflow.Stage = "done"
	OrderCancelled workflow.Stage = "cancelled"

	Prepare workflow.Verb = "prepare"
	Release workflow.Verb = "release"
	Cancel  workflow.Verb = "cancel"
	Finish  workflow.Verb = "finish"
)

// OrderLife is the life of a payment order (支付单).
//
//	new ── prepare ──► prepared ── release ──► released ── finish ──► done
//	                      │      (another person)       (every line is paid
//	                      └── cancel ──► cancelled       or could not be paid)
var OrderLife = &workflow.Table{
	Kind: "payment_order",
	Stages: []workflow.StageRule{
		{Stage: OrderNew, Zh: "新建", Owners: bureaus},
		{Stage: OrderPrepared, Zh: "待签发", Owners: chiefs, Term: "order"},
		{Stage: OrderReleased, Zh: "待登记回单", Owners: nil, Term: "pay"},
		{Stage: OrderDone, Zh: "已完成", Ends: true},
		{Stage: OrderCancelled, Zh: "已作废", Ends: true},
	},
	Moves: []workflow.Move{
		{From: OrderNew, Verb: Prepare, To: OrderPrepared, Zh: "编制", Roles: bureaus},
		{From: OrderPrepared, Verb: Release, To: OrderReleased, Zh: "签发", Roles: chiefs, Apart: []workflow.Verb{Prepare}},
		{From: OrderPrepared, Verb: Cancel, To: OrderCancelled, Zh: "作废", Roles: bureaus, Reason: true},
		{From: OrderReleased, Verb: Finish, To: OrderDone, Zh: "完成", Clock: true},
	},
}

// PaymentOrder is a list of payments that the treasury is asked to make. Its Org is
// the finance bureau that prepared it.
type PaymentOrder struct {
	workflow.Case
	Number   string        `json:"number"`
	Policy   string        `json:"policy"`
	Purpose  string        `json:"purpose"`
	Prepared string        `json:"prepared_by"` // account
	Released string        `json:"released_by"` // account; "" nobody yet
	Made     civil.Instant `json:"made_ms"`
}

// LineState is how far one payment of an order has come.
type LineState string

// The states of a line.
const (
	LineOpen      LineState = "open"
	LinePaid      LineState = "paid"
	LineFailed    LineState = "failed"    // the bank could not pay it; it goes on another order
	LineCancelled LineState = "cancelled" // the order was
)

// OrderLine is one payment: what one claim gets out of one source. The account is
// kept as it was when the order was prepared.
type OrderLine struct {
	ID        string     `json:"id"`
	Order     string     `json:"order"`
	Claim     string     `json:"claim"`
	Item      string     `json:"item"`
	Source    string     `json:"source"`
	Payee     string     `json:"payee"`
	PayeeName string     `json:"payee_name"` // the account's holder
	Sealed    []byte     `json:"-"`
	Tail      string     `json:"tail"`
	BankName  string     `json:"bank_name"`
	BankNo    string     `json:"bank_no"`
	Amount    money.Fen  `json:"amount_fen"`
	State     LineState  `json:"state"`
	ReceiptNo string     `json:"receipt_no"`
	PaidOn    civil.Date `json:"paid_on"` // never while it is not
}

// PrepareOrder puts approved claims of one policy on a new payment order, a line
// for each claim and source that its money is held in.
//
// Errors: subsidy.batch, subsidy.order, subsidy.not_found, subsidy.no_account,
// subsidy.unconfirmed, subsidy.on_order.
func (s *Service) PrepareOrder(ctx context.Context, c access.Caller, policyID, purpose string, claims []string) (o *PaymentOrder, err error) {
	if len(claims) == 0 || len(claims) > maxOrder {
		return nil, fault.Invalidf("subsidy.batch", "一张支付单列1至%d件申报", "1 to %d claims on an order", maxOrder)
	}
	if !fits(purpose, 1, maxName) {
		return nil, fault.Invalidf("subsidy.order", "请填写用途，不超过%d字", "give the purpose, of at most %d characters", maxName).In(fault.Place{Field: "purpose"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if o, err = s.newOrder(tx, c, policyID, purpose); err != nil {
			return err
		}
		var total money.Fen
		for _, id := range claims {
			sum, err := s.addLines(tx, o, id)
			if err != nil {
				return err
			}
			total += sum
		}
		if err := s.advanceOrder(tx, o, ActorOf(c), Prepare, "", total, 0); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "payment_order.prepare", o.ID, map[string]string{"number": o.Number, "amount": total.String()}))
	})
	return o, err
}

func (s *Service) newOrder(tx Tx, c access.Caller, policyID, purpose string) (*PaymentOrder, error) {
	year, _, _ := s.Now().Date().YMD()
	n, err := tx.NextOrderNumber(year)
	if err != nil {
		return nil, err
	}
	o := &PaymentOrder{
		Case: workflow.Case{ID: s.NewID(), Org: c.Org}, Number: fmt.Sprintf("%d-%04d", year, n), Policy: policyID, Purpose: purpose,
		Prepared: c.Account, Made: s.Now(),
	}
	o.Title = "支付单 " + o.Number
	clock, err := s.Clock(tx, o.Policy)
	if err != nil {
		return nil, err
	}
	if err := workflow.Begin(tx, OrderLife, &o.Case, clock, s.Now()); err != nil {
		return nil, err
	}
	return o, tx.PutPaymentOrder(o)
}

func (s *Service) advanceOrder(tx Tx, o *PaymentOrder, who workflow.Actor, verb workflow.Verb, reason string, amount money.Fen, version int64) error {
	clock, err := s.Clock(tx, o.Policy)
	if err != nil {
		return err
	}
	d, err := workflow.Advance(tx, OrderLife, &o.Case, clock, who, workflow.Act{
		ID: s.NewID(), Verb: verb, Reason: reason, At: s.Now(), Amount: amount, Version: version,
	})
	if err != nil {
		return err
	}
	return tx.Emit(event.Event{
		Kind: "payment_order.moved", At: d.At, Orgs: []string{o.Org}, Subject: o.ID,
		Data: map[string]string{"verb": string(verb), "stage": string(o.Stage), "title": o.Title},
	})
}

// addLines puts a claim on a new order and returns what it comes to.
func (s *Service) addLines(tx Tx, o *PaymentOrder, id string) (sum money.Fen, err error) {
	claim, err := tx.Claim(id, access.Scope{All: true})
	if err != nil {
		return 0, err
	}
	if claim.Stage != Approved || claim.Policy != o.Policy {
		return 0, fault.Newf(fault.Conflict, "subsidy.order", "“%s”不在“待开支付单”环节，或不属于该政策", "%s is not approved, or of another policy", claim.Title)
	}
	account, err := payable(tx, claim)
	if err != nil {
		return 0, err
	}
	on, err := tx.OrderLines(LineFilter{Claim: id, State: LineOpen})
	if err != nil {
		return 0, err
	}
	if len(on) > 0 {
		return 0, fault.Newf(fault.Conflict, "subsidy.on_order", "“%s”已在另一张支付单上", "%s is on another order", claim.Title)
	}
	held, err := ledger.Held(tx, id)
	if err != nil {
		return 0, err
	}
	for _, p := range ledger.Parts(held, ledger.Approved, "") {
		l := &OrderLine{
			ID: s.NewID(), Order: o.ID, Claim: id, Item: p.Item, Source: p.Source, Payee: claim.Payee, PayeeName: account.Name, Sealed: account.Sealed,
			Tail: account.Tail, BankName: account.BankName, BankNo: account.BankNo, Amount: p.Amount, State: LineOpen, PaidOn: civil.Never,
		}
		if err := tx.PutOrderLine(l); err != nil {
			return 0, err
		}
		sum += p.Amount
	}
	return sum, nil
}

// ReleaseOrder releases a payment order, as another person prepared it: from here on
// the treasury may pay.
//
// Errors: subsidy.not_found, those of workflow.Table.Decide and ledger.Order.
func (s *Service) ReleaseOrder(ctx context.Context, c access.Caller, id string, version int64) (o *PaymentOrder, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if o, err = tx.PaymentOrder(id); err != nil {
			return err
		}
		if err := s.advanceOrder(tx, o, ActorOf(c), Release, "", o.Amount, version); err != nil {
			return err
		}
		o.Released = c.Account
		if err := tx.PutPaymentOrder(o); err != nil {
			return err
		}
		lines, err := tx.OrderLines(LineFilter{Order: id})
		if err != nil {
			return err
		}
		for i := range lines {
			if err := s.orderLine(tx, c, o, &lines[i]); err != nil {
				return err
			}
		}
		return tx.Audit(c.Entry(s.Now(), "payment_order.release", id, map[string]string{"number": o.Number, "amount": o.Amount.String()}))
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// orderLine posts a line of a released order, and moves its claim on.
func (s *Service) orderLine(tx Tx, c access.Caller, o *PaymentOrder, l *OrderLine) error {
	claim, err := tx.Claim(l.Claim, access.Scope{All: true})
	if err != nil {
		return err
	}
	if claim.Stage == Approved {
		if _, err := s.advance(tx, claim, ActorOf(c), step{verb: Order, amount: claim.Amount}); err != nil {
			return err
		}
	}
	if claim.Stage != Ordered {
		return fault.Newf(fault.Conflict, "subsidy.order", "“%s”已不在“待开支付单”环节，请作废本单重开", "%s is no longer approved; cancel this order", claim.Title)
	}
	_, err = ledger.Order(tx, ledger.Move{
		Ref: l.ID, At: s.Now(), By: o.Prepared, Second: c.Account, Claim: l.Claim, Order: o.ID,
		Parts: []ledger.Part{{Source: l.Source, Item: l.Item, Amount: l.Amount}},
	})
	return err
}

// CancelOrder takes back a payment order that has not been released.
//
// Errors: subsidy.not_found, those of workflow.Table.Decide.
func (s *Service) CancelOrder(ctx context.Context, c access.Caller, id, reason string, version int64) (o *PaymentOrder, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if o, err = tx.PaymentOrder(id); err != nil {
			return err
		}
		if err := s.cancelOrder(tx, c, o, reason, version); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "payment_order.cancel", id, map[string]string{"number": o.Number}))
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

func (s *Service) cancelOrder(tx Tx, c access.Caller, o *PaymentOrder, reason string, version int64) error {
	if err := s.advanceOrder(tx, o, ActorOf(c), Cancel, reason, o.Amount, version); err != nil {
		return err
	}
	lines, err := tx.OrderLines(LineFilter{Order: o.ID})
	if err != nil {
		return err
	}
	for i := range lines {
		lines[i].State = LineCancelled
		if err := tx.PutOrderLine(&lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// OrderView is a payment order with its lines.
type OrderView struct {
	Order   PaymentOrder        `json:"order"`
	StageZh string              `json:"stage_zh"`
	Late    bool                `json:"late"`
	Can     []workflow.Verb     `json:"can"`
	Lines   []OrderLine         `json:"lines"`
	Steps   []workflow.Decision `json:"decisions"`
}

// Order returns a payment order with its lines, by source.
//
// Errors: subsidy.not_found.
func (s *Service) Order(ctx context.Context, c access.Caller, id string) (v *OrderView, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		o, err := tx.PaymentOrder(id)
		if err != nil {
			return err
		}
		v = &OrderView{Order: *o, StageZh: OrderLife.Rule(o.Stage).Zh, Late: o.Late(s.Now().Date())}
		if v.Lines, err = tx.OrderLines(LineFilter{Order: id}); err != nil {
			return err
		}
		if v.Steps, err = tx.Decisions(id); err != nil {
			return err
		}
		v.Can = OrderLife.Can(&o.Case, v.Steps, ActorOf(c))
		return nil
	})
	return v, err
}

// Orders lists payment orders, the last first.
func (s *Service) Orders(ctx context.Context, f OrderFilter) (list []PaymentOrder, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.PaymentOrders(f)
		return err
	})
	return list, total, err
}
