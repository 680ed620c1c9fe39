package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/id"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/ledger"
	"changrong/internal/policy"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"
)

// openly keeps numbers as they are, under the name of whose they are.
type openly struct{}

func (openly) Seal(plain []byte, place string) ([]byte, error) {
	return []byte(place + "|" + string(plain)), nil
}

func (openly) Open(sealed []byte, place string) ([]byte, error) {
	plain, ok := bytes.CutPrefix(sealed, []byte(place+"|"))
	if !ok {
		return nil, errors.New("sealed for another")
	}
	return plain, nil
}

// office is a place where claims are dealt with: its people and its clock.
type office struct {
	t     testing.TB
	db    *store.DB
	s     *subsidy.Service
	after *followup.Service
	now   civil.Instant
	banks []string // USCCs
	all   access.Scope
	p     string // the policy
	item  string
}

const wan = money.Wan

func bankUSCC(n int) string {
	code, err := uscc.Make("91", "331082", fmt.Sprintf("MA2%05d", n))
	if err != nil {
		panic(err)
	}
	return code
}

func bankNo() string {
	c, err := id.BankChar("10234500001")
	if err != nil {
		panic(err)
	}
	return "10234500001" + string(c)
}

func newOffice(t testing.TB, db *store.DB, granted money.Fen) *office {
	t.Helper()
	o := &office{t: t, db: db, now: civil.StartOf(mustDay("2022-03-01")) + 9*civil.Hour, all: access.Scope{All: true}, p: "p", item: "rc"}
	o.s = &subsidy.Service{Store: store.Of[subsidy.Tx]{DB: db}, Sealer: openly{}, Now: func() civil.Instant { return o.now }, NewID: crypto.NewID}
	o.after = &followup.Service{Store: store.Of[followup.Tx]{DB: db}, Claims: o.s}
	for i := range 3 {
		o.banks = append(o.banks, bankUSCC(i))
	}
	o.must(db.Write(t.Context(), func(tx *store.Tx) error {
		for i, code := range o.banks {
			if err := tx.PutOrg(&access.Org{ID: fmt.Sprintf("bank%d", i), Kind: access.BankOrg, Name: fmt.Sprintf("第%d银行", i), USCC: code}); err != nil {
				return err
			}
		}
		for _, kind := range []access.OrgKind{access.OfficeOrg, access.BureauOrg, access.PBoCOrg, access.RegulatorOrg} {
			if err := tx.PutOrg(&access.Org{ID: string(kind), Kind: kind, Name: string(kind)}); err != nil {
				return err
			}
		}
		return nil
	}))
	o.grant(granted)
	return o
}

// grant makes two sources that pay for the office's item.
func (o *office) grant(sum money.Fen) {
	o.t.Helper()
	o.must(o.db.Write(o.t.Context(), func(tx *store.Tx) error {
		for i, level := range []ledger.Level{ledger.Provincial, ledger.County} {
			s := ledger.Source{
				ID: fmt.Sprintf("%s-source%d", o.item, i), Year: 2022, Level: level, Document: fmt.Sprintf("浙财金〔2022〕%d号", i+1), Title: "奖补资金 " + o.item,
				Purposes: []string{o.item}, Function: "2170399",
			}
			if err := tx.PutLedgerSource(&s); err != nil {
				return err
			}
			if _, err := ledger.Allot(tx, ledger.Move{
				Ref: s.ID, At: o.now, By: "chief", Document: s.Document, Parts: []ledger.Part{{Source: s.ID, Amount: sum / 2}},
			}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func mustDay(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(err error, code string) {
	o.t.Helper()
	if fault.CodeOf(err) != code {
		o.t.Fatalf("got %v, not %s", err, code)
	}
}

// who is somebody with roles in an organisation; the first letters say the role.
func who(name, org string, roles ...access.Role) access.Caller {
	return access.Caller{Principal: &access.Principal{Account: name, Name: name, Org: org, Roles: roles}}
}

var (
	lead0   = who("lead0", "bank0", access.BankLead)
	lead1   = who("lead1", "bank1", access.BankLead)
	officer = who("officer", "office", access.Office)
	head    = who("head", "office", access.OfficeLead)
	bureau  = who("bureau", "bureau", access.Bureau)
	chief   = who("chief", "bureau", access.BureauLead)
	chief2  = who("chief2", "bureau", access.BureauLead)
	central = who("pboc", "pboc", access.PBoC)
	watcher = who("regulator", "regulator", access.Regulator)
)

func (o *office) scope(c access.Caller) access.Scope {
	if c.Roles[0] == access.Bank || c.Roles[0] == access.BankLead {
		return access.Scope{Org: c.Org}
	}
	return o.all
}

func (o *office) act(c access.Caller, id string, verb workflow.Verb) error {
	_, err := o.s.Act(o.t.Context(), c, o.scope(c), id, subsidy.Action{Verb: verb, Reason: "因为"})
	return err
}

func (o *office) attachAll(id string) {
	o.t.Helper()
	for _, paper := range []string{"application", "commitment"} {
		_, err := o.s.Attach(o.t.Context(), lead0, o.all, workflow.Attachment{Case: id, Paper: paper, Name: paper + ".pdf", Type: "pdf", SHA256: "00", Size: 1})
		o.must(err)
	}
}

func (o *office) run(id string, amounts ...money.Fen) subsidy.Run {
	r := subsidy.Run{ID: id, Policy: o.p, Period: "2021", Lines: "sum-" + id}
	for i, a := range amounts {
		r.Dues = append(r.Dues, subsidy.Due{
			Item: o.item, ItemTitle: "风险补偿", Payee: o.banks[i], PayeeName: fmt.Sprintf("第%d银行", i), PayeeKind: policy.PayInstitution, Rows: 3, Amount: a,
		})
	}
	return r
}

func (o *office) claims(f subsidy.ClaimFilter) []subsidy.Claim {
	o.t.Helper()
	f.Policy = o.p
	list, _, err := o.s.Claims(o.t.Context(), o.all, f)
	o.must(err)
	return list
}

func (o *office) claim(id string) *subsidy.Claim {
	o.t.Helper()
	d, err := o.s.Detail(o.t.Context(), head, o.all, id)
	o.must(err)
	return &d.Claim
}

func (o *office) account(payee string) {
	o.t.Helper()
	_, err := o.s.SetAccount(o.t.Context(), bureau, o.all, subsidy.PayeeAccount{Payee: payee, Name: "第一银行", BankName: "某银行临海支行", BankNo: bankNo()}, "6222021234567890")
	o.must(err)
	_, err = o.s.ConfirmAccount(o.t.Context(), bureau, payee, 1)
	o.refused(err, "workflow.four_eyes")
	_, err = o.s.ConfirmAccount(o.t.Context(), chief, payee, 1)
	o.must(err)
}

func (o *office) days(n int) { o.now += civil.Instant(n) * civil.Day }

// TestFromDraftToReceipt goes the whole way, with what each step refuses.
func TestFromDraftToReceipt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 150*wan)
		ctx := t.Context()
		_, err := o.s.DraftClaims(ctx, head, o.run("run1", 100*wan, 30*wan, 0))
		o.must(err)
		drafts := o.claims(subsidy.ClaimFilter{})
		if len(drafts) != 2 || drafts[0].Org != "bank0" || drafts[0].Amount != 100*wan {
			t.Fatalf("drafts: %+v", drafts)
		}
		id := drafts[0].ID
		_, err = o.s.Detail(ctx, lead1, o.scope(lead1), id)
		o.refused(err, "subsidy.not_found")
		_, err = o.s.Amend(ctx, lead0, o.scope(lead0), id, 1, 200*wan, "")
		o.refused(err, "subsidy.settled")
		o.refused(o.act(lead0, id, subsidy.Submit), "subsidy.missing")
		o.attachAll(id)
		o.must(o.act(lead0, id, subsidy.Submit))
		o.must(o.act(officer, id, subsidy.Accept))
		o.refused(o.act(officer, id, subsidy.Pass), "workflow.four_eyes")
		o.must(o.act(head, id, subsidy.Pass))
		less := 99 * wan
		_, err = o.s.Act(ctx, bureau, o.all, id, subsidy.Action{Verb: subsidy.Pass, ReduceTo: &less})
		o.refused(err, "workflow.reason")
		_, err = o.s.Act(ctx, bureau, o.all, id, subsidy.Action{Verb: subsidy.Pass, ReduceTo: &less, Reason: "一笔重复"})
		o.must(err)
		o.must(o.act(central, id, subsidy.Agree))
		o.days(7) // five working days of comments, and the regulator silent
		if n, err := o.s.Tick(ctx); n != 0 || err != nil {
			t.Fatalf("on the last day the clock moves %d: %v", n, err)
		}
		o.days(1)
		if n, err := o.s.Tick(ctx); n != 1 || err != nil {
			t.Fatalf("the clock moves %d: %v", n, err)
		}
		notice, err := o.s.PublishNotice(ctx, head, "p", "拟兑付名单公示", "电话 0576-0000000", []string{id})
		o.must(err)
		if notice.Last != mustDay("2022-03-16") {
			t.Errorf("the notice lasts until %s", notice.Last)
		}
		o.objections(notice.ID, id)
		o.refused(o.act(bureau, id, subsidy.Approve), "workflow.not_yours")
		o.must(o.act(chief, id, subsidy.Approve))
		o.payments(id, 99*wan)
		got := o.claim(id)
		if got.Stage != subsidy.Paid || got.Amount != 99*wan || got.Reduced() != wan {
			t.Errorf("in the end %s, %s, less %s", got.Stage, got.Amount, got.Reduced())
		}
		o.afterwards(id, 99*wan)
		o.audit()
	})
}

// objections objects while the notice is open, and has the objection answered.
func (o *office) objections(notice, claim string) {
	o.t.Helper()
	ctx := o.t.Context()
	_, err := o.s.ObjectTo(ctx, access.Caller{}, subsidy.Objection{Notice: notice, Claim: claim, Name: "某人", Contact: "", Text: "重复享受政策"})
	o.refused(err, "subsidy.objection")
	made, err := o.s.ObjectTo(ctx, access.Caller{}, subsidy.Objection{Notice: notice, Claim: claim, Name: "某人", Contact: "0576-12345678", Text: "重复享受政策"})
	o.must(err)
	o.days(8)
	if n, err := o.s.Tick(ctx); n != 0 || err != nil {
		o.t.Fatalf("with an open objection the clock moves %d: %v", n, err)
	}
	_, err = o.s.ObjectTo(ctx, access.Caller{}, subsidy.Objection{Notice: notice, Name: "某人", Contact: "0576-12345678", Text: "来得晚了一步"})
	o.refused(err, "subsidy.notice_over")
	_, err = o.s.AnswerObjection(ctx, head, made.ID, 1, subsidy.Dismissed, "经核实未重复享受", "")
	o.must(err)
	_, err = o.s.AnswerObjection(ctx, head, made.ID, 2, subsidy.Dismissed, "经核实未重复享受", "")
	o.refused(err, "subsidy.answered")
	if n, err := o.s.Tick(ctx); n != 1 || err != nil {
		o.t.Fatalf("after the notice the clock moves %d: %v", n, err)
	}
}

// payments orders and pays an approved claim, one line failing at first.
func (o *office) payments(id string, amount money.Fen) {
	o.t.Helper()
	ctx := o.t.Context()
	_, err := o.s.PrepareOrder(ctx, bureau, "p", "风险补偿金", []string{id})
	o.refused(err, "subsidy.no_account")
	o.account(o.claim(id).Payee)
	order, err := o.s.PrepareOrder(ctx, chief, "p", "风险补偿金", []string{id})
	o.must(err)
	if order.Amount != amount || order.Number != "2022-0001" {
		o.t.Fatalf("order %s over %s", order.Number, order.Amount)
	}
	_, err = o.s.PrepareOrder(ctx, bureau, "p", "风险补偿金", []string{id})
	o.refused(err, "subsidy.on_order")
	view, err := o.s.Order(ctx, chief, order.ID)
	o.must(err)
	if len(view.Lines) != 2 { // 75 万 of the province, 24 万 of the county
		o.t.Fatalf("lines: %+v", view.Lines)
	}
	_, err = o.s.RegisterReceipt(ctx, bureau, view.Lines[0].ID, subsidy.BankReceipt{No: "1", Amount: view.Lines[0].Amount, On: o.now.Date()})
	o.refused(err, "subsidy.line")
	_, err = o.s.ReleaseOrder(ctx, chief, order.ID, 0)
	o.refused(err, "workflow.four_eyes")
	_, err = o.s.ReleaseOrder(ctx, chief2, order.ID, 0)
	o.must(err)
	_, err = o.s.RegisterReceipt(ctx, bureau, view.Lines[0].ID, subsidy.BankReceipt{No: "1", Amount: view.Lines[0].Amount + 1, On: o.now.Date()})
	o.refused(err, "subsidy.receipt")
	_, err = o.s.RegisterReceipt(ctx, bureau, view.Lines[0].ID, subsidy.BankReceipt{No: "1", Amount: view.Lines[0].Amount, On: o.now.Date()})
	o.must(err)
	_, err = o.s.FailLine(ctx, bureau, view.Lines[1].ID, "账号有误")
	o.must(err)
	if got := o.claim(id); got.Stage != subsidy.Approved {
		o.t.Fatalf("after a failed payment at %s", got.Stage)
	}
	again, err := o.s.PrepareOrder(ctx, bureau, "p", "风险补偿金", []string{id})
	o.must(err)
	_, err = o.s.ReleaseOrder(ctx, chief, again.ID, 0)
	o.must(err)
	matches, err := o.s.RegisterAll(ctx, bureau, again.ID, []subsidy.BankReceipt{{No: "2", Payee: "第一银行", Tail: "7890", Amount: again.Amount, On: o.now.Date()}}, civil.Range{})
	o.must(err)
	if len(matches) != 1 || matches[0].Line == "" {
		o.t.Fatalf("matches: %+v", matches)
	}
	sheet, err := o.s.Sheet(ctx, chief, order.ID)
	o.must(err)
	if sheet.Prepared != "chief" || sheet.Released != "chief2" || len(sheet.Groups) != 2 || sheet.Groups[0].Lines[0].Number != "6222021234567890" || sheet.Total != amount {
		o.t.Errorf("sheet: %+v", sheet)
	}
}

func (o *office) held(id string) (t ledger.Totals, err error) {
	err = o.db.Read(o.t.Context(), func(tx *store.Tx) error {
		b, err := ledger.Held(tx, id)
		t = ledger.TotalsOf(b)
		return err
	})
	return t, err
}

// audit holds everything that is kept against everything else.
func (o *office) audit() {
	o.t.Helper()
	o.must(o.db.Read(context.WithoutCancel(o.t.Context()), func(tx *store.Tx) error {
		claims, _, err := tx.Claims(subsidy.ClaimFilter{}, o.all)
		if err != nil {
			return err
		}
		for i := range claims {
			if err := o.auditClaim(tx, &claims[i]); err != nil {
				return err
			}
		}
		orders, _, err := tx.PaymentOrders(subsidy.OrderFilter{})
		if err != nil {
			return err
		}
		for _, x := range orders {
			if x.Released != "" && x.Released == x.Prepared {
				o.t.Errorf("one person prepared and released order %s", x.Number)
			}
			o.derived(tx, subsidy.OrderLife, &x.Case)
		}
		balances, err := tx.LedgerBalances(ledger.BalanceFilter{})
		if err != nil {
			return err
		}
		sums := map[string]money.Fen{}
		for _, b := range balances {
			sums[b.Source] += b.Amount
			if b.Account != ledger.Origin && b.Amount < 0 {
				o.t.Errorf("below zero: %+v", b)
			}
		}
		for source, sum := range sums {
			if sum != 0 {
				o.t.Errorf("%s sums to %s", source, sum)
			}
		}
		return nil
	}))
}

// derived tells whether a case stands where its decisions say, and nobody decided twice.
func (o *office) derived(tx *store.Tx, table *workflow.Table, c *workflow.Case) []workflow.Decision {
	o.t.Helper()
	decisions, err := tx.Decisions(c.ID)
	o.must(err)
	state, err := table.Replay(decisions)
	if err != nil || state.Stage != c.Stage || state.Round != c.Round || state.Paused != c.Paused() || state.Decided != c.Decided {
		o.t.Errorf("%s is kept at %s in round %d, its decisions say %+v (%v)", c.Title, c.Stage, c.Round, state, err)
	}
	seen := map[string]bool{}
	for _, d := range decisions {
		key := fmt.Sprint(d.Round, d.Stage, d.Person)
		if d.Person == "" || d.Verb == workflow.Pause || d.Verb == workflow.Resume {
			continue
		}
		if seen[key] {
			o.t.Errorf("%s decided twice at %s of %s", d.Person, d.Stage, c.Title)
		}
		seen[key] = true
	}
	return decisions
}

// bound are the accounts in which the whole of a claim stands at a stage.
var bound = map[workflow.Stage]ledger.Account{
	subsidy.Comments: ledger.Reserved, subsidy.Consultation: ledger.Reserved, subsidy.Cleared: ledger.Reserved, subsidy.PublicNotice: ledger.Reserved,
	subsidy.Approval: ledger.Reserved,
}

func (o *office) auditClaim(tx *store.Tx, c *subsidy.Claim) error {
	o.t.Helper()
	o.derived(tx, subsidy.Life, &c.Case)
	held, err := ledger.Held(tx, c.ID)
	if err != nil {
		return err
	}
	t := ledger.TotalsOf(held)
	sum := t.Reserved + t.Approved + t.Ordered + t.Paid + t.Returned
	var want money.Fen
	if c.Bound() || c.Stage == subsidy.Ordered || bound[c.Stage] != "" || settled(c.Stage) {
		want = c.Amount
	}
	if sum != want {
		o.t.Errorf("%s at %s comes to %s, and the ledger holds %s", c.Title, c.Stage, c.Amount, sum)
	}
	if a, ok := bound[c.Stage]; ok && t.Of(a) != want {
		o.t.Errorf("%s at %s: %s of %s in %s", c.Title, c.Stage, t.Of(a), want, a)
	}
	if err := o.auditReturns(tx, c, t); err != nil {
		return err
	}
	if c.Amount > c.Computed {
		o.t.Errorf("%s was raised from %s to %s", c.Title, c.Computed, c.Amount)
	}
	return nil
}

func TestLaterRunTakesThePlaceOfDrafts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 500*wan)
		ctx := t.Context()
		first := o.run("run1", 100*wan, 30*wan, 20*wan)
		state, err := o.s.DraftClaims(ctx, head, first)
		o.must(err)
		if state.Made != 3 {
			t.Errorf("made %d", state.Made)
		}
		for range 2 {
			again, err := o.s.DraftClaims(ctx, head, first)
			o.must(err)
			if again.Made != 3 || len(o.claims(subsidy.ClaimFilter{})) != 3 {
				t.Fatalf("the same once more: %+v", again)
			}
		}
		before := o.claims(subsidy.ClaimFilter{})
		o.attachAll(before[0].ID)
		o.attachAll(before[1].ID)
		o.must(o.act(lead1, before[1].ID, subsidy.Submit))
		state, err = o.s.DraftClaims(ctx, head, o.run("run2", 90*wan, 31*wan, 0))
		o.must(err)
		if state.Made != 1 || state.Superseded != 1 || state.Dropped != 1 || len(state.Differences) != 3 {
			t.Errorf("a later run: %+v", state)
		}
		live, err := liveOf(o, before[0].Payee)
		o.must(err)
		if live.Amount != 90*wan || live.Before != before[0].ID || live.Was != 100*wan || live.Stage != subsidy.Draft {
			t.Errorf("in its place: %+v", live)
		}
		d, err := o.s.Detail(ctx, lead0, o.scope(lead0), live.ID)
		o.must(err)
		if len(d.Missing) != 0 || len(d.Earlier) != 1 {
			t.Errorf("papers are not taken over: %v missing, %d earlier", d.Missing, len(d.Earlier))
		}
		if c := o.claim(before[1].ID); c.Stage != subsidy.Submitted || c.Amount != 30*wan {
			t.Errorf("a claim that went further was changed: %+v", c)
		}
		if c := o.claim(before[2].ID); c.Stage != subsidy.Superseded {
			t.Errorf("a draft that is paid no longer is at %s", c.Stage)
		}
		if state, err = o.s.DraftClaims(ctx, head, first); err != nil || !state.Done {
			t.Errorf("the first once more: %v", err)
		}
		_, err = o.s.DraftClaims(ctx, head, subsidy.Run{ID: "run1", Policy: "other"})
		o.refused(err, "subsidy.run")
		o.audit()
	})
}

func liveOf(o *office, payee string) (c *subsidy.Claim, err error) {
	err = o.db.Read(o.t.Context(), func(tx *store.Tx) error {
		c, err = tx.LiveClaim("p", "2021", "rc", payee)
		return err
	})
	return c, err
}

// TestNothingIsClaimedTwice files beside what is there.
func TestNothingIsClaimedTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 500*wan)
		ctx := t.Context()
		filing := subsidy.Filing{
			Policy: "p", Period: "2021", Item: "rc", ItemTitle: "风险补偿", Payee: o.banks[0], PayeeKind: policy.PayInstitution, PayeeName: "第0银行", Amount: 5 * wan,
		}
		as := lead0
		as.OrgKind = access.BankOrg
		c, err := o.s.File(ctx, as, filing)
		o.must(err)
		_, err = o.s.File(ctx, as, filing)
		o.refused(err, "subsidy.taken")
		other := filing
		other.Payee = o.banks[1]
		_, err = o.s.File(ctx, as, other)
		o.refused(err, "subsidy.payee")
		_, err = o.s.Amend(ctx, lead0, o.scope(lead0), c.ID, 1, 6*wan, "多算一笔")
		o.must(err)
		_, err = o.s.Amend(ctx, lead0, o.scope(lead0), c.ID, 1, 7*wan, "")
		o.refused(err, "store.changed")
		_, err = o.s.Amend(ctx, lead1, o.scope(lead1), c.ID, 2, 7*wan, "")
		o.refused(err, "subsidy.not_found")
		state, err := o.s.DraftClaims(ctx, head, o.run("run1", 100*wan))
		o.must(err)
		if state.Made != 0 || len(state.Differences) != 1 {
			t.Errorf("beside a filed claim: %+v", state)
		}
		o.must(o.act(lead0, c.ID, subsidy.Withdraw))
		if _, err = o.s.File(ctx, as, filing); err != nil {
			t.Errorf("after it was withdrawn: %v", err)
		}
	})
}

func TestWhatWaitsForWhom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 500*wan)
		ctx := t.Context()
		_, err := o.s.DraftClaims(ctx, head, o.run("run1", 100*wan, 30*wan))
		o.must(err)
		waits := func(c access.Caller, late bool) int {
			list, n, err := o.s.Waiting(ctx, c, workflow.WaitingQuery{Late: late, Limit: 10})
			o.must(err)
			if len(list) != n {
				t.Errorf("%d of %d", len(list), n)
			}
			return n
		}
		if a, b, c := waits(lead0, false), waits(lead1, false), waits(officer, false); a != 1 || b != 1 || c != 0 {
			t.Errorf("drafts wait for %d, %d and %d", a, b, c)
		}
		id := o.claims(subsidy.ClaimFilter{Org: "bank0"})[0].ID
		o.attachAll(id)
		o.must(o.act(lead0, id, subsidy.Submit))
		if a, b, c := waits(lead0, false), waits(officer, false), waits(officer, true); a != 0 || b != 1 || c != 0 {
			t.Errorf("submitted, it waits for %d and %d, late %d", a, b, c)
		}
		o.days(3)
		if got := waits(officer, true); got != 1 {
			t.Errorf("%d are late", got)
		}
		if got := o.claims(subsidy.ClaimFilter{Late: true}); len(got) != 1 || got[0].ID != id {
			t.Errorf("late: %v", got)
		}
		o.must(o.act(officer, id, subsidy.Accept))
		o.must(o.act(head, id, subsidy.Pass))
		o.must(o.act(bureau, id, subsidy.Pass))
		o.must(o.act(central, id, subsidy.Agree))
		if a, b := waits(central, false), waits(watcher, false); a != 0 || b != 1 {
			t.Errorf("comments wait for %d and %d", a, b)
		}
		out, err := o.s.ActAll(ctx, watcher, o.all, []string{id, o.claims(subsidy.ClaimFilter{Org: "bank1"})[0].ID, "nothing"}, subsidy.Action{Verb: subsidy.Object, Reason: "有逾期"})
		o.must(err)
		if out[0].Stage != subsidy.Consultation || out[1].Code != "workflow.no_move" || out[2].Code != "subsidy.not_found" {
			t.Errorf("a batch: %+v", out)
		}
	})
}

// TestRandomPeople has random people do random things to claims of a policy with
// too little money, and holds what is kept against everything else.
func TestRandomPeople(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes under the race detector")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 2*wan)
		_, err := o.s.DraftClaims(t.Context(), head, o.run("run", wan, wan, wan))
		o.must(err)
		for _, payee := range o.banks {
			o.account(payee)
		}
		ends := map[workflow.Stage]int{}
		steps, moves := 0, 0
		for seed := range walks {
			r := rand.New(rand.NewPCG(uint64(seed), 47))
			o.p, o.item = fmt.Sprint("p", seed), fmt.Sprint("rc", seed)
			o.grant(120 * wan) // less than is asked for
			o.now = civil.StartOf(mustDay("2022-03-01"))
			_, err := o.s.DraftClaims(t.Context(), head, o.run(o.p+"-run", 100*wan, 30*wan, 20*wan))
			o.must(err)
			for _, c := range o.claims(subsidy.ClaimFilter{}) {
				o.attachAll(c.ID)
			}
			for range 20 + r.IntN(180) {
				steps++
				if o.step(r) {
					moves++
				}
			}
			o.audit()
			if t.Failed() {
				t.Fatalf("the walk of seed %d", seed)
			}
			for _, c := range o.claims(subsidy.ClaimFilter{}) {
				ends[c.Stage]++
			}
		}
		t.Logf("%d walks, %d steps, %d moves; the claims end at %v", walks, steps, moves, ends)
	})
}

// walks is how many random walks are made on each database.
const walks = 8

// everybody are the people of a random walk; some have more than one role.
var everybody = []access.Caller{
	lead0, lead1, who("lead2", "bank2", access.BankLead), who("clerk0", "bank0", access.Bank), officer, head, bureau, chief, chief2, central, watcher,
	who("both", "bureau", access.Bureau, access.BureauLead), who("auditor", "audit", access.Auditor),
}

// next is what comes next at a stage, as step numbers it, where it is not for
// stepClaim.
var next = map[workflow.Stage]int{
	subsidy.Comments: 10, subsidy.Cleared: 6, subsidy.PublicNotice: 0, subsidy.Approved: 1, subsidy.Ordered: 2, subsidy.Paid: 8, subsidy.Clawback: 9,
	subsidy.Draft: 10, subsidy.Submitted: 10, subsidy.OfficeReview: 10, subsidy.BureauReview: 10, subsidy.Consultation: 10, subsidy.Approval: 10,
	subsidy.FollowUp: 9, subsidy.Confirmed: 9, subsidy.Recovered: 9,
}

// people are those of whom one is likely to do that.
func people(s workflow.Stage) []access.Caller {
	if s == subsidy.Cleared || s == subsidy.Paid {
		return []access.Caller{officer, head, chief}
	}
	if settled(s) {
		return []access.Caller{officer, head, bureau, chief, chief2}
	}
	return []access.Caller{bureau, chief, chief2}
}

// step has somebody do something, and tells whether it was done.
func (o *office) step(r *rand.Rand) bool {
	ctx := o.t.Context()
	claims := o.claims(subsidy.ClaimFilter{})
	c := everybody[r.IntN(len(everybody))]
	claim := claims[r.IntN(len(claims))]
	var err error
	what := r.IntN(20)
	if now, ok := next[claim.Stage]; ok && r.IntN(4) > 0 {
		what = now
		if claim.Stage == subsidy.Approved {
			what += r.IntN(2) // it may be on an order
		}
		c = people(claim.Stage)[r.IntN(len(people(claim.Stage)))]
	}
	switch what {
	case 0:
		o.days(r.IntN(9))
		_, err = o.s.Tick(ctx)
	case 1:
		ids := []string{claim.ID}
		for _, x := range o.claims(subsidy.ClaimFilter{Ready: true}) {
			ids = append(ids, x.ID)
		}
		_, err = o.s.PrepareOrder(ctx, c, o.p, "用途", ids[min(len(ids)-1, 1):])
	case 2, 3, 4, 5:
		err = o.stepOrder(r, c)
	case 6:
		cleared := o.claims(subsidy.ClaimFilter{Stages: []workflow.Stage{subsidy.Cleared}})
		if len(cleared) > 0 {
			_, err = o.s.PublishNotice(ctx, c, o.p, "公示", "联系电话", []string{cleared[0].ID})
		}
	case 7:
		if r.IntN(10) == 0 {
			id := fmt.Sprint(o.p, "-run", r.IntN(1000))
			_, err = o.s.DraftClaims(ctx, head, o.run(id, money.Fen(r.IntN(100))*wan, money.Fen(r.IntN(50))*wan, money.Fen(r.IntN(50))*wan))
			for _, x := range o.claims(subsidy.ClaimFilter{Stages: []workflow.Stage{subsidy.Draft}}) {
				o.attachAll(x.ID)
			}
		}
	case 8:
		_, err = o.after.DrawSample(ctx, c, followup.Sample{Policy: o.p, Seed: "seed", Strata: []followup.Stratum{{Percent: r.IntN(101)}}, ByItem: r.IntN(2) == 0})
	case 9:
		err = o.stepAfter(r, c, &claim)
	default:
		err = o.stepClaim(r, c, &claim)
	}
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
		o.t.Errorf("a defect: %v", err)
	}
	return err == nil
}

// stepClaim has somebody act on a claim: mostly one who can, and sends back or ends
// it less often than not.
func (o *office) stepClaim(r *rand.Rand, c access.Caller, claim *subsidy.Claim) error {
	verbs := []workflow.Verb{workflow.Pause, workflow.Resume}
	rare := r.IntN(5) == 0
	for _, m := range subsidy.Life.From(claim.Stage) {
		if rare || !m.Again && !subsidy.Life.Rule(m.To).Ends {
			verbs = append(verbs, m.Verb)
		}
	}
	verb := verbs[len(verbs)-1-r.IntN(len(verbs))]
	if r.IntN(10) > 0 {
		for i := range everybody { // somebody who can
			p := everybody[(i+r.IntN(len(everybody)))%len(everybody)]
			d, err := o.s.Detail(o.t.Context(), p, o.scope(p), claim.ID)
			if err == nil && slices.Contains(d.Can, verb) {
				c = p
				break
			}
		}
	}
	a := subsidy.Action{Verb: verb, Reason: "因为"}
	if less := claim.Amount - money.Fen(r.IntN(5)-1)*wan; rare {
		a.ReduceTo = &less
	}
	_, err := o.s.Act(o.t.Context(), c, o.scope(c), claim.ID, a)
	return err
}

func (o *office) stepOrder(r *rand.Rand, c access.Caller) error {
	ctx := o.t.Context()
	orders, _, err := o.s.Orders(ctx, subsidy.OrderFilter{Policy: o.p, Limit: 5})
	if err != nil || len(orders) == 0 {
		return err
	}
	x := orders[r.IntN(len(orders))]
	view, err := o.s.Order(ctx, c, x.ID)
	if err != nil {
		return err
	}
	line := view.Lines[r.IntN(len(view.Lines))]
	switch r.IntN(10) {
	case 0:
		_, err = o.s.CancelOrder(ctx, c, x.ID, "因为", 0)
	case 1:
		_, err = o.s.FailLine(ctx, c, line.ID, "账号有误")
	case 2, 3, 4, 5:
		_, err = o.s.ReleaseOrder(ctx, c, x.ID, 0)
	default:
		_, err = o.s.RegisterReceipt(ctx, c, line.ID, subsidy.BankReceipt{No: line.ID, Amount: line.Amount, On: o.now.Date()})
	}
	return err
}
