package inbox_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/pboc"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

var update = flag.Bool("update", false, "write what comparisons say anew")

// whole is somebody of the office, who reaches everything.
var whole = access.Scope{All: true}

// firm is a technology firm.
const firm = "91331082DEM000030Y"

// settling is a desk, and the programme that settles what it accepted.
type settling struct {
	*town
	s *programme.Service
}

func newSettling(t *testing.T, db *store.DB) *settling {
	t.Helper()
	w := newTown(t, db)
	packs, err := engine.OpenPacks(filepath.Join("..", "..", "..", "packs"))
	if err != nil {
		t.Fatal(err)
	}
	w.Set(mustDay(t, 2022, 2, 1))
	return &settling{w, &programme.Service{
		Store: store.Of[programme.Tx]{DB: db}, Packs: packs, NewID: crypto.NewID, Now: w.Now,
		Engine: &engine.Engine{
			Packs: packs, Facts: engine.Reported{Desk: w.Service}, Blobs: w.Files, Temp: t.TempDir(),
			Trace: (&inbox.Checker{Blobs: w.Files, Tmp: t.TempDir(), Workers: 2}).Corrections,
		},
	}}
}

func mustDay(t *testing.T, y, m, d int) civil.Date {
	t.Helper()
	day, ok := civil.Of(y, m, d)
	if !ok {
		t.Fatal(y, m, d)
	}
	return day
}

// settle settles 2021 to try it out.
func (w *settling) settle(t *testing.T, readings map[string]string) *programme.Run {
	t.Helper()
	run, err := w.s.AskRun(t.Context(), w.office, programme.Ask{
		Pack: "linhai-2021-47", Purpose: programme.Trial, From: "2021-01-01", To: "2021-12-31", Readings: readings,
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := json.Marshal(run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.s.Settle(t.Context(), event.Job{Payload: string(id)}, func(int64, int64, string) {}); err != nil {
		t.Fatal(err)
	}
	if run, err = w.s.Run(t.Context(), whole, run.ID); err != nil || run.State != programme.Done {
		t.Fatalf("the run: %v %+v", err, run.Failure)
	}
	return run
}

// yearOf is what bank A reports of 2021: a note of a technology firm, and the first
// loan of another. n3 is the balance of the second.
func yearOf(n1, n3, sales string) inboxtest.Files {
	balances := "institution_id,loan_id,month,balance\n"
	for _, n := range [][2]string{{"N1", n1}, {"N3", n3}} {
		for month := range 13 {
			m := fmt.Sprintf("2021-%02d", month)
			if month == 0 {
				if m = "2020-12"; n[0] == "N3" {
					continue
				}
			}
			balances += strings.Join([]string{bankA, n[0], m, n[1]}, ",") + "\n"
		}
	}
	return inboxtest.Text(
		"loans.csv", "institution_id,loan_id,enterprise_id,principal,disbursed_on,due_on,first_loan\n"+
			bankA+",N1,"+firm+",8000000,2020-05-01,2023-05-01,0\n"+bankA+",N3,"+shop+",3000000,2021-01-04,2024-01-04,1\n",
		"enterprises.csv", "enterprise_id,name,kind,size,tech,annual_sales\n"+firm+",丙科技,enterprise,medium,1,20000000\n"+shop+",丁新户,sole_trader,small,0,"+sales+"\n",
		"month_balances.csv", balances)
}

// TestAComparisonNamesTheRowsBehindIt: which version, file and line of whose submission
// made each row of two settlements differ, and what it said before.
func TestAComparisonNamesTheRowsBehindIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newSettling(t, db)
		w.Take(w.a, reporting.Lending, "2021", yearOf("8000000", "3000000", "5000000"))
		before := w.settle(t, nil)
		fixed := yearOf("8000000", "3000000", "5000000")
		text := strings.Replace(string(fixed["month_balances.csv"]), "N1,2021-07,8000000", "N1,2021-07,7400000", 1)
		text = strings.Replace(text, bankA+",N3,2021-03,3000000\n", bankA+",N3,2021-03,1000000\n", 1)
		fixed["month_balances.csv"] = []byte(text)
		if n := w.Take(w.a, reporting.Lending, "2021", fixed); n.Version != 2 || !n.Current {
			t.Fatalf("the second version: %+v %v", n, w.Found(n.ID))
		}
		after := w.settle(t, nil)
		lines, total, err := w.s.CompareLines(t.Context(), whole, before.ID, after.ID, programme.Filter{Limit: 50})
		if err != nil || total == 0 {
			t.Fatalf("%d lines: %v", total, err)
		}
		var b strings.Builder
		for i := range lines {
			d := &lines[i]
			fmt.Fprintf(&b, "%s %s %s %v %d\n", d.B.Item, d.B.SubjectID, d.Step, d.Why, d.CauseCount)
			for _, c := range d.Causes {
				fmt.Fprintf(&b, "  %s %s %s %s: %s -> %s; %s v%d %s:%d -> v%d %s:%d\n", c.Change, c.Table, strings.TrimPrefix(c.Key, bankA+"/"), c.Field, c.A, c.B,
					c.ToldB.Org, c.ToldA.Version, c.ToldA.File, c.ToldA.Line, c.ToldB.Version, c.ToldB.File, c.ToldB.Line)
			}
		}
		golden(t, "causes.txt", b.String())

		again := w.settle(t, nil)
		if _, n, err := w.s.CompareLines(t.Context(), whole, after.ID, again.ID, programme.Filter{Limit: 50}); err != nil || n != 0 {
			t.Errorf("the same facts differ in %d rows: %v", n, err)
		}
		chosen := w.settle(t, map[string]string{"average": "chronological"})
		lines, _, err = w.s.CompareLines(t.Context(), whole, after.ID, chosen.ID, programme.Filter{Limit: 50})
		if err != nil || len(lines) == 0 || !slices.Equal(lines[0].Why, []programme.Why{programme.ByChoices}) || lines[0].CauseCount != 0 {
			t.Errorf("another reading: %v %+v", err, lines)
		}
	})
}

// golden compares text with a file in testdata; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%v; it says\n%s, and should\n%s", err, got, want)
	}
}

// stock writes the stock of January of n notes as a message, and returns its two files;
// the balance of note i is what balance says.
func stock(t testing.TB, n int, balance func(i int) money.Fen) inboxtest.Files {
	t.Helper()
	dir := t.TempDir()
	w, err := pboc.NewWriter(dir, bankA, "CLDWDK", "20210131", "2021-02-01 00:00:00", false)
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Date(18632) // 2021-01-05
	for i := range n {
		w.Text(bankA).Text("0001").Text("331082").Text("A01").Text(firm).Text("D01").Text("C13").Text("331082").
			Text("B0102").Text("CS04").Text(fmt.Sprintf("JJ%06d", i)).Text(fmt.Sprintf("HT%06d", i)).Text("F022").Text("C135").Day(day).Day(day + 364)
		w.Empty().Text("CNY").Fen(balance(i)).Fen(balance(i))
		w.Text("RF02").Rate(435 * money.Percent / 100).Text("TR05").Rate(385 * money.Percent / 100).Text("Z").Day(day + 364).Text("D").Flag(false)
		w.Text("FQ01").Text("LS01").Empty().Text("流动资金周转").End()
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	files := inboxtest.Files{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// version keeps files as version n of the bank's stock.
func (w *town) version(t testing.TB, n int, files inboxtest.Files) []reporting.SnapshotPart {
	t.Helper()
	p := reporting.SnapshotPart{Submission: "s", Org: "a", OrgName: "甲银行", Institution: bankA, Set: reporting.Lending, Period: "2021-01", Version: n}
	for name, body := range files {
		ref, err := w.Files.Put(t.Context(), bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		p.Files = append(p.Files, reporting.File{Name: name, SHA256: ref.SHA256, Size: ref.Size})
	}
	return []reporting.SnapshotPart{p}
}

// TestACorrectedMessageNamesItsLine: of a message the line of the record is told, and
// of what is the same in both versions nothing; a note left out is said to be.
func TestACorrectedMessageNamesItsLine(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	k := &inbox.Checker{Blobs: w.Files, Tmp: t.TempDir(), Workers: 2}
	same := func(int) money.Fen { return 100_000_00 }
	first := w.version(t, 1, stock(t, 5, same))
	second := w.version(t, 2, stock(t, 4, func(i int) money.Fen {
		if i == 3 {
			return 90_000_00
		}
		return 100_000_00
	}))
	found, err := k.Corrections(t.Context(), first, second, map[string][]string{"month_balances": {"balance"}, "loans": {"principal"}})
	if err != nil || len(found) != 3 {
		t.Fatalf("%v %+v", err, found)
	}
	gone, c := found[0], found[1]
	if c.Change != "changed" || c.Field != "balance" || c.A != "100000.00" || c.B != "90000.00" || c.Key != bankA+"/JJ000003/2021-01" || c.ToldB.Line != 4 ||
		c.ToldB.Version != 2 || c.ToldA.Version != 1 || !strings.HasSuffix(c.ToldB.File, ".dat") || !slices.Contains(c.About, "enterprises:"+firm) {
		t.Errorf("the balance: %+v %+v", c, c.ToldB)
	}
	if gone.Change != "removed" || found[2].Change != "removed" || gone.Table != "loans" || gone.ToldB != nil || gone.ToldA.Line != 5 {
		t.Errorf("the note left out: %+v", gone)
	}
	if none, err := k.Corrections(t.Context(), first, w.version(t, 3, stock(t, 5, same)), nil); err != nil || len(none) > 0 {
		t.Errorf("the same again: %v %+v", err, none)
	}
}

// BenchmarkCorrections: a stock of 100,000 notes handed in again, every balance another.
func BenchmarkCorrections(b *testing.B) {
	files, err := blob.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	w := &town{Desk: &inboxtest.Desk{Files: files}}
	k := &inbox.Checker{Blobs: files, Tmp: b.TempDir()}
	const n = 100_000
	first := w.version(b, 1, stock(b, n, func(int) money.Fen { return 100_000_00 }))
	second := w.version(b, 2, stock(b, n, func(int) money.Fen { return 90_000_00 }))
	for b.Loop() {
		found, err := k.Corrections(b.Context(), first, second, map[string][]string{"month_balances": {"balance"}})
		if err != nil || len(found) != n {
			b.Fatal(err, len(found))
		}
	}
}
