package explain

import (
	"fmt"
	"strings"

	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// sentence writes what an official could sign about a row.
type sentence struct {
	asked
	x       *Explainer
	t       *RowTrace
	clauses []Words
}

func (s *sentence) add(zh, en string, args ...any) {
	s.clauses = append(s.clauses, say(zh, en, args...))
}

// write writes the sentence: who and what, how it was reckoned or why not, and on
// which clause that rests.
func (s *sentence) write() Words {
	basis := s.item.Clause
	switch s.t.Outcome {
	case Paid:
		s.paid()
	case Waits:
		s.waits()
	case Excluded:
		if s.t.Exclusion != nil && !s.t.Exclusion.Kept {
			basis = s.t.Exclusion.Clause
		}
		s.excluded()
	case NoBase:
		s.noBase()
	default:
		s.notSelected()
	}
	zh, en := []string{s.subject().Zh}, []string{}
	for _, c := range s.clauses {
		zh, en = append(zh, c.Zh), append(en, c.En)
	}
	subject := s.subject().En
	return Words{
		fmt.Sprintf("%s（依据：%s）。", strings.Join(zh, "，"), basis),
		fmt.Sprintf("%s%s: %s (basis: %s).", strings.ToUpper(subject[:1]), subject[1:], strings.Join(en, ", "), basis),
	}
}

// subject says what the row is.
func (s *sentence) subject() Words {
	name := s.fact.Text("name")
	if name == "" {
		name = s.t.SubjectID
	}
	args := []any{s.t.Institution, period(s.x.books.Plan().Scope), s.t.Enterprise, s.t.SubjectID, name}
	switch s.item.Table.Name {
	case "loans":
		return say("%[1]s%[2]s对%[3]s借据%[4]s的贷款", "loan note %[4]s of %[1]s to %[3]s in %[2]s", args...)
	case "guarantees":
		return say("%[1]s对%[3]s贷款的担保%[4]s", "guarantee %[4]s of a loan of %[1]s to %[3]s", args...)
	case "collaterals":
		return say("%[1]s的抵质押物%[4]s", "collateral %[4]s of %[1]s", args...)
	case "branches":
		return say("%[1]s的网点“%[5]s”（%[4]s）", "branch %[4]s of %[1]s, %[5]s", args...)
	case "projects":
		return say("%[1]s的项目“%[5]s”（%[4]s）", "project %[4]s of %[1]s, %[5]s", args...)
	case "enterprises":
		if s.t.InstitutionID != "" {
			return say("%[1]s的客户%[3]s", "client %[3]s of %[1]s", args...)
		}
		return say("企业%[3]s", "enterprise %[3]s", args...)
	case "institutions":
		return say("金融机构%[1]s", "institution %[1]s", args...)
	}
	return say("%[1]s的%[2]s", "%[3]s %[1]s", s.t.SubjectID, s.item.Table.Zh, s.item.Table.Row)
}

// perWords says whose rows are put together.
var perWords = map[policy.PerGroup]Words{
	policy.PerEnterprise:  {"单户", "enterprise"},
	policy.PerInstitution: {"单家机构", "institution"},
	policy.PerItem:        {"本项目", "item"},
}

// counters are what rows of a table are counted by.
var counters = map[string]Words{
	"loans": {"笔", "note"}, "guarantees": {"笔", "guarantee"}, "branches": {"家", "branch"}, "projects": {"项", "project"},
	"enterprises": {"户", "enterprise"}, "institutions": {"家", "institution"}, "collaterals": {"项", "collateral"},
}

func (s *sentence) paid() {
	s.reckoned()
	t := s.t
	if t.Deducted > 0 {
		s.add("扣除已享受政策资金%s", "less benefits already received of %s", t.Deducted)
	}
	if c := t.Cap; c != nil {
		if c.Bites {
			s.add("%[1]s合计%[2]s，超过上限%[3]s，按比例核为%[4]s", "together per %[1]s %[2]s, above the cap of %[3]s, so in proportion %[4]s", perWords[c.Per], c.Sum, c.Most, c.After)
		} else {
			s.add("未超过%s上限", "within the cap per %s", perWords[c.Per])
		}
	}
	s.pooled()
	s.rounded()
}

// reckoned tells of base, limit and rate.
func (s *sentence) reckoned() {
	s.base()
	l := s.t.Limit
	if l == nil {
		s.term()
		return
	}
	m := l.Monthly
	monthly := m != nil && m.Bites
	if monthly {
		s.add("%[1]s月末余额合计超过限额%[2]s的月份按比例核减，核减后%[3]s%[4]s", "reduced in proportion in the months whose balances together per %[1]s are above the limit of %[2]s, %[3]s after that %[4]s",
			perWords[l.Per], large(l.Most), m.Average, large(l.Before))
	}
	if l.Bites {
		left := Words{}
		if monthly {
			left = Words{"核减后", "then "}
		}
		s.add("%[5]s%[1]s合计%[2]s，超过限额%[3]s，按比例计入%[4]s", "%[5]stogether per %[1]s %[2]s, above the limit of %[3]s, so in proportion %[4]s",
			perWords[l.Per], large(l.Sum), large(l.Most), large(l.After), left)
	}
	s.term()
	switch {
	case l.Bites || monthly:
	case m != nil:
		s.add("各月末均未超过%s限额", "within the limit per %s in every month", perWords[l.Per])
	default:
		s.add("未超过%s限额", "within the limit per %s", perWords[l.Per])
	}
}

func (s *sentence) base() {
	b := s.t.Base
	if s.item.Base.Of == nil && b.Kind == "" {
		return // a count
	}
	if b.Kind == "" {
		s.add("%[1]s为%[2]s", "%[1]s is %[2]s", b.Name, large(b.Result))
		return
	}
	formula := b.Formula
	if b.From != nil && b.From.Month() > s.x.books.Plan().Scope.First.Month() {
		formula = say("%[1]s，%[2]s以前计0", "%[1]s, before %[2]s 0", formula, b.From.Month())
	}
	if b.Waiver != nil {
		formula = say("%s，缺报月份经豁免计0", "%s, missing months waived and 0", formula)
	}
	s.add("%[1]s%[2]s（%[3]s）", "%[1]s %[2]s (%[3]s)", b.Name, large(b.Result), formula)
}

func (s *sentence) term() {
	t := s.t.Term
	each := counters[s.item.Table.Name]
	by := Words{"", ""}
	if t.Decided != nil && t.Decided.By != "" {
		by = Words{t.Decided.By, " by " + t.Decided.By}
	}
	switch {
	case t.IsRate && t.Decided != nil:
		s.add("按%[1]s核定的%[2]s计%[3]s", "at %[2]s as decided%[4]s %[3]s", by.Zh, t.Rate, t.Amount, by.En)
	case t.IsRate:
		s.add("按%[1]s计%[2]s", "at %[1]s %[2]s", t.Rate, t.Amount)
	case t.Decided != nil:
		s.add("按%[1]s核定的金额计%[2]s", "the amount as decided%[3]s %[2]s", by.Zh, t.Fixed, by.En)
	default:
		s.add("按每%[1]s%[2]s计", "at %[2]s for each %[1]s", each, t.Fixed)
	}
}

func (s *sentence) pooled() {
	p := s.t.Pool
	switch {
	case p == nil:
		return
	case !p.Use.Limited:
		s.add("资金池未设额度", "the pool has no limit")
		return
	case !p.Short:
		s.add("资金池充足", "the pool suffices")
		return
	}
	s.add("资金池需%[1]s而额度为%[2]s", "the pool has %[2]s where %[1]s is asked for", p.Use.Requested, p.Use.Budget)
	switch policy.Allocator(p.Use.Allocator) {
	case policy.ProRata:
		s.add("按比例分得%s", "so in proportion %s", p.After)
	case policy.ScaleRate:
		s.add("比例统一降至不高于%[1]s，计%[2]s", "so at no rate above %[1]s %[2]s", p.Use.Rate, p.After)
	case policy.Reserve:
		s.add("按预约备案和材料齐全先后排第%[1]d位，分得%[2]s", "paid in order of reservation and complete claim, at place %[1]d %[2]s", p.Place, p.After)
	default:
		s.add("按材料齐全先后排第%[1]d位，分得%[2]s", "paid in order of complete claim, at place %[1]d %[2]s", p.Place, p.After)
	}
}

func (s *sentence) rounded() {
	r := s.t.Rounding
	to := Words{"", ""}
	if s.item.Payee == policy.PayEnterprise {
		to = say("向%s", " to %s", s.t.Payee)
	}
	if r.TakenBack {
		s.add("因四舍五入将超出资金池而少取一个单位", "a unit less, which rounding up would take beyond the pool")
	}
	switch {
	case r.Way.Unit <= 1:
		s.add("%[2]s拨付%[1]s", "%[1]s paid%[2]s", s.t.Paid, to)
	case r.Rows > 1:
		s.add("与该收款人本项其余%[3]d行合并取整后%[2]s拨付%[1]s", "%[1]s paid%[2]s after rounding together with the payee's other rows (%[3]d)", round(s.t.Paid), to, r.Rows-1)
	default:
		s.add("取整后%[2]s拨付%[1]s", "%[1]s paid%[2]s after rounding", round(s.t.Paid), to)
	}
}

// excluded says why a selected row is not paid.
func (s *sentence) excluded() {
	s.add("符合“%s”的条件", "meets the conditions of %q", s.item.Title)
	switch s.t.Reason {
	case settlement.LostTo:
		s.add("但同一笔业务不重复享受", "but is not paid twice")
		if s.t.Exclusion.Strategy == policy.FirstFiled {
			s.add("按申报先后已计入“%s”", "filed first, it counts in %q", s.t.Exclusion.Winner)
		} else {
			s.add("已计入“%s”", "it counts in %q", s.t.Exclusion.Winner)
		}
		s.add("本项不再计算", "not here")
	case settlement.OtherBank:
		s.add("但同一企业只计一家机构", "but only one institution counts for an enterprise")
		s.add("已计入最早放款的%s", "which is %s, the first to lend", s.t.Exclusion.Winner)
		s.add("本项不再计算", "not this one")
	case settlement.FirstElsewhere:
		s.add("但该户的首贷银行为%s", "but the first bank of the borrower is %s", s.x.name("institutions", s.row.Detail))
		s.add("本笔不计为首贷户贷款", "so it is no first loan here")
	default:
		s.gateFailed()
		s.add("本项不予计算", "so nothing is due here")
	}
}

// gateFailed says what the payee lacks.
func (s *sentence) gateFailed() {
	g := s.t.Gate
	if !g.Above {
		s.add("但收款人%[1]s不符合：%[2]s", "but the payee %[1]s does not meet: %[2]s", s.t.Payee, failing(g.Conditions))
		return
	}
	v := g.Value
	s.add("但%[1]s期末在保余额%[2]s未超过%[3]d家机构的平均%[4]s", "but the guarantee balance of %[1]s at the end, %[2]s, is not above the mean of %[3]d institutions, %[4]s",
		s.t.Payee, v.End, v.Institutions, g.Mean)
	if v.Start == 0 {
		s.add("期初无余额，不计增速", "and there was none at the start to grow from")
		return
	}
	s.add("增速%[1]s亦未超过总体增速%[2]s", "and its growth, %[1]s, is not above that of the sum, %[2]s", growth(v.Start, v.End), growth(v.SumStart, v.SumEnd))
}

// growth writes (b−a)÷a in percent with two decimals; it only shows.
func growth(a, b money.Fen) string {
	change, sign := b-a, ""
	if change < 0 {
		change, sign = -change, "-"
	}
	hundredths := divide(int64(change), 10_000, int64(a))
	return fmt.Sprintf("%s%d.%02d%%", sign, hundredths/100, hundredths%100)
}

// failing lists the conditions that fail, with what the facts hold.
func failing(cs []Condition) Words {
	var texts []Words
	for _, c := range cs {
		if c.Truth == oracle.Fails {
			texts = append(texts, withValues(c))
		}
	}
	return Words{joinedBy("；", texts, Zh), joinedBy("; ", texts, En)}
}

// withValues is a condition with what the facts hold.
func withValues(c Condition) Words {
	var found []Words
	for _, v := range c.Values {
		found = append(found, say("%[1]s：%[2]s", "%[1]s = %[2]s", v.Label, v.Text))
	}
	if n := len(c.Rows) + c.MoreRows; n > 0 {
		found = append(found, say("查到%d行", "rows looked at: %d", n))
	}
	if c.Note != (Words{}) {
		found = append(found, c.Note)
	}
	if len(found) == 0 {
		return c.Text
	}
	return say("%[1]s（%[2]s）", "%[1]s (%[2]s)", c.Text, Words{joinedBy("，", found, Zh), joinedBy(", ", found, En)})
}

func joinedBy(separator string, texts []Words, l Lang) string {
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = t.In(l)
	}
	return strings.Join(parts, separator)
}

func (s *sentence) noBase() {
	b := s.t.Base
	s.add("%s不大于0", "%s is not above 0", b.Name)
	s.add("不计入“%s”", "so it does not count in %q", s.item.Title)
}

// notSelected says which conditions fail.
func (s *sentence) notSelected() {
	s.add("不符合“%[1]s”的条件：%[2]s", "does not meet the conditions of %[1]q: %[2]s", s.item.Title, failing(s.t.Conditions))
}
