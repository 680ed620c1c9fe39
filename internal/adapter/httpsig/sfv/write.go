package sfv

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// String writes the item.
func (it Item) String() string { return bare(it.Value) + params(it.Params) }

// Text writes the member without its key.
func (m Member) Text() string {
	if m.IsList {
		return ListString(m.List, m.Params)
	}
	return m.Item.String()
}

// String writes the member with its key.
func (m Member) String() string {
	if !m.IsList && m.Value == true {
		return m.Key + params(m.Params)
	}
	return m.Key + "=" + m.Text()
}

// ListString writes an inner list with its parameters.
func ListString(items []Item, ps []Param) string {
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = it.String()
	}
	return "(" + strings.Join(texts, " ") + ")" + params(ps)
}

// DictionaryString writes a dictionary.
func DictionaryString(members []Member) string {
	texts := make([]string, len(members))
	for i, m := range members {
		texts[i] = m.String()
	}
	return strings.Join(texts, ", ")
}

func params(ps []Param) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(";" + p.Key)
		if p.Value != true {
			b.WriteString("=" + bare(p.Value))
		}
	}
	return b.String()
}

// bare writes a value; one of another type is a defect of the caller's.
func bare(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	case Token:
		return string(v)
	case []byte:
		return ":" + base64.StdEncoding.EncodeToString(v) + ":"
	case bool:
		if v {
			return "?1"
		}
		return "?0"
	}
	panic(fmt.Sprintf("sfv: a value of type %T", v))
}
