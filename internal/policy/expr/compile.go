package expr

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
	"changrong/internal/fact"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// Compile checks src as an expression of kind want.
//
// Errors carry the column, in characters from 1, in At.Column: expr.size,
// expr.syntax, expr.unknown_name, expr.type, expr.unit, expr.code, expr.subset,
// expr.range, and those of quantities (money.…, civil.…).
func (s *Scope) Compile(src string, want Kind) (*Expr, error) {
	if utf8.RuneCountInString(src) > MaxSource {
		return nil, fault.Invalidf("expr.size", "表达式超过 %d 个字符", "expression over %d characters", MaxSource)
	}
	if strings.TrimSpace(src) == "" {
		return nil, fault.Invalidf("expr.syntax", "条件是空的", "an empty expression").In(fault.Place{Line: 1, Column: 1})
	}
	parsed, iss := s.env.Parse(src)
	if iss.Err() != nil {
		return nil, syntaxFault(iss)
	}
	c := &compiler{scope: s, ast: parsed.NativeRep(), vars: map[string]*Variable{}}
	root, err := c.node(parsed.NativeRep().Expr())
	if err != nil {
		return nil, err
	}
	checked, iss := s.env.Check(parsed)
	if iss.Err() != nil {
		return nil, syntaxFault(iss)
	}
	if root.Type.Kind != want {
		return nil, fault.Invalidf("expr.type", "表达式的结果应为%[2]s，而不是%[1]s", "the expression is %[3]s, not %[4]s",
			kindWords[root.Type.Kind][0], kindWords[want][0], kindWords[root.Type.Kind][1], kindWords[want][1])
	}
	e := &Expr{Source: src, Root: root, scope: s, ast: checked}
	for _, v := range c.vars {
		e.Vars = append(e.Vars, v)
	}
	slices.SortFunc(e.Vars, func(a, b *Variable) int { return strings.Compare(a.Name, b.Name) })
	return e, nil
}

var kindWords = [...][2]string{Bool: {"真假值", "a truth value"}, Int: {"数", "a number"}, Text: {"文本", "a text"}}

var unitWords = [...][2]string{
	Plain: {"普通数", "a plain number"}, Money: {"金额", "money"}, Share: {"比率", "a rate"},
	Day: {"日期", "a date"}, AMonth: {"月份", "a month"}, Instant: {"时间", "a time"},
}

type compiler struct {
	scope *Scope
	ast   *ast.AST
	vars  map[string]*Variable
	nodes int
	depth int
}

// fail makes a fault at e.
func (c *compiler) fail(e ast.Expr, code, zh, en string, args ...any) error {
	return c.place(e, fault.Invalidf(code, zh, en, args...))
}

func (c *compiler) place(e ast.Expr, f *fault.Error) error {
	return f.In(fault.Place{Line: 1, Column: max(1, c.column(e))})
}

// column returns where a reader looks for e, from 1: the start of a name or of a
// function, and otherwise the operator.
func (c *compiler) column(e ast.Expr) int {
	at := c.ast.SourceInfo().GetStartLocation(e.ID()).Column() + 1
	switch e.Kind() {
	case ast.SelectKind:
		return c.column(e.AsSelect().Operand())
	case ast.CallKind:
		call := e.AsCall()
		if name := call.FunctionName(); call.IsMemberFunction() {
			return c.column(call.Target())
		} else if _, operator := operatorOf[name]; !operator && name != operators.In && !strings.HasPrefix(name, "_") {
			return at - utf8.RuneCountInString(name) // at is its bracket
		}
	}
	return at
}

func (c *compiler) node(e ast.Expr) (*Node, error) {
	if c.nodes++; c.nodes > MaxNodes || c.depth > maxDepth {
		return nil, fault.Invalidf("expr.size", "表达式过于复杂", "the expression is too large")
	}
	c.depth++
	defer func() { c.depth-- }()
	switch e.Kind() {
	case ast.LiteralKind:
		return c.literal(e)
	case ast.IdentKind, ast.SelectKind:
		return c.name(e)
	case ast.CallKind:
		return c.call(e)
	}
	return nil, c.fail(e, "expr.subset", "这里不能用列表、映射或循环", "no lists, maps or loops here")
}

func (c *compiler) literal(e ast.Expr) (*Node, error) {
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		n := &Node{Op: Lit, Type: Type{Kind: Bool}}
		if v {
			n.Int = 1
		}
		return n, nil
	case types.Int:
		return &Node{Op: Lit, Type: Type{Kind: Int}, Int: int64(v)}, nil
	case types.String:
		return &Node{Op: Lit, Type: Type{Kind: Text}, Text: string(v)}, nil
	}
	return nil, c.fail(e, "expr.subset", "只能写整数、文本和 true/false；金额写作 wan(20)、yuan(500)", "only integers, texts and true/false; write money as wan(20), yuan(500)")
}

// name resolves borrower.tech, scope.last, param.x.
func (c *compiler) name(e ast.Expr) (*Node, error) {
	path, ok := dotted(e)
	if !ok {
		return nil, c.fail(e, "expr.subset", "不能在此处取字段", "no field can be taken here")
	}
	if k, ok := c.scope.consts[path]; ok {
		return &Node{Op: Lit, Type: k.Type, Int: k.Int, Name: path}, nil
	}
	v, ok := c.scope.vars[path]
	if !ok {
		zh, en := didYouMean(path, c.scope.Names())
		return nil, c.fail(e, "expr.unknown_name", "没有名为“%[1]s”的事实或参数%[2]s", "there is no fact or parameter %[1]q%[3]s", path, zh, en)
	}
	c.vars[path] = v
	return &Node{Op: Var, Type: TypeOf(v.Column), Var: v}, nil
}

func dotted(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent(), true
	case ast.SelectKind:
		sel := e.AsSelect()
		if sel.IsTestOnly() {
			return "", false
		}
		if head, ok := dotted(sel.Operand()); ok {
			return head + "." + sel.FieldName(), true
		}
	}
	return "", false
}

var operatorOf = map[string]struct {
	op    Op
	arity int
}{
	operators.LogicalNot: {Not, 1}, operators.LogicalAnd: {And, 2}, operators.LogicalOr: {Or, 2},
	operators.Equals: {Eq, 2}, operators.NotEquals: {Ne, 2},
	operators.Less: {Lt, 2}, operators.LessEquals: {Le, 2}, operators.Greater: {Gt, 2}, operators.GreaterEquals: {Ge, 2},
	operators.Conditional: {Cond, 3}, operators.Add: {Add, 2}, operators.Subtract: {Sub, 2}, operators.Multiply: {Mul, 2},
	operators.Negate: {Neg, 1}, "startsWith": {StartsWith, 2}, "endsWith": {EndsWith, 2}, "contains": {Contains, 2},
}

func (c *compiler) call(e ast.Expr) (*Node, error) {
	call := e.AsCall()
	if l, ok := literals[call.FunctionName()]; ok && !call.IsMemberFunction() {
		return c.quantity(e, l.arg, l.unit, l.eval)
	}
	if call.FunctionName() == operators.In {
		return c.in(e)
	}
	operator, ok := operatorOf[call.FunctionName()]
	args := call.Args()
	if call.IsMemberFunction() {
		args = append([]ast.Expr{call.Target()}, args...)
	}
	textual := operator.op >= StartsWith
	if !ok || len(args) != operator.arity || call.IsMemberFunction() != textual {
		name := strings.Trim(call.FunctionName(), "_@")
		zh, en := didYouMean(name, []string{"wan", "yuan", "percent", "date", "startsWith", "endsWith", "contains"})
		return nil, c.fail(e, "expr.subset", "条件里不能用 %[1]s%[2]s", "%[1]s cannot be used in a condition%[3]s", name, zh, en)
	}
	n := &Node{Op: operator.op}
	for _, a := range args {
		m, err := c.node(a)
		if err != nil {
			return nil, err
		}
		n.Args = append(n.Args, m)
	}
	return n, c.check(e, n)
}

// quantity folds wan(20), date("2021-08-27") and the like.
func (c *compiler) quantity(e ast.Expr, arg Kind, unit Unit, eval func(int64, string) (int64, error)) (*Node, error) {
	call := e.AsCall()
	if len(call.Args()) != 1 || call.Args()[0].Kind() != ast.LiteralKind {
		return nil, c.fail(e, "expr.type", "%s 的参数应为一个直接写出的值", "%s takes one literal", call.FunctionName())
	}
	lit, err := c.literal(call.Args()[0])
	if err != nil {
		return nil, err
	}
	if lit.Type.Kind != arg {
		return nil, c.fail(e, "expr.type", "%[1]s 的参数应为%[2]s", "%[1]s takes %[3]s", call.FunctionName(), kindWords[arg][0], kindWords[arg][1])
	}
	x, err := eval(lit.Int, lit.Text)
	if err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			return nil, c.place(e, f)
		}
		return nil, err
	}
	return &Node{Op: Lit, Type: Type{Int, unit}, Int: x}, nil
}

func (c *compiler) in(e ast.Expr) (*Node, error) {
	args := e.AsCall().Args()
	if len(args) != 2 || args[1].Kind() != ast.ListKind {
		return nil, c.fail(e, "expr.subset", "in 的右边应是列表，如 [\"small\", \"micro\"]", `after in write a list, like ["small", "micro"]`)
	}
	n := &Node{Op: In, Type: Type{Kind: Bool}}
	for _, a := range append([]ast.Expr{args[0]}, args[1].AsList().Elements()...) {
		m, err := c.node(a)
		if err != nil {
			return nil, err
		}
		if len(n.Args) > 0 {
			if m.Op != Lit {
				return nil, c.fail(a, "expr.subset", "列表里只能写值", "a list holds only values")
			}
			if err := c.same(a, n.Args[0], m); err != nil {
				return nil, err
			}
		}
		n.Args = append(n.Args, m)
	}
	return n, nil
}

// check finds the type of n from its arguments.
func (c *compiler) check(e ast.Expr, n *Node) error {
	a := n.Args[0]
	b := n.Args[len(n.Args)-1]
	switch n.Op {
	case Not, And, Or:
		n.Type = Type{Kind: Bool}
		return c.want(e, n.Args, Bool)
	case Eq, Ne, Lt, Le, Gt, Ge:
		n.Type = Type{Kind: Bool}
		return c.same(e, a, b)
	case Cond:
		if err := c.want(e, n.Args[:1], Bool); err != nil {
			return err
		}
		n.Type = n.Args[1].Type
		return c.same(e, n.Args[1], b)
	case StartsWith, EndsWith, Contains:
		n.Type = Type{Kind: Bool}
		return c.want(e, n.Args, Text)
	case Neg:
		n.Type = a.Type
		return c.want(e, n.Args, Int)
	}
	if err := c.want(e, n.Args, Int); err != nil {
		return err
	}
	unit, ok := arithmetic(n.Op, a.Type.Unit, b.Type.Unit)
	if !ok {
		return c.fail(e, "expr.unit", "%[1]s与%[2]s不能这样计算", "%[3]s and %[4]s cannot be combined so",
			unitWords[a.Type.Unit][0], unitWords[b.Type.Unit][0], unitWords[a.Type.Unit][1], unitWords[b.Type.Unit][1])
	}
	n.Type = Type{Int, unit}
	return nil
}

// arithmetic returns the unit of a op b.
func arithmetic(op Op, a, b Unit) (Unit, bool) {
	switch {
	case op == Mul:
		return max(a, b), (a == Plain || b == Plain) && max(a, b) <= Money
	case a == Day && b == Plain:
		return Day, true
	case a == Day && b == Day && op == Sub:
		return Plain, true
	case a == b && a <= Share:
		return a, true
	}
	return Plain, false
}

func (c *compiler) want(e ast.Expr, args []*Node, k Kind) error {
	for _, a := range args {
		if a.Type.Kind != k {
			return c.fail(e, "expr.type", "此处应为%[1]s，而不是%[2]s", "this takes %[3]s, not %[4]s",
				kindWords[k][0], kindWords[a.Type.Kind][0], kindWords[k][1], kindWords[a.Type.Kind][1])
		}
	}
	return nil
}

// same checks that a and b may be compared: one kind, one unit (a literal 0 has
// any), and a text compared with a code column is one of its codes.
func (c *compiler) same(e ast.Expr, a, b *Node) error {
	if a.Type.Kind != b.Type.Kind {
		return c.fail(e, "expr.type", "%[1]s不能与%[2]s比较", "%[3]s cannot be compared with %[4]s",
			kindWords[a.Type.Kind][0], kindWords[b.Type.Kind][0], kindWords[a.Type.Kind][1], kindWords[b.Type.Kind][1])
	}
	if a.Type.Unit != b.Type.Unit && !zero(a) && !zero(b) {
		return c.fail(e, "expr.unit", "%[1]s不能与%[2]s比较；金额写作 wan(3000) 或 yuan(500)，日期写作 date(\"2021-01-01\")",
			"%[3]s cannot be compared with %[4]s; write money as wan(3000) or yuan(500), dates as date(\"2021-01-01\")",
			unitWords[a.Type.Unit][0], unitWords[b.Type.Unit][0], unitWords[a.Type.Unit][1], unitWords[b.Type.Unit][1])
	}
	for _, pair := range [2][2]*Node{{a, b}, {b, a}} {
		if err := c.code(e, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func zero(n *Node) bool { return n.Op == Lit && n.Type.Kind == Int && n.Int == 0 && n.Name == "" }

func (c *compiler) code(e ast.Expr, v, lit *Node) error {
	if v.Op != Var || lit.Op != Lit || v.Var.Column.Type != fact.Code || (lit.Text == "" && v.Var.Column.None) {
		return nil
	}
	all := make([]string, 0, len(v.Var.Column.Codes))
	for _, k := range v.Var.Column.Codes {
		all = append(all, k.Code)
	}
	if slices.Contains(all, lit.Text) {
		return nil
	}
	zh, en := didYouMean(lit.Text, all)
	return c.fail(e, "expr.code", "%[1]s 没有代码“%[2]s”%[3]s", "%[1]s has no code %[2]q%[4]s", v.Var.Name, lit.Text, zh, en)
}
