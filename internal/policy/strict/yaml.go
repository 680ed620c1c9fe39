package strict

import (
	"bytes"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of one file, far above what people write. The parser calls itself for
// every level of nesting, and its time grows with the square of the entries of one
// mapping, so these bound its stack and its time too.
const (
	maxFile   = 256 << 10 // bytes
	maxTokens = 30_000
	maxDepth  = 20
)

// Read reads the file called name into v and checks it by the tags of v's type.
// Errors, which name the file: pack.missing, pack.unreadable, and those of Decode.
func Read(fsys fs.FS, name string, v any) error {
	body, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return (&fault.Error{Kind: fault.NotFound, Code: "pack.missing", Zh: "缺少这个文件", En: "this file is missing"}).In(fault.Place{File: name})
	}
	if err != nil {
		return fault.New(fault.Unavailable, "pack.unreadable", "文件无法读取", "the file cannot be read").In(fault.Place{File: name}).Because(err)
	}
	if err := Decode(body, v); err != nil {
		return fault.Of(err).In(fault.Place{File: name})
	}
	return nil
}

// Decode reads one document into v and checks it by the tags of v's type.
// Errors: pack.size, pack.yaml, pack.unknown_key, pack.duplicate, pack.required,
// pack.enum, pack.quantity.
func Decode(body []byte, v any) error {
	if len(body) > maxFile {
		return fault.Invalidf("pack.size", "文件超过 %d 字节", "the file is over %d bytes", maxFile)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if err := plainText(body); err != nil {
		return err
	}
	tokens := lexer.Tokenize(string(body))
	if err := plainTokens(tokens); err != nil {
		return err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return yamlFault(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.CommentGroupType {
		return notPlain(1, 1, "文件应恰好是一个 YAML 文档", "the file must be exactly one YAML document")
	}
	visitor := new(nullVisitor)
	ast.Walk(visitor, file.Docs[0].Body)
	if visitor.err != nil {
		return visitor.err
	}
	if err := yaml.NodeToValue(file.Docs[0].Body, v, yaml.DisallowUnknownField()); err != nil {
		return yamlFault(err)
	}
	return check(reflect.ValueOf(v), "")
}

func notPlain(line, column int, zh, en string) error {
	return fault.New(fault.Invalid, "pack.yaml", zh, en).In(fault.Place{Line: line, Column: column})
}

// plainText refuses what is no text, and characters that nobody sees.
func plainText(body []byte) error {
	line, column := 1, 0
	for len(body) > 0 {
		r, n := utf8.DecodeRune(body)
		column++
		switch {
		case r == utf8.RuneError && n == 1:
			return notPlain(line, column, "不是 UTF-8 文本", "not UTF-8")
		case r == '\n':
			line, column = line+1, 0
		case r != '\t' && r != '\r' && !unicode.IsGraphic(r):
			return notPlain(line, column, "含有看不见的字符", "a character nobody can see")
		}
		body = body[n:]
	}
	return nil
}

// plainTokens refuses, before anything is parsed, what a rule does not need and a
// reader would not see through, and what would be too much for the parser.
func plainTokens(tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return fault.Invalidf("pack.size", "文件超过 %d 个词", "the file has over %d words", maxTokens)
	}
	flow, line, onLine := 0, 0, 0
	for _, t := range tokens {
		at := t.Position
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			return notPlain(at.Line, at.Column, "不能用锚点、引用、标签、合并键和指令", "anchors, aliases, tags, merge keys and directives have no place here")
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow = max(0, flow-1)
		case token.SequenceEntryType, token.MappingKeyType:
			if at.Line != line {
				line, onLine = at.Line, 0
			}
			onLine++
		}
		if flow > maxDepth || onLine > maxDepth {
			return notPlain(at.Line, at.Column, "嵌套过深", "nested too deeply")
		}
	}
	return nil
}

// nullVisitor finds a key or an entry without a value: whoever emptied it may
// think that the condition is still there.
type nullVisitor struct{ err error }

// Visit stops at the first.
func (v *nullVisitor) Visit(n ast.Node) ast.Visitor {
	if v.err != nil {
		return nil
	}
	if n.Type() == ast.NullType {
		at := n.GetToken().Position
		v.err = notPlain(at.Line, at.Column, "这里没有值：写上值，或删去这一行；空的文字写作 \"\"", `there is no value here: write one, or delete the line; an empty text is ""`)
	}
	return v
}

// yamlFault says what the parser or the decoder found.
func yamlFault(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	var y yaml.Error
	if !errors.As(err, &y) {
		return fault.Invalidf("pack.yaml", "YAML 有误：%s", "bad YAML: %s", fault.Clip(err.Error()))
	}
	at := fault.Place{}
	if t := y.GetToken(); t != nil && t.Position != nil {
		at.Line, at.Column = t.Position.Line, t.Position.Column
		value, _, _ := strings.Cut(strings.TrimSpace(t.Value), "\n")
		if strings.IndexFunc(value, unseen) < 0 {
			at.Value = value
		}
	}
	code, message := "pack.yaml", y.GetMessage()
	var unknown *yaml.UnknownFieldError
	switch {
	case errors.As(err, &unknown):
		code = "pack.unknown_key"
	case strings.Contains(message, doubleKey):
		code = "pack.duplicate"
	}
	return fault.Invalidf(code, "%[1]s", "%[2]s", yamlZh(message), message).In(at)
}

// doubleKey is in what the parser says of a key that stands twice.
const doubleKey = "already defined"

// yamlZh says in Chinese what is wrong, for those who write by hand.
func yamlZh(message string) string {
	for _, k := range [...]struct{ en, zh string }{
		{"unknown field", "没有这个键"},
		{doubleKey, "同一个键写了两次"},
		{"where sequence is expected", "此处应为列表"},
		{"where mapping is expected", "此处应为若干“键: 值”"},
		{"could not find end character of", "引号没有配对"},
		{"mapping value is not allowed in this context", "此处不应有“: ”；文字里含“: ”时请加引号"},
		{"value is not allowed in this context", "此处不应有值，也许是缩进没有对齐"},
		{"cannot start any token", "缩进请用空格，不用制表符；文字以特殊符号开头时请加引号"},
		{"tab character", "缩进请用空格，不用制表符"},
		{"end token", "括号没有配对"},
		{"must be specified", "括号没有配对，或缺少逗号"},
		{"could not find", "括号或引号没有配对"},
	} {
		if strings.Contains(message, k.en) {
			return k.zh
		}
	}
	return "YAML 有误：" + message
}
