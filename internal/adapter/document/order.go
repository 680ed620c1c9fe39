package document

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/subsidy"

	"codeberg.org/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"
)

// columns of a payment order: head, width in millimetres on paper.
var columns = []struct {
	head  string
	width float64
}{
	{"序号", 12}, {"收款人全称", 53}, {"账号", 45}, {"开户行", 52}, {"行号", 27}, {"奖补项目", 50}, {"金额（元）", 28},
}

// row returns the cells of a line.
func row(n int, l *subsidy.SheetLine) []string {
	return []string{fmt.Sprint(n), l.PayeeName, l.Number, l.BankName, l.BankNo, l.Title, l.Amount.String()}
}

// budget says which money pays a group.
func budget(g *subsidy.SheetGroup) string {
	parts := []string{"指标文号：" + g.Source.Document, "资金名称：" + g.Source.Title}
	for _, x := range []struct{ name, code string }{
		{"功能分类科目", g.Source.Function}, {"政府经济分类", g.Source.Economy}, {"部门经济分类", g.Source.Section}, {"项目", g.Source.Project},
	} {
		if x.code != "" {
			parts = append(parts, x.name+"："+x.code)
		}
	}
	return strings.Join(parts, "　")
}

// standing warns on paper of an order that is not to be carried out.
func standing(o *subsidy.PaymentOrder) string {
	switch o.Stage {
	case subsidy.OrderPrepared, subsidy.OrderNew:
		return "（未签发，不得支付）"
	case subsidy.OrderCancelled:
		return "（已作废）"
	}
	return ""
}

// OrderPDF writes a payment order on A4 across, with room for signatures. A
// character that the font does not have is an error, so that nobody's name is
// printed with a hole.
//
// Errors: document.glyph, document.pdf.
func OrderPDF(w io.Writer, s *subsidy.OrderSheet, f *Font) error {
	if err := printable(s, f); err != nil {
		return err
	}
	p := draw(s, f)
	if err := p.Output(w); err != nil {
		return fault.New(fault.Internal, "document.pdf", "生成 PDF 失败", "the PDF could not be written").Because(err)
	}
	return nil
}

// printable tells whether the font has all that the order says.
func printable(s *subsidy.OrderSheet, f *Font) error {
	texts := []string{s.Order.Number, s.Order.Purpose, s.Prepared, s.Released}
	for i := range s.Groups {
		texts = append(texts, budget(&s.Groups[i]))
		for j := range s.Groups[i].Lines {
			texts = append(texts, row(0, &s.Groups[i].Lines[j])...)
		}
	}
	return f.prints(texts...)
}

func draw(s *subsidy.OrderSheet, f *Font) *fpdf.Fpdf {
	p := fpdf.New("L", "mm", "A4", "")
	p.SetCreationDate(instant(s.Order.Made))
	p.SetModificationDate(instant(s.Order.Made))
	p.SetTitle("支付单 "+s.Order.Number, true)
	p.AddUTF8FontFromBytes("song", "", f.body)
	p.SetMargins(15, 15, 15)
	p.SetAutoPageBreak(true, 15)
	p.SetFooterFunc(func() {
		p.SetY(-10)
		p.SetFont("song", "", 8)
		p.CellFormat(0, 5, fmt.Sprintf("支付单 %s　第 %d 页", s.Order.Number, p.PageNo()), "", 0, "C", false, 0, "")
	})
	p.AddPage()
	p.SetFont("song", "", 18)
	p.CellFormat(0, 10, "财政奖补资金支付单"+standing(&s.Order), "", 1, "C", false, 0, "")
	p.SetFont("song", "", 10)
	p.CellFormat(0, 7, fmt.Sprintf("编号：%s　　编制日期：%s　　用途：%s", s.Order.Number, s.Order.Made.Date().Zh(), s.Order.Purpose), "", 1, "L", false, 0, "")
	n := 0
	for i := range s.Groups {
		n = group(p, &s.Groups[i], n)
	}
	p.Ln(3)
	p.SetFont("song", "", 11)
	p.CellFormat(0, 8, "合计金额（大写）："+s.Total.Chinese()+"　　（小写）：¥"+s.Total.String(), "", 1, "L", false, 0, "")
	p.Ln(6)
	p.SetFont("song", "", 10)
	p.CellFormat(0, 8, fmt.Sprintf("经办：%s　　　　签发：%s　　　　单位负责人：　　　　　　（单位盖章）", name(s.Prepared), name(s.Released)), "", 1, "L", false, 0, "")
	return p
}

func name(s string) string {
	if s == "" {
		return "　　　　　"
	}
	return s
}

// group draws the payments out of one source, and returns the last number.
func group(p *fpdf.Fpdf, g *subsidy.SheetGroup, n int) int {
	p.Ln(2)
	p.SetFont("song", "", 10)
	for _, t := range wrap(p, budget(g), 265) {
		p.CellFormat(0, 6, t, "", 1, "L", false, 0, "")
	}
	p.SetFont("song", "", 9)
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.head
	}
	line(p, heads, true)
	for i := range g.Lines {
		n++
		line(p, row(n, &g.Lines[i]), false)
	}
	p.CellFormat(239, 7, "小计", "1", 0, "R", false, 0, "")
	p.CellFormat(28, 7, g.Total.String(), "1", 1, "R", false, 0, "")
	return n
}

// wrap breaks text into lines that fit a width, between any two characters as Chinese
// is broken, and loses none. Where it has a line break one line ends; what else steers a
// terminal is not seen on paper.
func wrap(p *fpdf.Fpdf, text string, width float64) []string {
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		part = strings.Map(func(r rune) rune {
			switch {
			case r == '\t':
				return ' '
			case unicode.IsControl(r):
				return -1
			}
			return r
		}, part)
		from := 0
		for i, r := range part {
			if i > from && p.GetStringWidth(part[from:i+utf8.RuneLen(r)]) > width {
				lines = append(lines, part[from:i])
				from = i
			}
		}
		lines = append(lines, part[from:])
	}
	return lines
}

// line draws one row; what is too long for its column goes on below.
func line(p *fpdf.Fpdf, cells []string, head bool) {
	const height = 5.5
	most := 1
	wrapped := make([][]string, len(cells))
	for i, c := range cells {
		wrapped[i] = wrap(p, c, columns[i].width-2)
		most = max(most, len(wrapped[i]))
	}
	tall := height*float64(most) + 1.5
	if _, page := p.GetPageSize(); p.GetY()+tall > page-16 {
		p.AddPage()
		p.SetFont("song", "", 9)
	}
	x, y := p.GetXY()
	for i, lines := range wrapped {
		w := columns[i].width
		p.Rect(x, y, w, tall, "D")
		align := "L"
		if head || i == 0 {
			align = "C"
		} else if i == len(columns)-1 {
			align = "R"
		}
		for j, t := range lines {
			p.SetXY(x, y+0.75+float64(j)*height)
			p.CellFormat(w, height, t, "", 0, align, false, 0, "")
		}
		x += w
	}
	left, _, _, _ := p.GetMargins()
	p.SetXY(left, y+tall)
}

// OrderExcel writes a payment order as a workbook, one row a payment. Amounts are
// numbers of two decimals; account numbers are text, so that no digit is lost.
func OrderExcel(w io.Writer, s *subsidy.OrderSheet) error {
	x := excelize.NewFile()
	defer x.Close()
	const sheet = "支付单"
	if err := x.SetSheetName("Sheet1", sheet); err != nil {
		return broken(err)
	}
	rows := [][]string{
		{"财政奖补资金支付单" + standing(&s.Order)},
		{"编号", s.Order.Number, "编制日期", s.Order.Made.Date().String(), "用途", s.Order.Purpose},
		{"序号", "收款人全称", "账号", "开户行", "行号", "奖补项目", "金额（元）", "用途", "指标文号", "资金名称", "功能分类科目", "政府经济分类", "部门经济分类", "项目", "状态", "回单编号"},
	}
	n := 0
	for i := range s.Groups {
		g := &s.Groups[i]
		for j := range g.Lines {
			n++
			l := &g.Lines[j]
			rows = append(rows, append(row(n, l), s.Order.Purpose, g.Source.Document, g.Source.Title, g.Source.Function, g.Source.Economy, g.Source.Section,
				g.Source.Project, states[l.State], l.ReceiptNo))
		}
	}
	first, last := 4, 3+n
	rows = append(rows,
		[]string{"合计", "", "", "", "", "", s.Total.String()},
		[]string{"大写", s.Total.Chinese()},
		[]string{"经办", s.Prepared, "签发", s.Released})
	for r, cells := range rows {
		for c, text := range cells {
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return broken(err)
			}
			if err := put(x, sheet, at, text, c == 6 && r+1 >= first && r+1 <= last+1); err != nil {
				return broken(err)
			}
		}
	}
	if err := widths(x, sheet); err != nil {
		return broken(err)
	}
	if err := x.Write(w); err != nil {
		return broken(err)
	}
	return nil
}

// states are the states of lines, in words.
var states = map[subsidy.LineState]string{
	subsidy.LineOpen: "待支付", subsidy.LinePaid: "已支付", subsidy.LineFailed: "支付未成", subsidy.LineCancelled: "已作废",
}

// put writes a cell: an amount as a number, all else as text that is no formula.
func put(x *excelize.File, sheet, at, text string, amount bool) error {
	if amount {
		style, err := x.NewStyle(&excelize.Style{NumFmt: 4})
		if err != nil {
			return err
		}
		if err := x.SetCellDefault(sheet, at, text); err != nil { // the digits as they are, never through floating point
			return err
		}
		return x.SetCellStyle(sheet, at, at, style)
	}
	return x.SetCellStr(sheet, at, export.Guard(text))
}

func widths(x *excelize.File, sheet string) error {
	for i, c := range columns {
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := x.SetColWidth(sheet, col, col, c.width/2); err != nil {
			return err
		}
	}
	return x.SetColWidth(sheet, "H", "P", 18)
}

func broken(err error) error {
	return fault.New(fault.Internal, "document.excel", "生成 Excel 失败", "the workbook could not be written").Because(err)
}

// instant is i as the library takes it, so that the same order is the same bytes.
func instant(i civil.Instant) time.Time { return time.UnixMilli(int64(i)).UTC() }
