package expr

import (
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// Side says on which side of what is asked for a value lies.
type Side uint8

// The sides.
const (
	Aside Side = iota // there is no distance: a text, a truth, something unknown
	Short             // the value would have to be greater, or later
	Over              // the value would have to be less, or earlier
	Off               // the value would have to be another one; the nearest is Distance away
)

// String names the side, stably.
func (s Side) String() string {
	return [...]string{Aside: "", Short: "short", Over: "over", Off: "off"}[s]
}

// Gap is a single condition inside an expression that keeps it from holding.
type Gap struct {
	// Unknown says that the condition hangs on what nobody knows; else it fails.
	Unknown bool
	// Lacks are the variables that the row does not know, of a condition that is
	// unknown; none when arithmetic in it leaves int64.
	Lacks []*Variable
	// Zh and En say what is asked for: 借款人的年销售收入不超过3000万元.
	Zh, En string
	// Side and Distance say how far a comparison of numbers is from holding: the
	// least by which its left side would have to change, in Unit (fen, parts per
	// billion, days, months, seconds, or a plain number).
	Side     Side
	Unit     Unit
	Distance int64

	left, right *Node
	now         Value
}

// Gaps says whether the expression, a condition, holds on one row, and if not,
// what keeps it from it, in writing order. It takes the condition apart at its &&,
// ||, ! and ?: and names
//
//   - of a && b every part that fails or is unknown;
//   - of a || b the parts of the side that is nearest to holding: with the fewest
//     that fail, then with the fewest that are unknown, then the first;
//   - of c ? a : b those of what c chooses, and when c is unknown what it lacks.
//
// The value is that of Eval.
func (e *Expr) Gaps(of func(*Variable) Value) (Value, []Gap) {
	found := Value{}
	gaps := e.scope.gaps(e.Root, true, of, &found)
	if found.Known && found.Int == 1 {
		return found, nil
	}
	return found, gaps
}

// gaps names what keeps n from being want, and puts into truth what n is, turned
// round when want is false.
func (s *Scope) gaps(n *Node, want bool, of func(*Variable) Value, is *Value) []Gap {
	switch {
	case n.Op == Not:
		return s.gaps(n.Args[0], !want, of, is)
	case n.Op == And || n.Op == Or:
		return s.joined(n, want, of, is)
	case n.Op == Cond && n.Type.Kind == Bool:
		switch c := n.Args[0].eval(of); {
		case !c.Known:
			*is = Value{}
			return []Gap{s.gap(n.Args[0], Value{}, of)}
		case c.Int != 0:
			return s.gaps(n.Args[1], want, of, is)
		}
		return s.gaps(n.Args[2], want, of, is)
	}
	leaf := n
	if !want {
		leaf = negated(n)
	}
	*is = leaf.eval(of)
	if is.Known && is.Int == 1 {
		return nil
	}
	return []Gap{s.gap(leaf, *is, of)}
}

// joined does gaps of two conditions; a && b that is to fail is !a || !b.
func (s *Scope) joined(n *Node, want bool, of func(*Variable) Value, is *Value) []Gap {
	var one, other Value
	a, b := s.gaps(n.Args[0], want, of, &one), s.gaps(n.Args[1], want, of, &other)
	if both := (n.Op == And) == want; both {
		*is = settled(one, other, 0)
		return append(a, b...)
	}
	*is = settled(one, other, 1)
	failing, unknown := count(a)
	failing2, unknown2 := count(b)
	if failing2 < failing || failing2 == failing && unknown2 < unknown {
		return b
	}
	return a
}

// settled joins two truths of which decisive, 0 or 1, settles the matter alone.
func settled(a, b Value, decisive int64) Value {
	if a.Known && a.Int == decisive {
		return a
	}
	if a.Known || b.Known && b.Int == decisive {
		return b
	}
	return Value{}
}

func count(gaps []Gap) (failing, unknown int) {
	for i := range gaps {
		if gaps[i].Unknown {
			unknown++
		} else {
			failing++
		}
	}
	return failing, unknown
}

// opposite are the comparisons that hold where others fail.
var opposite = map[Op]Op{Eq: Ne, Ne: Eq, Lt: Ge, Ge: Lt, Gt: Le, Le: Gt}

func negated(n *Node) *Node {
	if op, ok := opposite[n.Op]; ok {
		return &Node{Op: op, Type: n.Type, Args: n.Args}
	}
	return &Node{Op: Not, Type: n.Type, Args: []*Node{n}}
}

// gap tells of a condition that does not hold.
func (s *Scope) gap(n *Node, is Value, of func(*Variable) Value) Gap {
	g := Gap{Unknown: !is.Known, Zh: s.zh(n, 0), En: s.en(n, 0)}
	if g.Unknown {
		lacks(n, of, &g.Lacks)
		return g
	}
	at := n
	for at.Op == Not {
		at = at.Args[0]
	}
	if len(at.Args) < 2 {
		return g
	}
	left, right, op := at.Args[0], at.Args[1], at.Op
	if left.Op == Lit && right.Op != Lit {
		if t, ok := turned[op]; ok {
			left, right, op = right, left, t
		}
	}
	g.left, g.right, g.now = left, right, left.eval(of)
	if left.Type.Kind != Int || at != n || neverAt(left, g.now) {
		return g
	}
	if op == In {
		g.nearest(at, of)
		return g
	}
	g.measure(op, right.eval(of))
	return g
}

// neverAt tells of what has not happened, which is no number of days away.
func neverAt(n *Node, v Value) bool {
	return n.Type.Unit == Day && civil.Date(v.Int) == civil.Never
}

// measure finds the distance to what the left side is compared with.
func (g *Gap) measure(op Op, bound Value) {
	if neverAt(g.right, bound) {
		return
	}
	less, more := g.now, bound
	side, strict := Short, int64(0)
	switch op {
	case Gt:
		strict = 1
	case Lt:
		side, strict = Over, 1
	case Le:
		side = Over
	case Eq:
		side = Off
	case Ge:
	default:
		return
	}
	if less.Int > more.Int {
		less, more = more, less
	}
	d := arith(Add, arith(Sub, more, less), Value{Known: true, Int: strict})
	if !d.Known {
		return
	}
	g.Side, g.Distance, g.Unit = side, d.Int, g.unit()
}

// nearest finds the distance to the nearest of a list.
func (g *Gap) nearest(in *Node, of func(*Variable) Value) {
	var best Gap
	for _, a := range in.Args[1:] {
		one := *g
		one.right = a
		one.measure(Eq, a.eval(of))
		if one.Side == Off && (best.Side == Aside || one.Distance < best.Distance) {
			best = one
		}
	}
	if best.Side == Off {
		g.Side, g.Distance, g.Unit = Off, best.Distance, best.Unit
	}
}

// unit is what the distance counts; a literal 0 has the unit of the other side.
func (g *Gap) unit() Unit { return max(g.left.Type.Unit, g.right.Type.Unit) }

// lacks gathers the variables of n that the row does not know, each once.
func lacks(n *Node, of func(*Variable) Value, into *[]*Variable) {
	if n.Op == Var && !of(n.Var).Known {
		for _, have := range *into {
			if have == n.Var {
				return
			}
		}
		*into = append(*into, n.Var)
	}
	for _, a := range n.Args {
		lacks(a, of, into)
	}
}

// Sentence says the gap in Chinese and English: what is asked for, what there is,
// and how far that is from it, as 借款人的年销售收入不超过3000万元（现为3051.2万元，超出51.2万元）.
func (g *Gap) Sentence() (zh, en string) {
	if g.Unknown {
		labels, names := make([]string, len(g.Lacks)), make([]string, len(g.Lacks))
		for i, v := range g.Lacks {
			labels[i], names[i] = v.Column.Zh, v.Column.En
		}
		if len(labels) == 0 {
			return g.Zh + "（数值超出可计算的范围）", g.En + " (a figure is beyond what can be reckoned with)"
		}
		return g.Zh + "（" + strings.Join(labels, "、") + "未知）", g.En + " (not known: " + strings.Join(names, ", ") + ")"
	}
	nowZh, nowEn := g.nowWords()
	if nowZh == "" {
		return g.Zh, g.En
	}
	zh, en = g.Zh+"（现为"+nowZh, g.En+" (is "+nowEn
	if farZh, farEn := g.Far(); farZh != "" {
		zh, en = zh+"，"+farZh, en+", "+farEn
	}
	return zh + "）", en + ")"
}

// nowWords says what the left side is; "" of what needs no saying, a truth.
func (g *Gap) nowWords() (zh, en string) {
	switch {
	case g.left == nil || g.left.Type.Kind == Bool:
		return "", ""
	case g.left.Type.Kind == Int:
		return ValueZh(g.left.Type.Unit, g.now.Int), valueEn(g.left.Type.Unit, g.now.Int)
	case g.now.Text == "":
		return "空", "empty"
	}
	if c := column(g.left); c != nil {
		for _, code := range c.Codes {
			if code.Code == g.now.Text {
				return code.Zh, code.En
			}
		}
	}
	return "“" + g.now.Text + "”", strconv.Quote(g.now.Text)
}

// Far says the distance alone: 还差3个月, 超出51.2万元; "" when there is none.
func (g *Gap) Far() (zh, en string) {
	if g.Side == Aside {
		return "", ""
	}
	zh, en = distanceWords(g.Unit, g.Distance)
	switch {
	case g.Side == Off:
		return "相差" + zh, "off by " + en
	case g.Unit == Day || g.Unit == AMonth || g.Unit == Instant:
		if g.Side == Short {
			return "早了" + zh, "early by " + en
		}
		return "晚了" + zh, "late by " + en
	case g.Side == Short:
		return "还差" + zh, "short by " + en
	}
	return "超出" + zh, "over by " + en
}

func distanceWords(u Unit, d int64) (zh, en string) {
	n := strconv.FormatInt(d, 10)
	switch u {
	case Money:
		return money.Fen(d).Human(), money.Fen(d).String() + " yuan"
	case Share:
		points := strings.TrimSuffix(money.Rate(d).Human(), "%")
		return points + "个百分点", points + " percentage points"
	case Day:
		return n + "天", n + " days"
	case AMonth:
		return n + "个月", n + " months"
	case Instant:
		return n + "秒", n + " seconds"
	}
	return n, n
}

// symbols write operators in English sentences.
var symbols = map[Op]string{
	And: "and", Or: "or", Eq: "is", Ne: "is not", Lt: "below", Le: "at most", Gt: "above", Ge: "at least", Add: "+", Sub: "-", Mul: "×",
	StartsWith: "starts with", EndsWith: "ends with", Contains: "contains",
}

// en says n in plain English from the dictionary's labels, bracketed when it stands
// inside another.
func (s *Scope) en(n *Node, depth int) string {
	var text string
	switch n.Op {
	case Lit:
		return s.literalEn(n, nil)
	case Var:
		return s.varEn(n.Var)
	case Not:
		return "not " + s.en(n.Args[0], depth+1)
	case Neg:
		return "-" + s.en(n.Args[0], depth+1)
	case In:
		words := make([]string, len(n.Args)-1)
		for i, a := range n.Args[1:] {
			words[i] = s.literalEn(a, column(n.Args[0]))
		}
		text = s.en(n.Args[0], depth+1) + " is one of " + strings.Join(words, ", ")
	case Cond:
		text = "if " + s.en(n.Args[0], depth+1) + " then " + s.en(n.Args[1], depth+1) + " else " + s.en(n.Args[2], depth+1)
	default:
		text = s.sideEn(n.Args[0], n.Args[1], depth) + " " + symbols[n.Op] + " " + s.sideEn(n.Args[1], n.Args[0], depth)
	}
	if depth > 0 {
		return "(" + text + ")"
	}
	return text
}

// sideEn says one side of what two things are put together to.
func (s *Scope) sideEn(n, other *Node, depth int) string {
	switch {
	case zero(n) && other.Type.Kind == Int:
		return valueEn(other.Type.Unit, 0)
	case n.Op == Lit:
		return s.literalEn(n, column(other))
	}
	return s.en(n, depth+1)
}

func (s *Scope) varEn(v *Variable) string {
	for _, r := range s.rows {
		if r.Name == v.Owner {
			return v.Column.En + " (" + r.En + ")"
		}
	}
	return v.Column.En
}

func (s *Scope) literalEn(n *Node, c *fact.Column) string {
	switch {
	case n.Type.Kind == Bool && n.Int == 1:
		return "yes"
	case n.Type.Kind == Bool:
		return "no"
	case n.Type.Kind == Int:
		return valueEn(n.Type.Unit, n.Int)
	}
	if c != nil {
		for _, code := range c.Codes {
			if code.Code == n.Text {
				return code.En
			}
		}
	}
	if n.Text == "" {
		return "empty"
	}
	return strconv.Quote(n.Text)
}

// valueEn says an integer of a unit.
func valueEn(u Unit, x int64) string {
	switch u {
	case Money:
		return money.Fen(x).String() + " yuan"
	case Day:
		if civil.Date(x) == civil.Never {
			return "(none)"
		}
		return civil.Date(x).String()
	case AMonth:
		return civil.Month(x).String()
	}
	return ValueZh(u, x)
}
