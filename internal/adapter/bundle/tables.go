package bundle

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/settlement"
)

// column is one column of a result table: where its value is kept in a row.
// Exactly one of text, number and flag is set.
type column[T any] struct {
	name   string
	text   func(*T) *string
	number func(*T) *int64
	flag   func(*T) *bool
}

func text[T any](name string, f func(*T) *string) column[T] { return column[T]{name: name, text: f} }

func number[T any](name string, f func(*T) *int64) column[T] { return column[T]{name: name, number: f} }

func flag[T any](name string, f func(*T) *bool) column[T] { return column[T]{name: name, flag: f} }

func fen[T any](name string, f func(*T) *money.Fen) column[T] {
	return number(name, func(row *T) *int64 { return (*int64)(f(row)) })
}

type (
	line  = settlement.Line
	total = settlement.Total
	aside = settlement.Aside
	gate  = settlement.GateValue
	pool  = settlement.PoolUse
	meas  = settlement.Measured
)

var lineColumns = []column[line]{
	text("item", func(l *line) *string { return &l.Item }),
	text("payee_id", func(l *line) *string { return &l.PayeeID }),
	text("institution_id", func(l *line) *string { return &l.InstitutionID }),
	text("subject_id", func(l *line) *string { return &l.SubjectID }),
	text("enterprise_id", func(l *line) *string { return &l.EnterpriseID }),
	number("base_fen", func(l *line) *int64 { return &l.Base }),
	number("limited_base_fen", func(l *line) *int64 { return &l.LimitedBase }),
	number("rate_ppb", func(l *line) *int64 { return (*int64)(&l.Rate) }),
	fen("amount_fen", func(l *line) *money.Fen { return &l.Amount }),
	fen("capped_fen", func(l *line) *money.Fen { return &l.Capped }),
	fen("pooled_fen", func(l *line) *money.Fen { return &l.Pooled }),
	fen("paid_fen", func(l *line) *money.Fen { return &l.Paid }),
	fen("deducted_fen", func(l *line) *money.Fen { return &l.Deducted }),
}

var totalColumns = []column[total]{
	text("item", func(t *total) *string { return &t.Item }),
	text("payee_id", func(t *total) *string { return &t.PayeeID }),
	number("rows", func(t *total) *int64 { return &t.Rows }),
	number("base_fen", func(t *total) *int64 { return &t.Base }),
	fen("amount_fen", func(t *total) *money.Fen { return &t.Amount }),
	fen("pool_amount_fen", func(t *total) *money.Fen { return &t.Pooled }),
	fen("paid_fen", func(t *total) *money.Fen { return &t.Paid }),
}

var asideColumns = []column[aside]{
	text("item", func(a *aside) *string { return &a.Item }),
	text("institution_id", func(a *aside) *string { return &a.InstitutionID }),
	text("subject_id", func(a *aside) *string { return &a.SubjectID }),
	text("enterprise_id", func(a *aside) *string { return &a.EnterpriseID }),
	text("reason", func(a *aside) *string { return (*string)(&a.Reason) }),
	text("detail", func(a *aside) *string { return &a.Detail }),
}

var gateColumns = []column[gate]{
	text("item", func(g *gate) *string { return &g.Item }),
	text("payee_id", func(g *gate) *string { return &g.PayeeID }),
	flag("passed", func(g *gate) *bool { return &g.Passed }),
	flag("known", func(g *gate) *bool { return &g.Known }),
	fen("start_fen", func(g *gate) *money.Fen { return &g.Start }),
	fen("end_fen", func(g *gate) *money.Fen { return &g.End }),
	fen("sum_start_fen", func(g *gate) *money.Fen { return &g.SumStart }),
	fen("sum_end_fen", func(g *gate) *money.Fen { return &g.SumEnd }),
	number("institutions", func(g *gate) *int64 { return &g.Institutions }),
}

var poolColumns = []column[pool]{
	text("pool", func(p *pool) *string { return &p.Pool }),
	text("allocator", func(p *pool) *string { return &p.Allocator }),
	flag("limited", func(p *pool) *bool { return &p.Limited }),
	fen("budget_fen", func(p *pool) *money.Fen { return &p.Budget }),
	fen("requested_fen", func(p *pool) *money.Fen { return &p.Requested }),
	fen("pooled_fen", func(p *pool) *money.Fen { return &p.Pooled }),
	fen("paid_fen", func(p *pool) *money.Fen { return &p.Paid }),
	number("rate_ppb", func(p *pool) *int64 { return (*int64)(&p.Rate) }),
}

var indicatorColumns = []column[meas]{
	text("indicator", func(m *meas) *string { return &m.Indicator }),
	flag("known", func(m *meas) *bool { return &m.Known }),
	number("value", func(m *meas) *int64 { return &m.Value }),
	number("rows", func(m *meas) *int64 { return &m.Rows }),
	number("unknown", func(m *meas) *int64 { return &m.Unknown }),
	flag("met", func(m *meas) *bool { return &m.Met }),
}

// table is one CSV file of a result.
type table struct {
	name  string
	write func(io.Writer, *settlement.Result) error
	read  func(io.Reader, *settlement.Result) error
}

// tables are the CSV files of a bundle, in the order of the receipt.
var tables = []table{
	tableOf("totals.csv", totalColumns, func(r *settlement.Result) *[]total { return &r.Totals }),
	tableOf("lines.csv", lineColumns, func(r *settlement.Result) *[]line { return &r.Lines }),
	tableOf("set_aside.csv", asideColumns, func(r *settlement.Result) *[]aside { return &r.SetAside }),
	tableOf("excluded.csv", asideColumns, func(r *settlement.Result) *[]aside { return &r.Excluded }),
	tableOf("gates.csv", gateColumns, func(r *settlement.Result) *[]gate { return &r.Gates }),
	tableOf("pools.csv", poolColumns, func(r *settlement.Result) *[]pool { return &r.Pools }),
	tableOf("indicators.csv", indicatorColumns, func(r *settlement.Result) *[]meas { return &r.Indicators }),
}

func tableOf[T any](name string, cs []column[T], rows func(*settlement.Result) *[]T) table {
	return table{
		name:  name,
		write: func(w io.Writer, r *settlement.Result) error { return writeRows(w, cs, *rows(r)) },
		read: func(src io.Reader, r *settlement.Result) (err error) {
			*rows(r), err = readRows(name, src, cs)
			return err
		},
	}
}

// writeRows writes a header and the rows, RFC 4180 with LF.
func writeRows[T any](w io.Writer, cs []column[T], rows []T) error {
	const flushAt = 1 << 16
	b := make([]byte, 0, flushAt+4096)
	for i, c := range cs {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, c.name...)
	}
	b = append(b, '\n')
	for i := range rows {
		for j := range cs {
			if j > 0 {
				b = append(b, ',')
			}
			b = cs[j].append(b, &rows[i])
		}
		b = append(b, '\n')
		if len(b) >= flushAt {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err := w.Write(b)
	return err
}

func (c *column[T]) append(b []byte, row *T) []byte {
	switch {
	case c.text != nil:
		return appendCell(b, *c.text(row))
	case c.number != nil:
		return strconv.AppendInt(b, *c.number(row), 10)
	case *c.flag(row):
		return append(b, '1')
	}
	return append(b, '0')
}

// appendCell appends s, quoted when it must be.
func appendCell(b []byte, s string) []byte {
	quote := false
	for i := 0; i < len(s) && !quote; i++ {
		quote = s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r'
	}
	if !quote && (s == "" || s[0] != ' ') {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, bytes.ReplaceAll([]byte(s), []byte{'"'}, []byte{'"', '"'})...)
	return append(b, '"')
}

// readRows reads what writeRows wrote.
// Error: bundle.table, with line and column.
func readRows[T any](name string, src io.Reader, cs []column[T]) ([]T, error) {
	r := csv.NewReader(bufio.NewReaderSize(src, 1<<16))
	r.ReuseRecord, r.FieldsPerRecord = true, len(cs)
	broken := func(line int, field string, cause error) error {
		return fault.New(fault.Invalid, "bundle.table", "不是本程序写出的结果表，或已被改动", "no result table that this program wrote, or one that was changed").
			In(fault.Place{File: name, Line: line, Field: field}).Because(cause)
	}
	header, err := r.Read()
	if err != nil {
		return nil, broken(1, "", err)
	}
	for i := range cs {
		if header[i] != cs[i].name {
			return nil, broken(1, cs[i].name, nil)
		}
	}
	var rows []T
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return nil, broken(bad.StartLine, "", err)
		}
		if err != nil {
			return nil, broken(0, "", err)
		}
		at, _ := r.FieldPos(0)
		var row T
		for i := range cs {
			if err := cs[i].parse(record[i], &row); err != nil {
				return nil, broken(at, cs[i].name, err)
			}
		}
		rows = append(rows, row)
	}
}

func (c *column[T]) parse(cell string, row *T) (err error) {
	switch {
	case c.text != nil:
		*c.text(row) = cell
	case c.number != nil:
		*c.number(row), err = strconv.ParseInt(cell, 10, 64)
	default:
		*c.flag(row) = cell == "1"
		if cell != "0" && cell != "1" {
			err = strconv.ErrSyntax
		}
	}
	return err
}
