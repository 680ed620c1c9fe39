package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

// Run looks at the bank, one situation after another.
//
// Errors: conformance.unreachable.
func (s *Sandbox) Run(ctx context.Context) (*Report, error) {
	for _, part := range []struct {
		zh string
		do func(context.Context) error
	}{
		{"等待银行应答", s.reach},
		{"真假、过期、不认识的消息", s.messages},
		{"一笔贷款从头到尾，途中出错", s.whole},
		{"消息次序颠倒", s.overtaken},
		{"企业中途撤回申请", s.withdrawn},
		{"企业撤回数据授权", s.unconsented},
		{"金额过大的申请", s.absurd},
	} {
		s.Said(part.zh)
		if err := part.do(ctx); err != nil {
			return nil, err
		}
	}
	calls := s.recorder.seen()
	s.judge(calls)
	r := s.findings.report()
	r.Bank, r.Calls, r.Hooks = s.Bank, len(calls), s.hooks
	return r, nil
}

// reach waits until the bank answers at all.
func (s *Sandbox) reach(ctx context.Context) error {
	h, err := s.made("webhook.ping", "sandbox", nil)
	if err != nil {
		return err
	}
	ok, err := s.await(ctx, func() (bool, error) { h.at, h.header = s.Now(), ""; return s.send(ctx, h) != 0, nil })
	if err == nil && !ok {
		err = fault.Newf(fault.Unavailable, "conformance.unreachable", "银行地址 %s 没有应答", "nobody answers at %s", s.Bank)
	}
	return err
}

// messages sends messages that are not to be believed, and some that say little.
func (s *Sandbox) messages(ctx context.Context) error {
	other := make([]byte, len(s.Secret))
	refused := func(clause, what, subject string, change func(*hook)) error {
		h, err := s.made(origination.EventPushed, subject, nil)
		if err != nil {
			return err
		}
		change(h)
		status := s.send(ctx, h)
		if err := s.quiet(ctx); err != nil {
			return err
		}
		switch asked := s.about(subject, 0); {
		case asked > 0:
			s.findings.fail(clause, "%s：据此查询了受理件", what)
		case status != http.StatusUnauthorized && (clause == "B2" || status != http.StatusBadRequest):
			s.findings.fail(clause, "%s：答复 %d，应拒绝", what, status)
		default:
			s.findings.pass(clause, "%s：答复 %d，未采取行动", what, status)
		}
		return nil
	}
	if err := errors.Join(
		refused("B2", "以别的密钥签名", crypto.NewID(), func(h *hook) { h.header = h.sign(other) }),
		refused("B2", "内容被改动", crypto.NewID(), func(h *hook) { h.header = h.sign(s.Secret); h.body = append(h.body, ' ') }),
		refused("B2", "没有签名", crypto.NewID(), func(h *hook) { h.none = true }),
		refused("B3", "6分钟前的消息", crypto.NewID(), func(h *hook) { h.at = h.at.Add(-6 * time.Minute) }),
		refused("B3", "6分钟后的消息", crypto.NewID(), func(h *hook) { h.at = h.at.Add(6 * time.Minute) }),
	); err != nil {
		return err
	}
	h, err := s.made("webhook.ping", "sandbox", nil)
	if err != nil {
		return err
	}
	h.header = h.sign(other) + " v9,unknown " + h.sign(s.Secret)
	if status := s.send(ctx, h); status/100 == 2 {
		s.findings.pass("B2", "更换密钥时有两个签名：一个相符即接受")
	} else {
		s.findings.fail("B2", "更换密钥时有两个签名，一个相符：答复 %d", status)
	}
	if h, err = s.made("sandbox.unheard_of", "sandbox", map[string]string{"novelty": "𠮷🏭"}); err != nil {
		return err
	}
	if status := s.send(ctx, h); status/100 == 2 {
		s.findings.pass("B7", "不认识的消息：答复 %d", status)
	} else {
		s.findings.fail("B7", "不认识的消息：答复 %d，应为 2xx", status)
	}
	return nil
}

// about counts the calls about a referral after the first n.
func (s *Sandbox) about(referral string, n int) (count int) {
	for _, c := range s.recorder.seen() {
		if c.n > n && c.referral() == referral {
			count++
		}
	}
	return count
}

// acts are the calls that want something done about a referral, after the first n.
func (s *Sandbox) acts(referral string, n int) (out []*call) {
	for _, c := range s.recorder.seen() {
		if c.n > n && c.verb() != "" && c.referral() == referral {
			out = append(out, c)
		}
	}
	return out
}

// told tells the bank what happened, and each message a second time, and returns how
// many calls had begun when it had been told.
func (s *Sandbox) told(ctx context.Context, again bool) (int, error) {
	events, err := s.news(ctx)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		h, err := s.messageOf(e)
		if err != nil {
			return 0, err
		}
		s.good(ctx, h, e.Kind)
		if again {
			s.good(ctx, h, e.Kind+"（重复）")
		}
	}
	s.toldAt = s.Now()
	return s.recorder.begun(), nil
}

// at waits until a referral stands at one of these stages.
func (s *Sandbox) at(ctx context.Context, f *firm, stages ...workflow.Stage) (workflow.Stage, error) {
	var now workflow.Stage
	_, err := s.await(ctx, func() (bool, error) {
		d, err := s.detail(ctx, f)
		if err != nil {
			return false, err
		}
		now = d.Referral.Stage
		for _, x := range stages {
			if now == x {
				return true, nil
			}
		}
		return false, nil
	})
	return now, err
}

// asked is how long the sandbox lets a bank wait where it asks for quiet.
const asked = 3 * time.Second

// troubles are what goes wrong on the way of one referral.
func (s *Sandbox) troubles(ctx context.Context, f *firm) {
	on := func(verb string) func(*call) bool {
		return func(c *call) bool { return c.referral() == f.referral && c.verb() == verb }
	}
	s.recorder.plan(&trouble{match: on("accept"), status: http.StatusServiceUnavailable, wait: asked})
	s.recorder.plan(&trouble{match: on("contact"), before: func() {
		s.platform.API.Origination.Assign(ctx, lead(), access.Scope{Org: bankOrg}, f.referral, bankLead) //nolint:errcheck // then nobody acted meanwhile
	}})
	s.recorder.plan(&trouble{match: on("review"), lose: true})
	s.recorder.plan(&trouble{match: on("offers"), status: http.StatusTooManyRequests, wait: asked})
	s.recorder.plan(&trouble{match: on("contract"), lose: true})
	s.recorder.plan(&trouble{match: on("drawdowns"), lose: true})
}

// whole takes a loan the whole way, with troubles.
func (s *Sandbox) whole(ctx context.Context) error {
	f, err := s.apply(ctx, money.Fen(300_000_00), 12)
	if err != nil {
		return err
	}
	s.troubles(ctx, f)
	if _, err := s.told(ctx, true); err != nil {
		return err
	}
	stage, err := s.at(ctx, f, origination.Taken, origination.Contacted, origination.UnderReview, origination.Offered, origination.Declined)
	if err != nil {
		return err
	}
	if stage == origination.Pushed {
		s.findings.fail("B19", "推送后 %s 内没有受理", s.Patience)
		return nil
	}
	s.findings.pass("B19", "推送后受理")
	if stage, err = s.at(ctx, f, origination.Offered, origination.Declined); err != nil {
		return err
	}
	if stage != origination.Offered {
		if stage != origination.Declined {
			s.findings.fail("B19", "受理后停在 %s，没有报价，也没有不予通过", stage)
		}
		return nil
	}
	d, err := s.detail(ctx, f)
	if err != nil {
		return err
	}
	if _, err := s.platform.API.Origination.AcceptOffer(ctx, f.Caller, f.scope, d.Referral.Offer); err != nil {
		return err
	}
	if _, err := s.told(ctx, true); err != nil {
		return err
	}
	if stage, err = s.at(ctx, f, origination.Disbursed, origination.Overdue, origination.Repaid); err != nil {
		return err
	}
	switch stage {
	case origination.Disbursed, origination.Overdue, origination.Repaid:
		s.findings.pass("B19", "签约后放款")
	default:
		s.findings.fail("B19", "企业接受报价后停在 %s，没有放款", stage)
	}
	return s.quiet(ctx)
}

// overtaken tells first that a referral ended, and then that there is one.
func (s *Sandbox) overtaken(ctx context.Context) error {
	f, err := s.apply(ctx, money.Fen(200_000_00), 6)
	if err != nil {
		return err
	}
	if err := s.withdraw(ctx, f); err != nil {
		return err
	}
	events, err := s.news(ctx)
	if err != nil {
		return err
	}
	before := len(s.recorder.seen())
	for i := len(events) - 1; i >= 0; i-- {
		h, err := s.messageOf(events[i])
		if err != nil {
			return err
		}
		s.good(ctx, h, events[i].Kind+"（次序颠倒）")
	}
	if err := s.quiet(ctx); err != nil {
		return err
	}
	if acts := s.acts(f.referral, before); len(acts) > 0 {
		s.findings.fail("B6", "已终止的受理件，推送消息后到：仍办理 %s", acts[0].verb())
	} else {
		s.findings.pass("B6", "终止在前、推送在后：没有办理")
	}
	return nil
}

// withdraw lets the firm take its application back.
func (s *Sandbox) withdraw(ctx context.Context, f *firm) error {
	v, err := s.platform.API.Origination.Application(ctx, f.Caller, f.scope, f.application)
	if err != nil {
		return err
	}
	if _, err = s.platform.API.Origination.Withdraw(ctx, f.Caller, f.scope, f.application, v.Application.Version); err == nil {
		s.ended[f.referral] = s.Now()
	}
	return err
}

// overtook tells whether the firm took its application back while a call was under way: the
// bank had no answer yet from which to know.
func (s *Sandbox) overtook(c *call) bool {
	ended, ok := s.ended[c.referral()]
	if gap := c.at.Sub(ended); !ok || gap > onTheWay || gap < -onTheWay {
		return false
	}
	return !slices.ContainsFunc(s.recorder.seen(), func(x *call) bool {
		return x.n < c.n && x.at.After(ended) && x.method == http.MethodGet && x.referral() == c.referral()
	})
}

// withdrawn lets a firm go while the bank deals with it.
func (s *Sandbox) withdrawn(ctx context.Context) error {
	f, err := s.apply(ctx, money.Fen(100_000_00), 12)
	if err != nil {
		return err
	}
	// A redirect on the way: a signature is for one address.
	s.recorder.plan(&trouble{match: func(c *call) bool { return c.method == http.MethodGet && c.referral() == f.referral }, status: http.StatusTemporaryRedirect, to: elsewhere})
	stage, err := s.at(ctx, f, origination.Taken, origination.Contacted, origination.UnderReview, origination.Offered, origination.Declined)
	if err != nil {
		return err
	}
	if stage == origination.Declined || stage == origination.Pushed {
		return nil // it has nothing left to end
	}
	if err := s.withdraw(ctx, f); err != nil {
		return err
	}
	n, err := s.told(ctx, true)
	if err != nil {
		return err
	}
	if err := s.quiet(ctx); err != nil {
		return err
	}
	var late []*call
	for _, c := range s.recorder.seen() {
		if c.n > n && (c.verb() != "" && c.referral() == f.referral || readsOf(c, f)) {
			late = append(late, c)
		}
	}
	if len(late) > 0 && s.underWay(late[0], f, n) {
		late = late[1:]
	}
	switch {
	case len(late) == 0:
		s.findings.pass("B27", "得知终止后，没有再办理，也没有再查询")
	case isRead(late[0]):
		s.findings.fail("B27", "得知终止后，仍查询企业数据")
	default:
		s.findings.fail("B27", "得知终止后，仍办理 %s", late[0].verb())
	}
	return nil
}

// onTheWay is how long after a message a call may still come that was begun before it.
const onTheWay = 2 * time.Second

// underWay tells whether a call after the first n was begun before the bank was told: it
// comes soon, and the bank has not looked at the referral again.
func (s *Sandbox) underWay(c *call, f *firm, n int) bool {
	return c.at.Sub(s.toldAt) <= onTheWay && !slices.ContainsFunc(s.recorder.seen(), func(x *call) bool {
		return x.n > n && x.n < c.n && x.method == http.MethodGet && x.referral() == f.referral
	})
}

// elsewhere is where a redirect of the sandbox leads.
const elsewhere = "/sandbox/elsewhere"

// reads counts the readings of a firm's data after the first n calls.
func (s *Sandbox) reads(f *firm, n int) (count int) {
	for _, c := range s.recorder.seen() {
		if c.n > n && readsOf(c, f) {
			count++
		}
	}
	return count
}

// readsOf tells whether a call reads a firm's data.
func readsOf(c *call, f *firm) bool {
	return isRead(c) && strings.Contains(string(c.body), f.uscc)
}

// unconsented withdraws the consent before the bank has read.
func (s *Sandbox) unconsented(ctx context.Context) error {
	f, err := s.apply(ctx, money.Fen(150_000_00), 12)
	if err != nil {
		return err
	}
	d, err := s.detail(ctx, f)
	if err != nil {
		return err
	}
	if _, err := s.platform.API.Exchange.Withdraw(ctx, f.Caller, f.scope, d.Referral.Consent); err != nil {
		return err
	}
	n, err := s.told(ctx, false)
	if err != nil {
		return err
	}
	stage, err := s.at(ctx, f, origination.Offered, origination.Declined)
	if err != nil {
		return err
	}
	switch {
	case s.reads(f, n) > 0:
		s.findings.fail("B26", "授权撤回后仍查询企业数据")
	case stage == origination.Pushed:
	default:
		s.findings.pass("B26", "授权撤回后办理到 %s，没有查询企业数据", stage)
	}
	return nil
}

// absurd applies for more than any bank lends.
func (s *Sandbox) absurd(ctx context.Context) error {
	f, err := s.apply(ctx, money.Fen(90_000_000_000_00), 12)
	if err != nil {
		return err
	}
	if _, err := s.told(ctx, false); err != nil {
		return err
	}
	if _, err := s.at(ctx, f, origination.Offered, origination.Declined); err != nil {
		return err
	}
	return s.quiet(ctx)
}

// sight is a call as a report names it.
func sight(c *call) string {
	return fmt.Sprintf("第%d次请求 %s %s", c.n, c.method, strings.Split(c.path, "?")[0])
}
