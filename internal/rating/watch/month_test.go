package watch

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"
)

// watched is a card of one characteristic and three grades.
func watched() *scorecard.Card {
	return &scorecard.Card{
		Grades: []scorecard.Grade{{Name: "A", From: 600, PD: 1e7}, {Name: "B", From: 500, PD: 5e7}, {Name: "C", PD: 2e8}},
		Characteristics: []scorecard.Characteristic{{
			Name: "x", Zh: "项", En: "item", Splits: []float64{1}, Unknown: &scorecard.Bin{Count: binning.Count{Good: 90, Bad: 10}},
			Bins: []scorecard.Bin{{Count: binning.Count{Good: 400, Bad: 50}}, {Count: binning.Count{Good: 440, Bad: 10}}},
		}},
	}
}

// people are n firms of each grade, in a bin: codes are 0 unknown, 1 and 2.
func people(a, b, c int, code scorecard.Code) map[string]*Rated {
	out := map[string]*Rated{}
	for _, g := range []struct {
		name  string
		n     int
		score int
		pd    int64
	}{{"A", a, 650, 1e7}, {"B", b, 550, 5e7}, {"C", c, 450, 2e8}} {
		for i := range g.n {
			out[fmt.Sprintf("%s%03d", g.name, i)] = &Rated{Score: g.score, Grade: g.name, PD: g.pd, Codes: []scorecard.Code{code}}
		}
	}
	return out
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %.12f, not %.12f", what, got, want)
	}
}

// TestAMonthIsWhatAHandComputes: training has 50, 30 and 20 of a hundred in the grades, the
// month 25, 50 and 25 of a hundred.
func TestAMonthIsWhatAHandComputes(t *testing.T) {
	l := &Looked{Card: watched(), Trained: []int64{500, 300, 200}, Rated: people(25, 50, 25, 1)}
	l.Rated["refused"] = &Rated{Refused: true}
	l.Used = map[string][]Use{"A": {Offered, Offered, Open}, "C": {Declined}}
	m, err := Compute(1, l)
	if err != nil {
		t.Fatal(err)
	}
	if m.Firms != 100 || m.Refused != 1 || m.State != Closed || m.Came != nil || m.Beside != nil {
		t.Errorf("%+v", m)
	}
	near(t, "PSI", m.Shift.PSI, (0.25-0.5)*math.Log(0.25/0.5)+(0.5-0.3)*math.Log(0.5/0.3)+(0.25-0.2)*math.Log(0.25/0.2))
	// 0.286614 over 1/1000 + 1/100 is a chi-square of 26.056 and 2 degrees: exp(−13.028)
	near(t, "chance", m.Shift.Chance, math.Exp(-m.Shift.PSI/(0.001+0.01)/2))
	// training: 100 unknown, 450, 450 of a thousand; the month: all in the second, the others empty as half a row
	want := (0.005-0.1)*math.Log(0.005/0.1) + (1-0.45)*math.Log(1/0.45) + (0.005-0.45)*math.Log(0.005/0.45)
	near(t, "PSI of the item", m.Items[0].Shift.PSI, want)
	if it := m.Items[0]; it.Unknown != 0 || it.TrainedUnknown != 100 || it.Trained != 1000 {
		t.Errorf("%+v", it)
	}
	if g := m.Grades[0]; g.Asked != 3 || g.Offered != 2 || g.Declined != 0 || g.Trained != 500 || g.Firms != 25 || m.Grades[2].Declined != 1 {
		t.Errorf("%+v", m.Grades)
	}
}

// TestAMaturedMonthIsWhatAHandComputes: of 40 good and 20 bad firms, in three grades.
func TestAMaturedMonthIsWhatAHandComputes(t *testing.T) {
	validated := 0.8
	l := &Looked{Card: watched(), Rated: people(20, 20, 24, 1), Rule: Usual, Validated: &validated, Fates: map[string]Fate{}}
	for firm := range l.Rated {
		l.Fates[firm] = Good
	}
	for i := range 4 {
		l.Fates[fmt.Sprintf("A%03d", i)] = Bad
		l.Fates[fmt.Sprintf("B%03d", i)] = Bad
	}
	for i := range 12 {
		l.Fates[fmt.Sprintf("C%03d", i)] = Bad
	}
	l.Fates["C020"], l.Fates["C021"], l.Fates["C022"] = NoLoan, Short, Already
	delete(l.Fates, "C023") // of whom nothing was found out
	m, err := Compute(1, l)
	if err != nil {
		t.Fatal(err)
	}
	c := m.Came
	if m.State != Matured || c.Good != 40 || c.Bad != 20 || c.NoLoan != 2 || c.Short != 1 || c.Already != 1 || c.Until != 13 || m.Shift != nil {
		t.Errorf("%+v %+v", m, c)
	}
	// bad 4, 4, 12; good 16, 16, 8: a bad firm is worse than a good one in 12·32 + 4·16 pairs of 800, and ties in 4·16 + 4·16 + 12·8
	near(t, "AUC", *c.AUC, (12*32+4*16+0.5*(4*16+4*16+12*8))/800)
	near(t, "Gini", *c.Gini, 2*0.7-1)
	near(t, "KS", *c.KS, 12.0/20-8.0/40)
	near(t, "expected", c.Expected, (20*0.01+20*0.05+20*0.2)/60)
	// at least 4 of 20 at 1 %: 1 − Σ over 0 to 3
	var below float64
	for k, choose := range []float64{1, 20, 190, 1140} {
		below += choose * math.Pow(0.01, float64(k)) * math.Pow(0.99, float64(20-k))
	}
	near(t, "worse", *m.Grades[0].Worse, 1-below)
	// Grades of twenty firms say nothing, and 0.7 is less than two deviations below 0.8.
	if len(m.Alarms) != 2 || m.Alarms[0].Item != "x" || m.Alarms[1].Code != "worse" {
		t.Errorf("%+v", m.Alarms)
	}
}

func TestAlarms(t *testing.T) {
	even := []int64{500, 300, 200}
	came := func(bad ...int) map[string]Fate {
		out := map[string]Fate{}
		for i, g := range []string{"A", "B", "C"} {
			for k := range 200 {
				out[fmt.Sprintf("%s%03d", g, k)] = Good
				if k < bad[i] {
					out[fmt.Sprintf("%s%03d", g, k)] = Bad
				}
			}
		}
		return out
	}
	mute := people(50, 30, 20, 1)
	for i := range 12 {
		mute[fmt.Sprintf("m%d", i)] = &Rated{Refused: true}
	}
	validated, high := 0.7, 0.95
	spread := func(r map[string]*Rated) map[string]*Rated { // over the bins, as training has them
		i := 0
		for _, k := range slices.Sorted(func(yield func(string) bool) {
			for k := range r {
				if !yield(k) {
					return
				}
			}
		}) {
			r[k].Codes = []scorecard.Code{scorecard.Code([]int{0, 1, 1, 2, 2, 1, 2, 1, 2, 1}[i%10])}
			if i%20 == 1 {
				r[k].Codes[0] = 2
			}
			i++
		}
		return r
	}
	for name, x := range map[string]struct {
		l     Looked
		codes string
	}{
		"the same":                     {Looked{Trained: even, Rated: spread(people(50, 30, 20, 1))}, ""},
		"moves":                        {Looked{Trained: even, Rated: spread(people(68, 24, 8, 1))}, "psi_watch"},
		"moves, of too few to tell":    {Looked{Trained: even, Rated: spread(people(20, 7, 3, 1))}, ""},
		"too few to look at":           {Looked{Trained: even, Rated: people(29, 0, 0, 1)}, ""},
		"another":                      {Looked{Trained: even, Rated: spread(people(10, 30, 60, 1))}, "psi"},
		"an item is another":           {Looked{Trained: even, Rated: people(50, 30, 20, 1)}, "psi x"},
		"training is not known":        {Looked{Rated: spread(people(10, 30, 60, 1))}, ""},
		"says nothing of many":         {Looked{Trained: even, Rated: spread(mute)}, "refused"},
		"as expected":                  {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(2, 10, 40), Validated: &validated}, ""},
		"tells less":                   {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(2, 10, 40), Validated: &high}, "auc"},
		"a grade is worse":             {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(2, 22, 38), Validated: &validated}, "grade B"},
		"all are worse":                {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(10, 25, 90), Validated: &validated}, "worse,grade A,grade B,grade C"},
		"all are safer":                {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(0, 3, 15), Validated: &validated}, "safer"},
		"all are good":                 {Looked{Rated: spread(people(200, 0, 0, 1)), Fates: came(0, 0, 0), Validated: &validated}, ""},
		"without a validation to hold": {Looked{Rated: spread(people(200, 200, 200, 1)), Fates: came(2, 10, 40)}, ""},
	} {
		x.l.Card, x.l.Rule = watched(), Usual
		m, err := Compute(1, &x.l)
		if err != nil {
			t.Fatal(name, err)
		}
		var codes []string
		for _, a := range m.Alarms {
			codes = append(codes, strings.TrimSpace(a.Code+" "+a.Item))
			if a.Zh == "" || a.En == "" || a.DoZh == "" || a.DoEn == "" || a.State != Raised || a.Month != 1 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if got := strings.Join(codes, ","); got != x.codes {
			t.Errorf("%s: %q, want %q (%+v)", name, got, x.codes, m.Shift)
		}
	}
}

// TestAShadowIsPutBeside counts firms that both models scored, and what became of them.
func TestAShadowIsPutBeside(t *testing.T) {
	l := &Looked{Card: watched(), Rated: people(2, 2, 2, 1), InUse: people(2, 2, 2, 1), Rule: Usual, Fates: map[string]Fate{"A000": Good, "B000": Bad, "C000": Good, "C001": Bad}}
	l.InUse["A001"] = &Rated{Score: 450, Grade: "C", PD: 2e8}
	l.InUse["B001"] = &Rated{Refused: true}
	delete(l.InUse, "C000")
	l.InUse["C001"] = &Rated{Score: 700, Grade: "A", PD: 1e7}
	m, err := Compute(1, l)
	if err != nil {
		t.Fatal(err)
	}
	b := m.Beside
	if b.Firms != 4 || b.Same != 2 || b.Safer != 1 || b.Riskier != 1 || b.Matured != 3 {
		t.Errorf("%+v", b)
	}
	// A000 good, B000 bad, C001 bad: the shadow has both bad ones below; the one in use has one of them
	near(t, "the shadow", *b.AUC, 1)
	near(t, "the one in use", *b.UsedAUC, 0.5)
}

// TestAlarmsMeetThoseThatWere: what says the same stays as it is; what no longer holds lapses,
// unless somebody has written about it; what comes again is fresh.
func TestAlarmsMeetThoseThatWere(t *testing.T) {
	was := []Alarm{
		{ID: "1", Code: "psi", State: Acknowledged, Words: "看过", By: "li", Raised: 5, Version: 2},
		{ID: "2", Code: "psi", Item: "x", State: Raised, Raised: 5, Version: 1},
		{ID: "3", Code: "auc", State: Raised, Raised: 5, Version: 1},
		{ID: "4", Code: "grade", Item: "B", State: Lapsed, Raised: 5, Acted: 6, Version: 3},
		{ID: "5", Code: "grade", Item: "C", State: Acknowledged, Version: 1},
		{ID: "6", Code: "worse", State: Lapsed, Version: 2},
	}
	is := []Alarm{{Code: "psi", Value: 1, State: Raised}, {Code: "psi", Item: "x", Value: 2, State: Raised}, {Code: "grade", Item: "B", State: Raised}, {Code: "safer", State: Raised}}
	put, fresh := meet(was, is, 9)
	var got []string
	for _, a := range put {
		got = append(got, fmt.Sprint(a.ID, a.Code, a.Item, a.State, int64(a.Raised), a.Value, a.Version, a.Words))
	}
	want := []string{"1psiacknowledged512看过", "2psixopen521", "4gradeBopen903", "saferopen900", "3auclapsed501"}
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], " ", "")
	}
	if fresh != 2 || !slices.Equal(got, want) {
		t.Errorf("%d %q", fresh, got)
	}
}

func TestAnAlarmIsAcknowledgedOnce(t *testing.T) {
	a := Alarm{State: Raised}
	for _, words := range []string{" ", strings.Repeat("长", 1001)} {
		if err := a.acknowledge("li", "李", words, 3); fault.CodeOf(err) != "watch.words" {
			t.Error(err)
		}
	}
	if err := a.acknowledge("li", "李", " 已核对 ", 3); err != nil || a.State != Acknowledged || a.Words != "已核对" || a.Acted != 3 {
		t.Errorf("%v %+v", err, a)
	}
	if err := a.acknowledge("wang", "王", "再看", 4); fault.CodeOf(err) != "watch.acknowledged" {
		t.Error(err)
	}
}
