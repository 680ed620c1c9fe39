package pboc

import (
	"bytes"
	_ "embed" // the default code lists
	"regexp"
	"slices"
	"strings"
	"sync"

	"changrong/internal/base/fault"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

//go:embed codes.yaml
var defaultCodes []byte

// Codes are the code lists of the messages, by name. They are read only.
type Codes struct{ lists map[string]*List }

// List is one code list.
type List struct {
	Name      string
	Zh        string
	Confirmed bool // a value not in it is an error, not a warning
	Pattern   string
	Prefix    bool // a value not in it is looked up by its longest beginning
	Values    []Value

	packed []uint64 // of Values, sorted as they are
	to     [][]byte // of Values, To; nil where it is ""
	looks  *regexp.Regexp
}

// some names the first of the codes.
func (l *List) some() (zh, en string) {
	const most = 12
	var codes []string
	for i := range l.Values {
		if i == most {
			codes = append(codes, "…")
			break
		}
		codes = append(codes, l.Values[i].Code)
	}
	return strings.Join(codes, "、"), strings.Join(codes, ", ")
}

// Value is one code of a list.
type Value struct {
	Code string
	Zh   string
	To   string // what it means in the fact dictionary, "" nothing or unknown
	Else string // what it is taken for where nothing else tells
}

// List returns the list called name, or nil.
func (c *Codes) List(name string) *List { return c.lists[name] }

// Lists returns all lists by name, for the reference page.
func (c *Codes) Lists() []*List {
	all := make([]*List, 0, len(c.lists))
	for _, l := range c.lists {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b *List) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// DefaultCodes returns the lists that come with the program.
var DefaultCodes = sync.OnceValue(func() *Codes {
	c, err := parseCodes(defaultCodes)
	if err != nil {
		panic(err) // a test reads them too
	}
	return c
})

// ParseCodes reads a file of code lists and lays them over the default ones.
// Error: pboc.codes.
func ParseCodes(text []byte) (*Codes, error) {
	c, err := parseCodes(text)
	if err != nil {
		return nil, err
	}
	for name, l := range DefaultCodes().lists {
		if c.lists[name] == nil {
			c.lists[name] = l
		}
	}
	for name := range c.lists {
		if DefaultCodes().lists[name] == nil {
			return nil, badCodes("没有名为“"+name+"”的代码表", "there is no list "+name, nil)
		}
	}
	return c, nil
}

func badCodes(zh, en string, cause error) error {
	return fault.New(fault.Invalid, "pboc.codes", "代码表文件有误："+zh, "bad file of code lists: "+en).Because(cause)
}

func parseCodes(text []byte) (*Codes, error) {
	if len(text) > MaxCodes {
		return nil, badCodes("文件太大", "too large", nil)
	}
	for _, t := range lexer.Tokenize(string(text)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType { // a list may not stand for thousands
			return nil, badCodes("不能用锚点和引用", "no anchors and aliases here", nil)
		}
	}
	var file struct {
		Lists map[string]struct {
			Zh        string
			Confirmed bool
			Pattern   string
			Prefix    bool
			Values    map[string]struct{ Zh, To, Else string }
		}
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&file); err != nil {
		return nil, badCodes("不是预期的 YAML", "not the YAML expected", err)
	}
	c := &Codes{lists: map[string]*List{}}
	for name, in := range file.Lists {
		l := &List{Name: name, Zh: in.Zh, Confirmed: in.Confirmed, Pattern: in.Pattern, Prefix: in.Prefix}
		for code, v := range in.Values {
			l.Values = append(l.Values, Value{code, v.Zh, v.To, v.Else})
		}
		if err := l.prepare(); err != nil {
			return nil, err
		}
		c.lists[name] = l
	}
	return c, nil
}

func (l *List) prepare() error {
	slices.SortFunc(l.Values, func(a, b Value) int { return strings.Compare(a.Code, b.Code) })
	if len(l.Values) > maxListed {
		return badCodes(l.Name+" 的代码太多", l.Name+" has too many values", nil)
	}
	for _, v := range l.Values {
		if n := len(v.Code); n == 0 || n > maxCode {
			return badCodes("代码“"+v.Code+"”过长或为空", "a code is empty or too long: "+v.Code, nil)
		}
		l.packed = append(l.packed, pack([]byte(v.Code)))
		l.to = append(l.to, nil)
		if v.To != "" {
			l.to[len(l.to)-1] = []byte(v.To)
		}
	}
	var err error
	if l.Pattern != "" {
		if l.looks, err = regexp.Compile("^(?:" + l.Pattern + ")$"); err != nil {
			return badCodes(l.Name+" 的 pattern 不是正则表达式", "the pattern of "+l.Name+" is no regular expression", err)
		}
	}
	return nil
}

// maxCode is the longest code, in bytes; it fits a word.
const maxCode = 7

// pack makes a word of a code of up to maxCode bytes: its bytes from the top
// down, so that words sort as codes do.
func pack(code []byte) (w uint64) {
	for i := range maxCode {
		w <<= 8
		if i < len(code) {
			w |= uint64(code[i])
		}
	}
	return w
}

// index returns the index of the value with this very code, or -1.
func (l *List) index(code []byte) int {
	if len(code) > maxCode {
		return -1
	}
	w := pack(code)
	if len(l.packed) <= 16 {
		for i, p := range l.packed {
			if p == w {
				return i
			}
		}
		return -1
	}
	if i, ok := slices.BinarySearch(l.packed, w); ok {
		return i
	}
	return -1
}

// lookup is index, with beginnings where the list says so.
func (l *List) lookup(code []byte) int {
	i := l.index(code)
	for n := len(code) - 1; i < 0 && l.Prefix && n > 0; n-- {
		i = l.index(code[:n])
	}
	return i
}

// Find returns the value that code stands for, or nil.
func (l *List) Find(code []byte) *Value {
	if i := l.lookup(code); i >= 0 {
		return &l.Values[i]
	}
	return nil
}

// Meaning returns the To of the value that code stands for, nil when there is
// none. It must not be changed.
func (l *List) Meaning(code []byte) []byte {
	if i := l.lookup(code); i >= 0 {
		return l.to[i]
	}
	return nil
}
