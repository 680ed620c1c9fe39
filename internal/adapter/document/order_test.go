package document

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"

	"github.com/xuri/excelize/v2"
)

func sheetOf() *subsidy.OrderSheet {
	at := civil.StartOf(civil.Date(19100)) + 10*civil.Hour
	line := func(payee, number string, amount money.Fen) subsidy.SheetLine {
		return subsidy.SheetLine{OrderLine: subsidy.OrderLine{
			PayeeName: payee, BankName: "某某银行股份有限公司临海支行营业部", BankNo: "102345000019", Amount: amount, State: subsidy.LineOpen,
		}, Number: number, Title: "科技型企业贷款风险补偿"}
	}
	s := &subsidy.OrderSheet{
		Order: subsidy.PaymentOrder{
			Case: workflow.Case{Stage: subsidy.OrderReleased}, Number: "2022-0001", Purpose: "风险补偿金", Made: at,
		},
		Prepared: "王五", Released: "李四", Total: 1680_32 + 100,
		Groups: []subsidy.SheetGroup{
			{Source: ledger.Source{Document: "浙财金〔2022〕1号", Title: "省奖补资金", Function: "2170399"}, Lines: []subsidy.SheetLine{line("甲银行", "00123456789012345678", 1680_32)}, Total: 1680_32},
			{Source: ledger.Source{Document: "临财〔2022〕2号", Title: "市级配套"}, Lines: []subsidy.SheetLine{line("=HYPERLINK(\"x\")", "6222021234567890", 100)}, Total: 100},
		},
	}
	return s
}

// texts reads what an uncompressed PDF of ours says, piece by piece.
func texts(pdf []byte) []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?s)\(((?:\\.|[^\\()])*)\) ?Tj`).FindAllSubmatch(pdf, -1) {
		var raw []byte
		for i := 0; i < len(m[1]); i++ {
			if m[1][i] == '\\' {
				i++
				if m[1][i] == 'r' {
					raw = append(raw, '\r')
					continue
				}
			}
			raw = append(raw, m[1][i])
		}
		var units []uint16
		for i := 0; i+1 < len(raw); i += 2 {
			units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
		}
		out = append(out, string(utf16.Decode(units)))
	}
	return out
}

func pdfOf(t *testing.T, s *subsidy.OrderSheet) []string {
	t.Helper()
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	if err := printable(s, f); err != nil {
		t.Fatal(err)
	}
	p := draw(s, f)
	p.SetCompression(false)
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return texts(b.Bytes())
}

func TestOrderAsPDF(t *testing.T) {
	got := strings.Join(pdfOf(t, sheetOf()), "\n")
	if whole := strings.ReplaceAll(got, "\n", ""); !strings.Contains(whole, "序号收款人全称账号开户行行号奖补项目金额（元）") || !strings.Contains(whole, "某某银行股份有限公司临海支行营业部") ||
		!strings.Contains(whole, `=HYPERLINK("x")`) {
		t.Errorf("something is lost where a line is broken: %s", whole)
	}
	for _, want := range []string{
		"财政奖补资金支付单\n", "编号：2022-0001", "2022年4月18日", "用途：风险补偿金", "指标文号：浙财金〔2022〕1号", "功能分类科目：2170399", "临财〔2022〕2号",
		"收款人全称", "甲银行", "00123456789012345678", "102345000019", "1680.32", "人民币壹仟陆佰捌拾壹元叁角贰分", "¥1681.32", "经办：王五", "签发：李四", "第 1 页",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the paper does not say %q:\n%s", want, got)
		}
	}
	s := sheetOf()
	s.Order.Stage, s.Released = subsidy.OrderPrepared, ""
	if got := strings.Join(pdfOf(t, s), "\n"); !strings.Contains(got, "（未签发，不得支付）") {
		t.Error("an order that is not released can be taken for one that is")
	}
}

func TestLongOrdersGoOnWithEveryLine(t *testing.T) {
	s := sheetOf()
	line := s.Groups[0].Lines[0]
	s.Groups[0].Lines = nil
	for range 100 {
		line.PayeeName = "临海市某某某某科技型中小企业信用担保有限责任公司台州分公司"
		s.Groups[0].Lines = append(s.Groups[0].Lines, line)
	}
	got := pdfOf(t, s)
	if names := strings.Count(strings.Join(got, ""), line.PayeeName); names != 100 {
		t.Errorf("%d of 100 names are whole", names)
	}
	n, pages := 0, 0
	for _, x := range got {
		if x == line.Number {
			n++
		}
		if strings.Contains(x, "支付单 2022-0001　第") {
			pages++
		}
	}
	if n != 100 || pages < 5 {
		t.Errorf("%d of 100 lines on %d pages", n, pages)
	}
}

func TestTheSameOrderIsTheSameBytes(t *testing.T) {
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := OrderPDF(&a, sheetOf(), f); err != nil {
		t.Fatal(err)
	}
	if err := OrderPDF(&b, sheetOf(), f); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same order was written in two ways")
	}
}

func TestRareCharactersAreNotLost(t *testing.T) {
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	s := sheetOf()
	s.Groups[0].Lines[0].PayeeName = "临海市㙟头门港公司"
	if err := OrderPDF(&bytes.Buffer{}, s, f); fault.CodeOf(err) != "document.glyph" {
		t.Errorf("a character the font has not: %v", err)
	}
}

func TestOrderAsExcel(t *testing.T) {
	var b bytes.Buffer
	if err := OrderExcel(&b, sheetOf()); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for at, want := range map[string]string{
		"A1": "财政奖补资金支付单", "B2": "2022-0001", "F2": "风险补偿金", "B4": "甲银行", "C4": "00123456789012345678", "E4": "102345000019", "G4": "1,680.32",
		"I4": "浙财金〔2022〕1号", "K4": "2170399", "O4": "待支付", "B5": "'=HYPERLINK(\"x\")", "G5": "1.00", "A6": "合计", "G6": "1,681.32", "B7": "人民币壹仟陆佰捌拾壹元叁角贰分", "D8": "李四",
	} {
		if got, err := x.GetCellValue("支付单", at); err != nil || got != want {
			t.Errorf("%s is %q, not %q: %v", at, got, want, err)
		}
	}
	for at, want := range map[string]excelize.CellType{"C4": excelize.CellTypeSharedString, "G4": excelize.CellTypeUnset} {
		if got, err := x.GetCellType("支付单", at); err != nil || got != want {
			t.Errorf("%s is of type %v, not %v: %v", at, got, want, err)
		}
	}
	if f, err := x.GetCellFormula("支付单", "B5"); err != nil || f != "" {
		t.Errorf("a name became the formula %q: %v", f, err)
	}
	raw, err := x.GetCellValue("支付单", "G4", excelize.Options{RawCellValue: true})
	if err != nil || raw != "1680.32" {
		t.Errorf("the amount is kept as %q: %v", raw, err)
	}
}

func TestFonts(t *testing.T) {
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	if r, lacks := f.lacks("临海市头门港经济开发区〔2021〕47号 ABC xyz 0123456789 ¥（）《》“”…—·％齄"); lacks {
		t.Errorf("the program's font has no %c", r)
	}
	dir := t.TempDir()
	for name, x := range map[string]struct{ body, code string }{
		"none.ttf":       {"", "document.no_font"},
		"collection.ttc": {"ttcf\x00\x01\x00\x00", "document.font"},
		"open.otf":       {"OTTO\x00\x01", "document.font"},
		"cut.ttf":        {"\x00\x01\x00\x00\x00\x09", "document.font"},
	} {
		path := filepath.Join(dir, name)
		if x.body != "" {
			if err := os.WriteFile(path, []byte(x.body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := LoadFont(path); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := filepath.Join(dir, "whole.ttf")
	if err := os.WriteFile(whole, f.body, 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := LoadFont(whole); err != nil || len(again.has) != len(f.has) {
		t.Errorf("the same font from a file: %v", err)
	}
}

func FuzzCharacters(f *testing.F) {
	font, err := readFont("")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(slices.Clone(font[:4096]))
	f.Add([]byte("\x00\x01\x00\x00\x00\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if has, ok := characters(b); ok && len(has) == 0 {
			t.Error("a font without characters")
		}
	})
}
