package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"changrong/bench/kit"
)

// target is one request, in vegeta's form.
type target struct {
	Method string              `json:"method"`
	URL    string              `json:"url"`
	Header map[string][]string `json:"header"`

	operation int
}

// sample is one answer.
type sample struct {
	operation int
	took      time.Duration
}

// attack is one run of the load tool.
type attack struct {
	samples []sample
	errors  map[string]int // what was answered instead, and how often
	rate    float64        // requests a second as they were sent
	peak    int64          // of the server's memory
	server  time.Duration  // processor time of the server
	others  float64        // processors that neither the server nor the tool kept busy
}

// load sends requests at a constant rate, and notes how long each answer took.
func (r *results) load(ctx context.Context, s *kit.Server, guests []*guest) error {
	var views []*view
	for _, g := range guests {
		v, err := look(ctx, g)
		if err != nil {
			return fmt.Errorf("%s: %w", g.Login, err)
		}
		views = append(views, v)
	}
	r.sessions = len(views)
	for n := range r.runs + 1 {
		seconds := r.seconds
		if n == 0 { // everything has been asked for once, and what follows a start is over
			seconds = min(r.seconds, 20)
		}
		targets, err := r.targets(rand.New(rand.NewPCG(r.seed, uint64(n))), s.URL, views, r.rate*seconds)
		if err != nil {
			return err
		}
		a, err := r.attack(ctx, s, targets, seconds)
		if err != nil {
			return err
		}
		all := latencies(a.samples, -1)
		log.Printf("%d requests at %.0f/s: p50 %v, p99 %v, %d errors", len(a.samples), a.rate, kit.Quantile(all, 50), kit.Quantile(all, 99), total(a.errors))
		for what, times := range a.errors {
			log.Printf("  %d × %s", times, what)
		}
		if n > 0 {
			r.attacks = append(r.attacks, a)
		}
	}
	return nil
}

// targets picks n requests: an operation by its weight, then somebody who may call it.
func (r *results) targets(random *rand.Rand, base string, views []*view, n int) ([]target, error) {
	var deck []int
	who := make([][]*view, len(operations))
	for i, o := range operations {
		for _, v := range views {
			if (o.need == "" || v.may[o.need] != "") && o.path(random, v) != "" {
				who[i] = append(who[i], v)
			}
		}
		if len(who[i]) == 0 {
			return nil, fmt.Errorf("nobody can see anything of %s", o.name)
		}
		for range o.weight {
			deck = append(deck, i)
		}
	}
	calls := map[*view]int{}
	out := make([]target, n)
	for k := range out {
		i := deck[random.IntN(len(deck))]
		v := pick(random, who[i])
		if other := pick(random, who[i]); calls[other] < calls[v] { // of two, who has less to do: an office has few people
			v = other
		}
		calls[v]++
		out[k] = target{"GET", base + operations[i].path(random, v), map[string][]string{"Cookie": {v.cookie}}, i}
	}
	return out, nil
}

// attack lets the load tool send the targets.
func (r *results) attack(ctx context.Context, s *kit.Server, targets []target, seconds int) (*attack, error) {
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	for i := range targets {
		if err := to.Encode(&targets[i]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(os.WriteFile(r.In("targets.json"), text.Bytes(), 0o600), s.Forget()); err != nil {
		return nil, err
	}
	server, err := s.Busy()
	if err != nil {
		return nil, err
	}
	machine, err := kit.MachineBusy()
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	tool := exec.CommandContext(ctx, r.vegeta, "attack", "-format=json", "-targets="+r.In("targets.json"),
		fmt.Sprintf("-rate=%d/1s", r.rate), fmt.Sprintf("-duration=%ds", seconds), "-timeout=30s", "-max-body=0", "-output="+r.In("attack.bin"))
	tool.Stderr = os.Stderr
	if err := tool.Run(); err != nil {
		return nil, err
	}
	lasted := time.Since(begun)
	a := &attack{errors: map[string]int{}}
	after, err := s.Busy()
	if err != nil {
		return nil, err
	}
	machineAfter, err := kit.MachineBusy()
	if err != nil {
		return nil, err
	}
	a.server = after - server
	mine := a.server + tool.ProcessState.UserTime() + tool.ProcessState.SystemTime()
	a.others = max(0, (machineAfter-machine-mine).Seconds()/lasted.Seconds())
	if a.peak, _, err = s.Memory(); err != nil {
		return nil, err
	}
	return a, a.read(ctx, r, targets)
}

// read reads what the tool noted of each request.
func (a *attack) read(ctx context.Context, r *results, targets []target) error {
	cmd := exec.CommandContext(ctx, r.vegeta, "encode", "-to=csv", r.In("attack.bin"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	of := map[string]int{} // operations, by address
	for i := range targets {
		of[targets[i].URL] = targets[i].operation
	}
	first, last := int64(0), int64(0)
	rows := csv.NewReader(out)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		at, sample, err := a.row(row, of)
		if err != nil {
			return err
		}
		if first == 0 || at < first {
			first = at
		}
		last = max(last, at)
		a.samples = append(a.samples, sample)
	}
	if len(a.samples) > 1 {
		a.rate = float64(len(a.samples)-1) / (float64(last-first) / 1e9)
	}
	return cmd.Wait()
}

// row reads what was noted of one request: when it was sent, what was answered, how
// long that took, …, what went wrong, …, its address.
func (a *attack) row(row []string, of map[string]int) (at int64, s sample, err error) {
	if len(row) < 11 {
		return 0, s, fmt.Errorf("the load tool wrote %q", row)
	}
	at, err1 := strconv.ParseInt(row[0], 10, 64)
	took, err2 := strconv.ParseInt(row[2], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return 0, s, err
	}
	operation, ok := of[row[10]]
	if !ok {
		return 0, s, fmt.Errorf("nobody asked for %s", row[10])
	}
	if row[1] != "200" {
		why := row[5][strings.LastIndex(row[5], `": `)+1:] // without the address
		a.errors[operations[operation].name+": "+row[1]+" "+why]++
	}
	return at, sample{operation, time.Duration(took)}, nil
}

// latencies returns how long an operation took, or any for -1, the shortest first.
func latencies(samples []sample, operation int) []time.Duration {
	var out []time.Duration
	for _, s := range samples {
		if operation < 0 || s.operation == operation {
			out = append(out, s.took)
		}
	}
	slices.Sort(out)
	return out
}

func total(of map[string]int) (n int) {
	for _, v := range of {
		n += v
	}
	return n
}
