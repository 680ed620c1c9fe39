package settletest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"changrong/internal/settlement"
)

// maxShown is how many differences Diff tells.
const maxShown = 12

// Diff tells in what two results of the same plan and facts differ, the first few
// differences each on a line; "" when they are equal. It also tells when a list is
// out of order.
func Diff(a, b *settlement.Result) string {
	var d differences
	compare(&d, "line", a.Lines, b.Lines, 4)
	compare(&d, "total", a.Totals, b.Totals, 2)
	compare(&d, "set aside", a.SetAside, b.SetAside, 6)
	compare(&d, "excluded", a.Excluded, b.Excluded, 6)
	compare(&d, "gate", a.Gates, b.Gates, 2)
	compare(&d, "pool", a.Pools, b.Pools, 1)
	compare(&d, "indicator", a.Indicators, b.Indicators, 1)
	if len(d) > maxShown {
		d = append(d[:maxShown], fmt.Sprintf("… and %d more", len(d)-maxShown))
	}
	return strings.Join(d, "\n")
}

type differences []string

func (d *differences) add(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// compare walks two sorted lists of structs, whose first keys fields are texts that
// tell an entry from the others.
func compare[T comparable](d *differences, name string, a, b []T, keys int) {
	key := func(x T) []string {
		v, k := reflect.ValueOf(x), make([]string, keys)
		for i := range k {
			k[i] = v.Field(i).String()
		}
		return k
	}
	order := func(x, y T) int { return slices.Compare(key(x), key(y)) }
	for i, list := range [][]T{a, b} {
		if !slices.IsSortedFunc(list, order) {
			d.add("%ss of the %s are out of order", name, []string{"first", "second"}[i])
			return
		}
	}
	for len(a) > 0 && len(b) > 0 {
		switch c := order(a[0], b[0]); {
		case c < 0:
			d.add("%s only in the first: %+v", name, a[0])
			a = a[1:]
		case c > 0:
			d.add("%s only in the second: %+v", name, b[0])
			b = b[1:]
		default:
			if a[0] != b[0] {
				d.add("%s %s: %s", name, strings.Join(key(a[0]), " "), fields(a[0], b[0]))
			}
			a, b = a[1:], b[1:]
		}
	}
	for _, x := range a {
		d.add("%s only in the first: %+v", name, x)
	}
	for _, x := range b {
		d.add("%s only in the second: %+v", name, x)
	}
}

// fields tells in which fields two structs of one type differ.
func fields(x, y any) string {
	var parts []string
	a, b := reflect.ValueOf(x), reflect.ValueOf(y)
	for i := range a.NumField() {
		if a.Field(i).Interface() != b.Field(i).Interface() {
			parts = append(parts, fmt.Sprintf("%s is %v and %v", a.Type().Field(i).Name, a.Field(i), b.Field(i)))
		}
	}
	return strings.Join(parts, ", ")
}
