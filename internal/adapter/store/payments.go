package store

import (
	"fmt"
	"strings"

	"changrong/internal/subsidy"
)

func scanNotice(s scanner) (n subsidy.Notice, err error) {
	err = s.Scan(&n.ID, &n.Policy, &n.Title, &n.Contact, dayOf{&n.First}, dayOf{&n.Last}, &n.Person, &n.At)
	return n, err
}

const noticeColumns = "id, policy, title, contact, first_on, last_on, person, at_ms"

// Notice implements subsidy.Tx.
func (tx *Tx) Notice(id string) (*subsidy.Notice, error) {
	return single(tx, subsidyMissing(), scanNotice, "SELECT "+noticeColumns+" FROM notices WHERE id = $1", id)
}

// Notices implements subsidy.Tx.
func (tx *Tx) Notices(n, offset int) ([]subsidy.Notice, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM notices", nil, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanNotice, "SELECT "+noticeColumns+" FROM notices ORDER BY id DESC LIMIT $1 OFFSET $2", n, offset)
	return list, total, err
}

// NoticeLines implements subsidy.Tx.
func (tx *Tx) NoticeLines(id string) ([]subsidy.NoticeLine, error) {
	return all(tx, func(s scanner) (l subsidy.NoticeLine, err error) {
		err = s.Scan(&l.Claim, &l.PayeeName, &l.ItemTitle, &l.Amount)
		return l, err
	}, "SELECT claim, payee_name, item_title, amount_fen FROM notice_claims WHERE notice = $1 ORDER BY item_title, payee_name, claim", id)
}

// AddNotice implements subsidy.Tx.
func (tx *Tx) AddNotice(n *subsidy.Notice, lines []subsidy.NoticeLine) error {
	if _, err := tx.exec("INSERT INTO notices ("+noticeColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		n.ID, n.Policy, n.Title, n.Contact, day(n.First), day(n.Last), n.Person, int64(n.At)); err != nil {
		return err
	}
	for _, l := range lines {
		if _, err := tx.exec("INSERT INTO notice_claims (notice, claim, payee_name, item_title, amount_fen) VALUES ($1, $2, $3, $4, $5)",
			n.ID, l.Claim, l.PayeeName, l.ItemTitle, int64(l.Amount)); err != nil {
			return err
		}
	}
	return nil
}

func scanObjection(s scanner) (o subsidy.Objection, err error) {
	err = s.Scan(&o.ID, &o.Notice, &o.Claim, &o.Name, &o.Contact, &o.Text, &o.At, &o.Outcome, &o.Answer, &o.Person, &o.Done, &o.Version)
	return o, err
}

const objectionColumns = "id, notice, claim, name, contact, text, at_ms, outcome, answer, person, done_ms, version"

// Objection implements subsidy.Tx.
func (tx *Tx) Objection(id string) (*subsidy.Objection, error) {
	return single(tx, subsidyMissing(), scanObjection, "SELECT "+objectionColumns+" FROM objections WHERE id = $1", id)
}

// Objections implements subsidy.Tx.
func (tx *Tx) Objections(f subsidy.ObjectionFilter) ([]subsidy.Objection, int, error) {
	var a args
	where := []string{"1 = 1"}
	if f.Notice != "" {
		where = append(where, "notice = "+a.add(f.Notice))
	}
	if f.Claim != "" {
		where = append(where, "claim = "+a.add(f.Claim))
	}
	if f.Open {
		where = append(where, "outcome = ''")
	}
	from := " FROM objections WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanObjection, "SELECT "+objectionColumns+from+" ORDER BY id LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// PutObjection implements subsidy.Tx.
func (tx *Tx) PutObjection(o *subsidy.Objection) error {
	if o.Version == 0 {
		_, err := tx.exec("INSERT INTO objections ("+objectionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
			o.ID, o.Notice, o.Claim, o.Name, o.Contact, o.Text, int64(o.At), string(o.Outcome), o.Answer, o.Person, int64(o.Done))
		return err
	}
	return changed(tx.exec("UPDATE objections SET claim = $1, outcome = $2, answer = $3, person = $4, done_ms = $5, version = version + 1 WHERE id = $6 AND version = $7",
		o.Claim, string(o.Outcome), o.Answer, o.Person, int64(o.Done), o.ID, o.Version))
}

func scanPaymentOrder(s scanner) (o subsidy.PaymentOrder, err error) {
	var panel string
	err = s.Scan(append(caseFields(&o.Case, &panel), &o.Number, &o.Policy, &o.Purpose, &o.Prepared, &o.Released, &o.Made)...)
	o.Panel = strings.Fields(panel)
	return o, err
}

const (
	paymentOrderColumns = caseColumns + ", p.number, p.policy, p.purpose, p.prepared, p.released, p.made_ms"
	fromPaymentOrders   = " FROM payment_orders p JOIN cases c ON c.id = p.id"
)

// PaymentOrder implements subsidy.Tx.
func (tx *Tx) PaymentOrder(id string) (*subsidy.PaymentOrder, error) {
	return single(tx, subsidyMissing(), scanPaymentOrder, "SELECT "+paymentOrderColumns+fromPaymentOrders+" WHERE p.id = $1", id)
}

// PaymentOrders implements subsidy.Tx.
func (tx *Tx) PaymentOrders(f subsidy.OrderFilter) ([]subsidy.PaymentOrder, int, error) {
	args := []any{f.Policy, string(f.Stage)}
	where := fromPaymentOrders + " WHERE ($1 = '' OR p.policy = $1) AND ($2 = '' OR c.stage = $2)"
	var total int
	if err := tx.one(nil, "SELECT count(*)"+where, args, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanPaymentOrder, "SELECT "+paymentOrderColumns+where+" ORDER BY p.id DESC LIMIT $3 OFFSET $4", append(args, limit(f.Limit), f.Offset)...)
	return list, total, err
}

// PutPaymentOrder implements subsidy.Tx.
func (tx *Tx) PutPaymentOrder(o *subsidy.PaymentOrder) error {
	_, err := tx.exec(`INSERT INTO payment_orders (id, number, policy, purpose, prepared, released, made_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET released = excluded.released`, o.ID, o.Number, o.Policy, o.Purpose, o.Prepared, o.Released, int64(o.Made))
	return err
}

// NextOrderNumber implements subsidy.Tx. There is one writer at a time, so it is
// nobody else's meanwhile.
func (tx *Tx) NextOrderNumber(year int) (n int, err error) {
	err = tx.one(nil, "SELECT count(*) + 1 FROM payment_orders WHERE substr(number, 1, 5) = $1", []any{fmt.Sprintf("%d-", year)}, &n)
	return n, err
}

func scanOrderLine(s scanner) (l subsidy.OrderLine, err error) {
	err = s.Scan(&l.ID, &l.Order, &l.Claim, &l.Item, &l.Source, &l.Payee, &l.PayeeName, sealedBytes{&l.Sealed}, &l.Tail, &l.BankName, &l.BankNo, &l.Amount, &l.State,
		&l.ReceiptNo, dayOf{&l.PaidOn})
	return l, err
}

const orderLineColumns = "id, order_id, claim, item, source, payee, payee_name, sealed, tail, bank_name, bank_no, amount_fen, state, receipt_no, paid_on"

// OrderLine implements subsidy.Tx.
func (tx *Tx) OrderLine(id string) (*subsidy.OrderLine, error) {
	return single(tx, subsidyMissing(), scanOrderLine, "SELECT "+orderLineColumns+" FROM order_lines WHERE id = $1", id)
}

// OrderLines implements subsidy.Tx: by source, and as they were put on the order.
func (tx *Tx) OrderLines(f subsidy.LineFilter) ([]subsidy.OrderLine, error) {
	return all(tx, scanOrderLine, "SELECT "+orderLineColumns+` FROM order_lines WHERE ($1 = '' OR order_id = $1) AND ($2 = '' OR claim = $2) AND ($3 = '' OR state = $3)
		ORDER BY source, id`, f.Order, f.Claim, string(f.State))
}

// PutOrderLine implements subsidy.Tx.
func (tx *Tx) PutOrderLine(l *subsidy.OrderLine) error {
	_, err := tx.exec("INSERT INTO order_lines ("+orderLineColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, receipt_no = excluded.receipt_no, paid_on = excluded.paid_on`,
		l.ID, l.Order, l.Claim, l.Item, l.Source, l.Payee, l.PayeeName, textOf(l.Sealed), l.Tail, l.BankName, l.BankNo, int64(l.Amount), string(l.State),
		l.ReceiptNo, day(l.PaidOn))
	return err
}
