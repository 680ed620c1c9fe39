package vec

import (
	"slices"
	"strings"

	"changrong/internal/policy/expr"
)

// text makes the node of an operator on texts. One over a single column and
// literals is answered for every entry of that column's dictionary beforehand.
func (c *compiler) text(e *expr.Node) (node, error) {
	n := node{op: opText, kind: expr.Bool, v: int(e.Op)}
	for _, a := range e.Args {
		arg, err := c.node(a)
		if err != nil {
			return n, err
		}
		n.args = append(n.args, arg)
	}
	n = c.place(n)
	leaf := single(e)
	if leaf == nil {
		return n, nil
	}
	v := c.seen[leaf.Name]
	yes, err := tabulate(e, c.p.vars[v].values.Texts())
	return c.place(node{op: opTable, kind: expr.Bool, v: v, yes: yes}), err
}

// single returns the variable that e depends on if it is one, and a text; else nil.
func single(e *expr.Node) *expr.Variable {
	leaves := map[string]*expr.Variable{}
	var walk func(*expr.Node)
	walk = func(n *expr.Node) {
		if n.Op == expr.Var {
			leaves[n.Var.Name] = n.Var
		}
		for _, a := range n.Args {
			walk(a)
		}
	}
	walk(e)
	for _, v := range leaves {
		if len(leaves) == 1 && expr.TypeOf(v.Column).Kind == expr.Text {
			return v
		}
	}
	return nil
}

// tabulate answers e, which depends on one text, for every entry of dict, and last
// for an unknown text, on which a conditional need not hang.
func tabulate(e *expr.Node, dict *Dict) ([]Truth, error) {
	entries := &compiler{p: &Program{}, seen: map[string]int{}, bind: func(*expr.Variable) (int, Values, error) {
		return 0, numbering{dict}, nil
	}}
	n := node{op: opText, kind: expr.Bool, v: int(e.Op)}
	for _, a := range e.Args {
		arg, err := entries.node(a)
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
	}
	entries.p.root = entries.place(n)
	entriesAndNone := dict.Len() + 1
	yes := make([]Truth, 0, entriesAndNone)
	f, m := NewFrame(nil), new(Machine)
	rows := make([]uint32, 0, Chunk)
	for len(yes) < entriesAndNone {
		rows = rows[:0]
		for i := len(yes); i < min(entriesAndNone, len(yes)+Chunk); i++ {
			rows = append(rows, uint32(i))
		}
		f.Set(rows)
		yes = append(yes, m.Truth(entries.p, f)...)
	}
	return yes, nil
}

// numbering is a column that holds every entry of a dictionary once, in order, and
// then an unknown text.
type numbering struct{ dict *Dict }

// Texts implements Values.
func (n numbering) Texts() *Dict { return n.dict }

// Read implements Values.
func (n numbering) Read(rows []uint32, ints []int64, unknown []Truth) {
	for i, r := range rows {
		ints[i], unknown[i] = int64(r), 0
		if int(r) == n.dict.Len() {
			ints[i], unknown[i] = 0, Unknown
		}
	}
}

// compare answers an operator on texts in every row.
func (m *run) compare(n *node) []Truth {
	to := m.truth(n.at)
	args := make([][]string, len(n.args))
	for i := range n.args {
		texts, unknown := m.texts(&n.args[i])
		args[i] = texts
		for j, u := range unknown {
			if i == 0 {
				to[j] = 0
			}
			to[j] |= u
		}
	}
	holds := textual[expr.Op(n.v)]
	row := make([]string, len(args))
	for j := range to {
		if to[j] != 0 {
			continue
		}
		for i := range args {
			row[i] = args[i][j]
		}
		to[j] = False >> bit(holds(row))
	}
	return to
}

// textual are the operators on texts.
var textual = map[expr.Op]func(args []string) bool{
	expr.Eq:         func(a []string) bool { return a[0] == a[1] },
	expr.Ne:         func(a []string) bool { return a[0] != a[1] },
	expr.Lt:         func(a []string) bool { return a[0] < a[1] },
	expr.Le:         func(a []string) bool { return a[0] <= a[1] },
	expr.Gt:         func(a []string) bool { return a[0] > a[1] },
	expr.Ge:         func(a []string) bool { return a[0] >= a[1] },
	expr.In:         func(a []string) bool { return slices.Contains(a[1:], a[0]) },
	expr.StartsWith: func(a []string) bool { return strings.HasPrefix(a[0], a[1]) },
	expr.EndsWith:   func(a []string) bool { return strings.HasSuffix(a[0], a[1]) },
	expr.Contains:   func(a []string) bool { return strings.Contains(a[0], a[1]) },
}

// texts evaluates a node that is a text.
func (m *run) texts(n *node) ([]string, []Truth) {
	to, unknown := m.text(n.at), m.unknown(n.at)
	switch n.op {
	case opLit:
		for i := range to {
			to[i], unknown[i] = n.text, 0
		}
	case opVar:
		codes, u := m.load(n.v)
		dict := m.p.vars[n.v].values.Texts()
		copy(unknown, u)
		for i, code := range codes {
			to[i] = ""
			if u[i] == 0 {
				to[i] = dict.At(int(code))
			}
		}
	default: // opCond
		which := m.truths(&n.args[0])
		a, ua := m.texts(&n.args[1])
		b, ub := m.texts(&n.args[2])
		for i, t := range which {
			switch t {
			case True:
				to[i], unknown[i] = a[i], ua[i]
			case False:
				to[i], unknown[i] = b[i], ub[i]
			default:
				to[i], unknown[i] = "", Unknown
			}
		}
	}
	return to, unknown
}
