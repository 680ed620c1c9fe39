package life

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/origination/code"
	"changrong/internal/sim/city"
)

// planned returns what a town of a seed will do about loans.
func planned(t *testing.T, seed uint64, most int) *lending {
	t.Helper()
	town := &Town{Options: Options{Seed: seed}, rand: rand.New(rand.NewPCG(seed, 1))}
	l := &lending{Town: town, model: city.City(seed, 120), codes: make([]code.Code, 6)}
	l.day = dayOf(early) - 7
	for i := range counters {
		c := &counters[i]
		l.houses = append(l.houses, &house{bank: &bank{org: fmt.Sprint(i)}, lender: c.lender, pace: c.pace, rate: (c.low + c.high) / 2, most: c.most})
	}
	for _, n := range l.candidates(most) {
		var f city.Firm
		l.model.Firm(n, &f)
		l.firms = append(l.firms, &borrower{n: n, uscc: f.ID, notes: f.Notes})
	}
	l.plan()
	return l
}

// told writes a plan down.
func (l *lending) told() string {
	var b strings.Builder
	for _, r := range l.requests {
		fmt.Fprintln(&b, r.firm.uscc, r.round, r.code, r.need, r.choose, r.leave, r.again)
		for _, a := range r.answers {
			fmt.Fprintln(&b, " ", a.house.lender, a.look, a.act, a.code, a.fate, a.draw, a.quote, a.short)
		}
	}
	return b.String()
}

func TestASeedHasOnePlanWithSomethingOfEverything(t *testing.T) {
	for seed := range uint64(8) {
		most := []int{borrowers, accounts}[seed%2]
		l := planned(t, seed, most)
		if again := planned(t, seed, most); l.told() != again.told() {
			t.Errorf("seed %d: two plans", seed)
		}
		if n := len(l.requests); n < 60 || n > 120 {
			t.Errorf("seed %d: %d applications", seed, n)
		}
		count := map[string]int{}
		for _, r := range l.requests {
			count["scanned"] += truth(r.code >= 0)
			count["unscanned"] += truth(r.code < 0)
			count["left"] += truth(r.leave != never)
			count["again"] += truth(r.again != never)
			count["several"] += truth(len(r.answers) > 1)
			for i, a := range r.answers {
				count["declined"] += truth(a.code != "")
				count["late"] += truth(a.look == r.round+2)
				count["ignored"] += truth(a.look == never)
				count["reported"] += truth(a.price != nil)
				count["short"] += truth(a.short)
				count[a.fate]++
				for _, b := range r.answers[:i] {
					if b.house == a.house {
						t.Errorf("seed %d: one bank twice", seed)
					}
				}
				if a.house == l.houses[len(l.houses)-1] {
					t.Errorf("seed %d: the reference bank is asked before it is there", seed)
				}
				if a.price != nil && (dayOf(a.draw) < a.price.Disbursed || a.draw > last) {
					t.Errorf("seed %d: paid out before its day", seed)
				}
			}
		}
		for _, kind := range []string{"scanned", "unscanned", "left", "again", "several", "declined", "late", "ignored", "reported", "differs", "missing", "overdue", "repaid"} {
			if count[kind] == 0 {
				t.Errorf("seed %d: nothing is %s", seed, kind)
			}
		}
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestTheRegistryClosesOneFirm(t *testing.T) {
	code, err := uscc.Make("91", "331082", "DEM00001")
	if err != nil {
		t.Fatal(err)
	}
	const text = "uscc,name,kind,status,closed_on\nA,甲,enterprise,open,\n%s,乙,enterprise,open,\n"
	columns := []string{"uscc", "name", "kind", "status", "closed_on"}
	got := closing(columns, fmt.Sprintf(text, code), code, civil.Date(0))
	if want := "uscc,name,kind,status,closed_on\n" + code + ",乙,enterprise,closed,1970-01-01\n"; string(got) != want {
		t.Errorf("%q", got)
	}
}
