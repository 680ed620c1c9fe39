package sqlgen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"changrong/internal/policy/expr"
)

// verdict is conditions as columns of a query: c1, c2, … their answers, u1, u2, …
// whether a variable is unknown in the row.
type verdict struct {
	columns []string            // "… AS c1"
	answers []string            // the names c1, c2, …
	names   map[string][]string // by variable: when it is to be named, in terms of the columns
}

// judge writes conditions over the rows of f.
func (g *generator) judge(f *frame, conditions []*expr.Expr) *verdict {
	v := &verdict{names: map[string][]string{}}
	unknown := map[string]string{}
	for _, e := range conditions {
		c := v.answer(Expression(g.d, e.Root, f.of) + " /* " + flat(e.Source) + " */")
		for _, x := range e.Vars {
			if f.known(x) {
				continue
			}
			if unknown[x.Name] == "" {
				unknown[x.Name] = fmt.Sprintf("u%d", len(unknown)+1)
				v.columns = append(v.columns, f.of(x)+" IS NULL AS "+unknown[x.Name])
			}
			v.name(x.Name, unknown[x.Name]+" AND "+c+" IS NULL")
		}
	}
	return v
}

// answer adds a condition and returns the name of its column.
func (v *verdict) answer(condition string) string {
	c := fmt.Sprintf("c%d", len(v.answers)+1)
	v.answers = append(v.answers, c)
	v.columns = append(v.columns, condition+" AS "+c)
	return c
}

// name says when a variable is to be named as unknown.
func (v *verdict) name(variable, when string) { v.names[variable] = append(v.names[variable], when) }

// all is whether all conditions hold.
func (v *verdict) all() string {
	if len(v.answers) == 0 {
		return "TRUE"
	}
	return strings.Join(v.answers, " AND ")
}

// notOut is whether none of the conditions is false.
func (v *verdict) notOut() string {
	if len(v.answers) == 0 {
		return "TRUE"
	}
	return strings.Join(v.answers, " IS NOT FALSE AND ") + " IS NOT FALSE"
}

// detail is the names of what is unknown, in byte order, joined by ";".
func (v *verdict) detail(d Dialect) string {
	var cases []string
	for _, name := range slices.Sorted(maps.Keys(v.names)) {
		when := v.names[name]
		if len(when) > 1 {
			when = []string{"(" + strings.Join(when, ") OR (") + ")"}
		}
		cases = append(cases, "CASE WHEN "+when[0]+" THEN "+literal(name)+" END")
	}
	return joined(d, cases)
}

// maxJoined is how many texts are joined by one call; PostgreSQL takes 100
// arguments.
const maxJoined = 50

// joined puts texts that may be NULL together with ";" between.
func joined(d Dialect, texts []string) string {
	if len(texts) == 0 {
		return d.text("")
	}
	for len(texts) > maxJoined {
		var parts []string
		for chunk := range slices.Chunk(texts, maxJoined) {
			parts = append(parts, "NULLIF(concat_ws(';', "+strings.Join(chunk, ", ")+"), '')")
		}
		texts = parts
	}
	return d.ordered("concat_ws(';',\n    " + strings.Join(texts, ",\n    ") + ")")
}

// sortedNames are the variables that v may name, in byte order.
func sortedNames(v *verdict) []string { return slices.Sorted(maps.Keys(v.names)) }
