package bankfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"changrong/internal/adapter/bankfile"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/ledger"
)

var day, _ = civil.Of(2025, 6, 30)

const good = "支付日期,金额（元）,收款人名称,收款人账号,回单编号,摘要\n" +
	"2025-06-30,\"1,234.50\",甲公司,6222 0200 1234,R1,奖补\n" +
	"2025/6/30,-20,\"乙\"\"公司\",,R2,退回\n"

var goodLines = []ledger.BankLine{
	{Line: 2, On: day, Amount: 1234_50, Payee: "甲公司", Tail: "1234", Ref: "R1", Note: "奖补"},
	{Line: 3, On: day, Amount: -20_00, Payee: "乙\"公司", Ref: "R2", Note: "退回"},
}

func expect(t *testing.T, name string, content []byte, want []ledger.BankLine, codes ...string) {
	t.Helper()
	lines, findings, err := bankfile.Read(name, content)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, len(findings))
	for i, f := range findings {
		got[i] = fmt.Sprint(f.Code, ":", f.At.Line)
	}
	if fmt.Sprint(got) != fmt.Sprint(codes) {
		t.Errorf("findings %v, not %v", got, codes)
	}
	if fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("lines\n%v, not\n%v", lines, want)
	}
}

func TestTextInEveryEncodingAndWithEverySeparator(t *testing.T) {
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(good)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(good)
	if err != nil {
		t.Fatal(err)
	}
	tabs := strings.NewReplacer("\"1,234.50\"", "1,234.50", ",,", "\t\t", "奖补", "奖补", ",", "\t").Replace(strings.ReplaceAll(good, "\"1,234.50\"", "1234.50"))
	bars := strings.ReplaceAll(tabs, "\t", "|")
	for name, content := range map[string]string{
		"a.csv": good, "b.csv": "\ufeff" + good, "c.csv": gbk, "d.CSV": strings.ReplaceAll(good, "\n", "\r\n"), "e.txt": tabs, "f.txt": bars, "g.txt": utf16,
		"h.csv": strings.TrimSuffix(good, "\n"),
	} {
		t.Run(name, func(t *testing.T) { expect(t, name, []byte(content), goodLines) })
	}
}

func workbook(t testing.TB, rows [][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookAsBanksExportIt(t *testing.T) {
	content := workbook(t, [][]any{
		{"某银行账户交易明细"},
		{},
		{"账号", "33001", "期间", "2025年6月"},
		{"交易时间", "借方发生额", "贷方发生额", "对方户名", "对方账号", "交易流水号", "摘要"},
		{45838.4375, 1234567.89, "", "甲公司", "62220012345678", "S1", "奖补"},
		{"20250630", "--", "20.00", "乙公司", "6.22202123456789E+18", "S2", "退票"},
		{"合计", 1234567.89, 20},
	})
	expect(t, "流水.xlsx", content, []ledger.BankLine{
		{Line: 5, On: day, Amount: 1234567_89, Payee: "甲公司", Tail: "5678", Ref: "S1", Note: "奖补"},
		{Line: 6, On: day, Amount: -20_00, Payee: "乙公司", Ref: "S2", Note: "退票"},
	})
}

func TestADirectionTellsWhatCameBack(t *testing.T) {
	expect(t, "a.csv", []byte("日期,金额,借贷标志,流水号\n20250630,5,借,A\n20250630,6,贷,B\n20250630,7,,C\n20250630,-7,借,D\n"), []ledger.BankLine{
		{Line: 2, On: day, Amount: 5_00, Ref: "A"}, {Line: 3, On: day, Amount: -6_00, Ref: "B"},
	}, "bankfile.direction:4", "bankfile.amount:5")
}

func TestEveryBadRowIsNamed(t *testing.T) {
	rows := []struct{ row, code string }{
		{"2025-06-31,1,甲,R1", "bankfile.day"},
		{",1,甲,R1", "bankfile.day"},
		{"6月30日,1,甲,R1", "bankfile.day"},
		{"2025-06-30,,甲,R1", "bankfile.amount"},
		{"2025-06-30,0,甲,R1", "bankfile.amount"},
		{"2025-06-30,1.234,甲,R1", "bankfile.amount"},
		{"2025-06-30,一百,甲,R1", "bankfile.amount"},
		{"2025-06-30,1万,甲,R1", "bankfile.amount"},
		{"2025-06-30,1.2.3,甲,R1", "bankfile.amount"},
		{"2025-06-30,--5,甲,R1", "bankfile.amount"},
		{"2025-06-30,99999999999999999,甲,R1", "bankfile.amount"},
		{"2025-06-30,1,甲,", "bankfile.ref"},
		{"2025-06-30,1,甲,2.0250630000012E+18", "bankfile.ref"},
		{"2025-06-30,1,#VALUE!,R1", "bankfile.cell"},
		{"2025-06-30,1," + strings.Repeat("长", 201) + ",R1", "bankfile.text"},
	}
	for _, r := range rows {
		expect(t, "a.csv", []byte("日期,金额,收款人,回单编号\n2025-06-30,1,甲,R0\n"+r.row+"\n"), []ledger.BankLine{{Line: 2, On: day, Amount: 1_00, Payee: "甲", Ref: "R0"}}, r.code+":3")
	}
}

func TestTheSameRowTwiceIsTakenOnce(t *testing.T) {
	lines, findings, err := bankfile.Read("a.csv", []byte("日期,金额,收款人,回单编号\n2025-06-30,1,甲,R0\n2025-06-30,1.00,甲,R0\n2025-06-30,2,甲,R0\n"))
	if err != nil || len(lines) != 2 || len(findings) != 1 || findings[0].Severity != fact.Warning || findings[0].At.Line != 3 {
		t.Error(lines, findings, err)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	zip := workbook(t, [][]any{{"日期", "金额", "回单编号"}, {"2025-06-30", 1, "R"}})
	broken := bytes.Clone(zip)
	for i := len(broken) / 3; i < len(broken)/3+40; i++ {
		broken[i] ^= 0x5a
	}
	for _, c := range []struct {
		name, content, code string
	}{
		{"a.pdf", "x", "bankfile.format"},
		{"a.xls", "x", "bankfile.format"},
		{"a", "x", "bankfile.format"},
		{"a.xlsx", good, "bankfile.damaged"},
		{"a.xlsx", string(broken), "bankfile.damaged"},
		{"a.xlsx", string(zip[:len(zip)-30]), "bankfile.damaged"},
		{"a.csv", "", "bankfile.header"},
		{"a.csv", "日期,金额\n2025-06-30,1\n", "bankfile.header"},
		{"a.csv", strings.Repeat("x\n", 40) + good, "bankfile.header"},
		{"a.csv", "日期,金额,回单编号\n2025-06-30,1,\"R\n", "bankfile.damaged"},
		{"a.csv", "日期,金额,回单编号\n2025-06-30,1,\"R\"x\n", "bankfile.damaged"},
		{"a.csv", "日期,金额,回单编号\n\xff\xfe\xff,1,x\n", "bankfile.encoding"},
		{"a.csv", "日期,金额,回单编号\n2025-06-30,1,\x00\n", "bankfile.encoding"},
		{"a.csv", "日期,金额,回单编号\n" + strings.Repeat("\n", 100_001), "bankfile.too_many_rows"},
		{"a.csv", strings.Repeat("x", 16<<20+1), "bankfile.too_large"},
	} {
		_, _, err := bankfile.Read(c.name, []byte(c.content))
		if fault.CodeOf(err) != c.code || fault.Of(err).At.File != c.name {
			t.Errorf("%s %.40q: %v, not %s", c.name, c.content, err, c.code)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(uint8(0), []byte(good))
	f.Add(uint8(1), []byte(strings.ReplaceAll(good, ",", "\t")))
	f.Add(uint8(2), workbook(f, [][]any{{"日期", "借方", "贷方", "流水号"}, {45838, 1.5, "", "R"}, {"20250630", "", "(3)", "S"}}))
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		name := []string{"a.csv", "a.txt", "a.xlsx"}[kind%3]
		lines, findings, err := bankfile.Read(name, content)
		if err != nil {
			if fault.CodeOf(err) == "" || fault.KindOf(err) != fault.Invalid || lines != nil {
				t.Errorf("%v with %d lines", err, len(lines))
			}
			return
		}
		for _, l := range lines {
			if l.Amount == 0 || l.Amount > money.Max || l.Amount < -money.Max || l.Ref == "" || l.Line < 2 || l.On < 0 && l.On > civil.Never || len([]rune(l.Tail)) > 4 {
				t.Errorf("%+v", l)
			}
		}
		for _, f := range findings {
			if f.Code == "" || f.Zh == "" || f.Code != "bankfile.too_many" && f.At.Line < 2 {
				t.Errorf("%+v", f)
			}
		}
	})
}
