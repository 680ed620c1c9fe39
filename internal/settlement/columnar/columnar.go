package columnar

import (
	"context"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/book"
)

// Options say how to read and run.
type Options = book.Options

// TableDigest is what was read of a table.
type TableDigest = book.TableDigest

// Report is what was read on the way to a result.
type Report struct {
	Facts  []TableDigest // in the order of the dictionary
	Absent []string      // tables that plans read and the facts do not have
	Stats  book.Stats
}

// Book is facts in memory, ready to be settled under any of the plans that it was
// loaded for.
type Book struct {
	held  *book.Book
	plans []*policy.Plan
}

// Load reads what plans need of the facts. With more than one partition it reads
// only the first of them, and Run the others.
//
// Errors: those of src; settlement.duplicate_key, settlement.link (a link leads
// nowhere although its table is there), settlement.no_facts (no row of any item's
// table), settlement.too_large and settlement.options.
func Load(ctx context.Context, src fact.Source, opts Options, plans ...*policy.Plan) (*Book, error) {
	held, err := book.Open(ctx, src, opts, plans)
	if err != nil {
		return nil, err
	}
	return &Book{held, plans}, nil
}

// Run settles one of the plans that the book was loaded for. One Run at a time.
//
// Errors: those of settlement.CheckDecisions; settlement.overflow;
// settlement.options for another plan; with several partitions also those of Load.
func (b *Book) Run(ctx context.Context, plan *policy.Plan) (*settlement.Result, error) {
	if !slices.Contains(b.plans, plan) {
		return nil, fault.New(fault.Internal, "settlement.options", "数据不是为此方案读取的", "the facts were not read for this plan")
	}
	return run(ctx, b.held, plan)
}

// Report tells what was read so far: all of it after Load, or with several
// partitions after the first Run.
func (b *Book) Report() *Report {
	return &Report{Facts: b.held.Digests(), Absent: b.held.Absent(), Stats: b.held.Stats()}
}

// Run settles a plan on facts: Load and Book.Run in one.
func Run(ctx context.Context, plan *policy.Plan, src fact.Source, opts Options) (*settlement.Result, *Report, error) {
	b, err := Load(ctx, src, opts, plan)
	if err != nil {
		return nil, nil, err
	}
	result, err := b.Run(ctx, plan)
	if err != nil {
		return nil, nil, err
	}
	return result, b.Report(), nil
}
