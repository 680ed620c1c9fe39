package strict

import (
	"strconv"
	"strings"
	"unicode"

	"changrong/internal/base/fault"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Word is a scalar and where it stands. Its text is as written:
// `20万元`, `yes` and `0.5%` are texts.
type Word struct {
	Text string
	At   fault.Place

	quoted bool // the text starts one character after At
	block  bool // the text starts on the line after At
}

// String returns the text.
func (w Word) String() string { return w.Text }

// Blank tells whether nothing is written.
func (w Word) Blank() bool { return w.Text == "" }

// Placed returns where w stands, with its text.
func (w Word) Placed() fault.Place {
	p := w.At
	p.Value = fault.Clip(w.Text)
	return p
}

// Wrong makes a fault about w.
func (w Word) Wrong(code, zh, en string) error {
	return fault.New(fault.Invalid, code, zh, en).In(w.Placed())
}

// Inside returns the place of a column of the text, from 1; 0 is the text itself.
// Of a block and of a text over several lines only the line is known.
func (w Word) Inside(column int) fault.Place {
	p := w.Placed()
	switch {
	case w.block:
		p.Line, p.Column = p.Line+1, 0
	case column > 0:
		p.Column += column - 1
		if w.quoted {
			p.Column++
		}
	}
	return p
}

// UnmarshalYAML reads a scalar, folded and literal blocks too.
func (w *Word) UnmarshalYAML(n ast.Node) error {
	at := n.GetToken()
	switch s := n.(type) {
	case *ast.LiteralNode:
		w.Text, w.block = strings.TrimSpace(s.Value.Value), true
	case *ast.StringNode:
		w.Text, w.quoted = s.Value, at.Type == token.SingleQuoteType || at.Type == token.DoubleQuoteType
	case ast.ScalarNode:
		w.Text = at.Value
	default:
		return At(n).Wrong("pack.yaml", "此处应为一个值", "a single value is expected")
	}
	w.At = At(n).At
	if i := strings.IndexFunc(w.Text, unseen); i >= 0 {
		return w.Wrong("pack.yaml", "含有看不见的字符", "a character nobody can see")
	}
	return nil
}

// unseen tells whether r is a character that has no place in a text: what an
// escape in quotes may bring in.
func unseen(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }

// At returns an empty word where n stands, to make a fault about n.
func At(n ast.Node) Word {
	at := n.GetToken().Position
	return Word{At: fault.Place{Line: at.Line, Column: at.Column}}
}

const maxWhole = 10_000

// Whole is a small whole number.
type Whole struct {
	Word
	N int
}

// UnmarshalYAML reads plain digits.
func (k *Whole) UnmarshalYAML(n ast.Node) error {
	if err := k.Word.UnmarshalYAML(n); err != nil {
		return err
	}
	var err error
	if k.N, err = strconv.Atoi(k.Text); err != nil || k.N < 0 || k.N > maxWhole {
		return k.Wrong("pack.quantity", "应为 0 至 10000 的整数", "must be a whole number from 0 to 10000")
	}
	return nil
}

// Flag is true or false.
type Flag struct {
	Word
	On bool
}

// UnmarshalYAML reads true or false and nothing else.
func (f *Flag) UnmarshalYAML(n ast.Node) error {
	if err := f.Word.UnmarshalYAML(n); err != nil {
		return err
	}
	if f.Text != "true" && f.Text != "false" {
		return f.Wrong("pack.enum", "应为 true 或 false", "must be true or false")
	}
	f.On = f.Text == "true"
	return nil
}
