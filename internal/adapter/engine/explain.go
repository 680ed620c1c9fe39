package engine

import (
	"context"
	"sync"

	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/programme"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/oracle"
)

// Limits of what is held in memory to explain from: a bundle of a city with 100,000
// notes takes some 100 MB.
const (
	maxExplainers = 3
	maxHeldNotes  = 250_000
)

// OpenExplainer opens a stored settlement over its facts.
//
// Errors: those of the facts and of explain.OpenStored.
func OpenExplainer(ctx context.Context, plan *policy.Plan, facts fact.Source, stored *settlement.Result) (*explain.Explainer, error) {
	x, _, err := openExplainer(ctx, plan, facts, stored)
	return x, err
}

// openExplainer tells also how many notes it holds.
func openExplainer(ctx context.Context, plan *policy.Plan, facts fact.Source, stored *settlement.Result) (*explain.Explainer, int, error) {
	held, err := oracle.ReadShelf(ctx, plan, party.NewSized(facts))
	if err != nil {
		return nil, 0, err
	}
	notes := 0
	if loans := held.Table("loans"); loans != nil {
		notes = loans.Rows()
	}
	x, err := explain.OpenStored(ctx, plan, held, stored)
	return x, notes, err
}

// explainers are the bundles held in memory, the one used last at the end.
type explainers struct {
	mu    sync.Mutex
	held  []*heldBundle
	opens map[string]*opening
}

type heldBundle struct {
	sha256 string
	notes  int
	x      *explain.Explainer
}

// opening is a bundle being opened, for all who wait for it.
type opening struct {
	done chan struct{}
	x    *explain.Explainer
	err  error
}

// Explain implements programme.Engine. A bundle is opened when it is first asked
// about, or by Warm, and held while it is among those used last.
func (e *Engine) Explain(ctx context.Context, f programme.File, q explain.Query) (*explain.Trace, error) {
	x, err := e.explainer(ctx, f)
	if err != nil {
		return nil, err
	}
	return x.Answer(ctx, q)
}

// Warm implements programme.Engine.
func (e *Engine) Warm(ctx context.Context, f programme.File) error {
	_, err := e.explainer(ctx, f)
	return err
}

// explainer returns what is held of a bundle, or opens it; those who ask meanwhile
// wait for the one that does.
func (e *Engine) explainer(ctx context.Context, f programme.File) (*explain.Explainer, error) {
	c := &e.explainers
	c.mu.Lock()
	if x := c.use(f.SHA256); x != nil {
		c.mu.Unlock()
		return x, nil
	}
	if o := c.opens[f.SHA256]; o != nil {
		c.mu.Unlock()
		select {
		case <-o.done:
			return o.x, o.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	o := &opening{done: make(chan struct{})}
	if c.opens == nil {
		c.opens = map[string]*opening{}
	}
	c.opens[f.SHA256] = o
	c.mu.Unlock()

	var notes int
	o.x, notes, o.err = e.openBundle(context.WithoutCancel(ctx), f) // others wait for it too
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.opens, f.SHA256)
	if o.err == nil {
		c.keep(&heldBundle{f.SHA256, notes, o.x})
	}
	close(o.done)
	return o.x, o.err
}

// use returns what is held of a bundle and makes it the one used last; nil when it is
// not held.
func (c *explainers) use(sha256 string) *explain.Explainer {
	for i, h := range c.held {
		if h.sha256 == sha256 {
			c.held = append(append(c.held[:i:i], c.held[i+1:]...), h)
			return h.x
		}
	}
	return nil
}

// keep holds a bundle, and lets go of those used longest ago that are too many.
func (c *explainers) keep(h *heldBundle) {
	c.held = append(c.held, h)
	notes := 0
	for i := len(c.held) - 1; i >= 0; i-- {
		notes += c.held[i].notes
		if over := len(c.held)-i > maxExplainers || notes > maxHeldNotes; over && i < len(c.held)-1 {
			c.held = append([]*heldBundle(nil), c.held[i+1:]...)
			return
		}
	}
}

// openBundle reads a bundle out of the store of files.
func (e *Engine) openBundle(ctx context.Context, f programme.File) (*explain.Explainer, int, error) {
	dir, leave, err := e.room()
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	b, err := e.unpack(ctx, f, dir)
	if err != nil {
		return nil, 0, err
	}
	defer b.Close()
	_, plan, err := b.Plan()
	if err != nil {
		return nil, 0, err
	}
	plan.Indicators = nil // they explain no payment
	stored, err := b.Result()
	if err != nil {
		return nil, 0, err
	}
	facts, err := b.Facts()
	if err != nil {
		return nil, 0, err
	}
	defer facts.Close()
	return openExplainer(ctx, plan, facts, stored)
}

var _ programme.Engine = (*Engine)(nil)
