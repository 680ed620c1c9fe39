package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// bigFolder writes one bank's messages of some months, with n notes each: every
// note is drawn in the first month and repaid in part every month after it.
func bigFolder(t testing.TB, dir string, n, months int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	banks := "institution_id,name,kind,local_legal_person\n" + bankA + ",甲银行,rural_bank,1\n"
	if err := os.WriteFile(filepath.Join(dir, "institutions.csv"), []byte(banks), 0o600); err != nil {
		t.Fatal(err)
	}
	firms := make([]string, max(1, n/4))
	for i := range firms {
		firms[i] = made("91", fmt.Sprintf("DEM%05d", i%100_000)[:8])
		if i >= 100_000 {
			firms[i] = made("92", fmt.Sprintf("DE%06d", i))
		}
	}
	start, _ := civil.ParseMonth("2021-01")
	for k := range months {
		m := start + civil.Month(k)
		writeMonth(t, dir, firms, n, m, k)
	}
	m := start + civil.Month(months-1)
	w := open(t, dir, "FTYKHX", m)
	for i, id := range firms {
		w.Text(bankA).Text("某某加工厂" + strconv.Itoa(i)).Text("A01").Text(id)
		for range 5 {
			w.Empty()
		}
		w.Fen(100000000).Fen(200000000).Count(12)
		for range 6 {
			w.Empty()
		}
		w.Text("C13").Text("CS04").Text("B0102").Empty().Fen(500000000).End()
	}
	closeWriter(t, w)
}

func open(t testing.TB, dir, code string, m civil.Month) *pboc.Writer {
	t.Helper()
	y, mm := m.YM()
	_, _, d := m.Last().YMD()
	w, err := pboc.NewWriter(dir, bankA, code, fmt.Sprintf("%04d%02d%02d", y, mm, d), "2022-01-01 00:00:00", false)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func closeWriter(t testing.TB, w *pboc.Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeMonth(t testing.TB, dir string, firms []string, n int, m civil.Month, k int) {
	t.Helper()
	day := civil.Date(18632) // 2021-01-05
	stock, flows := open(t, dir, "CLDWDK", m), open(t, dir, "DWDKFS", m)
	for i := range n {
		head := func(w *pboc.Writer) {
			w.Text(bankA).Text(fmt.Sprintf("%04d", i%200)).Text("331082").Text("A01").Text(firms[i%len(firms)]).Text("D01").Text("C13").Text("331082").
				Text("B0102").Text("CS04").Text(fmt.Sprintf("JJ2021%010d", i)).Text(fmt.Sprintf("HT2021%010d", i)).Text("F022").Text("C135").Day(day).Day(day + 364)
		}
		tail := func(w *pboc.Writer) {
			w.Text("RF02").Rate(435 * money.Percent / 100).Text("TR05").Rate(385 * money.Percent / 100).Text("Z").Day(day + 364).Text("D").Flag(false)
		}
		balance := money.Fen(100_000_00 - 100_00*k)
		head(stock)
		stock.Empty().Text("CNY").Fen(balance).Fen(balance)
		tail(stock)
		stock.Text("FQ01").Text("LS01").Empty().Text("流动资金周转，购买原材料").End()
		head(flows)
		if k == 0 {
			flows.Empty().Text("CNY").Fen(balance).Fen(balance)
		} else {
			flows.Day(m.First() + 9).Text("CNY").Fen(100_00).Fen(100_00)
		}
		tail(flows)
		flows.Text("LF01").Empty().Empty().Flag(k == 0).Text(fmt.Sprintf("LS%d%010d", int(m), i)).Text("流动资金周转").End()
	}
	closeWriter(t, stock)
	closeWriter(t, flows)
}

// BenchmarkImport imports 20,000 notes of three months, checks and writing included.
func BenchmarkImport(b *testing.B) {
	const n = 20_000
	dir := filepath.Join(b.TempDir(), "in")
	bigFolder(b, dir, n, 3)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r, err := Import(context.Background(), Options{In: dir, Out: filepath.Join(b.TempDir(), strconv.Itoa(i))})
		if err != nil || r.Errors+r.Warnings > 0 || !r.Written {
			b.Fatal(err, r.Findings)
		}
	}
	b.ReportMetric(float64(3*n*b.N)/b.Elapsed().Seconds(), "stock-lines/s")
}

// TestScale imports CHANGRONG_NOTES notes of CHANGRONG_MONTHS months from a folder
// that it makes once, CHANGRONG_FOLDER, and says how long it took.
func TestScale(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("CHANGRONG_NOTES"))
	months, _ := strconv.Atoi(os.Getenv("CHANGRONG_MONTHS"))
	dir := os.Getenv("CHANGRONG_FOLDER")
	if n == 0 || months == 0 || dir == "" {
		t.Skip("set CHANGRONG_NOTES, CHANGRONG_MONTHS and CHANGRONG_FOLDER")
	}
	if _, err := os.Stat(dir); err != nil {
		bigFolder(t, dir, n, months)
	}
	start := time.Now()
	r, err := Import(context.Background(), Options{In: dir, Out: filepath.Join(t.TempDir(), "out")})
	if err != nil || r.Errors > 0 {
		t.Fatal(err, r)
	}
	t.Logf("%v, warnings %d, tables %v", time.Since(start), r.Warnings, r.Tables)
}
