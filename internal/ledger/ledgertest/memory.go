// Package ledgertest keeps a ledger in memory, and holds any ledger against a
// naive one, for tests of others.
package ledgertest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/ledger"
)

// Memory is the ledger's transaction over maps. What a refused posting must not
// have written is seen by comparing it before and after.
type Memory struct {
	sources  map[string]ledger.Source
	entries  []ledger.Entry
	balances map[ledger.Key]ledger.Balance
}

var _ ledger.Books = (*Memory)(nil)

// New makes a ledger with sources in it.
func New(sources ...ledger.Source) *Memory {
	m := &Memory{sources: map[string]ledger.Source{}, balances: map[ledger.Key]ledger.Balance{}}
	for _, s := range sources {
		s.Version = 1
		m.sources[s.ID] = s
	}
	return m
}

// LedgerSource implements ledger.Tx.
func (m *Memory) LedgerSource(id string) (*ledger.Source, error) {
	s, ok := m.sources[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "ledger.no_source", "没有", "none")
	}
	return &s, nil
}

// LedgerSources implements ledger.Tx.
func (m *Memory) LedgerSources(f ledger.SourceFilter) ([]ledger.Source, int, error) {
	out := []ledger.Source{}
	for _, s := range m.sources {
		if (f.ID == "" || s.ID == f.ID) && (f.Year == 0 || s.Year == f.Year) && (f.Level == "" || s.Level == f.Level) && (!f.Open || !s.Closed) &&
			(f.Purpose == "" || slices.Contains(s.Purposes, f.Purpose)) {
			out = append(out, s)
		}
	}
	rank := func(s ledger.Source) int { return slices.Index(ledger.Levels(), s.Level) }
	slices.SortFunc(out, func(a, b ledger.Source) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(rank(a), rank(b)), strings.Compare(a.Document, b.Document), strings.Compare(a.ID, b.ID))
	})
	n := len(out)
	if f.Limit > 0 {
		out = out[min(f.Offset, n):min(f.Offset+f.Limit, n)]
	}
	return out, n, nil
}

// PutLedgerSource implements ledger.Tx.
func (m *Memory) PutLedgerSource(s *ledger.Source) error {
	c := *s
	if before, ok := m.sources[s.ID]; ok && before.Version != s.Version {
		return fault.New(fault.Conflict, "store.changed", "已改", "changed")
	}
	c.Version++
	m.sources[s.ID] = c
	return nil
}

// LastLedgerEntry implements ledger.Tx.
func (m *Memory) LastLedgerEntry() (int64, civil.Instant, error) {
	if len(m.entries) == 0 {
		return 0, 0, nil
	}
	e := m.entries[len(m.entries)-1]
	return e.Seq, e.At, nil
}

// LedgerEntry implements ledger.Tx.
func (m *Memory) LedgerEntry(seq int64) (*ledger.Entry, error) {
	if seq < 1 || seq > int64(len(m.entries)) {
		return nil, fault.New(fault.NotFound, "ledger.no_entry", "没有", "none")
	}
	e := m.entries[seq-1]
	return &e, nil
}

func (m *Memory) find(is func(e *ledger.Entry) bool) (*ledger.Entry, error) {
	for _, e := range m.entries {
		if is(&e) {
			return &e, nil
		}
	}
	return nil, nil
}

// LedgerEntryByRef implements ledger.Tx.
func (m *Memory) LedgerEntryByRef(k ledger.Kind, ref string) (*ledger.Entry, error) {
	return m.find(func(e *ledger.Entry) bool { return e.Kind == k && e.Ref == ref })
}

// LedgerReversal implements ledger.Tx.
func (m *Memory) LedgerReversal(seq int64) (*ledger.Entry, error) {
	return m.find(func(e *ledger.Entry) bool { return e.Reverses == seq && seq != 0 })
}

// PutLedgerEntry implements ledger.Tx.
func (m *Memory) PutLedgerEntry(e *ledger.Entry) error {
	c := *e
	c.Postings = slices.Clone(e.Postings)
	m.entries = append(m.entries, c)
	return nil
}

// LedgerBalance implements ledger.Tx.
func (m *Memory) LedgerBalance(k ledger.Key) (ledger.Balance, error) {
	b := m.balances[k]
	b.Key = k
	return b, nil
}

// SetLedgerBalance implements ledger.Tx.
func (m *Memory) SetLedgerBalance(b ledger.Balance) error {
	m.balances[b.Key] = b
	return nil
}

// LedgerBalances implements ledger.Tx.
func (m *Memory) LedgerBalances(f ledger.BalanceFilter) ([]ledger.Balance, error) {
	return m.sorted(m.balances, func(k ledger.Key) bool {
		return (f.Source == "" || k.Source == f.Source) && (f.Claim == "" || k.Claim == f.Claim) && (f.Account == "" || k.Account == f.Account)
	}), nil
}

func (m *Memory) sorted(from map[ledger.Key]ledger.Balance, keep func(ledger.Key) bool) []ledger.Balance {
	out := []ledger.Balance{}
	for k, b := range from {
		if b.Amount != 0 && keep(k) {
			out = append(out, b)
		}
	}
	key := func(k ledger.Key) string {
		return strings.Join([]string{k.Source, string(k.Account), k.Claim, k.Item, k.Order}, "\x00")
	}
	slices.SortFunc(out, func(a, b ledger.Balance) int { return strings.Compare(key(a.Key), key(b.Key)) })
	return out
}

// LedgerEntries implements ledger.Books.
func (m *Memory) LedgerEntries(f ledger.EntryFilter) ([]ledger.Entry, int, error) {
	out := []ledger.Entry{}
	for _, e := range m.entries {
		of := func(is func(p ledger.Posting) bool) bool { return slices.ContainsFunc(e.Postings, is) }
		undone, err := m.LedgerReversal(e.Seq)
		if err != nil {
			return nil, 0, err
		}
		if (f.Source == "" || of(func(p ledger.Posting) bool { return p.Source == f.Source })) &&
			(f.Claim == "" || of(func(p ledger.Posting) bool { return p.Claim == f.Claim })) &&
			(f.Order == "" || e.Order == f.Order) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, e.Kind)) &&
			(f.From == 0 || e.At >= f.From) && (f.To == 0 || e.At < f.To) &&
			(f.OnFrom == 0 || e.On >= f.OnFrom) && (f.OnTo == 0 || e.On <= f.OnTo) &&
			(!f.Standing || e.Reverses == 0 && undone == nil) {
			out = append(out, e)
		}
	}
	n := len(out)
	if f.Limit > 0 {
		out = out[min(f.Offset, n):min(f.Offset+f.Limit, n)]
	}
	return out, n, nil
}

// LedgerAt implements ledger.Books.
func (m *Memory) LedgerAt(at civil.Instant) (int64, error) {
	for _, e := range m.entries {
		if e.At >= at {
			return e.Seq, nil
		}
	}
	return int64(len(m.entries)) + 1, nil
}

// LedgerChange implements ledger.Books.
func (m *Memory) LedgerChange(source, claim string, from, to int64) (t ledger.Totals, err error) {
	for _, e := range m.entries {
		for _, p := range e.Postings {
			if from <= e.Seq && e.Seq < to && (source == "" || p.Source == source) && (claim == "" || p.Claim == claim) {
				t.Add(p.Account, p.Amount)
			}
		}
	}
	return t, nil
}

// LedgerStretch implements ledger.Books.
func (m *Memory) LedgerStretch(source, claim string, from, to int64, part ledger.Window) ([]ledger.Entry, int, error) {
	all, _, err := m.LedgerEntries(ledger.EntryFilter{})
	all = slices.DeleteFunc(all, func(e ledger.Entry) bool {
		return e.Seq < from || e.Seq >= to || !slices.ContainsFunc(e.Postings, func(p ledger.Posting) bool {
			return (source == "" || p.Source == source) && (claim == "" || p.Claim == claim)
		})
	})
	n := len(all)
	return all[min(part.Offset, n):min(part.Offset+part.Limit, n)], n, err
}

// LedgerSums implements ledger.Books.
func (m *Memory) LedgerSums(f ledger.SourceFilter) ([]ledger.Balance, error) {
	f.Limit, f.Offset = 0, 0
	sources, _, err := m.LedgerSources(f)
	sums := map[ledger.Key]ledger.Balance{}
	for k, b := range m.balances {
		if slices.ContainsFunc(sources, func(s ledger.Source) bool { return s.ID == k.Source }) {
			k.Claim, k.Order = "", ""
			sums[k] = ledger.Balance{Key: k, Amount: sums[k].Amount + b.Amount}
		}
	}
	return m.sorted(sums, func(ledger.Key) bool { return true }), err
}

// LedgerRecount implements ledger.Books.
func (m *Memory) LedgerRecount() ([]ledger.Balance, error) {
	sums := map[ledger.Key]ledger.Balance{}
	for _, e := range m.entries {
		for _, p := range e.Postings {
			sums[p.Key] = ledger.Balance{Key: p.Key, Amount: sums[p.Key].Amount + p.Amount}
		}
	}
	return m.sorted(sums, func(ledger.Key) bool { return true }), nil
}

// LedgerUneven implements ledger.Books.
func (m *Memory) LedgerUneven() (map[int64]ledger.Posting, error) {
	uneven := map[int64]ledger.Posting{}
	for _, e := range m.entries {
		sums := map[string]ledger.Posting{}
		for _, p := range e.Postings {
			sums[p.Source] = ledger.Posting{Key: ledger.Key{Source: p.Source}, Amount: sums[p.Source].Amount + p.Amount}
		}
		for _, s := range sums {
			if s.Amount != 0 {
				uneven[e.Seq] = s
			}
		}
	}
	return uneven, nil
}

// LedgerCount implements ledger.Books.
func (m *Memory) LedgerCount() (int64, error) { return int64(len(m.entries)), nil }

// Copy is a memory of its own with the same in it.
func (m *Memory) Copy() *Memory {
	return &Memory{maps.Clone(m.sources), slices.Clone(m.entries), maps.Clone(m.balances)}
}

// Drop takes an entry away, as nobody may.
func (m *Memory) Drop(seq int64) {
	m.entries = slices.DeleteFunc(slices.Clone(m.entries), func(e ledger.Entry) bool { return e.Seq == seq })
}
