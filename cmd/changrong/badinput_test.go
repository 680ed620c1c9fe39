package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestWorldsAreAccepted: what the tests below break is right before.
func TestWorldsAreAccepted(t *testing.T) {
	w := newWorld(t).tables()
	w.accepts("import", "--in", "@in", "--out", "@facts")
	w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle")
	w = newWorld(t).messages()
	w.accepts("import", "--in", "@in", "--out", "@facts")
	w.accepts("settle", "--pack", "@pack", "--facts", "@facts", "--out", "@bundle")
}

// finding is what must be said of something wrong in what was handed in.
type finding struct {
	code  string
	at    string // file:line, as far as known
	field string
	value string
	zh    string // part of the sentence
}

// rejected imports what the world holds: first to check it, as a table and as
// CSV, then to write. Both must end in this finding and leave nothing behind.
func (w *world) rejected(f finding) {
	w.Helper()
	w.mkdir("found")
	args := []string{"import", "--in", "@in", "--check", "--csv", "@found/findings.csv"}
	got := w.run(args...)
	w.Log(gist(got.out))
	if got.status != exitFailed {
		w.Errorf("the check ends with %d\n%s%s", got.status, got.out, got.err)
	}
	line := ""
	for l := range strings.Lines(got.out) {
		if strings.HasPrefix(l, "错误  "+f.code+" ") && line == "" {
			line = l
		}
	}
	for _, part := range []string{f.code, f.at, f.field, f.value, f.zh} {
		if !strings.Contains(line, part) {
			w.Errorf("the table does not tell %q", part)
		}
	}
	told := false
	for _, r := range w.records("found/findings.csv") {
		if !chinese.MatchString(r["zh"]) || r["en"] == "" || r["code"] == "" || r["severity"] == "" {
			w.Errorf("a finding without a sentence or a code: %v", r)
		}
		at := r["file"]
		if r["line"] != "" {
			at += ":" + r["line"]
		}
		if r["column"] != "" && r["field"] != "" {
			w.stands(r["file"], r["line"], r["column"], r["value"])
		}
		told = told || r["severity"] == "error" && r["code"] == f.code && at == f.at && r["field"] == f.field &&
			strings.TrimPrefix(r["value"], "'") == f.value && strings.Contains(r["zh"], f.zh)
	}
	if !told {
		w.Errorf("the CSV does not hold %+v:\n%s", f, gist(w.get("found/findings.csv")))
	}
	if err := os.RemoveAll(w.path("found")); err != nil {
		w.Fatal(err)
	}
	w.refuses(exitFailed, []string{"import", "--in", "@in", "--out", "@facts"}, f.code, "什么也没有写出")
}

// stands checks that a value is at a line and column, in characters, of a file.
func (w *world) stands(file, line, column, value string) {
	w.Helper()
	var l, c int
	if _, err := fmt.Sscan(line, &l); err != nil {
		w.Fatal(err)
	}
	if _, err := fmt.Sscan(column, &c); err != nil {
		w.Fatal(err)
	}
	lines := strings.Split(w.get("in/"+file), "\n")
	if l > len(lines) || c > len([]rune(lines[l-1])) || !strings.HasPrefix(strings.ToValidUTF8(string([]rune(lines[l-1])[c-1:]), "�"), strings.TrimPrefix(value, "'")) {
		w.Errorf("%q does not stand at %s:%s:%s", value, file, line, column)
	}
}

func gb18030(text string) string {
	s, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return s
}

func utf16LE(text string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// zipped packs files, given as name and text in turn.
func zipped(files ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		out, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(out, files[i+1])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// lying packs two files; of the first it says that it is small.
func lying(name, text, other, more string) string {
	var b, packed bytes.Buffer
	z := zip.NewWriter(&b)
	deflated, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = io.WriteString(deflated, text)
	}
	if err = errors.Join(err, deflated.Close()); err != nil {
		panic(err)
	}
	out, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(text[:100])), CompressedSize64: uint64(packed.Len()), UncompressedSize64: 100,
	})
	if err == nil {
		_, err = out.Write(packed.Bytes())
	}
	if err == nil {
		out, err = z.Create(other)
	}
	if err == nil {
		_, err = io.WriteString(out, more)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

// TestBadMessages: each bad message is told by file, line, field and value, and
// nothing is written.
func TestBadMessages(t *testing.T) {
	stock := message("CLDWDK")
	flows := message("DWDKFS")
	customers := message("FTYKHX")
	whole := func(change func(string) string) func(*world) {
		return func(w *world) { w.file("CLDWDK", change(dat("CLDWDK", record{}))) }
	}
	records := func(code string, rs ...record) func(*world) {
		return func(w *world) { w.file(code, dat(code, rs...)) }
	}
	logged := func(change func(text string) string) func(*world) {
		return func(w *world) { w.put("in/"+stock+".log", change(w.get("in/"+stock+".log"))) }
	}
	// packed puts a zip in the place of the pair.
	packed := func(make func(dat, log string) string) func(*world) {
		return func(w *world) {
			text := w.get("in/" + stock + ".dat")
			body := make(text, w.get("in/"+stock+".log"))
			for _, ext := range []string{".dat", ".log"} {
				if err := os.Remove(w.path("in/" + stock + ext)); err != nil {
					t.Fatal(err)
				}
			}
			w.put("in/"+stock+".zip", body)
		}
	}
	cases := []struct {
		name  string
		spoil func(*world)
		finding
	}{
		{"GB18030", whole(gb18030), finding{"pboc.gbk", stock + ".dat:1", "", "", "转为 UTF-8"}},
		{"UTF-16", whole(utf16LE), finding{"pboc.utf8", stock + ".dat:1", "", "", "UTF-8"}},
		{"BOM", whole(func(s string) string { return "\ufeff" + s }), finding{"pboc.bom", stock + ".dat:1", "", "", "BOM"}},
		{"CRLF", whole(func(s string) string { return s + "\r\n" }), finding{"pboc.crlf", stock + ".dat:1", "", "", "LF"}},
		{"a field is missing", whole(func(s string) string { return s[:strings.LastIndexByte(s, '|')] }), finding{"pboc.field_count", stock + ".dat:1", "", "", "应有 32 个，实有 31 个"}},
		{"a million fields", whole(func(s string) string { return s + strings.Repeat("|", 1_000_000) }), finding{"pboc.line_too_long", stock + ".dat:1", "", "", ""}},
		{"an empty file", whole(func(string) string { return "" }), finding{"pboc.count", stock + ".dat", "", "0", "记录数"}},
		{"wrong MD5", func(w *world) {
			l := logOf("CLDWDK", w.get("in/"+stock+".dat"))
			l.MD5 = [16]byte{}
			w.put("in/"+stock+".log", string(l.AppendTo(nil)))
		}, finding{"pboc.md5", stock + ".dat", "", fmt.Sprintf("%x", logOf("CLDWDK", dat("CLDWDK", record{})).MD5), strings.Repeat("0", 32)}},
		{"wrong count", logged(func(s string) string { return s[:len(s)-1] + "2" }), finding{"pboc.count", stock + ".dat", "", "1", ".log 为 2，实为 1"}},
		{"wrong name in the log", logged(func(s string) string { return strings.Replace(s, "CLDWDK", "DWDKFS", 1) }), finding{"pboc.log_name", stock + ".log:1", "", flows + ".dat", stock}},
		{"an endless log", logged(func(s string) string { return s + strings.Repeat("\n", 1_000_000) }), finding{"pboc.log", stock + ".log", "", "", "过大"}},
		{"no log", func(w *world) { _ = os.Remove(w.path("in/" + stock + ".log")) }, finding{"pboc.incomplete", stock + ".dat", "", "", "缺 .log"}},
		{"a file name of nobody", func(w *world) { w.put("in/CLDWDK.dat", "") }, finding{"pboc.file_name", "CLDWDK.dat", "", "CLDWDK", "文件名"}},
		{"not a month's end", func(w *world) { w.put("in/"+stock[:len(stock)-1]+"0.zip", "") }, finding{"pboc.not_month_end", stock[:len(stock)-1] + "0.zip", "", stock[:len(stock)-1] + "0", "月末"}},
		{"twice", func(w *world) { w.put("in/again/"+stock+".zip", "") }, finding{"pboc.message_twice", "again/" + stock + ".zip", "", "", "另一份是 " + stock + ".dat"}},
		{"half a zip", packed(func(dat, log string) string { s := zipped(stock+".dat", dat, stock+".log", log); return s[:len(s)/2] }), finding{"pboc.zip", stock + ".zip", "", "", "压缩包"}},
		{"a zip with another file", packed(func(dat, log string) string { return zipped(stock+".dat", dat, stock+".log", log, "readme.txt", "") }), finding{"pboc.zip_entry", stock + ".zip", "", "readme.txt", "压缩包"}},
		{"a zip that leaves its folder", packed(func(dat, log string) string { return zipped("../"+stock+".dat", dat, stock+".log", log) }), finding{"pboc.zip_path", stock + ".zip", "", "../" + stock + ".da…", "压缩包"}},
		{"a zip bomb", packed(func(_, log string) string {
			return zipped(stock+".dat", strings.Repeat(strings.Repeat("|", 30_000)+"\n", 2_000), stock+".log", log)
		}), finding{"pboc.zip_bomb", stock + ".zip", "", "", "压缩比"}},
		{"a zip bomb that says it is small", packed(func(_, log string) string {
			return lying(stock+".dat", strings.Repeat("|", 64<<20), stock+".log", log)
		}), finding{"pboc.zip", stock + ".zip", "", "", "压缩包"}},
		{"duplicate keys", records("CLDWDK", record{}, record{}), finding{"pboc.duplicate_key", stock + ".dat:2", "11 贷款借据编码", "1", "第 1 行已有"}},
		{"an impossible date", records("CLDWDK", record{"贷款到期日期": "2022-02-30"}), finding{"pboc.date", stock + ".dat:1", "16 贷款到期日期", "2022-02-30", "日期"}},
		{"three decimals", records("CLDWDK", record{"贷款余额折人民币": "1000.005"}), finding{"pboc.decimals", stock + ".dat:1", "20 贷款余额折人民币", "1000.005", "至多 2 位"}},
		{"full-width digits", records("CLDWDK", record{"贷款余额折人民币": "１０００"}), finding{"pboc.amount", stock + ".dat:1", "20 贷款余额折人民币", "１０００", "半角"}},
		{"1e5", records("CLDWDK", record{"贷款余额折人民币": "1e5"}), finding{"pboc.amount", stock + ".dat:1", "20 贷款余额折人民币", "1e5", "金额"}},
		{"a thousands separator", records("CLDWDK", record{"贷款余额折人民币": "1,000.00"}), finding{"pboc.amount", stock + ".dat:1", "20 贷款余额折人民币", "1,000.00", "金额"}},
		{"a negative balance", records("CLDWDK", record{"贷款余额折人民币": "-0.01"}), finding{"pboc.negative", stock + ".dat:1", "20 贷款余额折人民币", "-0.01", "负"}},
		{"an unknown code", records("DWDKFS", record{"发放收回标识": "2"}), finding{"pboc.flag", flows + ".dat:1", "32 发放收回标识", "2", "0 或 1"}},
		{"an unknown quality", records("CLDWDK", record{"贷款质量": "FQ06"}), finding{"pboc.code", stock + ".dat:1", "29 贷款质量", "FQ06", "代码表"}},
		{"a required value is missing", records("FTYKHX", record{"客户名称": ""}), finding{"pboc.required", customers + ".dat:1", "2 客户名称", "", "不能为空"}},
		{"another bank's record", func(w *world) {
			w.file("CLDWDK", strings.Replace(dat("CLDWDK", record{}), bankA, bankB, 1))
		}, finding{"pboc.institution", stock + ".dat:1", "1 金融机构代码", bankB, "文件名"}},
		{"a tab", records("CLDWDK", record{"贷款用途": "流动\t资金"}), finding{"pboc.control", stock + ".dat:1", "", "", "制表符"}},
	}
	for _, letter := range "IOSVZ" {
		id := shop[:9] + string(letter) + shop[10:]
		cases = append(cases, struct {
			name  string
			spoil func(*world)
			finding
		}{"a USCC with " + string(letter), records("CLDWDK", record{"借款人证件代码": id}), finding{"pboc.uscc", stock + ".dat:1", "5 借款人证件代码", id, fmt.Sprintf("第 10 个字符“%c”", letter)}})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).messages()
			c.spoil(w)
			w.rejected(c.finding)
		})
	}
}

// TestBadTables: each bad table is refused by import and, where it reads what is
// wrong, by settlement.
func TestBadTables(t *testing.T) {
	whole := func(table string, change func(string) string) func(*world) {
		return func(w *world) { w.put("in/"+table+".csv", change(w.get("in/"+table+".csv"))) }
	}
	cell := func(table, column, value string) func(*world) {
		return func(w *world) { w.cell(table, 2, column, value) }
	}
	type spoiled struct {
		name  string
		spoil func(*world)
		finding
		settled string // the code of settlement, when it is another; "-" when it does not read it
	}
	cases := []spoiled{
		{"GB18030", whole("enterprises", gb18030), finding{"csv.encoding", "enterprises.csv:1", "", "", "GB18030"}, ""},
		{"GB18030 far in", whole("loans", func(s string) string {
			return s + strings.Repeat("\n", 64<<10) + gb18030(bankB+",乙方,,"+coop+",1,1,2021-01-01,2021-01-02,0,pledge,normal\n")
		}), finding{"csv.encoding", "loans.csv:65540", "loan_id", "�ҷ�", "GB18030"}, ""},
		{"UTF-16", whole("enterprises", utf16LE), finding{"csv.encoding", "enterprises.csv:1", "", "", "UTF-16 LE"}, ""},
		{"old Mac line ends", whole("loans", func(s string) string { return strings.ReplaceAll(s, "\n", "\r") }), finding{"csv.line_end", "loans.csv:1", "", "", "LF"}, ""},
		{"empty", whole("loans", func(string) string { return "" }), finding{"csv.no_header", "loans.csv:1", "", "", "列名"}, ""},
		{"no header", whole("loans", func(s string) string { return s[strings.IndexByte(s, '\n')+1:] }), finding{"csv.no_header", "loans.csv:1", "", "", "列名"}, ""},
		{"semicolons", whole("loans", func(s string) string { return strings.ReplaceAll(s, ",", ";") }), finding{"csv.no_header", "loans.csv:1", "", "", "列名"}, ""},
		{"a missing column", whole("institutions", func(s string) string { return strings.Replace(s, "kind", "sort", 1) }), finding{"csv.missing_column", "institutions.csv:1", "", "", "kind（机构类型）"}, ""},
		{"a column twice", whole("loans", func(s string) string { return strings.Replace(s, "rate", "贷款本金", 1) }), finding{"csv.duplicate_column", "loans.csv:1", "principal", "", "同一列"}, ""},
		{"a million columns", whole("loans", func(s string) string {
			return "x" + strings.Repeat(",x", 500_000) + strings.Repeat(",", 500_000) + "\n" + s
		}), finding{"csv.line_too_long", "loans.csv:1", "", "", "1048576"}, ""},
		{"100,000 columns", whole("loans", func(s string) string { return strings.Replace(s, "\n", strings.Repeat(",x", 100_000)+"\n", 1) }), finding{"csv.too_many_columns", "loans.csv:1", "", "", "超过 256 列"}, ""},
		{"a field too few", whole("loans", func(s string) string { return s[:len(s)-len(",normal\n")] }), finding{"csv.fields", "loans.csv:3", "", (bankB + ",1,," + coop)[:40] + "…", "10 个字段"}, ""},
		{"an open quote", whole("loans", func(s string) string { return strings.Replace(s, ",1000.00", `,"1000.00`, 1) }), finding{"csv.unclosed_quote", "loans.csv:2", "", "", "双引号"}, ""},
		{"a stray quote", whole("loans", func(s string) string { return strings.Replace(s, ",1000.00", `,10"00.00`, 1) }), finding{"csv.quote", "loans.csv:2", "", (bankA + ",1,0001," + shop)[:40] + "…", "双引号"}, ""},
		{"a NUL", cell("loans", "branch_id", "00\x0001"), finding{"csv.nul", "loans.csv:2", "", (bankA + ",1,00�01," + shop)[:42] + "…", "NUL"}, ""},
		{"a required cell is empty", cell("loans", "principal", ""), finding{"intake.required", "loans.csv:2", "principal", bankA + "/1", "贷款本金"}, "fact.required"},
		{"an impossible date", cell("loans", "disbursed_on", "2021-02-30"), finding{"civil.date", "loans.csv:2", "disbursed_on", "2021-02-30", "日"}, ""},
		{"a date as elsewhere", cell("loans", "disbursed_on", "30/11/2021"), finding{"civil.date", "loans.csv:2", "disbursed_on", "30/11/2021", "2021-"}, ""},
		{"an impossible month", cell("month_balances", "month", "2021-13"), finding{"civil.month", "month_balances.csv:2", "month", "2021-13", "月"}, ""},
		{"three decimals", cell("month_balances", "balance", "1000.005"), finding{"money.finer", "month_balances.csv:2", "balance", "1000.005", "分"}, ""},
		{"full-width digits", cell("month_balances", "balance", "１０００"), finding{"factfile.full_width", "month_balances.csv:2", "balance", "１０００", "半角：1000"}, ""},
		{"1e5", cell("month_balances", "balance", "1e5"), finding{"factfile.scientific", "month_balances.csv:2", "balance", "1e5", "科学计数法"}, ""},
		{"wan", cell("month_balances", "balance", "1万"), finding{"money.amount", "month_balances.csv:2", "balance", "1万", "不带单位"}, ""},
		{"too much money", cell("month_balances", "balance", "99999999999999999999"), finding{"money.range", "month_balances.csv:2", "balance", "99999999999999999999", "10 万亿元"}, ""},
		{"a negative balance", cell("month_balances", "balance", "-0.01"), finding{"loanbook.negative", "month_balances.csv:2", "balance", bankA + "/1/2021-11", "-0.01 元"}, "settlement.negative"},
		{"an unknown code", cell("enterprises", "size", "tiny"), finding{"fact.code", "enterprises.csv:2", "size", "tiny", "代码"}, ""},
		{"yes for 1", cell("enterprises", "tech", "是"), finding{"fact.bool", "enterprises.csv:2", "tech", "是", "0 或 1"}, ""},
		{"an unknown town", cell("enterprises", "town", "33108"), finding{"fact.town", "enterprises.csv:2", "town", "33108", "乡镇"}, ""},
		{"an unknown industry", cell("enterprises", "industry", "C99"), finding{"fact.industry", "enterprises.csv:2", "industry", "C99", "行业"}, ""},
		{"a rate with six decimals", cell("loans", "rate", "4.350001"), finding{"money.finer", "loans.csv:2", "rate", "4.350001", "小数"}, ""},
		{"duplicate keys", whole("loans", func(s string) string { return s + s[strings.LastIndexByte(s[:len(s)-1], '\n')+1:] }), finding{"intake.duplicate_key", "loans.csv:4", "loan_id", bankB + "/1", "主键"}, "settlement.duplicate_key"},
		{"a balance twice", whole("month_balances", func(s string) string { return s + bankB + ",1,2021-12,2000.00,normal\n" }), finding{"intake.duplicate_key", "month_balances.csv:5", "month", bankB + "/1/2021-12", "主键"}, "settlement.duplicate_key"},
		{"an unknown borrower", cell("loans", "enterprise_id", "92331082DEM0000221"), finding{"loanbook.unknown_enterprise", "loans.csv:2", "enterprise_id", bankA + "/1", "企业表中：92331082DEM0000221"}, "settlement.link"},
		{"an unknown bank", cell("loans", "institution_id", "92331082DEM0000221"), finding{"loanbook.unknown_institution", "loans.csv:2", "institution_id", "92331082DEM0000221/1", "机构"}, "settlement.link"},
		{"dates in the wrong order", cell("loans", "due_on", "2021-11-04"), finding{"loanbook.date_order", "loans.csv:2", "due_on", bankA + "/1", "2021-11-05 晚于到期日期 2021-11-04"}, "-"},
		{"a balance above the principal", cell("month_balances", "balance", "1000.01"), finding{"loanbook.balance_over_principal", "month_balances.csv:2", "balance", bankA + "/1/2021-11", "1000.01 元"}, "-"},
		{"a balance of no note", cell("month_balances", "loan_id", "2"), finding{"intake.unknown_loan", "month_balances.csv:2", "loan_id", bankA + "/2", "借据"}, "settlement.link"},
		{"a gap", func(w *world) {
			w.put("in/loans.csv", w.get("in/loans.csv")+bankA+",2,,"+coop+",10.00,4.35,2021-10-05,2022-10-04,0,credit,normal\n")
			w.put("in/month_balances.csv", w.get("in/month_balances.csv")+bankA+",2,2021-10,10.00,normal\n"+bankA+",2,2021-12,10.00,normal\n")
		}, finding{"loanbook.gap", "loans.csv:4", "balance", bankA + "/2/2021-11", "月末余额"}, "-"},
		{"a USCC with a wrong digit", cell("loans", "enterprise_id", shop[:17]+"7"), finding{"uscc.check", "loans.csv:2", "enterprise_id", shop[:17] + "7", "末位"}, ""},
		{"a USCC too short", cell("loans", "enterprise_id", shop[:15]), finding{"uscc.length", "loans.csv:2", "enterprise_id", shop[:15], "15 个字符"}, ""},
		{"a USCC in small letters", cell("loans", "enterprise_id", strings.ToLower(shop)), finding{"uscc.charset", "loans.csv:2", "enterprise_id", strings.ToLower(shop), "大写"}, ""},
		{"a full-width USCC", cell("loans", "enterprise_id", "９2331082DEM0000146"), finding{"factfile.full_width", "loans.csv:2", "enterprise_id", "９2331082DEM0000146", "半角"}, ""},
	}
	for _, letter := range "IOSVZ" {
		id := shop[:9] + string(letter) + shop[10:]
		cases = append(cases, spoiled{
			"a USCC with " + string(letter), cell("loans", "enterprise_id", id),
			finding{"uscc.charset", "loans.csv:2", "enterprise_id", id, fmt.Sprintf("第 10 个字符“%c”", letter)},
			"",
		})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).tables()
			c.spoil(w)
			w.rejected(c.finding)
			settle := []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}
			switch c.settled {
			case "-":
				w.accepts(settle...)
			case "":
				w.refuses(exitFailed, settle, "["+c.code+"]", c.at, c.field, c.value, c.zh)
			default:
				w.refuses(exitFailed, settle, "["+c.settled+"]", c.at, c.field)
			}
		})
	}
}

// sparse writes a file that is text and then zeros up to size; on the disk it takes
// next to nothing.
func (w *world) sparse(name, text string, size int64) {
	w.Helper()
	w.put(name, text)
	if err := os.Truncate(w.path(name), size); err != nil {
		w.Fatal(err)
	}
}

// thrifty runs f, which may allocate at most so many bytes all in all.
func (w *world) thrifty(limit uint64, f func()) {
	w.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > limit {
		w.Errorf("allocated %d MiB, at most %d MiB may be", got>>20, limit>>20)
	}
}

// TestEndlessLines: a line of 2 GiB is refused without being held.
func TestEndlessLines(t *testing.T) {
	const size = 2 << 30
	header, _, _ := strings.Cut(facts["loans.csv"], "\n")
	settle := []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}
	check := []string{"import", "--in", "@in", "--check"}
	for _, c := range []struct {
		name  string
		spoil func(*world)
		args  []string
		says  []string
	}{
		{"of zeros, settled", func(w *world) { w.sparse("in/loans.csv", "", size) }, settle, []string{"[csv.line_too_long]", "loans.csv:1"}},
		{"under a header, settled", func(w *world) { w.sparse("in/loans.csv", header+"\n", size) }, settle, []string{"[csv.line_too_long]", "loans.csv:2", "其余内容未检查"}},
		{"in quotes, settled", func(w *world) { w.sparse("in/loans.csv", header+"\n\"", size) }, settle, []string{"[csv.line_too_long]", "loans.csv:2", "其余内容未检查"}},
		{"under a header, imported", func(w *world) { w.sparse("in/loans.csv", header+"\n", size) }, check, []string{"csv.line_too_long", "loans.csv:2"}},
		// A message is hashed to its end even when it is refused, so this one is shorter.
		{"of a message", func(w *world) { w.sparse("in/"+message("CLDWDK")+".dat", dat("CLDWDK", record{})+"\n", size/8) }, check, []string{"pboc.line_too_long", message("CLDWDK") + ".dat:2"}},
		{"of a log", func(w *world) { w.sparse("in/"+message("CLDWDK")+".log", "", size) }, check, []string{"pboc.log", message("CLDWDK") + ".log"}},
		{"of a pack", func(w *world) { w.sparse("pack/items/rd.yaml", small["items/rd.yaml"], size) }, []string{"policy", "check", "@pack"}, []string{"[pack.size]"}},
		{"of an official text", func(w *world) { w.sparse("text.txt", "一、目标\n", size) }, []string{"policy", "attach", "@pack", "@text.txt"}, []string{"[policy.text_size]", "text.txt"}},
		{"of code lists", func(w *world) { w.sparse("codes.yaml", "lists:\n", size) }, append(check, "--codes", "@codes.yaml"), []string{"[pboc.codes]", "codes.yaml"}},
		{"of a receipt", func(w *world) { w.sparse("bundle/receipt.json", "{", size) }, []string{"verify", "@bundle"}, []string{"[bundle.receipt]", "receipt.json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if strings.Contains(c.name, " of a") || strings.HasPrefix(c.name, "of a") {
				w.messages()
			} else {
				w.tables()
			}
			c.spoil(w)
			w.thrifty(256<<20, func() { w.refuses(exitFailed, c.args, c.says...) })
		})
	}
}

// TestBadWorkbooks: what is no workbook, or too much of one.
func TestBadWorkbooks(t *testing.T) {
	w := newWorld(t)
	w.accepts("template", "@template.xlsx")
	template := w.get("template.xlsx")
	for _, c := range []struct{ name, text, code, at, zh string }{
		{"half a workbook", template[:len(template)/2], "excel.damaged", "facts.xlsx", "损坏"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 1024), "excel.format", "facts.xlsx", "另存为"},
		{"no workbook", "institution_id,name\n", "excel.damaged", "facts.xlsx", "另存为"},
		{"a zip of something", zipped("readme.txt", "nothing"), "excel.damaged", "facts.xlsx", "另存为"},
		{"a bomb", withPart(t, template, "xl/worksheets/sheet1.xml", func(out io.Writer) { repeat(out, "<row/>", 16<<20) }), "excel.too_large", "facts.xlsx", "压缩比"},
		{"a bomb of texts", withPart(t, template, "xl/sharedStrings.xml", func(out io.Writer) { repeat(out, "<si><t>bang</t></si>", 4<<20) }), "excel.too_large", "facts.xlsx", "压缩比"},
		{"a bomb of something else", withPart(t, template, "xl/media/bomb.png", func(out io.Writer) { repeat(out, "\x00\x00\x00\x00", 20<<20) }), "excel.too_large", "facts.xlsx", "过大"},
		{"endless rows", withPart(t, template, "xl/worksheets/sheet1.xml", func(out io.Writer) {
			for i := range 1<<20 + 1 {
				fmt.Fprintf(out, "<row r=\"%d\" ht=\"%x\"/>", i+1, i*i)
			}
		}), "excel.too_many_rows", "facts.xlsx", "1048576 行"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.put("in/facts.xlsx", c.text)
			w.thrifty(1<<30, func() {
				w.refuses(exitFailed, []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}, c.code, c.at, c.zh)
			})
			if c.name == "endless rows" {
				return // once is enough: each takes a second
			}
			w.thrifty(1<<30, func() {
				w.refuses(exitFailed, []string{"import", "--in", "@in", "--out", "@facts"}, c.code, c.at, c.zh)
			})
		})
	}
}

func repeat(out io.Writer, text string, n int) {
	const chunk = 1 << 14
	block := []byte(strings.Repeat(text, chunk))
	for ; n > 0; n -= chunk {
		if _, err := out.Write(block); err != nil {
			panic(err)
		}
	}
}

// withPart returns a zip with one part replaced, or added.
func withPart(t *testing.T, text, name string, write func(io.Writer)) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range z.File {
		if f.Name != name {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := out.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	write(part)
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// budgets makes a Parquet file of the pools' budgets in which the amount has the
// type of A.
func budgets[A any](t *testing.T, amount A) string {
	t.Helper()
	type row struct {
		Pool   string `parquet:"pool"`
		Amount A      `parquet:"amount"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []row{{"fund", amount}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBadParquet(t *testing.T) {
	right := budgets(t, int64(5000))
	for _, c := range []struct{ name, text, code, at, zh string }{
		{"truncated", right[:len(right)-9], "parquet.damaged", "budgets.parquet", "损坏"},
		{"only the start", right[:20], "parquet.damaged", "budgets.parquet", "损坏"},
		{"a byte changed", right[:8] + "\xff" + right[9:], "parquet.damaged", "budgets.parquet", "损坏"},
		{"a lying length", right[:len(right)-8] + "\xff\xff\xff\x7f" + right[len(right)-4:], "parquet.damaged", "budgets.parquet", "损坏"},
		{"CSV", facts["budgets.csv"], "parquet.damaged", "budgets.parquet", ""},
		{"float money", budgets(t, 50.0), "parquet.float", "budgets.parquet", "浮点"},
		{"money as a yes or no", budgets(t, true), "parquet.type", "budgets.parquet", "金额"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).tables()
			if err := os.Remove(w.path("in/budgets.csv")); err != nil {
				t.Fatal(err)
			}
			w.put("in/budgets.parquet", c.text)
			settle := []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"}
			w.refuses(exitFailed, settle, "["+c.code+"]", c.at, c.zh)
			w.refuses(exitFailed, []string{"import", "--in", "@in", "--out", "@facts"}, c.code, c.at, c.zh)
		})
	}
}

// TestTolerated: what editors do to files and no reader would mistake is read, and
// import says so.
func TestTolerated(t *testing.T) {
	plain := newWorld(t).tables()
	want := plain.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle").out
	for _, c := range []struct {
		name   string
		change func(string) string
		code   string
		at     string
	}{
		// Excel's "CSV UTF-8" begins with a byte order mark and ends lines with CRLF.
		{"BOM", func(s string) string { return "\ufeff" + s }, "csv.bom", "loans.csv:1"},
		{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, "csv.crlf", "loans.csv:1"},
		{"both", func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") }, "csv.bom", "loans.csv:1"},
		{"no newline at the end", func(s string) string { return strings.TrimSuffix(s, "\n") }, "", ""},
		{"blank lines at the end", func(s string) string { return s + "\n\n" }, "", ""},
		{"quotes everywhere", func(s string) string {
			return `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(s, "\n"), ",", `","`), "\n", "\"\n\"") + "\"\n"
		}, "", ""},
		{"Chinese column names", func(s string) string { return strings.Replace(s, "principal", "贷款本金", 1) }, "", ""},
		// A column of the bank's own tells us nothing; that it is misspelt may be.
		{"another column", func(s string) string {
			return strings.ReplaceAll(strings.Replace(s, ",quality\n", ",quality,principle\n", 1), ",normal\n", ",normal,x\n")
		}, "csv.unknown_column", "loans.csv:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).tables()
			w.put("in/loans.csv", c.change(w.get("in/loans.csv")))
			got := w.accepts("import", "--in", "@in", "--out", "@facts").out
			if !strings.Contains(got, c.code) || !strings.Contains(got, c.at) || strings.Contains(got, "警告  ") != (c.code != "") {
				t.Errorf("want %s at %s:\n%s", c.code, c.at, got)
			}
			for _, from := range []string{"@in", "@facts"} {
				got := w.accepts("settle", "--pack", "@pack", "--facts", from, "--out", "@bundle"+from[1:]).out
				if cut(got) != cut(want) {
					t.Errorf("settled otherwise:\n%s\n%s", got, want)
				}
			}
		})
	}
}

// cut leaves out what a settlement prints about where its bundle is.
func cut(text string) string {
	text, _, _ = strings.Cut(text, "\n结算包 ")
	return text
}

// TestNoFacts: folders without facts.
func TestNoFacts(t *testing.T) {
	w := newWorld(t)
	w.mkdir("empty")
	w.put("unknown/readme.md", "x")
	w.put("unknown/loans.txt", "x")
	w.put("unknown/deep/loans.csv", facts["loans.csv"])
	w.put("elsewhere.csv", "x")
	settle := func(facts string) []string {
		return []string{"settle", "--pack", "@pack", "--facts", facts, "--out", "@bundle"}
	}
	w.refuses(exitFailed, settle("@empty"), "[factfile.empty]", "empty")
	w.refuses(exitFailed, settle("@unknown"), "[factfile.empty]", "readme.md", "loans.txt", "deep/")
	w.refuses(exitFailed, settle("@nowhere"), "[factfile.not_found]", "nowhere")
	w.refuses(exitFailed, settle("@elsewhere.csv"), "[factfile.", "elsewhere.csv")
	w.refuses(exitFailed, []string{"simulate", "--pack", "@pack", "--facts", "@empty", "--html", "@what.html", "--csv", "@what.csv"}, "[factfile.empty]")
	for _, out := range [][]string{{"--check"}, {"--out", "@facts"}} {
		w.refuses(exitFailed, append([]string{"import", "--in", "@empty"}, out...), "intake.no_input")
		w.refuses(exitFailed, append([]string{"import", "--in", "@nowhere"}, out...), "[intake.not_found]", "nowhere")
		w.refuses(exitFailed, append([]string{"import", "--in", "@elsewhere.csv"}, out...), "[intake.not_found]", "elsewhere.csv")
	}
	if err := os.RemoveAll(w.path("unknown/deep")); err != nil {
		t.Fatal(err)
	}
	w.refuses(exitFailed, []string{"import", "--in", "@unknown", "--check"}, "intake.no_input", "intake.unknown_file", "readme.md", "loans.txt")
}

// TestBadDecisions: decisions outside of what the policy leaves open.
func TestBadDecisions(t *testing.T) {
	for _, c := range []struct{ name, column, value, code, field, zh string }{
		{"a rate above the range", "rate", "50.00001", "settlement.decision_range", "rate", "50.00001% 不在 20% 至 50% 之间"},
		{"a rate below the range", "rate", "19.99999", "settlement.decision_range", "rate", "不在"},
		{"an amount where a rate is open", "amount", "100.00", "settlement.decision_closed", "amount", "金额"},
		{"an item that is not there", "item", "rd-2", "settlement.decision_item", "item", "rd-2"},
		{"a rate of an item that has a fixed one", "item", "tech", "settlement.decision_closed", "rate", "tech"},
		{"a negative rate", "rate", "-1", "money.rate", "rate", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t).tables()
			w.cell("decisions", 2, c.column, c.value)
			for _, engine := range []string{"columnar", "cel"} {
				w.refuses(exitFailed, []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle", "--engine", engine},
					"["+c.code+"]", "decisions.csv:2", c.field, c.zh)
			}
		})
	}
	// The boundaries themselves are inside.
	for _, rate := range []string{"20", "50.00000"} {
		w := newWorld(t).tables()
		w.cell("decisions", 2, "rate", rate)
		w.accepts("settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle")
	}
}

// TestNegativeAmounts: money below zero is refused wherever it would be counted.
func TestNegativeAmounts(t *testing.T) {
	for _, c := range []struct {
		table, column string
		line          int
	}{{"month_balances", "balance", 4}, {"projects", "rd_cost", 2}, {"budgets", "amount", 2}, {"enterprises", "annual_sales", 3}} {
		w := newWorld(t).tables()
		w.cell(c.table, c.line, c.column, "-0.01")
		w.refuses(exitFailed, []string{"settle", "--pack", "@pack", "--facts", "@in", "--out", "@bundle"},
			"[settlement.negative]", fmt.Sprintf("%s.csv:%d %s", c.table, c.line, c.column), "-0.01")
	}
}
