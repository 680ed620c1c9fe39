package life

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/origination/code"
	"changrong/internal/origination/product"
	"changrong/internal/party"
	"changrong/internal/registry"
	"changrong/internal/sim"
	"changrong/internal/sim/city"
	"changrong/internal/sim/history"
)

// lending is what the town does about loans that are asked for on the platform.
type lending struct {
	*Town
	model    *city.Model
	houses   []*house
	firms    []*borrower // the first has a password
	codes    []code.Code // to scan, those of the office first
	datasets []string    // that firms let banks read
	requests []*request
	past     *history.History // that scorecards are trained on
	card     string           // the model in use
	late     []*borrower      // who consent to be rated with the city later than others
}

// house is a bank that lends on the platform.
type house struct {
	*bank
	lender  int // in city.Lenders
	pace    pace
	rate    money.Rate // that it usually asks
	product string     // id
	most    money.Fen
}

// pace is how a bank is with its deadlines.
type pace int

const (
	prompt pace = iota // the same day, or the next
	slow               // late as often as not
	idle               // some it does not even look at
)

// counter is what a house offers.
type counter struct {
	lender     int
	pace       pace
	name, says string
	most       money.Fen
	low, high  money.Rate
	days       int
	when       []string
}

const percent = money.Rate(10_000_000)

// counters are the houses: banks of every kind, with conditions of every kind. The last
// is where the reference bank may answer.
var counters = []counter{
	{0, prompt, "税易贷", "按纳税情况授信，随借随还", 500 * money.Wan, 385 * percent / 100, 445 * percent / 100, 3, []string{"tax_filing.months_paid >= 12", `tax_grade.grade in ["A", "B", "M"]`}},
	{13, prompt, "小微流水贷", "看用电、看开票，不看抵押", 1000 * money.Wan, 480 * percent / 100, 640 * percent / 100, 2, []string{"firm.months_open >= 24", "utility_electricity.unpaid_months <= 1"}},
	{20, prompt, "丰收小微贷", "全市网点可办", 1500 * money.Wan, 430 * percent / 100, 560 * percent / 100, 2, []string{`firm.status == "open"`}},
	{5, slow, "极速贷", "成立两年以上的小微企业", 300 * money.Wan, 390 * percent / 100, 435 * percent / 100, 5, []string{"firm.months_open >= 24", "court_enforcement.open == 0"}},
	{14, slow, "订单贷", "凭政府采购合同申请", 800 * money.Wan, 520 * percent / 100, 640 * percent / 100, 5, []string{"procurement_contract.live >= 1"}},
	{7, idle, "科创快贷", "有参保人数、无失信记录", 1000 * money.Wan, 400 * percent / 100, 425 * percent / 100, 7, []string{"insurance_headcount.least >= 5", "!court_dishonesty.listed"}},
	{21, slow, "村镇惠商贷", "个体工商户、小微企业", 100 * money.Wan, 600 * percent / 100, 760 * percent / 100, 5, []string{`firm.size in ["micro", "small"]`}},
	{15, prompt, "系统直连秒批贷", "由银行系统通过接口自动答复", 1000 * money.Wan, 365 * percent / 100, 455 * percent / 100, 1, []string{`firm.status == "open"`}},
}

// theMarket is the department that keeps the registry of firms.
const theMarket = "市市场监管局"

// seats are departments of the catalogue that are organisations here.
var seats = []struct {
	id, name string
	staff    job
}{
	{"market", theMarket, job{"scjg.he", "何科员", []access.Role{access.Department}}},
	{"tax", "市税务局", job{"sw.xu", "徐科员", []access.Role{access.Department}}},
}

// open makes what lending needs before anybody applies: the departments' people, the
// registry of firms, products and codes.
func (l *lending) open(ctx context.Context) error {
	for _, s := range seats {
		org, err := l.org(ctx, access.DepartmentOrg, s.name, "")
		if err != nil {
			return err
		}
		if err := l.employ(ctx, org, s.staff); err != nil {
			return err
		}
		if err := l.one(theOffice, access.OfficeLead).Call(ctx, "PUT", "/api/data-departments/"+s.id, map[string]string{"org": org}, nil); err != nil {
			return err
		}
	}
	if err := l.register(ctx, l.day, nil); err != nil {
		return err
	}
	for i := range counters {
		if err := l.sell(ctx, &counters[i]); err != nil {
			return err
		}
	}
	return l.hang(ctx)
}

// registered is what the market regulation department knows on a day.
func (l *lending) registered(on civil.Date) *reference.Server {
	return reference.NewServer(l.Seed, sim.Known(l.model), func() time.Time { return time.UnixMilli(int64(civil.StartOf(on + 1))) })
}

// register has the market regulation department hand in the registry as of a day, or
// the row of one firm alone, as closed.
func (l *lending) register(ctx context.Context, on civil.Date, only *borrower) error {
	var file bytes.Buffer
	if err := sim.WriteRegistry(&file, l.model, l.registered(on)); err != nil {
		return err
	}
	text := file.Bytes()
	if only != nil {
		text = closing(party.Register.Stored(), file.String(), only.uscc, on)
	}
	who := l.one(theMarket, access.Department)
	upload, err := who.Upload(ctx, "企业登记库-"+on.String()+".csv", text)
	if err != nil {
		return err
	}
	var m registry.Import
	if err := who.Call(ctx, "POST", "/api/firm-registry/imports", map[string]any{"upload": upload, "as_of": on}, &m); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		err := who.Call(ctx, "GET", "/api/firm-registry/imports/"+m.ID, nil, &m)
		if err == nil && m.State == registry.Refused {
			err = fmt.Errorf("life: the registry is refused: %+v", m.Findings)
		}
		return m.State == registry.Loaded, err
	})
}

// closing leaves of a registry the row of one firm, as closed on a day.
func closing(columns []string, text, uscc string, on civil.Date) []byte {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	out := lines[0] + "\n"
	for _, line := range lines[1:] {
		cells := strings.Split(line, ",")
		for i, c := range columns {
			switch {
			case cells[0] != uscc:
			case c == "status":
				cells[i] = "closed"
			case c == "closed_on":
				cells[i] = on.String()
			}
		}
		if cells[0] == uscc {
			out += strings.Join(cells, ",") + "\n"
		}
	}
	return []byte(out)
}

// sell publishes what a house offers.
func (l *lending) sell(ctx context.Context, c *counter) error {
	h := &house{bank: &l.banks[c.lender], lender: c.lender, pace: c.pace, rate: (c.low + c.high) / 2, most: c.most}
	conditions := []product.Condition{}
	for _, when := range c.when {
		conditions = append(conditions, product.Condition{When: when})
	}
	terms := map[string]any{
		"name": c.name, "summary": c.says, "min_amount_fen": money.Wan, "max_amount_fen": c.most, "min_months": 3, "max_months": 60,
		"min_rate_ppb": c.low, "max_rate_ppb": c.high, "basis": "act_360", "methods": []string{"interest_first", "equal_instalments", "bullet"},
		"securities": []string{"credit", "guarantee", "public_guarantee", "mortgage", "pledge"}, "purposes": []string{}, "towns": []string{}, "branches": []string{},
		"fees": []product.Fee{}, "promise_days": c.days, "conditions": conditions,
		"papers": []product.Paper{{Code: "licence", Title: "营业执照", Needed: true}, {Code: "statement", Title: "近一年财务报表"}},
	}
	var p product.Product
	if err := h.lead.Call(ctx, "POST", "/api/products", terms, &p); err != nil {
		return err
	}
	h.product = p.ID
	l.houses = append(l.houses, h)
	return h.lead.Call(ctx, "POST", "/api/products/"+p.ID+"/actions", map[string]any{"version": p.Version, "verb": product.Publish}, nil)
}

// hang makes the codes that hang about the city. One holds for a month only, one is
// revoked.
func (l *lending) hang(ctx context.Context) error {
	office := l.one(theOffice, access.Office)
	for _, x := range []struct {
		who   *Person
		place code.Place
		title string
		days  int
	}{
		{office, code.AtCounter, "市政务服务中心金融窗口", 0},
		{office, code.AtPark, "头门港经济开发区", 0},
		{office, code.AtPark, "东城创业园（临时宣传点）", 30},
		{l.houses[0].clerk, code.AtBranch, "大洋支行", 0},
		{l.houses[1].clerk, code.AtBank, "", 0},
		{l.houses[2].clerk, code.AtCounter, "杜桥支行2号柜", 0},
		{l.houses[5].clerk, code.AtBranch, "古城支行（旧版海报）", 0},
	} {
		var c code.Code
		if err := x.who.Call(ctx, "POST", "/api/codes", map[string]any{"place": x.place, "title": x.title, "days": x.days}, &c); err != nil {
			return err
		}
		l.codes = append(l.codes, c)
	}
	old := l.codes[len(l.codes)-1]
	l.codes = l.codes[:len(l.codes)-1]
	return l.houses[5].lead.Call(ctx, "POST", "/api/codes/"+old.ID+"/revoke", map[string]any{"version": old.Version, "reason": "海报已更换"}, nil)
}

// briefly is the code that holds for a month.
const briefly = 2

// scan has somebody's phone look at a code, and count as one scan.
func (l *lending) scan(ctx context.Context, c *code.Code) error {
	phone, err := NewPerson(l.URL, "", "", "")
	if err != nil {
		return err
	}
	if err := phone.Call(ctx, "GET", "/api/scan/"+c.Token, nil, nil); err != nil {
		return err
	}
	return phone.Call(ctx, "POST", "/api/scans", map[string]string{"token": c.Token}, nil)
}
