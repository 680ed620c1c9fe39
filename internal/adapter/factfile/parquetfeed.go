package factfile

import (
	"errors"

	"changrong/internal/adapter/factfile/parquetfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// parquetFeed hands out the row groups of a Parquet file.
type parquetFeed struct {
	request
	plans []*parquetfile.Plan // for each column wanted; nil where the file lacks it
	group int
}

// openParquetFeed looks the columns wanted up in the file.
//
// Errors: those of readHeader and of File.Plan.
func openParquetFeed(rq request) (feed, error) {
	p := &parquetFeed{request: rq}
	place := fault.Place{File: rq.part.name()}
	h, err := readHeader(rq.part.table, rq.part.parquet.Names(), Parquet, place, rq.warn)
	if err != nil {
		return nil, err
	}
	for _, c := range rq.columns {
		var plan *parquetfile.Plan
		if field := h.field(c); field >= 0 {
			if plan, err = rq.part.parquet.Plan(field, c); err != nil {
				return nil, err
			}
		}
		p.plans = append(p.plans, plan)
	}
	return p, nil
}

func (p *parquetFeed) close() {}

// next implements feed.
func (p *parquetFeed) next(*workspace) (unit, error) {
	if p.group == p.part.parquet.Groups() {
		return nil, nil
	}
	p.group++
	return &rowGroup{feed: p, group: p.group - 1}, nil
}

// rowGroup is one row group. The line of a row is its number in the file, from 1.
type rowGroup struct {
	feed  *parquetFeed
	group int
}

// read implements unit.
func (u *rowGroup) read(w *workspace, out output) error {
	bad := func(b parquetfile.Bad) error {
		var f *fault.Error
		if !errors.As(b.Err, &f) {
			return b.Err
		}
		place := fault.Place{File: u.feed.part.name(), Line: b.Line, Field: b.Column.Name, Value: b.Text}
		return out.bad(fact.FindingOf(f.In(place)))
	}
	return w.groups.Read(u.feed.part.parquet, u.feed.plans, u.group, batchRows, bad, out.batch)
}
