package explain

import (
	"fmt"
	"strconv"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// Text draws the trace as a waterfall in plain text: for every row the sentence,
// then conditions and steps in three columns (the step, its figure, how it came
// about), aligned for fonts in which a Chinese character is two columns wide.
func (t *Trace) Text(l Lang) string {
	var b strings.Builder
	who := say("收款人%s", "payee %s", t.Query.Payee)
	if t.Query.Subject != "" {
		who = say("编号%s", "subject %s", strings.TrimSpace(t.Query.Institution+" "+t.Query.Subject))
	}
	fmt.Fprintf(&b, "%s · %s · %s\n", t.Policy, t.Scope, who.In(l))
	for _, it := range t.Items {
		fmt.Fprintf(&b, "\n%s %s (%s)\n", it.Clause, it.Title, it.ID)
		if sum := it.Sum(t.Compared); sum != (Words{}) {
			fmt.Fprintf(&b, "\n%s\n", sum.In(l))
		}
		for i := range it.Rows {
			fmt.Fprintf(&b, "\n%s\n\n", it.Rows[i].Sentence.In(l))
			s := &sheet{lang: l}
			s.row(&it.Rows[i], t.Compared)
			s.draw(&b)
		}
	}
	if t.More > 0 {
		b.WriteString("\n" + say("另有%d行未列出。", "%d more rows are not shown.", t.More).In(l) + "\n")
	}
	return b.String()
}

// Sum says what the payee gets of the item, nothing where nobody asked about a payee.
func (it *ItemTrace) Sum(compared bool) Words {
	if it.Total == nil && it.Stored == nil {
		return Words{}
	}
	words := func(t *settlement.Total) Words {
		if t == nil {
			return Words{"无", "nothing"}
		}
		return say("%[1]d行，上限后%[2]s，资金池后%[3]s，拨付%[4]s", "%[1]d rows, after the cap %[2]s, after the pool %[3]s, paid %[4]s", t.Rows, t.Amount, t.Pooled, t.Paid)
	}
	switch {
	case !compared:
		return say("合计：%s。", "Total: %s.", words(it.Total))
	case it.Total != nil && it.Stored != nil && *it.Total == *it.Stored:
		return say("合计：%s，与已存结果一致。", "Total: %s; the stored result agrees.", words(it.Total))
	}
	return say("合计：%[1]s；与已存结果不一致，已存为%[2]s。", "Total: %[1]s; the stored result says %[2]s.", words(it.Total), words(it.Stored))
}

// sheet is the lines of one row.
type sheet struct {
	lang  Lang
	lines []line
}

// line has three columns; a deeper one is indented.
type line struct {
	depth              int
	label, value, note string
}

func (s *sheet) add(depth int, label Words, value string, note Words) {
	s.lines = append(s.lines, line{depth, label.In(s.lang), value, note.In(s.lang)})
}

// draw aligns the columns: labels to the left, values to the right.
func (s *sheet) draw(b *strings.Builder) {
	labels, values := 0, 0
	for _, l := range s.lines {
		labels = max(labels, 2*l.depth+width(l.label))
		values = max(values, width(l.value))
	}
	for _, l := range s.lines {
		text := "  " + strings.Repeat("  ", l.depth) + l.label + strings.Repeat(" ", labels-2*l.depth-width(l.label)) +
			"  " + strings.Repeat(" ", values-width(l.value)) + l.value + "  " + l.note
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
}

// width is how many columns a text takes: Chinese characters, their punctuation and
// full-width forms two each.
func width(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
			r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x20000 && r <= 0x3fffd {
			n++
		}
	}
	return n
}

var truthWords = map[oracle.Truth]Words{
	oracle.Holds: {"符合", "holds"}, oracle.Unknown: {"未知", "unknown"}, oracle.Fails: {"不符合", "fails"},
}

func (s *sheet) row(r *RowTrace, compared bool) {
	for i, c := range r.Conditions {
		label := stepConditions
		if i > 0 {
			label = Words{}
		}
		s.condition(0, label, c)
	}
	s.exclusion(r.Exclusion)
	s.gate(r.Gate)
	s.base(r.Base)
	s.sharing(stepLimit, Words{"限额", "limit"}, r.Limit)
	s.term(r.Term)
	if r.Deducted > 0 {
		s.add(0, stepDeduct, "-"+figure(r.Deducted), Words{"已享受政策资金", "benefits already received"})
	}
	s.sharing(stepCap, Words{"上限", "cap"}, r.Cap)
	s.pool(r.Pool)
	s.rounding(r.Rounding)
	for _, n := range r.Needs {
		s.add(0, Words{"所需", "needed"}, "", n)
	}
	if !compared {
		return
	}
	if r.Agrees {
		s.add(0, Words{"核对", "check"}, "=", Words{"与已存结果一致", "agrees with the stored result"})
	}
	for _, d := range r.Differences {
		s.add(0, Words{"核对", "check"}, "≠", say("%[1]s：已存%[2]s，重算%[3]s", "%[1]s: stored %[2]s, recomputed %[3]s", d.Step, d.Stored, d.Recomputed))
	}
}

func (s *sheet) condition(depth int, label Words, c Condition) {
	s.add(depth, label, truthWords[c.Truth].In(s.lang), c.Text)
	if c.Note != (Words{}) {
		s.add(depth+1, Words{}, "", say("  %s", "  %s", c.Note))
	}
	for _, v := range c.Values {
		s.add(depth+1, Words{}, "", say("  %[1]s：%[2]s", "  %[1]s = %[2]s", v.Label, v.Text))
	}
	for _, r := range c.Rows {
		s.add(depth+1, Words{}, truthWords[r.Truth].In(s.lang), say("  %s", "  %s", r.Row))
		for _, v := range r.Conditions {
			s.add(depth+1, Words{}, "", say("    %[1]s：%[2]s", "    %[1]s: %[2]s", truthWords[v.Truth], withValues(v)))
		}
	}
	s.more(depth+1, c.MoreRows)
}

func (s *sheet) more(depth, n int) {
	if n > 0 {
		s.add(depth, Words{}, "", say("  另有%d行", "  and %d more", n))
	}
}

func (s *sheet) exclusion(e *Exclusion) {
	switch {
	case e == nil:
	case e.Kept:
		s.add(0, stepExclusion, "✓", say("由本项计入；让出的有%s", "counts here; given up by %s", joined(e.Losers)))
	default:
		s.add(0, stepExclusion, "✗", say("已计入%[1]s（%[2]s）", "counts in %[1]s (%[2]s)", e.Winner, e.Clause))
	}
}

func (s *sheet) gate(g *Gate) {
	if g == nil {
		return
	}
	verdict := Words{"未通过", "failed"}
	switch {
	case !g.Value.Known:
		verdict = unknown
	case g.Value.Passed:
		verdict = Words{"通过", "passed"}
	}
	note := Words{}
	if v := g.Value; g.Above && v.Known {
		note = say("在保余额%[1]s → %[2]s；平均%[3]s（%[4]d家）；合计%[5]s → %[6]s", "guarantee balance %[1]s → %[2]s; mean %[3]s (of %[4]d); sum %[5]s → %[6]s",
			v.Start, v.End, g.Mean, v.Institutions, v.SumStart, v.SumEnd)
	}
	s.add(0, stepGate, verdict.In(s.lang), note)
	for _, c := range g.Conditions {
		s.condition(1, Words{}, c)
	}
}

func (s *sheet) base(b *Base) {
	switch {
	case b == nil:
		return
	case b.Kind == "" && b.Values == nil && b.Formula == (Words{}):
		s.add(0, stepBase, "1", Words{"按个数", "a count"})
		return
	}
	note := say("%[1]s：%[2]s", "%[1]s: %[2]s", b.Name, b.Formula)
	if b.Kind == "" {
		note = b.Name
	}
	s.add(0, stepBase, figure(b.Result), note)
	if b.From != nil {
		s.add(1, Words{"起算", "from"}, "", say("%s", "%s", b.From.Month()))
	}
	for _, v := range b.Values {
		s.add(1, Words{}, "", say("%[1]s：%[2]s", "%[1]s = %[2]s", v.Label, v.Text))
	}
	s.balances(b)
	s.sum(b.Sum, b.Divisor, b.Kind == policy.Chronological)
	if b.Waiver != nil {
		s.add(1, Words{"豁免", "waived"}, "", decided(b.Waiver))
	}
}

// sum says what an average divides, and by what.
func (s *sheet) sum(total money.Fen, divisor int64, chronological bool) {
	if divisor == 0 {
		return
	}
	note := say("÷ %d", "÷ %d", divisor)
	if chronological {
		note = say("首末各计一半 ÷ %d", "half of the first and the last, ÷ %d", divisor)
	}
	s.add(1, Words{"合计", "sum"}, figure(total), note)
}

// balances lists what an average is made of.
func (s *sheet) balances(b *Base) {
	for _, m := range b.MonthEnds {
		note := Words{}
		switch {
		case m.Before:
			note = Words{"起算以前计0", "before it counts"}
		case m.Gap:
			note = Words{"缺报", "not reported"}
		}
		s.add(1, say("%s", "%s", m.Month), figure(money.Fen(m.Fen)), note)
	}
	if d := b.Days; d != nil {
		note := Words{"上月末余额", "balance at the end of the month before"}
		if d.FromEvents {
			note = Words{"期初以前发生额之和", "sum of the events before"}
		}
		s.add(1, Words{"期初余额", "opening"}, figure(money.Fen(d.Opening)), note)
	}
}

func (s *sheet) sharing(step, most Words, g *Sharing) {
	if g == nil {
		return
	}
	verdict := Words{"未超过", "within"}
	if g.Bites {
		verdict = Words{"按比例分摊", "shared in proportion"}
	}
	note := say("%[1]s合计%[2]s，%[3]s%[4]s，%[5]s", "together per %[1]s %[2]s, %[3]s %[4]s, %[5]s", perWords[g.Per], g.Sum, most, g.Most, verdict)
	was := Words{"原", "of "}
	if m := g.Monthly; m != nil && m.Bites {
		note = say("月末余额合计超过限额的月份先按比例核减；核减后%s", "months above the limit reduced in proportion first; then %s", note)
		was = Words{"核减后平均", "mean after "}
	} else if m != nil {
		note = say("各月末余额合计均未超过限额；%s", "within the limit in every month; %s", note)
	}
	s.add(0, step, figure(g.After), note)
	s.monthly(g)
	if len(g.Rows)+g.MoreRows == 1 {
		return
	}
	for _, r := range g.Rows {
		mark := ""
		if r.This {
			mark = " ←"
		}
		s.add(1, same(r.InstitutionID+" "+r.SubjectID), figure(r.After), say("%[1]s%[2]s%[3]s", "%[1]s%[2]s%[3]s", was, r.Before, mark))
	}
	s.more(1, g.MoreRows)
}

// monthly lists what a limit for each month left, where it took something.
func (s *sheet) monthly(g *Sharing) {
	m := g.Monthly
	if m == nil || !m.Bites {
		return
	}
	for _, e := range m.MonthEnds {
		note := Words{}
		if e.Limited != e.Fen {
			note = say("核减前%s", "%s before", money.Fen(e.Fen))
		}
		s.add(1, say("%s", "%s", e.Month), figure(money.Fen(e.Limited)), note)
	}
	s.sum(m.Sum, m.Divisor, m.Chron)
	s.add(1, Words{"核减后平均", "mean after"}, figure(g.Before), m.Average)
}

func decided(d *Decision) Words {
	parts := []Words{{"人工决定", "by decision"}}
	if d.By != "" {
		parts = append(parts, same(d.By))
	}
	if d.On != (Words{}) {
		parts = append(parts, d.On)
	}
	if d.Note != "" {
		parts = append(parts, same(d.Note))
	}
	return Words{joinedBy("，", parts, Zh), joinedBy(", ", parts, En)}
}

func (s *sheet) term(t *Term) {
	if t == nil {
		return
	}
	note := Words{"文件规定", "as the text says"}
	switch {
	case t.Undecided:
		note = say("应在%[1]s至%[2]s之间核定，尚无决定", "to be decided between %[1]s and %[2]s", t.Least, t.Most)
	case t.Decided != nil:
		note = decided(t.Decided)
	case t.Open:
		note = say("未另行决定，按默认；可在%[1]s至%[2]s之间核定", "the default; may be decided between %[1]s and %[2]s", t.Least, t.Most)
	}
	switch {
	case t.Undecided:
		s.add(0, stepRate, "?", note)
	case t.IsRate:
		s.add(0, stepRate, t.Rate.Human(), note)
		s.add(0, stepAmount, figure(t.Amount), Words{})
	default:
		s.add(0, stepAmount, figure(t.Amount), note)
	}
}

func (s *sheet) pool(p *Pool) {
	if p == nil {
		return
	}
	note := Words{"未设额度", "unlimited"}
	if u := p.Use; u.Limited {
		note = say("需%[1]s，额度%[2]s", "asked for %[1]s, there is %[2]s", u.Requested, u.Budget)
	}
	s.add(0, stepPool, figure(p.After), say("%[1]s：%[2]s", "%[1]s: %[2]s", p.ID, note))
	if p.Short {
		s.add(1, Words{"系数", "factor"}, p.Factor.Human(), Words{"全池实分÷所需", "of the whole pool"})
	}
	if p.Use.Rate > 0 {
		s.add(1, Words{"比例降至", "rate at most"}, p.Use.Rate.Human(), Words{})
	}
	if p.Place > 0 {
		s.add(1, Words{"次序", "place"}, strconv.Itoa(p.Place), say("共%[1]d；材料齐全%[2]s，预约备案%[3]s", "of %[1]d; complete %[2]s, reserved %[3]s",
			p.Of, orNone(p.CompletedAt), orNone(p.ReservedAt)))
	}
}

func orNone(text string) Words {
	if text == "" {
		return none
	}
	return same(text)
}

func (s *sheet) rounding(r *Rounding) {
	if r == nil {
		return
	}
	note := Words{r.Way.Zh(), r.Way.String()}
	if r.Rows > 1 {
		note = say("%[1]s；收款人本项%[2]d行合计%[3]s，取整为%[4]s", "%[1]s; %[2]d rows of the payee, together %[3]s, rounded to %[4]s", note, r.Rows, r.Due, r.Paid)
	}
	if r.TakenBack {
		note = say("%s；因四舍五入将超出资金池而少取一个单位", "%s; a unit less, which rounding up would take beyond the pool", note)
	}
	s.add(0, stepRound, signed(r.After-r.Before), note)
	s.add(0, stepPaid, figure(r.After), Words{})
}

func signed(f money.Fen) string {
	if f > 0 {
		return "+" + figure(f)
	}
	return figure(f)
}
