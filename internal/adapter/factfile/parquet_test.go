package factfile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// foreign makes a Parquet file as others write them: fields in name order, and
// for each its values, nil where null.
func foreign(tb testing.TB, fields map[string]parquet.Node, columns map[string][]any, options ...parquet.WriterOption) string {
	tb.Helper()
	schema := parquet.NewSchema("foreign", parquet.Group(fields))
	var b bytes.Buffer
	w := parquet.NewWriter(&b, append([]parquet.WriterOption{schema}, options...)...)
	n := 0
	for _, values := range columns {
		n = len(values)
	}
	for i := range n {
		var row parquet.Row
		for j, f := range schema.Fields() {
			level := 0
			if f.Optional() {
				level = 1
			}
			if x := columns[f.Name()][i]; x == nil {
				row = append(row, parquet.NullValue().Level(0, 0, j))
			} else {
				row = append(row, parquet.ValueOf(x).Level(0, level, j))
			}
		}
		_, err := w.WriteRows([]parquet.Row{row})
		must(tb, err)
	}
	must(tb, w.Close())
	return b.String()
}

var (
	text    = parquet.String()
	plain64 = parquet.Leaf(parquet.Int64Type)
)

// epoch2022 is 2022-01-01 as days since 1970-01-01.
const epoch2022 = 18993

func fixed(n int) parquet.Type { return parquet.FixedLenByteArrayType(n) }

func encoded(n parquet.Node) parquet.Node { return parquet.Encoded(n, &parquet.RLEDictionary) }

// foreignTypes are columns in types that others use.
var foreignTypes = []struct {
	name, table, column string
	node                parquet.Node
	values              []any
	want                string // values by ";", or the code of an error
}{
	{"decimal 2", "budgets", "amount", parquet.Decimal(2, 18, parquet.Int64Type), []any{int64(1), int64(-123456)}, "0.01;-1234.56"},
	{"decimal 0", "budgets", "amount", parquet.Decimal(0, 9, parquet.Int32Type), []any{int32(7)}, "7.00"},
	{"decimal 3", "budgets", "amount", parquet.Decimal(3, 18, parquet.Int64Type), []any{int64(7000)}, "parquet.finer"},
	{"decimal bytes", "budgets", "amount", parquet.Decimal(1, 18, parquet.ByteArrayType), []any{[]byte{1, 0}, []byte{0xff}}, "25.60;-0.10"},
	{"decimal fixed", "budgets", "amount", parquet.Decimal(2, 18, fixed(16)), []any{[16]byte{15: 5}}, "0.05"},
	{"decimal fixed dictionary", "budgets", "amount", encoded(parquet.Decimal(2, 18, fixed(9))), []any{[]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xfe")}, "-0.02"},
	{"decimal too long", "budgets", "amount", parquet.Decimal(2, 18, fixed(16)), []any{[16]byte{0: 1}}, "money.range"},
	{"decimal 38", "budgets", "amount", parquet.Decimal(2, 38, fixed(16)), []any{[16]byte{15: 5}}, "parquet.type"},
	{"decimal beyond", "budgets", "amount", parquet.Decimal(0, 18, parquet.Int64Type), []any{int64(999999999999999999)}, "money.range"},
	{"fen", "budgets", "amount", plain64, []any{int64(150)}, "1.50"},
	{"fen dictionary", "budgets", "amount", encoded(plain64), []any{int64(150), int64(-1), int64(150)}, "1.50;-0.01;1.50"},
	{"fen int32", "budgets", "amount", parquet.Int(32), []any{int32(-150)}, "-1.50"},
	{"fen unsigned", "budgets", "amount", parquet.Uint(32), []any{uint32(150)}, "parquet.type"},
	{"fen beyond", "budgets", "amount", plain64, []any{int64(1), int64(1e15) + 1}, "money.range"},
	{"yuan text", "budgets", "amount", text, []any{"1.5", "2"}, "1.50;2.00"},
	{"yuan text dictionary", "budgets", "amount", encoded(text), []any{"1.5", "2", "1.5"}, "1.50;2.00;1.50"},
	{"yuan bad text", "budgets", "amount", encoded(text), []any{"1.5", "１"}, "factfile.full_width"},
	{"yuan double", "budgets", "amount", parquet.Leaf(parquet.DoubleType), []any{1.5}, "parquet.float"},
	{"yuan float", "budgets", "amount", parquet.Leaf(parquet.FloatType), []any{float32(1.5)}, "parquet.float"},
	{"yuan null", "budgets", "amount", parquet.Optional(plain64), []any{int64(5), nil}, "fact.required"},
	{"yuan date", "budgets", "amount", parquet.Date(), []any{int32(epoch2022)}, "parquet.type"},
	{"ppb", "decisions", "rate", plain64, []any{int64(43_500_000)}, "4.35"},
	{"ppb too fine", "decisions", "rate", plain64, []any{int64(43_500_001)}, "money.finer"},
	{"percent", "decisions", "rate", parquet.Optional(parquet.Decimal(2, 9, parquet.Int32Type)), []any{int32(435), nil}, "4.35;?"},
	{"percent 5", "decisions", "rate", parquet.Decimal(5, 18, parquet.Int64Type), []any{int64(435_000)}, "4.35"},
	{"percent 6", "decisions", "rate", parquet.Decimal(6, 18, parquet.Int64Type), []any{int64(435_000)}, "parquet.finer"},
	{"percent negative", "decisions", "rate", parquet.Decimal(2, 9, parquet.Int32Type), []any{int32(-1)}, "money.rate"},
	{"percent beyond", "decisions", "rate", parquet.Decimal(0, 18, parquet.Int64Type), []any{int64(1001)}, "money.range"},
	{"percent double", "decisions", "rate", parquet.Optional(parquet.Leaf(parquet.DoubleType)), []any{1.5}, "parquet.float"},
	{"date", "decisions", "decided_on", parquet.Date(), []any{int32(epoch2022)}, "2022-01-01"},
	{"date optional", "decisions", "decided_on", parquet.Optional(parquet.Date()), []any{nil, int32(epoch2022), nil}, "?;2022-01-01;?"},
	{"date text", "decisions", "decided_on", text, []any{"2022-01-01"}, "2022-01-01"},
	{"date millis", "decisions", "decided_on", parquet.TimestampAdjusted(parquet.Millisecond, false), []any{int64(epoch2022*86400_000 + 5)}, "2022-01-01"},
	{"date micros UTC", "decisions", "decided_on", parquet.Timestamp(parquet.Microsecond), []any{int64(epoch2022*86400-8*3600) * 1e6}, "2022-01-01"},
	{"date nanos", "decisions", "decided_on", parquet.TimestampAdjusted(parquet.Nanosecond, false), []any{int64(epoch2022*86400-1) * 1e9}, "2021-12-31"},
	{"date far away", "decisions", "decided_on", parquet.Date(), []any{int32(2932896)}, "civil.date"},
	{"date of a number", "decisions", "decided_on", plain64, []any{int64(epoch2022)}, "parquet.type"},
	{"month text", "month_balances", "month", text, []any{"2022-01"}, "2022-01"},
	{"month date", "month_balances", "month", parquet.Date(), []any{int32(epoch2022 + 30), int32(epoch2022 + 31)}, "2022-01;2022-02"},
	{"month instant", "month_balances", "month", parquet.Timestamp(parquet.Millisecond), []any{int64(epoch2022*86400-1) * 1e3}, "2022-01"},
	{"time instant", "filings", "filed_at", parquet.Timestamp(parquet.Millisecond), []any{int64(epoch2022*86400)*1e3 + 999}, "2022-01-01T08:00:00"},
	{"time date", "filings", "filed_at", parquet.Date(), []any{int32(epoch2022)}, "parquet.type"},
	{"count", "enterprises", "employees", parquet.Int(32), []any{int32(12)}, "12"},
	{"count decimal", "enterprises", "employees", parquet.Decimal(0, 9, parquet.Int32Type), []any{int32(12)}, "12"},
	{"count unsigned", "enterprises", "employees", parquet.Uint(32), []any{uint32(12)}, "12"},
	{"count negative", "enterprises", "employees", plain64, []any{int64(-1)}, "fact.int"},
	{"count double", "enterprises", "employees", parquet.Leaf(parquet.DoubleType), []any{1.0}, "parquet.type"},
	{"boolean", "enterprises", "private", parquet.Leaf(parquet.BooleanType), []any{true, false, true}, "1;0;1"},
	{"boolean optional", "enterprises", "private", parquet.Optional(parquet.Leaf(parquet.BooleanType)), []any{true, nil, false}, "1;?;0"},
	{"boolean number", "enterprises", "private", plain64, []any{int64(1)}, "1"},
	{"boolean 2", "enterprises", "private", plain64, []any{int64(2)}, "fact.bool"},
	{"code", "enterprises", "size", parquet.Optional(encoded(text)), []any{"small", nil, ""}, "small;?;?"},
	{"code not in the list", "enterprises", "size", encoded(text), []any{"tiny"}, "fact.code"},
	{"code enum", "enterprises", "size", parquet.Enum(), []any{"small"}, "small"},
	{"code bytes", "enterprises", "size", parquet.Leaf(parquet.ByteArrayType), []any{[]byte("small")}, "small"},
	{"fixed text", "enterprises", "town", parquet.Leaf(fixed(9)), []any{[]byte("331082001")}, "331082001"},
	{"text number", "enterprises", "town", plain64, []any{int64(331082001)}, "parquet.type"},
	{"USCC", "enterprises", "enterprise_id", text, []any{firm[:17] + "?"}, "uscc.charset"},
}

func TestForeignTypes(t *testing.T) {
	for _, c := range foreignTypes {
		t.Run(c.name, func(t *testing.T) {
			table := fact.Lookup(c.table)
			fields, columns := map[string]parquet.Node{c.column: c.node}, map[string][]any{c.column: c.values}
			for i := range table.Columns {
				if other := &table.Columns[i]; other.Required && other.Name != c.column {
					fields[other.Name] = text
					columns[other.Name] = slices.Repeat([]any{filler(other)}, len(c.values))
				}
			}
			path := writeFile(t, t.TempDir(), "x.parquet", foreign(t, fields, columns))
			got := readFile(path, c.table, c.column)
			what := fault.CodeOf(got.err)
			for _, f := range got.full {
				what = f.Code
			}
			if what == "" {
				for i, row := range got.rows {
					got.rows[i] = strings.TrimPrefix(row, fmt.Sprintf("%d:", i+1))
				}
				what = strings.Join(got.rows, ";")
			}
			if what != c.want {
				t.Errorf("got %s %v %v, want %s", what, got.full, got.err, c.want)
			}
		})
	}
}

// filler is a cell that a required column takes.
func filler(c *fact.Column) string {
	switch c.Type {
	case fact.Bool, fact.Int, fact.Fen, fact.Rate, fact.Text:
		return "1"
	case fact.Date:
		return "2022-01-01"
	case fact.Month:
		return "2022-01"
	case fact.Code:
		return c.Codes[0].Code
	default:
		return bank
	}
}

func TestForeignFiles(t *testing.T) {
	amounts := []any{int64(1), int64(2)}
	pools := []any{"a", "b"}
	for _, c := range []struct {
		name     string
		fields   map[string]parquet.Node
		columns  map[string][]any
		options  []parquet.WriterOption
		code     string
		findings []string
	}{
		{"labels", map[string]parquet.Node{"资金池": text, "额度": plain64}, map[string][]any{"资金池": pools, "额度": amounts}, nil, "", nil},
		{
			"unknown column",
			map[string]parquet.Node{"pool": text, "amount": plain64, "poool": plain64},
			map[string][]any{"pool": pools, "amount": amounts, "poool": amounts},
			nil, "",
			[]string{"warning parquet.unknown_column 0:0 poool"},
		},
		{"missing column", map[string]parquet.Node{"pool": text}, map[string][]any{"pool": pools}, nil, "parquet.missing_column", nil},
		{"nothing known", map[string]parquet.Node{"x": text}, map[string][]any{"x": pools}, nil, "parquet.no_header", nil},
		{
			"twice",
			map[string]parquet.Node{"pool": text, "资金池": text, "amount": plain64},
			map[string][]any{"pool": pools, "资金池": pools, "amount": amounts},
			nil, "parquet.duplicate_column", nil,
		},
		{"nested", map[string]parquet.Node{"pool": parquet.Group{"x": text}, "amount": plain64}, nil, nil, "parquet.nested", nil},
		{"repeated", map[string]parquet.Node{"pool": parquet.Repeated(text), "amount": plain64}, nil, nil, "parquet.nested", nil},
		{
			"snappy, pages of version 1",
			map[string]parquet.Node{"pool": text, "amount": parquet.Optional(plain64)},
			map[string][]any{"pool": pools, "amount": amounts},
			[]parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.DataPageVersion(1)},
			"", nil,
		},
		{
			"gzip",
			map[string]parquet.Node{"pool": text, "amount": plain64},
			map[string][]any{"pool": pools, "amount": amounts},
			[]parquet.WriterOption{parquet.Compression(&parquet.Gzip)},
			"", nil,
		},
		{
			"zstd",
			map[string]parquet.Node{"pool": text, "amount": plain64},
			map[string][]any{"pool": pools, "amount": amounts},
			[]parquet.WriterOption{parquet.Compression(&parquet.Zstd)},
			"", nil,
		},
		{
			"brotli",
			map[string]parquet.Node{"pool": text, "amount": plain64},
			map[string][]any{"pool": pools, "amount": amounts},
			[]parquet.WriterOption{parquet.Compression(&parquet.Brotli)},
			"parquet.unsupported", nil,
		},
		{
			"delta",
			map[string]parquet.Node{"pool": parquet.Encoded(text, &parquet.DeltaLengthByteArray), "amount": parquet.Encoded(plain64, &parquet.DeltaBinaryPacked)},
			map[string][]any{"pool": pools, "amount": amounts},
			nil, "", nil,
		},
		{
			"prefixes",
			map[string]parquet.Node{"pool": parquet.Encoded(text, &parquet.DeltaByteArray), "amount": plain64},
			map[string][]any{"pool": pools, "amount": amounts},
			nil, "parquet.unsupported", nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := writeFile(t, dir, "budgets.parquet", foreign(t, c.fields, c.columns, c.options...))
			got := readFile(path, "budgets")
			if fault.CodeOf(got.err) != c.code {
				t.Fatalf("got %v, want %s", got.err, c.code)
			}
			equal(t, "findings", got.findings, c.findings)
			if c.code == "" {
				equal(t, "rows", got.rows, []string{"1:a,0.01", "2:b,0.02"})
			}
			f, err := Open(dir)
			must(t, err)
			if f.Canonical("budgets") {
				t.Error("canonical")
			}
			must(t, f.Close())
		})
	}
}

// Bad rows are named and left out, in pages with and without a dictionary, next
// to nulls; the lines of the others stay right.
func TestBadRowsOfParquet(t *testing.T) {
	for _, dictionary := range []bool{false, true} {
		node := text
		if dictionary {
			node = parquet.Encoded(text, &parquet.RLEDictionary)
		}
		fields := map[string]parquet.Node{
			"enterprise_id": node, "name": node, "kind": node, "size": parquet.Optional(node),
			"tech": parquet.Optional(parquet.Leaf(parquet.BooleanType)), "employees": parquet.Optional(plain64),
		}
		got := readFile(writeFile(t, t.TempDir(), "x.parquet", foreign(t, fields, map[string][]any{
			"enterprise_id": {firm, "1", firm, bank, firm, firm},
			"name":          {"甲", "乙", "", "丁", "戊", "己"},
			"kind":          {"coop", "coop", "coop", "no", "coop", "coop"},
			"size":          {nil, "small", "large", "x", "small", nil},
			"tech":          {true, nil, true, false, nil, false},
			"employees":     {nil, int64(1), int64(2), int64(3), int64(-4), int64(5)},
		})), "enterprises", "enterprise_id", "name", "kind", "size", "tech", "employees")
		must(t, got.err)
		equal(t, "rows", got.rows, []string{"1:" + firm + ",甲,coop,?,1,?", "6:" + firm + ",己,coop,?,0,5"})
		equal(t, "findings", got.findings, []string{
			"error uscc.length 2:0 enterprise_id", "error fact.required 3:0 name", "error fact.code 4:0 kind",
			"error fact.code 4:0 size", "error fact.int 5:0 employees",
		})
	}
}

// A dictionary that grows too large ends in the middle of a row group; texts of
// both kinds may meet in a batch.
func TestDictionaryThenPlain(t *testing.T) {
	const rows = 100_000
	var pools, amounts []any
	for i := range rows {
		pools, amounts = append(pools, fmt.Sprintf("pool %d", i)), append(amounts, int64(i))
	}
	for i := 0; i < rows; i += 1000 {
		pools[i] = nil
	}
	fields := map[string]parquet.Node{
		"policy": text, "item": text, "subject_id": text, "amount": plain64,
		"note": parquet.Optional(parquet.Encoded(text, &parquet.RLEDictionary)),
	}
	path := writeFile(t, t.TempDir(), "x.parquet", foreign(t, fields, map[string][]any{
		"note": pools, "amount": amounts, "policy": slices.Repeat([]any{"p"}, rows), "item": slices.Repeat([]any{"i"}, rows),
		"subject_id": slices.Repeat([]any{"s"}, rows),
	}, parquet.DictionaryMaxBytes(50_000), parquet.PageBufferSize(9_000)))
	got := readFile(path, "decisions", "note", "amount")
	must(t, got.err)
	for i, row := range got.rows {
		want := fmt.Sprintf("%d:pool %d,%d.%02d", i+1, i, i/100, i%100)
		if i%1000 == 0 {
			want = fmt.Sprintf("%d:?,%d.%02d", i+1, i/100, i%100)
		}
		if row != want {
			t.Fatalf("got %s, want %s", row, want)
		}
	}
	if len(got.rows) != rows {
		t.Errorf("%d rows", len(got.rows))
	}
}

// sampleParquet is a small file with all kinds of columns.
func sampleParquet(tb testing.TB, codec parquet.WriterOption) string {
	return foreign(tb, map[string]parquet.Node{
		"enterprise_id": parquet.Encoded(text, &parquet.RLEDictionary), "name": text, "kind": parquet.Encoded(text, &parquet.RLEDictionary),
		"size": parquet.Optional(text), "tech": parquet.Optional(parquet.Leaf(parquet.BooleanType)), "employees": parquet.Optional(plain64),
		"annual_sales": parquet.Decimal(2, 18, parquet.FixedLenByteArrayType(9)),
	}, map[string][]any{
		"enterprise_id": {firm, bank, firm}, "name": {"甲", "乙", "丙"}, "kind": {"coop", "coop", "enterprise"}, "size": {nil, "small", nil},
		"tech": {true, nil, false}, "employees": {nil, int64(1), int64(2)}, "annual_sales": {[]byte("\x00\x00\x00\x00\x00\x00\x00\x01\x02"), []byte("\x00\x00\x00\x00\x00\x00\x00\x01\x02"), []byte("\x00\x00\x00\x00\x00\x00\x00\x01\x02")},
	}, codec)
}

// Whatever byte of a file is changed, or wherever it is cut, there is a fault or
// there are rows.
func TestDamagedParquet(t *testing.T) {
	dir := t.TempDir()
	for _, codec := range []parquet.WriterOption{parquet.Compression(&parquet.Zstd), parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Uncompressed)} {
		good := sampleParquet(t, codec)
		if got := readFile(writeFile(t, dir, "x.parquet", good), "enterprises"); got.err != nil || len(got.rows) != 3 {
			t.Fatalf("%v %v", got.rows, got.err)
		}
		for i := range len(good) {
			for _, mask := range [...]byte{0x01, 0xff} {
				bad := []byte(good)
				bad[i] ^= mask
				checkParquet(t, dir, string(bad))
			}
			if i%17 == 0 {
				checkParquet(t, dir, good[:i])
			}
		}
	}
}

func checkParquet(tb testing.TB, dir, content string) {
	tb.Helper()
	path := writeFile(tb, dir, "x.parquet", content)
	got := readFile(path, "enterprises")
	if got.err != nil && fault.CodeOf(got.err) == "" {
		tb.Fatalf("no fault: %v", got.err)
	}
	for _, f := range got.full {
		if f.Zh == "" || f.Code == "fact.unreadable" {
			tb.Fatalf("a finding without a sentence: %v", f)
		}
	}
}

func FuzzParquet(f *testing.F) {
	f.Add([]byte(sampleParquet(f, parquet.Compression(&parquet.Zstd))))
	f.Add([]byte(sampleParquet(f, parquet.Compression(&parquet.Snappy))))
	f.Add([]byte(sampleParquet(f, parquet.Compression(&parquet.Uncompressed))))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) { checkParquet(t, dir, string(content)) })
}

// A row group ends early when its texts are many, and every row stays.
func TestLongTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 150 MB")
	}
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "decisions.parquet"))
	must(t, err)
	table := fact.Lookup("decisions")
	w := NewParquetWriter(out, table, "policy", "item", "subject_id", "note")
	b := fact.NewBatch(table, []string{"policy", "item", "subject_id", "note"})
	const rows = 20_000
	long := strings.Repeat("n", 7000)
	for i := range rows {
		b.Vectors[0].AppendText([]byte("p"))
		b.Vectors[1].AppendText([]byte("i"))
		b.Vectors[2].AppendText(fmt.Append(nil, i))
		b.Vectors[3].AppendText(fmt.Append(nil, i, long))
		if b.Len() == 1500 || i == rows-1 {
			must(t, w.Write(b))
			b.Reset()
		}
	}
	must(t, w.Close())
	must(t, out.Close())
	f, err := Open(dir)
	must(t, err)
	defer f.Close() //nolint:errcheck // only read from
	n := 0
	must(t, f.Scan(context.Background(), "decisions", []string{"subject_id", "note"}, 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			if want := fmt.Sprint(n); string(b.Vectors[0].Texts.At(i)) != want || len(b.Vectors[1].Texts.At(i)) != len(want)+len(long) {
				return fmt.Errorf("row %d", n)
			}
			n++
		}
		return nil
	}))
	if n != rows || !f.Canonical("decisions") {
		t.Errorf("%d rows", n)
	}
}

func TestWriterRefuses(t *testing.T) {
	table := fact.Lookup("decisions")
	for _, format := range []Format{CSV, Parquet} {
		for _, c := range []struct {
			column, code string
			fill         func(v *fact.Vector)
		}{
			{"rate", "money.finer", func(v *fact.Vector) { v.AppendInt(43_500_001) }},
			{"policy", "fact.required", func(v *fact.Vector) { v.AppendEmpty() }},
			{"rate", "fact.required", func(v *fact.Vector) { v.AppendInt(43_500_000) }}, // policy is not there
		} {
			b := fact.NewBatch(table, []string{c.column})
			c.fill(b.Vectors[0])
			if c.code == "money.finer" {
				full := fact.NewBatch(table, []string{"policy", "item", "subject_id"})
				for _, v := range full.Vectors {
					v.AppendText([]byte("x"))
				}
				b.Vectors = append(b.Vectors, full.Vectors...)
			}
			w := newWriter(&bytes.Buffer{}, format, table)
			if err := w.Write(b); fault.CodeOf(err) != c.code || fault.CodeOf(w.Close()) != c.code {
				t.Errorf("%s %s: %v, want %s", format, c.column, err, c.code)
			}
		}
	}
	if err := NewCSVWriter(&bytes.Buffer{}, table, "nothing").Close(); fault.CodeOf(err) != "factfile.column" {
		t.Error(err)
	}
	if err := NewParquetWriter(&bytes.Buffer{}, table, "nothing").Close(); fault.CodeOf(err) != "factfile.column" {
		t.Error(err)
	}
}
