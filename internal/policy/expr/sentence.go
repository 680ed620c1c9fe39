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
	tight
)

func (s *Scope) zh(n *Node, around int) string {
	text, own := s.phrase(n)
	if own < around {
		return "（" + text + "）"
	}
	return text
}

var verbs = map[Op][2]string{ // for numbers and texts; for dates
	Eq: {"为", "为"}, Ne: {"不为", "不为"},
	Lt: {"低于", "早于"}, Le: {"不超过", "不晚于"}, Gt: {"超过", "晚于"}, Ge: {"不低于", "不早于"},
	StartsWith: {"以…开头", ""}, EndsWith: {"以…结尾", ""}, Contains: {"含有", ""},
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
		return arg(0, looseAnd) + "，且" + arg(1, looseAnd), looseAnd
	case Or:
		return arg(0, looseOr) + "，或" + arg(1, looseOr), looseOr
	case Cond:
		return "若" + arg(0, looseOr) + "则取" + arg(1, tight) + "，否则取" + arg(2, tight), looseCond
	case In:
		alternatives := make([]string, 0, len(n.Args)-1)
		for _, a := range n.Args[1:] {
			alternatives = append(alternatives, s.literalZh(a, column(n.Args[0])))
		}
		return s.operand(n.Args[0], nil) + "为" + strings.Join(alternatives, "、") + "之一", tight
	case Neg:
		return "负" + arg(0, tight), tight
	case Add:
		return arg(0, tight) + "加" + arg(1, tight), tight
	case Sub:
		return arg(0, tight) + "减" + arg(1, tight), tight
	case Mul:
		return arg(0, tight) + "乘以" + arg(1, tight), tight
	}
	return s.comparison(n), tight
}

func (s *Scope) comparison(n *Node) string {
	a, b := n.Args[0], n.Args[1]
	left, right := s.operand(a, column(b)), s.operand(b, column(a))
	switch n.Op {
	case StartsWith:
		return left + "以" + right + "开头"
	case EndsWith:
		return left + "以" + right + "结尾"
	}
	if c := column(a); c != nil && c.None && b.Op == Lit && b.Text == "" && c.Type.Textual() {
		if n.Op == Eq {
			return "无" + left
		}
		return "有" + left
	}
	verb := verbs[n.Op][0]
	if a.Type.Unit == Day || b.Type.Unit == Day {
		verb = verbs[n.Op][1]
	}
	return left + verb + right
}

// operand says n as one side of a comparison with a value of column other.
func (s *Scope) operand(n *Node, other *fact.Column) string {
	switch n.Op {
	case Var:
		return s.ownerZh(n.Var.Owner) + "的" + n.Var.Column.Zh
	case Lit:
		return s.literalZh(n, other)
	}
	return s.zh(n, tight)
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
		return s.ownerZh(v.Owner) + "的" + v.Column.Zh
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
