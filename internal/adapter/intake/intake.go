package intake

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"changrong/internal/adapter/pboc"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
	"changrong/internal/fact"
	"changrong/internal/loanbook"

	"golang.org/x/sync/errgroup"
)

// Options are what to take in, and how.
type Options struct {
	In      string // the folder of what was handed in
	Out     string // the folder of facts to be made; must not be there
	Check   bool   // write nothing
	Workers int    // parsers at work; 0: one for each processor
	Keep    int    // findings of each code held in the report; 0: DefaultKeep
	Codes   *pboc.Codes
	Book    loanbook.Options
	// Owner, when not nil, says of whom the file at a path below In may speak.
	Owner func(path string) Owner
	// Waits, when not nil, says of which files a row may be about what is still to come:
	// one whose key nobody else tells, and that lacks what is required, is then left
	// out, with a warning.
	Waits func(path string) bool
	// Behind, when not nil, says of which tables nothing counts that banks tell too: what
	// the platform itself knows of loans (behind.go). Their paths come last.
	Behind func(path string) bool
	// Look, when not nil, is handed what was read; it is neither checked nor written then.
	// With Traced, also balances know where they were told, and what speaks of notes that
	// no file here tells is taken in all the same: the files are a part of what there is.
	Look   func(context.Context, Taken) error
	Traced bool
	// Judge, when not nil, is asked about each finding before it is counted, and says
	// what it is and whether it is one.
	Judge func(fact.Finding) (fact.Finding, bool)
}

// Taken is what was read, before anything is checked.
type Taken interface {
	fact.Source
	// Place returns the file and line of a row by what its batch calls file and line:
	// of a row of messages the latest that tells it, of others the first.
	Place(file string, line int) fault.Place
}

// File is one file that was taken in.
type File struct {
	Path        string // below the input folder, with slashes; file!sheet of a workbook
	Institution string // of a message
	Tables      []string
	Month       string // YYYY-MM, of a message or of the folder a table stands in; "" none
	SHA256      string // "" when nothing is made of it
	Rows        int64
	Errors      int
	Warnings    int
}

// Table is how many rows a table has.
type Table struct {
	Name string
	Rows int64
}

// Report is what an import found and made.
type Report struct {
	Findings []fact.Finding // the first of each code
	Counts   []Count        // of every code found
	Errors   int
	Warnings int
	Files    []File
	Tables   []Table
	Balances []Balance // by institution and month
	Sized    int       // enterprises whose size was computed
	Written  bool      // the folder of facts is there
}

// Import takes in a folder. What is wrong with it is in the report; an error is
// returned only when the work cannot be done.
//
// Errors: intake.not_found, intake.out_exists, intake.unwritable,
// pboc.unreadable, those of factfile that are no fault of a file, loanbook.too_large.
func Import(ctx context.Context, opts Options) (*Report, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	if opts.Codes == nil {
		opts.Codes = pboc.DefaultCodes()
	}
	if !opts.Check {
		if err := refuseOut(opts.Out); err != nil {
			return nil, err
		}
	}
	c := newCollector(opts.Keep)
	c.judge = opts.Judge
	run := &run{opts: opts, c: c, unread: map[string]bool{}, damaged: map[string]bool{}}
	run.s = newStore(opts.Codes, run.find)
	in, err := gather(opts.In, c.add)
	if err != nil {
		return nil, err
	}
	run.register(in)
	run.s.owner, run.s.waits, run.s.traced = opts.Owner, opts.Waits, opts.Traced
	for _, sup := range in.supplements {
		sup.behind = opts.Behind != nil && opts.Behind(sup.rel)
	}
	if err := run.readAll(ctx, in); err != nil {
		return nil, err
	}
	if opts.Look != nil {
		return run.report(), opts.Look(ctx, run.s)
	}
	if err := run.finish(ctx, in); err != nil {
		return nil, err
	}
	if err := run.s.locateBalances(run.c.findings, in.supplements); err != nil {
		return nil, err
	}
	return run.report(), nil
}

func refuseOut(out string) error {
	switch _, err := os.Lstat(out); {
	case err == nil:
		return fault.Newf(fault.Conflict, "intake.out_exists", "“%s”已存在，请换一个输出文件夹", "%q is there already; name another folder", out)
	case !errors.Is(err, fs.ErrNotExist):
		return unwritable(out, err)
	}
	return nil
}

// run is one import.
type run struct {
	opts    Options
	c       *collector
	s       *store
	files   []*File
	unread  map[string]bool // institutions with a message that could not be read; "" not known whose
	damaged map[string]bool // notes (institution/note) and customers whose record has an error
	held    bool            // a finding has been held back for them
	sized   int
	written bool
}

// find takes a finding about what messages and supplements make together.
func (r *run) find(f fact.Finding) {
	if tables, ok := missing[f.Code]; ok && (r.follows(f.At.Value) || r.s.anyBroken(tables)) {
		r.held = true
		return
	}
	r.c.add(f)
}

// follows tells whether what is missing for a row may be in a message or record
// that has an error. key is institution/note, with more after it, or something
// else's key.
func (r *run) follows(key string) bool {
	institution, rest, ofNote := strings.Cut(key, "/")
	if !ofNote {
		return len(r.unread) > 0 || r.damaged[key]
	}
	if r.unread[institution] || r.unread[""] || r.damaged[key] {
		return true
	}
	for at := strings.LastIndexByte(rest, '/'); at >= 0; at = strings.LastIndexByte(rest[:at], '/') {
		if r.damaged[institution+"/"+rest[:at]] {
			return true
		}
	}
	return false
}

// register numbers the files, so that rows can say where they come from.
func (r *run) register(in *input) {
	add := func(path string, message bool, f *File) int32 {
		r.s.files = append(r.s.files, source{path, message})
		r.files = append(r.files, f)
		r.c.files[path] = f
		return int32(len(r.s.files) - 1)
	}
	for i := range in.packages {
		p := &in.packages[i]
		f := &File{
			Path: p.Path, Institution: p.Name.Institution, Tables: p.Name.Message.Tables,
			Month: p.Name.Date.Month().String(),
		}
		add(p.Path, true, f)
		if p.Zipped() { // its findings name what is inside
			r.c.files[p.Path+"/"+p.Name.String()+".dat"] = f
			r.c.files[p.Path+"/"+p.Name.String()+".log"] = f
		} else {
			r.c.files[p.Log] = f
		}
	}
	for _, sup := range in.supplements {
		sup.number = add(sup.rel, false, &File{Path: sup.rel, Tables: []string{sup.table}, Month: monthOf(sup.rel)})
	}
}

// hash notes the hashes of what facts are made of; those of messages are known.
func (r *run) hash(in *input) error {
	for _, sup := range in.supplements {
		sum, err := pboc.HashFile(sup.path)
		if err != nil {
			return err
		}
		r.files[sup.number].SHA256 = sum
	}
	return nil
}

// institutionOf returns whose message a file is by its name, "" when it does not say.
func institutionOf(file string) string {
	name, _, _ := strings.Cut(path.Base(file), "_")
	if !uscc.Valid(name) {
		return ""
	}
	return name
}

// monthOf returns the month a folder on the path is named after: 2021-01 or 202101.
func monthOf(rel string) string {
	for dir := range strings.SplitSeq(rel, "/") {
		if len(dir) == 6 {
			dir = dir[:4] + "-" + dir[4:]
		}
		if m, err := civil.ParseMonth(dir); err == nil {
			return m.String()
		}
	}
	return ""
}

// early are the tables that guarantees and collaterals hang on.
var early = []string{"institutions", "branches", "enterprises", "projects", "loans", "month_balances", "loan_events"}

// readAll reads messages, then what supplements them, and settles in between
// what hangs on the one and is needed for the other.
func (r *run) readAll(ctx context.Context, in *input) error {
	s := r.s
	orgs := &orgIndex{by: map[string][]byte{}}
	if err := s.peek(in.supplements, orgs); err != nil {
		return err
	}
	for i := range r.c.findings { // of messages that are not read at all
		if f := &r.c.findings[i]; f.Severity == fact.Error {
			r.unread[institutionOf(f.At.File)] = true
		}
	}
	if err := r.readMessages(ctx, in.packages); err != nil {
		return err
	}
	if len(s.loans.docs) > 0 || s.firms.papers {
		orgs.addFirms(s.firms)
	}
	s.settleDocuments(orgs)
	s.settleCustomers(orgs)
	s.settlePrincipals()
	for _, table := range early {
		if err := s.merge(table, in.supplements); err != nil {
			return err
		}
	}
	s.settleBorrowers()
	s.settleClosings()
	s.settleEvents()
	notes := s.notesOf()
	s.settlePromises(notes)
	s.settlePledges(notes)
	for _, t := range fact.Tables() {
		if slices.Contains(early, t.Name) {
			continue
		}
		if err := s.merge(t.Name, in.supplements); err != nil {
			return err
		}
	}
	s.guessClasses()
	r.sized = s.settleFirms()
	for _, sup := range in.supplements {
		r.files[sup.number].Rows = int64(sup.rows)
	}
	if s.full() {
		r.c.add(ruleTooLarge.At(fault.Place{}, "", ""))
	}
	return ctx.Err()
}

// readMessages reads as many messages at a time as there are workers, and takes in
// one after another, in their order.
func (r *run) readMessages(ctx context.Context, packages []pboc.Package) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.opts.Workers)
	before := make(chan struct{})
	close(before)
	for i := range packages {
		turn, done := before, make(chan struct{})
		g.Go(func() error {
			err := r.readMessage(ctx, int32(i), &packages[i], turn)
			if err == nil {
				close(done)
			}
			return err
		})
		before = done
	}
	return g.Wait()
}

// readMessage reads message number i, and takes it in when its turn has come.
func (r *run) readMessage(ctx context.Context, i int32, p *pboc.Package, turn <-chan struct{}) error {
	var bank uint32
	sum, err := p.Read(ctx, r.opts.In, pboc.Options{
		Codes: r.opts.Codes, Workers: r.opts.Workers,
		Lost: func(about string) {
			if p.Name.Message.Code != "FTYKHX" {
				about = p.Name.Institution + "/" + about
			}
			r.damaged[about] = true
		},
		Turn: func(ctx context.Context) error {
			select {
			case <-turn:
			case <-ctx.Done():
				return ctx.Err()
			}
			bank = r.s.begin(p.Name, i)
			r.s.ownMessage(p)
			return nil
		},
	}, r.c.add, func(rows *pboc.Rows) error {
		r.s.take(bank, i, rows)
		return nil
	})
	if err != nil {
		return err
	}
	r.files[i].SHA256, r.files[i].Rows = sum.SHA256, sum.Records
	if !sum.Whole {
		r.unread[p.Name.Institution] = true
	}
	return nil
}

// finish checks what is there as a whole, and writes it when nothing is wrong.
// The check and the writing go on at the same time; an error ends the writing.
func (r *run) finish(ctx context.Context, in *input) error {
	r.s.require()
	write := !r.opts.Check && r.c.errors == 0
	tmp := ""
	if write {
		err := r.hash(in)
		if err != nil {
			return err
		}
		if tmp, err = os.MkdirTemp(filepath.Dir(r.opts.Out), ".changrong-import-*"); err != nil {
			return unwritable(r.opts.Out, err)
		}
		defer os.RemoveAll(tmp)
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, r.opts.Workers)) // a table being written holds its dictionaries
	writing, stop := context.WithCancel(gctx)
	defer stop()
	book := r.opts.Book
	book.Apart = r.s.behind.of(r.s)
	g.Go(func() error {
		return loanbook.Check(gctx, r.s, book, func(f fact.Finding) {
			if r.find(r.s.locate(f)); r.c.errors > 0 {
				stop()
			}
		})
	})
	if write {
		r.write(writing, g, tmp)
	}
	err := g.Wait()
	if r.c.errors > 0 && errors.Is(err, context.Canceled) && ctx.Err() == nil {
		return nil // the writing was stopped
	}
	if err != nil || !write || r.c.errors > 0 {
		return err
	}
	if err := r.publish(tmp); err != nil {
		return err
	}
	r.written = true
	return nil
}

func unwritable(out string, err error) error {
	return fault.New(fault.Unavailable, "intake.unwritable", "输出文件夹无法写出", "the output folder cannot be written").In(fault.Place{File: out}).Because(err)
}

func (r *run) report() *Report {
	if r.held {
		r.c.add(ruleHeld.At(fault.Place{}, "", ""))
	}
	rep := &Report{
		Findings: r.c.findings, Counts: r.c.counts, Errors: r.c.errors, Warnings: r.c.warnings, Sized: r.sized, Written: r.written,
	}
	for _, f := range r.files {
		rep.Files = append(rep.Files, *f)
	}
	rep.Balances = r.s.controlSums()
	for _, t := range fact.Tables() {
		if r.s.Has(t.Name) {
			rep.Tables = append(rep.Tables, Table{t.Name, r.s.rows(t.Name)})
		}
	}
	return rep
}
