package vec

import (
	"fmt"

	"changrong/internal/policy/expr"
)

// Bind says where a variable is: the path to its row, and its column there.
type Bind func(*expr.Variable) (path int, values Values, err error)

// Program is an expression bound to columns. Any number of machines may run it at
// once.
type Program struct {
	root node
	vars []variable
	size int // how many registers it takes
}

type variable struct {
	name   string
	path   int
	values Values
}

// node is a node of an expression. Its value is in register at: of a truth in
// the truths, of a number in the ints, of a text in the texts.
type node struct {
	op   op
	kind expr.Kind
	at   int
	args []node
	v    int     // of opVar and opTable: the variable
	lit  int64   // of opLit
	text string  // of opLit
	yes  []Truth // of opTable: the answer for each entry of the variable's dictionary, and last for none
	list []int64 // of opIn
}

type op uint8

const (
	opLit op = iota
	opVar
	opNot
	opAnd
	opOr
	opEq    // numbers
	opLess  // numbers
	opIn    // a number in a list
	opTable // what an expression over one text says of each entry of its dictionary
	opText  // what it says of texts that are not of one dictionary
	opCond
	opAdd
	opSub
	opMul
	opNeg
)

// compiler makes nodes.
type compiler struct {
	bind Bind
	p    *Program
	seen map[string]int
}

// Compile binds an expression.
func Compile(e *expr.Expr, bind Bind) (*Program, error) {
	c := &compiler{bind: bind, p: &Program{}, seen: map[string]int{}}
	root, err := c.node(e.Root)
	if err != nil {
		return nil, err
	}
	c.p.root = root
	return c.p, nil
}

// Vars returns the names of the variables, by which Unknowns counts them.
func (p *Program) Vars() []string {
	names := make([]string, len(p.vars))
	for i := range p.vars {
		names[i] = p.vars[i].name
	}
	return names
}

// operators that stand for themselves.
var plain = map[expr.Op]op{
	expr.Not: opNot, expr.And: opAnd, expr.Or: opOr, expr.Cond: opCond,
	expr.Add: opAdd, expr.Sub: opSub, expr.Mul: opMul, expr.Neg: opNeg,
}

// comparisons are made of equality and of being less: a ≥ b is not a < b. Unknown
// stays unknown when it is turned round.
var comparisons = map[expr.Op]struct {
	op        op
	swap, not bool
}{
	expr.Eq: {opEq, false, false}, expr.Ne: {opEq, false, true},
	expr.Lt: {opLess, false, false}, expr.Ge: {opLess, false, true},
	expr.Gt: {opLess, true, false}, expr.Le: {opLess, true, true},
}

func (c *compiler) node(e *expr.Node) (node, error) {
	n := node{kind: e.Type.Kind}
	switch e.Op {
	case expr.Lit:
		n.op, n.lit, n.text = opLit, e.Int, e.Text
		return c.place(n), nil
	case expr.Var:
		var err error
		n.op = opVar
		n.v, err = c.variable(e.Var)
		return c.place(n), err
	}
	textual := e.Type.Kind == expr.Bool && e.Args[0].Type.Kind == expr.Text
	if textual {
		return c.text(e)
	}
	n.args = make([]node, len(e.Args))
	for i, a := range e.Args {
		var err error
		if n.args[i], err = c.node(a); err != nil {
			return n, err
		}
	}
	if o, ok := plain[e.Op]; ok {
		n.op = o
		return c.place(n), nil
	}
	if e.Op == expr.In {
		n.op = opIn
		for _, a := range n.args[1:] {
			n.list = append(n.list, a.lit)
		}
		n.args = n.args[:1]
		return c.place(n), nil
	}
	cmp, ok := comparisons[e.Op]
	if !ok {
		return n, fmt.Errorf("vec: operator %d is not one of numbers", e.Op)
	}
	n.op = cmp.op
	if cmp.swap {
		n.args[0], n.args[1] = n.args[1], n.args[0]
	}
	n = c.place(n)
	if cmp.not {
		n = c.place(node{op: opNot, kind: expr.Bool, args: []node{n}})
	}
	return n, nil
}

// place gives n a register.
func (c *compiler) place(n node) node {
	n.at = c.p.size
	c.p.size++
	return n
}

// variable returns the number of v, and binds it when it is new.
func (c *compiler) variable(v *expr.Variable) (int, error) {
	if i, ok := c.seen[v.Name]; ok {
		return i, nil
	}
	path, values, err := c.bind(v)
	if err != nil {
		return 0, err
	}
	c.p.vars = append(c.p.vars, variable{v.Name, path, values})
	c.seen[v.Name] = len(c.p.vars) - 1
	return len(c.p.vars) - 1, nil
}

// Constant evaluates an expression without variables.
func Constant(e *expr.Expr) (expr.Value, error) {
	p, err := Compile(e, func(v *expr.Variable) (int, Values, error) {
		return 0, nil, fmt.Errorf("vec: %s is no constant", v.Name)
	})
	if err != nil {
		return expr.Value{}, err
	}
	f, m := NewFrame(nil), new(Machine)
	f.Set([]uint32{0})
	switch p.root.kind {
	case expr.Bool:
		t := m.Truth(p, f)[0]
		return expr.Value{Known: t != Unknown, Int: int64(t & True &^ (t >> 1))}, nil
	case expr.Int:
		ints, unknown := m.Ints(p, f)
		if unknown[0] != 0 {
			return expr.Value{}, nil
		}
		return expr.Value{Known: true, Int: ints[0]}, nil
	}
	texts, unknown := m.start(p, f).texts(&p.root)
	return expr.Value{Known: unknown[0] == 0, Text: texts[0]}, nil
}
