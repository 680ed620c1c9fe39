package registry

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// Result is what came of a file.
type Result struct {
	Import *Import
	Firms  []party.Firm
}

// onlyImport is a store of one import.
type onlyImport struct {
	Tx
	m *Import
}

func (o onlyImport) Read(_ context.Context, f func(Tx) error) error  { return f(o) }
func (o onlyImport) Write(_ context.Context, f func(Tx) error) error { return f(o) }
func (onlyImport) PutImport(*Import) error                           { return nil }
func (onlyImport) Audit(audit.Entry) error                           { return nil }
func (onlyImport) Emit(event.Event) error                            { return nil }
func (o onlyImport) Import(string, access.Scope) (*Import, error)    { return o.m, nil }

type readFunc func(func(fact.Finding), func(*fact.Batch) error) error

func (f readFunc) Read(_ context.Context, _ *File, report func(fact.Finding), fn func(*fact.Batch) error) error {
	return f(report, fn)
}

// Reads checks what read reads, as of a day, and returns its firms where it is taken.
func Reads(ctx context.Context, read func(func(fact.Finding), func(*fact.Batch) error) error, asOf civil.Date) Result {
	m := &Import{ID: "m", AsOf: asOf, State: Waiting}
	s := &Service{Store: onlyImport{m: m}, Files: readFunc(read), Now: func() civil.Instant { return 0 }, NewID: func() string { return "" }}
	next, err := s.checkFile(ctx, m)
	if err != nil {
		panic(err)
	}
	r := Result{Import: next}
	if next.State == Loading {
		if err := read(func(fact.Finding) {}, func(b *fact.Batch) error {
			r.Firms = append(r.Firms, rows(b, asOf, "")...)
			return nil
		}); err != nil {
			panic(err)
		}
	}
	return r
}
