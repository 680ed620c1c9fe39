package intake

import (
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

const (
	bankA = "91331082DEM0000149"
	bankB = "91331082DEM0000224"
	shop  = "92331082DEM0000146"
	coop  = "93331082DEM0000143"
	other = "92331082DEM0000221"
)

// xinbao is a guarantor, and mill an enterprise.
var xinbao, mill = made("91", "DEM00101"), made("91", "DEM00102")

func made(kind, body string) string {
	id, err := uscc.Make(kind, "331082", body)
	if err != nil {
		panic(err)
	}
	return id
}

// world is a folder of messages and tables being written.
type world struct {
	testing.TB
	dir string
}

func newWorld(t testing.TB) *world { return &world{t, filepath.Join(t.TempDir(), "in")} }

// message writes one message in the folder of its month: each record is a map
// from field to value, over what base gives.
func (w *world) message(bank, code, month string, records ...map[string]string) {
	w.Helper()
	dir := filepath.Join(w.dir, month)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.Fatal(err)
	}
	m, err := civil.ParseMonth(month)
	if err != nil {
		w.Fatal(err)
	}
	date := strings.ReplaceAll(m.Last().String(), "-", "")
	out, err := pboc.NewWriter(dir, bank, code, date, "2021-12-31 01:02:03", bank == bankB)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range records {
		for _, f := range pboc.Lookup(code).Fields {
			value, ok := r[f.Zh]
			if !ok {
				value = base[f.Zh]
			}
			if f.Kind == pboc.Bank {
				value = bank
			}
			writeField(w, out, f.Kind, value)
		}
		out.End()
	}
	if err := out.Close(); err != nil {
		w.Fatal(err)
	}
}

// base is the values of records that say nothing else.
var base = map[string]string{
	"内部机构号": "0001", "借款人证件类型": "A01", "借款人证件代码": shop, "借款人行业": "C13", "借款人经济成分": "B0102", "借款人企业规模": "CS04",
	"贷款借据编码": "1", "贷款合同编码": "H1", "贷款实际投向": "C135", "贷款发放日期": "2021-01-05", "贷款到期日期": "2022-01-04",
	"币种": "CNY", "贷款余额": "1000.00", "贷款余额折人民币": "1000.00", "利率水平": "4.35", "贷款财政扶持方式": "Z", "贷款担保方式": "C99", "是否首次贷款": "1",
	"贷款质量": "FQ01", "贷款用途": "流动资金", "发生金额": "1000.00", "发生金额折人民币": "1000.00", "发放收回标识": "1", "交易流水号": "L1",
	"担保合同编码": "D1", "被担保合同编码": "H1", "担保合同起始日期": "2021-01-05", "担保合同到期日期": "2022-01-04", "担保合同金额折人民币": "800.00",
	"担保人证件类型": "A01", "担保人证件代码": xinbao, "担保物编码": "W1", "担保物类别": "D01", "权证编号": "R1", "评估价值": "500.00",
	"客户名称": "某店", "客户证件类型": "A01", "客户证件代码": shop, "总资产": "100000.00", "营业收入": "200000.00", "从业人员数": "5",
	"所属行业": "C13", "企业规模": "CS04", "客户经济成分": "B0102", "授信额度": "3000.00",
}

func writeField(t testing.TB, w *pboc.Writer, k pboc.Kind, value string) {
	if value == "" {
		w.Empty()
		return
	}
	switch k {
	case pboc.Amount, pboc.Ratio:
		f, err := money.ParseYuan(value)
		if err != nil {
			t.Fatal(err)
		}
		w.Fen(f)
	case pboc.Rate:
		r, err := money.ParsePercent(value)
		if err != nil {
			t.Fatal(err)
		}
		w.Rate(r)
	case pboc.Day:
		d, err := civil.ParseDate(value)
		if err != nil {
			t.Fatal(err)
		}
		w.Day(d)
	case pboc.Flag:
		w.Flag(value == "1")
	case pboc.Count:
		var n int64
		if _, err := fmt.Sscan(value, &n); err != nil {
			t.Fatal(err)
		}
		w.Count(n)
	default:
		w.Text(value)
	}
}

// table writes a CSV into the folder.
func (w *world) table(name string, lines ...string) {
	w.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		w.Fatal(err)
	}
}

// banks writes the institutions.
func (w *world) banks() {
	w.table("institutions.csv", "institution_id,name,kind,local_legal_person",
		bankA+",甲银行,rural_bank,1", bankB+",乙银行,city_bank,0", xinbao+",信保基金,guarantor,1")
}

// take imports the folder, and returns the report with its findings as
// "code file:line field value".
func (w *world) take(opts Options) (*Report, []string) {
	w.Helper()
	opts.In, opts.Out, opts.Workers = w.dir, w.out(), 2
	r, err := Import(context.Background(), opts)
	if err != nil {
		w.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		s := f.Code + " " + f.At.File
		if f.At.Line > 0 {
			s += fmt.Sprintf(":%d", f.At.Line)
		}
		got = append(got, strings.Join(strings.Fields(s+" "+f.At.Field+" "+f.At.Value), " "))
		if f.Zh == "" || f.En == "" || strings.Contains(f.Zh+f.En, "%!") {
			w.Errorf("sentence of %s: %q, %q", f.Code, f.Zh, f.En)
		}
	}
	left, err := os.ReadDir(filepath.Dir(w.dir))
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != "in" && (e.Name() != "out" || !r.Written) {
			w.Errorf("left behind: %s", e.Name())
		}
	}
	if r.Written != (r.Errors == 0 && !opts.Check) {
		w.Errorf("written is %v with %d errors", r.Written, r.Errors)
	}
	return r, got
}

func (w *world) out() string { return filepath.Join(filepath.Dir(w.dir), "out") }

// want fails unless the findings are exactly these.
func (w *world) want(got []string, want ...string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("findings\n got %q\nwant %q", got, want)
	}
}

// facts returns the rows of a table of the folder made, as column=value of the
// columns that are not empty, key columns as plain values.
func (w *world) facts(table string) (rows []string) {
	w.Helper()
	f, err := factfile.Open(w.out())
	if err != nil {
		w.Fatal(err)
	}
	defer f.Close()
	t := fact.Lookup(table)
	err = f.Scan(context.Background(), table, t.Stored(), 1, func(_ int, b *fact.Batch) error {
		for i := range b.Len() {
			var cells []string
			for _, v := range b.Vectors {
				if cell := v.AppendValue(nil, i); slices.Contains(t.Key, v.Column.Name) {
					cells = append(cells, string(cell))
				} else if len(cell) > 0 {
					cells = append(cells, v.Column.Name+"="+string(cell))
				}
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return rows
}

func (w *world) wantFacts(table string, want ...string) {
	w.Helper()
	if got := w.facts(table); !slices.Equal(got, want) {
		w.Errorf("%s\n got %q\nwant %q", table, got, want)
	}
}

// rewrite changes the .dat of the message called name, and its .log to fit when signed.
func (w *world) rewrite(name string, change func([]byte) []byte, signed bool) {
	w.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	b, err := os.ReadFile(path + ".dat")
	if err != nil {
		w.Fatal(err)
	}
	b = change(b)
	if err := os.WriteFile(path+".dat", b, 0o600); err != nil {
		w.Fatal(err)
	}
	if !signed {
		return
	}
	l := pboc.Log{
		Name: filepath.Base(name) + ".dat", MD5: md5.Sum(b), Bytes: int64(len(b)), Time: "2021-12-31 01:02:03",
		Records: int64(bytes.Count(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))) + 1,
	}
	if err := os.WriteFile(path+".log", l.AppendTo(nil), 0o600); err != nil {
		w.Fatal(err)
	}
}

type r = map[string]string
