package server

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/postgres"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
	"changrong/internal/settlement/sqlgen"
)

// SettleOptions say what to settle.
type SettleOptions struct {
	Pack, Facts, Out string
	Choices          policy.Choices
	EngineOptions
}

// EngineOptions say how.
type EngineOptions struct {
	Engine     string // columnar, sql or cel
	DSN        string // of sql
	Partitions int
	Workers    int
	// Lap is told the name of each stage when it ends; nil: nobody wants to know.
	Lap func(stage string)
}

func (o *EngineOptions) lap(stage string) {
	if o.Lap != nil {
		o.Lap(stage)
	}
}

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

// Check refuses, before anything is read, an engine that is not there.
// Errors: settle.engine, settle.dsn, settlement.options.
func (o *EngineOptions) Check() error {
	switch o.Engine {
	case "", "columnar", "cel":
	case "sql":
		if o.DSN == "" {
			return fault.New(fault.Invalid, "settle.dsn", "执行器 sql 需要用 --dsn 写明 PostgreSQL 连接", "the sql engine needs --dsn")
		}
	default:
		return fault.Invalidf("settle.engine", "没有执行器“%s”，可用 columnar、sql、cel", "no engine %q; there are columnar, sql and cel", o.Engine)
	}
	if o.Partitions < 0 || o.Workers < 0 {
		return fault.New(fault.Invalid, "settlement.options", "并行数和批数不能为负", "neither workers nor partitions can be negative")
	}
	return nil
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
	res, digests, err := o.run(ctx, plan, sized)
	if err != nil {
		return nil, err
	}
	sql, err := scripts(plan, facts)
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
	o.lap("写出")
	s := &Settlement{Pack: pack, Out: o.Out, Receipt: receipt, Result: res}
	s.sum(plan)
	return s, nil
}

// run computes plan over facts. The digests of the facts are the columnar
// executor's, whichever executor computes.
func (o *EngineOptions) run(ctx context.Context, plan *policy.Plan, facts fact.Source) (*settlement.Result, []bundle.FactsDigest, error) {
	facts = settlement.CountableAmounts(facts)
	options := columnar.Options{Workers: o.Workers, Partitions: max(1, o.Partitions)}
	book, err := columnar.Load(ctx, facts, options, plan)
	if err != nil {
		return nil, nil, err
	}
	o.lap("读取")
	res, err := book.Run(ctx, plan)
	if err != nil {
		return nil, nil, err
	}
	o.lap("计算")
	report := book.Report()
	digests := make([]bundle.FactsDigest, 0, len(report.Facts)+len(report.Absent))
	for _, d := range report.Facts {
		digests = append(digests, bundle.FactsDigest{Table: d.Table, Rows: d.Rows, Columns: d.Columns, SHA256: d.SHA256})
	}
	for _, table := range report.Absent {
		digests = append(digests, bundle.FactsDigest{Table: table})
	}
	switch o.Engine {
	case "cel":
		res, err = oracle.Run(ctx, plan, facts)
	case "sql":
		res, err = postgres.Run(ctx, o.DSN, plan, facts)
	}
	return res, digests, err
}

// scripts are the settlement as SQL, for the facts as the bundle lays them out.
func scripts(plan *policy.Plan, facts *factfile.Folder) (map[string]string, error) {
	files := map[string]string{}
	for _, t := range fact.Tables() {
		if facts.Has(t.Name) {
			files[t.Name] = bundle.FactsGlob(t.Name)
		}
	}
	out := map[string]string{}
	for _, d := range []sqlgen.Dialect{sqlgen.PostgreSQL(), sqlgen.DuckDB(files)} {
		script, err := sqlgen.Generate(plan, d)
		if err != nil {
			return nil, err
		}
		out[strings.ToLower(d.Name())+".sql"] = script.String()
	}
	return out, nil
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
	problems, err := b.Verify(ctx, o.run)
	return b.Receipt, problems, err
}

// TestPack runs a pack's cases under the executors that need no other program.
func TestPack(ctx context.Context, pack *policy.Pack) ([]cases.Outcome, error) {
	return cases.Run(ctx, pack, []cases.Runner{
		{Name: "columnar", Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
			res, _, err := columnar.Run(ctx, plan, party.NewSized(src), columnar.Options{})
			return res, err
		}},
		{Name: "cel", Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
			return oracle.Run(ctx, plan, party.NewSized(src))
		}},
	})
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
// Error: file.write.
func WriteFile(name string, write func(io.Writer) error) (err error) {
	fail := func(err error) error {
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
