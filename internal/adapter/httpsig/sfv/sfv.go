// Package sfv reads and writes structured field values for HTTP (RFC 8941): the
// dictionaries, lists and items of Signature-Input, Signature, Content-Digest and
// Idempotency-Key. Decimals and dates, which none of those has, are refused; so is
// a dictionary that has a key twice.
package sfv

import (
	"encoding/base64"
	"strconv"
	"strings"

	"changrong/internal/base/fault"
)

// Limits of one field.
const (
	MaxLength  = 16 << 10 // bytes
	MaxMembers = 16       // of a dictionary
	MaxItems   = 32       // of an inner list
	MaxParams  = 16       // of an item
)

// Token is a bare word, such as sha-256 without quotes.
type Token string

// Param is a parameter of an item or of an inner list.
type Param struct {
	Key   string
	Value any // int64, string, Token, []byte or bool
}

// Item is a value with parameters.
type Item struct {
	Value  any // int64, string, Token, []byte or bool
	Params []Param
}

// Member is one entry of a dictionary: an item, or an inner list, whose parameters
// are those of Item.
type Member struct {
	Key string
	Item
	List   []Item
	IsList bool
}

// Dictionary reads a dictionary.
//
// Errors: sfv.syntax, sfv.limit.
func Dictionary(s string) ([]Member, error) {
	p := parser{s: s}
	if len(s) > MaxLength {
		return nil, limit()
	}
	p.skip(" ")
	var out []Member
	for !p.end() {
		if len(out) == MaxMembers {
			return nil, limit()
		}
		m, err := p.member()
		if err != nil {
			return nil, err
		}
		for i := range out {
			if out[i].Key == m.Key {
				return nil, p.wrong("键重复", "a key stands twice")
			}
		}
		out = append(out, m)
		p.skip(" \t")
		if p.end() {
			break
		}
		if !p.take(',') {
			return nil, p.wrong("缺少逗号", "a comma is missing")
		}
		p.skip(" \t")
		if p.end() {
			return nil, p.wrong("末尾有多余逗号", "nothing follows the comma")
		}
	}
	return out, nil
}

// ParseItem reads an item.
//
// Errors: sfv.syntax, sfv.limit.
func ParseItem(s string) (Item, error) {
	if len(s) > MaxLength {
		return Item{}, limit()
	}
	p := parser{s: s}
	p.skip(" ")
	it, err := p.item()
	p.skip(" ")
	if err == nil && !p.end() {
		err = p.wrong("有多余字符", "something follows the item")
	}
	return it, err
}

func limit() error {
	return fault.Invalidf("sfv.limit", "HTTP字段过长或成员过多", "an HTTP field is too long or has too many members")
}

type parser struct {
	s string
	i int
}

func (p *parser) wrong(zh, en string) error {
	return fault.Invalidf("sfv.syntax", "HTTP字段格式错误（第%d字节）："+zh, "a bad HTTP field at byte %d: "+en, p.i)
}

func (p *parser) end() bool { return p.i == len(p.s) }

func (p *parser) peek() byte {
	if p.end() {
		return 0
	}
	return p.s[p.i]
}

func (p *parser) take(c byte) bool {
	if p.peek() == c && !p.end() {
		p.i++
		return true
	}
	return false
}

func (p *parser) skip(set string) {
	for !p.end() && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
	}
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// run takes the longest run of bytes that ok allows.
func (p *parser) run(ok func(byte) bool) string {
	from := p.i
	for !p.end() && ok(p.s[p.i]) {
		p.i++
	}
	return p.s[from:p.i]
}

func (p *parser) key() (string, error) {
	if c := p.peek(); !lower(c) && c != '*' {
		return "", p.wrong("键须以小写字母开头", "a key begins with a lower-case letter")
	}
	return p.run(func(c byte) bool { return lower(c) || digit(c) || strings.IndexByte("_-.*", c) >= 0 }), nil
}

func (p *parser) member() (m Member, err error) {
	if m.Key, err = p.key(); err != nil {
		return m, err
	}
	switch {
	case !p.take('='):
		m.Value = true
		m.Params, err = p.params()
	case p.peek() == '(':
		m.IsList = true
		if m.List, err = p.list(); err == nil {
			m.Params, err = p.params()
		}
	default:
		m.Item, err = p.item()
	}
	return m, err
}

func (p *parser) list() ([]Item, error) {
	p.i++ // the bracket
	items := []Item{}
	for {
		p.skip(" ")
		if p.take(')') {
			return items, nil
		}
		if len(items) == MaxItems {
			return nil, limit()
		}
		it, err := p.item()
		if err != nil {
			return nil, err
		}
		items = append(items, it)
		if c := p.peek(); c != ' ' && c != ')' {
			return nil, p.wrong("列表未结束", "the list does not end")
		}
	}
}

func (p *parser) item() (it Item, err error) {
	if it.Value, err = p.bare(); err != nil {
		return it, err
	}
	it.Params, err = p.params()
	return it, err
}

func (p *parser) params() (out []Param, err error) {
	for p.take(';') {
		p.skip(" ")
		var x Param
		if x.Key, err = p.key(); err != nil {
			return nil, err
		}
		x.Value = true
		if p.take('=') {
			if x.Value, err = p.bare(); err != nil {
				return nil, err
			}
		}
		for i := range out {
			if out[i].Key == x.Key {
				return nil, p.wrong("参数重复", "a parameter stands twice")
			}
		}
		if len(out) == MaxParams {
			return nil, limit()
		}
		out = append(out, x)
	}
	return out, nil
}

func (p *parser) bare() (any, error) {
	switch c := p.peek(); {
	case c == '"':
		return p.text()
	case c == ':':
		return p.bytes()
	case c == '?':
		p.i++
		if v := p.peek(); v != '0' && v != '1' {
			return nil, p.wrong("布尔值须为?0或?1", "a boolean is ?0 or ?1")
		}
		p.i++
		return p.s[p.i-1] == '1', nil
	case c == '-' || digit(c):
		return p.integer()
	case lower(c) || upper(c) || c == '*':
		return Token(p.run(func(c byte) bool {
			return lower(c) || upper(c) || digit(c) || strings.IndexByte("!#$%&'*+-.^_`|~:/", c) >= 0
		})), nil
	}
	return nil, p.wrong("缺少值", "a value is missing")
}

func (p *parser) integer() (any, error) {
	from := p.i
	p.take('-')
	digits := p.run(digit)
	if digits == "" || len(digits) > 15 || p.peek() == '.' {
		return nil, p.wrong("须为不超过15位的整数", "an integer has up to 15 digits")
	}
	return strconv.ParseInt(p.s[from:p.i], 10, 64)
}

func (p *parser) text() (any, error) {
	var b strings.Builder
	for p.i++; !p.end(); p.i++ {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return b.String(), nil
		case c == '\\':
			p.i++
			if c := p.peek(); c != '"' && c != '\\' {
				return nil, p.wrong("转义错误", "a bad escape")
			}
			b.WriteByte(p.s[p.i])
		case c < 0x20 || c > 0x7e:
			return nil, p.wrong("只能含可见ASCII字符", "only visible ASCII")
		default:
			b.WriteByte(c)
		}
	}
	return nil, p.wrong("引号未结束", "the quotation does not end")
}

func (p *parser) bytes() (any, error) {
	p.i++
	text := p.run(func(c byte) bool { return lower(c) || upper(c) || digit(c) || strings.IndexByte("+/=", c) >= 0 })
	if !p.take(':') {
		return nil, p.wrong("字节序列未结束", "the bytes do not end")
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, p.wrong("Base64编码错误", "bad base64")
	}
	return b, nil
}
