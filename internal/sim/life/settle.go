package life

import (
	"context"
	"fmt"

	"changrong/internal/programme"
)

// settleYear runs a trial with another reading, and then the official settlement,
// which the office's lead confirms.
func (t *Town) settleYear(ctx context.Context) error {
	clerk, lead := t.one("市金融工作中心", "office"), t.one("市金融工作中心", "office_lead")
	trial := programme.Ask{
		Pack: pack, Purpose: programme.Trial, Readings: map[string]string{"average": "daily_mean"}, Note: "试算：按日均余额",
	}
	if _, err := t.run(ctx, clerk, trial); err != nil {
		return err
	}
	official, err := t.run(ctx, clerk, programme.Ask{Pack: pack, Purpose: programme.Official, Note: "2021年度"})
	if err != nil {
		return err
	}
	ruling := map[string]any{"version": official.Version, "note": "与试算结果核对无误"}
	if err := lead.Call(ctx, "POST", "/api/runs/"+official.ID+"/confirmation", ruling, nil); err != nil {
		return err
	}
	t.Official = official.ID
	return nil
}

// pack is the policy that is settled.
const pack = "linhai-2021-47"

// run asks for a run and waits for its end.
func (t *Town) run(ctx context.Context, p *Person, ask programme.Ask) (*programme.Run, error) {
	r := &programme.Run{}
	if err := p.Call(ctx, "POST", "/api/runs", ask, r); err != nil {
		return nil, err
	}
	err := until(ctx, func() (bool, error) {
		err := p.Call(ctx, "GET", "/api/runs/"+r.ID, nil, r)
		return r.State == programme.Done || r.State == programme.Failed, err
	})
	if err == nil && r.State == programme.Failed {
		err = fmt.Errorf("life: the run failed: %+v", r.Failure)
	}
	return r, err
}
