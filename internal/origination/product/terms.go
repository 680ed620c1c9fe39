package product

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"
)

// Terms are what a bank offers under a product.
type Terms struct {
	Name       string             `json:"name"`
	Summary    string             `json:"summary"`
	Phone      string             `json:"phone,omitempty" doc:"whom a firm calls about it; empty: nobody is named"`
	MinAmount  money.Fen          `json:"min_amount_fen"`
	MaxAmount  money.Fen          `json:"max_amount_fen"`
	MinMonths  int                `json:"min_months"`
	MaxMonths  int                `json:"max_months"`
	MinRate    money.Rate         `json:"min_rate_ppb"`
	MaxRate    money.Rate         `json:"max_rate_ppb" doc:"the yearly cost is reckoned with it"`
	Basis      repayment.Basis    `json:"basis" enum:"act_360,act_365,30_360"`
	Methods    []repayment.Method `json:"methods" enum:"equal_instalments,equal_principal,interest_first,bullet,flat"`
	Securities []string           `json:"securities" doc:"each alone is enough; credit, guarantee, public_guarantee, mortgage, pledge"`
	Purposes   []string           `json:"purposes" doc:"none: any"`
	Towns      []string           `json:"towns" doc:"codes of counties (six digits) or towns (nine); none: everywhere"`
	Branches   []string           `json:"branches" doc:"names of the branches that take it; none: all"`
	Fees       []Fee              `json:"fees"`
	Conditions []Condition        `json:"conditions"`
	Papers     []Paper            `json:"papers"`
	Days       int                `json:"promise_days" doc:"working days from the application to the bank's answer"`
}

// FeeKind is how a fee is reckoned.
type FeeKind string

// The kinds of fees.
const (
	Once   FeeKind = "once"   // when the money is paid out
	Yearly FeeKind = "yearly" // then, and at the beginning of each further year
)

// Fee is what a loan costs beside its interest: so much, or so much of the principal.
type Fee struct {
	Title  string     `json:"title"`
	Payee  string     `json:"payee" doc:"who gets it"`
	Kind   FeeKind    `json:"kind" enum:"once,yearly"`
	Amount money.Fen  `json:"amount_fen"`
	Rate   money.Rate `json:"rate_ppb" doc:"of the principal; beside the amount"`
}

// Condition is what a product asks of a firm.
type Condition struct {
	When  string `json:"when" doc:"one line of the condition language"`
	Words string `json:"words" doc:"how the bank says it; empty: in the platform's words"`
}

// Paper is a paper that a bank asks for.
type Paper struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Needed bool   `json:"needed"`
}

// Check tells whether t may be published. Conditions are checked by the Schema.
//
// Errors: product.terms, with the field that is wrong.
func (t *Terms) Check() error {
	for _, part := range []func() error{t.checkText, t.checkNumbers, t.checkLists, t.checkFees, t.checkPapers} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func wrong(field, zh, en string, args ...any) error {
	return fault.Invalidf("product.terms", zh, en, args...).In(fault.Place{Field: field})
}

// telephone is a number as it is printed: of a landline, with or without an extension, of
// a mobile, or a short one such as 95588.
var telephone = regexp.MustCompile(`^\+?[0-9][0-9 -]{3,28}[0-9]$`)

func (t *Terms) checkText() error {
	switch {
	case !line(t.Name, maxName) || t.Name == "":
		return wrong("name", "产品名称须为1至%d个字，写在一行内", "a name has 1 to %d characters on one line", maxName)
	case utf8.RuneCountInString(t.Summary) > maxSummary || !utf8.ValidString(t.Summary):
		return wrong("summary", "产品简介不超过%d个字", "a summary has at most %d characters", maxSummary)
	}
	if t.Phone != "" && !telephone.MatchString(t.Phone) {
		return wrong("phone", "咨询电话只含数字、横线和空格，如0576-85110000", "a telephone number has digits, dashes and spaces")
	}
	for i, c := range t.Conditions {
		if !line(c.Words, maxWords) {
			return wrong("conditions."+strconv.Itoa(i)+".words", "条件说明不超过%d个字，写在一行内", "a condition's words have at most %d characters on one line", maxWords)
		}
	}
	if len(t.Conditions) > maxConditions {
		return wrong("conditions", "条件不超过%d条", "there are at most %d conditions", maxConditions)
	}
	return nil
}

// line tells whether s is text on one line, of at most so many characters.
func line(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

func (t *Terms) checkNumbers() error {
	switch {
	case t.MinAmount < 0 || t.MaxAmount < max(t.MinAmount, 1) || t.MaxAmount > money.Max:
		return wrong("max_amount_fen", "金额上限须大于0、不低于下限", "the greatest amount is above 0 and not below the least")
	case t.MinMonths < 1 || t.MaxMonths < t.MinMonths || t.MaxMonths > maxMonths:
		return wrong("max_months", "期限须为1至%d个月，上限不低于下限", "a term has 1 to %d months, the longest is not below the shortest", maxMonths)
	case t.MinRate < 0 || t.MaxRate < t.MinRate || t.MaxRate > money.MaxRate/10:
		return wrong("max_rate_ppb", "年利率须为0至100%%，上限不低于下限", "a rate is 0 to 100 %% a year, the highest is not below the lowest")
	case t.Basis != repayment.Act360 && t.Basis != repayment.Act365 && t.Basis != repayment.Thirty360:
		return wrong("basis", "计息基础须为 act_360、act_365 或 30_360", "the basis is act_360, act_365 or 30_360")
	case t.Days < 1 || t.Days > maxDays:
		return wrong("promise_days", "承诺办理时间须为1至%d个工作日", "a bank promises 1 to %d working days", maxDays)
	}
	return nil
}

func (t *Terms) checkLists() error {
	if len(t.Methods) == 0 || doubled(t.Methods) || slices.ContainsFunc(t.Methods, func(m repayment.Method) bool { return m.Zh() == "" }) {
		return wrong("methods", "请选择还款方式，不得重复", "choose ways to repay, each once")
	}
	if len(t.Securities) == 0 || doubled(t.Securities) || slices.ContainsFunc(t.Securities, func(s string) bool { return named(Securities, s) == "" }) {
		return wrong("securities", "请选择担保方式，不得重复", "choose securities, each once")
	}
	if doubled(t.Purposes) || slices.ContainsFunc(t.Purposes, func(s string) bool { return named(Purposes, s) == "" }) {
		return wrong("purposes", "没有这种贷款用途，或重复", "there is no such purpose, or it is named twice")
	}
	digits := func(s string) bool {
		return len(s) != 6 && len(s) != 9 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	}
	if len(t.Towns) > maxAreas || doubled(t.Towns) || slices.ContainsFunc(t.Towns, digits) {
		return wrong("towns", "区域须为六位县区代码或九位乡镇街道代码，不超过%d个", "an area is a code of six or nine digits; there are at most %d", maxAreas)
	}
	if len(t.Branches) > maxAreas || doubled(t.Branches) || slices.ContainsFunc(t.Branches, func(s string) bool { return s == "" || !line(s, maxName) }) {
		return wrong("branches", "网点名称有误，或超过%d个", "a branch has a name; there are at most %d", maxAreas)
	}
	return nil
}

func doubled[T comparable](list []T) bool {
	for i, x := range list {
		if slices.Contains(list[:i], x) {
			return true
		}
	}
	return false
}

func (t *Terms) checkFees() error {
	if len(t.Fees) > maxFees {
		return wrong("fees", "费用不超过%d项", "there are at most %d fees", maxFees)
	}
	for i, f := range t.Fees {
		at := "fees." + strconv.Itoa(i) + "."
		switch {
		case f.Title == "" || !line(f.Title, maxName):
			return wrong(at+"title", "请填写费用名称", "a fee has a name")
		case f.Payee == "" || !line(f.Payee, maxName):
			return wrong(at+"payee", "请写明费用由谁收取", "say who gets the fee")
		case f.Kind != Once && f.Kind != Yearly:
			return wrong(at+"kind", "费用按次或按年收取", "a fee is due once or yearly")
		case f.Amount < 0 || f.Amount > t.MaxAmount || f.Rate < 0 || f.Rate > money.MaxRate/10 || f.Amount == 0 && f.Rate == 0:
			return wrong(at+"amount_fen", "费用须大于0，且不超过贷款金额", "a fee is above 0 and not above the loan")
		}
	}
	return nil
}

func (t *Terms) checkPapers() error {
	if len(t.Papers) > maxPapers {
		return wrong("papers", "材料不超过%d项", "there are at most %d papers", maxPapers)
	}
	seen := map[string]bool{}
	for i, p := range t.Papers {
		at := "papers." + strconv.Itoa(i) + "."
		switch {
		case p.Code == "" || len(p.Code) > 40 || seen[p.Code] || strings.ContainsFunc(p.Code, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_') }):
			return wrong(at+"code", "材料代码须为小写字母、数字、下划线，不得重复", "a paper's code has lower-case letters, digits and _, and is of one paper")
		case p.Title == "" || !line(p.Title, maxName):
			return wrong(at+"title", "请填写材料名称", "a paper has a name")
		}
		seen[p.Code] = true
	}
	return nil
}

// fees are what a loan of an amount and a term costs beside its interest, from the
// day it is paid out on.
func (t *Terms) fees(w *Wish) (fees []repayment.Fee, ok bool) {
	for _, f := range t.Fees {
		share, fits := w.Amount.At(f.Rate)
		each, sums := money.Add(f.Amount, share)
		if !fits || !sums {
			return nil, false
		}
		for month := 0; month < w.Months; month += 12 {
			fees = append(fees, repayment.Fee{On: later(w.On, month), Amount: each, Title: f.Title})
			if f.Kind == Once {
				break
			}
		}
	}
	return fees, true
}
