package connect

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Form is how an answer is written.
type Form uint8

// The forms.
const (
	JSON Form = iota
	XML
)

// parse reads an answer into what encoding/json makes of any JSON, with numbers as
// they are written. XML becomes the same: an element with elements in it is an object,
// in which a name that stands several times is a list; others are text.
func (f Form) parse(contentType string, body []byte) (any, error) {
	text, err := decode(contentType, f, body)
	if err != nil {
		return nil, err
	}
	if f == XML {
		return parseXML(text)
	}
	if err := strictjson.Check(text); err != nil {
		e := fault.Of(err)
		return nil, &flaw{"$", e.Zh, e.En}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, flawed("$", "不是JSON", "it is no JSON")
	}
	return v, nil
}

// decode returns body as UTF-8: the charset is what the header says, else what an XML
// declaration says, else UTF-8. GB 18030 holds GBK and GB 2312, and the rare characters
// of names.
func decode(contentType string, f Form, body []byte) ([]byte, error) {
	charset := ""
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		charset = params["charset"]
	}
	if charset == "" && f == XML {
		charset = declared(body)
	}
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8":
	case "gb18030", "gbk", "gb2312":
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return nil, flawed("charset", "内容不是%s编码", "the text is not %s", charset)
		}
		return text, nil
	default:
		return nil, flawed("charset", "不支持的编码%s", "an unknown charset %s", fault.Clip(charset))
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return nil, flawed("charset", "内容不是UTF-8编码", "the text is not UTF-8")
	}
	return body, nil
}

// declared returns the encoding that an XML declaration says.
func declared(body []byte) string {
	head, _, ok := bytes.Cut(body, []byte("?>"))
	if !ok || !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	_, after, ok := bytes.Cut(head, []byte("encoding="))
	if !ok || len(after) < 2 {
		return ""
	}
	name, _, _ := bytes.Cut(after[1:], after[:1])
	return string(name)
}

// parseXML reads a document, without its root's name.
func parseXML(text []byte) (any, error) {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // decode has done it
	p := xmlParser{dec: dec}
	for {
		t, err := p.token()
		if err != nil {
			return nil, err
		}
		if _, ok := t.(xml.StartElement); ok {
			break
		}
	}
	v, err := p.element(0)
	if err != nil {
		return nil, err
	}
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return v, nil
		}
		if s, ok := t.(xml.CharData); err != nil || ok && len(bytes.TrimSpace(s)) > 0 {
			return nil, flawed("$", "XML格式错误", "bad XML")
		}
		if _, ok := t.(xml.StartElement); ok {
			return nil, flawed("$", "XML格式错误", "bad XML")
		}
	}
}

type xmlParser struct {
	dec   *xml.Decoder
	nodes int
}

func (p *xmlParser) token() (xml.Token, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, flawed("$", "XML格式错误", "bad XML")
	}
	if _, ok := t.(xml.Directive); ok {
		return nil, flawed("$", "XML不得含有DTD", "a DTD is not taken")
	}
	return t, nil
}

// element reads what is in an element whose beginning has been read.
func (p *xmlParser) element(depth int) (any, error) {
	if p.nodes++; p.nodes > maxNodes || depth > maxDepth {
		return nil, flawed("$", "XML过大或嵌套过深", "too much XML, or too deep")
	}
	var text strings.Builder
	var fields map[string]any
	for {
		t, err := p.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			v, err := p.element(depth + 1)
			if err != nil {
				return nil, err
			}
			if fields == nil {
				fields = map[string]any{}
			}
			add(fields, t.Name.Local, v)
		case xml.EndElement:
			if fields != nil {
				return fields, nil
			}
			return strings.TrimSpace(text.String()), nil
		}
	}
}

func add(fields map[string]any, name string, v any) {
	switch old := fields[name].(type) {
	case nil:
		fields[name] = v
	case []any:
		fields[name] = append(old, v)
	default:
		fields[name] = []any{old, v}
	}
}

// at returns what stands at a path of names, joined by dots; "" is v itself.
func at(v any, path string) (any, bool) {
	if path == "" {
		return v, true
	}
	for name := range strings.SplitSeq(path, ".") {
		fields, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = fields[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

// list returns the rows at a path. In XML one row is no list, and none is an empty
// element.
func (f Form) list(v any, path string) ([]map[string]any, error) {
	x, ok := at(v, path)
	if !ok {
		// In XML, <list/> holds no <row>: the list is there, and empty.
		if i := strings.LastIndexByte(path, '.'); f == XML && i > 0 {
			if x, ok := at(v, path[:i]); ok && x == "" {
				return nil, nil
			}
		}
		return nil, flawed(path, "缺少", "missing")
	}
	items, ok := x.([]any)
	if !ok {
		if f != XML {
			return nil, flawed(path, "应为列表", "it must be a list")
		}
		if x == "" {
			return nil, nil
		}
		items = []any{x}
	}
	rows := make([]map[string]any, len(items))
	for i, item := range items {
		if rows[i], ok = item.(map[string]any); !ok {
			return nil, flawed(path, "列表中应为记录", "a row must be an object")
		}
	}
	return rows, nil
}
