package settletest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// dice make all choices.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0x6368616e67726f6e))} }

// chance is true in so many cases of a hundred.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// pick returns one of list.
func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// The values that facts hold and conditions ask for: few, so that they meet.
var (
	words = []string{"a", "b", "甲", "甲乙", "a%b", "_", "it's", "B", "xinbao", "10", "9"}
	yuans = []int64{
		0, 1, 2, 99, 101, 12_345, 333_333, 1_000_000, 1_000_000, 7_654_321, 50_000_000, 123_456_789, 1_000_000_000,
		1_500_000_000, 1_500_000_001, 999_999_999_999, 9_876_543_210_123,
	}
	percent = []string{"0", "0.00001", "0.5", "2", "3.85", "4.35", "33.33333", "80", "100"}
)

// writer writes expressions over the names of a scope.
type writer struct {
	dice
	scope *expr.Scope
	days  []string // dates that occur in the facts
	small bool     // plain numbers are small, so that products are no larger than sums of money
}

// variables returns the names whose columns keep says.
func (w *writer) variables(keep func(*fact.Column) bool) []string {
	var names []string
	for _, r := range w.scope.Rows() {
		for i := range r.Table.Columns {
			if keep(&r.Table.Columns[i]) {
				names = append(names, r.Name+"."+r.Table.Columns[i].Name)
			}
		}
	}
	return names
}

func (w *writer) variable(t expr.Type) (string, bool) {
	names := w.variables(func(c *fact.Column) bool { return expr.TypeOf(c) == t })
	if len(names) == 0 {
		return "", false
	}
	return pick(w.dice, names...), true
}

// condition writes a truth value, nested depth deep.
func (w *writer) condition(depth int) string {
	if depth <= 0 {
		return w.leaf()
	}
	sub := func() string { return w.condition(depth - 1) }
	switch w.IntN(12) {
	case 0, 1:
		return "(" + sub() + " && " + sub() + ")"
	case 2, 3, 4:
		return "(" + sub() + " || " + sub() + ")"
	case 5, 6:
		return "!(" + sub() + ")"
	case 7:
		return "(" + sub() + " ? " + sub() + " : " + sub() + ")"
	case 8:
		return "((" + sub() + ") " + pick(w.dice, "==", "!=", "<", ">=") + " (" + sub() + "))"
	case 9:
		return w.comparison(depth - 1)
	case 10:
		return w.textual(depth - 1)
	}
	return w.leaf()
}

// leaf writes a truth without operands of its own kind.
func (w *writer) leaf() string {
	switch w.IntN(8) {
	case 0:
		return pick(w.dice, "true", "true", "false")
	case 1, 2:
		if v, ok := w.variable(expr.Type{Kind: expr.Bool}); ok {
			return pick(w.dice, v, v, "!"+v)
		}
	case 3, 4:
		if c := w.coded(); c != "" {
			return c
		}
	case 5:
		return w.textual(0)
	}
	return w.comparison(0)
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

// comparison compares two numbers of one unit.
func (w *writer) comparison(depth int) string {
	unit := pick(w.dice, expr.Plain, expr.Money, expr.Money, expr.Money, expr.Share, expr.Day, expr.Day, expr.Day, expr.AMonth)
	if _, ok := w.variable(expr.Type{Kind: expr.Int, Unit: unit}); !ok {
		unit = expr.Day
	}
	left := w.number(unit, depth)
	if w.chance(15) && unit != expr.AMonth {
		return "(" + left + " in [" + w.literal(unit) + ", " + w.literal(unit) + ", " + w.literal(unit) + "])"
	}
	right := w.number(unit, depth)
	if w.chance(10) {
		right = "0" // which goes with every unit
	}
	return "(" + left + " " + pick(w.dice, comparisons...) + " " + right + ")"
}

// number writes a number of a unit.
func (w *writer) number(unit expr.Unit, depth int) string {
	if unit == expr.Plain && w.small {
		return w.literal(unit)
	}
	if depth <= 0 || unit == expr.AMonth {
		v, ok := w.variable(expr.Type{Kind: expr.Int, Unit: unit})
		if ok && (w.chance(65) || unit == expr.AMonth) {
			return v
		}
		return w.literal(unit)
	}
	sub := func(u expr.Unit) string { return w.number(u, depth-1) }
	if w.chance(15) {
		return "(" + w.condition(depth-1) + " ? " + sub(unit) + " : " + sub(unit) + ")"
	}
	if unit == expr.Day {
		return "(" + sub(expr.Day) + pick(w.dice, " + ", " - ") + sub(expr.Plain) + ")"
	}
	switch w.IntN(8) {
	case 0:
		return "-(" + sub(unit) + ")"
	case 1, 2:
		if unit <= expr.Money {
			return "(" + sub(unit) + " * " + w.number(expr.Plain, 0) + ")"
		}
	case 3:
		if unit == expr.Plain {
			return "(" + sub(expr.Day) + " - " + sub(expr.Day) + ")"
		}
	}
	return "(" + sub(unit) + pick(w.dice, " + ", " - ") + sub(unit) + ")"
}

// literal writes a value of a unit.
func (w *writer) literal(unit expr.Unit) string {
	switch unit {
	case expr.Money:
		if w.chance(30) {
			return fmt.Sprintf("wan(%d)", pick(w.dice, 0, 1, 20, 1000, 3000))
		}
		return fmt.Sprintf("yuan(%d)", pick(w.dice, yuans...)/100)
	case expr.Share:
		return fmt.Sprintf("percent(%q)", pick(w.dice, percent...))
	case expr.Day:
		if w.chance(40) {
			return pick(w.dice, "scope.first", "scope.last")
		}
		return fmt.Sprintf("date(%q)", pick(w.dice, w.days...))
	}
	if w.small {
		return strconv.Itoa(pick(w.dice, 0, 1, 1, 2, 3, 10))
	}
	if w.chance(10) { // where multiplied, beyond int64
		return pick(w.dice, "9223372036854775807", "4611686018427387904", "1000000000000")
	}
	return strconv.Itoa(pick(w.dice, -3, 0, 1, 2, 10, 31, 365, 2021))
}

// coded compares a code column with one of its codes, or with several.
func (w *writer) coded() string {
	names := w.variables(func(c *fact.Column) bool { return c.Type == fact.Code })
	if len(names) == 0 {
		return ""
	}
	name := pick(w.dice, names...)
	owner, column, _ := strings.Cut(name, ".")
	var codes []string
	for _, r := range w.scope.Rows() {
		if r.Name == owner {
			codes = someCodes(r.Table.Column(column))
		}
	}
	one := func() string { return strconv.Quote(pick(w.dice, codes...)) }
	if w.chance(30) {
		return "(" + name + " in [" + one() + ", " + one() + "])"
	}
	return "(" + name + " " + pick(w.dice, "==", "==", "!=") + " " + one() + ")"
}

// someCodes are the codes that are used of a column, "" among them when that
// means something.
func someCodes(c *fact.Column) []string {
	var codes []string
	for i := range min(3, len(c.Codes)) {
		codes = append(codes, c.Codes[i].Code)
	}
	if c.None {
		codes = append(codes, "")
	}
	return codes
}

// textual looks at a text.
func (w *writer) textual(depth int) string {
	name, ok := w.variable(expr.Type{Kind: expr.Text})
	free := w.variables(func(c *fact.Column) bool { return c.Type == fact.Text || c.Type == fact.USCC })
	if !ok || len(free) == 0 {
		return w.comparison(depth)
	}
	word := strconv.Quote(pick(w.dice, words...))
	text := pick(w.dice, free...)
	switch w.IntN(6) {
	case 0, 1:
		return pick(w.dice, "", "!") + name + "." + pick(w.dice, "startsWith", "endsWith", "contains") + "(" + word + ")"
	case 2:
		return "(" + text + " in [" + word + ", " + strconv.Quote(pick(w.dice, words...)) + "])"
	case 3:
		return "(" + text + " " + pick(w.dice, comparisons...) + " " + pick(w.dice, free...) + ")"
	case 4:
		if depth > 0 {
			return "((" + w.condition(depth-1) + " ? " + text + " : " + word + ") " + pick(w.dice, comparisons...) + " " + word + ")"
		}
	}
	return "(" + text + " " + pick(w.dice, comparisons...) + " " + word + ")"
}
