package watch

import (
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

const scoredIn civil.Month = 24300 // 2025-01

// lent is a note due on a day, with these balances from the end of the month before the score.
func lent(due civil.Date, balances ...money.Fen) Note {
	n := Note{Due: due, WrittenOff: civil.Never}
	for i, b := range balances {
		n.Ends = append(n.Ends, End{Month: scoredIn - 1 + civil.Month(i), Balance: b})
	}
	return n
}

// steady is a balance at n month-ends, after none at before.
func steady(before, n int) []money.Fen {
	out := make([]money.Fen, before+n)
	for i := before; i < len(out); i++ {
		out[i] = 100
	}
	return out
}

func TestFates(t *testing.T) {
	late := civil.Date(1) // due long ago
	classed := func(at int, quality string) Note {
		n := lent(civil.Never, steady(1, 13)...)
		n.Ends[at].Quality = quality
		return n
	}
	off := func(d civil.Date) Note {
		n := lent(civil.Never, steady(0, 3)...)
		n.WrittenOff = d
		return n
	}
	end := (scoredIn + 12).Last()
	for name, x := range map[string]struct {
		notes []Note
		want  Fate
	}{
		"no note":                             {nil, NoLoan},
		"repaid before":                       {[]Note{lent(late, 0, 0)}, NoLoan},
		"a loan all the time":                 {[]Note{lent(civil.Never, steady(1, 13)...)}, Good},
		"ten month-ends":                      {[]Note{lent(civil.Never, steady(4, 10)...)}, Good},
		"nine month-ends":                     {[]Note{lent(civil.Never, steady(5, 9)...)}, Short},
		"the month of the score is no tenth":  {[]Note{lent(civil.Never, steady(0, 11)...)}, Short},
		"two loans in turn":                   {[]Note{lent(civil.Never, steady(0, 7)...), lent(civil.Never, steady(7, 5)...)}, Good},
		"two at once are not twice":           {[]Note{lent(civil.Never, steady(0, 8)...), lent(civil.Never, steady(0, 8)...)}, Short},
		"what comes after is not looked at":   {[]Note{lent(civil.Never, steady(14, 12)...)}, NoLoan},
		"90 days at the last end":             {[]Note{lent(end-90, steady(1, 13)...)}, Good},
		"91 days at the last end":             {[]Note{lent(end-91, steady(1, 13)...)}, Bad},
		"overdue but repaid":                  {[]Note{lent(late, 0, 0, 0)}, NoLoan},
		"special mention":                     {[]Note{classed(5, "special_mention")}, Good},
		"substandard once":                    {[]Note{classed(5, "substandard")}, Bad},
		"substandard in the month of scoring": {[]Note{classed(1, "substandard")}, Bad},
		"doubtful at the last end":            {[]Note{classed(13, "doubtful")}, Bad},
		"loss, of another of its notes":       {[]Note{lent(civil.Never, steady(1, 13)...), classed(7, "loss")}, Bad},
		"bad before":                          {[]Note{{Due: civil.Never, WrittenOff: civil.Never, Ends: []End{{scoredIn - 1, 5, "loss"}, {scoredIn, 5, "loss"}}}}, Already},
		"overdue before":                      {[]Note{lent(late, steady(0, 14)...)}, Already},
		"written off":                         {[]Note{off((scoredIn + 12).Last())}, Bad},
		"written off in the month":            {[]Note{off(scoredIn.First())}, Bad},
		"written off later":                   {[]Note{off((scoredIn + 13).First())}, Short},
		"written off before":                  {[]Note{off(scoredIn.First() - 1)}, Already},
	} {
		if got := Usual.Fate(scoredIn, x.notes); got != x.want {
			t.Errorf("%s: %s, not %s", name, got, x.want)
		}
	}
	short := Rule{Observe: 6, Held: 6, Days: 30}
	if got := short.Fate(scoredIn, []Note{lent((scoredIn+6).Last()-31, steady(1, 7)...)}); got != Bad {
		t.Error(got)
	}
	if got := short.matures(scoredIn); got != scoredIn+8 {
		t.Error(got)
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	for _, r := range []Rule{{2, 1, 90, 0}, {37, 1, 90, 0}, {12, 13, 90, 0}, {12, 0, 90, 0}, {12, 12, 0, 0}, {12, 12, 361, 0}} {
		if err := r.check(); fault.CodeOf(err) != "watch.rule" {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, r := range []Rule{{3, 1, 1, 0}, {36, 36, 360, 0}, Usual} {
		if err := r.check(); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
