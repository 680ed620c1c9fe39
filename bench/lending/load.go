package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"changrong/bench/kit"
	"changrong/internal/exchange"
	"changrong/internal/origination"
)

// datasets are what a firm lets a bank read.
var datasets = []string{"market.licence", "tax.grade"}

// asked is one request, which is sent once.
type asked struct {
	text []byte
	told int // messages to systems of banks that follow from it
}

// maker makes the requests of a load one after another.
type maker func() (asked, error)

// request writes a request as a browser sends it.
func request(method, path, cookie string, body any) ([]byte, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nContent-Type: application/json\r\nAccept: application/json\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n%s",
		method, path, cookie, len(b), b), nil
}

// next takes the firms in turn.
func (p *place) next() *firm {
	p.number++
	return p.firms[p.number%len(p.firms)]
}

// submission is what a firm hands in to banks, with the consents as their texts are shown.
func (p *place) submission(ctx context.Context, f *firm, banks ...string) (*origination.Submission, error) {
	x := &origination.Submission{
		Key: fmt.Sprintf("application-%09d", p.number), Contact: origination.Contact{Name: "王某", Phone: "13800001111"},
		Need: origination.Need{Amount: 500_000_000, Months: 12, Purpose: "equipment", Words: "购置数控机床", Security: []string{"credit"}, Method: "interest_first"},
	}
	for _, bank := range banks {
		g := exchange.Grant{Recipient: bank, Purpose: exchange.LoanApplication, Datasets: datasets, ExpiresOn: now().Date() + 30}
		text, err := p.texts.Text(ctx, f.caller, g)
		if err != nil {
			return nil, err
		}
		x.Targets = append(x.Targets, origination.Wanted{
			Bank: bank, Consent: origination.Asked{Datasets: datasets, SHA256: text.Hash, Expires: g.ExpiresOn, Channel: "phone"},
		})
	}
	return x, nil
}

// submissions are applications to a few banks each.
func (p *place) submissions(o *options) maker {
	return func() (a asked, err error) {
		f := p.next()
		banks := make([]string, o.banks)
		for i := range banks {
			n := (p.number*o.banks + i) % allBanks
			if banks[i] = bankOf(n); n < o.systems {
				a.told++
			}
		}
		x, err := p.submission(context.Background(), f, banks...)
		if err != nil {
			return a, err
		}
		a.text, err = request("POST", "/api/applications", f.cookie, x)
		return a, err
	}
}

// drafts are the smallest of the operations that insert a row behind the same gate: a
// draft with one word in it.
func (p *place) drafts(*options) maker {
	return func() (a asked, err error) {
		a.text, err = request("POST", "/api/drafts", p.next().cookie, map[string]any{"body": map[string]string{"amount": "500"}})
		return a, err
	}
}

// loaded is what came of one load.
type loaded struct {
	took    []time.Duration // of every answer that accepts
	lasted  time.Duration
	refused map[string]int
	server  time.Duration // processor time of the server
	mine    time.Duration // and of who sends
	all     time.Duration // and of the whole machine
	told    int           // messages that follow from what was accepted
}

func (l *loaded) rate() float64 { return float64(len(l.took)) / l.lasted.Seconds() }

func (l *loaded) quantile(hundredths int) time.Duration { return kit.Quantile(l.took, hundredths) }

// most is how many requests a second are made ready.
const most = 20_000

// load sends requests from several connections for some seconds, each the next when the
// one before has been answered.
func (o *options) load(ctx context.Context, s *kit.Server, next maker) (*loaded, error) {
	requests := make([]asked, o.seconds*most)
	for i := range requests {
		var err error
		if requests[i], err = next(); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	senders := make([]*sender, o.clients)
	for i := range senders {
		if senders[i], err = dial(ctx, u.Host); err != nil {
			return nil, err
		}
		defer senders[i].conn.Close()
	}
	before, err := clocks(s)
	if err != nil {
		return nil, err
	}
	var taken atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	end := begun.Add(time.Duration(o.seconds) * time.Second)
	for _, x := range senders {
		all.Go(func() { x.send(requests, &taken, end) })
	}
	all.Wait()
	l := &loaded{lasted: time.Since(begun), refused: map[string]int{}}
	after, err := clocks(s)
	if err != nil {
		return nil, err
	}
	l.server, l.mine, l.all = after.server-before.server, after.mine-before.mine, after.all-before.all
	for _, x := range senders {
		l.took, l.told = append(l.took, x.took...), l.told+x.told
		for what, n := range x.refused {
			l.refused[what] += n
		}
		err = errors.Join(err, x.err)
	}
	if err == nil && int(taken.Load()) >= len(requests)+o.clients {
		err = fmt.Errorf("%d requests were not enough: %d were accepted, refused were %v", len(requests), len(l.took), l.refused)
	}
	for what, n := range l.refused {
		err = errors.Join(err, fmt.Errorf("%d × %s", n, what))
	}
	slices.Sort(l.took)
	return l, err
}

// times are how long processors have been busy.
type times struct{ server, mine, all time.Duration }

func clocks(s *kit.Server) (t times, err error) {
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return t, err
	}
	t.mine = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	if t.server, err = s.Busy(); err != nil {
		return t, err
	}
	t.all, err = kit.MachineBusy()
	return t, err
}

// sender is one connection.
type sender struct {
	conn    net.Conn
	in      *bufio.Reader
	took    []time.Duration
	told    int
	refused map[string]int
	err     error
}

func dial(ctx context.Context, host string) (*sender, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	return &sender{conn: conn, in: bufio.NewReader(conn), refused: map[string]int{}}, nil
}

// send sends requests until the end.
func (x *sender) send(requests []asked, taken *atomic.Int64, end time.Time) {
	for x.err == nil {
		i := int(taken.Add(1)) - 1
		begun := time.Now()
		if i >= len(requests) || begun.After(end) {
			return
		}
		status, said, err := x.call(requests[i].text)
		switch {
		case err != nil:
			x.err = err
		case status == http.StatusOK:
			x.took = append(x.took, time.Since(begun))
			x.told += requests[i].told
		default:
			x.refused[fmt.Sprintf("%d %.200s", status, said)]++
		}
	}
}

// call sends one request and reads its answer whole.
func (x *sender) call(request []byte) (int, []byte, error) {
	if _, err := x.conn.Write(request); err != nil {
		return 0, nil, err
	}
	resp, err := http.ReadResponse(x.in, nil)
	if err != nil {
		return 0, nil, err
	}
	var said bytes.Buffer
	_, err = io.Copy(&said, resp.Body)
	return resp.StatusCode, said.Bytes(), errors.Join(err, resp.Body.Close())
}
