package parquetfile

import (
	"math"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"changrong/internal/adapter/factfile/cells"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// form is how the values of a Parquet column become values of a fact column.
type form uint8

const (
	asText    form = iota // a cell of text, read as CSV's are
	asNumber              // an integer, times mul
	asDigits              // a decimal in big-endian bytes, times mul
	asDay                 // days since 1970-01-01
	asInstant             // units of time since 1970-01-01T00:00, perUnit a second
)

// Plan is how one column of a file is read.
type Plan struct {
	field   *parquet.Column
	column  *fact.Column
	kind    parquet.Kind
	form    form
	mul     int64
	perUnit int64 // units in a second
	shift   int64 // seconds from the file's clock to the city's
	width   int   // of a fixed-length value
}

// cityShift is how far the city's clock is ahead of UTC, in seconds.
const cityShift = 8 * 60 * 60

// Plan says how the field of that number, as in Names, is read as column c.
//
// Errors: parquet.float, parquet.finer, parquet.nested, parquet.type,
// parquet.damaged.
func (p *File) Plan(field int, c *fact.Column) (plan *Plan, err error) {
	err = cells.Guarded(p.name, damaged, func() error {
		made, f := planOf(p.fields[field], c)
		if f != nil {
			return f.In(fault.Place{File: p.name, Field: c.Name})
		}
		plan = made
		return nil
	})
	return plan, err
}

func planOf(f *parquet.Column, c *fact.Column) (*Plan, *fault.Error) {
	if !f.Leaf() || f.Repeated() {
		return nil, fault.Invalidf("parquet.nested", "列 %s 是嵌套或重复的列，应为单值列",
			"column %s is nested or repeated; it must hold one value a row", c.Name)
	}
	typ := f.Type()
	p := &Plan{field: f, column: c, kind: typ.Kind(), mul: 1, width: typ.Length()}
	var meaning any
	if l := typ.LogicalType(); l != nil {
		meaning = l.Value
	}
	money := c.Type == fact.Fen || c.Type == fact.Rate
	switch m := meaning.(type) {
	case *format.DecimalType:
		return p.decimal(m, typ)
	case *format.DateType:
		p.form = asDay
		if c.Type == fact.Date || c.Type == fact.Month {
			return p, nil
		}
	case *format.TimestampType:
		p.form = asInstant
		if p.clock(m); (c.Type == fact.Date || c.Type == fact.Month || c.Type == fact.Time) && p.perUnit > 0 {
			return p, nil
		}
	case nil, *format.StringType, *format.EnumType, *format.JsonType, *format.IntType:
		switch p.kind {
		case parquet.ByteArray, parquet.FixedLenByteArray:
			return p, nil
		case parquet.Float, parquet.Double:
			if money {
				return nil, floatFault(c)
			}
		case parquet.Int32, parquet.Int64:
			p.form = asNumber
			i, ok := meaning.(*format.IntType)
			if unsigned := ok && !i.IsSigned; money && !unsigned || c.Type == fact.Int || c.Type == fact.Bool {
				return p, nil
			}
		case parquet.Boolean:
			p.form = asNumber
			if c.Type == fact.Bool {
				return p, nil
			}
		}
	}
	return nil, typeFault(c, typ)
}

// decimal plans to read a decimal as an amount, a rate or a count.
func (p *Plan) decimal(d *format.DecimalType, typ parquet.Type) (*Plan, *fault.Error) {
	places, unit := 0, 0 // decimals a file may have, and decimals of our unit
	switch p.column.Type {
	case fact.Fen:
		places, unit = 2, 2
	case fact.Rate:
		places, unit = 5, 7
	case fact.Int:
	default:
		return nil, typeFault(p.column, typ)
	}
	if int(d.Scale) > places {
		return nil, fault.Invalidf("parquet.finer", "列 %s 有 %d 位小数，最多 %d 位",
			"column %s has %d decimals; at most %d are allowed", p.column.Name, d.Scale, places)
	}
	if d.Scale < 0 || d.Precision > 18 {
		return nil, typeFault(p.column, typ)
	}
	for range unit - int(d.Scale) {
		p.mul *= 10
	}
	p.form = asNumber
	if p.kind == parquet.ByteArray || p.kind == parquet.FixedLenByteArray {
		p.form = asDigits
	}
	return p, nil
}

// clock plans to read instants; an instant of UTC is shown on the city's clock.
func (p *Plan) clock(t *format.TimestampType) {
	if t.Unit.Value != nil {
		p.perUnit = int64(time.Second / t.Unit.Value.Duration())
	}
	if t.IsAdjustedToUTC {
		p.shift = cityShift
	}
}

func floatFault(c *fact.Column) *fault.Error {
	instead := "DECIMAL(18,2)"
	if c.Type == fact.Rate {
		instead = "DECIMAL(18,5)"
	}
	return fault.Invalidf("parquet.float", "列 %s 是浮点数，金额和比率不能用浮点数；请写成 %s",
		"column %s is floating-point, which amounts and rates must not be; write %s", c.Name, instead)
}

func typeFault(c *fact.Column, typ parquet.Type) *fault.Error {
	f := fault.Invalidf("parquet.type", "列 %s 的类型 %s 不能读作%s；请写成 %s",
		"column %[1]s has type %[2]s; write %[4]s", c.Name, typ.String(), c.Type.Zh(), canonicalNode(c).Type().String())
	return f
}

// number makes a value of x, as it stands in the file; ok is false when it is
// not one that a cell could hold.
func (p *Plan) number(x int64) (y int64, ok bool) {
	switch p.form {
	case asDay:
		return p.day(x)
	case asInstant:
		seconds := floorDiv(x, p.perUnit) + p.shift
		if p.column.Type != fact.Time {
			return p.day(floorDiv(seconds, daySeconds))
		}
		_, ok = p.day(floorDiv(seconds, daySeconds))
		return seconds, ok
	}
	switch p.column.Type {
	case fact.Fen:
		y = x * p.mul // mul is at most 100
		return y, x <= int64(money.Max) && x >= -int64(money.Max) && y <= int64(money.Max) && y >= -int64(money.Max)
	case fact.Rate:
		y = x * p.mul
		return y, x >= 0 && x <= int64(money.MaxRate) && y <= int64(money.MaxRate) && y%cells.FinestRate == 0
	case fact.Bool:
		return x, x == 0 || x == 1
	default: // Int
		return x, x >= 0 && x <= maxCount
	}
}

const (
	daySeconds = 24 * 60 * 60
	maxCount   = 999_999_999_999 // twelve digits, as in a cell
)

// The days a cell may hold.
var (
	dayOne, _  = civil.Of(1900, 1, 1)
	dayLast, _ = civil.Of(2199, 12, 31)
)

// day makes a date or a month of a day; of a time it only tells whether it is one.
func (p *Plan) day(x int64) (y int64, ok bool) {
	if x < int64(dayOne) || x > int64(dayLast) {
		return 0, false
	}
	if p.column.Type == fact.Month {
		return int64(civil.Date(x).Month()), true
	}
	return x, true
}

// refuse says what is wrong with x, for which number was not ok, as the same
// value in a cell of text would be refused.
func (p *Plan) refuse(x int64) (text string, err error) {
	switch y := x * p.mul; {
	case p.form == asDay || p.form == asInstant:
		text = strconv.FormatInt(x, 10)
	case p.mul > 1 && (x > math.MaxInt64/p.mul || x < math.MinInt64/p.mul):
		text = strconv.FormatInt(x, 10) + "000" // beyond any range too
	case p.column.Type == fact.Fen:
		text = string(money.Fen(y).AppendYuan(nil))
	case p.column.Type == fact.Rate:
		text = string(money.Rate(y).AppendPercent(nil))
	default:
		text = strconv.FormatInt(y, 10)
	}
	return text, fact.NewVector(p.column).AppendCell([]byte(text))
}

// fromDigits reads a big-endian number in two's complement; ok is false when it
// does not fit an int64.
func fromDigits(b []byte) (x int64, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	if b[0] >= 0x80 {
		x = -1
	}
	for len(b) > 8 {
		if b[0] != byte(x) {
			return 0, false
		}
		b = b[1:]
	}
	negative := x < 0
	for _, c := range b {
		x = x<<8 | int64(c)
	}
	return x, x < 0 == negative
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
