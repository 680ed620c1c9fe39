package bankside

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/origination"
	"changrong/internal/workflow"
)

// Bank is the reference bank, running.
type Bank struct {
	Rules   *Rules
	Client  *Client
	Book    *Book
	Secrets [][]byte // of its address; any of them will do, while one is changed
	Now     func() time.Time
	NewID   func() string
	Log     *slog.Logger

	wake   chan struct{}
	polled time.Time // when it last asked what was missed
	swept  time.Time
	begun  bool      // it knows of the quiet that was asked for before it started
	rest   time.Time // it calls nobody before
}

// New makes a bank that is ready. Errors: bank.platform.
func New(b *Bank) (*Bank, error) {
	if err := checkBase(b.Client.Base); err != nil {
		return nil, err
	}
	b.wake = make(chan struct{}, 1)
	return b, nil
}

// rouse lets Run look at its work at once.
func (b *Bank) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends.
func (b *Bank) Run(ctx context.Context) error {
	for {
		next, err := b.Work(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was told to stop
		}
		if err != nil {
			b.Log.Error("the book cannot be read", "error", err)
			next = b.Now().Add(firstPause)
		}
		timer := time.NewTimer(next.Sub(b.Now()))
		select {
		case <-ctx.Done():
		case <-b.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Pauses before something is tried again.
const (
	firstPause = time.Second
	maxPause   = 5 * time.Minute
	keepFor    = 90 * 24 * time.Hour // messages, and what was said
)

// Work does all that is due, one thing after another, and returns when the next is.
//
// Errors: those of the book.
func (b *Bank) Work(ctx context.Context) (next time.Time, err error) {
	if !b.begun {
		until, err := b.Book.quiet(ctx)
		if err != nil {
			return next, err
		}
		b.begun, b.rest = true, time.UnixMilli(until)
	}
	for ctx.Err() == nil {
		now := b.Now()
		if now.Before(b.rest) {
			return b.rest, nil
		}
		if poll := b.polled.Add(b.Rules.Poll); !now.Before(poll) {
			if err := b.catchUp(ctx); err != nil {
				return next, err
			}
			continue
		}
		x, err := b.Book.next(ctx)
		if err != nil {
			return next, err
		}
		next = b.polled.Add(b.Rules.Poll)
		if x == nil {
			return next, nil
		}
		if due := time.UnixMilli(x.due); due.After(now) {
			if due.Before(next) {
				next = due
			}
			return next, nil
		}
		if err := b.turn(ctx, x); err != nil {
			return next, err
		}
	}
	return next, ctx.Err()
}

// catchUp asks for referrals that wait for the bank, in case a message was lost.
func (b *Bank) catchUp(ctx context.Context) error {
	if now := b.Now(); now.Sub(b.swept) > 24*time.Hour {
		if err := b.Book.sweep(ctx, now.Add(-keepFor)); err != nil {
			return err
		}
		b.swept = now
	}
	for _, stage := range []workflow.Stage{
		origination.Pushed, origination.Taken, origination.Contacted, origination.UnderReview, origination.OfferAccepted, origination.Contracted, origination.Disbursed,
	} {
		for offset := 0; ; {
			var list struct {
				Items []struct {
					ID string `json:"id"`
				} `json:"items"`
				Total int `json:"total"`
			}
			q := url.Values{"stage": {string(stage)}, "limit": {"200"}, "offset": {strconv.Itoa(offset)}}
			if err := b.Client.Get(ctx, "/api/referrals?"+q.Encode(), &list); err != nil {
				b.Log.Warn("the list cannot be read", "error", err)
				_, err := b.putOff(ctx, err, 0)
				if !b.rest.After(b.Now()) {
					b.rest = b.Now().Add(firstPause)
				}
				return err
			}
			for _, x := range list.Items {
				if err := b.Book.Hint(ctx, x.ID, b.Now().UnixMilli()); err != nil {
					return err
				}
			}
			if offset += len(list.Items); len(list.Items) == 0 || offset >= list.Total {
				break
			}
		}
	}
	b.polled = b.Now()
	return nil
}

// putOff returns when to try again after err. A platform that asks for quiet gets it,
// whatever else is due, and also from the next process.
//
// Errors: those of the book.
func (b *Bank) putOff(ctx context.Context, err error, tries int64) (until time.Time, _ error) {
	now := b.Now()
	until = now.Add(min(firstPause<<min(tries, 20), maxPause))
	var p *Problem
	if !errors.As(err, &p) || p.Wait == 0 {
		return until, nil
	}
	b.rest = now.Add(p.Wait)
	if until.Before(b.rest) {
		until = b.rest
	}
	return until, b.Book.hush(ctx, b.rest.UnixMilli())
}

// turn looks at one referral and does the next thing about it.
func (b *Bank) turn(ctx context.Context, x *item) error {
	more, err := b.act(ctx, x.referral)
	var p *Problem
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the process stops; it is taken up where it was
	case err == nil && more:
		return b.Book.later(ctx, x, b.Now().Add(b.Rules.Pace).UnixMilli(), 0)
	case err == nil:
		return b.Book.done(ctx, x)
	case !errors.As(err, &p):
		return err
	case p.Again():
		b.Log.Warn("tried again later", "referral", x.referral, "error", err)
		until, err := b.putOff(ctx, err, x.tries)
		return errors.Join(err, b.Book.later(ctx, x, until.UnixMilli(), x.tries+1))
	case p.Code == "workflow.moved":
		return b.Book.later(ctx, x, b.Now().UnixMilli(), 0) // somebody acted meanwhile: look, and decide again
	}
	// To send it again unchanged would not help: it waits for a person, or for a message.
	b.Log.Error("refused", "referral", x.referral, "error", err)
	return b.Book.done(ctx, x)
}

// keysKept is for how long the platform gives its first answer again.
const keysKept = 72 * time.Hour

// act looks at a referral and says the next thing about it; more tells whether there
// may be another.
//
// Errors: *Problem, those of the book.
func (b *Bank) act(ctx context.Context, id string) (more bool, err error) {
	path := "/api/referrals/" + url.PathEscape(id)
	d := &origination.Detail{}
	if err := b.Client.Get(ctx, path, d); err != nil {
		return false, err
	}
	s, err := b.Book.open(ctx, id)
	if err != nil {
		return false, err
	}
	if s != nil && (s.Version != d.Referral.Case.Version || !d.Referral.Live() || b.Now().Sub(time.UnixMilli(s.At)) > keysKept) {
		// It was heard, though the answer was lost, or is not wanted any more.
		if err := b.Book.settle(ctx, s.Key, moot, ""); err != nil {
			return false, err
		}
		s = nil
	}
	if s == nil {
		if s, err = b.decide(ctx, d); s == nil || err != nil {
			return false, err
		}
		if n, err := b.Book.times(ctx, id, s.Step); n >= maxRefused || err != nil {
			return false, err
		}
		if err := b.Book.intend(ctx, s); err != nil {
			return false, err
		}
	}
	return true, b.say(ctx, s)
}

// maxRefused is how often the same step is decided anew after it was refused.
const maxRefused = 3

// say says a statement.
func (b *Bank) say(ctx context.Context, s *Statement) error {
	err := b.Client.Post(ctx, s.Path, s.Key, s.Body, nil)
	var p *Problem
	switch {
	case err == nil:
		b.Log.Info("said", "step", s.Step, "referral", s.Referral)
		return b.Book.settle(ctx, s.Key, said, "")
	case errors.As(err, &p) && p.Code == "workflow.moved":
		return errors.Join(err, b.Book.settle(ctx, s.Key, moot, p.Code))
	case errors.As(err, &p) && !p.Again():
		return errors.Join(err, b.Book.settle(ctx, s.Key, refused, p.Code))
	}
	return err
}

// today is the day that documents are dated.
func (b *Bank) today() civil.Date { return civil.Instant(b.Now().UnixMilli()).Date() }

// can tells whether a verb is among what may be done.
func can(d *origination.Detail, v workflow.Verb) bool { return slices.Contains(d.Can, v) }

// Handler is what the bank serves: its address for messages, and whether it is well.
func (b *Bank) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(HookPath, b)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// HookPath is where the bank takes messages.
const HookPath = "/hooks"
