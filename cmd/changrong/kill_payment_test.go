package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/ledger"
)

// killOrder is a payment order as the API tells it.
type killOrder struct {
	Order struct {
		ID, Number, Stage string
		Version           int64
		Amount            int64 `json:"amount_fen"`
	}
	Lines []killLine
	Steps []struct{ Verb string } `json:"decisions"`
}

type killLine struct {
	ID, Claim, State, Tail string
	Payee                  string `json:"payee_name"`
	Amount                 int64  `json:"amount_fen"`
	Receipt                string `json:"receipt_no"`
}

// killPayment puts approved claims on payment orders, lets them be released or takes
// them back, and registers what the bank says of each payment: it was made, or it
// came back. What came back goes on another order.
type killPayment struct {
	clerk, second, head *killPerson
	step                int
	key                 string
	n                   int      // of the request with the key
	claims              []string // that it puts on an order
	refuses             bool     // it takes an order back, or says that a payment came back
	order               killOrder

	orders   map[string]string // acknowledged, and what was done last to it
	receipts map[string]string // line to the number of its receipt
	returned map[string]bool   // lines
	again    int
	unknown  int // what had been done without an answer
	repeated int // messages that had come again before
	wrong    []string

	lost, doubled int
	resting       bool
}

func newKillPayment() *killPayment {
	return &killPayment{orders: map[string]string{}, receipts: map[string]string{}, returned: map[string]bool{}}
}

func (w *killPayment) begin(t *testing.T, s *killSite) {
	t.Helper()
	w.clerk, w.second, w.head = s.known(t, "cz.one"), s.known(t, "cz.two"), s.known(t, "cz.head")
	w.repeated = s.town.hooks.again
}

// The steps of a payment.
const (
	preparing = iota
	releasing
	paying
)

func (w *killPayment) act(ctx context.Context, s *killSite) {
	if w.resting && w.step == preparing && w.key == "" {
		return
	}
	if w.key == "" && !w.plan(ctx, s) {
		<-time.After(10 * time.Millisecond)
		return
	}
	switch w.step {
	case preparing:
		w.prepare(ctx)
	case releasing:
		w.release(ctx)
	case paying:
		w.pay(ctx)
	}
}

// plan decides what the next request is, which is sent with its key until it is known
// what came of it.
func (w *killPayment) plan(ctx context.Context, s *killSite) bool {
	if w.step == preparing {
		var ready struct{ Items []killClaim }
		if w.clerk.call(ctx, "GET", "/api/claims?ready=true&limit=200&policy="+paidPolicy, "", nil, &ready) != http.StatusOK {
			return false
		}
		w.claims = w.claims[:0]
		for i, c := range ready.Items {
			if (i+w.n)%3 == 0 && len(w.claims) < 8 {
				w.claims = append(w.claims, c.ID)
			}
		}
		w.n++
		if len(w.claims) == 0 {
			return false
		}
	} else {
		if !w.look(ctx) {
			return false
		}
		if w.line() == nil {
			w.step = preparing
			return false
		}
		w.n++
	}
	few := len(s.town.claims)-len(w.receipts) < 6 // that are not paid yet: they are kept going
	switch w.refuses = w.n%5 == 0; w.step {
	case releasing:
		w.refuses = w.refuses && !w.resting
	case paying:
		w.refuses = !w.resting && few || w.n%3 == 0
	}
	w.key = crypto.NewID()
	return true
}

// look reads the order again.
func (w *killPayment) look(ctx context.Context) bool {
	var now killOrder
	if w.clerk.call(ctx, "GET", "/api/payment-orders/"+w.order.Order.ID, "", nil, &now) != http.StatusOK {
		return false
	}
	w.order = now
	return true
}

// line is the first line of the order that is open.
func (w *killPayment) line() *killLine {
	for i := range w.order.Lines {
		if w.order.Lines[i].State == "open" {
			return &w.order.Lines[i]
		}
	}
	return nil
}

// came tells what came of a request: it was done, or what it was about has to be
// looked at, since the answer was lost or something else was quicker.
func came(status int) (done, look bool) {
	return status == http.StatusOK, status != unsure && status >= 400 && status < 500
}

func (w *killPayment) prepare(ctx context.Context) {
	body := map[string]any{"policy": paidPolicy, "purpose": fmt.Sprintf("第%d次拨付", w.n), "claims": w.claims}
	var made struct{ ID string }
	switch done, look := came(w.clerk.call(ctx, "POST", "/api/payment-orders", w.key, body, &made)); {
	case done:
		w.take(made.ID)
	case w.clerk.code == "once.answer_lost": // then it is the last
		var page struct{ Items []struct{ ID string } }
		if w.clerk.call(ctx, "GET", "/api/payment-orders?limit=1", "", nil, &page) != http.StatusOK {
			return
		}
		if len(page.Items) == 0 || w.orders[page.Items[0].ID] != "" {
			w.wrong = append(w.wrong, "an order was made, and is not there")
			w.key = ""
			return
		}
		w.unknown++
		w.take(page.Items[0].ID)
	case look:
		w.wrong = append(w.wrong, "an order is refused: "+w.clerk.code)
		w.key = ""
	default:
		w.again++
	}
}

// take goes on with an order that was made.
func (w *killPayment) take(id string) {
	w.order = killOrder{}
	w.order.Order.ID, w.orders[id] = id, "prepare"
	w.step, w.key = releasing, ""
}

func (w *killPayment) release(ctx context.Context) {
	who, what, stage, verb := w.head, "release", "released", "release"
	body := map[string]any{"version": w.order.Order.Version}
	if w.refuses {
		who, what, stage, verb = w.second, "cancellation", "cancelled", "cancel"
		body["reason"] = "重新编制"
	}
	done, look := came(who.call(ctx, "POST", "/api/payment-orders/"+w.order.Order.ID+"/"+what, w.key, body, nil))
	switch {
	case !done && !look:
		w.again++
		return
	case !done:
		code := who.code
		if !w.look(ctx) {
			return
		}
		if w.order.Order.Stage != stage {
			w.wrong = append(w.wrong, "an order cannot be dealt with: "+code)
			w.key = ""
			return
		}
		w.unknown++
	}
	w.orders[w.order.Order.ID] = verb
	w.step, w.key = paying, ""
	if w.refuses {
		w.step = preparing
	}
}

func (w *killPayment) pay(ctx context.Context) {
	l := w.line()
	no := fmt.Sprintf("HD%08d", w.n)
	var in any = map[string]any{"no": no, "payee": l.Payee, "tail": l.Tail, "amount_fen": l.Amount, "on": time.Now().Format(time.DateOnly)}
	what, state := "receipt", "paid"
	if w.refuses {
		in, what, state = map[string]any{"reason": "账号有误，银行退回"}, "failure", "failed"
	}
	id := l.ID
	done, look := came(w.second.call(ctx, "POST", "/api/payments/"+id+"/"+what, w.key, in, nil))
	switch {
	case !done && !look:
		w.again++
		return
	case !done:
		code := w.second.code
		if !w.look(ctx) {
			return
		}
		i := slices.IndexFunc(w.order.Lines, func(x killLine) bool { return x.ID == id })
		if now := w.order.Lines[i]; now.State != state || !w.refuses && now.Receipt != no {
			w.wrong = append(w.wrong, "a payment cannot be registered: "+code)
			w.key = ""
			return
		}
		w.unknown++
	}
	if w.key = ""; w.refuses {
		w.returned[id] = true
	} else {
		w.receipts[id] = no
	}
}

func (w *killPayment) settled(s *killSite) bool {
	w.resting = len(w.receipts) > 0
	if !w.resting || w.step != preparing || w.key != "" {
		return false
	}
	<-time.After(50 * time.Millisecond)
	untold := s.figure("changrong_events_untold")
	for _, state := range []string{"waiting", "running"} {
		var list struct{ Total int }
		if s.system.call(context.Background(), "GET", "/api/jobs?kind=webhook.deliver&state="+state, "", nil, &list) != http.StatusOK {
			return false
		}
		untold += list.Total
	}
	return untold == 0
}

func (w *killPayment) check(t *testing.T, s *killSite) {
	for _, what := range w.wrong {
		t.Error(what)
	}
	paid := w.checkOrders(t)
	claims := killList[killClaim](t, w.clerk, "/api/claims?policy="+paidPolicy+"&")
	held := map[string]int64{}
	for _, c := range claims {
		if held[c.Stage] += c.Amount; c.Stage == "paid" && paid[c.ID] != c.Amount || c.Stage != "paid" && paid[c.ID] >= c.Amount {
			t.Errorf("the claim %s of %d is %s, and %d were paid", c.ID, c.Amount, c.Stage, paid[c.ID])
		}
	}
	if len(claims) != len(s.town.claims) || held["ordered"] != 0 {
		t.Errorf("%d claims of %d; %v", len(claims), len(s.town.claims), held)
	}
	w.checkLedger(t, held["approved"]+held["paid"], paid)
	t.Logf("%d orders, %d receipts and %d returned payments acknowledged, %d lost, %d doubled; %d requests sent again, %d had been done without an answer",
		len(w.orders), len(w.receipts), len(w.returned), w.lost, w.doubled, w.again, w.unknown)
}

// checkOrders looks whether every order and receipt that was acknowledged is there
// once, and no other; it returns what each claim was paid.
func (w *killPayment) checkOrders(t *testing.T) map[string]int64 {
	t.Helper()
	paid, receipts, numbers := map[string]int64{}, map[string]bool{}, map[string]bool{}
	orders := killList[struct{ ID, Number string }](t, w.clerk, "/api/payment-orders?")
	if w.lost = len(w.orders) - len(orders); w.lost != 0 {
		t.Errorf("%d orders, %d were acknowledged", len(orders), len(w.orders))
	}
	lines := 0
	for _, o := range orders {
		if w.orders[o.ID] == "" || numbers[o.Number] {
			w.doubled++
			t.Errorf("the order %s: nobody made it, or it is there twice", o.Number)
		}
		numbers[o.Number] = true
		var v killOrder
		w.clerk.must(t, "/api/payment-orders/"+o.ID, &v)
		sum := int64(0)
		for _, l := range v.Lines {
			sum += l.Amount
			switch l.State {
			case "paid":
				lines++
				if paid[l.Claim] += l.Amount; receipts[l.Receipt] || w.receipts[l.ID] != l.Receipt {
					w.doubled++
					t.Errorf("the receipt %s is there twice, or not what was acknowledged: %s", l.Receipt, w.receipts[l.ID])
				}
				receipts[l.Receipt] = true
			case "failed":
				lines++
				if !w.returned[l.ID] {
					t.Errorf("the payment %s came back, and nobody said so", l.ID)
				}
			case "open":
				t.Errorf("the payment %s is open", l.ID)
			}
		}
		if sum != v.Order.Amount {
			t.Errorf("the order %s of %d has payments of %d", o.Number, v.Order.Amount, sum)
		}
	}
	if less := len(w.receipts) + len(w.returned) - lines; less != 0 {
		w.lost += less
		t.Errorf("%d payments have an outcome, %d were acknowledged", lines, len(w.receipts)+len(w.returned))
	}
	return paid
}

// checkLedger looks whether the ledger balances, and holds what the claims say.
func (w *killPayment) checkLedger(t *testing.T, claims int64, paid map[string]int64) {
	t.Helper()
	var whole struct {
		Whole    bool
		Findings []any
	}
	w.clerk.must(t, "/api/fund/check", &whole)
	if !whole.Whole {
		t.Errorf("the ledger: %v", whole.Findings)
	}
	sums, all := map[string]int64{}, int64(0)
	for _, e := range killList[ledger.Entry](t, w.clerk, "/api/fund/entries?") {
		for _, p := range e.Postings {
			sums[p.Source+" "+string(p.Account)] += int64(p.Amount)
			all += int64(p.Amount)
		}
	}
	if all != 0 {
		t.Errorf("all entries sum to %d", all)
	}
	var x ledger.Execution
	w.clerk.must(t, "/api/fund/execution", &x)
	for _, s := range x.Sources {
		if s.Totals.Budget < 0 || s.Totals.Reserved < 0 || s.Totals.Approved < 0 || s.Totals.Ordered < 0 || s.Totals.Paid < 0 {
			t.Errorf("a source below zero: %+v", s.Totals)
		}
		if int64(s.Totals.Paid) != sums[s.Source.ID+" "+string(ledger.Paid)] {
			t.Errorf("%s has paid %d, its entries say %d", s.Source.ID, s.Totals.Paid, sums[s.Source.ID+" "+string(ledger.Paid)])
		}
	}
	out := int64(0)
	for _, p := range paid {
		out += p
	}
	if int64(x.Total.Paid) != out || int64(x.Total.Approved) != claims-out || x.Total.Ordered != 0 || x.Total.Reserved != 0 {
		t.Errorf("the ledger holds %+v; claims come to %d, of which %d are paid", x.Total, claims, out)
	}
}

// told: each decision on an order or a claim is told once, and has come once to the
// other system.
func (w *killPayment) told(t *testing.T, events []store.Told) {
	w.hooks(t, events)
	count, seen := map[string]int{}, map[string]bool{}
	for _, e := range events {
		if seen[e.ID] {
			t.Errorf("the event %s is there twice", e.ID)
		}
		seen[e.ID] = true
		count[e.Subject+" "+e.Data["verb"]]++
	}
	for id, verb := range w.orders {
		want := map[string][3]int{"release": {1, 1, 0}, "cancel": {1, 0, 1}}[verb]
		if got := [3]int{count[id+" prepare"], count[id+" release"], count[id+" cancel"]}; got != want || verb == "release" && count[id+" finish"] != 1 {
			t.Errorf("of the order %s is told %v: %s", id, got, verb)
		}
	}
}

// hooks compares what the other system was told with what happened.
func (w *killPayment) hooks(t *testing.T, events []store.Told) {
	t.Helper()
	h := w.clerk.site.town.hooks
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, what := range h.wrong {
		t.Error("a message: ", what)
	}
	missing, n := 0, 0
	for _, e := range events {
		orders := strings.HasPrefix(e.Kind, "payment_order.")
		paid := e.Kind == "claim.moved" && slices.Contains(w.clerk.site.town.claims, e.Subject) && slices.Contains([]string{"order", "unorder", "pay"}, e.Data["verb"])
		if !orders && !paid {
			continue
		}
		if n++; h.taken[e.ID] == "" {
			missing++
			t.Errorf("%s %s of %s did not come", e.Kind, e.Data["verb"], e.Subject)
		}
	}
	t.Logf("%d events of payments, %d lost and %d doubled for whoever honours their ids; %d messages came again", n, missing, len(h.wrong), h.again-w.repeated)
}
