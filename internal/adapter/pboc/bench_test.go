package pboc

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/fact"
)

// BenchmarkRead reads 100,000 records of the stock of loans, checks included.
func BenchmarkRead(b *testing.B) {
	const n = 100_000
	lines := make([]string, n)
	for i := range lines {
		lines[i] = strings.Replace(strings.Replace(good["CLDWDK"], "JJ1", fmt.Sprintf("JJ2021%010d", i), 1), "HT1", fmt.Sprintf("HT2021%010d", i), 1)
	}
	dir := b.TempDir()
	put(b, dir, stockName, strings.Join(lines, "\n"), nil)
	info, err := os.Stat(filepath.Join(dir, stockName+".dat"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportAllocs()
	pkgs, _ := Find([]string{stockName + ".dat", stockName + ".log"})
	for b.Loop() {
		rows := 0
		_, err := pkgs[0].Read(context.Background(), dir, Options{}, func(f fact.Finding) { b.Fatal(f) }, func(r *Rows) error { rows += r.Len(); return nil })
		if err != nil || rows != n {
			b.Fatal(rows, err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
