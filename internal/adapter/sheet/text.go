// Package sheet draws tables of text for a terminal, in which Chinese characters
// take two columns.
package sheet

import "strings"

// Text is a table of text. Right says which columns are flush right.
type Text struct {
	Head  []string
	Right []bool
	rows  [][]string
}

// Add appends a row.
func (t *Text) Add(cells ...string) { t.rows = append(t.rows, cells) }

// String draws the table, two spaces between columns, a rule under the head.
func (t *Text) String() string {
	width := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.rows...) {
		for i, c := range row {
			width[i] = max(width[i], Width(c))
		}
	}
	var b strings.Builder
	t.line(&b, t.Head, width)
	for i, w := range width {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(strings.Repeat("-", w))
	}
	b.WriteByte('\n')
	for _, row := range t.rows {
		t.line(&b, row, width)
	}
	return b.String()
}

func (t *Text) line(b *strings.Builder, row []string, width []int) {
	var l strings.Builder
	for i, c := range row {
		if i > 0 {
			l.WriteString("  ")
		}
		pad := strings.Repeat(" ", width[i]-Width(c))
		if i < len(t.Right) && t.Right[i] {
			l.WriteString(pad + c)
		} else {
			l.WriteString(c + pad)
		}
	}
	b.WriteString(strings.TrimRight(l.String(), " "))
	b.WriteByte('\n')
}

// Width returns how many columns of a terminal s takes: two for East Asian wide
// and full-width characters (Unicode Standard Annex 11), one for the others.
func Width(s string) int {
	n := 0
	for _, r := range s {
		if wide(r) {
			n++
		}
		n++
	}
	return n
}

func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x20000 && r <= 0x3fffd:
		return true
	}
	return false
}
