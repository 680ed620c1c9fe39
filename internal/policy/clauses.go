package policy

import (
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/policy/strict"
)

// loadClauses reads the clause map and joins it with items and indicators.
func (p *Pack) loadClauses(fsys fs.FS) error {
	const name = "clauses.yaml"
	var docs []clauseDoc
	if err := strict.Read(fsys, name, &docs); err != nil {
		return err
	}
	for _, d := range docs {
		if p.Clause(d.Clause.Text) != nil {
			return in(name, wrong(d.Clause, "pack.duplicate", "条款重复", "the clause stands twice"))
		}
		c := Clause{Ref: d.Clause.Text, Title: d.Title.Text, Summary: d.Summary.Text, Capability: d.Capability.Text, Reason: d.Reason.Text}
		for _, as := range d.As {
			c.As = append(c.As, as.Text)
		}
		for _, it := range p.items {
			if it.Clause.Text == c.Ref {
				c.Items = append(c.Items, it.ID.Text)
			}
		}
		for _, ind := range p.indicators {
			if ind.Clause.Text == c.Ref {
				c.Indicators = append(c.Indicators, ind.ID.Text)
			}
		}
		if err := c.consistent(); err != nil {
			return in(name, at(err, d.Clause))
		}
		p.Clauses = append(p.Clauses, c)
	}
	return nil
}

// consistent checks that a clause is what it says it is.
func (c *Clause) consistent() error {
	for _, x := range []struct {
		as, zh, en string
		there      bool
	}{
		{"money", "资金项目", "money item", len(c.Items) > 0},
		{"indicator", "指标", "indicator", len(c.Indicators) > 0},
		{"capability", " capability", "capability", c.Capability != ""},
		{"not_computed", " reason", "reason", c.Reason != ""},
	} {
		switch said := slices.Contains(c.As, x.as); {
		case said && !x.there:
			return fault.Invalidf("pack.clause", "as 写了 %[1]s，但该条没有%[2]s", "as says %[1]s, and the clause has no %[3]s", x.as, x.zh, x.en)
		case !said && x.there:
			return fault.Invalidf("pack.clause", "该条有%[2]s，as 应写上 %[1]s", "the clause has some %[3]s, and as must say %[1]s", x.as, x.zh, x.en)
		}
	}
	return nil
}

// refsKnown checks that every clause a rule names is in the map.
func (p *Pack) refsKnown(doc *packDoc) error {
	known := func(file string, w Word) error {
		if p.Clause(w.Text) == nil {
			return in(file, wrong(w, "pack.unknown_clause", "clauses.yaml 里没有这一条", "clauses.yaml has no such clause"))
		}
		return nil
	}
	var named []Word
	for _, name := range slices.Sorted(maps.Keys(doc.Parameters)) {
		named = append(named, doc.Parameters[name].Clause)
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Readings)) {
		named = append(named, doc.Readings[name].Clause)
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Exclusions)) {
		named = append(named, doc.Exclusions[name].Clause)
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Pools)) {
		named = append(named, doc.Pools[name].Clause)
	}
	for _, w := range named {
		if err := known("pack.yaml", w); err != nil {
			return err
		}
	}
	for _, d := range p.items {
		if err := known(itemFile(d), d.Clause); err != nil {
			return err
		}
	}
	for _, d := range p.indicators {
		if err := known("indicators.yaml", d.Clause); err != nil {
			return err
		}
	}
	return nil
}

var outlineSpan = regexp.MustCompile(`^(.*?)(\d+)-(\d+)$`)

// checkClauses holds the clause map against the document's outline as pack.yaml
// gives it: the same clauses, in the same order.
func (p *Pack) checkClauses(outline []Word) error {
	var want []Word
	for _, w := range outline {
		m := outlineSpan.FindStringSubmatch(w.Text)
		if m == nil {
			want = append(want, w)
			continue
		}
		first, err1 := strconv.Atoi(m[2])
		last, err2 := strconv.Atoi(m[3])
		if err1 != nil || err2 != nil || last < first || last-first > 200 {
			return inPack(wrong(w, "pack.outline", "条款起止不对", "a wrong span of clauses"))
		}
		for n := first; n <= last; n++ {
			want = append(want, Word{Text: m[1] + strconv.Itoa(n), At: w.At})
		}
	}
	seen := map[string]bool{}
	for _, w := range want {
		if seen[w.Text] {
			return inPack(wrong(w, "pack.outline", "outline 里 "+w.Text+" 写了两次", "the outline has "+w.Text+" twice"))
		}
		seen[w.Text] = true
	}
	for i := range max(len(want), len(p.Clauses)) {
		switch {
		case i >= len(p.Clauses) || i < len(want) && p.Clause(want[i].Text) == nil:
			return inPack(wrong(want[i], "pack.clause_missing", "clauses.yaml 没有交代 "+want[i].Text, "clauses.yaml does not account for "+want[i].Text))
		case i >= len(want) || p.Clauses[i].Ref != want[i].Text:
			return fault.Invalidf("pack.clause_order", "第 %d 条应与 pack.yaml 的 outline 一致，而不是 %s", "entry %d must follow the outline of pack.yaml, not be %s", i+1, p.Clauses[i].Ref).In(fault.Place{File: "clauses.yaml"})
		}
	}
	return nil
}

var numbered = regexp.MustCompile(`\d+$`)

// Coverage counts what the clause map accounts for.
type Coverage struct {
	Numbered, Mapped int      // clauses with a number, and those of them that are mapped
	Sections         []string // sections without numbers that are mapped
	Undecided        []string // readings nobody has chosen a value for
}

// Coverage counts the clauses. A pack that has loaded maps all of its outline.
func (p *Pack) Coverage() Coverage {
	var c Coverage
	for _, cl := range p.Clauses {
		if numbered.MatchString(cl.Ref) {
			c.Numbered++
			c.Mapped++
		} else {
			c.Sections = append(c.Sections, cl.Ref)
		}
	}
	for _, r := range p.Readings {
		if r.Chosen == "" {
			c.Undecided = append(c.Undecided, r.Name)
		}
	}
	return c
}

// Official is the official text of a document, cut into its clauses.
type Official struct {
	Refs []string          // in order of the text: 一, 二, 三(一)1, …
	Text map[string]string // by ref
}

// maxText bounds the official text, far above the longest plan.
const maxText = 4 << 20

var (
	section    = regexp.MustCompile(`^([一二三四五六七八九十]{1,3})、`)
	subsection = regexp.MustCompile(`^[（(]([一二三四五六七八九十]{1,3})[）)]`)
	number     = regexp.MustCompile(`^(\d{1,3})[.．、](?:\D|$)`) // not 3.5万元
)

// ReadOfficial cuts the plain text of a document by its own numbering: sections
// 一、, subsections (一), numbered clauses 1., which count on through the sections.
// What stands before the first section is left out.
// Errors: policy.text_size, policy.text_encoding, policy.text_numbering.
func ReadOfficial(r io.Reader) (*Official, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil || len(text) > maxText {
		return nil, fault.Invalidf("policy.text_size", "官方原文无法读取，或超过 %d 字节", "the official text cannot be read, or is over %d bytes", maxText).Because(err)
	}
	if !utf8.Valid(text) {
		return nil, fault.New(fault.Invalid, "policy.text_encoding", "官方原文不是 UTF-8 文本，请另存为 UTF-8", "the official text is not UTF-8")
	}
	o := &Official{Text: map[string]string{}}
	parts := map[string][]string{}
	var sec, sub, ref string
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		line = strings.TrimSpace(line)
		if m := section.FindStringSubmatch(line); m != nil {
			sec, sub = m[1], ""
			ref = sec
		} else if m := subsection.FindStringSubmatch(line); m != nil && sec != "" {
			sub = "(" + m[1] + ")"
			ref = sec + sub
		} else if m := number.FindStringSubmatch(line); m != nil && sec != "" {
			ref = sec + sub + m[1]
		}
		if ref == "" || line == "" {
			continue
		}
		if parts[ref] == nil {
			o.Refs = append(o.Refs, ref)
		}
		parts[ref] = append(parts[ref], line)
	}
	if len(o.Refs) == 0 {
		return nil, fault.New(fault.Invalid, "policy.text_numbering", "官方原文里找不到“一、”这样的编号", "no numbering like 一、 in the official text")
	}
	for ref, lines := range parts {
		o.Text[ref] = strings.Join(lines, "\n")
	}
	return o, nil
}

// Of returns the text of a clause: its own, or for a section all its parts.
func (o *Official) Of(ref string) string {
	var parts []string
	for _, r := range o.Refs {
		if r == ref || strings.HasPrefix(r, ref+"(") {
			parts = append(parts, o.Text[r])
		}
	}
	return strings.Join(parts, "\n")
}

// Against holds the clause map against the official text's own numbering: every
// numbered clause of the text is mapped, and everything mapped is in the text.
// Error: policy.text_mismatch.
func (p *Pack) Against(o *Official) error {
	var lacking, surplus []string
	for _, ref := range o.Refs {
		if numbered.MatchString(ref) && p.Clause(ref) == nil {
			lacking = append(lacking, ref)
		}
	}
	for _, c := range p.Clauses {
		if o.Of(c.Ref) == "" {
			surplus = append(surplus, c.Ref)
		}
	}
	var zh, en []string
	if len(lacking) > 0 {
		zh, en = append(zh, "原文有而 clauses.yaml 没有 "+strings.Join(lacking, "、")), append(en, "not mapped "+strings.Join(lacking, " "))
	}
	if len(surplus) > 0 {
		zh, en = append(zh, "clauses.yaml 有而原文没有 "+strings.Join(surplus, "、")), append(en, "not in the text "+strings.Join(surplus, " "))
	}
	if len(zh) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "policy.text_mismatch", "条款对照与官方原文不符："+strings.Join(zh, "；"), "the clause map does not fit the text: "+strings.Join(en, "; "))
}
