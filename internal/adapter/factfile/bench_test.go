package factfile

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

// benchRows is how many rows a benchmark reads; FACTFILE_ROWS says otherwise.
func benchRows(b testing.TB) int {
	if s := os.Getenv("FACTFILE_ROWS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return 1 << 20
}

// batchWriter is what both writers are.
type batchWriter interface {
	Write(*fact.Batch) error
	Close() error
}

// writeBalances writes n month-end balances, twelve months of each note.
func writeBalances(tb testing.TB, w batchWriter, n int) {
	tb.Helper()
	t := fact.Lookup("month_balances")
	banks := make([]string, 20)
	for i := range banks {
		code, err := uscc.Make("91", "331082", fmt.Sprintf("MA2%05d", i))
		if err != nil {
			tb.Fatal(err)
		}
		banks[i] = code
	}
	month, _ := civil.MonthOf(2021, 1)
	batch := fact.NewBatch(t, []string{"institution_id", "loan_id", "month", "balance"})
	seed := uint64(1)
	for i := 0; i < n; {
		batch.Reset()
		for ; i < n && batch.Len() < 12*1000; i++ {
			seed = seed*6364136223846793005 + 1442695040888963407
			note := i / 12
			batch.Vectors[0].AppendText([]byte(banks[note%len(banks)]))
			batch.Vectors[1].AppendText(fmt.Appendf(nil, "JJ2021%010d", note))
			batch.Vectors[2].AppendInt(int64(month) + int64(i%12))
			batch.Vectors[3].AppendInt(int64(seed >> 34))
		}
		if err := w.Write(batch); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
}

// balancesFolder returns a folder with a file of n month-end balances, made once
// for all runs under FACTFILE_DIR if that is set.
func balancesFolder(tb testing.TB, format Format, n int) string {
	dir := tb.TempDir()
	if keep := os.Getenv("FACTFILE_DIR"); keep != "" {
		dir = filepath.Join(keep, string(format))
	}
	path := filepath.Join(dir, "month_balances."+string(format))
	if _, err := os.Stat(path); err == nil {
		return dir
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // closed below too
	w := bufio.NewWriter(f)
	writeBalances(tb, newWriter(w, format, fact.Lookup("month_balances")), n)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func newWriter(w io.Writer, format Format, t *fact.Table) batchWriter {
	if format == Parquet {
		return NewParquetWriter(w, t)
	}
	return NewCSVWriter(w, t)
}

func benchmarkScan(b *testing.B, format Format, workers int) {
	n := benchRows(b)
	f, err := Open(balancesFolder(b, format, n))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read from
	b.ReportAllocs()
	rows := int64(0)
	for b.Loop() {
		var count, sum atomic.Int64
		err := f.Scan(context.Background(), "month_balances",
			[]string{"institution_id", "loan_id", "month", "balance"}, workers, func(_ int, x *fact.Batch) error {
				total := int64(0)
				for _, fen := range x.Vectors[3].Ints {
					total += fen
				}
				sum.Add(total)
				count.Add(int64(x.Len()))
				return nil
			})
		if err != nil {
			b.Fatal(err)
		}
		if rows += count.Load(); count.Load() == 0 {
			b.Fatal("no rows")
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

func BenchmarkScanParquet1(b *testing.B) { benchmarkScan(b, Parquet, 1) }
func BenchmarkScanParquet2(b *testing.B) { benchmarkScan(b, Parquet, 2) }
func BenchmarkScanCSV1(b *testing.B)     { benchmarkScan(b, CSV, 1) }
func BenchmarkScanCSV2(b *testing.B)     { benchmarkScan(b, CSV, 2) }

func benchmarkWrite(b *testing.B, format Format) {
	n := benchRows(b)
	for b.Loop() {
		writeBalances(b, newWriter(io.Discard, format, fact.Lookup("month_balances")), n)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

func BenchmarkWriteParquet(b *testing.B) { benchmarkWrite(b, Parquet) }
func BenchmarkWriteCSV(b *testing.B)     { benchmarkWrite(b, CSV) }
