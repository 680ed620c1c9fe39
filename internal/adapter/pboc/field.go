package pboc

import (
	"strconv"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
)

// field checks field i of the current line and puts it down.
func (p *parser) field(i int) {
	f, s := &p.fields[i], p.spans[i]
	cell := p.chunk.text[s.start:s.end]
	out := &p.chunk.rows.cells[i]
	if f.Kind.Numeric() {
		x := int64(Empty)
		if len(cell) > 0 {
			var r *fact.Rule
			if x, r = f.number(cell); r == &ruleDecimals {
				p.wrong(r, f, cell, "至多 "+f.decimals()+" 位", "at most "+f.decimals())
			} else if r != nil {
				p.wrong(r, f, cell, "", "")
			}
		} else if f.Required {
			p.wrong(&ruleRequired, f, cell, "", "")
		}
		out.numbers = append(out.numbers, x)
		return
	}
	if len(cell) > 0 {
		p.textual(i, f, cell)
	} else if f.Required {
		p.wrong(&ruleRequired, f, cell, "", "")
	}
	out.spans = append(out.spans, s)
}

// wrong reports what is wrong with a field; only an error spoils the row.
func (p *parser) wrong(r *fact.Rule, f *Field, cell []byte, zh, en string) {
	p.report(r.At(place(p.file, p.line, f, cell), zh, en))
	p.bad = p.bad || r.Severity == fact.Error
}

// number reads a numeric field; r is what is wrong with it.
func (f *Field) number(cell []byte) (x int64, r *fact.Rule) {
	switch f.Kind {
	case Amount, Ratio:
		a, err := money.ParseYuan(cell)
		switch {
		case err != nil:
			return Empty, ruleOf(err, &ruleAmount)
		case a < 0:
			return Empty, &ruleNegative
		}
		return int64(a), nil
	case Rate:
		a, err := money.ParsePercent(cell)
		switch {
		case err == nil:
			return int64(a), nil
		case cell[0] == '-':
			return Empty, &ruleNegative
		}
		return Empty, ruleOf(err, &ruleRate)
	case Count:
		n := int64(0)
		for _, c := range cell {
			if c < '0' || c > '9' || len(cell) > 12 {
				return Empty, &ruleInt
			}
			n = n*10 + int64(c-'0')
		}
		return n, nil
	case Flag:
		if len(cell) != 1 || (cell[0] != '0' && cell[0] != '1') {
			return Empty, &ruleFlag
		}
		return int64(cell[0] - '0'), nil
	default: // Day
		d, err := civil.ParseDate(cell)
		if err != nil {
			return Empty, &ruleDate
		}
		return int64(d), nil
	}
}

// decimals is how many decimals a field may have.
func (f *Field) decimals() string {
	if f.Kind == Rate {
		return "5"
	}
	return "2"
}

// ruleOf tells flaws of numbers apart; malformed is the rule of those that are none.
func ruleOf(err error, malformed *fact.Rule) *fact.Rule {
	switch fault.CodeOf(err) {
	case "money.finer":
		return &ruleDecimals
	case "money.range":
		return &ruleRange
	}
	return malformed
}

// textual checks a textual field that is not empty.
func (p *parser) textual(i int, f *Field, cell []byte) {
	switch f.Kind {
	case Coded:
		p.coded(f, p.lists[i], cell)
	case Bank:
		if string(cell) != p.name.Institution {
			p.wrong(&ruleBank, f, cell, "文件名中为 "+p.name.Institution, "it names "+p.name.Institution)
		}
	case Document:
		s := p.spans[i-1]
		p.document(f, p.chunk.text[s.start:s.end], cell)
	case Region:
		if len(cell) != 6 || !digits(cell) {
			p.wrong(&ruleRegion, f, cell, "", "")
		}
	case Division:
		p.industryCode(f, cell, 3)
	case Class:
		p.industryCode(f, cell, 4)
	case Currency:
		if len(cell) != 3 || !capitals(cell) {
			p.wrong(&ruleCurrency, f, cell, "", "")
		}
	case Ident:
		if cell[0] == ' ' || cell[len(cell)-1] == ' ' {
			p.wrong(&ruleSpace, f, cell, "", "")
		}
		p.length(f, cell)
	default:
		p.length(f, cell)
	}
}

// length checks how many characters a text has; most have fewer bytes.
func (p *parser) length(f *Field, cell []byte) (ok bool) {
	if f.Len == 0 || len(cell) <= f.Len {
		return true
	}
	n := utf8.RuneCount(cell)
	if n > f.Len {
		most, has := strconv.Itoa(f.Len), strconv.Itoa(n)
		p.wrong(&ruleLong, f, cell, "最长 "+most+" 个字符，实有 "+has+" 个", "at most "+most+" characters, found "+has)
	}
	return n <= f.Len
}

// coded checks a code against its list; what an unconfirmed list lacks is said once.
func (p *parser) coded(f *Field, l *List, cell []byte) {
	if l.index(cell) >= 0 {
		return
	}
	if l.Confirmed {
		zh, en := l.some()
		p.wrong(&ruleCode, f, cell, l.Zh+"，可用 "+zh, l.Name+", which has "+en)
		return
	}
	key := f.name() + "|" + string(cell)
	if !p.length(f, cell) || p.unlisted[key] || len(p.unlisted) > maxListed {
		return
	}
	p.unlisted[key] = true
	zh, en := l.Zh, l.Name
	if l.looks != nil && !l.looks.Match(cell) {
		zh, en = zh+"，形式也不同于已知代码", en+", and does not look like one"
	}
	p.wrong(&ruleUnlisted, f, cell, zh, en)
}

// document checks the number of a document by its type.
func (p *parser) document(f *Field, kind, cell []byte) {
	switch string(kind) {
	case "A01":
		if !uscc.Valid(cell) {
			var zh, en string
			if e := fault.Of(uscc.Check(cell)); e != nil {
				zh, en = e.Zh, e.En
			}
			p.wrong(&ruleUSCC, f, cell, zh, en)
		} else if !uscc.OrgCodeOK(cell) {
			p.wrong(&ruleUSCCOrg, f, cell, "", "")
		}
	case "A02":
		const body = 8
		if len(cell) == body+1 {
			if c, err := uscc.OrgCheckChar(string(cell[:body])); err == nil && c == cell[body] {
				return
			}
		}
		p.wrong(&ruleOrg, f, cell, "", "")
	default:
		if cell[0] == ' ' || cell[len(cell)-1] == ' ' {
			p.wrong(&ruleSpace, f, cell, "", "")
		}
		p.length(f, cell)
	}
}

// What stands for an industry where the borrower has none.
const (
	person = "100"
	abroad = "200"
)

// industryCode checks a code of n characters; each is looked at once.
func (p *parser) industryCode(f *Field, cell []byte, n int) {
	if string(cell) == person || string(cell) == abroad {
		return
	}
	if len(cell) == n {
		w := pack(cell)
		ok, seen := p.known[w]
		if !seen {
			p.industry.Reset()
			ok = p.industry.AppendCell(cell) == nil
			p.known[w] = ok
		}
		if ok {
			return
		}
	}
	p.wrong(&ruleIndustry, f, cell, "", "")
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func capitals(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
