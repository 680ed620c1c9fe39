package life

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"

	"changrong/internal/base/civil"
)

// Options say which life is to be lived, and where.
type Options struct {
	URL         string // of the platform, without a slash at its end
	BeginCode   string // that the platform asks the first administrators for, and its clock
	Seed        uint64
	Enterprises int
	Notes       int    // asks for so many loan notes, more or less, instead of Enterprises
	Temp        string // folder for the city's files; "" the system's
	// Progress is told what is being done.
	Progress func(what string)
}

// Live makes everybody and everything on an empty platform.
//
// Errors: *Refusal, those of writing the city's files, and of the connection.
func Live(ctx context.Context, o Options) (*Town, error) {
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	t := &Town{
		Options: o, by: map[string][]*Person{}, orgs: map[string]string{}, names: map[string]string{}, tails: map[string]string{},
		rand: rand.New(rand.NewPCG(o.Seed, 0x6c696665)),
	}
	dir, err := os.MkdirTemp(o.Temp, "changrong-life-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"2022年1月10日：建立机构和账号", t.on("2022-01-10", t.settle)},
		{"生成银行文件", func(ctx context.Context) error { return t.write(ctx, dir) }},
		{"金融工作中心报送名录，各银行逐月报送", t.report},
		{"2月14日：试算和正式结算", t.on("2022-02-14", t.settleYear)},
		{"下达资金，生成申报，登记收款账户", func(ctx context.Context) error { return errors.Join(t.fund(ctx), t.draft(ctx)) }},
		{"提交、审核、征求意见、公示", t.review},
		{"3月1日：审批、开支付单、登记回单", t.on("2022-03-01", t.pay)},
		{"3月7日：事后抽查、追回", t.on("2022-03-07", t.after)},
	} {
		t.Progress(step.what)
		if err := step.do(ctx); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// on sets the platform's clock to nine o'clock of a day before do. Sessions have
// ended by then.
func (t *Town) on(day string, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		d, err := civil.ParseDate(day)
		if err != nil {
			return err
		}
		if err := t.clock(ctx, civil.StartOf(d)+9*civil.Hour); err != nil {
			return err
		}
		t.day = d
		return do(ctx)
	}
}

// clock sets the platform's clock, on which sessions have ended by then.
func (t *Town) clock(ctx context.Context, to civil.Instant) error {
	nobody, err := NewPerson(t.URL, "", "", "")
	if err != nil {
		return err
	}
	if err := nobody.Call(ctx, "POST", "/demo/clock", map[string]any{"code": t.BeginCode, "to_ms": to}, nil); err != nil {
		return err
	}
	for _, p := range t.everybody() {
		p.away = true
	}
	return nil
}

// everybody returns who has an account by now.
func (t *Town) everybody() []*Person {
	if t.System == nil {
		return nil
	}
	return append([]*Person{t.System, t.Security}, t.People...)
}
