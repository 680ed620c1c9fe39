package vec

import "changrong/internal/policy/expr"

// Machine runs programs; one goroutine at a time may use it. What it returns is
// valid until its next run.
type Machine struct {
	regs []register
	vars []register
	full []bool // by variable: read in this run
}

// register holds the value of a node in every row of a chunk.
type register struct {
	truth   []Truth
	ints    []int64
	unknown []Truth
	text    []string
}

// run is a machine at work on a program and a frame.
type run struct {
	*Machine
	p *Program
	f *Frame
	n int
}

func (m *Machine) start(p *Program, f *Frame) *run {
	for len(m.regs) < p.size {
		m.regs = append(m.regs, register{})
	}
	for len(m.vars) < len(p.vars) {
		m.vars, m.full = append(m.vars, register{}), append(m.full, false)
	}
	clear(m.full)
	return &run{m, p, f, len(f.Rows())}
}

// Truth evaluates a condition in every row of f.
func (m *Machine) Truth(p *Program, f *Frame) []Truth { return m.start(p, f).truths(&p.root) }

// Ints evaluates a number in every row of f; unknown marks where it is not known.
func (m *Machine) Ints(p *Program, f *Frame) (ints []int64, unknown []Truth) {
	return m.start(p, f).ints(&p.root)
}

// Unknowns marks the rows of f in which variable v of p is not known.
func (m *Machine) Unknowns(p *Program, v int, f *Frame) []Truth {
	_, unknown := m.start(p, f).load(v)
	return unknown
}

func (m *run) truth(at int) []Truth {
	if m.regs[at].truth == nil {
		m.regs[at].truth = make([]Truth, Chunk)
	}
	return m.regs[at].truth[:m.n]
}

func (m *run) unknown(at int) []Truth {
	if m.regs[at].unknown == nil {
		m.regs[at].unknown = make([]Truth, Chunk)
	}
	return m.regs[at].unknown[:m.n]
}

func (m *run) int(at int) []int64 {
	if m.regs[at].ints == nil {
		m.regs[at].ints = make([]int64, Chunk)
	}
	return m.regs[at].ints[:m.n]
}

func (m *run) text(at int) []string {
	if m.regs[at].text == nil {
		m.regs[at].text = make([]string, Chunk)
	}
	return m.regs[at].text[:m.n]
}

// load reads a variable, once in a run.
func (m *run) load(v int) ([]int64, []Truth) {
	r := &m.vars[v]
	if r.ints == nil {
		r.ints, r.unknown = make([]int64, Chunk), make([]Truth, Chunk)
	}
	ints, unknown := r.ints[:m.n], r.unknown[:m.n]
	if !m.full[v] {
		x := &m.p.vars[v]
		x.values.Read(m.f.At(x.path), ints, unknown)
		m.full[v] = true
	}
	return ints, unknown
}

// truths evaluates a node that is a truth.
func (m *run) truths(n *node) []Truth {
	switch n.op {
	case opText:
		return m.compare(n)
	case opAnd:
		return and(m.truth(n.at), m.truths(&n.args[0]), m.truths(&n.args[1]))
	case opOr:
		return or(m.truth(n.at), m.truths(&n.args[0]), m.truths(&n.args[1]))
	case opNot:
		return not(m.truth(n.at), m.truths(&n.args[0]))
	case opTable:
		codes, unknown := m.load(n.v)
		return lookUp(m.truth(n.at), codes, unknown, n.yes)
	case opVar:
		ints, unknown := m.load(n.v)
		return truthOf(m.truth(n.at), ints, unknown)
	case opLit:
		return same(m.truth(n.at), False>>bit(n.lit != 0))
	case opCond:
		return choose(m.truth(n.at), m.truths(&n.args[0]), m.truths(&n.args[1]), m.truths(&n.args[2]))
	case opIn:
		a, ua := m.numbers(&n.args[0])
		return among(m.truth(n.at), a, ua, n.list)
	}
	a, b := &n.args[0], &n.args[1]
	to := m.truth(n.at)
	switch {
	case n.op == opEq && b.op == opLit:
		x, u := m.numbers(a)
		return equalTo(to, x, u, b.lit)
	case n.op == opLess && b.op == opLit:
		x, u := m.numbers(a)
		return lessThan(to, x, u, b.lit)
	case n.op == opLess && a.op == opLit:
		x, u := m.numbers(b)
		return moreThan(to, x, u, a.lit)
	}
	x, ux := m.numbers(a)
	y, uy := m.numbers(b)
	if n.op == opEq {
		return equal(to, x, y, ux, uy)
	}
	return less(to, x, y, ux, uy)
}

// numbers evaluates a node that is a number, or a truth that is compared as one.
func (m *run) numbers(n *node) ([]int64, []Truth) {
	if n.kind != expr.Bool {
		return m.ints(n)
	}
	ints, unknown := m.int(n.at), m.unknown(n.at)
	for i, t := range m.truths(n) {
		ints[i], unknown[i] = int64(t&True), Unknown*bit(t == Unknown)
	}
	return ints, unknown
}

// ints evaluates a node that is a number.
func (m *run) ints(n *node) ([]int64, []Truth) {
	if n.op == opVar {
		return m.load(n.v)
	}
	to, unknown := m.int(n.at), m.unknown(n.at)
	switch n.op {
	case opLit:
		for i := range to {
			to[i], unknown[i] = n.lit, 0
		}
		return to, unknown
	case opCond:
		t := m.truths(&n.args[0])
		a, ua := m.ints(&n.args[1])
		b, ub := m.ints(&n.args[2])
		chooseInts(to, unknown, t, a, b, ua, ub)
		return to, unknown
	case opNeg:
		a, ua := m.ints(&n.args[0])
		negate(to, unknown, a, ua)
		return to, unknown
	}
	a, ua := m.ints(&n.args[0])
	b, ub := m.ints(&n.args[1])
	switch n.op {
	case opAdd:
		add(to, unknown, a, b, ua, ub)
	case opSub:
		subtract(to, unknown, a, b, ua, ub)
	default:
		multiply(to, unknown, a, b, ua, ub)
	}
	return to, unknown
}
