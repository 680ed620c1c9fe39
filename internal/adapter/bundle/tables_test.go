package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/settlement"

	"pgregory.net/rapid"
)

func anyLine(t *rapid.T) settlement.Line {
	id := rapid.StringOf(rapid.SampledFrom([]rune("aB10 ,\"\n企业\r")))
	n := rapid.Int64()
	return settlement.Line{
		Item: id.Draw(t, "item"), PayeeID: id.Draw(t, "payee"), InstitutionID: id.Draw(t, "institution"), SubjectID: id.Draw(t, "subject"),
		EnterpriseID: id.Draw(t, "enterprise"), Base: n.Draw(t, "base"), LimitedBase: n.Draw(t, "limited"), Rate: money.Rate(n.Draw(t, "rate")),
		Amount: money.Fen(n.Draw(t, "amount")), Capped: money.Fen(n.Draw(t, "capped")), Pooled: money.Fen(n.Draw(t, "pooled")),
		Paid: money.Fen(n.Draw(t, "paid")), Deducted: money.Fen(n.Draw(t, "deducted")),
	}
}

// TestLinesComeBack writes lines and reads them, and holds the bytes against what
// any reader of RFC 4180 sees in them. A carriage return before a line feed is all
// that a reader may change.
func TestLinesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(anyLine), 0, 5).Draw(t, "lines")
		var b bytes.Buffer
		if err := writeRows(&b, lineColumns, want); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != len(want)+1 {
			t.Fatalf("%d records for %d lines", len(records), len(want))
		}
		got, err := readRows("lines.csv", &b, lineColumns)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			for _, s := range []*string{&want[i].Item, &want[i].PayeeID, &want[i].InstitutionID, &want[i].SubjectID, &want[i].EnterpriseID} {
				*s = strings.ReplaceAll(*s, "\r\n", "\n")
			}
			if got[i] != want[i] {
				t.Fatalf("got %+v, want %+v", got[i], want[i])
			}
		}
	})
}

// TestColumns holds the files to their specification.
func TestColumns(t *testing.T) {
	for name, want := range map[string]string{
		"totals.csv": "item,payee_id,rows,base_fen,amount_fen,pool_amount_fen,paid_fen\n",
		"lines.csv":  "item,payee_id,institution_id,subject_id,enterprise_id,base_fen,limited_base_fen,rate_ppb,amount_fen,capped_fen,pooled_fen,paid_fen,deducted_fen\n",
	} {
		for _, table := range tables {
			if table.name != name {
				continue
			}
			var b bytes.Buffer
			if err := table.write(&b, &settlement.Result{}); err != nil || b.String() != want {
				t.Errorf("%s: %q, %v", name, b.String(), err)
			}
		}
	}
}

func TestDamagedTables(t *testing.T) {
	head := "item,payee_id,rows,base_fen,amount_fen,pool_amount_fen,paid_fen\n"
	for name, c := range map[string]struct {
		text, field string
		line        int
	}{
		"no header":      {"", "", 1},
		"another header": {strings.Replace(head, "rows", "row", 1), "rows", 1},
		"a word":         {head + "a,b,1,2,3,4,5\na,b,1,2,x,4,5\n", "amount_fen", 3},
		"too few":        {head + "a,b,1\n", "", 2},
		"a quote":        {head + "a,\"b,1,2,3,4,5\n", "", 2},
	} {
		_, err := readRows("totals.csv", strings.NewReader(c.text), totalColumns)
		f := fault.Of(err)
		if err == nil || f.Code != "bundle.table" || f.At.Line != c.line || f.At.Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompareNamesLineAndColumn(t *testing.T) {
	dir := t.TempDir()
	head := "item,payee_id,paid_fen\n"
	for name, c := range map[string]struct {
		stored, again, field string
		line, problems       int
	}{
		"same":      {head + "a,b,1\n", head + "a,b,1\n", "", 0, 0},
		"a digit":   {head + "a,b,1\na,c,3\n", head + "a,b,1\na,c,2\n", "paid_fen", 3, 1},
		"too many":  {head + "a,b,1\na,c,3\n", head + "a,b,1\n", "", 3, 1},
		"too few":   {head, head + "a,b,1\n", "", 2, 1},
		"all wrong": {head + strings.Repeat("a,b,1\n", 9), head + strings.Repeat("a,b,2\n", 9), "paid_fen", 2, maxDifferences},
	} {
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
		for name, text := range map[string]string{a: c.stored, b: c.again} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := compare("t.csv", a, b)
		if err != nil || len(got) != c.problems {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		if c.problems > 0 && (got[0].At.Line != c.line || got[0].At.Field != c.field) {
			t.Errorf("%s: at %v", name, got[0].At)
		}
	}
}

func TestZipRefused(t *testing.T) {
	dir := t.TempDir()
	for name, entry := range map[string]struct{ name, body string }{
		"out of the folder": {"../evil", "x"},
		"an absolute name":  {"/tmp/evil", "x"},
		"a backslash":       {`a\..\evil`, "x"},
		"a bomb":            {"lines.csv", strings.Repeat("0", 8<<20)},
	} {
		file := filepath.Join(dir, "b.zip")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		w, err := z.Create(entry.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(entry.body)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(file); fault.CodeOf(err) != "bundle.zip" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReceipt(f *testing.F) {
	seed, err := (&Receipt{Format: receiptFormat, Engine: Engine, Facts: []FactsDigest{{Table: "loans", Columns: []string{"loan_id"}}}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"format":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := decodeReceipt(body)
		if err != nil {
			if fault.CodeOf(err) != "bundle.receipt" {
				t.Errorf("an error without its code: %v", err)
			}
			return
		}
		again, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeReceipt(again)
		if err != nil || !reflect.DeepEqual(r, back) {
			t.Errorf("%+v came back as %+v, %v", r, back, err)
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("item,payee_id,rows,base_fen,amount_fen,pool_amount_fen,paid_fen\na,b,1,2,3,4,5\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, err := readRows("totals.csv", bytes.NewReader(body), totalColumns)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := writeRows(&b, totalColumns, rows); err != nil {
			t.Fatal(err)
		}
		again, err := readRows("totals.csv", &b, totalColumns)
		if err != nil || !reflect.DeepEqual(rows, again) {
			t.Errorf("%v came back as %v, %v", rows, again, err)
		}
	})
}
