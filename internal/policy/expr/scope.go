package expr

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Limits of one expression; a condition of a policy is far below them.
const (
	MaxSource = 2000 // characters
	MaxNodes  = 400
	maxDepth  = 40
)

// Const is a name with a value that is the same for all rows.
type Const struct {
	Name string // scope.last, param.tech_sales_limit
	Type Type
	Int  int64
	Zh   string // how a Chinese sentence says it; "" shows the value
}

// Scope is the names an expression may use.
type Scope struct {
	vars   map[string]*Variable
	consts map[string]Const
	rows   []Row
	env    *cel.Env
}

// Row is a row in scope and the name expressions give it.
type Row struct {
	Name   string
	Table  *fact.Table
	Zh, En string
}

// RowsOf returns the row of t itself and the rows its links lead to.
func RowsOf(t *fact.Table) []Row {
	rows := []Row{{t.Row, t, t.Zh, t.En}}
	for _, l := range t.Links {
		rows = append(rows, Row{l.Name, fact.Lookup(l.Table), l.Zh, l.En})
	}
	return rows
}

// ChildRows returns the rows in scope of a condition on the rows of child that
// belong to one row of parent: the child, its links, then the parent and its links.
// A name that both give is the child's.
func ChildRows(parent, child *fact.Table) []Row {
	rows := RowsOf(child)
	for _, r := range RowsOf(parent) {
		if !slices.ContainsFunc(rows, func(have Row) bool { return have.Name == r.Name }) {
			rows = append(rows, r)
		}
	}
	return rows
}

// NewScope makes a scope of rows and constants.
func NewScope(rows []Row, consts []Const) (*Scope, error) {
	s := &Scope{vars: map[string]*Variable{}, consts: map[string]Const{}, rows: rows}
	opts := append(language(), cel.ClearMacros())
	for _, r := range rows {
		for i := range r.Table.Columns {
			v := &Variable{Name: r.Name + "." + r.Table.Columns[i].Name, Owner: r.Name, Column: &r.Table.Columns[i]}
			s.vars[v.Name] = v
			opts = append(opts, cel.Variable(v.Name, celType(TypeOf(v.Column).Kind)))
		}
	}
	for _, c := range consts {
		s.consts[c.Name] = c
		opts = append(opts, cel.Variable(c.Name, celType(c.Type.Kind)))
	}
	env, err := cel.NewCustomEnv(opts...)
	if err != nil {
		return nil, fault.New(fault.Internal, "expr.scope", "表达式环境有误", "broken expression scope").Because(err)
	}
	s.env = env
	return s, nil
}

// Rows returns the rows in scope.
func (s *Scope) Rows() []Row { return s.rows }

// Names returns every name an expression may use, in byte order.
func (s *Scope) Names() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(s.vars)), maps.Keys(s.consts))
	slices.Sort(names)
	return names
}

func celType(k Kind) *cel.Type {
	switch k {
	case Bool:
		return cel.BoolType
	case Int:
		return cel.IntType
	}
	return cel.StringType
}

// literals are the functions that write a quantity; their one argument is a
// literal, and they are folded when an expression is compiled.
var literals = map[string]struct {
	arg  Kind
	unit Unit
	eval func(n int64, text string) (int64, error)
}{
	"yuan": {Int, Money, func(n int64, _ string) (int64, error) { return scaled(n, money.Yuan) }},
	"wan":  {Int, Money, func(n int64, _ string) (int64, error) { return scaled(n, money.Wan) }},
	"percent": {Text, Share, func(_ int64, text string) (int64, error) {
		r, err := money.ParseRate(strings.TrimSuffix(text, "%") + "%")
		return int64(r), err
	}},
	"date": {Text, Day, func(_ int64, text string) (int64, error) {
		d, err := civil.ParseDate(text)
		return int64(d), err
	}},
}

func scaled(n int64, unit money.Fen) (int64, error) {
	if n < 0 || n > int64(money.Max/unit) {
		return 0, fault.Invalidf("expr.range", "金额 %d 超出范围", "amount %d is out of range", n)
	}
	return n * int64(unit), nil
}

// language declares CEL's standard library, of which compile lets the subset
// through, and the functions that write quantities, so that cel-go can run every
// expression as the oracle.
func language() []cel.EnvOption {
	opts := []cel.EnvOption{
		cel.StdLib(),
		cel.ParserRecursionLimit(maxDepth), cel.ParserExpressionSizeLimit(MaxSource),
	}
	for name, l := range literals {
		opts = append(opts, cel.Function(name, cel.Overload(name+"_literal", []*cel.Type{celType(l.arg)}, cel.IntType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				n, text := int64(0), ""
				switch x := v.(type) {
				case types.Int:
					n = int64(x)
				case types.String:
					text = string(x)
				}
				x, err := l.eval(n, text)
				if err != nil {
					return types.NewErr("%s: %v", name, err)
				}
				return types.Int(x)
			}))))
	}
	return opts
}

// nearest returns the candidate with the smallest edit distance to name, "" when
// none is near.
func nearest(name string, candidates []string) string {
	best, at := max(1, len(name)/3)+1, ""
	for _, c := range candidates {
		if d := distance(name, c); d < best {
			best, at = d, c
		}
	}
	return at
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func didYouMean(name string, candidates []string) (zh, en string) {
	if n := nearest(name, candidates); n != "" {
		return fmt.Sprintf("，是否想写 %s", n), fmt.Sprintf("; did you mean %s", n)
	}
	return "", ""
}
