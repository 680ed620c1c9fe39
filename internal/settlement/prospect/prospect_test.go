package prospect_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/prospect"

	"pgregory.net/rapid"
)

// Parties; no authority issues such codes.
const (
	firm = "91331082DEM0000224"
	bank = "91331082DEM0000149"
)

var packs = filepath.Join("..", "..", "..", "packs")

// tContext is for tests whose t has none.
var tContext = context.Background()

func planOf(t testing.TB, name string) *policy.Plan {
	t.Helper()
	pack, err := policy.Load(os.DirFS(filepath.Join(packs, name)))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := pack.Plan(policy.Choices{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// note is a loan of so much over a year from a day on, the principal at the end.
func note(t testing.TB, on string, amount money.Fen) *prospect.Loan {
	t.Helper()
	rate := 4 * money.Percent
	s, err := repayment.Make(repayment.Terms{
		Method: repayment.InterestFirst, Rate: rate, Basis: repayment.Act360, Every: repayment.Monthly, Periods: 12,
		Drawdowns: []repayment.Drawdown{{On: day(t, on), Amount: amount}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &prospect.Loan{Bank: bank, Branch: "KJ", Rate: rate, Schedule: s, Cells: map[string]string{}}
}

// scene is a technology firm and a loan of 120万元 at a technology branch, and what
// becomes of it when a test changes something.
func scene(t testing.TB, change ...func(*prospect.Case)) prospect.Case {
	t.Helper()
	c := prospect.Case{Firm: firm, Loan: note(t, "2021-01-15", 120*money.Wan), Facts: prospect.Cells{
		"enterprises":  {{"enterprise_id": firm, "name": "某科技公司", "kind": "enterprise", "size": "small", "tech": "1", "annual_sales": "30000000", "private": "1"}},
		"institutions": {{"institution_id": bank, "name": "某银行", "kind": "village_bank", "local_legal_person": "1"}},
		"branches":     {{"institution_id": bank, "branch_id": "KJ", "name": "科技支行", "feature": "tech", "recognised_on": "2019-06-01"}},
	}}
	for _, f := range change {
		f(&c)
	}
	return c
}

func ask(t testing.TB, plan *policy.Plan, c prospect.Case) []prospect.Benefit {
	t.Helper()
	bs, err := prospect.New(plan).For(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return bs
}

func of(t testing.TB, bs []prospect.Benefit, item string) prospect.Benefit {
	t.Helper()
	i := slices.IndexFunc(bs, func(b prospect.Benefit) bool { return b.Item == item })
	if i < 0 {
		t.Fatalf("nothing of %s", item)
	}
	return bs[i]
}

// said writes a benefit in a line: its state, what is lacking, and what misses.
func said(b prospect.Benefit) string {
	parts := []string{string(b.State)}
	for _, l := range b.Lacks {
		parts = append(parts, "缺："+l.Words.Zh+"/"+string(l.Whose))
	}
	for _, m := range b.Misses {
		parts = append(parts, "差："+m.Says.Zh)
	}
	for _, o := range b.Open {
		parts = append(parts, "待："+o.Zh)
	}
	return strings.Join(parts, "；")
}

func TestTechnologyInterestSubsidy(t *testing.T) {
	plan := planOf(t, "linhai-2021-47")
	firmIs := func(column, cell string) func(*prospect.Case) {
		return func(c *prospect.Case) { c.Facts["enterprises"][0][column] = cell }
	}
	for name, c := range map[string]struct {
		change func(*prospect.Case)
		said   string
		amount money.Fen // 0: none
	}{
		// 11 month ends and the last (15 January 2022 is after the scope): 120万 × 12 ÷ 12 × 2 %
		"fits at the limit":    {func(*prospect.Case) {}, "fits", 24_000 * money.Yuan},
		"a fen above":          {firmIs("annual_sales", "30000000.01"), "not；差：借款人的年销售收入不超过3000万元（现为30000000.01元，超出0.01元）", 24_000 * money.Yuan},
		"far above":            {firmIs("annual_sales", "30512000"), "not；差：借款人的年销售收入不超过3000万元（现为3051.2万元，超出51.2万元）", 24_000 * money.Yuan},
		"not known":            {firmIs("annual_sales", ""), "lacks；缺：借款人的年销售收入/enterprise", 24_000 * money.Yuan},
		"neither known":        {func(c *prospect.Case) { firmIs("annual_sales", "")(c); firmIs("tech", "")(c) }, "lacks；缺：借款人是否科技型企业/enterprise；缺：借款人的年销售收入/enterprise", 24_000 * money.Yuan},
		"no technology firm":   {firmIs("tech", "0"), "not；差：借款人是科技型企业", 24_000 * money.Yuan},
		"an ordinary branch":   {func(c *prospect.Case) { c.Facts["branches"][0]["feature"] = "" }, "not；差：经办网点的特色支行类型为科技支行（现为空）", 24_000 * money.Yuan},
		"recognised too late":  {func(c *prospect.Case) { c.Facts["branches"][0]["recognised_on"] = "2021-01-18" }, "not；差：经办网点的特色支行认定日期不晚于贷款借据的发放日期（现为2021年1月18日，晚了3天）", 24_000 * money.Yuan},
		"branch not known":     {func(c *prospect.Case) { c.Loan.Branch = "" }, "lacks；缺：经办网点的特色支行类型/bank；缺：经办网点的特色支行认定日期/bank", 24_000 * money.Yuan},
		"at the cap":           {func(c *prospect.Case) { c.Loan = note(t, "2021-01-15", 1000*money.Wan) }, "fits", 20 * money.Wan},
		"above the cap":        {func(c *prospect.Case) { c.Loan = note(t, "2021-01-15", 1001*money.Wan) }, "fits", 20 * money.Wan},
		"from July":            {func(c *prospect.Case) { c.Loan = note(t, "2021-07-15", 120*money.Wan) }, "fits", 12_000 * money.Yuan},
		"after the scope":      {func(c *prospect.Case) { c.Loan = note(t, "2022-01-15", 120*money.Wan) }, "not；差：政策期间内须有余额或金额", 0},
		"with a loan at large": {func(c *prospect.Case) { c.Facts["benefits"] = nil }, "fits", 24_000 * money.Yuan},
	} {
		b := of(t, ask(t, plan, scene(t, c.change)), "tech-interest")
		if said(b) != c.said || (b.Amount == nil) != (c.amount == 0) || b.Amount != nil && *b.Amount != c.amount || b.Payee != policy.PayEnterprise || b.Row != prospect.LoanID {
			t.Errorf("%s: %s, amount %v; want %s, %s", name, said(b), b.Amount, c.said, c.amount)
		}
	}
	b := of(t, ask(t, plan, scene(t, firmIs("annual_sales", "30512000"))), "tech-interest")
	if m := b.Misses[0]; m.Side != "over" || m.Distance != 512_000_00 || m.Unit != "fen" || m.Says.En == "" {
		t.Errorf("%+v", m)
	}
	b = of(t, ask(t, plan, scene(t, func(c *prospect.Case) { c.Loan = note(t, "2021-01-15", 1001*money.Wan) })), "tech-interest")
	if len(b.Caps) != 1 || b.Caps[0] != (prospect.Cap{Kind: "cap", Per: policy.PerEnterprise, Amount: 20 * money.Wan, Bites: true}) {
		t.Errorf("%+v", b.Caps)
	}
}

func TestOtherItems(t *testing.T) {
	plan := planOf(t, "linhai-2021-47")
	bs := ask(t, plan, scene(t))
	for item, want := range map[string]string{
		"rc-tech":             "fits",
		"rc-first-loan":       "lacks；缺：是否首次贷款/bank",
		"rc-chattel":          "not；差：须有这样的抵质押物：抵质押物的担保物类别为设备、原材料、半成品或产品，且抵质押物有登记编号，且抵质押物的登记日期不晚于贷款的发放日期，且抵质押物的注销登记日期为空或不早于2021年12月31日，且抵质押物的担保权人为贷款的金融机构（没有抵质押物）",
		"xinbao-compensation": "not；差：须有这样的担保：担保业务为“xinbao”（没有担保）；待：经办银行期末在保余额须超过各机构平均，或其增速超过总体，期末才知",
	} {
		if got := said(of(t, bs, item)); got != want {
			t.Errorf("%s: %s, want %s", item, got, want)
		}
	}
	if b := of(t, bs, "rc-tech"); *b.Amount != 6_000*money.Yuan || b.Payee != policy.PayInstitution || b.Pool == "" || b.Caps[0].Kind != "limit" || b.Caps[0].Bites {
		t.Errorf("%+v", b)
	}
	// A collateral that would come with it, registered a day late.
	late := scene(t, func(c *prospect.Case) {
		c.Facts["collaterals"] = []map[string]string{{
			"collateral_id": "D1", "institution_id": bank, "loan_id": prospect.LoanID, "class": "equipment", "registration_no": "A1",
			"registered_on": "2021-01-16", "secured_party": bank,
		}}
	})
	if got, want := said(of(t, ask(t, plan, late), "rc-chattel")), "not；差：抵质押物的登记日期不晚于贷款的发放日期（现为2021年1月16日，晚了1天）"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// The first loan of the firm is counted there, and nowhere else.
	first := ask(t, plan, scene(t, func(c *prospect.Case) { c.Loan.Cells["first_loan"] = "1" }))
	if b := of(t, first, "rc-first-loan"); b.State != prospect.Fits || *b.Amount != 6_000*money.Yuan {
		t.Errorf("%+v", b)
	}
	if b := of(t, first, "rc-tech"); b.State != prospect.Elsewhere || b.Other != "rc-first-loan" || *b.Amount != 6_000*money.Yuan {
		t.Errorf("%+v", b)
	}
}

func TestSecondCity(t *testing.T) {
	plan := planOf(t, "example-xinzhou-2024")
	c := scene(t, func(c *prospect.Case) {
		c.Loan = note(t, "2023-07-10", 100*money.Wan)
		c.Loan.Cells["purpose_industry"] = "N7711"
	})
	bs := ask(t, plan, c)
	if b := of(t, bs, "green-loan"); b.State != prospect.Fits || *b.Amount != money.Wan || b.Pool == "" {
		t.Errorf("%s %+v", said(b), b)
	}
	if b := of(t, bs, "private-loan"); b.State != prospect.Elsewhere || b.Other != "green-loan" {
		t.Errorf("%s %+v", said(b), b)
	}
	c.Loan.Cells["purpose_industry"] = "C2011"
	b := of(t, ask(t, plan, c), "private-loan")
	if b.State != prospect.Fits || b.Amount != nil || *b.Least != 5_000*money.Yuan || *b.Most != 15_000*money.Yuan || len(b.Open) != 1 {
		t.Errorf("%s %+v", said(b), b)
	}
	c.Loan.Rate = 47 * money.Percent / 10
	if got, want := said(of(t, ask(t, plan, c), "private-loan")), "not；差：贷款借据的年利率不超过4.5%（现为4.7%，超出0.2个百分点）；待：比例或金额须另行核定"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// A guarantee that would come with it: the gate is the bank's own.
	c.Facts["enterprises"][0]["industry"] = "A0111"
	c.Facts["guarantees"] = []map[string]string{{
		"guarantee_id": "G1", "guarantor_id": bank, "institution_id": bank, "loan_id": prospect.LoanID, "enterprise_id": firm, "amount": "1000000",
		"fee_rate": "0.8", "start_on": "2023-07-10", "end_on": "2024-07-10",
	}}
	if b := of(t, ask(t, plan, c), "agri-guarantee"); b.State != prospect.Fits || *b.Amount != money.Wan || b.Row != "G1" { // 0.5 万 half up to the 万
		t.Errorf("%s %+v", said(b), b)
	}
	c.Facts["institutions"][0]["local_legal_person"] = "0"
	if got, want := said(of(t, ask(t, plan, c), "agri-guarantee")), "not；差：金融机构是本地法人"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	delete(c.Facts, "institutions")
	if got, want := said(of(t, ask(t, plan, c), "agri-guarantee")), "lacks；缺：金融机构是否本地法人/bank"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Without a loan it is told how far the firm's own facts go.
func TestWithoutLoan(t *testing.T) {
	plan := planOf(t, "linhai-2021-47")
	bare := func(column, cell string) prospect.Case {
		return scene(t, func(c *prospect.Case) {
			c.Loan, c.Facts = nil, prospect.Cells{"enterprises": c.Facts["enterprises"]}
			c.Facts["enterprises"][0][column] = cell
		})
	}
	for cell, want := range map[string]string{
		"30000000":    "lacks；待：经办网点的特色支行类型为科技支行；待：经办网点的特色支行认定日期不晚于贷款借据的发放日期",
		"":            "lacks；缺：借款人的年销售收入/enterprise；待：经办网点的特色支行类型为科技支行；待：经办网点的特色支行认定日期不晚于贷款借据的发放日期",
		"30000000.01": "not；差：借款人的年销售收入不超过3000万元（现为30000000.01元，超出0.01元）；待：经办网点的特色支行类型为科技支行；待：经办网点的特色支行认定日期不晚于贷款借据的发放日期",
	} {
		b := of(t, ask(t, plan, bare("annual_sales", cell)), "tech-interest")
		if said(b) != want || b.Row != "" || b.Amount != nil {
			t.Errorf("%s: %s, want %s", cell, said(b), want)
		}
	}
	if got, want := said(of(t, ask(t, plan, bare("size", "large")), "rc-first-loan")), "not；差：借款人的企业规模为小型或微型（现为大型）；待：首贷户的首贷银行当期发放的贷款"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if b := of(t, ask(t, plan, bare("size", "small")), "xinbao-first"); b.Row != firm || b.State != prospect.Not {
		t.Errorf("%s", said(b))
	}
}

func TestFirmMustBeThere(t *testing.T) {
	plan := planOf(t, "linhai-2021-47")
	for name, c := range map[string]struct {
		change func(*prospect.Case)
		code   string
	}{
		"no firm":        {func(c *prospect.Case) { c.Firm = "" }, "prospect.firm"},
		"another firm":   {func(c *prospect.Case) { c.Firm = bank }, "prospect.firm"},
		"no such table":  {func(c *prospect.Case) { c.Facts["taxes"] = nil }, "fact.table"},
		"a broken cell":  {func(c *prospect.Case) { c.Facts["enterprises"][0]["tech"] = "yes" }, "fact.bool"},
		"another branch": {func(c *prospect.Case) { c.Facts["branches"][0]["branch_id"] = "PT" }, "settlement.link"},
	} {
		if _, err := prospect.New(plan).For(t.Context(), scene(t, c.change)); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// settled is what a settlement of facts, without budgets, pays for each row.
func settled(t interface {
	Helper()
	Fatal(...any)
}, plan *policy.Plan, src fact.Memory,
) map[string]money.Fen {
	t.Helper()
	src = maps.Clone(src)
	delete(src, "budgets")
	res, _, err := columnar.Run(tContext, plan, src, columnar.Options{})
	if fault.CodeOf(err) == "settlement.no_facts" {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return linesOf(res)
}

func linesOf(res *settlement.Result) map[string]money.Fen {
	paid := map[string]money.Fen{}
	for _, l := range res.Lines {
		paid[fmt.Sprint(l.Item, " ", l.SubjectID, " ", l.InstitutionID)] = l.Paid
	}
	return paid
}

// TestProspectIsWhatSettlementPays: a loan put among the facts and settled for real,
// by another executor, comes to what was told of it.
func TestProspectIsWhatSettlementPays(t *testing.T) {
	for _, name := range []string{"linhai-2021-47", "example-xinzhou-2024"} {
		t.Run(name, func(t *testing.T) { prospectsAreSettled(t, planOf(t, name)) })
	}
}

func prospectsAreSettled(t *testing.T, plan *policy.Plan) {
	t.Helper()
	p := prospect.New(plan)
	fits := 0
	rapid.Check(t, func(t *rapid.T) {
		c, cells := drawn(t, plan)
		bs, err := p.For(tContext, c)
		if err != nil {
			t.Fatal(err)
		}
		src, err := fact.FromCells(cells)
		if err != nil {
			t.Fatal(err)
		}
		paid := settled(t, plan, src)
		for _, b := range bs {
			it := plan.Item(b.Item)
			if b.Row == "" || it.Gate != nil && it.Gate.Above != nil {
				continue
			}
			if b.State == prospect.Fits {
				fits++
			}
			got, there := paid[b.Item+" "+b.Row+" "+bank]
			if there != (b.State == prospect.Fits && b.Amount != nil) || there && got != *b.Amount {
				t.Fatalf("%s %s: told %s %v, settled %v %s\n%v", b.Item, b.Row, said(b), b.Amount, there, got, cells)
			}
			if wrong := b.State == prospect.Not && len(b.Misses) == 0 || b.State == prospect.Lacks && len(b.Lacks) == 0; wrong {
				t.Fatalf("%s: %s says not why\n%v", b.Item, b.State, cells)
			}
		}
	})
	if fits == 0 {
		t.Error("nothing ever fits")
	}
}

// drawn is a firm with a loan that is to be, and the facts with the loan written among
// them by hand.
func drawn(t *rapid.T, plan *policy.Plan) (prospect.Case, prospect.Cells) {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	first := plan.Scope.First + civil.Date(rapid.IntRange(-60, 380).Draw(t, "disbursed"))
	x := repayment.Terms{
		Method: rapid.SampledFrom(repayment.Methods).Draw(t, "method"), Rate: money.Rate(rapid.IntRange(30, 50).Draw(t, "rate")) * money.Percent / 10,
		Basis: repayment.Act360, Every: repayment.Monthly, Periods: rapid.IntRange(1, 20).Draw(t, "periods"),
		Drawdowns: []repayment.Drawdown{{On: first, Amount: money.Fen(rapid.IntRange(1, 2000_0000).Draw(t, "amount")) * 100}},
	}
	s, err := repayment.Make(x)
	if err != nil {
		t.Fatal(err)
	}
	c := prospect.Case{Firm: firm, Loan: &prospect.Loan{Bank: bank, Branch: "KJ", Rate: x.Rate, Schedule: s}, Facts: prospect.Cells{
		"enterprises": {{
			"enterprise_id": firm, "name": "某公司", "kind": "enterprise", "size": pick("size", "small", "small", "small", "large", ""), "tech": pick("tech", "1", "1", "1", "0", ""),
			"annual_sales": pick("sales", "30000000", "30000000", "30000000", "30000000.01", "", "200000000.01"), "private": pick("private", "1", "1", "0", ""), "industry": pick("industry", "A0111", "C2011", ""),
		}},
		"institutions": {{"institution_id": bank, "name": "某银行", "kind": "village_bank", "local_legal_person": pick("local", "1", "0")}},
		"branches":     {{"institution_id": bank, "branch_id": "KJ", "name": "支行", "feature": pick("feature", "tech", ""), "recognised_on": pick("recognised", "2019-06-01", "", "2024-01-01")}},
		"guarantees": {{
			"guarantee_id": "G1", "guarantor_id": bank, "institution_id": bank, "loan_id": prospect.LoanID, "enterprise_id": firm, "amount": "1500000",
			"fee_rate": pick("fee", "0.8", "1.2", ""), "start_on": first.String(), "end_on": s.EndsOn().String(), "scheme": pick("scheme", "xinbao", "other", ""), "first_guarantee": pick("first guarantee", "1", "0", ""),
		}},
		"decisions": {},
	}}
	c.Loan.Cells = map[string]string{"first_loan": pick("first", "1", "1", "0", ""), "purpose_industry": pick("purpose", "N7711", "C2011", "")}
	if rapid.Bool().Draw(t, "decided") {
		c.Facts["decisions"] = []map[string]string{{"policy": plan.Policy, "item": "private-loan", "subject_id": "*", "rate": "0.8"}}
		if plan.Item("private-loan") == nil {
			c.Facts["decisions"][0]["item"] = "rc-tech"
			c.Facts["decisions"][0]["rate"] = "0.3"
		}
	}
	all := maps.Clone(c.Facts)
	all["loans"] = []map[string]string{{
		"institution_id": bank, "loan_id": prospect.LoanID, "branch_id": "KJ", "enterprise_id": firm, "principal": s.Drawn.String(), "rate": string(x.Rate.AppendPercent(nil)),
		"disbursed_on": first.String(), "due_on": s.EndsOn().String(), "closed_on": s.EndsOn().String(),
		"first_loan": c.Loan.Cells["first_loan"], "purpose_industry": c.Loan.Cells["purpose_industry"],
	}}
	for m := first.Month(); m < s.EndsOn().Month(); m++ {
		all["month_balances"] = append(all["month_balances"], map[string]string{"institution_id": bank, "loan_id": prospect.LoanID, "month": m.String(), "balance": s.BalanceAt(m.Last()).String()})
	}
	return c, all
}

// TestRowsOfPacksCases: of every case of both packs, each row that a firm has is told as
// it is settled when the firm's facts are all there are.
func TestRowsOfPacksCases(t *testing.T) {
	told := 0
	for _, name := range []string{"linhai-2021-47", "example-xinzhou-2024"} {
		pack, err := policy.Load(os.DirFS(filepath.Join(packs, name)))
		if err != nil {
			t.Fatal(err)
		}
		plans := map[string]*policy.Plan{} // by readings
		for _, f := range pack.Cases {
			for i := range f.Cases {
				c := &f.Cases[i]
				if c.Refused != "" {
					continue
				}
				plan := plans[fmt.Sprint(c.Readings)]
				if plan == nil {
					if plan, err = pack.Plan(policy.Choices{Readings: c.Readings}); err != nil {
						t.Fatal(err)
					}
					plans[fmt.Sprint(c.Readings)] = plan
				}
				for _, firm := range c.Facts["enterprises"] {
					told += firmOfCase(t, plan, c, firm["enterprise_id"])
				}
			}
		}
	}
	if told < 300 {
		t.Errorf("only %d rows told", told)
	}
}

func firmOfCase(t *testing.T, plan *policy.Plan, c *policy.Case, firm string) int {
	t.Helper()
	own := prospect.Cells{}
	loans := map[string]bool{}
	for _, r := range c.Facts["loans"] {
		loans[r["institution_id"]+r["loan_id"]] = r["enterprise_id"] == firm
	}
	for table, rows := range c.Facts {
		own[table] = slices.DeleteFunc(slices.Clone(rows), func(r map[string]string) bool {
			_, enterprise := r["enterprise_id"]
			return enterprise && r["enterprise_id"] != firm || !enterprise && r["loan_id"] != "" && table != "benefits" && !loans[r["institution_id"]+r["loan_id"]]
		})
	}
	bs, err := prospect.New(plan).For(t.Context(), prospect.Case{Firm: firm, Facts: own})
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	src, err := fact.FromCells(own)
	if err != nil {
		t.Fatal(err)
	}
	told, paid := 0, settled(t, plan, src)
	for _, b := range bs {
		if it := plan.Item(b.Item); b.Row == "" || it.Gate != nil && it.Gate.Above != nil {
			continue
		}
		told++
		if b.State == prospect.Not && len(b.Misses) == 0 || b.State == prospect.Lacks && len(b.Lacks) == 0 || b.State == prospect.Elsewhere && b.Other == "" {
			t.Errorf("%s, %s %s: %s says not why", c.Name, b.Item, b.Row, b.State)
		}
		found, amount := false, money.Fen(0)
		for key, fen := range paid {
			if strings.HasPrefix(key, b.Item+" "+b.Row+" ") {
				found, amount = true, amount+fen
			}
		}
		if fits := b.State == prospect.Fits && b.Amount != nil; fits && (!found || *b.Amount > amount) || !fits && found && b.State == prospect.Lacks {
			t.Errorf("%s, %s %s: told %s %v, settled %s", c.Name, b.Item, b.Row, said(b), b.Amount, amount)
		}
	}
	return told
}

// One prospector answers many at once, each the same.
func TestManyAskAtOnce(t *testing.T) {
	p := prospect.New(planOf(t, "linhai-2021-47"))
	if p.Readings()["average"] != "month_end_mean" {
		t.Errorf("readings %v", p.Readings())
	}
	want, err := p.For(t.Context(), scene(t))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				got, err := p.For(t.Context(), scene(t))
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%+v, %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkFor(b *testing.B) {
	plan := planOf(b, "linhai-2021-47")
	for len(plan.Items) < 20 { // items as of a larger pack
		for _, it := range plan.Items[:min(len(plan.Items), 20-len(plan.Items))] {
			c := *it
			c.ID = fmt.Sprint(it.ID, "-", len(plan.Items))
			plan.Items = append(plan.Items, &c)
		}
	}
	p := prospect.New(plan)
	c := scene(b)
	for b.Loop() {
		if _, err := p.For(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}
