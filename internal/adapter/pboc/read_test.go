package pboc

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"changrong/internal/fact"
)

const (
	bank = "91331082DEM0000149"
	shop = "92331082DEM0000146"
	coop = "93331082DEM0000143"
)

// good holds one record of each message without a finding.
var good = map[string]string{
	"CLDWDK": bank + "|0001|331082|A01|" + shop + "|D01|C13|331082|B0102|CS04|JJ1|HT1|F022|C135|2021-01-05|2022-01-04||CNY|1000.00|1000.00|RF01|4.35000|TR05||Z|2022-01-04|D|1|FQ01|LS01||流动资金",
	"DWDKFS": bank + "|0001|331082|A01|" + shop + "|D01|C13|331082|B0102|CS04|JJ1|HT1|F022|C135|2021-01-05|2022-01-04||CNY|1000.00|1000.00|RF01|4.35000|TR05||Z|2022-01-04|D|1|LF01|||1|LS1|流动资金",
	"DBHTXX": bank + "|0001|DB1|HT1|01|02|2021-01-05|2022-01-04|CNY|800.00|800.00|100.00|A01|" + coop + "|D01|C13|331082|CS04",
	"DBWXX":  bank + "|0001|DB1|HT1|W1|D01|权0001|1|01|02|500.00|2021-01-05||0.00|99",
	"FTYKHX": bank + "|临海市某加工厂|A01|" + shop + "|333|某支行|加工|10.00|10.00|1000000.00|2000000.00|12|0|2021-01-01|某路1号|331082||2001-01-01|C13|CS04|B0102|D01|5000000.00|1000.00|0|B01|x|10|A",
}

// put writes a pair with the given .dat and a .log that fits it, changed by edit.
func put(t testing.TB, dir, base, dat string, edit func(*Log)) {
	t.Helper()
	l := Log{Name: base + ".dat", MD5: md5.Sum([]byte(dat)), Bytes: int64(len(dat)), Time: "2021-02-03 04:05:06"}
	if dat != "" {
		l.Records = int64(strings.Count(strings.TrimSuffix(dat, "\n"), "\n")) + 1
	}
	if edit != nil {
		edit(&l)
	}
	write(t, filepath.Join(dir, base+".dat"), dat)
	write(t, filepath.Join(dir, base+".log"), string(l.AppendTo(nil)))
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// readAll finds and reads every package of dir; findings come as "code file:line:column field value".
func readAll(t testing.TB, dir string, opts Options) (got []string, rows int) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	report := func(f fact.Finding) {
		s := strings.TrimPrefix(f.Code, "pboc.") + " " + f.At.File
		if f.At.Line > 0 {
			s += fmt.Sprintf(":%d", f.At.Line)
		}
		if f.At.Column > 0 {
			s += fmt.Sprintf(":%d", f.At.Column)
		}
		got = append(got, strings.TrimSpace(strings.TrimSpace(s+" "+f.At.Field)+" "+f.At.Value))
		if f.Zh == "" || f.En == "" {
			t.Errorf("%s has no sentence", f.Code)
		}
		if i := slices.IndexFunc(Rules(), func(r fact.Rule) bool { return r.Code == f.Code }); i < 0 || Rules()[i].Severity != f.Severity {
			t.Errorf("%s is not in the rules with severity %v", f.Code, f.Severity)
		}
	}
	packages, findings := Find(paths)
	for _, f := range findings {
		report(f)
	}
	for i := range packages {
		sum, err := packages[i].Read(context.Background(), dir, opts, report, func(r *Rows) error { rows += r.Len(); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if len(sum.SHA256) != 64 {
			t.Errorf("%s: SHA-256 %q", packages[i].Path, sum.SHA256)
		}
	}
	return got, rows
}

const stockName = bank + "_CLDWDK_20210131"

func TestGoodMessages(t *testing.T) {
	dir := t.TempDir()
	for code, line := range good {
		put(t, dir, bank+"_"+code+"_20210131", line, nil)
	}
	put(t, dir, bank+"_CLDWDK_20210228", "", nil)
	if got, rows := readAll(t, dir, Options{}); len(got) > 0 || rows != len(good) {
		t.Errorf("%d rows, findings %q", rows, got)
	}
}

// TestFields changes one field of a good record: each has exactly its finding.
func TestFields(t *testing.T) {
	for _, c := range []struct {
		code     string
		no       int
		value    string
		want, zh string // "" no finding
	}{
		{"CLDWDK", 1, shop, "institution", "金融机构代码"},
		{"CLDWDK", 2, "", "required", "内部机构号"},
		{"CLDWDK", 2, " 1", "space", "内部机构号"},
		{"CLDWDK", 2, strings.Repeat("号", 30), "", ""},
		{"CLDWDK", 2, strings.Repeat("号", 31), "too_long", "内部机构号"},
		{"CLDWDK", 3, "33108", "region", "金融机构地区代码"},
		{"CLDWDK", 3, "３３１０８２", "region", "金融机构地区代码"},
		{"CLDWDK", 4, "A09", "code", "借款人证件类型"},
		{"CLDWDK", 5, "92331082DEM000014I", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "92331082DEM000014O", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "92331082DEM000014S", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "92331082DEM000014V", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "92331082DEM000014Z", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "92331082DEM0000147", "uscc", "借款人证件代码"},
		{"CLDWDK", 5, "91310000631295002H", "uscc_org_code", "借款人证件代码"},
		{"CLDWDK", 6, "D99", "code_unlisted", "借款人国民经济部门"},
		{"CLDWDK", 6, "D991", "too_long", "借款人国民经济部门"},
		{"CLDWDK", 7, "100", "", ""},
		{"CLDWDK", 7, "200", "", ""},
		{"CLDWDK", 7, "A13", "industry", "借款人行业"},
		{"CLDWDK", 7, "C135", "industry", "借款人行业"},
		{"CLDWDK", 9, "B0103", "code", "借款人经济成分"},
		{"CLDWDK", 10, "CS05", "", ""},
		{"CLDWDK", 10, "CS06", "code", "借款人企业规模"},
		{"CLDWDK", 11, "", "required", "贷款借据编码"},
		{"CLDWDK", 14, "C13", "industry", "贷款实际投向"},
		{"CLDWDK", 15, "2021-02-29", "date", "贷款发放日期"},
		{"CLDWDK", 15, "20210105", "date", "贷款发放日期"},
		{"CLDWDK", 15, "", "required", "贷款发放日期"},
		{"CLDWDK", 18, "cny", "currency", "币种"},
		{"CLDWDK", 20, "1000.123", "decimals", "贷款余额折人民币"},
		{"CLDWDK", 20, "1e5", "amount", "贷款余额折人民币"},
		{"CLDWDK", 20, "１０００.00", "amount", "贷款余额折人民币"},
		{"CLDWDK", 20, "-0.01", "negative", "贷款余额折人民币"},
		{"CLDWDK", 20, "1,000.00", "amount", "贷款余额折人民币"},
		{"CLDWDK", 20, "99999999999999999.99", "range", "贷款余额折人民币"},
		{"CLDWDK", 20, "0", "", ""},
		{"CLDWDK", 22, "4.3500001", "decimals", "利率水平"},
		{"CLDWDK", 22, "-1", "negative", "利率水平"},
		{"CLDWDK", 22, "4%", "rate", "利率水平"},
		{"CLDWDK", 22, "1000.1", "range", "利率水平"},
		{"CLDWDK", 23, "TR07", "code_unlisted", "贷款定价基准类型"},
		{"CLDWDK", 25, "ZZZZZZ", "too_long", "贷款财政扶持方式"},
		{"CLDWDK", 27, "B02", "code", "贷款担保方式"},
		{"CLDWDK", 28, "Y", "flag", "是否首次贷款"},
		{"CLDWDK", 28, "", "", ""},
		{"CLDWDK", 29, "FQ06", "code", "贷款质量"},
		{"CLDWDK", 30, "LF01", "code", "贷款状态"},
		{"CLDWDK", 31, "04", "code", "逾期类型"},
		{"CLDWDK", 32, "a\tb", "control", ""},
		{"DWDKFS", 29, "LF03", "code_unlisted", "贷款状态"},
		{"DWDKFS", 32, "2", "flag", "发放收回标识"},
		{"DBHTXX", 5, "03", "code", "担保合同类型"},
		{"DBHTXX", 6, "", "", ""},
		{"DBHTXX", 13, "B09", "code_unlisted", "担保人证件类型"},
		{"DBHTXX", 12, "70.123", "decimals", "抵质押率"},
		{"DBHTXX", 12, "", "", ""},
		{"DBWXX", 6, "D02", "", ""},
		{"DBWXX", 6, "B07", "code_unlisted", "担保物类别"},
		{"DBWXX", 10, "05", "code", "评估方法"},
		{"FTYKHX", 12, "12.0", "integer", "从业人员数"},
		{"FTYKHX", 12, "-1", "integer", "从业人员数"},
		{"FTYKHX", 17, "01", "code_unlisted", "经营状态"},
	} {
		cells := strings.Split(good[c.code], "|")
		cells[c.no-1] = c.value
		dir := t.TempDir()
		base := bank + "_" + c.code + "_20210131"
		second := strings.Replace(strings.Replace(strings.Replace(good[c.code], "JJ1", "JJ2", 1), "W1", "W2", 1), "DB1", "DB2", 1)
		if c.code == "FTYKHX" {
			second = strings.Replace(second, shop, coop, 1)
		}
		put(t, dir, base, second+"\n"+strings.Join(cells, "|"), nil)
		got, rows := readAll(t, dir, Options{Workers: 1})
		switch f := fmt.Sprintf("%s %s.dat:2", c.want, base); {
		case c.want == "" && (len(got) > 0 || rows != 2):
			t.Errorf("%s %d %q: %d rows, %q", c.code, c.no, c.value, rows, got)
		case c.want == "control":
			if want := f + fmt.Sprint(":", len([]rune(strings.Join(cells, "|")))-1); len(got) != 1 || got[0] != want || rows != 1 {
				t.Errorf("%s %d %q: %d rows, %q, want %q", c.code, c.no, c.value, rows, got, want)
			}
		case c.want != "":
			value := []rune(c.value)
			if len(value) > 40 {
				value = append(value[:40:40], '…')
			}
			want := strings.TrimSpace(fmt.Sprintf("%s %d %s %s", f, c.no, c.zh, string(value)))
			wantRows := 1
			if strings.HasPrefix(c.want, "uscc_") || c.want == "code_unlisted" {
				wantRows = 2
			}
			if len(got) != 1 || got[0] != want || rows != wantRows {
				t.Errorf("%s %d %q: %d rows, %q, want %q", c.code, c.no, c.value, rows, got, want)
			}
		}
	}
}

func TestDocuments(t *testing.T) {
	for _, c := range []struct {
		kind, no, want string
	}{
		{"A02", "DEM000014", ""}, {"A02", "DEM00001-4", "org_code"}, {"A02", "DEM000015", "org_code"}, {"A03", "anything", ""}, {"A03", "x ", "space"},
	} {
		cells := strings.Split(good["CLDWDK"], "|")
		cells[3], cells[4] = c.kind, c.no
		dir := t.TempDir()
		put(t, dir, stockName, strings.Join(cells, "|"), nil)
		got, _ := readAll(t, dir, Options{})
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want+" ")) {
			t.Errorf("%s %s: %q, want %q", c.kind, c.no, got, c.want)
		}
	}
}

// TestText is about the .dat as a text: each has exactly its findings.
func TestText(t *testing.T) {
	line := good["CLDWDK"]
	other := strings.Replace(line, "JJ1", "JJ2", 1)
	file := stockName + ".dat"
	runes := len([]rune(line))
	for _, c := range []struct {
		name, dat string
		rows      int
		want      []string
	}{
		{"trailing newline", line + "\n", 1, []string{"trailing_newline " + file + ":1"}},
		{"only a newline", "\n", 0, []string{"empty_line " + file + ":1", "trailing_newline " + file + ":1"}},
		{"empty line", line + "\n\n" + other, 2, []string{"empty_line " + file + ":2"}},
		{"BOM", utf8BOM + line, 0, []string{"bom " + file + ":1"}},
		{"CRLF", line + "\r\n" + other, 0, []string{"crlf " + file + ":1"}},
		{"CRLF on the second line", line + "\n" + other + "\r\n", 1, []string{"crlf " + file + ":2"}},
		{"GBK", strings.Replace(line, "流动资金", "\xc1\xf7\xb6\xaf\xd7\xca\xbd\xf0", 1), 0, []string{fmt.Sprintf("gbk %s:1:%d", file, runes-3)}},
		{"not UTF-8", line + "\n" + strings.Replace(other, "流动资金", "\xff\xfe", 1), 1, []string{fmt.Sprintf("utf8 %s:2:%d", file, runes-3)}},
		{"a field too many", line + "|x", 0, []string{fmt.Sprintf("field_count %s:1:%d |x", file, runes+1)}},
		{"a bar inside", line + "\n" + strings.Replace(other, "流动", "流|动", 1), 1, []string{fmt.Sprintf("field_count %s:2:%d |动资金", file, runes-2)}},
		{"a field too few", strings.TrimSuffix(line, "|流动资金"), 0, []string{"field_count " + file + ":1"}},
		{"duplicate key", line + "\n" + other + "\n" + line, 2, []string{"duplicate_key " + file + ":3 11 贷款借据编码 JJ1"}},
		{"long line", line + strings.Repeat("x", MaxLine), 0, []string{"line_too_long " + file + ":1"}},
		{"longer than a chunk", strings.Repeat("x", 3*chunkBytes), 0, []string{"line_too_long " + file + ":1"}},
		{"longer than a chunk, later", line + "\n" + strings.Repeat("x", 3*chunkBytes), 1, []string{"line_too_long " + file + ":2"}},
		{
			"two findings in a line", strings.Replace(strings.Replace(line, "|1000.00|1000.00|", "|x|1000.00|", 1), "|FQ01|", "|FQ09|", 1), 0,
			[]string{"amount " + file + ":1 19 贷款余额 x", "code " + file + ":1 29 贷款质量 FQ09"},
		},
	} {
		dir := t.TempDir()
		put(t, dir, stockName, c.dat, nil)
		if got, rows := readAll(t, dir, Options{}); !slices.Equal(got, c.want) || rows != c.rows {
			t.Errorf("%s: %d rows, want %d\n got %q\nwant %q", c.name, rows, c.rows, got, c.want)
		}
	}
}

func TestLog(t *testing.T) {
	line := good["CLDWDK"]
	sum := fmt.Sprintf("%x", md5.Sum([]byte(line)))
	for _, c := range []struct {
		name string
		edit func(*Log)
		want []string
	}{
		{"name", func(l *Log) { l.Name = "x.dat" }, []string{"log_name " + stockName + ".log:1 x.dat"}},
		{"MD5", func(l *Log) { l.MD5[0]++ }, []string{"md5 " + stockName + ".dat " + sum}},
		{"size", func(l *Log) { l.Bytes++ }, []string{fmt.Sprintf("size %s.dat %d", stockName, len(line))}},
		{"count", func(l *Log) { l.Records = 2 }, []string{"count " + stockName + ".dat 1"}},
		{"time", func(l *Log) { l.Time = "2021-02-30 00:00:00" }, []string{"log " + stockName + ".log:4 2021-02-30 00:00:00"}},
	} {
		dir := t.TempDir()
		put(t, dir, stockName, line, c.edit)
		if got, _ := readAll(t, dir, Options{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct{ name, text, want string }{
		{"four lines", "a\nb\nc\nd", "log"},
		{"BOM", utf8BOM + "a", "bom"},
		{"CRLF", "a\r\nb", "crlf"},
		{"large", strings.Repeat("x", MaxLog+1), "log"},
		{"MD5", stockName + ".dat\nxyz\n1\n2021-01-01 00:00:00\n1", "log"},
		{"hex", stockName + ".dat\n" + strings.Repeat("g", 32) + "\n1\n2021-01-01 00:00:00\n1", "log"},
		{"size", stockName + ".dat\n" + sum + "\n-1\n2021-01-01 00:00:00\n1", "log"},
		{"count", stockName + ".dat\n" + sum + "\n1\n2021-01-01 00:00:00\n", "log"},
		{"hour", stockName + ".dat\n" + sum + "\n1\n2021-01-01 24:00:00\n1", "log"},
	} {
		dir := t.TempDir()
		put(t, dir, stockName, line, nil)
		write(t, filepath.Join(dir, stockName+".log"), c.text)
		if got, _ := readAll(t, dir, Options{}); len(got) != 1 || !strings.HasPrefix(got[0], c.want+" "+stockName+".log") {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ base, want string }{
		{bank + "_CLDWDK_20210130", "not_month_end"},
		{bank + "_CLDWDK_20210231", "file_name"},
		{bank + "_CLDWDK_2021013", "file_name"},
		{bank + "_CLXXXX_20210131", "file_name"},
		{bank + "_CLGRDK_20210131", "message_not_used"},
		{"91331082DEM0000148_CLDWDK_20210131", "file_name"},
		{bank + "-CLDWDK-20210131", "file_name"},
		{bank + "_cldwdk_20210131", "file_name"},
		{bank + "_CLDWDK_20240229", ""},
	} {
		n, wrong := ParseName("f", c.base)
		if c.want == "" && (wrong != nil || n.String() != c.base) || c.want != "" && (wrong == nil || wrong.Code != "pboc."+c.want) {
			t.Errorf("%s: %v, %v, want %q", c.base, n, wrong, c.want)
		}
	}
	_, findings := Find([]string{"a/" + stockName + ".dat", "b/" + stockName + ".log", "c/" + stockName + ".zip", "d/" + stockName + ".zip"})
	var got []string
	for _, f := range findings {
		got = append(got, f.Code+" "+f.At.File)
	}
	want := []string{"pboc.incomplete a/" + stockName + ".dat", "pboc.incomplete b/" + stockName + ".log", "pboc.message_twice d/" + stockName + ".zip"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestChunks reads a message of several chunks: lines are counted through, keys
// compared across, and the order kept.
func TestChunks(t *testing.T) {
	const n = 20_000
	lines := make([]string, n)
	for i := range lines {
		lines[i] = strings.Replace(good["CLDWDK"], "JJ1", fmt.Sprintf("JJ%07d", i), 1)
	}
	lines[15_000] = strings.Replace(lines[15_000], "|D|1|", "|X|1|", 1)
	lines[19_999] = lines[3]
	lines[10] = strings.Replace(lines[10], "TR05", "TR07", 1)
	lines[19_000] = strings.Replace(lines[19_000], "TR05", "TR07", 1)
	for i := 12_000; i < 12_010; i++ {
		lines[i] = lines[11_999]
	}
	dir := t.TempDir()
	put(t, dir, stockName, strings.Join(lines, "\n"), nil)
	for _, workers := range []int{1, 3} {
		got, rows := readAll(t, dir, Options{Workers: workers})
		want := []string{"code_unlisted " + stockName + ".dat:11 23 贷款定价基准类型 TR07"}
		for i := range 10 {
			want = append(want, fmt.Sprintf("duplicate_key %s.dat:%d 11 贷款借据编码 JJ0011999", stockName, 12_001+i))
		}
		want = append(want, "code "+stockName+".dat:15001 27 贷款担保方式 X", "duplicate_key "+stockName+".dat:20000 11 贷款借据编码 JJ0000003")
		slices.Sort(got) // within a chunk, cells come before keys
		slices.Sort(want)
		if !slices.Equal(got, want) || rows != n-12 {
			t.Errorf("%d workers: %d rows\n got %q\nwant %q", workers, rows, got, want)
		}
	}
	pkgs, _ := Find([]string{stockName + ".dat", stockName + ".log"})
	next := 0
	_, err := pkgs[0].Read(context.Background(), dir, Options{Workers: 3}, func(fact.Finding) {}, func(r *Rows) error {
		f := r.Name.Message.Field("贷款借据编码")
		for i := range r.Len() {
			if line := r.Line(i); line <= next {
				t.Fatalf("line %d after %d", line, next)
			} else if want := fmt.Sprintf("JJ%07d", line-1); line <= 10_000 && string(r.Text(f, i)) != want {
				t.Fatalf("line %d is %s, want %s", line, r.Text(f, i), want)
			}
			next = r.Line(i)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTooManyErrors(t *testing.T) {
	line := strings.Replace(good["CLDWDK"], "|D|1|", "|X|1|", 1)
	dir := t.TempDir()
	put(t, dir, stockName, strings.Repeat(line+"\n", 3*MaxErrors)+line, nil)
	got, rows := readAll(t, dir, Options{})
	if rows != 0 || len(got) < MaxErrors || len(got) >= 3*MaxErrors || !strings.HasPrefix(got[len(got)-1], "too_many ") {
		t.Errorf("%d findings, the last %q", len(got), got[len(got)-1])
	}
}

func TestEndings(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, stockName, good["CLDWDK"], nil)
	pkgs, _ := Find([]string{stockName + ".dat", stockName + ".log"})
	mine := fmt.Errorf("mine")
	none := func(f fact.Finding) { t.Errorf("finding %v", f) }
	if _, err := pkgs[0].Read(context.Background(), dir, Options{}, none, func(*Rows) error { return mine }); !errors.Is(err, mine) {
		t.Errorf("error of fn: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := pkgs[0].Read(ctx, dir, Options{}, none, func(*Rows) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := pkgs[0].Read(context.Background(), t.TempDir(), Options{}, none, func(*Rows) error { return nil }); err == nil {
		t.Error("a file that is gone is no error")
	}
}

// TestLost: what a record with an error is about is told, as far as it can be read.
func TestLost(t *testing.T) {
	line := good["CLDWDK"]
	dat := strings.Replace(line, "|FQ01|", "|FQ09|", 1) + "\n" + strings.Replace(line, "JJ1", "JJ2", 1) + "|x\n" + bank + "|x\n" + strings.Replace(line, "JJ1", "JJ3", 1)
	dir := t.TempDir()
	put(t, dir, stockName, dat, nil)
	pkgs, _ := Find([]string{stockName + ".dat", stockName + ".log"})
	var lost []string
	opts := Options{Lost: func(about string) { lost = append(lost, about) }}
	sum, err := pkgs[0].Read(context.Background(), dir, opts, func(fact.Finding) {}, func(*Rows) error { return nil })
	if want := []string{"JJ1", "JJ2"}; err != nil || !slices.Equal(lost, want) || !sum.Whole || sum.Rows != 1 || sum.Records != 4 || sum.Errors != 3 {
		t.Errorf("lost %q, want %q; %+v, %v", lost, want, sum, err)
	}
	put(t, dir, stockName, utf8BOM+line, nil)
	if sum, err := pkgs[0].Read(context.Background(), dir, opts, func(fact.Finding) {}, func(*Rows) error { return nil }); err != nil || sum.Whole {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestTurn: nothing is told of a package before its turn, and nothing at all when the
// waiting for it ends with an error.
func TestTurn(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, stockName, good["CLDWDK"]+"\n"+strings.Replace(good["CLDWDK"], "|D|1|", "|X|1|", 1), func(l *Log) { l.Name = "other.dat" })
	pkgs, _ := Find([]string{stockName + ".dat", stockName + ".log"})
	mine := errors.New("mine")
	for _, end := range []error{nil, mine} {
		turns, told := 0, 0
		tell := func() {
			if told++; turns != 1 || end != nil {
				t.Errorf("told after %d turns that ended with %v", turns, end)
			}
		}
		_, err := pkgs[0].Read(context.Background(), dir, Options{Lost: func(string) { tell() }, Turn: func(context.Context) error {
			turns++
			return end
		}}, func(fact.Finding) { tell() }, func(*Rows) error {
			tell()
			return nil
		})
		if !errors.Is(err, end) || turns != 1 || (end == nil) != (told >= 4) {
			t.Errorf("%v after %d turns, told %d", err, turns, told)
		}
	}
}
