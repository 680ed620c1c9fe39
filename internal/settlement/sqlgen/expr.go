package sqlgen

import (
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/policy/expr"
)

// Expression writes a checked expression as SQL; of says how a variable is read.
// A condition is a boolean, all else bigint or text; NULL is unknown.
func Expression(d Dialect, n *expr.Node, of func(*expr.Variable) string) string {
	return (&writer{d, of}).node(n)
}

type writer struct {
	d  Dialect
	of func(*expr.Variable) string
}

var infix = map[expr.Op]string{
	expr.And: "AND", expr.Or: "OR", expr.Eq: "=", expr.Ne: "<>", expr.Lt: "<", expr.Le: "<=", expr.Gt: ">", expr.Ge: ">=",
	expr.Add: "+", expr.Sub: "-", expr.Mul: "*",
}

func (w *writer) node(n *expr.Node) string {
	arg := func(i int) string { return w.node(n.Args[i]) }
	switch n.Op {
	case expr.Lit:
		return w.literal(n)
	case expr.Var:
		x := w.of(n.Var)
		if n.Type.Kind == expr.Bool {
			return "(" + x + " <> 0)"
		}
		return x
	case expr.Not:
		return "(NOT " + arg(0) + ")"
	case expr.Neg:
		return w.d.fit("-" + w.d.wide(arg(0)))
	case expr.Add, expr.Sub, expr.Mul:
		return w.d.fit(w.d.wide(arg(0)) + " " + infix[n.Op] + " " + w.d.wide(arg(1)))
	case expr.Lt, expr.Le, expr.Gt, expr.Ge:
		a := arg(0)
		if n.Args[0].Type.Kind == expr.Text {
			a = w.d.ordered(a)
		}
		return "(" + a + " " + infix[n.Op] + " " + arg(1) + ")"
	case expr.In:
		return w.in(n)
	case expr.Cond: // an unknown condition equals neither, and NULL comes out
		return "(CASE " + arg(0) + " WHEN TRUE THEN " + arg(1) + " WHEN FALSE THEN " + arg(2) + " END)"
	case expr.StartsWith:
		return w.d.startsWith(arg(0), arg(1))
	case expr.EndsWith:
		return w.d.endsWith(arg(0), arg(1))
	case expr.Contains:
		return w.d.contains(arg(0), arg(1))
	}
	return "(" + arg(0) + " " + infix[n.Op] + " " + arg(1) + ")"
}

func (w *writer) in(n *expr.Node) string {
	x := w.node(n.Args[0])
	if len(n.Args) == 1 { // in nothing: false, but unknown where x is
		return "(" + x + " <> " + x + ")"
	}
	values := make([]string, 0, len(n.Args)-1)
	for _, a := range n.Args[1:] {
		values = append(values, w.node(a))
	}
	return "(" + x + " IN (" + strings.Join(values, ", ") + "))"
}

// literal writes a value, with what it stands for beside it where that is not
// to be seen.
func (w *writer) literal(n *expr.Node) string {
	switch n.Type.Kind {
	case expr.Bool:
		if n.Int != 0 {
			return "TRUE"
		}
		return "FALSE"
	case expr.Text:
		return literal(n.Text)
	}
	says := ""
	switch n.Type.Unit {
	case expr.Day:
		says = civil.Date(n.Int).String()
	case expr.Money:
		says = money.Fen(n.Int).Human()
	case expr.AMonth:
		says = civil.Month(n.Int).String()
	}
	if n.Name != "" {
		says = strings.TrimSpace(n.Name + " " + says)
	}
	if says == "" {
		return number(n.Int)
	}
	return fmt.Sprintf("%s /* %s */", number(n.Int), flat(says))
}
