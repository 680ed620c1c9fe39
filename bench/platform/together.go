package main

import (
	"context"
	"fmt"
	"log"
	"maps"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"changrong/bench/kit"
)

// handed is what it took when all banks handed in together.
type handed struct {
	took, sent time.Duration // until the last was checked; until the last was sent
	cpu        time.Duration // of the server
	peak       int64         // of the server's memory
	bytes      int64
	wrong      int // what has to be found
	found      int // of it
	others     float64
}

// handInTogether lets all newcomers hand in at once on a server that has just begun,
// and holds what is found against what is wrong.
func (r *results) handInTogether(ctx context.Context, live string, p *people, n int) error {
	s, err := r.serve(ctx, live, r.In("together.log"))
	if err != nil {
		return err
	}
	defer s.Stop()
	clerks, err := enter(ctx, s, p.Newcomers[:r.banks])
	if err != nil {
		return fmt.Errorf("signing in: %w", err)
	}
	filings := make([]*filing, len(clerks))
	h := handed{}
	for i, c := range clerks {
		filings[i] = file(c.code, r.rows, p.Borrowers, r.seed+uint64(1000*n+i))
		h.bytes += int64(len(filings[i].loans) + len(filings[i].balances))
		h.wrong += len(filings[i].wrong)
	}
	if err := s.Forget(); err != nil {
		return err
	}
	server, err := s.Busy()
	if err != nil {
		return err
	}
	machine, err := kit.MachineBusy()
	if err != nil {
		return err
	}
	ids, err := h.send(ctx, clerks, filings)
	if err != nil {
		return err
	}
	serverAfter, err := s.Busy()
	if err != nil {
		return err
	}
	machineAfter, err := kit.MachineBusy()
	if err != nil {
		return err
	}
	h.cpu = serverAfter - server
	h.others = max(0, (machineAfter-machine-h.cpu).Seconds()/h.took.Seconds())
	if h.peak, _, err = s.Memory(); err != nil {
		return err
	}
	for i, c := range clerks {
		right, err := compareFindings(ctx, c, ids[i], filings[i].wrong)
		if err != nil {
			return err
		}
		h.found += right
	}
	log.Printf("%d banks handed in: %+v", len(clerks), h)
	r.handed = append(r.handed, h)
	return nil
}

// send hands in everybody's files at once and waits until all are checked.
func (h *handed) send(ctx context.Context, clerks []*guest, filings []*filing) ([]string, error) {
	ids := make([]string, len(clerks))
	var sent atomic.Int64
	begun := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	for i, c := range clerks {
		g.Go(func() error {
			var uploads []string
			for name, content := range map[string][]byte{loansFile: filings[i].loans, balancesFile: filings[i].balances} {
				id, err := c.Upload(ctx, name, content)
				if err != nil {
					return err
				}
				uploads = append(uploads, id)
			}
			var s struct {
				ID    string `json:"id"`
				State string `json:"state"`
			}
			draft := map[string]any{"set": "lending", "period": handedIn, "uploads": uploads}
			if err := c.Call(ctx, "POST", "/api/submissions", draft, &s); err != nil {
				return err
			}
			sent.Store(max(sent.Load(), int64(time.Since(begun))))
			ids[i] = s.ID
			for s.State == "" || s.State == "received" || s.State == "checking" {
				select {
				case <-time.After(5 * lookEvery):
				case <-ctx.Done():
					return ctx.Err()
				}
				if err := c.get(ctx, "/api/submissions/"+s.ID, &s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := g.Wait()
	h.took, h.sent = time.Since(begun), time.Duration(sent.Load())
	return ids, err
}

// compareFindings reads all findings of a submission and returns how many mistakes
// were found as they had to be. More than those, or others, is an error.
func compareFindings(ctx context.Context, c *guest, id string, wrong map[found]int) (right int, err error) {
	got := map[found]int{}
	for from, total := 0, 1; from < total; from += 200 {
		var page struct {
			Items []found `json:"items"`
			Total int     `json:"total"`
		}
		q := url.Values{"limit": {"200"}, "offset": {strconv.Itoa(from)}}
		if err := c.get(ctx, "/api/submissions/"+id+"/findings?"+q.Encode(), &page); err != nil {
			return 0, err
		}
		total = page.Total
		for _, f := range page.Items {
			got[f]++
		}
	}
	if maps.Equal(got, wrong) {
		return len(wrong), nil
	}
	told := 0
	for f, n := range got {
		if wrong[f] != n && told < 10 {
			log.Printf("%s: found %d × %+v, not %d ×", c.Login, n, f, wrong[f])
			told++
		}
	}
	for f, n := range wrong {
		if got[f] == n {
			right++
		} else if told < 20 {
			log.Printf("%s: not found: %d × %+v", c.Login, n, f)
			told++
		}
	}
	return right, fmt.Errorf("%s: of %d mistakes %d were found as they had to be, among %d findings", c.Login, len(wrong), right, len(got))
}
