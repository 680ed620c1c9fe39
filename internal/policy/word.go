package policy

import (
	"strconv"
	"strings"
	"unicode"

	"changrong/internal/base/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Word is a scalar of a pack and where it stands. Its text is as written:
// `20万元`, `yes` and `0.5%` are texts.
type Word struct {
	Text string
	At   fault.Place

	quoted bool // the text starts one character after At
	block  bool // the text starts on the line after At
}

// String returns the text.
func (w Word) String() string { return w.Text }

// inside returns the place of a column of the text, from 1; 0 is the text itself.
// Of a block and of a text over several lines only the line is known.
func (w Word) inside(column int) fault.Place {
	p := placed("", w)
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
		return wrong(Word{At: placeOf(n)}, "pack.yaml", "此处应为一个值", "a single value is expected")
	}
	w.At = placeOf(n)
	if i := strings.IndexFunc(w.Text, unseen); i >= 0 {
		return wrong(*w, "pack.yaml", "含有看不见的字符", "a character nobody can see")
	}
	return nil
}

// unseen tells whether r is a character that has no place in a text: what an
// escape in quotes may bring in.
func unseen(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }

func placeOf(n ast.Node) fault.Place {
	at := n.GetToken().Position
	return fault.Place{Line: at.Line, Column: at.Column}
}

// choice is a term of the engine, or the reading that chooses it.
type choice struct {
	Word
	Reading bool // Text names a reading
}

// UnmarshalYAML reads a scalar, or {reading: name}.
func (c *choice) UnmarshalYAML(n ast.Node) error {
	if _, ok := n.(ast.ScalarNode); ok {
		return c.Word.UnmarshalYAML(n)
	}
	var ref struct {
		Reading Word `yaml:"reading"`
	}
	if err := yaml.NodeToValue(n, &ref, yaml.DisallowUnknownField()); err != nil {
		return err
	}
	if ref.Reading.Text == "" {
		return wrong(Word{At: placeOf(n)}, "pack.required", "应写一个值，或 {reading: 理解的名称}", "write a value, or {reading: name}")
	}
	c.Word, c.Reading = ref.Reading, true
	return nil
}

// termDoc is a rate or an amount: fixed, or open inside a range.
type termDoc struct {
	Fixed *Word
	Open  *openDoc
}

type openDoc struct {
	Min     Word  `yaml:"min" required:"true" doc:"不低于"`
	Max     Word  `yaml:"max" required:"true" doc:"不高于"`
	Default *Word `yaml:"default" doc:"未作决定时取值；不写表示须先决定"`
}

// UnmarshalYAML reads a scalar, or {open: {min, max, default}}.
func (t *termDoc) UnmarshalYAML(n ast.Node) error {
	if _, ok := n.(ast.ScalarNode); ok {
		t.Fixed = new(Word)
		return t.Fixed.UnmarshalYAML(n)
	}
	var open struct {
		Open *openDoc `yaml:"open"`
	}
	if err := yaml.NodeToValue(n, &open, yaml.DisallowUnknownField()); err != nil {
		return err
	}
	if open.Open == nil || open.Open.Min.Text == "" || open.Open.Max.Text == "" {
		return wrong(Word{At: placeOf(n)}, "pack.term", "应写一个值，或 {open: {min: 下限, max: 上限, default: 未决定时取值}}", "write a value, or {open: {min, max, default}}")
	}
	t.Open = open.Open
	return nil
}

// whole is a small whole number.
type whole struct {
	Word
	N int
}

// UnmarshalYAML reads plain digits.
func (k *whole) UnmarshalYAML(n ast.Node) error {
	if err := k.Word.UnmarshalYAML(n); err != nil {
		return err
	}
	var err error
	if k.N, err = strconv.Atoi(k.Text); err != nil || k.N < 0 || k.N > 10_000 {
		return wrong(k.Word, "pack.quantity", "应为 0 至 10000 的整数", "must be a whole number from 0 to 10000")
	}
	return nil
}

// flag is true or false.
type flag struct {
	Word
	On bool
}

// UnmarshalYAML reads true or false and nothing else.
func (f *flag) UnmarshalYAML(n ast.Node) error {
	if err := f.Word.UnmarshalYAML(n); err != nil {
		return err
	}
	if f.Text != "true" && f.Text != "false" {
		return wrong(f.Word, "pack.enum", "应为 true 或 false", "must be true or false")
	}
	f.On = f.Text == "true"
	return nil
}
