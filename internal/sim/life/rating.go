package life

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"changrong/internal/access"
	"changrong/internal/exchange"
	"changrong/internal/rating"
	"changrong/internal/rating/city"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"
	simcity "changrong/internal/sim/city"
	"changrong/internal/sim/history"
)

// pastFirms are how many firms the synthetic sample has.
const pastFirms = 2000

// remember makes the history that scorecards are trained on.
func (l *lending) remember(ctx context.Context) (err error) {
	l.past, err = history.Make(ctx, history.Options{Seed: l.Seed, Enterprises: pastFirms})
	return err
}

// maker is who makes models in the office; another reviews them.
func (l *lending) maker() *Person { return l.nth(theOffice, access.Office, 1) }

// grade has the office train two scorecards: one of firms that were lent to, with bins that
// somebody changed, which is put to use; and one of the refused as well, which runs in its
// shadow.
func (l *lending) grade(ctx context.Context) error {
	maker := l.maker()
	sample, err := l.sample(ctx, maker, "合成样本-获得贷款的企业.csv", l.past.WriteSample)
	if err != nil {
		return err
	}
	refused, err := l.sample(ctx, maker, "合成样本-被拒绝的企业.csv", l.past.WriteRefused)
	if err != nil {
		return err
	}
	plan := train.DefaultPlan("")
	plan.MinShare = 0.02 // what is rare and grave has a bin of its own
	ask := training.Ask{Name: "小微企业信用评分（合成数据）", Sample: sample, Target: history.Target, Bad: "1", Features: training.Shipped, Plan: plan, Seeds: 1}
	first, err := trained(ctx, maker, "/api/rating-trainings", ask)
	if err != nil {
		return err
	}
	if name, groups := coarser(first.Report.Bins); name != "" {
		path := "/api/rating-trainings/" + first.ID + "/adjusted"
		if first, err = trained(ctx, maker, path, map[string]any{"bins": map[string][][]int{name: groups}}); err != nil {
			return err
		}
	}
	if l.card, err = l.govern(ctx, first, rating.Cast, rating.Activate); err != nil {
		return err
	}
	ask.Name, ask.Rejects = "含拒绝推断的评分（合成数据）", &training.Rejects{Sample: refused, Factor: 2}
	second, err := trained(ctx, maker, "/api/rating-trainings", ask)
	if err != nil {
		return err
	}
	_, err = l.govern(ctx, second, rating.Cast)
	return err
}

// sample hands in a sample.
func (l *lending) sample(ctx context.Context, p *Person, name string, write func(io.Writer) error) (string, error) {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return "", err
	}
	var x training.Sample
	path := "/api/rating-samples?" + url.Values{"name": {name}}.Encode()
	err := p.send(ctx, http.MethodPost, path, http.Header{"Content-Type": {"text/csv"}}, &text, &x)
	return x.ID, err
}

// trained asks for a run and waits for its end.
func trained(ctx context.Context, p *Person, path string, ask any) (*training.Run, error) {
	r := &training.Run{}
	if err := p.Call(ctx, "POST", path, ask, r); err != nil {
		return nil, err
	}
	id := r.ID
	err := until(ctx, func() (bool, error) {
		*r = training.Run{}
		err := p.Call(ctx, "GET", "/api/rating-trainings/"+id, nil, r)
		return r.State.Ended(), err
	})
	if err == nil && r.State != training.Done {
		err = fmt.Errorf("life: the training is %s: %+v", r.State, r.Faults)
	}
	return r, err
}

// coarser are bins with two neighbours merged, of the characteristic that loses least by it.
func coarser(all []train.Bins) (name string, groups [][]int) {
	least := 0.0
	for i := range all {
		b := &all[i]
		if b.Trend == "" || len(b.Groups) < 4 {
			continue
		}
		for at := 1; at < len(b.Groups); at++ {
			merged := append([][]int{}, b.Groups[:at-1]...)
			merged = append(merged, append(append([]int{}, b.Groups[at-1]...), b.Groups[at]...))
			merged = append(merged, b.Groups[at+1:]...)
			after, err := b.With(merged)
			if lost := b.IV; err == nil && (name == "" || lost-after.IV < least) {
				name, groups, least = b.Name, merged, lost-after.IV
			}
		}
	}
	return name, groups
}

// govern keeps a run as a model, has it described, reviewed, and put to use.
func (l *lending) govern(ctx context.Context, r *training.Run, to ...rating.Verb) (string, error) {
	var m struct {
		Model struct {
			ID      string `json:"id"`
			Version int64  `json:"version"`
		} `json:"model"`
	}
	maker := l.maker()
	if err := maker.Call(ctx, "POST", "/api/rating-trainings/"+r.ID+"/model", map[string]string{"name": r.Name}, &m.Model); err != nil {
		return "", err
	}
	path := "/api/rating-models/" + m.Model.ID
	says := history.Described()
	from, end := history.Days[0], history.Days[len(history.Days)-1]+366
	texts := rating.Texts{
		Target: says.Target, Use: says.Use, Source: says.Source, Medium: "演示平台文件存储，编号 DEMO-HIS-" + fmt.Sprint(l.Seed), Sampling: says.Sampling,
		Objective: says.Objective, DataFrom: &from, DataTo: &end,
	}
	if err := maker.Call(ctx, "PUT", path+"/manifest", map[string]any{"version": m.Model.Version, "manifest": texts}, &m); err != nil {
		return "", err
	}
	type step struct {
		by    *Person
		verb  rating.Verb
		words string
	}
	steps := []step{{maker, rating.Submit, ""}, {l.one(thePBoC, access.PBoC), rating.Approve, "清单完整，样本外验证稳定；合成数据，同意供演示使用"}}
	for _, verb := range to {
		steps = append(steps, step{l.one(theOffice, access.OfficeLead), verb, ""})
	}
	for _, s := range steps {
		in := map[string]any{"verb": s.verb, "words": s.words, "version": m.Model.Version}
		if err := s.by.Call(ctx, "POST", path+"/decisions", in, &m); err != nil {
			return "", err
		}
	}
	return m.Model.ID, nil
}

// agree lets firms consent to be rated with the city, and to be named to banks.
func (l *lending) agree(ctx context.Context, firms []*borrower) error {
	office := l.orgs[theOffice]
	return each(ctx, firms, func(ctx context.Context, b *borrower) error {
		var stands city.Standing
		if err := b.Call(ctx, "GET", "/api/my/white-lists", nil, &stands); err != nil {
			return err
		}
		for _, g := range []exchange.Grant{
			{Recipient: office, Purpose: exchange.CityRating, Datasets: stands.Datasets},
			{Recipient: office, Purpose: exchange.BankNaming, Datasets: []string{}},
		} {
			var text exchange.Text
			if err := b.Call(ctx, "POST", "/api/consent-texts", g, &text); err != nil {
				return err
			}
			g.Hash, g.ExpiresOn, g.Channel = text.Hash, text.ExpiresOn, exchange.Phone
			if err := b.Call(ctx, "POST", "/api/consents", g, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// city rates all firms, and waits for it.
func (l *lending) city(ctx context.Context) (*city.Run, error) {
	lead := l.one(theOffice, access.OfficeLead)
	r := &city.Run{}
	if err := lead.Call(ctx, "POST", "/api/rating-runs", map[string]any{}, r); err != nil {
		return nil, err
	}
	err := until(ctx, func() (bool, error) {
		err := lead.Call(ctx, "GET", "/api/rating-runs/"+r.ID, nil, r)
		return r.State != city.Running, err
	})
	return r, err
}

// rateSome rates the city while a sixth of its firms have not consented yet.
func (l *lending) rateSome(ctx context.Context) error {
	rest, err := l.rest(ctx)
	if err != nil {
		return err
	}
	early := len(rest) * 3 / 4
	l.late = rest[early:]
	if err := l.agree(ctx, append(rest[:early:early], l.firms...)); err != nil {
		return err
	}
	_, err = l.city(ctx)
	return err
}

// rest are the firms that did not come for a loan, come to consent; none where each would need
// an account made.
func (l *lending) rest(ctx context.Context) ([]*borrower, error) {
	if l.firms[1].ticket == "" {
		return nil, nil
	}
	more := l.candidates(l.model.Enterprises())[len(l.firms):]
	out := make([]*borrower, len(more))
	places := make([]int, len(more))
	for i := range places {
		places[i] = i
	}
	return out, each(ctx, places, func(ctx context.Context, i int) (err error) {
		var f simcity.Firm
		l.model.Firm(more[i], &f)
		out[i], err = l.welcome(ctx, &f, false, true)
		return err
	})
}

// rateAll rates the city again when all have consented, and has banks told of the firms that a
// rule picks.
func (l *lending) rateAll(ctx context.Context) error {
	for _, b := range l.late {
		b.away = true // months have gone
	}
	if err := l.agree(ctx, l.late); err != nil {
		return err
	}
	run, err := l.city(ctx)
	if err != nil {
		return err
	}
	var list city.List
	terms := city.Terms{
		Name: "小微企业走访名单（演示）", Words: "评级较好、尚可主动联系的小微企业，供走访参考", Rule: `rating.rank <= 4 && firm.size in ["micro", "small"]`, Run: run.ID,
		From: l.day, Until: l.day + 180,
	}
	if err := l.maker().Call(ctx, "POST", "/api/white-lists", terms, &list); err != nil {
		return err
	}
	publish := map[string]any{"version": list.Version, "verb": city.Publish}
	return l.one(theOffice, access.OfficeLead).Call(ctx, "POST", "/api/white-lists/"+list.ID+"/decisions", publish, nil)
}
