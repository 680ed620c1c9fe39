package sim

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/sim/city"

	"golang.org/x/sync/errgroup"
)

// Form is the shape in which a city is written.
type Form string

// The forms.
const (
	Facts Form = "facts" // the tables of the dictionary
	PBoC  Form = "pboc"  // the messages banks file each month, and supplement tables
	Both  Form = "both"
)

// Options say what to write. The zero value of all but Out and one of Enterprises
// and Notes is usual.
type Options struct {
	Seed        uint64
	Enterprises int // borrowers
	// Notes asks for so many loan notes, more or less, instead of enterprises.
	Notes int
	// Out is the folder to write to: created, and empty before. Both writes to
	// its folders facts and pboc. Facts are a folder as factfile.Open reads it. The
	// PBoC form is a folder as intake.Import takes it: messages in folders by month,
	// 2020-12 to 2021-12, and the supplement tables, as CSV, in supplement.
	Out    string
	As     Form            // "" is Facts
	Format factfile.Format // of Facts: factfile.Parquet ("") or factfile.CSV
	Zip    bool            // of PBoC: each message a .zip, not a .dat and a .log
	// Without names tables that are not needed, of Facts: loan_events, for one.
	Without []string
	// EveryMonth writes, of Facts, a month-end balance of every note for every month,
	// if only of 0, as some banks report: thirteen rows a note.
	EveryMonth bool
	// Trouble plants errors, each kind in one row; see Troubles.
	Trouble []city.Trouble
	Workers int // 0: one a processor; the bytes do not depend on it
	// Progress is told now and then what has been done. It is called from several
	// goroutines, one at a time.
	Progress func(Progress)
}

// Progress is how far a Write has come.
type Progress struct {
	Stage       string // enterprises, loans, pboc
	Done, Total int64  // of the stage, in enterprises or in units of work
}

// notesPerThousand is how many notes a thousand enterprises have.
const notesPerThousand = 1956

// parts of big tables are cut at so many enterprises, whatever the number of
// workers.
const chunkFirms = 1 << 18

// Write makes a city and writes it to o.Out.
//
// Errors: sim.options, sim.out_exists, sim.trouble, those of writing files, and
// ctx's.
func Write(ctx context.Context, o Options) (Summary, error) {
	if err := o.complete(); err != nil {
		return Summary{}, err
	}
	w := &writing{
		o: o, m: city.City(o.Seed, o.Enterprises), banks: make([]uint32, o.Enterprises),
		sum: Summary{Seed: o.Seed, Rows: map[string]int64{}, Supplement: map[string]int64{}},
	}
	for _, trouble := range o.Trouble {
		p, err := w.m.Plant(trouble)
		if err != nil {
			return Summary{}, err
		}
		w.sum.Planted = append(w.sum.Planted, p)
	}
	facts, messages := o.Out, o.Out
	if o.As == Both {
		facts, messages = filepath.Join(o.Out, string(Facts)), filepath.Join(o.Out, string(PBoC))
	}
	if o.As != PBoC {
		if err := w.writeFacts(ctx, facts); err != nil {
			return Summary{}, err
		}
	}
	if o.As != Facts {
		if err := w.writeMessages(ctx, messages); err != nil {
			return Summary{}, err
		}
	}
	return w.sum, nil
}

// complete fills in what is usual and refuses what cannot be.
func (o *Options) complete() error {
	if o.Notes > 0 && o.Enterprises == 0 {
		o.Enterprises = max(1, int(int64(o.Notes)*1000/notesPerThousand))
	}
	if o.As == "" {
		o.As = Facts
	}
	if o.Format == "" {
		o.Format = factfile.Parquet
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	wrong := func(zh, en string) error { return fault.New(fault.Invalid, "sim.options", zh, en) }
	switch {
	case o.Enterprises < 1 || o.Enterprises > city.MaxEnterprises:
		return wrong("企业户数应在 1 至 2800 万之间", "the number of enterprises must be from 1 to 28 million")
	case o.Out == "":
		return wrong("没有给出输出文件夹", "no folder to write to")
	case !slices.Contains([]Form{Facts, PBoC, Both}, o.As):
		return wrong("形式应为 facts、pboc 或 both", "the form must be facts, pboc or both")
	case o.Format != factfile.Parquet && o.Format != factfile.CSV:
		return wrong("格式应为 parquet 或 csv", "the format must be parquet or csv")
	}
	for _, table := range o.Without {
		if fact.Lookup(table) == nil {
			return wrong("没有名为“"+fault.Clip(table)+"”的表", "there is no table "+fault.Clip(table))
		}
	}
	names, err := os.ReadDir(o.Out)
	if err == nil && len(names) > 0 {
		return fault.New(fault.Conflict, "sim.out_exists", "输出文件夹不是空的，请换一个", "the output folder is not empty; choose another").
			In(fault.Place{File: o.Out})
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// writing is one Write under way.
type writing struct {
	o     Options
	m     *city.Model
	banks []uint32 // of each enterprise, a bit for each bank it has notes of
	known bool     // banks and sum are filled

	mu    sync.Mutex
	sum   Summary
	stage Progress
}

// begin starts a stage of so many steps.
func (w *writing) begin(stage string, total int64) {
	w.stage = Progress{Stage: stage, Total: total}
}

// done reports a step, and adds what it counted.
func (w *writing) done(steps int64, counted *city.Census) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if counted != nil {
		w.sum.Census.Add(counted)
	}
	w.stage.Done += steps
	if w.o.Progress != nil {
		w.o.Progress(w.stage)
	}
}

// each calls fn for 0 … n-1, from as many goroutines as there are workers.
func (w *writing) each(ctx context.Context, n int, fn func(context.Context, int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(w.o.Workers)
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return fn(ctx, i)
		})
	}
	return g.Wait()
}

// chunks returns how many chunks of enterprises there are.
func (w *writing) chunks() int { return (w.m.Enterprises() + chunkFirms - 1) / chunkFirms }

// chunk returns the enterprises of chunk i.
func (w *writing) chunk(i int) (from, to int) {
	return i * chunkFirms, min(w.m.Enterprises(), (i+1)*chunkFirms)
}

// survey makes every enterprise of a chunk once: to is told of each, what it
// has is counted, and its banks are kept.
func (w *writing) survey(ctx context.Context, chunk int, to func(*city.Firm) error) error {
	var f city.Firm
	var counted city.Census
	from, end := w.chunk(chunk)
	for n := from; n < end; n++ {
		w.m.Firm(n, &f)
		counted.Count(&f)
		for i := range f.Notes {
			w.banks[n] |= 1 << f.Notes[i].Bank
		}
		if err := to(&f); err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if w.known { // counted already
		w.done(int64(end-from), nil)
		return nil
	}
	w.done(int64(end-from), &counted)
	return nil
}

// customers calls fn with each enterprise of a chunk that has notes of bank.
func (w *writing) customers(ctx context.Context, chunk, bank int, fn func(*city.Firm) error) error {
	var f city.Firm
	from, end := w.chunk(chunk)
	for n := from; n < end; n++ {
		if w.banks[n]>>bank&1 == 0 {
			continue
		}
		w.m.Firm(n, &f)
		if err := fn(&f); err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// Trouble is a kind of error that can be planted in a city.
type Trouble = city.Trouble

// Planted is a note spoiled on purpose, and the code of the finding it should give.
type Planted = city.Planted

// Troubles returns every kind of trouble.
func Troubles() []Trouble { return city.Troubles() }

// MaxEnterprises is how many enterprises there are codes for.
const MaxEnterprises = city.MaxEnterprises

// City returns the city that Write would write: nothing of it is made before it is
// asked for.
func City(seed uint64, enterprises int) *city.Model { return city.City(seed, enterprises) }
