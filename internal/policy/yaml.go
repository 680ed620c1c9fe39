package policy

import (
	"errors"
	"io/fs"
	"strings"

	"changrong/internal/base/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a pack, far above what a document of twenty clauses needs.
const (
	maxFile  = 1 << 20 // bytes of one YAML file
	maxFiles = 500
	maxDepth = 20 // nesting of one YAML file
)

// Word is a scalar of a pack and where it stands. Its text is as written:
// `20万元`, `yes` and `0.5%` are texts.
type Word struct {
	Text string
	At   fault.Place
}

// String returns the text.
func (w Word) String() string { return w.Text }

// UnmarshalYAML reads a scalar, folded and literal blocks too.
func (w *Word) UnmarshalYAML(n ast.Node) error {
	switch s := n.(type) {
	case *ast.LiteralNode:
		w.Text = strings.TrimSpace(s.Value.Value)
	case *ast.StringNode:
		w.Text = s.Value
	case ast.ScalarNode:
		w.Text = s.GetToken().Value
	default:
		return &yaml.SyntaxError{Message: "应为一个值 (a single value is expected)", Token: n.GetToken()}
	}
	at := n.GetToken().Position
	w.At = fault.Place{Line: at.Line, Column: at.Column}
	return nil
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
	t.Open = open.Open
	return nil
}

// readYAML reads one file of a pack strictly into v: unknown and double keys,
// anchors, aliases, tags and merge keys are refused.
// Errors: pack.missing, pack.size, pack.yaml.
func readYAML(fsys fs.FS, name string, v any) error {
	body, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return (&fault.Error{Kind: fault.NotFound, Code: "pack.missing", Zh: "政策包缺少这个文件", En: "the pack lacks this file"}).In(fault.Place{File: name})
	}
	if err != nil {
		return fault.New(fault.Unavailable, "pack.unreadable", "文件无法读取", "the file cannot be read").In(fault.Place{File: name}).Because(err)
	}
	if len(body) > maxFile {
		return fault.Invalidf("pack.size", "文件超过 %d 字节", "the file is over %d bytes", maxFile).In(fault.Place{File: name})
	}
	if err := plainYAML(name, body); err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(body, v, yaml.DisallowUnknownField()); err != nil {
		return yamlFault(name, err)
	}
	return nil
}

// plainYAML refuses what a rule does not need and a reader would not see
// through, before anything is expanded.
func plainYAML(name string, body []byte) error {
	file, err := parser.ParseBytes(body, 0)
	if err != nil {
		return yamlFault(name, err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return fault.Invalidf("pack.yaml", "文件应恰好是一个 YAML 文档", "the file must be exactly one YAML document").In(fault.Place{File: name, Line: 1})
	}
	v := &plainVisitor{name: name}
	ast.Walk(v, file.Docs[0].Body)
	return v.err
}

type plainVisitor struct {
	name string
	err  error
}

// Visit stops at the first node that is not plain.
func (v *plainVisitor) Visit(n ast.Node) ast.Visitor {
	if v.err != nil {
		return nil
	}
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode, *ast.DirectiveNode:
		v.fail(n.GetToken(), "政策包里不用锚点、引用、标签和合并键", "anchors, aliases, tags and merge keys have no place in a pack")
	}
	if n.GetToken().Position.IndentLevel > maxDepth {
		v.fail(n.GetToken(), "嵌套过深", "nested too deeply")
	}
	return v
}

func (v *plainVisitor) fail(t *token.Token, zh, en string) {
	v.err = fault.New(fault.Invalid, "pack.yaml", zh, en).In(fault.Place{File: v.name, Line: t.Position.Line, Column: t.Position.Column})
}

func yamlFault(name string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.In(fault.Place{File: name})
	}
	at := fault.Place{File: name}
	message := err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		message = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			at.Line, at.Column = t.Position.Line, t.Position.Column
		}
	}
	return fault.Invalidf("pack.yaml", "YAML 有误：%s", "bad YAML: %s", message).In(at)
}
