package postgres

import (
	"fmt"
	"strconv"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/settlement"
	"changrong/internal/settlement/sqlgen"
)

// read runs the queries of the lists.
func (r *runner) read() (*settlement.Result, error) {
	res := &settlement.Result{}
	into := map[string]func(*row){
		sqlgen.Lines: func(w *row) {
			l := settlement.Line{
				Item: w.text(), PayeeID: w.text(), InstitutionID: w.text(), SubjectID: w.text(), EnterpriseID: w.text(),
				Base: w.int(), LimitedBase: w.int(), Rate: money.Rate(w.int()), Amount: w.fen(), Capped: w.fen(), Pooled: w.fen(), Paid: w.fen(),
			}
			l.Deducted = w.fen()
			res.Lines = append(res.Lines, l)
		},
		sqlgen.Totals: func(w *row) {
			res.Totals = append(res.Totals, settlement.Total{Item: w.text(), PayeeID: w.text(), Rows: w.int(), Base: w.int(), Amount: w.fen(), Pooled: w.fen(), Paid: w.fen()})
		},
		sqlgen.SetAside: func(w *row) { res.SetAside = append(res.SetAside, w.aside()) },
		sqlgen.Excluded: func(w *row) { res.Excluded = append(res.Excluded, w.aside()) },
		sqlgen.Gates: func(w *row) {
			res.Gates = append(res.Gates, settlement.GateValue{
				Item: w.text(), PayeeID: w.text(), Passed: w.bool(), Known: w.bool(),
				Start: w.fen(), End: w.fen(), SumStart: w.fen(), SumEnd: w.fen(), Institutions: w.int(),
			})
		},
		sqlgen.Pools: func(w *row) {
			res.Pools = append(res.Pools, settlement.PoolUse{
				Pool: w.text(), Allocator: w.text(), Limited: w.bool(), Budget: w.fen(),
				Requested: w.fen(), Pooled: w.fen(), Paid: w.fen(), Rate: money.Rate(w.int()),
			})
		},
		sqlgen.Indicators: func(w *row) {
			res.Indicators = append(res.Indicators, settlement.Measured{Indicator: w.text(), Known: w.bool(), Value: w.int(), Rows: w.int(), Unknown: w.int(), Met: w.bool()})
		},
	}
	for _, st := range r.script.Reports {
		if err := r.list(st, into[st.Name]); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// list runs one query and hands out its rows.
func (r *runner) list(st sqlgen.Statement, each func(*row)) error {
	results := r.conn.ExecParams(r.ctx, st.SQL, nil, nil, nil, nil)
	w := &row{}
	for results.NextRow() {
		w.values, w.at = results.Values(), 0
		each(w)
		if w.err != nil {
			_, _ = results.Close() // what came is not what was asked for; that says more
			return fault.New(fault.Internal, "postgres.failed", "数据库返回的 "+st.Name+" 有误", "a wrong row of "+st.Name).Because(w.err)
		}
	}
	_, err := results.Close()
	return failure(err, st.Name)
}

// row is the values of one row as text, taken from left to right.
type row struct {
	values [][]byte
	at     int
	err    error
}

func (w *row) next() []byte {
	if w.at >= len(w.values) {
		w.err = fmt.Errorf("only %d columns", len(w.values))
		return nil
	}
	w.at++
	return w.values[w.at-1]
}

func (w *row) text() string { return string(w.next()) }

func (w *row) int() int64 {
	n, err := strconv.ParseInt(string(w.next()), 10, 64)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("column %d: %w", w.at, err)
	}
	return n
}

func (w *row) fen() money.Fen { return money.Fen(w.int()) }

func (w *row) bool() bool { return w.int() != 0 }

func (w *row) aside() settlement.Aside {
	return settlement.Aside{
		Item: w.text(), InstitutionID: w.text(), SubjectID: w.text(), EnterpriseID: w.text(),
		Reason: settlement.Reason(w.text()), Detail: w.text(),
	}
}
