package columnar

import (
	"context"
	"runtime"
	"sync"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/columnar/vec"
)

// Options say how to read and run.
type Options struct {
	// Workers is how many goroutines read and compute at once; 0 is one for every
	// processor there is.
	Workers int
	// Partitions is in how many parts notes are held, one after the other, each in
	// its own pass over the facts: 1 to 256; 0 is 1. The result is the same.
	Partitions int
}

// Report is what was read on the way to a result.
type Report struct {
	Facts []TableDigest // in the order of the dictionary
	Stats Stats
}

// Stats are counts for whoever measures.
type Stats struct {
	Rows   int64 // read of all tables, in all passes
	Passes int   // over the notes and what belongs to them
	Notes  int64
}

// Book is facts in memory, ready to be settled under any of the plans that it was
// loaded for.
type Book struct {
	src        fact.Source
	workers    int
	partitions int
	needs      *needs

	insts, ents *keys   // the parties, by number
	bucketOfEnt []uint8 // by number of the enterprise
	whole       map[string]*table
	part        *part // the partition that is in memory

	mu         sync.Mutex
	registries map[string]*registry
	digests    map[string]*digest
	counts     map[string]int64 // rows, by table
	stats      Stats
}

// part is one partition: notes, and what belongs to them.
type part struct {
	p, of    int
	span     span
	tables   map[string]*table
	balances *balances // nil: no average or balance is asked for
	events   *events   // nil: no daily average is
}

// Load reads what plans need of the facts. With more than one partition it reads
// only the first of them, and Run the others.
//
// Errors: those of src; settlement.duplicate_key, settlement.dangling (a link leads
// nowhere although its table is there), settlement.no_facts (no row of any item's
// table), settlement.too_large and settlement.options.
func Load(ctx context.Context, src fact.Source, opts Options, plans ...*policy.Plan) (*Book, error) {
	b := &Book{
		src: src, workers: opts.Workers, partitions: max(1, opts.Partitions),
		whole: map[string]*table{}, registries: map[string]*registry{}, digests: map[string]*digest{}, counts: map[string]int64{},
	}
	if b.workers == 0 {
		b.workers = runtime.GOMAXPROCS(0)
	}
	if b.workers < 1 || b.workers > maxWorkers || b.partitions > buckets || len(plans) == 0 {
		return nil, fault.Newf(fault.Invalid, "settlement.options",
			"并行数应为 1–%d，分区数应为 1–%d，并至少有一个计算方案", "workers must be 1–%d, partitions 1–%d, and there must be a plan", maxWorkers, buckets)
	}
	b.needs = needsOf(src, plans)
	if err := b.loadWhole(ctx); err != nil {
		return nil, err
	}
	if err := b.turnTo(ctx, 0); err != nil {
		return nil, err
	}
	return b, b.checkRows(plans)
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

// Report tells what was read so far: all of it after Load, or with several
// partitions after the first Run.
func (b *Book) Report() *Report { return &Report{Facts: b.factDigests(), Stats: b.stats} }

// loadWhole reads the tables that are held whole: the parties, and what belongs to
// no note.
func (b *Book) loadWhole(ctx context.Context) error {
	for _, name := range []string{"institutions", "enterprises"} {
		to := &b.insts
		if name == "enterprises" {
			to = &b.ents
		}
		if b.needs.of[name] == nil {
			var err error
			if *to, err = b.survey(ctx, name); err != nil {
				return err
			}
			continue
		}
		if err := b.loadTable(ctx, nil, name); err != nil {
			return err
		}
		*to = b.whole[name].keys
	}
	b.bucketOfEnt = make([]uint8, b.ents.len())
	for i := range b.bucketOfEnt {
		b.bucketOfEnt[i] = bucketOf(b.ents.at(uint32(i)))
	}
	for _, t := range fact.Tables() {
		if b.needs.of[t.Name] == nil || b.needs.partitioned(t.Name) || isParty(t.Name) {
			continue
		}
		if err := b.loadTable(ctx, nil, t.Name); err != nil {
			return err
		}
	}
	return nil
}

// loadTable reads a table whole, or its rows in a partition.
func (b *Book) loadTable(ctx context.Context, p *part, name string) error {
	if p != nil && p.of > 1 && p.p == 0 {
		b.registries[name] = new(registry)
	}
	t, rows, err := b.load(ctx, b.needs.of[name], p)
	if err != nil {
		return err
	}
	if r := b.registries[name]; r != nil && p.p == 0 {
		if err := r.check(ctx, b, t); err != nil {
			return err
		}
	}
	b.count(name, rows)
	if p == nil {
		b.whole[name] = t
	} else {
		p.tables[name] = t
	}
	return b.digestTable(ctx, t, p)
}

// count notes how many rows a table has.
func (b *Book) count(table string, rows int64) {
	b.counts[table] = rows
	b.stats.Rows += rows
}

// registry returns the keys of a table in all partitions.
func (b *Book) registry(table string) *registry { return b.registries[table] }

// turnTo makes a partition the one in memory.
func (b *Book) turnTo(ctx context.Context, i int) error {
	if b.part != nil && b.part.p == i {
		return nil
	}
	b.part = nil // let go before the next is read
	p := &part{p: i, of: b.partitions, span: spanOf(i, b.partitions), tables: map[string]*table{}}
	b.stats.Passes++
	if b.needs.of["loans"] != nil {
		if err := b.loadTable(ctx, p, "loans"); err != nil {
			return err
		}
		if b.needs.balances {
			if err := b.loadBalances(ctx, p); err != nil {
				return err
			}
		}
	}
	for _, t := range fact.Tables() {
		if t.Name == "loans" || !b.needs.partitioned(t.Name) {
			continue
		}
		if err := b.loadTable(ctx, p, t.Name); err != nil {
			return err
		}
	}
	if b.needs.events && p.tables["loans"] != nil {
		p.events = newEvents(p)
	}
	clear(b.registries)
	b.part = p
	b.stats.Notes = b.counts["loans"]
	return nil
}

// checkRows refuses facts that have nothing to settle.
func (b *Book) checkRows(plans []*policy.Plan) error {
	for _, p := range plans {
		for _, it := range p.Items {
			if b.counts[it.Table.Name] > 0 {
				return nil
			}
		}
		if len(p.Items) == 0 {
			return nil
		}
	}
	return fault.New(fault.Invalid, "settlement.no_facts", "事实数据中没有任何项目所需的行", "the facts have no row of any item's table")
}

// tableIn returns a table: of the partition, or one that is held whole; nil when
// it is not in the facts.
func (b *Book) tableIn(p *part, name string) *table {
	if p != nil && p.tables[name] != nil {
		return p.tables[name]
	}
	return b.whole[name]
}

// bucket returns the bucket of an enterprise by number; 0 for one that is unknown.
func (b *Book) bucket(ent uint32) uint8 {
	if ent >= maxRows {
		return 0
	}
	return b.bucketOfEnt[ent]
}

// survey numbers the parties of a table that is not in the facts: those that the
// tables to be read name.
func (b *Book) survey(ctx context.Context, parties string) (*keys, error) {
	dicts := make([]vec.Dict, b.workers)
	for _, t := range fact.Tables() {
		l := t.LinkTo(parties)
		if l == nil || b.needs.of[t.Name] == nil {
			continue
		}
		err := b.src.Scan(ctx, t.Name, l.On, b.workers, func(w int, batch *fact.Batch) error {
			v := batch.Vectors[0]
			for i := range batch.Len() {
				if !v.Unknown(i) && (i == 0 || v.Unknown(i-1) || !same(&v.Texts, i)) {
					dicts[w].Add(v.Texts.At(i))
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	var texts [][]byte
	for w := range dicts {
		for i := range dicts[w].Len() {
			texts = append(texts, dicts[w].Raw(i))
		}
	}
	return keysOf(texts), nil
}
