package cells

import (
	"bytes"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// Append is v.AppendCell, with a better word for what spreadsheets and
// Chinese keyboards do to cells. On an error nothing is appended.
//
// Errors: factfile.full_width, factfile.scientific, and those of AppendCell.
func Append(v *fact.Vector, cell []byte) error {
	textual := v.Column.Type.Textual()
	if textual && isScientific(cell) {
		return scientific(cell)
	}
	err := v.AppendCell(cell)
	if err == nil || textual && v.Column.Type == fact.Text {
		return err
	}
	if plain, ok := halfWidth(cell); ok {
		return fault.Invalidf("factfile.full_width", "“%s”含全角字符，请改用半角：%s",
			"%q holds full-width characters; write %s", fault.Clip(string(cell)), fault.Clip(string(plain)))
	}
	if !textual && isExponent(cell) {
		return scientific(cell)
	}
	return err
}

func scientific(cell []byte) error {
	return fault.Invalidf("factfile.scientific",
		"“%s”是科学计数法，原来的数字可能已丢失；请在 Excel 中把该列设为文本格式，重新填写全部数字",
		"%q is scientific notation and may have lost digits; format the column as text and enter all digits again",
		fault.Clip(string(cell)))
}

// isScientific tells whether cell is how Excel shows a long number: 9.13311E+17.
func isScientific(cell []byte) bool {
	n := len(cell)
	return n >= 5 && cell[n-4] == 'E' && cell[n-3] == '+' && isExponent(cell)
}

// isExponent tells whether cell is a number with an exponent: 1e5, -1.5E+07.
func isExponent(cell []byte) bool {
	mantissa, exponent, ok := bytes.Cut(bytes.ToUpper(bytes.TrimLeft(cell, "+-")), []byte("E"))
	whole, fraction, point := bytes.Cut(mantissa, []byte("."))
	return ok && digits(whole) && (!point || digits(fraction)) && digits(bytes.TrimLeft(exponent, "+-"))
}

// digits tells whether b is one or more plain digits.
func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// halfWidth rewrites the full-width letters, digits and signs of cell; ok is
// false when there are none.
func halfWidth(cell []byte) (plain []byte, ok bool) {
	for i := 0; i < len(cell); {
		r, n := utf8.DecodeRune(cell[i:])
		switch {
		case r >= '！' && r <= '～':
			r, ok = r-'！'+'!', true
		case r == '　':
			r, ok = ' ', true
		}
		plain = utf8.AppendRune(plain, r)
		i += n
	}
	return plain, ok
}
