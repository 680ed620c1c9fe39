package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"changrong/bench/kit"
	"changrong/internal/access"
	"changrong/internal/adapter/store"
	"changrong/internal/origination"
)

// once sends one request on a connection of its own, which has to be accepted, and
// returns what was answered.
func (p *place) once(ctx context.Context, s *kit.Server, method, path, cookie string, body any) ([]byte, error) {
	text, err := request(method, path, cookie, body)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	x, err := dial(ctx, u.Host)
	if err != nil {
		return nil, err
	}
	defer x.conn.Close()
	status, said, err := x.call(text)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("%s: %d %.300s", path, status, said)
	}
	return said, err
}

// figures reads what the platform says of itself.
func figures(ctx context.Context, s *kit.Server) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && line[0] != '#' {
			if v, err := strconv.ParseFloat(strings.TrimSpace(line[i:]), 64); err == nil {
				all[line[:i]] = v
			}
		}
	}
	return all, nil
}

// told names the figure about events of a kind that a subscriber is told of.
func told(figure, subscriber, kind string) string {
	return fmt.Sprintf("changrong_told_seconds_%s{subscriber=%q,event=%q}", figure, subscriber, kind)
}

// fanned is what the platform says of one application to thirty banks: how long after
// it was handed in all referrals were committed, and how long after that the messages to
// the banks' systems and to their people were.
type fanned struct{ referrals, systems, people time.Duration }

// all is the whole of it.
func (f fanned) all() time.Duration { return f.referrals + max(f.systems, f.people) }

// fanOut hands applications in to all banks, one after another.
func (p *place) fanOut(ctx context.Context, s *kit.Server, hooks *receiver, r *database) error {
	var banks []string
	for i := range allBanks {
		banks = append(banks, bankOf(i))
	}
	before, err := figures(ctx, s)
	if err != nil {
		return err
	}
	for n := range p.fanned + 1 {
		f := p.next()
		x, err := p.submission(ctx, f, banks...)
		if err != nil {
			return err
		}
		if _, err := p.once(ctx, s, "POST", "/api/applications", f.cookie, x); err != nil {
			return err
		}
		r.accepted++
		p.told += allBanks
		after, err := p.until(ctx, s, func(m map[string]float64) bool {
			since := func(subscriber, kind string) float64 {
				return m[told("count", subscriber, kind)] - before[told("count", subscriber, kind)]
			}
			return since("origination", origination.EventSubmitted) == 1 && since("webhook", origination.EventPushed) == allBanks && since("notify", origination.EventPushed) == allBanks
		})
		if err != nil {
			return err
		}
		mean := func(subscriber, kind string) time.Duration {
			sum, count := told("sum", subscriber, kind), told("count", subscriber, kind)
			return time.Duration((after[sum] - before[sum]) / (after[count] - before[count]) * 1e9)
		}
		one := fanned{
			mean("origination", origination.EventSubmitted), mean("webhook", origination.EventPushed), mean("notify", origination.EventPushed),
		}
		// The messages of one application are counted by their mean; where they were not
		// committed together, the last of all is told too.
		r.lastTold = max(r.lastTold, time.Duration(after[told("max", "webhook", origination.EventPushed)]*1e9))
		before = after
		if n > 0 {
			r.fanned = append(r.fanned, one)
		}
		if err := p.delivered(ctx, hooks, p.told); err != nil {
			return err
		}
	}
	log.Printf("%s: to thirty banks in %v", p.name, kit.Median(kit.Each(r.fanned, fanned.all)))
	return nil
}

// delivered waits until so many messages have come.
func (p *place) delivered(ctx context.Context, hooks *receiver, n int) error {
	for tries := 0; ; tries++ {
		if got, _ := hooks.got(); got >= n {
			return nil
		}
		if tries > 600 {
			return fmt.Errorf("%d messages have not come", n)
		}
		if err := rest(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// until reads the figures every so often until they are as wanted.
func (p *place) until(ctx context.Context, s *kit.Server, fine func(map[string]float64) bool) (map[string]float64, error) {
	for tries := 0; ; tries++ {
		if err := rest(ctx, 200*time.Millisecond); err != nil { // reading them costs the platform something
			return nil, err
		}
		m, err := figures(ctx, s)
		if err != nil || fine(m) {
			return m, err
		}
		if tries > 300 {
			return nil, fmt.Errorf("the platform is still at it after a minute: %v", untold(m))
		}
	}
}

// untold is how many events subscribers have not been told.
func untold(m map[string]float64) (n float64) {
	for name, v := range m {
		if strings.HasPrefix(name, "changrong_events_untold{") {
			n = max(n, v)
		}
	}
	return n
}

// mostDrain is how long it is waited until everything has been delivered.
const mostDrain = 60 * time.Second

// drained is what was left when the last load ended, and how it went away.
type drained struct {
	untold   int64         // events that not everybody had been told of
	messages int           // that came after the end
	told     time.Duration // until all referrals were there and all messages queued; 0: not within the time
	took     time.Duration // until the last message had come, or the time was over
	left     int           // messages that had not come then
}

// drain waits until everything that was accepted has come to the banks.
func (p *place) drain(ctx context.Context, s *kit.Server, hooks *receiver, r *database) error {
	begun := time.Now()
	before, _ := hooks.got()
	m, err := figures(ctx, s)
	if err != nil {
		return err
	}
	r.drained.untold = int64(untold(m))
	for {
		if m, err = figures(ctx, s); err != nil {
			return err
		}
		if untold(m) == 0 && r.drained.told == 0 {
			r.drained.told = time.Since(begun)
		}
		got, last := hooks.got()
		r.drained.left = p.told - got
		if r.drained.told > 0 && r.drained.left <= 0 || time.Since(begun) > mostDrain {
			r.drained.messages, r.drained.took = got-before, max(last.Sub(begun), 0)
			break
		}
		if err := rest(ctx, 250*time.Millisecond); err != nil {
			return err
		}
	}
	log.Printf("%s: drained: %+v", p.name, r.drained)
	r.peak, _, err = s.Memory()
	return err
}

// count holds what is in the database against what was accepted: the server has stopped.
func (p *place) count(ctx context.Context, r *database) error {
	address := p.dsn
	if address == "" {
		address = p.data + "/changrong.db"
	}
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Read(ctx, func(tx *store.Tx) error {
		_, n, err := tx.Applications(origination.ApplicationFilter{Limit: 1}, access.Scope{All: true})
		r.kept = int64(n)
		if err != nil {
			return err
		}
		_, r.referrals, err = tx.Referrals(origination.ReferralFilter{Limit: 1}, access.Scope{All: true})
		return err
	})
}
