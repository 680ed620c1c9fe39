package factfile

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/adapter/factfile/parquetfile"
	"changrong/internal/fact"
)

// feed cuts one part into units of reading, in the order of its rows. Only one
// goroutine at a time may use a feed; units are read at the same time.
type feed interface {
	// next returns the next unit, nil after the last. It may use w's buffers, and
	// the unit must be read, with the same w, before w is used again.
	next(w *workspace) (unit, error)
	close()
}

// unit is some rows of a part: a chunk of CSV, a row group, a sheet.
type unit interface {
	read(w *workspace, out output) error
}

// output takes what a unit holds: the errors in the order of the rows, and the
// rows in their order.
type output struct {
	// bad takes an error of a row, which is then left out; what it returns stops
	// the unit.
	bad func(fact.Finding) error
	// batch takes rows, which are the reader's again when it returns.
	batch func(*fact.Batch) error
}

// request is what is wanted of a part.
type request struct {
	part    *part
	columns []*fact.Column     // in the order of the batches
	warn    func(fact.Finding) // takes what is odd about the file as a whole
}

// workspace is one worker's memory, kept from unit to unit.
type workspace struct {
	buf    []byte // a chunk of CSV
	row    record
	rows   *rows // of CSV and Excel
	groups *parquetfile.Reader
}

func newWorkspace(t *fact.Table, columns []*fact.Column) *workspace {
	return &workspace{rows: newRows(t, columns), groups: parquetfile.NewReader(t, columns)}
}

// open starts a feed for what is wanted.
func open(rq request) (feed, error) {
	switch rq.part.Format {
	case Parquet:
		return openParquetFeed(rq)
	case Excel:
		return &sheetFeed{request: rq}, nil
	default:
		return openCSVFeed(rq)
	}
}

// stream hands out the units of many parts to many workers, numbered in order.
type stream struct {
	mu      sync.Mutex
	parts   []*part
	columns []*fact.Column
	feed    feed
	seq     int
	failed  int // the first unit known to have failed
	err     error
}

// next returns the next unit and its number; nil when there are no more or one
// has failed.
func (s *stream) next(w *workspace) (unit, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil {
		if s.feed == nil {
			if len(s.parts) == 0 {
				return nil, 0
			}
			p := s.parts[0]
			s.parts = s.parts[1:]
			var err error
			if s.feed, err = open(request{part: p, columns: s.columns, warn: func(fact.Finding) {}}); err != nil {
				s.feed = nil
				s.set(s.seq+1, err)
				return nil, 0
			}
		}
		s.seq++
		u, err := s.feed.next(w)
		switch {
		case err != nil:
			s.set(s.seq, err)
		case u != nil:
			return u, s.seq
		default:
			s.feed.close()
			s.feed = nil
		}
	}
	return nil, 0
}

// set notes that unit seq failed. The first unit in order wins, so that the same
// files always fail with the same error.
func (s *stream) set(seq int, err error) {
	if s.err == nil || seq < s.failed {
		s.failed, s.err = seq, err
	}
}

// fail is set for a worker.
func (s *stream) fail(seq int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(seq, err)
}

// beaten tells whether a unit before seq has failed, so that seq does not matter.
func (s *stream) beaten(seq int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil && s.failed < seq
}

// close ends what an error left open.
func (s *stream) close() {
	if s.feed != nil {
		s.feed.close()
	}
}

// errBeaten ends a unit that does not matter any more.
var errBeaten = errors.New("factfile: an earlier unit failed")

// Scan implements fact.Source. Warnings about the files are left to ReadFile.
//
// Errors: every code of this package and of package fact's cells, the first in
// the order of the rows, with file, line, field and value; fn's own; ctx's.
func (f *Folder) Scan(ctx context.Context, table string, columns []string, workers int,
	fn func(worker int, b *fact.Batch) error,
) error {
	parts := f.parts[table]
	if len(parts) == 0 {
		return nil
	}
	cols, err := cells.Columns(parts[0].table, columns)
	if err != nil {
		return err
	}
	s := &stream{parts: parts, columns: cols}
	defer s.close()
	var g errgroup.Group
	for worker := range max(1, workers) {
		g.Go(func() error {
			s.work(ctx, newWorkspace(parts[0].table, cols), func(b *fact.Batch) error { return fn(worker, b) })
			return nil
		})
	}
	_ = g.Wait() // work keeps its errors in s
	return s.err
}

// work reads units until there are no more.
func (s *stream) work(ctx context.Context, w *workspace, fn func(*fact.Batch) error) {
	for {
		u, seq := s.next(w)
		if u == nil {
			return
		}
		err := u.read(w, output{
			bad: func(f fact.Finding) error { return f.Fault() },
			batch: func(b *fact.Batch) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				if s.beaten(seq) {
					return errBeaten
				}
				return fn(b)
			},
		})
		if err != nil && !errors.Is(err, errBeaten) {
			s.fail(seq, err)
		}
	}
}
