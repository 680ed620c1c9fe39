package subsidy

import (
	"context"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/workflow"
)

// BankReceipt is what a bank's receipt (回单) says about one payment.
type BankReceipt struct {
	No     string     `json:"no"`
	Payee  string     `json:"payee"`
	Tail   string     `json:"tail"` // last four characters of the payee's account
	Amount money.Fen  `json:"amount_fen"`
	On     civil.Date `json:"on"`
}

// RegisterReceipt registers that the bank has paid one line of a released order.
//
// Errors: subsidy.not_found, subsidy.line (it is not open, or its order not
// released), subsidy.receipt (amount, payee or account are others), those of ledger.Pay.
func (s *Service) RegisterReceipt(ctx context.Context, c access.Caller, line string, r BankReceipt) (l *OrderLine, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if l, err = tx.OrderLine(line); err != nil {
			return err
		}
		return s.pay(tx, c, l, r)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Service) pay(tx Tx, c access.Caller, l *OrderLine, r BankReceipt) error {
	o, err := tx.PaymentOrder(l.Order)
	if err != nil {
		return err
	}
	if err := l.takes(o, &r); err != nil {
		return err
	}
	part, err := heldOn(tx, l)
	if err != nil {
		return err
	}
	second := o.Released
	if second == c.Account {
		second = o.Prepared
	}
	if _, err := ledger.Pay(tx, ledger.Move{
		Ref: l.ID, At: s.Now(), On: r.On, By: c.Account, Second: second, Claim: l.Claim, Order: l.Order,
		Receipt: ledger.Receipt{No: r.No, Payee: l.PayeeName, Tail: l.Tail}, Parts: []ledger.Part{part},
	}); err != nil {
		return err
	}
	l.State, l.ReceiptNo, l.PaidOn = LinePaid, r.No, r.On
	if err := tx.PutOrderLine(l); err != nil {
		return err
	}
	if err := s.paid(tx, c, l.Claim); err != nil {
		return err
	}
	if err := s.finish(tx, o); err != nil {
		return err
	}
	return tx.Audit(c.Entry(s.Now(), "payment.receipt", l.ID, map[string]string{"claim": l.Claim, "receipt": r.No, "amount": l.Amount.String()}))
}

// takes tells whether r can be the receipt of l.
func (l *OrderLine) takes(o *PaymentOrder, r *BankReceipt) error {
	if l.State != LineOpen || o.Stage != OrderReleased {
		return fault.New(fault.Conflict, "subsidy.line", "支付单尚未签发，或该笔已登记", "the order is not released, or the line is not open")
	}
	field := ""
	switch {
	case r.Amount != l.Amount:
		field = "amount_fen"
	case r.Payee != "" && plain(r.Payee) != plain(l.PayeeName):
		field = "payee"
	case r.Tail != "" && r.Tail != l.Tail:
		field = "tail"
	}
	if field != "" {
		return fault.Newf(fault.Invalid, "subsidy.receipt", "回单与支付单不符：应付“%s”（尾号%s）%s元", "the receipt is not that of the payment to %s (%s) of %s yuan",
			l.PayeeName, l.Tail, l.Amount).In(fault.Place{Field: field})
	}
	return nil
}

// plain is a name without blanks and with the brackets of one width.
func plain(name string) string {
	return strings.NewReplacer(" ", "", "　", "", "（", "(", "）", ")").Replace(name)
}

// heldOn returns what is held for l: by its source, or by the source of a later
// year to which it was carried.
func heldOn(tx Tx, l *OrderLine) (ledger.Part, error) {
	held, err := ledger.Held(tx, l.Claim)
	if err != nil {
		return ledger.Part{}, err
	}
	parts := ledger.Parts(held, ledger.Ordered, l.Order)
	for _, p := range parts {
		if p.Source == l.Source && p.Item == l.Item && p.Amount >= l.Amount {
			p.Amount = l.Amount
			return p, nil
		}
	}
	for _, p := range parts {
		if p.Item == l.Item && p.Amount >= l.Amount {
			p.Amount = l.Amount
			return p, nil
		}
	}
	return ledger.Part{}, fault.New(fault.Internal, "subsidy.held", "台账上没有为该笔支付预留的资金", "the ledger holds nothing for this payment")
}

// paid moves a claim on of which nothing is left to be paid.
func (s *Service) paid(tx Tx, c access.Caller, id string) error {
	claim, err := tx.Claim(id, access.Scope{All: true})
	if err != nil || claim.Stage != Ordered {
		return err
	}
	held, err := ledger.Held(tx, id)
	if err != nil {
		return err
	}
	if t := ledger.TotalsOf(held); t.Ordered > 0 || t.Approved > 0 {
		return nil
	}
	_, err = s.advance(tx, claim, ActorOf(c), step{verb: Pay, amount: claim.Amount})
	return err
}

// finish ends an order of which no line is open.
func (s *Service) finish(tx Tx, o *PaymentOrder) error {
	open, err := tx.OrderLines(LineFilter{Order: o.ID, State: LineOpen})
	if err != nil || len(open) > 0 {
		return err
	}
	return s.advanceOrder(tx, o, workflow.Actor{}, Finish, "全部支付已有结果", o.Amount, 0)
}

// FailLine registers that the bank could not pay a line: its money is approved
// again, to go on another order.
//
// Errors: subsidy.not_found, subsidy.line, workflow.reason, those of ledger.Cancel.
func (s *Service) FailLine(ctx context.Context, c access.Caller, line, reason string) (l *OrderLine, err error) {
	if !fits(reason, 1, maxText) {
		return nil, fault.New(fault.Invalid, "workflow.reason", "请写明支付未成的原因", "say why it could not be paid").In(fault.Place{Field: "reason"})
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if l, err = tx.OrderLine(line); err != nil {
			return err
		}
		return s.fail(tx, c, l, reason)
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (s *Service) fail(tx Tx, c access.Caller, l *OrderLine, reason string) error {
	o, err := tx.PaymentOrder(l.Order)
	if err != nil {
		return err
	}
	if l.State != LineOpen || o.Stage != OrderReleased {
		return fault.New(fault.Conflict, "subsidy.line", "支付单尚未签发，或该笔已登记", "the order is not released, or the line is not open")
	}
	part, err := heldOn(tx, l)
	if err != nil {
		return err
	}
	if _, err := ledger.Cancel(tx, ledger.Move{Ref: l.ID, At: s.Now(), By: c.Account, Claim: l.Claim, Order: l.Order, Parts: []ledger.Part{part}}); err != nil {
		return err
	}
	l.State = LineFailed
	if err := tx.PutOrderLine(l); err != nil {
		return err
	}
	claim, err := tx.Claim(l.Claim, access.Scope{All: true})
	if err != nil {
		return err
	}
	if claim.Stage == Ordered {
		if _, err := s.advance(tx, claim, ActorOf(c), step{verb: Unorder, reason: reason, amount: claim.Amount}); err != nil {
			return err
		}
	}
	if err := s.finish(tx, o); err != nil {
		return err
	}
	return tx.Audit(c.Entry(s.Now(), "payment.fail", l.ID, map[string]string{"claim": l.Claim, "amount": l.Amount.String()}))
}

// Match is which line a receipt belongs to.
type Match struct {
	Receipt BankReceipt `json:"receipt"`
	Line    string      `json:"line"` // "" it fits none, or more than one
	Fits    int         `json:"fits"` // lines it fits
}

// MatchReceipts finds for each receipt the one open line that it can be of: the
// same amount, payee and account. What fits none or several is left to a person, and
// so are several receipts for one line.
func MatchReceipts(lines []OrderLine, receipts []BankReceipt) []Match {
	out := make([]Match, len(receipts))
	taken := map[string]int{}
	for i, r := range receipts {
		out[i].Receipt = r
		for j := range lines {
			l := &lines[j]
			if l.State != LineOpen || r.Amount != l.Amount || plain(r.Payee) != plain(l.PayeeName) || r.Tail != l.Tail {
				continue
			}
			out[i].Fits++
			out[i].Line = l.ID
		}
		if out[i].Fits != 1 {
			out[i].Line = ""
		}
		taken[out[i].Line]++
	}
	for i := range out {
		if taken[out[i].Line] > 1 {
			out[i].Line = ""
		}
	}
	return out
}

// RegisterAll registers receipts that fit one line of an order each, and tells which
// they were. Those that were registered before fit nothing any more. Without
// receipts, they are the lines of the bank's files for these days (package fund).
//
// Errors: subsidy.batch, subsidy.not_found.
func (s *Service) RegisterAll(ctx context.Context, c access.Caller, order string, receipts []BankReceipt, days civil.Range) (matches []Match, err error) {
	if len(receipts) > maxReceipts {
		return nil, fault.Invalidf("subsidy.batch", "一次登记最多%d张回单", "at most %d receipts at a time", maxReceipts)
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if _, err := tx.PaymentOrder(order); err != nil {
			return err
		}
		all := receipts
		if len(all) == 0 {
			if all, err = fromBank(tx, days); err != nil {
				return err
			}
		}
		lines, err := tx.OrderLines(LineFilter{Order: order, State: LineOpen})
		if err != nil {
			return err
		}
		matches = MatchReceipts(lines, all)
		for _, m := range matches {
			if m.Line == "" {
				continue
			}
			l, err := tx.OrderLine(m.Line)
			if err != nil {
				return err
			}
			if err := s.pay(tx, c, l, m.Receipt); err != nil {
				return err
			}
		}
		return nil
	})
	return matches, err
}

// fromBank returns what the bank's files say was paid in some days.
func fromBank(tx Tx, days civil.Range) ([]BankReceipt, error) {
	lines, n, err := tx.FundLines(days, maxReceipts, 0)
	if err != nil {
		return nil, err
	}
	if n > maxReceipts {
		return nil, fault.Invalidf("subsidy.batch", "这段时间的银行流水超过%d笔，请缩短起止日期", "the bank has over %d lines for these days; take fewer days", maxReceipts)
	}
	out := []BankReceipt{}
	for _, l := range lines {
		if l.Amount > 0 {
			out = append(out, BankReceipt{No: l.Ref, Payee: l.Payee, Tail: l.Tail, Amount: l.Amount, On: l.On})
		}
	}
	return out, nil
}
