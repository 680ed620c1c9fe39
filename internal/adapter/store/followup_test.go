package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"
)

// settled tells whether all of a claim at this stage was paid once.
func settled(s workflow.Stage) bool {
	switch s {
	case subsidy.Paid, subsidy.FollowUp, subsidy.Confirmed, subsidy.Clawback, subsidy.Recovered:
		return true
	}
	return false
}

// proposal is of an amount, due in thirty days.
func (o *office) proposal(claim string, amount money.Fen) followup.Proposal {
	return followup.Proposal{Claim: claim, Amount: amount, Why: "贷款提前结清", Basis: "实施细则第九条", Deadline: o.now.Date() + 30}
}

func (o *office) decide(c access.Caller, id string, verb workflow.Verb) error {
	_, err := o.after.Act(o.t.Context(), c, id, followup.Action{Verb: verb, Reason: "因为"})
	return err
}

func (o *office) receive(c access.Caller, id, no string, amount money.Fen) error {
	_, err := o.after.Receive(o.t.Context(), c, id, followup.Receipt{No: no, Payer: "第零银行", Amount: amount, On: o.now.Date()})
	return err
}

// afterwards draws a claim that was paid, of 75 万 by the province and the rest by the
// county, takes a part of it back in two parts, and then all of it.
func (o *office) afterwards(id string, paid money.Fen) {
	o.t.Helper()
	ctx := o.t.Context()
	sample, err := o.after.DrawSample(ctx, head, followup.Sample{Policy: "p", Seed: "seed", Strata: []followup.Stratum{{Percent: 100}}, ByItem: true})
	o.must(err)
	if !slices.Equal(sample.Drawn, []string{id}) {
		o.t.Errorf("drawn: %v", sample.Drawn)
	}
	o.refused(o.act(officer, id, subsidy.Confirm), "subsidy.elsewhere")
	find := func(outcome followup.Outcome, text string, p *followup.Proposal) (*followup.Finding, error) {
		return o.after.Find(ctx, officer, followup.Finding{Claim: id, Outcome: outcome, Text: text}, p)
	}
	_, err = find(followup.Clean, "", nil)
	o.refused(err, "followup.finding")
	_, err = find(followup.GoBack, "一笔提前结清", nil)
	o.refused(err, "followup.finding")
	p := o.proposal(id, paid+1)
	_, err = find(followup.GoBack, "一笔提前结清", &p)
	o.refused(err, "followup.amount")
	p.Amount = 33 * wan
	f, err := find(followup.GoBack, "一笔提前结清", &p)
	o.must(err)
	_, err = o.after.Propose(ctx, bureau, p)
	o.refused(err, "followup.open")
	_, err = o.after.Of(ctx, lead0, o.scope(lead0), f.Clawback)
	o.refused(err, "subsidy.not_found") // the bank sees it when it is issued
	o.partly(id, f.Clawback, paid)
	o.wholly(id, paid)
	view, err := o.after.SampleOf(ctx, sample.ID)
	o.must(err)
	if !view.Same || view.Done != 1 || view.Wrong != 1 || len(view.Claims) != 1 || view.Claims[0].Finding.Clawback != f.Clawback {
		o.t.Errorf("the sample: %+v", view)
	}
	_, err = o.after.DrawSample(ctx, head, followup.Sample{Policy: "p", Seed: "again", Strata: []followup.Stratum{{Percent: 100}}})
	o.refused(err, "followup.no_paid")
}

// partly has 33 万 ordered back, and returned as 10 万 and 23 万.
func (o *office) partly(id, back string, paid money.Fen) {
	o.t.Helper()
	ctx := o.t.Context()
	o.refused(o.receive(bureau, back, "r0", wan), "followup.not_collecting")
	o.refused(o.decide(officer, back, followup.Issue), "workflow.not_yours")
	o.must(o.decide(chief, back, followup.Issue))
	o.refused(o.decide(chief2, back, followup.Issue), "workflow.no_move")
	v, err := o.after.Of(ctx, lead0, o.scope(lead0), back)
	o.must(err)
	if v.Clawback.Number != "2022-0001" || v.Clawback.DueOn != v.Clawback.Deadline || v.Outstanding != 33*wan || len(v.Decisions) != 0 || o.claim(id).Stage != subsidy.Clawback {
		o.t.Errorf("issued: %+v", v)
	}
	if _, err := o.after.Of(ctx, lead1, o.scope(lead1), back); err == nil {
		o.t.Error("another bank sees it")
	}
	o.refused(o.receive(bureau, back, "r1", 33*wan+1), "followup.too_much")
	o.refused(o.receive(bureau, back, "", wan), "followup.receipt")
	o.must(o.receive(bureau, back, "r1", 10*wan))
	o.refused(o.receive(bureau, back, "r1", 10*wan), "followup.receipt_known")
	if got := o.claim(id); got.Kept != paid-10*wan || got.Amount != paid || got.Stage != subsidy.Clawback {
		o.t.Errorf("after a part: %+v", got)
	}
	o.days(31)
	for i, want := range []int{1, 0} { // told once
		if n, err := o.after.Tick(ctx); n != want || err != nil {
			o.t.Errorf("late, %d: %d are told of, %v", i, n, err)
		}
	}
	late, n, err := o.after.List(ctx, o.all, followup.Filter{Late: true, Open: true})
	o.must(err)
	if n != 1 || late[0].ID != back || late[0].Returned != 10*wan {
		o.t.Errorf("late: %+v", late)
	}
	o.must(o.receive(bureau, back, "r2", 23*wan))
	v, err = o.after.Of(ctx, chief, o.all, back)
	o.must(err)
	if v.Clawback.Stage != followup.Done || v.Outstanding != 0 || len(v.Receipts) != 2 || o.claim(id).Stage != subsidy.Recovered {
		o.t.Errorf("all came back: %+v", v)
	}
	// 75 of 99 were the province's: 25 of 33 万
	o.sources(id, ledger.Returned, 25*wan, 8*wan)
	o.sources(id, ledger.Paid, 50*wan, 16*wan)
	o.refused(o.receive(bureau, back, "r3", 1), "followup.not_collecting")
}

// sources holds what the province's and the county's source have for a claim in an
// account.
func (o *office) sources(id string, a ledger.Account, want ...money.Fen) {
	o.t.Helper()
	got := make([]money.Fen, 2)
	o.must(o.db.Read(o.t.Context(), func(tx *store.Tx) error {
		held, err := ledger.Held(tx, id)
		for _, b := range held {
			if b.Account == a {
				got[int(b.Source[len(b.Source)-1]-'0')] += b.Amount
			}
		}
		return err
	}))
	if !slices.Equal(got, want) {
		o.t.Errorf("%s: %s, not %s", a, got, want)
	}
}

// wholly has the rest ordered back, gives up, goes on, gives up again and ends it.
func (o *office) wholly(id string, paid money.Fen) {
	o.t.Helper()
	ctx := o.t.Context()
	rest := paid - 33*wan
	_, err := o.after.Propose(ctx, chief, o.proposal(id, rest+1))
	o.refused(err, "followup.amount")
	b, err := o.after.Propose(ctx, chief, o.proposal(id, rest))
	o.must(err)
	o.refused(o.decide(chief, b.ID, followup.Issue), "workflow.four_eyes")
	o.refused(o.decide(chief2, b.ID, followup.Withdraw), "followup.not_own")
	o.must(o.decide(chief, b.ID, followup.Withdraw))
	b, err = o.after.Propose(ctx, chief, o.proposal(id, rest))
	o.must(err)
	o.must(o.decide(head, b.ID, followup.Refuse))
	b, err = o.after.Propose(ctx, officer, o.proposal(id, rest))
	o.must(err)
	o.must(o.decide(head, b.ID, followup.Issue))
	o.must(o.decide(chief, b.ID, followup.GiveUp))
	o.refused(o.decide(chief, b.ID, followup.End), "workflow.four_eyes")
	o.must(o.decide(head, b.ID, followup.GoOn))
	v, err := o.after.Of(ctx, chief, o.all, b.ID)
	o.must(err)
	if v.Clawback.DueOn != v.Clawback.Deadline || v.Clawback.Round != 2 {
		o.t.Errorf("it goes on: %+v", v.Clawback)
	}
	o.must(o.receive(bureau, b.ID, "s1", wan))
	o.must(o.decide(chief, b.ID, followup.GiveUp))
	o.must(o.decide(chief2, b.ID, followup.End))
	if got := o.claim(id); got.Stage != subsidy.Paid || got.Kept != rest-wan {
		o.t.Errorf("given up: %+v", got)
	}
	// and once more, to the last fen
	b, err = o.after.Propose(ctx, officer, o.proposal(id, rest-wan))
	o.must(err)
	o.must(o.decide(chief, b.ID, followup.Issue))
	o.must(o.receive(bureau, b.ID, "t1", rest-wan))
	if got := o.claim(id); got.Stage != subsidy.Recovered || got.Kept != 0 {
		o.t.Errorf("wholly: %+v", got)
	}
	_, err = o.after.Propose(ctx, officer, o.proposal(id, 1))
	o.refused(err, "followup.nothing_paid")
}

// auditReturns holds what came back of a claim against the ledger.
func (o *office) auditReturns(tx *store.Tx, c *subsidy.Claim, t ledger.Totals) error {
	o.t.Helper()
	backs, _, err := tx.Clawbacks(followup.Filter{Claim: c.ID}, o.all)
	if err != nil {
		return err
	}
	var returned money.Fen
	open := 0
	for i := range backs {
		b := &backs[i]
		past := o.derived(tx, followup.Life, &b.Case)
		people := map[workflow.Verb]string{}
		for _, d := range past {
			people[d.Verb] = d.Person
		}
		if b.Number != "" && people[followup.ToPropose] == people[followup.Issue] || b.Stage == followup.Ended && people[followup.GiveUp] == people[followup.End] {
			o.t.Errorf("one person alone made %+v", b)
		}
		receipts, err := tx.Receipts(b.ID)
		if err != nil {
			return err
		}
		var sum money.Fen
		for _, r := range receipts {
			sum += r.Amount
		}
		if sum != b.Returned || b.Returned > b.Amount || (b.Stage == followup.Done) != (b.Outstanding() == 0) {
			o.t.Errorf("%s came back by receipts: %+v", sum, b)
		}
		returned += sum
		if b.Open() {
			open++
		}
	}
	if returned != t.Returned || c.Kept != t.Paid || settled(c.Stage) && t.Paid+t.Returned != c.Amount || open > 1 {
		o.t.Errorf("%s came back of %s at %s, with %d clawbacks open; the ledger: %+v", returned, c.Title, c.Stage, open, t)
	}
	return nil
}

// stepAfter has somebody look at a claim, or do something about money to come back.
func (o *office) stepAfter(r *rand.Rand, c access.Caller, claim *subsidy.Claim) error {
	ctx := o.t.Context()
	p := o.proposal(claim.ID, money.Fen(r.Int64N(int64(claim.Amount)+10)))
	if claim.Stage == subsidy.FollowUp && r.IntN(2) == 0 {
		f := followup.Finding{Claim: claim.ID, Outcome: []followup.Outcome{followup.Clean, followup.Minor, followup.GoBack}[r.IntN(3)], Text: "看过了"}
		if f.Outcome != followup.GoBack {
			_, err := o.after.Find(ctx, c, f, nil)
			return err
		}
		_, err := o.after.Find(ctx, c, f, &p)
		return err
	}
	backs, _, err := o.after.List(ctx, o.all, followup.Filter{Claim: claim.ID, Open: true})
	if err != nil {
		return err
	}
	if len(backs) == 0 {
		_, err = o.after.Propose(ctx, c, p)
		return err
	}
	b := backs[0]
	if b.Stage != followup.Proposed && r.IntN(2) == 0 {
		part := b.Outstanding()
		if r.IntN(3) > 0 {
			part = money.Fen(r.Int64N(int64(part) + 2))
		}
		return o.receive(c, b.ID, fmt.Sprint("r", r.IntN(1000)), part)
	}
	verbs := []workflow.Verb{followup.Issue, followup.Issue, followup.Refuse, followup.Withdraw, followup.GiveUp, followup.End, followup.GoOn}
	return o.decide(c, b.ID, verbs[r.IntN(len(verbs))])
}

// TestReturnedMoneyIsHandedOver takes money back of a source whose year was closed
// meanwhile: what comes back late is still registered, and handed over.
func TestReturnedMoneyIsHandedOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := newOffice(t, db, 300*wan)
		id := o.paid(100 * wan)
		b, err := o.after.Propose(t.Context(), officer, o.proposal(id, 40*wan))
		o.must(err)
		o.must(o.decide(chief, b.ID, followup.Issue))
		o.must(db.Write(t.Context(), func(tx *store.Tx) error {
			for i := range 2 {
				s, err := tx.LedgerSource(fmt.Sprintf("rc-source%d", i))
				if err != nil {
					return err
				}
				balances, err := tx.LedgerBalances(ledger.BalanceFilter{Source: s.ID, Account: ledger.Budget})
				if err != nil {
					return err
				}
				for _, x := range balances {
					if _, err := ledger.Recall(tx, ledger.Move{Ref: s.ID, At: o.now, By: "bureau", Second: "chief", Document: "收回", Parts: []ledger.Part{{Source: s.ID, Amount: x.Amount}}}); err != nil {
						return err
					}
				}
				if err := ledger.CloseYear(tx, s.ID, s.Version); err != nil {
					return err
				}
			}
			return nil
		}))
		o.must(o.receive(bureau, b.ID, "r1", 40*wan))
		held, err := o.held(id)
		o.must(err)
		if held.Returned != 40*wan || held.Paid != 60*wan {
			t.Errorf("held: %+v", held)
		}
		sums, err := o.s.Sums(t.Context(), o.all, subsidy.ClaimFilter{Policy: o.p})
		o.must(err)
		if len(sums) != 1 || sums[0].Kept != int64(60*wan) || sums[0].Amount != int64(100*wan) || sums[0].Stage != subsidy.Recovered {
			t.Errorf("sums: %+v", sums)
		}
		o.audit()
	})
}

// paid takes one claim the whole way to the bank's receipt, and returns its id.
func (o *office) paid(amount money.Fen) string {
	o.t.Helper()
	ctx := o.t.Context()
	_, err := o.s.DraftClaims(ctx, head, o.run("run", amount))
	o.must(err)
	id := o.claims(subsidy.ClaimFilter{})[0].ID
	o.attachAll(id)
	for _, x := range []struct {
		who  access.Caller
		verb workflow.Verb
	}{
		{lead0, subsidy.Submit}, {officer, subsidy.Accept}, {head, subsidy.Pass}, {bureau, subsidy.Pass}, {central, subsidy.Agree}, {watcher, subsidy.Agree},
	} {
		o.must(o.act(x.who, id, x.verb))
	}
	_, err = o.s.PublishNotice(ctx, head, o.p, "公示", "电话 0576-0000000", []string{id})
	o.must(err)
	o.days(20)
	_, err = o.s.Tick(ctx)
	o.must(err)
	o.must(o.act(chief, id, subsidy.Approve))
	o.account(o.banks[0])
	order, err := o.s.PrepareOrder(ctx, bureau, o.p, "奖补", []string{id})
	o.must(err)
	_, err = o.s.ReleaseOrder(ctx, chief, order.ID, 0)
	o.must(err)
	view, err := o.s.Order(ctx, chief, order.ID)
	o.must(err)
	for i, l := range view.Lines {
		_, err = o.s.RegisterReceipt(ctx, bureau, l.ID, subsidy.BankReceipt{No: fmt.Sprint("p", i), Amount: l.Amount, On: o.now.Date()})
		o.must(err)
	}
	return id
}
