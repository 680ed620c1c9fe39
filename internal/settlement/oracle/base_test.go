package oracle_test

import (
	"testing"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/settletest"
)

// limited is an item like rc-first-loan: 0.5 %, at most 10,000,000 yuan of base per
// enterprise.
func limited(average policy.Average, eachMonth bool) *policy.Item {
	return loans("rc", "0.5%", func(it *policy.Item) {
		it.Base.Average = average
		it.Limit = &policy.Limit{Per: policy.PerEnterprise, Amount: 1000 * money.Wan, EachMonth: eachMonth}
	})
}

// TestWorkedCheck is the worked check of the first reading: 15,000,000 drawn on
// 1 July and still out on 31 December, at 0.5 %.
func TestWorkedCheck(t *testing.T) {
	for _, c := range []struct {
		average   policy.Average
		eachMonth bool
		base      int64
		want      money.Fen
	}{
		{policy.MonthEndMean, false, 750_000_000, 3_750_000},
		{policy.MonthEndMean, true, 750_000_000, 2_500_000},
		{policy.MonthEndOutstanding, false, 1_500_000_000, 5_000_000},
		{policy.MonthEndOutstanding, true, 1_500_000_000, 5_000_000},
		{policy.Chronological, false, 687_500_000, 3_437_500},
		{policy.Chronological, true, 687_500_000, 2_291_667},
		{policy.DailyMean, false, 756_164_384, 3_780_822},
		{policy.DailyOutstanding, false, 1_500_000_000, 5_000_000},
		{policy.QuarterEndMean, false, 750_000_000, 3_750_000},
	} {
		w := newWorld(limited(c.average, c.eachMonth)).note("a/1", "e", "2021-07-01", "15000000")
		w.add("loan_events", "institution_id", "a", "loan_id", "1", "event_no", "1", "on", "2021-07-01", "kind", "disburse", "amount", "15000000")
		r := w.run(t)
		if len(r.Lines) != 1 || r.Lines[0].Base != c.base || r.Lines[0].Paid != c.want {
			t.Errorf("%s, each month %v: %+v, want base %d and %s", c.average, c.eachMonth, r.Lines, c.base, c.want)
		}
	}
}

func TestBaseFrom(t *testing.T) {
	// A project released on 15 October: October counts, September does not.
	for _, c := range []struct {
		average policy.Average
		want    int64
	}{
		{policy.MonthEndMean, 30_000},         // 3 × 1200 ÷ 12
		{policy.MonthEndOutstanding, 120_000}, // 3 × 1200 ÷ 3
		{policy.Chronological, 25_000},        // 2½ × 1200 ÷ 12
		{policy.QuarterEndMean, 30_000},       // 1200 ÷ 4
		{policy.DailyMean, 30_247},            // 92 × 1200 ÷ 365 = 302.4657…
		{policy.DailyOutstanding, 120_000},
	} {
		w := newWorld(loans("f", "100%", func(it *policy.Item) {
			it.Base = policy.Base{Average: c.average, From: settletest.Number("loans", "project.released_on")}
		}))
		w.note("a/1", "e", "2020-05-01", "1200", "project_id", "p").unreported("a/1", "2021-03")
		w.note("a/2", "e", "2020-05-01", "1200", "project_id", "unreleased")
		w.note("a/3", "e", "2020-05-01", "1200").note("a/4", "e", "2020-05-01", "1200", "project_id", "nobody-knows")
		for _, id := range []string{"1", "2", "3", "4"} {
			w.add("loan_events", "institution_id", "a", "loan_id", id, "event_no", "1", "on", "2020-05-01", "kind", "disburse", "amount", "1200")
		}
		for _, p := range [][2]string{{"p", "2021-10-15"}, {"unreleased", ""}, {"nobody-knows", "2022-01-01"}} {
			w.add("projects", "project_id", p[0], "institution_id", "a", "name", "x", "released_on", p[1])
		}
		w.parties()
		r := w.run(t)
		if len(r.Lines) != 1 || r.Lines[0].SubjectID != "1" || r.Lines[0].Base != c.want || len(r.SetAside) > 0 {
			t.Errorf("%s: %+v %+v, want one line of base %d: months before the release need nothing", c.average, r.Lines, r.SetAside, c.want)
		}
	}
}

func TestUnknownBaseNamesTheFact(t *testing.T) {
	w := newWorld(loans("f", "1%", func(it *policy.Item) {
		it.Base.From = settletest.Number("loans", "project.released_on")
	}), loans("s", "1%", func(it *policy.Item) {
		it.Base = policy.Base{Of: settletest.Number("loans", "borrower.annual_sales - borrower.total_assets")}
	}))
	w.note("a/1", "e", "2021-01-01", "1", "project_id", "p") // projects are not in the facts
	w.parties()
	expect(t, "set aside", asides(w.run(t).SetAside),
		"f a/1 unknown_base project.released_on", "s a/1 unknown_base borrower.annual_sales;borrower.total_assets")
}

// TestBaseAboveZero: a row without a base is in no line and no count.
func TestBaseAboveZero(t *testing.T) {
	w := newWorld(loans("s", "100%", func(it *policy.Item) {
		it.Base = policy.Base{Of: settletest.Number("loans", "loan.principal - yuan(100)")}
	}))
	w.note("a/less", "e", "2021-01-01", "99.99").note("a/none", "e", "2021-01-01", "100").note("a/some", "e", "2021-01-01", "100.01")
	r := w.run(t)
	expect(t, "paid", paid(r), "s a/some 0.01")
	if len(r.Totals) != 1 || r.Totals[0].Rows != 1 || len(r.SetAside)+len(r.Excluded) > 0 {
		t.Errorf("rows without a base left a trace: %+v", r)
	}
}

func TestMonthGap(t *testing.T) {
	gap := func() *world {
		w := newWorld(loans("a", "100%"), loans("b", "100%"))
		w.note("x/1", "e", "2021-01-01", "12").unreported("x/1", "2021-12", "2021-03")
		return w.note("x/2", "e", "2020-01-01", "12", "closed_on", "2021-02-28").unreported("x/2", "2021-02", "2021-03", "2021-04",
			"2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12") // open at the end of January only
	}
	r := gap().run(t)
	expect(t, "set aside", asides(r.SetAside), "a x/1 month_gap 2021-03;2021-12", "b x/1 month_gap 2021-03;2021-12")
	expect(t, "paid", paid(r), "a x/2 1.00", "b x/2 1.00")

	waived := gap().add("decisions", "policy", "p", "item", "a", "subject_id", "x", "decided_by", "somebody").
		add("decisions", "policy", "other", "item", "b", "subject_id", "1").run(t)
	expect(t, "paid with a waiver for a", paid(waived), "a x/1 10.00", "a x/2 1.00", "b x/2 1.00")
	expect(t, "set aside with a waiver for a", asides(waived.SetAside), "b x/1 month_gap 2021-03;2021-12")

	chronological := gap()
	chronological.plan.Items[0].Base.Average = policy.Chronological
	chronological.unreported("x/2", "2020-12")
	expect(t, "the month before is needed too", asides(chronological.run(t).SetAside),
		"a x/1 month_gap 2021-03;2021-12", "a x/2 month_gap 2020-12", "b x/1 month_gap 2021-03;2021-12")
}

func TestDailyOpening(t *testing.T) {
	day := func(it *policy.Item) { it.Base.Average = policy.DailyMean }
	event := func(w *world, id, no, on, kind, yuan string) {
		w.add("loan_events", "institution_id", "x", "loan_id", id, "event_no", no, "on", on, "kind", kind, "amount", yuan)
	}
	w := newWorld(loans("d", "100%", day))
	// 1: history from the drawing in 2020; 365 until 2 January, then 100 for 364 days… all by events.
	w.note("x/1", "e", "2020-06-01", "7")
	event(w, "1", "1", "2020-06-01", "disburse", "400")
	event(w, "1", "2", "2020-07-01", "repay", "35")
	event(w, "1", "3", "2021-01-02", "transfer_out", "265")
	// 2: the events begin with a repayment, so the balance of December 2020 is the opening.
	w.note("x/2", "e", "2020-06-01", "365")
	event(w, "2", "1", "2020-11-01", "repay", "1")
	event(w, "2", "2", "2021-12-31", "write_off", "365")
	// 3: the same, and nobody reported December 2020. 4: without any events.
	w.note("x/3", "e", "2020-06-01", "365").unreported("x/3", "2020-12")
	event(w, "3", "1", "2021-11-01", "repay", "1")
	w.note("x/4", "e", "2021-06-01", "365")
	// 5: begins with a repayment on the day of a disbursement; 6: was not open then.
	w.note("x/5", "e", "2021-12-31", "1")
	event(w, "5", "1", "2021-12-31", "repay", "1")
	event(w, "5", "2", "2021-12-31", "disburse", "366")
	w.note("x/6", "e", "2021-12-30", "1")
	event(w, "6", "1", "2021-12-01", "repay", "0")
	event(w, "6", "2", "2021-12-30", "disburse", "365")
	// A waiver does not help where there are no events.
	w.add("decisions", "policy", "p", "item", "d", "subject_id", "*")
	r := w.run(t)
	expect(t, "bases", list(r, func(l settlement.Line) money.Fen { return money.Fen(l.Base) }),
		"d x/1 100.73", // (365 + 364 × 100) ÷ 365
		"d x/2 364.00", // 365 for 364 days
		"d x/5 1.00",   // one day
		"d x/6 2.00")   // two days
	expect(t, "set aside", asides(r.SetAside), "d x/3 not_computable ", "d x/4 not_computable ")
}

func bases(r *settlement.Result) []string {
	return list(r, func(l settlement.Line) money.Fen { return money.Fen(l.Base) })
}

func limitedBases(r *settlement.Result) []string {
	return list(r, func(l settlement.Line) money.Fen { return money.Fen(l.LimitedBase) })
}

func monthly(average policy.Average, most money.Fen) *policy.Item {
	return loans("m", "100%", func(it *policy.Item) {
		it.Base.Average = average
		it.Limit = &policy.Limit{Per: policy.PerEnterprise, Amount: most, EachMonth: true}
	})
}

// TestLimitEachMonth: months are limited one by one, and the averages again; the
// bases are those of the balances as they are.
func TestLimitEachMonth(t *testing.T) {
	w := newWorld(monthly(policy.MonthEndOutstanding, 100*money.Yuan))
	// January to June 150 of the first, July to December 100 of the second: 100 left in
	// every month, an average of 100 each, together 200, and so 50 each.
	w.note("a/1", "e", "2021-01-01", "150", "closed_on", "2021-07-01").unreported("a/1", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12")
	w.note("b/2", "e", "2021-07-01", "100")
	r := w.run(t)
	expect(t, "bases", bases(r), "m a/1 150.00", "m b/2 100.00")
	expect(t, "limited", limitedBases(r), "m a/1 50.00", "m b/2 50.00")
}

// TestLimitEachMonthLeavesNothing: a row of which nothing is left stays, with 0.
func TestLimitEachMonthLeavesNothing(t *testing.T) {
	for _, average := range []policy.Average{policy.MonthEndMean, policy.MonthEndOutstanding, policy.Chronological} {
		w := newWorld(monthly(average, 1)) // one fen a month, which goes to the larger
		w.note("a/1", "e", "2020-01-01", "1").note("b/2", "e", "2020-01-01", "2")
		r := w.run(t)
		expect(t, "bases", bases(r), "m a/1 1.00", "m b/2 2.00")
		expect(t, "limited", limitedBases(r), "m a/1 0.00", "m b/2 0.01")
	}
}

// TestLimitEachMonthOutstanding: months of which nothing is left do not divide.
func TestLimitEachMonthOutstanding(t *testing.T) {
	w := newWorld(monthly(policy.MonthEndOutstanding, 1*money.Yuan))
	// Until June 0.01 beside 9.99, of which the limit leaves nothing; from July 0.51 alone.
	w.note("a/1", "e", "2021-01-01", "0.51").note("b/2", "e", "2021-01-01", "9.99", "closed_on", "2021-07-01")
	for _, m := range []string{"2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06"} {
		w.unreported("a/1", m).balance("a/1", m, "0.01")
	}
	w.unreported("b/2", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12")
	r := w.run(t)
	expect(t, "bases", bases(r), "m a/1 0.26", "m b/2 9.99")
	// 0.51 and 1.00 are above 1 together: 51 ÷ 151 of it is 0.3377…
	expect(t, "limited", limitedBases(r), "m a/1 0.34", "m b/2 0.66")
}

// TestLimitTies: what does not divide goes to the lower row key.
func TestLimitTies(t *testing.T) {
	w := newWorld(loans("m", "100%", func(it *policy.Item) {
		it.Limit = &policy.Limit{Per: policy.PerItem, Amount: 1}
	}))
	w.note("b/1", "e", "2020-01-01", "5").note("B/9", "e", "2020-01-01", "5").note("B/10", "e", "2020-01-01", "5")
	expect(t, "limited", limitedBases(w.run(t)), "m B/10 0.01", "m B/9 0.00", "m b/1 0.00")
}
