package party

import (
	"fmt"
	"testing"

	"changrong/internal/base/money"

	"pgregory.net/rapid"
)

// people and sum are indicators that are known.
func people(n int64) Count { return Count{n, true} }

func sum(f money.Fen) Amount { return Amount{f, true} }

// wan is an amount in hundredths of 万元, so that 39999.99 can be written.
func wan(hundredths int64) Amount { return sum(money.Fen(hundredths) * money.Wan / 100) }

func TestVectors(t *testing.T) {
	none := Amount{}
	for _, c := range []struct {
		industry      string
		people        int64
		sales, assets Amount
		want          string
	}{
		{"C13", 1000, wan(40000_00), none, Large},
		{"C135", 999, wan(40000_00), none, Medium},
		{"C1351", 1000, wan(39999_99), none, Medium},
		{"B06", 300, wan(2000_00), none, Medium},
		{"D46", 299, wan(2000_00), none, Small},
		{"C43", 20, wan(300_00), none, Small},
		{"C34", 19, wan(100000_00), none, Micro},
		{"C34", 1000, wan(299_00), none, Micro},
		{"E47", -1, wan(80000_00), wan(4999_00), Small},
		{"I63", 150, wan(900_00), none, Small},
		{"I65", 103, wan(15735_28), none, Medium},
		{"F51", 5, wan(1000_00), none, Small},
		{"F51", 4, wan(999999_00), none, Micro},
		{"K701", -1, wan(200000_00), wan(10000_00), Large},
		{"G592", 100, wan(1000_00), none, Medium},  // 仓储: 100, not 200
		{"I64", 1999, wan(99999_99), none, Medium}, // 信息传输: up to 100000
		{"G591", 300, wan(3000_00), none, Medium},  // 装卸搬运 is transport
		{"L72", 300, none, wan(120000_00), Large},
		{"Q85", 99, none, none, Small},
		{"K703", 9, none, none, Micro},
	} {
		x := Indicators{Sales: c.sales, Assets: c.assets}
		if c.people >= 0 {
			x.Employees = people(c.people)
		}
		if got, why := Size(c.industry, x); got != c.want || why != Told {
			t.Errorf("Size(%s, %+v) = %q, %v; want %q", c.industry, x, got, why, c.want)
		}
	}
}

func TestNoSize(t *testing.T) {
	all := Indicators{people(10), wan(1000_00), wan(1000_00)}
	for _, c := range []struct {
		industry string
		x        Indicators
		want     Why
	}{
		{"", all, NoIndustry},
		{"C", all, NoIndustry},
		{"C1", all, NoIndustry},
		{"A13", all, NoIndustry},
		{"C133333", all, NoIndustry},
		{"c13", all, NoIndustry},
		{"C1x", all, NoIndustry},
		{"U98", all, NoIndustry},
		{"100", all, NoIndustry},
		{"G597", all, NoIndustry},
		{"K705", all, NoIndustry},
		{"G59", all, ClassNeeded},
		{"K70", all, ClassNeeded},
		{"G53", all, NotCovered},
		{"G531", all, NotCovered},
		{"J66", all, NotCovered},
		{"K704", all, NotCovered},
		{"P83", all, NotCovered},
		{"Q84", all, NotCovered},
		{"S91", all, NotCovered},
		{"T97", all, NotCovered},
		{"C13", Indicators{Sales: wan(1)}, NoEmployees},
		{"C13", Indicators{Employees: people(5)}, NoSales},
		{"L71", Indicators{Employees: people(5), Sales: wan(1)}, NoAssets},
		{"E47", Indicators{Employees: people(5)}, NoSales},
		{"A01", Indicators{}, NoSales},
		{"M73", Indicators{}, NoEmployees},
	} {
		if got, why := Size(c.industry, c.x); got != Unsized || why != c.want {
			t.Errorf("Size(%q, %+v) = %q, %v; want none, %v", c.industry, c.x, got, why, c.want)
		}
	}
}

// TestBounds checks every line at, just below and above each of its bounds.
func TestBounds(t *testing.T) {
	scopeOf := [...]string{"A01", "C13", "E50", "F51", "F52", "G54", "G599", "G60", "H61", "H62", "I63", "I65", "K701", "K702", "L71", "M73"}
	for i := range lines {
		l := &lines[i]
		if got, why := LineOf(scopeOf[i]); why != Told || got != l {
			t.Fatalf("LineOf(%s) = %v, %v", scopeOf[i], got, why)
		}
		for b, want := range []string{Large, Medium, Small} {
			at := Indicators{people(l.Bounds[b].Employees), sum(money.Fen(l.Bounds[b].SalesWan) * money.Wan), sum(money.Fen(l.Bounds[b].AssetsWan) * money.Wan)}
			if got, _ := l.size(at); got != want {
				t.Errorf("%s at the bound of %s: %s", l.Key, want, got)
			}
			for _, ind := range l.Indicators {
				below := at
				switch ind {
				case Employees:
					below.Employees.N--
				case Sales:
					below.Sales.Fen--
				case Assets:
					below.Assets.Fen--
				}
				if got, _ := l.size(below); got == want {
					t.Errorf("%s a unit below the bound of %s: still %s", l.Key, want, got)
				}
			}
		}
	}
}

func TestEveryDivisionIsDecided(t *testing.T) {
	seen := map[int]bool{}
	for _, s := range scopes {
		for d := s.first; d <= s.last; d++ {
			if seen[d] {
				t.Errorf("division %d stands twice", d)
			}
			seen[d] = true
			_, why := LineOf(fmt.Sprintf("%c%02d", s.section, d))
			if why == NoIndustry {
				t.Errorf("division %d is not decided", d)
			}
		}
	}
	if len(seen) != 97 {
		t.Errorf("%d divisions, want the 97 of GB/T 4754-2017", len(seen))
	}
}

// TestMonotone: more of anything never makes an enterprise smaller.
func TestMonotone(t *testing.T) {
	rank := map[string]int{Micro: 0, Small: 1, Medium: 2, Large: 3}
	rapid.Check(t, func(t *rapid.T) {
		l := &lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")]
		n := rapid.Int64Range(0, 3000)
		f := rapid.Int64Range(0, 3_000_000_000_00)
		a := Indicators{people(n.Draw(t, "x")), sum(money.Fen(f.Draw(t, "y"))), sum(money.Fen(f.Draw(t, "z")))}
		b := a
		b.Employees.N += n.Draw(t, "dx")
		b.Sales.Fen += money.Fen(f.Draw(t, "dy"))
		b.Assets.Fen += money.Fen(f.Draw(t, "dz"))
		sa, _ := l.size(a)
		sb, _ := l.size(b)
		if rank[sb] < rank[sa] {
			t.Fatalf("%s: %+v is %s and %+v is %s", l.Key, a, sa, b, sb)
		}
	})
}
