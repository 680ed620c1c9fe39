package life

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/origination"
	"changrong/internal/party"
	"changrong/internal/sim"
	"changrong/internal/sim/city"

	"golang.org/x/sync/errgroup"
)

// How many enterprises come to the platform for a loan: fewer where each needs an account
// made, since to hash passwords takes longest of all.
const (
	borrowers = 42
	accounts  = 20
)

// among puts what is done about loans among the tasks of the year: the town begins
// earlier, so that its banks report in January what was lent here before.
func (l *lending) among(year []task) []task {
	settle := year[0].do
	out := []task{
		{"2021-09-06", "2021年9月6日：建立机构和账号", func(ctx context.Context) error {
			g, ctx := errgroup.WithContext(ctx)
			g.Go(func() error { return settle(ctx) })
			g.Go(func() error { return l.remember(ctx) })
			return g.Wait()
		}},
		{"", "登记库、金融产品、贷款码，企业登录", func(ctx context.Context) error { return errors.Join(l.open(ctx), l.come(ctx)) }},
		{"", "评分模型：上传合成样本，训练，调整分箱，人行评审，启用", l.grade},
	}
	rounds := func(from, to int, what string) {
		for n := from; n <= to; n++ {
			out = append(out, task{days[n], what, func(ctx context.Context) error { return l.round(ctx, n) }})
			what = "……" + days[n+min(1, last-n)]
		}
	}
	rounds(0, 4, "9月至12月：企业扫码申请，银行受理、评级、报价、放款")
	out = append(out, task{"", "多数企业授权，全市评级", l.rateSome})
	rounds(5, 6, "……"+days[5])
	out = append(out, year[1:7]...)
	rounds(spring, last-1, "3月：又一批融资申请")
	out = append(out, year[7])
	rounds(last, last, "今天：登记贷款状态，撤回授权，企业注销，新的申请")
	return append(out, task{"", "其余企业授权，全市评级，发布白名单", l.rateAll}, task{"", "接入一家银行的系统", l.end})
}

// come lets enterprises come to the platform, and plans what they will do.
func (l *lending) come(ctx context.Context) error {
	all, err := whole[exchange.Dataset](ctx, l.houses[0].clerk, "/api/datasets")
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Sharing == exchange.Conditional && all[i].Level <= 3 {
			l.datasets = append(l.datasets, all[i].ID)
		}
	}
	vouched, err := l.vouched(ctx)
	if err != nil {
		return err
	}
	many := borrowers
	if !vouched {
		many = accounts
	}
	chosen := l.candidates(many)
	l.firms = make([]*borrower, len(chosen))
	places := make([]int, len(chosen))
	for i := range places {
		places[i] = i
	}
	if err := each(ctx, places, func(ctx context.Context, i int) (err error) {
		var f city.Firm
		l.model.Firm(chosen[i], &f)
		l.firms[i], err = l.welcome(ctx, &f, i == 0, vouched)
		return err
	}); err != nil {
		return err
	}
	for _, b := range l.firms {
		l.guests = append(l.guests, b.Person)
	}
	l.plan()
	return nil
}

// shown is the enterprise that can be tried with a password: one about which every
// department has something.
const shown = 12

// candidates are the enterprises that come: the shown one, those of whom a bank reports a
// loan of these months, and others, none that is closed, so many at most.
func (l *lending) candidates(most int) []int {
	known, find := l.registered(l.day), sim.Known(l.model)
	var f city.Firm
	first, more := []int{shown}, []int{}
	for n := range l.model.Enterprises() {
		l.model.Firm(n, &f)
		if x, ok := find(f.ID); n == shown || !ok || known.Registered(x).Status != string(party.Open) {
			continue
		}
		if slices.ContainsFunc(f.Notes, func(x city.Note) bool { return x.Disbursed >= dayOf(2) && x.Disbursed <= dayOf(6) }) {
			first = append(first, n)
		} else {
			more = append(more, n)
		}
	}
	first = append(first, more...)
	return first[:min(len(first), most)]
}

// end is what happens on the last day: a consent is withdrawn, a firm is closed, and the system of
// a bank is connected, at which something waits.
func (l *lending) end(ctx context.Context) error {
	open := func(r *request) bool {
		return r.round == spring && r.chosen == nil && r.firm != l.firms[0] && r.leave == never && slices.ContainsFunc(r.answers, func(a *answer) bool { return a.look == never || a.code == "" && a.offer == "" })
	}
	done := 0
	for _, r := range l.requests {
		switch {
		case !open(r):
			continue
		case done == 0:
			if err := l.withdraw(ctx, r); err != nil {
				return err
			}
		case done == 1:
			if err := l.register(ctx, l.day, r.firm); err != nil {
				return err
			}
		}
		done++
	}
	h := l.houses[len(l.houses)-1]
	for i, b := range l.firms[1:4] {
		r := &request{firm: b, round: last, code: -1, choose: never, leave: never, again: never, need: origination.Need{
			Amount: money.Fen(30*(i+1)) * money.Wan, Months: 12, Purpose: "materials", Words: "采购原材料", Security: []string{"credit"},
		}}
		r.answers = []*answer{{request: r, house: h, look: never, act: never, draw: never}}
		l.requests = append(l.requests, r)
		if err := l.submit(ctx, r); err != nil {
			return err
		}
	}
	if err := l.firms[0].Call(ctx, "POST", "/api/codes", map[string]any{"place": "firm"}, nil); err != nil {
		return err
	}
	return l.wire(ctx)
}

// withdraw takes back the consent that a firm gave with an application.
func (l *lending) withdraw(ctx context.Context, r *request) error {
	i := slices.IndexFunc(r.answers, func(a *answer) bool { return a.look == never || a.code == "" && a.offer == "" })
	given, err := items[exchange.Consent](ctx, r.firm.Person, "/api/consents", url.Values{"recipient": {r.answers[i].house.org}, "live": {"true"}})
	if err != nil || len(given) == 0 {
		return err
	}
	return r.firm.Call(ctx, "POST", "/api/consents/"+given[0].ID+"/withdrawal", map[string]any{}, nil)
}

// Hint is one thing to try on a platform where a town lives: for whom, where, and what.
type Hint struct{ Who, Address, What string }

// Hints returns what to try about loans, none where nobody lends.
func (t *Town) Hints() []Hint {
	l := t.loans
	if l == nil {
		return nil
	}
	machine, shop := l.houses[len(l.houses)-1], l.firms[1]
	hints := []Hint{
		{"扫码申请", t.URL + "/c/" + l.codes[0].Token, "手机上扫到“" + l.codes[0].Title + "”的贷款码：填写、授权、比较、提交；页面上方可切换长辈版"},
		{"企业", t.URL + "/m/sign-in", "登录名 " + l.firms[0].Login + "：两家银行的报价可比较、接受；谁查询过本企业的数据，可撤回授权"},
		{"银行经办", t.URL + "/referrals", "登录名 " + l.houses[0].clerk.Login + "：受理件和时限，经授权查询企业数据，报价、签约、放款"},
		{"金融工作中心", t.URL + "/origination", "登录名 jr.chen：对接漏斗、超时的银行、未通过原因、首贷和信用贷款；展示份额在 /product-figures，平台贷款核对在 /through"},
	}
	if l.card != "" {
		hints = append(hints,
			Hint{"金融工作中心（建模）", t.URL + "/rating/trainings", "登录名 jr.lin：用合成样本训练的评分卡，合并、拆分分箱看信息值，重新训练；再训练一个，保存、补全清单、提交，由 rh.zhou 评审，jr.wu 启用"},
			Hint{"金融工作中心（负责人）", t.URL + "/rating/months", "登录名 jr.wu：各月稳定性和预警，处理一条；全市评级和公平性在 /rating/city，白名单在 /rating/white-lists"},
			Hint{"银行经办（评级）", t.URL + "/referrals", "登录名 " + l.houses[0].clerk.Login + "：打开一件在办的，“去评级”或看评级报告；企业 " + l.firms[0].Login + " 在手机“我的评级”看等级、理由和怎样提高"})
	}
	if shop.ticket != "" {
		hints = append(hints, Hint{"企业（法人身份）", t.URL + "/m/sign-in", "选“法人身份认证（参考）”，输入 " + shop.uscc + "（" + shop.Place + "）或登记库中任一存续企业的代码"})
	}
	if l.BankSide != "" {
		hints = append(hints, Hint{"银行的系统", t.URL + "/m/apply", "申请时选“" + machine.name + "”：几秒后系统自己受理、查询、报价；接受后自己签约、放款"})
	}
	return hints
}
