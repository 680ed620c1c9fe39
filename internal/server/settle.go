package server

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
)

// SettleOptions say what to settle.
type SettleOptions struct {
	Pack, Facts, Out string
	Choices          policy.Choices
	EngineOptions
}

// EngineOptions say how.
type EngineOptions = engine.Options

// Settlement is what a settlement came to, for a summary.
type Settlement struct {
	Pack    *policy.Pack
	Out     string
	Receipt *bundle.Receipt
	Result  *settlement.Result
	Items   []ItemSum
	ItemSum // of all items together
}

// ItemSum is one item over all payees.
type ItemSum struct {
	ID, Title          string
	Payees, Rows       int64
	Amount             money.Fen
	Pooled             money.Fen
	Paid               money.Fen
	SetAside, Excluded int64
}

// Settle loads pack and facts, runs the plan and writes the bundle.
func Settle(ctx context.Context, o SettleOptions) (*Settlement, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	packFiles := os.DirFS(o.Pack)
	pack, err := policy.Load(packFiles)
	if err != nil {
		return nil, under(o.Pack, err)
	}
	plan, err := pack.Plan(o.Choices)
	if err != nil {
		return nil, err
	}
	facts, err := factfile.Open(o.Facts)
	if err != nil {
		return nil, err
	}
	defer facts.Close()
	sized := party.NewSized(facts)
	res, digests, err := o.Compute(ctx, plan, sized)
	if err != nil {
		return nil, err
	}
	sql, err := engine.Scripts(plan, facts)
	if err != nil {
		return nil, err
	}
	contents := &bundle.Contents{
		PackFiles: packFiles, Pack: pack, Plan: plan, Facts: facts, FactsDir: o.Facts, Source: sized, Digests: digests, Result: res, SQL: sql,
	}
	if sized.Filled() > 0 {
		contents.Rewrite = []string{"enterprises"}
	}
	receipt, err := bundle.Write(ctx, o.Out, contents)
	if err != nil {
		return nil, err
	}
	o.Told("写出")
	s := &Settlement{Pack: pack, Out: o.Out, Receipt: receipt, Result: res}
	s.sum(plan)
	return s, nil
}

func (s *Settlement) sum(plan *policy.Plan) {
	at := map[string]int{}
	for i, it := range plan.Items {
		at[it.ID] = i
		s.Items = append(s.Items, ItemSum{ID: it.ID, Title: it.Title})
	}
	for _, t := range s.Result.Totals {
		for _, to := range []*ItemSum{&s.Items[at[t.Item]], &s.ItemSum} {
			to.Payees++
			to.Rows += t.Rows
			to.Amount += t.Amount
			to.Pooled += t.Pooled
			to.Paid += t.Paid
		}
	}
	for _, a := range s.Result.SetAside {
		s.Items[at[a.Item]].SetAside++
	}
	for _, a := range s.Result.Excluded {
		s.Items[at[a.Item]].Excluded++
	}
	slices.SortStableFunc(s.Items, func(a, b ItemSum) int { return cmp.Compare(a.ID, b.ID) })
}

// VerifyOptions say which bundle to verify, and by which executor.
type VerifyOptions struct {
	Bundle string
	EngineOptions
}

// Verify verifies a bundle; no problems means that it holds.
func Verify(ctx context.Context, o VerifyOptions) (*bundle.Receipt, []bundle.Problem, error) {
	if err := o.Check(); err != nil {
		return nil, nil, err
	}
	b, err := bundle.Open(o.Bundle)
	if err != nil {
		return nil, nil, err
	}
	defer b.Close()
	problems, err := b.Verify(ctx, o.Compute)
	return b.Receipt, problems, err
}

// TestPack runs a pack's cases under the executors that need no other program.
func TestPack(ctx context.Context, pack *policy.Pack) ([]cases.Outcome, error) {
	return engine.TestPack(ctx, pack)
}

// under puts the folder before the file an error speaks of.
func under(dir string, err error) error {
	f := *fault.Of(err)
	if f.At.File != "" {
		f.At.File = filepath.Join(dir, f.At.File)
	}
	return &f
}

// WriteFile writes a file beside its place and puts it there when it is whole.
// Errors: file.write; what is wrong with what was to be written, as write says it.
func WriteFile(name string, write func(io.Writer) error) (err error) {
	fail := func(err error) error {
		if fault.CodeOf(err) != "" {
			return fault.Of(err)
		}
		return fault.New(fault.Unavailable, "file.write", "文件无法写出", "the file cannot be written").In(fault.Place{File: name}).Because(err)
	}
	f, err := os.CreateTemp(bundle.Existing(filepath.Dir(name)), ".part-*")
	if err != nil {
		return fail(err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return fail(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.Rename(f.Name(), name)); err != nil {
		return fail(err)
	}
	return nil
}
