package pboc

import (
	"context"
	"crypto/md5" //nolint:gosec // the .log has it; SHA-256 is what we keep
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/loanbook/intern"

	"golang.org/x/sync/errgroup"
)

// Options are how messages are read.
type Options struct {
	Codes   *Codes // nil: DefaultCodes
	Workers int    // parsers at work; 0: one for each processor
	// Lost, when not nil, is told what a record with an error is about: the value
	// of Message.About, as far as it can be read.
	Lost func(about string)
	// Turn, when not nil, is called once, before anything is reported or handed on, and
	// may wait: of packages that are read at the same time each then speaks in its turn,
	// while the first of the others are parsed already.
	Turn func(context.Context) error
}

// Summary is what was read of one package.
type Summary struct {
	Records          int64  // lines of the .dat
	Rows             int64  // of them, without an error
	Whole            bool   // it was read to its end, and has the records that its .log says
	SHA256           string // of the .dat, or of the zip, in hex
	Errors, Warnings int
}

// Read reads the package below dir. Whatever is wrong goes to report, with file,
// line, number and name of the field, and value. fn gets the rows without an
// error, in order, from one goroutine. An error is returned when the file
// cannot be read for no fault of its own, and when ctx or fn ends it.
func (p *Package) Read(ctx context.Context, dir string, opts Options, report func(fact.Finding), fn func(*Rows) error) (Summary, error) {
	var s Summary
	count := func(f fact.Finding) {
		if f.Severity == fact.Error {
			s.Errors++
		} else {
			s.Warnings++
		}
		report(f)
	}
	if opts.Codes == nil {
		opts.Codes = DefaultCodes()
	}
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	o, findings, err := p.open(dir)
	if err != nil {
		return s, unreadable(err, p.Path)
	}
	if o != nil {
		defer o.close()
	}
	if p.Zipped() {
		if s.SHA256, err = HashFile(filepath.Join(dir, filepath.FromSlash(p.Path))); err != nil {
			return s, err
		}
	}
	speak := func(ctx context.Context) error {
		if opts.Turn != nil {
			if err := opts.Turn(ctx); err != nil {
				return err
			}
		}
		for _, f := range findings {
			count(f)
		}
		return nil
	}
	if o == nil {
		err = speak(ctx)
	} else {
		log, logged := p.checkLog(o, func(f fact.Finding) { findings = append(findings, f) })
		st := &stream{
			p: p, opts: opts, file: o.datFile, begin: speak, report: count, fn: fn, sum: &s, in: o.dat, says: o.size, piece: pieceOf(o.size), sha: sha256.New(),
		}
		st.md5 = md5.New() //nolint:gosec // the .log has it
		if err := st.run(ctx); err != nil {
			return s, err
		}
		s.Whole = !st.stopped
		if !p.Zipped() && s.Whole {
			s.SHA256 = hex.EncodeToString(st.sha.Sum(nil))
		}
		if logged && s.Whole {
			st.compare(&log)
			s.Whole = s.Records == log.Records
		}
	}
	if s.SHA256 == "" && err == nil { // a .dat that was not read to its end
		s.SHA256, err = HashFile(filepath.Join(dir, filepath.FromSlash(p.Path)))
	}
	return s, err
}

// HashFile returns the SHA-256 of a file in hex.
// Error: pboc.unreadable.
func HashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(err, filepath.Base(path))
	}
	defer f.Close() //nolint:errcheck // only read from
	h := sha256.New()
	if _, err := io.CopyBuffer(h, struct{ io.Reader }{f}, make([]byte, pieceBytes)); err != nil {
		return "", unreadable(err, filepath.Base(path))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func unreadable(err error, file string) error {
	return fault.New(fault.Unavailable, ruleUnreadable.Code, ruleUnreadable.Zh, ruleUnreadable.En).In(fault.Place{File: file}).Because(err)
}

// stream takes one .dat through: a producer cuts it into chunks of whole lines,
// workers parse them, and a consumer takes them in order.
type stream struct {
	p       *Package
	opts    Options
	file    string
	begin   func(context.Context) error // comes before report and fn
	report  func(fact.Finding)
	fn      func(*Rows) error
	sum     *Summary
	in      io.Reader
	says    int64 // how long it is, as the folder or the zip says
	piece   int   // how much of it a chunk takes
	md5     hash.Hash
	sha     hash.Hash
	size    int64
	trail   bool // a newline ends the file
	stopped bool // a finding ended the reading

	keys  intern.Table
	first []int32 // by key, its line
	key   []byte
}

// chunks are those that no stream has. Only such as went through whole come back.
var chunks = sync.Pool{New: func() any { return &chunk{} }}

// errStop ends the producer and the workers when the consumer needs no more.
var errStop = errors.New("pboc: stop")

func (s *stream) run(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	inFlight := int(min(int64(s.opts.Workers+2), s.says/int64(s.piece)+1))
	free := make(chan *chunk, inFlight)
	for range inFlight {
		free <- chunks.Get().(*chunk) //nolint:forcetypeassert // it holds nothing else
	}
	work := make(chan *chunk, inFlight)
	order := make(chan *chunk, inFlight)
	g.Go(func() error {
		defer close(work)
		defer close(order)
		return s.produce(gctx, free, work, order)
	})
	for range min(s.opts.Workers, inFlight) {
		g.Go(func() error {
			p := newParser(s.p.Name, s.file, s.opts.Codes)
			for c := range work {
				p.parse(c)
				close(c.done)
			}
			return nil
		})
	}
	g.Go(func() error { return s.consume(gctx, order, free) })
	err := g.Wait()
	for len(free) > 0 {
		chunks.Put(<-free)
	}
	if err == nil || errors.Is(err, errStop) {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var own *fnError
	if errors.As(err, &own) {
		return own.error
	}
	s.stopped = true
	f, err := s.p.streamFinding(err)
	if f != nil {
		s.report(*f)
	}
	return err
}

// pieceOf returns how much of a file of so many bytes a chunk takes. A year of many
// banks is thousands of small files: what each of them takes room for counts.
func pieceOf(size int64) int {
	return int(min(max(size+1, pieceBytes), chunkBytes)) // one more, to see the end
}

// fnError marks an error of the caller's own.
type fnError struct{ error }

// produce reads the .dat and sends chunks of whole lines.
func (s *stream) produce(ctx context.Context, free <-chan *chunk, work, order chan<- *chunk) error {
	var carry []byte
	for first := true; ; first = false {
		var c *chunk
		select {
		case c = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		if len(c.buf) < s.piece+MaxLine {
			c.buf = make([]byte, s.piece+MaxLine)
		}
		buf := c.buf
		copied := copy(buf, carry)
		n, err := io.ReadFull(s.in, buf[copied:copied+s.piece])
		s.md5.Write(buf[copied : copied+n])
		s.sha.Write(buf[copied : copied+n])
		s.size += int64(n)
		data, last := buf[:copied+n], false
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			last = true
			if len(data) == 0 {
				s.trail = !first
				return nil
			}
			if data[len(data)-1] == '\n' {
				s.trail, data = true, data[:len(data)-1]
			}
		case err != nil: // in its turn, so that what is told of a file is always the same
			data, carry, last, c.failed = nil, carry[:0], true, err
		}
		if !last {
			data, carry = cutLine(data, carry)
		}
		c.text, c.first, c.done = data, first, make(chan struct{})
		if len(carry) > MaxLine {
			c.tooLong, last = true, true
		}
		for _, ch := range [...]chan<- *chunk{order, work} {
			select {
			case ch <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if last {
			return nil
		}
	}
}

// cutLine splits data after its last newline: whole lines without that newline,
// nil when there is none, and what is carried over, in the memory of carry.
func cutLine(data, carry []byte) (lines, rest []byte) {
	i := len(data)
	for i > 0 && data[i-1] != '\n' {
		i--
	}
	rest = append(carry[:0], data[i:]...)
	if i == 0 {
		return nil, rest
	}
	return data[:i-1], rest
}

// consume takes parsed chunks in order, until the last or a fatal one.
func (s *stream) consume(ctx context.Context, order <-chan *chunk, free chan<- *chunk) error {
	if err := s.begin(ctx); err != nil {
		return &fnError{err}
	}
	said := map[string]bool{}
	for c := range order {
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if c.failed != nil {
			return c.failed
		}
		base := int(s.sum.Records)
		for _, f := range c.findings {
			if f.Code == ruleUnlisted.Code {
				key := f.At.Field + "|" + f.At.Value
				if said[key] {
					continue
				}
				said[key] = true
			}
			f.At.Line += base
			s.report(f)
		}
		if s.opts.Lost != nil {
			for _, about := range c.lost {
				s.opts.Lost(about)
			}
		}
		s.sum.Records += int64(c.lines)
		rows := &c.rows
		for i := range rows.lines {
			rows.lines[i] += int32(base)
		}
		s.unique(rows)
		s.sum.Rows += int64(rows.Len())
		if rows.Len() > 0 {
			if err := s.fn(rows); err != nil {
				return &fnError{err}
			}
		}
		if s.endsAt(c) {
			s.stopped = true
			return errStop
		}
		free <- c
	}
	return nil
}

// endsAt tells whether nothing after c is read.
func (s *stream) endsAt(c *chunk) bool {
	switch {
	case c.fatal:
		return true
	case c.tooLong:
		s.report(ruleLine.At(fault.Place{File: s.file, Line: int(s.sum.Records) + 1}, "", ""))
		return true
	case s.sum.Errors > MaxErrors:
		s.report(ruleTooMany.At(fault.Place{File: s.file, Line: int(s.sum.Records)}, "", ""))
		return true
	}
	return false
}

// unique takes out the rows whose key came before.
func (s *stream) unique(rows *Rows) {
	m := s.p.Name.Message
	var bad []int
	for i := range rows.Len() {
		s.key = s.key[:0]
		for _, no := range m.Key {
			f := &m.Fields[no-1]
			if f.Kind.Numeric() {
				s.key = strconv.AppendInt(s.key, rows.Number(f, i), 10)
			} else {
				s.key = append(s.key, rows.Text(f, i)...)
			}
			s.key = append(s.key, '|')
		}
		id, fresh := s.keys.Add(s.key)
		if fresh {
			s.first = append(s.first, rows.lines[i])
			continue
		}
		f := &m.Fields[m.Key[0]-1]
		line := strconv.Itoa(int(s.first[id]))
		s.report(ruleKey.At(place(s.file, rows.Line(i), f, rows.Text(f, i)), "第 "+line+" 行已有", "it stands in line "+line))
		bad = append(bad, i)
	}
	rows.drop(bad)
}

// compare checks the .dat against its .log.
func (s *stream) compare(l *Log) {
	at := fault.Place{File: s.file}
	differs := func(r *fact.Rule, logged, found string) {
		at.Value = found
		s.report(r.At(at, ".log 为 "+logged+"，实为 "+found, "the .log says "+logged+", found "+found))
	}
	if sum := s.md5.Sum(nil); !l.equalMD5(sum) {
		differs(&ruleMD5, hex.EncodeToString(l.MD5[:]), hex.EncodeToString(sum))
	}
	if s.size != l.Bytes {
		differs(&ruleSize, strconv.FormatInt(l.Bytes, 10), strconv.FormatInt(s.size, 10))
	}
	if s.sum.Records != l.Records {
		differs(&ruleCount, strconv.FormatInt(l.Records, 10), strconv.FormatInt(s.sum.Records, 10))
	}
	if s.trail {
		s.report(ruleTrailing.At(fault.Place{File: s.file, Line: int(s.sum.Records)}, "", ""))
	}
}
