package expr

import (
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
)

// Zh says the expression as a Chinese phrase made from the dictionary's labels.
func (e *Expr) Zh() string { return e.scope.zh(e.Root, 0) }

// precedence of the operators, loosest first; a looser argument is bracketed.
const (
	looseCond = iota
	looseOr
	looseAnd
	looseSum
	looseProduct
	tight
)

func (s *Scope) zh(n *Node, around int) string {
	text, own := s.phrase(n)
	if own < around {
		return "（" + text + "）"
	}
	return text
}

// verbs are the comparisons, of numbers and texts, and of dates.
var verbs = map[Op][2]string{
	Eq: {"为", "为"}, Ne: {"不为", "不为"},
	Lt: {"低于", "早于"}, Le: {"不超过", "不晚于"}, Gt: {"超过", "晚于"}, Ge: {"不低于", "不早于"},
}

func (s *Scope) phrase(n *Node) (string, int) {
	arg := func(i, around int) string { return s.zh(n.Args[i], around) }
	switch n.Op {
	case Lit:
		return s.literalZh(n, nil), tight
	case Var:
		return s.varZh(n.Var, true), tight
	case Not:
		if n.Args[0].Op == Var {
			return s.varZh(n.Args[0].Var, false), tight
		}
		return "并非" + arg(0, tight), tight
	case And:
		return s.conjunction(n)
	case Or:
		return arg(0, looseOr) + "，或" + arg(1, looseOr), looseOr
	case Cond:
		return "若" + arg(0, looseOr) + "，则取" + arg(1, looseSum) + "，否则取" + arg(2, looseSum), looseCond
	case In:
		return s.operand(n.Args[0], nil) + "为" + s.alternatives(n), tight
	case Neg:
		return "负" + arg(0, tight), tight
	case Add:
		return arg(0, looseSum) + "加" + arg(1, looseProduct), looseSum
	case Sub:
		return arg(0, looseSum) + "减" + arg(1, looseProduct), looseSum
	case Mul:
		return arg(0, looseProduct) + "乘以" + arg(1, tight), looseProduct
	}
	return s.comparison(n), tight
}

// conjunction says what && joins; two bounds of one thing are one phrase.
func (s *Scope) conjunction(n *Node) (string, int) {
	parts := conjuncts(n, nil)
	var phrases []string
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) {
			if between := s.between(parts[i], parts[i+1]); between != "" {
				phrases = append(phrases, between)
				i++
				continue
			}
		}
		phrases = append(phrases, s.zh(parts[i], looseAnd))
	}
	if len(phrases) == 1 {
		return phrases[0], tight
	}
	return strings.Join(phrases, "，且"), looseAnd
}

func conjuncts(n *Node, into []*Node) []*Node {
	if n.Op != And {
		return append(into, n)
	}
	return conjuncts(n.Args[1], conjuncts(n.Args[0], into))
}

// between says x >= low && x <= high in one; "" when it is something else.
func (s *Scope) between(low, high *Node) string {
	if low.Op != Ge || high.Op != Le || low.Args[1].Op != Lit || high.Args[1].Op != Lit || low.Args[0].Type.Kind != Int {
		return ""
	}
	x := s.operand(low.Args[0], nil)
	if x != s.operand(high.Args[0], nil) {
		return ""
	}
	from, to := s.value(low.Args[1], low.Args[0]), s.value(high.Args[1], high.Args[0])
	switch {
	case low.Args[1].Name == "scope.first" && high.Args[1].Name == "scope.last":
		return x + "在政策期间（" + from + "至" + to + "）内"
	case low.Args[0].Type.Unit == Day:
		return x + "在" + from + "至" + to + "之间"
	}
	return x + "不低于" + from + "、不超过" + to
}

// alternatives says the list of an In: 小型或微型.
func (s *Scope) alternatives(n *Node) string {
	words := make([]string, 0, len(n.Args)-1)
	for _, a := range n.Args[1:] {
		words = append(words, s.value(a, n.Args[0]))
	}
	switch last := len(words) - 1; last {
	case -1:
		return "空"
	case 0:
		return words[0]
	default:
		return strings.Join(words[:last], "、") + "或" + words[last]
	}
}

func (s *Scope) comparison(n *Node) string {
	a, b := n.Args[0], n.Args[1]
	if n.Op == StartsWith || n.Op == EndsWith || n.Op == Contains {
		x, y := s.operand(a, nil), s.operand(b, nil)
		return map[Op]string{StartsWith: x + "以" + y + "开头", EndsWith: x + "以" + y + "结尾", Contains: x + "含有" + y}[n.Op]
	}
	if a.Op == Lit && b.Op != Lit { // 1 < x is said of x
		a, b = b, a
		n = &Node{Op: turned[n.Op], Type: n.Type, Args: []*Node{a, b}}
	}
	if text := s.presence(n); text != "" {
		return text
	}
	verb := verbs[n.Op][0]
	if a.Type.Unit == Day || b.Type.Unit == Day {
		verb = verbs[n.Op][1]
	}
	if zero(b) && n.Op == Gt {
		verb = "大于"
	}
	left, right := s.operand(a, b), s.value(b, a)
	if c := column(a); c != nil && c.None && c.Type == fact.Date && (n.Op == Gt || n.Op == Ge) { // what has not happened is later than every date
		verb = "为空或" + verb
	}
	return left + verb + right
}

// turned are the comparisons as seen from the other side.
var turned = map[Op]Op{Eq: Eq, Ne: Ne, Lt: Gt, Le: Ge, Gt: Lt, Ge: Le}

// presence says a comparison that asks whether something is there, or is so; "" when
// it asks something else.
func (s *Scope) presence(n *Node) string {
	a, b := n.Args[0], n.Args[1]
	if a.Op != Var || b.Op != Lit || (n.Op != Eq && n.Op != Ne) {
		return ""
	}
	c := a.Var.Column
	switch {
	case c.Type == fact.Bool:
		return s.varZh(a.Var, (b.Int == 1) == (n.Op == Eq))
	case c.None && c.Type.Textual() && b.Text == "" && n.Op == Eq:
		return s.ownerZh(a.Var.Owner) + "无" + c.Zh
	case c.None && c.Type.Textual() && b.Text == "":
		return s.ownerZh(a.Var.Owner) + "有" + c.Zh
	}
	return ""
}

// value says n where it is held against other.
func (s *Scope) value(n, other *Node) string {
	if zero(n) && other.Type.Unit == Money {
		return ValueZh(Money, 0)
	}
	if n.Op == Lit {
		return s.literalZh(n, column(other))
	}
	return s.operand(n, other)
}

// operand says n as one side of a comparison with other; nil is none.
func (s *Scope) operand(n, other *Node) string {
	switch n.Op {
	case Var:
		label := n.Var.Column.Zh
		if c := n.Var.Column; c.Type == fact.USCC && other != nil && other.Op == Var && other.Var.Column.Type == fact.USCC {
			label = strings.TrimSuffix(label, "统一社会信用代码") // of two parties, the parties are meant
		}
		return s.thing(n.Var.Owner, label)
	case Lit:
		return s.literalZh(n, nil)
	}
	return s.zh(n, looseSum)
}

// thing says what of whom: 借款人的年销售收入, 担保业务.
func (s *Scope) thing(owner, label string) string {
	of := s.ownerZh(owner)
	if strings.HasPrefix(label, of) {
		return label
	}
	return of + "的" + label
}

func column(n *Node) *fact.Column {
	if n.Op == Var {
		return n.Var.Column
	}
	return nil
}

// varZh says a truth column as a statement, any other as a thing.
func (s *Scope) varZh(v *Variable, holds bool) string {
	if v.Column.Type != fact.Bool {
		return s.thing(v.Owner, v.Column.Zh)
	}
	label := strings.TrimPrefix(v.Column.Zh, "是否")
	switch {
	case strings.HasPrefix(label, "通过") && holds:
		return s.ownerZh(v.Owner) + "已" + label
	case strings.HasPrefix(label, "通过"):
		return s.ownerZh(v.Owner) + "未" + label
	case holds:
		return s.ownerZh(v.Owner) + "是" + label
	}
	return s.ownerZh(v.Owner) + "不是" + label
}

func (s *Scope) ownerZh(owner string) string {
	for _, r := range s.rows {
		if r.Name == owner {
			return r.Zh
		}
	}
	return owner
}

// literalZh says a value, with its code's label when it is one of c.
func (s *Scope) literalZh(n *Node, c *fact.Column) string {
	if n.Name != "" && s.consts[n.Name].Zh != "" {
		return s.consts[n.Name].Zh
	}
	switch n.Type.Kind {
	case Bool:
		if n.Int == 1 {
			return "是"
		}
		return "否"
	case Text:
		if c != nil && c.Label(n.Text) != "" {
			return c.Label(n.Text)
		}
		return "“" + n.Text + "”"
	}
	return ValueZh(n.Type.Unit, n.Int)
}

// ValueZh says an integer of a unit.
func ValueZh(u Unit, x int64) string {
	switch u {
	case Money:
		return money.Fen(x).Human()
	case Share:
		return money.Rate(x).Human()
	case Day:
		if civil.Date(x) == civil.Never {
			return "（无）"
		}
		return civil.Date(x).Zh()
	case AMonth:
		return civil.Month(x).Zh()
	}
	return strconv.FormatInt(x, 10)
}
