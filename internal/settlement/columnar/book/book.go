package book

import (
	"context"
	"runtime"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
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

// Stats are counts for whoever measures.
type Stats struct {
	Rows   int64 // looked at, of all tables, in all passes
	Passes int   // over the notes and what belongs to them
	Notes  int64
}

// Book is facts in memory. One goroutine at a time may turn it.
type Book struct {
	Src     fact.Source
	Workers int
	// The parties, by number.
	Insts, Ents *Keys

	partitions  int
	needs       *needs
	bucketOfEnt []uint8
	whole       map[string]*Table // those that are held whole
	part        *Part             // the partition that is in memory
	registries  map[string]*registry
	digests     map[string]*digest
	counts      map[string]int64 // rows, by table
	stats       Stats
}

// Part is one partition: notes, and what belongs to them.
type Part struct {
	P, Of    int       // it is partition P of Of
	Balances *Balances // nil: no plan asks for any

	span   span
	tables map[string]*Table
	events *events // nil: no plan asks for daily averages
}

// Open reads what plans need of the facts: the tables that are held whole, and the
// first partition.
//
// Errors: those of src; settlement.duplicate_key, settlement.link (a link leads
// nowhere although its table is there), settlement.no_facts (no row of any item's
// table), settlement.too_large and settlement.options.
func Open(ctx context.Context, src fact.Source, opts Options, plans []*policy.Plan) (*Book, error) {
	b := &Book{
		Src: src, Workers: opts.Workers, partitions: max(1, opts.Partitions),
		whole: map[string]*Table{}, registries: map[string]*registry{}, digests: map[string]*digest{}, counts: map[string]int64{},
	}
	if b.Workers == 0 {
		b.Workers = runtime.GOMAXPROCS(0)
	}
	if b.Workers < 1 || b.Workers > maxWorkers || b.partitions > buckets || len(plans) == 0 {
		return nil, fault.Newf(fault.Invalid, "settlement.options",
			"并行数应为 1–%d，批数应为 1–%d", "workers must be 1–%d, partitions 1–%d, and there must be a plan", maxWorkers, buckets)
	}
	b.needs = needsOf(src, plans)
	if b.needs.of["loans"] == nil {
		b.partitions = 1
	}
	if err := b.loadWhole(ctx); err != nil {
		return nil, err
	}
	if _, err := b.Turn(ctx, 0); err != nil {
		return nil, err
	}
	return b, b.checkRows(plans)
}

// Passes returns how many partitions there are to turn to.
func (b *Book) Passes() int { return b.partitions }

// Partitioned tells whether a table is held partition by partition.
func (b *Book) Partitioned(t *fact.Table) bool { return b.needs.partitioned(t.Name) }

// Absent returns the tables that plans read and the facts do not have, in the order
// of the dictionary.
func (b *Book) Absent() []string {
	var names []string
	for _, t := range fact.Tables() {
		if b.needs.absent[t.Name] {
			names = append(names, t.Name)
		}
	}
	return names
}

// Stats returns the counts so far.
func (b *Book) Stats() Stats { return b.stats }

// Table returns a table: of the partition, or one that is held whole; nil when it
// is not in the facts.
func (b *Book) Table(p *Part, name string) *Table {
	if p != nil && p.tables[name] != nil {
		return p.tables[name]
	}
	return b.whole[name]
}

// Turn makes a partition the one in memory.
func (b *Book) Turn(ctx context.Context, i int) (*Part, error) {
	if b.part != nil && b.part.P == i {
		return b.part, nil
	}
	b.part = nil // let go before the next is read
	p := &Part{P: i, Of: b.partitions, span: spanOf(i, b.partitions), tables: map[string]*Table{}}
	b.stats.Passes++
	if b.needs.of["loans"] != nil {
		if err := b.loadTable(ctx, p, "loans"); err != nil {
			return nil, err
		}
		if b.needs.balances {
			if err := b.loadBalances(ctx, p); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range fact.Tables() {
		if t.Name == "loans" || !b.Partitioned(t) {
			continue
		}
		if err := b.loadTable(ctx, p, t.Name); err != nil {
			return nil, err
		}
	}
	if b.needs.events && p.tables["loans"] != nil {
		p.events = newEvents(p)
	}
	clear(b.registries) // only the first partition needs them
	b.part = p
	b.stats.Notes = b.counts["loans"]
	return p, nil
}

// loadWhole reads the tables that are held whole: the parties, and what belongs to
// no note.
func (b *Book) loadWhole(ctx context.Context) error {
	var err error
	if b.Insts, err = b.loadParties(ctx, "institutions"); err != nil {
		return err
	}
	if b.Ents, err = b.loadParties(ctx, "enterprises"); err != nil {
		return err
	}
	b.bucketOfEnt = make([]uint8, b.Ents.Len())
	for i := range b.bucketOfEnt {
		b.bucketOfEnt[i] = bucketOf(b.Ents.At(uint32(i)))
	}
	for _, t := range fact.Tables() {
		if b.needs.of[t.Name] == nil || b.Partitioned(t) || isParty(t.Name) {
			continue
		}
		if err := b.loadTable(ctx, nil, t.Name); err != nil {
			return err
		}
	}
	return nil
}

// loadParties numbers the parties of a table.
func (b *Book) loadParties(ctx context.Context, name string) (*Keys, error) {
	if b.needs.of[name] == nil {
		return b.survey(ctx, name)
	}
	if err := b.loadTable(ctx, nil, name); err != nil {
		return nil, err
	}
	return b.whole[name].Keys, nil
}

// loadTable reads a table whole, or its rows in a partition.
func (b *Book) loadTable(ctx context.Context, p *Part, name string) error {
	if p != nil && p.Of > 1 && p.P == 0 {
		b.registries[name] = new(registry)
	}
	t, rows, err := b.load(ctx, b.needs.of[name], p)
	if err != nil {
		return err
	}
	if r := b.registries[name]; r != nil {
		if err := r.check(ctx, b, t); err != nil {
			return err
		}
	}
	b.counts[name] = rows
	b.stats.Rows += rows
	if p == nil {
		b.whole[name] = t
	} else {
		p.tables[name] = t
	}
	return b.digestTable(ctx, t, p)
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

// bucket returns the bucket of an enterprise by number; 0 for one that is unknown.
func (b *Book) bucket(ent uint32) uint8 {
	if ent >= MaxRows {
		return 0
	}
	return b.bucketOfEnt[ent]
}

// survey numbers the parties of a table that is not in the facts: those that the
// tables to be read name.
func (b *Book) survey(ctx context.Context, parties string) (*Keys, error) {
	dicts := make([]vec.Dict, b.Workers)
	for _, t := range fact.Tables() {
		l := t.LinkTo(parties)
		if l == nil || b.needs.of[t.Name] == nil {
			continue
		}
		err := b.Src.Scan(ctx, t.Name, l.On, b.Workers, func(w int, batch *fact.Batch) error {
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

// InstID returns the id of an institution by number, "" where there is none.
func (b *Book) InstID(inst uint32) string {
	if inst >= MaxRows {
		return ""
	}
	return b.Insts.At(inst)
}

// EntID returns the id of an enterprise by number, "" where there is none.
func (b *Book) EntID(ent uint32) string {
	if ent >= MaxRows {
		return ""
	}
	return b.Ents.At(ent)
}
