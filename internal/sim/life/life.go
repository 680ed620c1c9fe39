package life

import (
	"context"
	"math/rand/v2"
	"os"
)

// Options say which life is to be lived, and where.
type Options struct {
	URL         string // of the platform, without a slash at its end
	BeginCode   string // that the platform asks the first administrators for
	Seed        uint64
	Enterprises int
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
		Options: o, by: map[string][]*Person{}, orgs: map[string]string{}, names: map[string]string{},
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
		{"建立机构和账号", t.settle},
		{"生成银行文件", func(ctx context.Context) error { return t.write(ctx, dir) }},
		{"金融工作中心报送名录", t.register},
		{"各银行逐月报送", t.report},
		{"试算和正式结算", t.settleYear},
	} {
		t.Progress(step.what)
		if err := step.do(ctx); err != nil {
			return nil, err
		}
	}
	return t, nil
}
