package engine

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/bundle"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/page"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/programme"
	"changrong/internal/reporting"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/simulate"
)

// Facts freezes what the banks have reported.
type Facts interface {
	// Freeze writes the facts of the months of scope into dir, a folder that is not
	// there yet, laid out as factfile.Open reads it. What it returns counts also
	// beside an error, when Snapshot names what was found wrong.
	Freeze(ctx context.Context, order programme.Order, dir string, report programme.Report) (programme.Frozen, error)
}

// Engine implements programme.Engine over files. Temp is where it works: on the
// same disk as the store of files, if it can be.
type Engine struct {
	Packs *Packs
	Facts Facts
	Blobs blob.Store
	Temp  string
	// Trace finds out what later submissions say otherwise, in columns by their tables;
	// nil: nobody keeps submissions.
	Trace func(ctx context.Context, before, after []reporting.SnapshotPart, columns map[string][]string) ([]programme.Cause, error)
	Options

	explainers explainers
}

// room makes a folder to work in, and what removes it again.
func (e *Engine) room() (dir string, leave func(), err error) {
	if err := os.MkdirAll(cmp.Or(e.Temp, os.TempDir()), 0o700); err != nil {
		return "", nil, diskFault(err)
	}
	dir, err = os.MkdirTemp(e.Temp, "settle-*")
	if err != nil {
		return "", nil, diskFault(err)
	}
	return dir, func() { os.RemoveAll(dir) }, nil
}

func diskFault(err error) error {
	return fault.New(fault.Unavailable, "engine.disk", "工作目录无法写入，请检查磁盘空间", "the working folder cannot be written; look at the disk").Because(err)
}

// stages are what a settlement consists of, for its progress.
const stages = 5

// Settle implements programme.Engine.
func (e *Engine) Settle(ctx context.Context, o programme.Order, frozen func(programme.Frozen) error, report programme.Report) (*programme.Outcome, error) {
	installed, err := e.Packs.Get(o.Pack)
	if err != nil {
		return nil, err
	}
	plan, err := installed.Pack.Plan(o.Choices)
	if err != nil {
		return nil, err
	}
	dir, leave, err := e.room()
	if err != nil {
		return nil, err
	}
	defer leave()
	report(0, stages, "冻结数据")
	factsDir := filepath.Join(dir, "facts")
	f, err := e.Facts.Freeze(ctx, o, factsDir, func(done, total int64, note string) { report(0, stages, note) })
	if f.Snapshot != "" || err == nil {
		if told := frozen(f); told != nil {
			return nil, told
		}
	}
	if err != nil {
		return nil, err
	}
	report(1, stages, "计算")
	out, packed, err := e.settle(ctx, installed, plan, factsDir, dir, report)
	if err != nil {
		return nil, err
	}
	out.Sealed.Submissions, out.Sealed.Sources = f.Submissions, f.Sources
	report(3, stages, "保存结算包")
	ref, err := e.keep(ctx, packed)
	if err != nil {
		return nil, err
	}
	out.Sealed.BundleSHA256, out.Sealed.BundleSize = ref.SHA256, ref.Size
	report(4, stages, "写入明细")
	return out, nil
}

// settle settles the facts in a folder and packs them; packed is the bundle's zip.
func (e *Engine) settle(ctx context.Context, in *Installed, plan *policy.Plan, factsDir, dir string, report programme.Report) (*programme.Outcome, string, error) {
	facts, err := factfile.Open(factsDir)
	if err != nil {
		return nil, "", err
	}
	defer facts.Close()
	sized := party.NewSized(facts)
	res, digests, err := e.Compute(ctx, plan, sized)
	if err != nil {
		return nil, "", err
	}
	report(2, stages, "打包")
	sql, err := Scripts(plan, facts)
	if err != nil {
		return nil, "", err
	}
	c := &bundle.Contents{
		PackFiles: in.Files(), Pack: in.Pack, Plan: plan, Facts: facts, FactsDir: factsDir, Source: sized, Digests: digests, Result: res, SQL: sql,
	}
	if sized.Filled() > 0 {
		c.Rewrite = []string{"enterprises"}
	}
	packed := filepath.Join(dir, "bundle.zip")
	receipt, err := bundle.Write(ctx, packed, c)
	if err != nil {
		return nil, "", err
	}
	parties, err := readParties(ctx, facts)
	if err != nil {
		return nil, "", err
	}
	out := &programme.Outcome{Plan: plan, Result: res, Parties: parties}
	out.Sealed.PackSHA256, out.Sealed.ResultSHA256 = receipt.Pack.SHA256, receipt.ResultSHA256
	out.Sealed.Columns = map[string][]string{}
	for _, d := range receipt.Facts {
		out.Sealed.Columns[d.Table] = d.Columns
		out.Sealed.Facts = append(out.Sealed.Facts, programme.TableDigest{Table: d.Table, Rows: d.Rows, SHA256: d.SHA256})
	}
	return out, packed, nil
}

// keep puts a file into the store of files.
func (e *Engine) keep(ctx context.Context, name string) (blob.Ref, error) {
	f, err := os.Open(name)
	if err != nil {
		return blob.Ref{}, diskFault(err)
	}
	defer f.Close()
	return e.Blobs.Put(ctx, f)
}

// Open implements programme.Engine.
func (e *Engine) Open(ctx context.Context, f programme.File) (io.ReadCloser, error) {
	return e.Blobs.Open(ctx, blob.Ref(f))
}

// unpack opens a bundle out of the store of files.
func (e *Engine) unpack(ctx context.Context, f programme.File, dir string) (*bundle.Bundle, error) {
	packed := filepath.Join(dir, "bundle.zip")
	if err := e.Blobs.Fetch(ctx, blob.Ref(f), packed); err != nil {
		return nil, err
	}
	b, err := bundle.Open(packed)
	return b, errors.Join(err, ignoreMissing(os.Remove(packed)))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// Verify implements programme.Engine.
func (e *Engine) Verify(ctx context.Context, f programme.File) ([]programme.Failure, error) {
	dir, leave, err := e.room()
	if err != nil {
		return nil, err
	}
	defer leave()
	b, err := e.unpack(ctx, f, dir)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	problems, err := b.Verify(ctx, e.Compute)
	if err != nil {
		return nil, err
	}
	out := make([]programme.Failure, len(problems))
	for i, p := range problems {
		out[i] = programme.Failure{Code: "bundle.differs", Zh: p.Zh, En: p.En, File: p.At.File, Line: p.At.Line, Field: p.At.Field, Value: p.At.Value}
	}
	return out, nil
}

// Simulate implements programme.Engine.
func (e *Engine) Simulate(ctx context.Context, f programme.File, alternatives []policy.Choices, titles []string, report programme.Report) (*programme.Simulated, error) {
	dir, leave, err := e.room()
	if err != nil {
		return nil, err
	}
	defer leave()
	total := int64(len(alternatives)) + 2
	report(0, total, "读取冻结数据")
	b, err := e.unpack(ctx, f, dir)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	pack, own, err := b.Plan()
	if err != nil {
		return nil, err
	}
	chosen, err := b.Result()
	if err != nil {
		return nil, err
	}
	out := &programme.Simulated{Comparisons: make([]simulate.Comparison, len(alternatives))}
	plans, runnable := make([]*policy.Plan, len(alternatives)), []*policy.Plan{}
	for i, c := range alternatives {
		v := simulate.Variant{Name: ChoiceName(c), Title: titles[i], Choices: c}
		plan, err := pack.Plan(c)
		if err != nil {
			out.Comparisons[i] = simulate.Comparison{Variant: v, Refused: err}
			continue
		}
		plans[i], runnable = plan, append(runnable, plan)
		out.Comparisons[i].Variant = v
	}
	facts, err := b.Facts()
	if err != nil {
		return nil, err
	}
	defer facts.Close()
	parties, err := readParties(ctx, facts)
	if err != nil {
		return nil, err
	}
	out.Parties = parties
	if len(runnable) > 0 {
		if err := e.alternatives(ctx, facts, plans, runnable, chosen, out, func(i int) { report(int64(i)+1, total, titles[i]) }); err != nil {
			return nil, err
		}
	}
	report(total-1, total, "写出报告")
	s := &page.Simulation{Pack: pack, Plan: own, Chosen: chosen, Comparisons: out.Comparisons}
	for _, x := range []struct {
		to   *programme.File
		draw func(io.Writer, *page.Simulation) error
	}{{&out.Page, page.Simulate}, {&out.Table, page.SimulateCSV}} {
		if err := e.draw(ctx, dir, x.to, func(w io.Writer) error { return x.draw(w, s) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// alternatives settles plans over facts read once, and holds each against the
// chosen settlement. A plan is nil where the pack refuses it.
func (e *Engine) alternatives(ctx context.Context, facts fact.Source, plans, runnable []*policy.Plan, chosen *settlement.Result, out *programme.Simulated, begin func(int)) error {
	book, err := columnar.Load(ctx, settlement.CountableAmounts(party.NewSized(facts)), columnar.Options{Workers: e.Workers}, runnable...)
	if err != nil {
		return err
	}
	for i, plan := range plans {
		if plan == nil {
			continue
		}
		begin(i)
		res, err := book.Run(ctx, plan)
		if fault.KindOf(err) == fault.Invalid { // a decision out of the range of this alternative
			out.Comparisons[i].Refused = err
			continue
		}
		if err != nil {
			return err
		}
		townOf := func(id string) string { return out.Parties.Enterprise(id).Town }
		out.Comparisons[i] = simulate.CompareTowns(out.Comparisons[i].Variant, chosen, res, townOf)
	}
	return nil
}

// draw keeps what write writes.
func (e *Engine) draw(ctx context.Context, dir string, to *programme.File, write func(io.Writer) error) error {
	f, err := os.CreateTemp(dir, "page-*")
	if err != nil {
		return diskFault(err)
	}
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return diskFault(err)
	}
	ref, err := e.Blobs.Put(ctx, f)
	*to = programme.File(ref)
	return err
}

// parties are the names in frozen facts.
type parties struct{ institutions, enterprises map[string]programme.Party }

// Institution implements programme.Parties.
func (p *parties) Institution(id string) programme.Party { return p.institutions[id] }

// Enterprise implements programme.Parties.
func (p *parties) Enterprise(id string) programme.Party { return p.enterprises[id] }

// readParties reads the names of institutions and enterprises.
func readParties(ctx context.Context, src fact.Source) (*parties, error) {
	p := &parties{map[string]programme.Party{}, map[string]programme.Party{}}
	for _, t := range []struct {
		table   string
		columns []string
		into    map[string]programme.Party
	}{
		{"institutions", []string{"institution_id", "name"}, p.institutions},
		{"enterprises", []string{"enterprise_id", "name", "town"}, p.enterprises},
	} {
		if !src.Has(t.table) {
			continue
		}
		err := src.Scan(ctx, t.table, t.columns, 1, func(_ int, b *fact.Batch) error {
			for i := range b.Len() {
				x := programme.Party{Name: string(b.Vectors[1].Texts.At(i))}
				if len(b.Vectors) > 2 {
					x.Town = string(b.Vectors[2].Texts.At(i))
				}
				t.into[string(b.Vectors[0].Texts.At(i))] = x
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}
