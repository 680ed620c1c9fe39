package document

import (
	"fmt"
	"io"
	"strings"

	"changrong/internal/adapter/qr"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination/code"

	"codeberg.org/go-pdf/fpdf"
)

// Paper is the size of a printed sheet.
type Paper string

// The papers.
const (
	A4 Paper = "A4"
	A5 Paper = "A5"
)

// steps are what a sheet says to do.
var steps = map[code.Kind][]string{
	code.Loan: {
		"1. 用手机扫描上方二维码，无需安装软件，不用先注册。",
		"2. 填写需要的金额、期限、用途，登录并确认企业身份。",
		"3. 选择银行、确认授权后提交；一次申请，可同时送多家银行。",
		"4. 在手机上查看办理进度，比较各家报价，自主选择。",
	},
	code.Firm: {
		"1. 到银行网点办理业务时，向工作人员出示本码。",
		"2. 工作人员扫码后可见企业名称和统一社会信用代码，其他数据须经企业授权。",
		"3. 如遗失或被他人使用，请登录平台作废后重新生成。",
	},
}

// warning stands on every sheet.
const warning = "扫码、申请不收取任何费用，平台不会索要密码和验证码。"

// CodeSheet writes a code as a sheet to be hung up or shown: what it is of, the code
// drawn as squares that print at any size, what to do, its number and last day. link is
// what the code says. One that does not hold any more says so across its head.
//
// Errors: document.glyph, document.pdf, qr.size.
func CodeSheet(w io.Writer, c *code.Code, link string, size Paper, f *Font) error {
	p, err := drawCode(c, link, size, f)
	if err != nil {
		return err
	}
	if err := p.Output(w); err != nil {
		return fault.New(fault.Internal, "document.pdf", "生成 PDF 失败", "the PDF could not be written").Because(err)
	}
	return nil
}

func drawCode(c *code.Code, link string, size Paper, f *Font) (*fpdf.Fpdf, error) {
	if err := f.prints(c.Title, c.OrgName); err != nil {
		return nil, err
	}
	squares, err := qr.New(link)
	if err != nil {
		return nil, err
	}
	unit := 1.0 // of an A4 sheet; A5 is smaller by √2
	if size == A5 {
		unit = 148.0 / 210
	}
	p := fpdf.New("P", "mm", string(size), "")
	p.SetCreationDate(instant(c.Made))
	p.SetModificationDate(instant(c.Made))
	p.SetTitle(heading(c)+" "+c.Number, true)
	p.AddUTF8FontFromBytes("song", "", f.body)
	p.SetMargins(20*unit, 18*unit, 20*unit)
	p.SetAutoPageBreak(false, 0)
	p.AddPage()
	centred := func(size, height float64, text string) {
		p.SetFont("song", "", size*unit)
		for _, l := range wrap(p, text, 170*unit) {
			p.CellFormat(0, height*unit, l, "", 1, "C", false, 0, "")
		}
	}
	centred(40, 20, heading(c)+lapsed(c))
	centred(22, 11, c.Title)
	if c.Title != c.OrgName {
		centred(15, 8, c.OrgName)
	}
	drawSquares(p, squares, 120*unit)
	p.Ln(4 * unit)
	p.SetFont("song", "", 14*unit)
	for _, s := range steps[c.Kind] {
		for i, l := range wrap(p, s, 164*unit) {
			if i > 0 {
				l = "    " + l
			}
			p.CellFormat(0, 8*unit, l, "", 1, "L", false, 0, "")
		}
	}
	p.Ln(3 * unit)
	p.CellFormat(0, 8*unit, warning, "", 1, "L", false, 0, "")
	_, page := p.GetPageSize()
	p.SetY(page - 22*unit)
	p.SetFont("song", "", 12*unit)
	p.CellFormat(0, 7*unit, fmt.Sprintf("编号：%s　　有效期至：%s", c.Number, c.Expires.Zh()), "T", 1, "C", false, 0, "")
	return p, nil
}

// drawSquares draws a code in the middle of the page, so many millimetres wide with its
// margin.
func drawSquares(p *fpdf.Fpdf, squares qr.Code, width float64) {
	side := width / float64(len(squares)+2*qr.Margin)
	page, _ := p.GetPageSize()
	left, top := (page-width)/2+qr.Margin*side, p.GetY()+qr.Margin*side
	p.SetFillColor(0, 0, 0)
	squares.Runs(func(x, y, n int) {
		p.Rect(left+float64(x)*side, top+float64(y)*side, float64(n)*side, side, "F")
	})
	p.SetY(p.GetY() + width)
}

func heading(c *code.Code) string {
	if c.Kind == code.Firm {
		return "企业码"
	}
	return "贷款码"
}

func lapsed(c *code.Code) string {
	return map[code.State]string{code.Expired: "（已到期）", code.Revoked: "（已作废）"}[c.State]
}

// SheetName is what the file of a sheet is called.
func SheetName(c *code.Code, on civil.Date) string {
	return strings.Join([]string{heading(c), c.Number, on.String()}, "-") + ".pdf"
}
