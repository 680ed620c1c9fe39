package expr

import (
	"math"
	"math/bits"
	"strings"
)

// Eval works the expression out on one row by walking its tree: what Program.Eval
// gives, without cel-go. The result is unknown when it depends on a variable that
// is, and when arithmetic leaves int64.
func (e *Expr) Eval(of func(*Variable) Value) Value { return e.Root.eval(of) }

func (n *Node) eval(of func(*Variable) Value) Value {
	switch n.Op {
	case Lit:
		return Value{Known: true, Int: n.Int, Text: n.Text}
	case Var:
		return of(n.Var)
	case Not:
		x := n.Args[0].eval(of)
		return truth(x.Known, x.Int == 0)
	case And:
		return either(n.Args[0].eval(of), n.Args[1], of, 0)
	case Or:
		return either(n.Args[0].eval(of), n.Args[1], of, 1)
	case In:
		return n.among(of)
	case Cond:
		switch c := n.Args[0].eval(of); {
		case !c.Known:
			return Value{}
		case c.Int != 0:
			return n.Args[1].eval(of)
		}
		return n.Args[2].eval(of)
	case Neg:
		return arith(Sub, Value{Known: true}, n.Args[0].eval(of))
	case Add, Sub, Mul:
		return arith(n.Op, n.Args[0].eval(of), n.Args[1].eval(of))
	}
	return compare(n.Op, n.Args[0].Type.Kind, n.Args[0].eval(of), n.Args[1].eval(of))
}

func truth(known, holds bool) Value {
	if known && holds {
		return Value{Known: true, Int: 1}
	}
	return Value{Known: known}
}

// either joins two truths of which decisive, 0 or 1, settles the matter alone.
func either(a Value, second *Node, of func(*Variable) Value, decisive int64) Value {
	if a.Known && a.Int == decisive {
		return a
	}
	b := second.eval(of)
	if a.Known || b.Known && b.Int == decisive {
		return b
	}
	return Value{}
}

func (n *Node) among(of func(*Variable) Value) Value {
	x := n.Args[0].eval(of)
	for _, a := range n.Args[1:] {
		if is := compare(Eq, a.Type.Kind, x, a.eval(of)); !is.Known || is.Int == 1 {
			return is
		}
	}
	return truth(x.Known, false)
}

func arith(op Op, a, b Value) Value {
	if !a.Known || !b.Known {
		return Value{}
	}
	x, y := a.Int, b.Int
	switch op {
	case Add:
		if sum := x + y; (sum > x) == (y > 0) {
			return Value{Known: true, Int: sum}
		}
	case Sub:
		if difference := x - y; (difference < x) == (y > 0) {
			return Value{Known: true, Int: difference}
		}
	case Mul:
		hi, lo := bits.Mul64(magnitude(x), magnitude(y))
		negative := (x < 0) != (y < 0)
		switch {
		case hi != 0 || lo > math.MaxInt64+1:
		case negative:
			return Value{Known: true, Int: -int64(lo)}
		case lo <= math.MaxInt64:
			return Value{Known: true, Int: int64(lo)}
		}
	}
	return Value{}
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

func compare(op Op, kind Kind, a, b Value) Value {
	if !a.Known || !b.Known {
		return Value{}
	}
	switch op {
	case StartsWith:
		return truth(true, strings.HasPrefix(a.Text, b.Text))
	case EndsWith:
		return truth(true, strings.HasSuffix(a.Text, b.Text))
	case Contains:
		return truth(true, strings.Contains(a.Text, b.Text))
	}
	order := 0
	switch {
	case kind == Text:
		order = strings.Compare(a.Text, b.Text)
	case a.Int < b.Int:
		order = -1
	case a.Int > b.Int:
		order = 1
	}
	switch op {
	case Eq:
		return truth(true, order == 0)
	case Ne:
		return truth(true, order != 0)
	case Lt:
		return truth(true, order < 0)
	case Le:
		return truth(true, order <= 0)
	case Gt:
		return truth(true, order > 0)
	}
	return truth(true, order >= 0)
}
