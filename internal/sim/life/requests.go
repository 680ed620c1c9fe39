package life

import (
	"fmt"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/sim/city"
)

// The days on which something is done about loans; on those of 2022 the year's
// settlement is paid out too.
var days = []string{"2021-09-13", "2021-09-14", "2021-09-24", "2021-10-25", "2021-10-26", "2021-11-05", "2021-12-27", "2022-03-01", "2022-03-02", "2022-03-04", "2022-03-07"}

// Rounds in which firms apply: three waves, whose banks may take up to two more
// rounds, and what has just come.
const (
	early, autumn, spring, fresh, today = 0, 3, 7, 8, 10
	last                                = 10
)

// never is a round that does not come.
const never = 99

// request is one application, and what its firm does.
type request struct {
	firm    *borrower
	round   int
	code    int // that was scanned; -1: none
	need    origination.Need
	answers []*answer
	choose  int // the round in which it takes the cheapest offer
	leave   int // the round in which it withdraws
	again   int // the round in which it goes to another bank, declined

	id     string
	chosen *answer
}

// answer is what one bank does with it.
type answer struct {
	*request
	house *house
	look  int        // the round in which it takes it on
	act   int        // the round in which it decides
	code  string     // it declines for this reason; "": it offers
	price *city.Note // that it becomes; nil: no bank reports it
	fate  string     // of what is paid out: "", current, overdue, repaid, differs, renamed, missing; held: it is not paid out yet
	draw  int        // the round in which it is contracted and paid out
	quote money.Rate // that it asks
	short bool       // the offer holds for five days only

	id, offer string
}

// plan says who applies where and what becomes of it, all of it beforehand: the same
// seed gives the same.
func (l *lending) plan() {
	for _, b := range l.firms {
		for i := range b.notes {
			l.shadow(b, &b.notes[i])
		}
	}
	outcomes := 0
	for _, w := range []struct{ round, n int }{{early, 14}, {autumn, 18}, {spring, 16}, {fresh, 10}, {9, 8}, {today, 5}} {
		for range w.n {
			l.ask(l.firms[1+l.rand.IntN(len(l.firms)-1)], w.round, outcomes)
			outcomes++
		}
	}
	l.showcase()
	l.desk()
}

// shadow plans the application that a note of the city's became of, as its bank later
// reports it: few are registered wrongly.
func (l *lending) shadow(b *borrower, n *city.Note) {
	at := slices.IndexFunc(l.houses, func(h *house) bool { return h.lender == n.Bank })
	from, round := dayOf(2), early
	if n.Disbursed > dayOf(5) {
		round = autumn
	}
	if at < 0 || at == len(l.houses)-1 || n.Disbursed < from || n.Disbursed > dayOf(6) {
		return
	}
	r := &request{firm: b, round: round, code: l.anyCode(at, round), choose: round + 2, leave: never, again: never, need: origination.Need{
		Amount: n.Principal, Months: int64(n.Months), Purpose: "working_capital", Words: city.Purposes[n.Purpose], Security: []string{secured(n.Security)},
	}}
	a := &answer{request: r, house: l.houses[at], look: round, act: round + 1, price: n, quote: n.Rate, draw: round + 2}
	for dayOf(a.draw) < n.Disbursed {
		a.draw++
	}
	r.answers = []*answer{a}
	l.others(r, at, 1)
	switch len(l.requests) {
	case 3:
		a.fate = "differs"
	case 6:
		a.fate = "renamed"
	case 9, 14:
		a.fate = "current"
	}
	l.requests = append(l.requests, r)
}

// secured is a security of the city in the words of applications.
func secured(s int) string {
	switch city.Securities[s] {
	case "credit":
		return "credit"
	case "mortgage_real_estate", "mortgage_other":
		return "mortgage"
	case "pledge":
		return "pledge"
	}
	return "guarantee"
}

// others sends r to n more banks, which answer later or ask for more.
func (l *lending) others(r *request, but, n int) {
	for range n {
		at := l.rand.IntN(len(l.houses) - 1) // the last is for the reference bank
		if at == but || slices.ContainsFunc(r.answers, func(a *answer) bool { return a.house == l.houses[at] }) {
			continue
		}
		l.add(r, l.houses[at])
	}
}

// refusals are for what banks decline, the most frequent most often.
var refusals = []string{"revenue", "revenue", "debt", "debt", "debt", "credit_history", "credit_history", "security", "security", "operating_time", "industry", "litigation", "papers", "unreachable", "amount"}

// refusalWords are what the firm reads.
var refusalWords = map[string]string{ //nolint:gosec // no credentials
	"revenue": "近一年开票收入与申请金额不匹配", "debt": "已在多家银行授信，资产负债率偏高", "credit_history": "近两年有连续逾期记录", "security": "信用方式额度已满，需追加抵押或保证",
	"operating_time": "成立时间短于本行要求", "industry": "所属行业不在本行本年度投向内", "litigation": "有未结执行案件", "papers": "财务报表与申报数据不一致，未能说明", "unreachable": "三次致电均无人接听", "amount": "申请金额超出该产品限额",
}

// add sends r to one more bank, with an answer as its pace has it.
func (l *lending) add(r *request, h *house) {
	a := &answer{request: r, house: h, look: r.round, act: r.round + 1, draw: never}
	switch x := l.rand.IntN(10); {
	case h.pace == prompt && x < 4:
		a.look = r.round + 1
	case h.pace == slow && x < 5:
		a.look, a.act = r.round+1, r.round+2
	case h.pace != prompt && x < 7:
		a.look, a.act = r.round+2, r.round+2
	case h.pace == idle:
		a.look, a.act = never, never
	}
	if l.rand.IntN(10) < 3 {
		a.code = refusals[l.rand.IntN(len(refusals))]
	}
	a.quote = h.rate + money.Rate(l.rand.IntN(41)-20)*percent/100
	a.short = l.rand.IntN(8) == 0
	r.answers = append(r.answers, a)
}

// anyCode returns a code that hangs where a house may be met, or none.
func (l *lending) anyCode(house, round int) int {
	switch x := l.rand.IntN(10); {
	case x < 4:
		if at := l.rand.IntN(3); at != briefly || round == early {
			return at
		}
	case x < 7 && house < 3:
		return 3 + house
	}
	return -1
}

// ask plans an application that nobody knew of before.
func (l *lending) ask(b *borrower, round, n int) {
	purposes := origination.Purposes()
	r := &request{firm: b, round: round, code: l.anyCode(n%4, round), choose: never, leave: never, again: never}
	wan := []int{20, 30, 50, 80, 100, 150, 200, 300, 500}[l.rand.IntN(9)]
	r.need = origination.Need{
		Amount: money.Fen(wan) * money.Wan, Months: []int64{6, 12, 12, 12, 24, 36}[l.rand.IntN(6)], Purpose: purposes[l.rand.IntN(len(purposes)-1)].Code,
		Words: city.Purposes[n%len(city.Purposes)], Security: []string{[]string{"credit", "credit", "guarantee", "mortgage"}[l.rand.IntN(4)]},
	}
	l.others(r, -1, 1+l.rand.IntN(3))
	if len(r.answers) == 0 {
		l.add(r, l.houses[n%3])
	}
	switch {
	case n%9 == 7:
		r.leave = min(round+2, last)
	case n%9 == 8 && round < today:
		r.again = min(round+2, last)
	case round == spring && n%2 == 0, round == fresh && n%3 == 0:
		r.choose = round + 2
		for i, a := range r.answers {
			a.draw = min(r.choose+i%2, last)
		}
	case round == autumn && n%6 == 0:
		r.choose, r.need.Amount = round+2, min(r.need.Amount, 200*money.Wan)
		for _, a := range r.answers { // what no bank reports
			a.look, a.act, a.code, a.short = round, round+1, "", false
			a.draw, a.fate = round+2, []string{"missing", "overdue", "repaid"}[n/6%3]
		}
	}
	l.requests = append(l.requests, r)
}

// showcase plans what the enterprise that one can try has: offers side by side.
func (l *lending) showcase() {
	r := &request{firm: l.firms[0], round: spring, code: 0, choose: never, leave: never, again: never, need: origination.Need{
		Amount: 80 * money.Wan, Months: 12, Purpose: "equipment", Words: "更新数控机床", Security: []string{"credit"}, Method: "interest_first",
	}}
	for i, at := range []int{0, 1, 2} {
		l.add(r, l.houses[at])
		a := r.answers[i]
		a.look, a.act, a.code, a.short = r.round, r.round+1+i/2*never, "", false
	}
	old := &request{firm: l.firms[0], round: autumn, code: -1, choose: never, leave: never, again: never, need: origination.Need{
		Amount: 300 * money.Wan, Months: 36, Purpose: "premises", Words: "扩建厂房", Security: []string{"mortgage"},
	}}
	l.add(old, l.houses[3])
	old.answers[0].look, old.answers[0].act, old.answers[0].code = autumn, autumn+1, "security"
	l.requests = append(l.requests, r, old)
}

// desk plans what waits at the first bank: late, due today, due tomorrow, taken on, and
// signed but not paid out.
func (l *lending) desk() {
	for i, x := range []struct {
		round, look, act, draw int
	}{{fresh, never, never, never}, {9, never, never, never}, {today, never, never, never}, {fresh, fresh, never, never}, {spring, spring, 8, 9}} {
		r := &request{firm: l.firms[2+i], round: x.round, code: 3, choose: never, leave: never, again: never, need: origination.Need{
			Amount: money.Fen(40+30*i) * money.Wan, Months: 12, Purpose: "order", Words: "履行在手订单", Security: []string{"credit"},
		}}
		a := &answer{request: r, house: l.houses[0], look: x.look, act: x.act, draw: x.draw, quote: l.houses[0].rate}
		if r.answers = []*answer{a}; x.draw != never {
			r.choose, a.fate = x.draw, "held"
		}
		l.requests = append(l.requests, r)
	}
}

// dayOf returns the day of a round.
func dayOf(round int) civil.Date {
	if round > last {
		return civil.Never
	}
	d, err := civil.ParseDate(days[round])
	if err != nil {
		panic(fmt.Sprintf("life: %s is no day", days[round]))
	}
	return d
}
