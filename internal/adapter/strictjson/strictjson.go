// Package strictjson reads JSON from outside the way RFC 8259 §4 wishes senders
// wrote it: every name in an object once, text that is UTF-8, one value and nothing
// after it, and not deeper or longer than anybody needs. Two readers then never
// take the same bytes for two different things.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// Limits of one document. A request that lists a year's notes is far below them.
const (
	MaxDepth  = 32      // arrays and objects within one another
	MaxValues = 200_000 // values in all
	MaxName   = 256     // bytes of a name in an object
)

// Unmarshal is json.Unmarshal of a document that Check takes.
//
// Errors: those of Check; those of json.Unmarshal where the document does not fit v.
func Unmarshal(data []byte, v any) error {
	if err := Check(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// Check tells whether data is one JSON value within the limits.
//
// Errors: json.syntax, json.utf8, json.duplicate, json.deep, json.long.
func Check(data []byte) error {
	if plain(data) {
		return nil
	}
	return explain(data)
}

// explain says what is wrong with data.
func explain(data []byte) error {
	if !utf8.Valid(data) {
		return fault.Invalidf("json.utf8", "JSON须为UTF-8编码", "JSON is UTF-8")
	}
	c := checker{dec: json.NewDecoder(bytes.NewReader(data))}
	c.dec.UseNumber()
	if err := c.value(0); err != nil {
		return err
	}
	if _, err := c.dec.Token(); !errors.Is(err, io.EOF) {
		return c.syntax("内容之后还有多余字符", "there is something after the value")
	}
	return nil
}

type checker struct {
	dec    *json.Decoder
	values int
	path   []string
}

func (c *checker) syntax(zh, en string) error {
	return fault.Invalidf("json.syntax", "JSON格式错误（第%d字节）："+zh, "bad JSON at byte %d: "+en, c.dec.InputOffset()).In(c.place())
}

func (c *checker) place() fault.Place { return fault.Place{Field: strings.Join(c.path, ".")} }

// token returns the next token; what the decoder says of bad text stays inside.
func (c *checker) token() (json.Token, error) {
	t, err := c.dec.Token()
	if err != nil {
		return nil, c.syntax("请检查括号、引号和逗号", "look at brackets, quotes and commas")
	}
	return t, nil
}

func (c *checker) value(depth int) error {
	t, err := c.token()
	if err != nil {
		return err
	}
	if c.values++; c.values > MaxValues {
		return fault.Invalidf("json.long", "JSON中的值超过%d个，请分批提交", "more than %d values; send them in parts", MaxValues).In(c.place())
	}
	d, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth == MaxDepth {
		return fault.Invalidf("json.deep", "JSON嵌套超过%d层", "more than %d levels", MaxDepth).In(c.place())
	}
	if d == '[' {
		for c.dec.More() {
			if err := c.value(depth + 1); err != nil {
				return err
			}
		}
	} else if err := c.object(depth); err != nil {
		return err
	}
	_, err = c.token() // the closing one
	return err
}

func (c *checker) object(depth int) error {
	var seen map[string]struct{}
	for c.dec.More() {
		t, err := c.token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return c.syntax("字段名须为字符串", "a name is a string")
		}
		if len(name) > MaxName {
			return fault.Invalidf("json.long", "字段名超过%d字节", "a name of more than %d bytes", MaxName).In(c.place())
		}
		c.path = append(c.path, fault.Clip(name))
		if _, twice := seen[name]; twice {
			return fault.Invalidf("json.duplicate", "字段“%s”重复出现", "the name %q stands twice", fault.Clip(name)).In(c.place())
		}
		if seen == nil {
			seen = map[string]struct{}{}
		}
		seen[name] = struct{}{}
		if err := c.value(depth + 1); err != nil {
			return err
		}
		c.path = c.path[:len(c.path)-1]
	}
	return nil
}
