package sim_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"changrong/internal/sim"
)

func BenchmarkWrite(b *testing.B) {
	for _, as := range []sim.Form{sim.Facts, sim.PBoC} {
		b.Run(string(as), func(b *testing.B) {
			balances := int64(0)
			for i := 0; b.Loop(); i++ {
				out := filepath.Join(b.TempDir(), fmt.Sprint(i))
				sum, err := sim.Write(b.Context(), sim.Options{Seed: 1, Notes: 100_000, As: as, Out: out})
				if err != nil {
					b.Fatal(err)
				}
				balances += sum.Balances
			}
			b.ReportMetric(float64(balances)/b.Elapsed().Seconds(), "balances/s")
		})
	}
}
