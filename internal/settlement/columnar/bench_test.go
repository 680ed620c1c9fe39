package columnar_test

import (
	"os"
	"strconv"
	"testing"

	"changrong/internal/policy"
	"changrong/internal/settlement/columnar"
)

// linhai is the pack's own plan.
func linhai(tb testing.TB, readings map[string]string) *policy.Plan {
	pack, err := policy.Load(os.DirFS("../../../packs/linhai-2021-47"))
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := pack.Plan(policy.Choices{Readings: readings})
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

// benchNotes is how many notes benchmarks are about.
func benchNotes() int {
	if n, err := strconv.Atoi(os.Getenv("CHANGRONG_NOTES")); err == nil {
		return n
	}
	return 100_000
}

func BenchmarkLoad(b *testing.B) {
	plan := linhai(b, nil)
	for b.Loop() {
		if _, err := columnar.Load(b.Context(), city{notes: benchNotes()}, columnar.Options{}, plan); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(benchNotes())*float64(b.N)/b.Elapsed().Seconds(), "notes/s")
}

func BenchmarkRun(b *testing.B) {
	for _, readings := range []map[string]string{nil, {"average": "chronological"}, {"limit-order": "each_month"}, {"allocator": "scale_rate"}} {
		plan := linhai(b, readings)
		book, err := columnar.Load(b.Context(), city{notes: benchNotes()}, columnar.Options{}, plan)
		if err != nil {
			b.Fatal(err)
		}
		name := "chosen"
		for k, v := range readings {
			name = k + "=" + v
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				res, err := book.Run(b.Context(), plan)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(res.Lines)), "lines")
				b.ReportMetric(float64(len(res.SetAside)), "aside")
			}
			b.ReportMetric(float64(benchNotes())*float64(b.N)/b.Elapsed().Seconds(), "notes/s")
		})
	}
}
