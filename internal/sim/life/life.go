package life

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"

	"changrong/internal/base/civil"
	"changrong/internal/sim"
)

// Options say which life is to be lived, and where.
type Options struct {
	URL         string // of the platform, without a slash at its end
	BeginCode   string // that the platform asks the first administrators for, and its clock
	Seed        uint64
	Enterprises int
	Notes       int    // asks for so many loan notes, more or less, instead of Enterprises
	Temp        string // folder for the city's files; "" the system's
	Lending     bool   // loans are asked for on the platform, too
	BankSide    string // folder for what the system of a bank needs to know; "": none is connected
	BankHook    string // address at which that system is told
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
	steps := t.year(dir)
	if o.Lending {
		t.loans = &lending{Town: t, model: sim.City(o.Seed, o.Enterprises)}
		steps = t.loans.among(steps)
	}
	for _, x := range steps {
		t.Progress(x.what)
		if err := t.on(x.day, x.do)(ctx); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// task is what is done on a day, or goes on with on the day of the one before.
type task struct {
	day, what string
	do        func(context.Context) error
}

// year is the year of the programme. What a task says of its day is where the clock
// stands, "" where it stood.
func (t *Town) year(dir string) []task {
	return []task{
		{"2022-01-10", "2022年1月10日：建立机构和账号", t.settle},
		{"", "生成银行文件", func(ctx context.Context) error { return t.write(ctx, dir) }},
		{reportDay, "金融工作中心报送名录，各银行逐月报送", t.report},
		{"2022-02-14", "2月14日：试算和正式结算", t.settleYear},
		{"", "下达资金，生成申报，登记收款账户", func(ctx context.Context) error { return errors.Join(t.fund(ctx), t.draft(ctx)) }},
		{"", "提交、审核、征求意见、公示", t.review},
		{"2022-03-01", "3月1日：审批、开支付单、登记回单", t.pay},
		{"2022-03-07", "3月7日：事后抽查、追回", t.after},
	}
}

// reportDay is when a year's files are handed in.
const reportDay = "2022-01-10"

// on sets the platform's clock to nine o'clock of a day before do. Sessions have
// ended by then.
func (t *Town) on(day string, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if day == "" || day == t.day.String() {
			return do(ctx)
		}
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
	for _, p := range append(t.everybody(), t.guests...) {
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
