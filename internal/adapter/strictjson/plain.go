package strictjson

import (
	"encoding/json"
	"unicode/utf8"
)

// plain tells whether data is a document that Check takes, without saying what is
// wrong with one that is not: nearly all are, and are gone through once for it.
func plain(data []byte) bool {
	if !utf8.Valid(data) || !json.Valid(data) {
		return false
	}
	p := plainer{data: data}
	return p.value(0)
}

// plainer goes through a document that is valid JSON.
type plainer struct {
	data   []byte
	at     int
	values int
}

// next skips spaces and returns the byte after them.
func (p *plainer) next() byte {
	for {
		switch c := p.data[p.at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			p.at++
		default:
			return c
		}
	}
}

func (p *plainer) value(depth int) bool {
	if p.values++; p.values > MaxValues {
		return false
	}
	switch p.next() {
	case '{', '[':
		return depth < MaxDepth && p.within(depth+1)
	case '"':
		p.text()
	default: // a number, or a word
		for p.at < len(p.data) {
			switch p.data[p.at] {
			case ' ', '\t', '\n', '\r', ',', '}', ']':
				return true
			}
			p.at++
		}
	}
	return true
}

// within goes through an array or an object to its end.
func (p *plainer) within(depth int) bool {
	names := p.data[p.at] == '{'
	p.at++
	var room [16]string
	seen := room[:0] // short ones are looked through
	var many map[string]bool
	for {
		switch p.next() {
		case '}', ']':
			p.at++
			return true
		}
		if names {
			name, ok := p.name()
			if !ok || many[name] {
				return false
			}
			for _, s := range seen {
				if s == name {
					return false
				}
			}
			switch {
			case many != nil:
				many[name] = true
			case len(seen) < cap(seen):
				seen = append(seen, name)
			default:
				many = map[string]bool{name: true}
			}
		}
		if !p.value(depth) {
			return false
		}
	}
}

// name reads the name of a member.
func (p *plainer) name() (string, bool) {
	from := p.at
	escaped := p.text()
	name := string(p.data[from+1 : p.at-1])
	if escaped {
		if err := json.Unmarshal(p.data[from:p.at], &name); err != nil {
			return "", false
		}
	}
	return name, len(name) <= MaxName
}

// text skips a text, and tells whether it has escapes.
func (p *plainer) text() (escaped bool) {
	for p.at++; p.data[p.at] != '"'; p.at++ {
		if p.data[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	return escaped
}
