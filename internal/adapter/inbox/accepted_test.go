package inbox_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

// clerk is somebody who does all sorts of things, and remembers what was accepted.
type clerk struct {
	*town
	t      *testing.T
	dice   *rand.Rand
	ids    []string
	frozen map[string]string // snapshots, as they were taken
	was    map[string]string // what of an accepted submission never changes
}

// TestWhatWasAcceptedNeverChanges lets two banks and the office do things in any
// order. Whatever they do: of what was accepted, neither files nor sums nor receipt
// change; current is the newest accepted of its key; a snapshot stays what it was,
// and nothing in it is withdrawn.
func TestWhatWasAcceptedNeverChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for seed := range uint64(3) {
			if seed > 0 {
				if !strings.HasSuffix(t.Name(), "sqlite") {
					return
				}
				db = storetest.SQLite(t)
			}
			c := &clerk{town: newTown(t, db), t: t, dice: rand.New(rand.NewPCG(seed, 7)), frozen: map[string]string{}, was: map[string]string{}}
			for step := range 80 {
				did := c.step()
				c.check()
				if t.Failed() {
					t.Fatalf("seed %d, step %d: %s", seed, step, did)
				}
			}
			c.contents()
			if len(c.was) < 5 || len(c.frozen) < 1 {
				t.Errorf("seed %d: %d accepted, %d frozen: nothing much was tried", seed, len(c.was), len(c.frozen))
			}
		}
	})
}

func (c *clerk) step() string {
	who, bank := c.a, bankA
	if c.dice.IntN(2) == 0 {
		who, bank = c.b, bankB
	}
	ctx, own := c.t.Context(), inboxtest.Own(who)
	pick := func() string {
		if len(c.ids) == 0 {
			return "none"
		}
		return c.ids[c.dice.IntN(len(c.ids))]
	}
	refused := func(err error, codes ...string) {
		if code := fault.CodeOf(err); err != nil && !slices.Contains(codes, code) {
			c.t.Error(err)
		}
	}
	switch c.dice.IntN(8) {
	case 0, 1, 2:
		period := fmt.Sprintf("2021-%02d", 1+c.dice.IntN(2))
		files := book(bank, period, 1+c.dice.IntN(3), []string{"1000.00", "900.00", "1000.01"}[c.dice.IntN(3)])
		if c.dice.IntN(3) == 0 {
			files["remark.csv"] = []byte("x\n")
		}
		n := c.Submit(who, reporting.Lending, reporting.Period(period), files)
		if !slices.Contains(c.ids, n.ID) {
			c.ids = append(c.ids, n.ID)
		}
		return "submit"
	case 3:
		c.Work()
		return "work"
	case 4, 5:
		c.Work()
		_, err := c.Confirm(ctx, who, own, pick(), "已核实")
		refused(err, "reporting.state", "reporting.not_found")
		return "confirm"
	case 6:
		_, err := c.Withdraw(ctx, who, own, pick(), "有误")
		refused(err, "reporting.state", "reporting.not_found", "reporting.frozen")
		return "withdraw"
	default:
		if c.dice.IntN(2) > 0 {
			return "nothing"
		}
		s, err := c.Freeze(ctx, c.office, "2021-01", "2021-02")
		refused(err, "reporting.nothing_accepted")
		if err == nil {
			c.frozen[s.ID] = asText(c.t, s)
		}
		return "freeze"
	}
}

func asText(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (c *clerk) check() {
	all, _, err := c.Submissions(c.t.Context(), access.Scope{All: true}, reporting.Query{})
	if err != nil {
		c.t.Fatal(err)
	}
	inSnapshot := map[string]bool{}
	for id, was := range c.frozen {
		s, err := c.Snapshot(c.t.Context(), id)
		if err != nil || asText(c.t, s) != was {
			c.t.Errorf("snapshot %s is %v %s, was %s", id, err, asText(c.t, s), was)
		}
		for i := range s.Parts {
			inSnapshot[s.Parts[i].Submission] = true
		}
	}
	newest := map[reporting.Key]int{}
	for i := range all {
		if s := &all[i]; s.State == reporting.Accepted {
			newest[s.Key()] = max(newest[s.Key()], s.Version)
		}
	}
	for i := range all {
		s := c.Read(all[i].ID)
		if want := s.State == reporting.Accepted && newest[s.Key()] == s.Version; s.Current != want {
			c.t.Errorf("%s version %d: current is %v", s.Period, s.Version, s.Current)
		}
		if s.Frozen != inSnapshot[s.ID] || s.Frozen && s.State != reporting.Accepted {
			c.t.Errorf("%s version %d: frozen %v, %s", s.Period, s.Version, s.Frozen, s.State)
		}
		if s.AcceptedAt == 0 {
			continue
		}
		is := asText(c.t, []any{s.Number, s.Org, s.Set, s.Period, s.Version, s.Files, s.FilesKey, s.Sums, s.Counts, s.Receipt, s.Signature, s.AcceptedAt, s.By})
		if was, ok := c.was[s.ID]; ok && was != is {
			c.t.Errorf("accepted was %s, is %s", was, is)
		}
		c.was[s.ID] = is
	}
}

// contents reads every file of what was accepted.
func (c *clerk) contents() {
	for id := range c.was {
		for _, f := range c.Read(id).Files {
			if b, err := c.Content(access.Scope{All: true}, id, f.Name); err != nil || inboxtest.Hash(b) != f.SHA256 {
				c.t.Errorf("%s of an accepted submission: %v", f.Name, err)
			}
		}
	}
}
