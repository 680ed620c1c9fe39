package registry

import (
	"context"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// Load does a job of LoadJob: it reads a file to find what is wrong, and where no
// error is, puts its rows into the registry. Done again, it goes on where it was.
func (s *Service) Load(ctx context.Context, j event.Job, report func(done, total int64, note string)) error {
	m, err := s.Import(ctx, access.Scope{All: true}, j.Payload)
	if err != nil {
		return err
	}
	if m.State == Waiting {
		report(0, 0, "核对文件")
		if m, err = s.checkFile(ctx, m); err != nil {
			return err
		}
	}
	if m.State != Loading {
		return nil
	}
	l := &loader{book: book{s, m}, ctx: ctx, report: report, skip: m.Read}
	var odd fact.Finding
	err = s.Files.Read(ctx, &m.File, func(f fact.Finding) {
		if f.Severity == fact.Error {
			odd = f
		}
	}, func(b *fact.Batch) error { return l.batch(b) })
	if err == nil && odd.Code != "" {
		err = odd.Fault()
	}
	if err != nil {
		return err
	}
	return s.end(ctx, l.m, Loaded)
}

// checkFile finds what is wrong with a file, and says so.
func (s *Service) checkFile(ctx context.Context, m *Import) (*Import, error) {
	next := *m
	next.Findings, next.Errors, next.Warnings = []Finding{}, 0, 0
	c := &checker{asOf: m.AsOf, seen: map[[18]byte]struct{}{}, tell: next.note}
	err := s.Files.Read(ctx, &m.File, next.note, func(b *fact.Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.place = func(i int) fault.Place { return fault.Place{File: b.File, Line: b.LineOf(i)} }
		c.check(rows(b, m.AsOf, m.Source))
		if c.rows > maxRows {
			return fault.Invalidf("registry.rows", "文件超过%d行，请分开上传", "the file has over %d rows; send it in parts", maxRows)
		}
		return nil
	})
	if fault.KindOf(err) == fault.Invalid {
		next.note(fact.FindingOf(err)) // unreadable as a whole
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if next.Rows = c.rows; c.rows == 0 && next.Errors == 0 {
		next.note(fact.FindingOf(fault.Invalidf("registry.empty", "文件中没有企业", "there is no firm in the file")))
	}
	if next.Errors > 0 {
		return &next, s.end(ctx, &next, Refused)
	}
	next.State = Loading
	return s.put(ctx, &next, nil)
}

// put keeps how far an import is, after f.
func (s *Service) put(ctx context.Context, m *Import, f func(Tx) error) (*Import, error) {
	err := s.Store.Write(ctx, func(tx Tx) error {
		if f != nil {
			if err := f(tx); err != nil {
				return err
			}
		}
		return tx.PutImport(m)
	})
	if err != nil {
		return nil, err
	}
	m.Version++
	return m, nil
}

// end ends an import, and tells whose it is.
func (s *Service) end(ctx context.Context, m *Import, as State) error {
	m.State, m.Done = as, s.Now()
	counts := map[string]string{
		"file": m.Name, "rows": strconv.FormatInt(m.Rows, 10), "added": strconv.FormatInt(m.Added, 10), "changed": strconv.FormatInt(m.Changed, 10),
		"ended": strconv.FormatInt(m.Ended, 10), "errors": strconv.FormatInt(m.Errors, 10),
	}
	_, err := s.put(ctx, m, func(tx Tx) error {
		if err := tx.Emit(event.Event{ID: s.NewID(), Kind: "registry." + string(as), At: m.Done, Orgs: []string{m.Org}, Subject: m.ID, Data: counts}); err != nil {
			return err
		}
		return tx.Audit(access.Caller{Address: "server"}.Entry(m.Done, "registry."+string(as), m.ID, counts))
	})
	return err
}

// book puts firms into the registry, and counts what that changes.
type book struct {
	s *Service
	m *Import
}

// loader puts the rows of a file into the registry.
type loader struct {
	book
	ctx    context.Context //nolint:containedctx // it lives as long as one call
	skip   int64           // rows that are in the registry from an earlier time
	report func(done, total int64, note string)
}

// batch puts the rows of a batch into the registry, piece by piece.
func (l *loader) batch(b *fact.Batch) error {
	firms := rows(b, l.m.AsOf, l.m.Source)
	past := min(l.skip, int64(len(firms)))
	l.skip -= past
	firms = firms[past:]
	for len(firms) > 0 {
		n := min(piece, len(firms))
		if err := l.piece(firms[:n]); err != nil {
			return err
		}
		firms = firms[n:]
		l.report(l.m.Read, l.m.Rows, "导入企业登记库")
	}
	return nil
}

// piece puts some firms into the registry in one transaction.
func (l *loader) piece(firms []party.Firm) error {
	var next Import
	err := l.s.Store.Write(l.ctx, func(tx Tx) error {
		next = *l.m
		next.Read += int64(len(firms))
		if _, err := (book{l.s, &next}).take(tx, firms); err != nil {
			return err
		}
		return tx.PutImport(&next)
	})
	if err != nil {
		return err
	}
	next.Version++
	*l.m = next
	return nil
}

// take puts in firms that are new or other than they are kept, tells of those that
// were closed, and returns how many it put.
func (b book) take(tx Tx, firms []party.Firm) (int, error) {
	kept := make([]Kept, len(firms))
	codes := make([]string, len(firms))
	for i := range firms {
		kept[i].Firm, codes[i] = firms[i], firms[i].USCC
	}
	put, ended, err := b.differences(tx, kept, codes)
	if err != nil || len(put) == 0 {
		return 0, err
	}
	if err := tx.PutFirms(put); err != nil {
		return 0, err
	}
	return len(put), b.tell(tx, ended)
}

// differences returns the firms that are new or other than they are kept, and those
// of them that were open and are no more.
func (b book) differences(tx Tx, firms []Kept, codes []string) (put []Kept, ended []*Kept, err error) {
	m := b.m
	list, err := tx.FirmsByCode(codes)
	if err != nil {
		return nil, nil, err
	}
	before := make(map[string]*Kept, len(list))
	for i := range list {
		if err := b.s.unseal(&list[i]); err != nil {
			return nil, nil, err
		}
		before[list[i].USCC] = &list[i]
	}
	for i := range firms {
		f, was := &firms[i], before[firms[i].USCC]
		if was != nil && (was.AsOf > f.AsOf || was.Firm == f.Firm) {
			continue
		}
		if f.Status != party.Open && (was == nil || was.Status == party.Open) {
			f.fresh = was == nil
			ended = append(ended, f)
		}
		switch {
		case was == nil:
			m.Added++
		case same(was.Firm, f.Firm):
		default:
			m.Changed++
		}
		if f.Sealed == nil && f.Person != "" {
			if f.Sealed, err = b.s.Sealer.Seal([]byte(f.Person.Reveal()), place(f.USCC)); err != nil {
				return nil, nil, err
			}
		}
		put = append(put, *f)
		if was != nil && f.Status != party.Open && was.Status == party.Open {
			m.Ended++
		}
	}
	return put, ended, nil
}

// same tells whether a later file says of a firm what an earlier one did.
func same(a, b party.Firm) bool {
	a.AsOf, a.Source = b.AsOf, b.Source
	return a == b
}

// tell tells that firms were closed: those that were known to be open, and those that
// are new here but have come in already.
func (b book) tell(tx Tx, ended []*Kept) error {
	if len(ended) == 0 {
		return nil
	}
	codes := make([]string, len(ended))
	for i, f := range ended {
		codes[i] = f.USCC
	}
	orgs, err := tx.EnterprisesByCode(codes)
	if err != nil {
		return err
	}
	for _, f := range ended {
		org := orgs[f.USCC]
		e := event.Event{ID: b.s.NewID(), Kind: Closed, At: b.s.Now(), Subject: f.USCC, Data: map[string]string{"status": f.Status}}
		if org != "" {
			e.Orgs = []string{org}
		} else if f.fresh {
			continue // it was closed before anybody here had to do with it
		}
		if err := tx.Emit(e); err != nil {
			return err
		}
	}
	return nil
}
