package auditor_test

import (
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
	"changrong/internal/sim"
	"changrong/internal/sim/auditor"
)

var pack = sync.OnceValues(func() (*policy.Pack, error) {
	return policy.Load(os.DirFS("../../../packs/linhai-2021-47"))
})

// settled is a settlement of a city under readings.
type settled struct {
	src      *factfile.Folder
	readings auditor.Readings
	*settlement.Result
}

// openCity makes a city and opens its facts.
func openCity(t *testing.T, seed uint64, enterprises int) *factfile.Folder {
	t.Helper()
	dir := t.TempDir()
	if _, err := sim.Write(t.Context(), sim.Options{Seed: seed, Enterprises: enterprises, Out: dir}); err != nil {
		t.Fatal(err)
	}
	src, err := factfile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

// settle settles a city with the oracle.
func settle(t *testing.T, src *factfile.Folder, readings map[string]string) *settled {
	t.Helper()
	p, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := p.Plan(policy.Choices{Readings: readings})
	if err != nil {
		t.Fatal(err)
	}
	res, err := oracle.Run(t.Context(), plan, src)
	if err != nil {
		t.Fatal(err)
	}
	return &settled{src, plan.Readings, res}
}

func (s *settled) judge(t *testing.T) []auditor.Complaint {
	t.Helper()
	complaints, err := auditor.Judge(t.Context(), s.src, s.Lines, s.Totals, s.readings)
	if err != nil {
		t.Fatal(err)
	}
	return complaints
}

// TestOracleSatisfiesTheAuditor settles cities under every reading, alone and
// together with three others.
func TestOracleSatisfiesTheAuditor(t *testing.T) {
	choices := []map[string]string{{}}
	for _, name := range slices.Sorted(maps.Keys(auditor.Supported)) {
		for _, value := range auditor.Supported[name][1:] {
			more := map[string]string{"rounding": "yuan_half_up", "xinbao-exclusive": "no", "average": "chronological"}
			more[name] = value
			choices = append(choices, map[string]string{name: value}, more)
		}
	}
	for _, seed := range []uint64{100, 101} {
		src := openCity(t, seed, 500)
		for _, readings := range choices {
			for _, c := range settle(t, src, readings).judge(t) {
				t.Errorf("seed %d, %v: %s", seed, readings, c)
			}
		}
	}
}

func TestBigCitySatisfiesTheAuditor(t *testing.T) {
	s := settle(t, openCity(t, 1, 4000), nil)
	for _, c := range s.judge(t) {
		t.Error(c)
	}
	rows := map[string]int64{}
	for _, x := range s.Totals {
		rows[x.Item] += x.Rows
	}
	for _, item := range []string{
		"rd-subsidy", "outlet-town", "outlet-zone", "feature-branch", "tech-interest", "xinbao-compensation",
		"xinbao-first", "rc-first-loan", "rc-fintech", "rc-tech", "rc-chattel",
	} {
		if rows[item] < 2 {
			t.Errorf("%s has %d rows: the city says nothing about it", item, rows[item])
		}
	}
	passed, failed := 0, 0
	for _, g := range s.Gates {
		if g.Passed {
			passed++
		} else {
			failed++
		}
	}
	if passed < 3 || failed < 3 {
		t.Errorf("%d institutions pass the gate and %d do not: some of each should", passed, failed)
	}
	for _, p := range s.Pools {
		if share := p.Pooled * 100 / p.Requested; !p.Limited || share < 80 || share > 98 {
			t.Errorf("the pool gives %d %% of what is asked: it should bind mildly", share)
		}
	}
	if len(s.SetAside) == 0 {
		t.Error("nothing is set aside")
	}
}

// TestAuditorIsNotFooled changes one thing in a right settlement after the other.
func TestAuditorIsNotFooled(t *testing.T) {
	s := settle(t, openCity(t, 42, 600), nil)
	if c := s.judge(t); len(c) > 0 {
		t.Fatal(c)
	}
	find := func(item string) *settlement.Line {
		i := slices.IndexFunc(s.Lines, func(l settlement.Line) bool { return l.Item == item && l.Paid > 0 })
		return &s.Lines[i]
	}
	for rule, change := range map[string]func(){
		"line.paid":      func() { find("rc-tech").Paid++ },
		"line.base":      func() { find("rc-chattel").Base-- },
		"line.rate":      func() { find("tech-interest").Rate++ },
		"rate.range":     func() { find("rd-subsidy").Rate = 600_000_000 },
		"line.missing":   func() { s.Lines = s.Lines[1:] },
		"line.twice":     func() { s.Lines = append(s.Lines, s.Lines[0]) },
		"line.unfounded": func() { s.Lines[0].SubjectID = "JJ99" },
		"line.payee":     func() { s.Lines[0].PayeeID = s.Lines[len(s.Lines)-1].PayeeID },
		"total.paid":     func() { s.Totals[0].Paid += 100 },
		"total.rows":     func() { s.Totals[0].Rows++ },
		"total.missing":  func() { s.Totals = s.Totals[1:] },
		"sum.paid":       func() { s.Totals[0].Paid++ },
		"note.twice":     func() { l := *find("rc-tech"); l.Item = "rc-chattel"; s.Lines = append(s.Lines, l) },
		"pool.overdrawn": func() { find("rc-fintech").Paid += 1_000_000_000 },
		"limit.exceeded": func() { find("rc-first-loan").LimitedBase = 100_000_000_000 },
		"cap.interest":   func() { find("tech-interest").Capped = 20_000_001 },
		"step.pool":      func() { l := find("rc-tech"); l.Pooled = l.Capped + 1 },
	} {
		lines, totals := s.Lines, s.Totals
		s.Lines, s.Totals = slices.Clone(lines), slices.Clone(totals)
		change()
		complaints := s.judge(t)
		if !slices.ContainsFunc(complaints, func(c auditor.Complaint) bool { return c.Rule == rule }) {
			t.Errorf("%s: not seen among %v", rule, complaints)
		}
		s.Lines, s.Totals = lines, totals
	}
}

func TestReadingsTheAuditorCannotJudge(t *testing.T) {
	for _, r := range []auditor.Readings{{"average": "daily_mean"}, {"allocator": "scale_rate"}, {"colour": "red"}} {
		if _, err := auditor.Judge(t.Context(), nil, nil, nil, r); fault.CodeOf(err) != "auditor.reading" {
			t.Errorf("%v: %v", r, err)
		}
	}
}
