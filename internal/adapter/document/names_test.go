package document

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/subsidy/followup"
	"changrong/internal/workflow"

	"codeberg.org/go-pdf/fpdf"
)

// hostile are names that somebody may bear, or type; printed tells whether a font of the
// characters of GB 2312 has them.
var hostile = []struct {
	name    string
	printed bool
}{
	{"临海市某某厂", true},
	{strings.Repeat("长名字", 200), true},
	{strings.Repeat("W", 3000), true},
	{"第一行\n第二行\r\n第三行", true},
	{"甲\x00乙\x1b[31m丙\t丁\x7f\u0085", true},
	{"(甲) \\ 乙) Tj (丙", true},
	{"%PDF-1.7 %%EOF <</JS(x)>>", true},
	{"=HYPERLINK(\"x\")", true},
	{"\u202e厂海临", false},          // written from right to left
	{"חברה בע״מ", false},          // Hebrew
	{"شركة", false},               // Arabic, joined
	{"甲\u200b乙", false},           // nothing between them, which is not nothing
	{"好运🍀小吃店", false},             // beyond the basic plane
	{"𬜬村", false},                 // likewise, and a name
	{"㙟头门港公司", false},             // of the basic plane, and not in the font
	{"e\u0301", false},            // an accent by itself
	{"\ue5e5", false},             // of private use
	{"甲\xff乙\xed\xa0\x80", false}, // no UTF-8
}

// seen is what of a text is to be seen on paper.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// said is what a document says.
func said(t *testing.T, p *fpdf.Fpdf) string {
	t.Helper()
	p.SetCompression(false)
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return seen(strings.Join(texts(b.Bytes()), ""))
}

// TestNamesAreWholeOrRefused: whatever a name is made of, it stands on paper whole, or
// there is no paper, and it is said which character is to blame.
func TestNamesAreWholeOrRefused(t *testing.T) {
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hostile {
		back := &followup.Clawback{PayeeName: h.name, Payee: "91331082DEM0000149", ItemTitle: "首贷", Why: h.name, Basis: h.name, Number: "2024-1", Deadline: 20000, Case: workflow.Case{Amount: money.Yuan}, Made: civil.StartOf(19900)}
		order := sheetOf()
		short := h.name[:min(len(h.name), 360)] // as long as a name may be: 120 characters
		order.Groups[0].Lines[0].PayeeName = short
		sheet := aCode()
		sheet.OrgName = short
		for what, made := range map[string]func() (*fpdf.Fpdf, error){
			"letter": func() (*fpdf.Fpdf, error) { return drawReturn(back, f) },
			"order":  func() (*fpdf.Fpdf, error) { return draw(order, f), printable(order, f) },
			"sheet":  func() (*fpdf.Fpdf, error) { return drawCode(sheet, "https://jr.example.com/c/x", A4, f) },
		} {
			p, err := made()
			if !h.printed {
				if fault.CodeOf(err) != "document.glyph" {
					t.Errorf("%s of %.40q: %v", what, h.name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s of %.40q: %v", what, h.name, err)
				continue
			}
			want := map[bool]string{true: seen(h.name), false: seen(short)}[what == "letter"]
			if text := said(t, p); !strings.Contains(text, want) {
				t.Errorf("%s of %.40q says %.300s", what, h.name, text)
			}
		}
	}
}
