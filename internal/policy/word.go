package policy

import (
	"reflect"

	"changrong/internal/policy/strict"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Word is a scalar of a pack and where it stands. Its text is as written:
// `20万元`, `yes` and `0.5%` are texts.
type Word = strict.Word

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
		return strict.At(n).Wrong("pack.required", "应写一个值，或 {reading: 理解的名称}", "write a value, or {reading: name}")
	}
	c.Word, c.Reading = ref.Reading, true
	return nil
}

// termDoc is a rate or an amount: fixed, or open inside a range.
type termDoc struct {
	Fixed *Word
	Open  *openDoc
}

// place returns the word that a fault about the whole term is shown at.
func (t *termDoc) place() Word {
	if t.Open != nil {
		return t.Open.Max
	}
	return *t.Fixed
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
		return strict.At(n).Wrong("pack.term", "应写一个值，或 {open: {min: 下限, max: 上限, default: 未决定时取值}}", "write a value, or {open: {min, max, default}}")
	}
	t.Open = open.Open
	return nil
}

// Literal returns the term when no reading chooses it.
func (c choice) Literal() (Word, bool) { return c.Word, !c.Reading }

// Schema offers the terms and the name of a reading.
func (c choice) Schema(enum string) strict.Object {
	reading := strict.Closed(strict.Object{{Key: "reading", Value: strict.Scalar()}}, "reading")
	reading = append(reading, strict.Member{Key: "description", Value: "由哪个理解决定，名称见 pack.yaml 的 readings"})
	return strict.Object{{Key: "anyOf", Value: []strict.Object{c.Word.Schema(enum), reading}}}
}

// Schema offers a value and a range.
func (t termDoc) Schema(string) strict.Object {
	open := strict.Closed(strict.Object{{Key: "open", Value: strict.SchemaOf(reflect.TypeFor[openDoc](), "")}}, "open")
	open = append(open, strict.Member{Key: "description", Value: "由人在范围内决定"})
	return strict.Object{{Key: "anyOf", Value: []strict.Object{strict.Scalar(), open}}}
}
