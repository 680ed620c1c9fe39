package document

import (
	"bytes"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination/code"
)

func aCode() *code.Code {
	return &code.Code{
		Kind: code.Loan, Place: code.AtBranch, Title: "大洋支行", OrgName: "浙江临海某某银行股份有限公司", Number: "D2024000001",
		Made: civil.StartOf(19800), Expires: 20166, State: code.Live,
	}
}

func sheetTexts(t *testing.T, c *code.Code, size Paper) string {
	t.Helper()
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	var b, again bytes.Buffer
	for _, w := range []*bytes.Buffer{&b, &again} {
		if err := CodeSheet(w, c, "https://jr.example.com/c/"+strings.Repeat("x", 170), size, f); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same code is not the same sheet")
	}
	p, err := drawCode(c, "https://jr.example.com/c/x", size, f)
	if err != nil {
		t.Fatal(err)
	}
	if _, page := p.GetPageSize(); p.GetY() > page-10 || p.PageNo() != 1 {
		t.Errorf("%s: %d pages, down to %.0f mm", size, p.PageNo(), p.GetY())
	}
	p.SetCompression(false)
	var plain bytes.Buffer
	if err := p.Output(&plain); err != nil {
		t.Fatal(err)
	}
	return strings.Join(texts(plain.Bytes()), "\n")
}

func TestASheetSaysWhatItIsAndHowLongItHolds(t *testing.T) {
	for _, size := range []Paper{A4, A5} {
		text := sheetTexts(t, aCode(), size)
		for _, want := range []string{"贷款码", "大洋支行", "浙江临海某某银行股份有限公司", "D2024000001", "2025年3月19日", "不收取任何费用"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s in %s", size, want, text)
			}
		}
		if strings.Contains(text, "作废") {
			t.Errorf("%s: it holds", size)
		}
	}
	c := aCode()
	c.State = code.Revoked
	if text := sheetTexts(t, c, A4); !strings.Contains(text, "贷款码（已作废）") {
		t.Error("one that does not hold says nothing of it")
	}
}

func TestASheetHasNoHoles(t *testing.T) {
	f, err := LoadFont("")
	if err != nil {
		t.Fatal(err)
	}
	c := aCode()
	c.Title = "𬜬村支行"
	if err := CodeSheet(&bytes.Buffer{}, c, "x", A4, f); fault.CodeOf(err) != "document.glyph" {
		t.Error(err)
	}
}
