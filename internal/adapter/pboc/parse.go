package pboc

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/fact"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const utf8BOM = "\xef\xbb\xbf"

// chunk is a run of whole lines of a .dat, and what a parser made of it.
type chunk struct {
	buf      []byte
	text     []byte // in buf, without the newline of its last line; nil when it holds none
	first    bool   // of the file
	lines    int    // records in it
	rows     Rows
	lost     []string       // what records with an error are about, as far as it can be read
	findings []fact.Finding // lines count from 1 within the chunk
	fatal    bool           // the last finding ends the reading of the file
	tooLong  bool           // what follows it is no line
	failed   error          // the reading ended here, with this
	done     chan struct{}
}

// parser turns chunks into rows. It belongs to one goroutine.
type parser struct {
	name   Name
	file   string
	fields []Field
	lists  []*List // by field
	spans  []span  // of the current line
	chunk  *chunk
	line   int
	bad    bool // the current line has an error

	unlisted map[string]bool // values of unconfirmed lists already reported
	industry *fact.Vector    // checks industries
	known    map[uint64]bool // industries already checked
}

func newParser(name Name, file string, codes *Codes) *parser {
	m := name.Message
	p := &parser{
		name: name, file: file, fields: m.Fields, lists: make([]*List, len(m.Fields)), spans: make([]span, len(m.Fields)),
		unlisted: map[string]bool{}, known: map[uint64]bool{},
		industry: fact.NewVector(fact.Lookup("enterprises").Column("industry")),
	}
	for i := range m.Fields {
		p.lists[i] = codes.List(m.Fields[i].List)
	}
	return p
}

// parse fills c.rows and c.findings from c.text.
func (p *parser) parse(c *chunk) {
	p.chunk, p.line = c, 0
	c.rows.reset(p.name.Message)
	c.rows.Name, c.rows.File, c.rows.text = p.name, p.file, c.text
	c.findings, c.lost, c.fatal, c.lines = c.findings[:0], c.lost[:0], false, 0
	if c.text == nil {
		return
	}
	if c.first && bytes.HasPrefix(c.text, []byte(utf8BOM)) {
		p.line = 1
		p.fatal(&ruleBOM, nil, 0)
		return
	}
	wary := hasControl(c.text) || !utf8.Valid(c.text)
	for start := 0; start <= len(c.text); {
		end := bytes.IndexByte(c.text[start:], '\n')
		if end < 0 {
			end = len(c.text)
		} else {
			end += start
		}
		p.line++
		c.lines++
		if wary && !p.cleanLine(c.text[start:end]) {
			if c.fatal {
				return
			}
		} else {
			p.record(start, end)
		}
		start = end + 1
	}
}

// hasControl tells whether text holds a control character other than LF; eight
// bytes are looked at together.
func hasControl(text []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(text); i += 8 {
		w := uint64(text[i]) | uint64(text[i+1])<<8 | uint64(text[i+2])<<16 | uint64(text[i+3])<<24 |
			uint64(text[i+4])<<32 | uint64(text[i+5])<<40 | uint64(text[i+6])<<48 | uint64(text[i+7])<<56
		del := w ^ ones*0x7f
		if ((w-ones*0x20)&^w|(del-ones)&^del)&highs != 0 && anyControl(text[i:i+8]) {
			return true
		}
	}
	return anyControl(text[i:])
}

func anyControl(text []byte) bool {
	for _, c := range text {
		if (c < ' ' && c != '\n') || c == 0x7f {
			return true
		}
	}
	return false
}

// cleanLine checks the bytes of a line: encoding and control characters.
func (p *parser) cleanLine(line []byte) bool {
	if i := invalidUTF8(line); i >= 0 {
		r := &ruleUTF8
		if looksGBK(line) {
			r = &ruleGBK
		}
		p.fatal(r, line, i)
		return false
	}
	if bytes.HasSuffix(line, []byte("\r")) {
		p.fatal(&ruleCRLF, nil, 0)
		return false
	}
	for i, c := range line {
		if c < ' ' || c == 0x7f {
			name := fmt.Sprintf("U+%04X", c)
			p.report(ruleControl.At(fault.Place{File: p.file, Line: p.line, Column: column(line, i)}, name, name))
			p.loseIn(line)
			return false
		}
	}
	return true
}

func (p *parser) fatal(r *fact.Rule, line []byte, at int) {
	place := fault.Place{File: p.file, Line: p.line}
	if line != nil {
		place.Column = column(line, at)
	}
	p.report(r.At(place, "", ""))
	p.chunk.fatal = true
}

func (p *parser) report(f fact.Finding) { p.chunk.findings = append(p.chunk.findings, f) }

// invalidUTF8 returns the index of the first byte that is not UTF-8, or -1.
func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// looksGBK tells whether b decodes as GBK.
func looksGBK(b []byte) bool {
	out, err := simplifiedchinese.GBK.NewDecoder().Bytes(b)
	return err == nil && !bytes.ContainsRune(out, utf8.RuneError)
}

// column returns the column, in characters from 1, of byte at of line.
func column(line []byte, at int) int { return utf8.RuneCount(line[:at]) + 1 }

// record parses the line text[start:end] of the chunk.
func (p *parser) record(start, end int) {
	text := p.chunk.text
	if start == end {
		p.report(ruleEmpty.At(fault.Place{File: p.file, Line: p.line}, "", ""))
		return
	}
	if end-start > MaxLine {
		p.report(ruleLine.At(fault.Place{File: p.file, Line: p.line}, "", ""))
		p.loseIn(text[start : start+MaxLine])
		return
	}
	last := len(p.spans) - 1
	from := start
	for i := range last {
		n := bytes.IndexByte(text[from:end], '|')
		if n < 0 {
			p.fieldCount(text[start:end], i)
			return
		}
		p.spans[i] = span{uint32(from), uint32(from + n)}
		from += n + 1
	}
	if bytes.IndexByte(text[from:end], '|') >= 0 {
		p.fieldCount(text[start:end], last)
		return
	}
	p.spans[last] = span{uint32(from), uint32(end)}
	p.bad = false
	for i := range p.fields {
		p.field(i)
	}
	rows := &p.chunk.rows
	if p.bad {
		rows.cut()
		p.lose(p.spans[p.name.Message.About-1])
		return
	}
	rows.lines = append(rows.lines, int32(p.line))
}

// loseIn notes what a line that is no record is about, if it says so.
func (p *parser) loseIn(line []byte) {
	cells := bytes.SplitN(line, []byte("|"), p.name.Message.About+1)
	if len(cells) > p.name.Message.About {
		p.chunk.lost = append(p.chunk.lost, string(cells[p.name.Message.About-1]))
	}
}

// lose notes what a record with an error is about.
func (p *parser) lose(s span) {
	p.chunk.lost = append(p.chunk.lost, string(p.chunk.text[s.start:s.end]))
}

// fieldCount reports a record with too few or too many fields, at the first
// separator that should not be there; cut fields stand in p.spans.
func (p *parser) fieldCount(line []byte, cut int) {
	if about := p.name.Message.About - 1; about < cut {
		p.lose(p.spans[about])
	}
	have, want := bytes.Count(line, []byte("|"))+1, len(p.fields)
	place := fault.Place{File: p.file, Line: p.line}
	if have > want {
		at := 0
		for range want {
			at += bytes.IndexByte(line[at:], '|') + 1
		}
		place.Column, place.Value = column(line, at-1), fault.Clip(string(line[at-1:]))
	}
	w, h := strconv.Itoa(want), strconv.Itoa(have)
	p.report(ruleFields.At(place, "应有 "+w+" 个，实有 "+h+" 个；字段内容不能含“|”", "expected "+w+", found "+h))
}
