package document

import (
	"fmt"
	"io"

	"changrong/internal/base/fault"
	"changrong/internal/subsidy/followup"

	"codeberg.org/go-pdf/fpdf"
)

// ReturnPDF writes the order to return money (责令退回通知书) on A4. Before it is issued
// it says so across its head.
//
// Errors: document.glyph, document.pdf.
func ReturnPDF(w io.Writer, b *followup.Clawback, f *Font) error {
	p, err := drawReturn(b, f)
	if err != nil {
		return err
	}
	if err := p.Output(w); err != nil {
		return fault.New(fault.Internal, "document.pdf", "生成 PDF 失败", "the PDF could not be written").Because(err)
	}
	return nil
}

func drawReturn(b *followup.Clawback, f *Font) (*fpdf.Fpdf, error) {
	if err := f.prints(b.PayeeName, b.Payee, b.ItemTitle, b.Why, b.Basis, b.Number); err != nil {
		return nil, err
	}
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(instant(b.Made))
	p.SetModificationDate(instant(b.Made))
	p.SetTitle("责令退回通知书 "+b.Number, true)
	p.AddUTF8FontFromBytes("song", "", f.body)
	p.SetMargins(25, 25, 25)
	p.SetAutoPageBreak(true, 20)
	p.AddPage()
	p.SetFont("song", "", 20)
	p.CellFormat(0, 12, "责令退回财政奖补资金通知书"+unissued(b), "", 1, "C", false, 0, "")
	p.SetFont("song", "", 11)
	p.CellFormat(0, 8, "编号："+name(b.Number), "", 1, "R", false, 0, "")
	p.Ln(4)
	p.SetFont("song", "", 12)
	for _, t := range letter(b) {
		for _, l := range wrap(p, t, 159) {
			p.CellFormat(0, 8, l, "", 1, "L", false, 0, "")
		}
	}
	p.Ln(14)
	p.CellFormat(0, 8, "（单位盖章）　　　　", "", 1, "R", false, 0, "")
	if b.Issued > 0 {
		p.CellFormat(0, 8, b.Issued.Date().Zh()+"　　", "", 1, "R", false, 0, "")
	}
	return p, nil
}

func unissued(b *followup.Clawback) string {
	if b.Number == "" {
		return "（未下达）"
	}
	return ""
}

// letter is what the order says, a paragraph each.
func letter(b *followup.Clawback) []string {
	out := []string{
		b.PayeeName + "：",
		fmt.Sprintf("　　你单位（%s）领取的“%s”奖补资金，经核查存在以下情形：", b.Payee, b.ItemTitle),
		"　　" + b.Why,
		"　　依据：" + b.Basis,
		fmt.Sprintf("　　现责令你单位于%s前退回人民币（大写）%s（小写¥%s）。", b.Deadline.Zh(), b.Amount.Chinese(), b.Amount),
		"　　请将款项退回原付款账户，并注明本通知书编号；可分次退回，以银行回单为准。逾期未退回的，将依法处理。",
	}
	if b.Returned > 0 {
		out = append(out, fmt.Sprintf("　　截至目前已退回¥%s，尚未退回¥%s。", b.Returned, b.Outstanding()))
	}
	return append(out, "　　对本通知有异议的，可向下达单位陈述、申辩，也可依法申请行政复议或提起行政诉讼。")
}
