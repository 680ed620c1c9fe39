package expr

import (
	"changrong/internal/base/fault"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Program is an expression as cel-go runs it: the oracle the executors are held
// against, and the one that explains a single row.
type Program struct {
	expr *Expr
	prg  cel.Program
}

// Program plans e for cel-go.
func (e *Expr) Program() (*Program, error) {
	prg, err := e.scope.env.Program(e.ast, cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		return nil, fault.New(fault.Internal, "expr.program", "表达式无法执行", "the expression cannot be planned").Because(err)
	}
	return &Program{e, prg}, nil
}

// Value is what a variable holds in one row: Int for a bool (0, 1) or integer,
// Text for a text.
type Value struct {
	Known bool
	Int   int64
	Text  string
}

// Eval runs the expression on one row. The result is unknown when it depends on
// a variable that is, and when arithmetic leaves int64.
func (p *Program) Eval(of func(*Variable) Value) Value {
	vars := make(map[string]any, len(p.expr.Vars))
	var unknown []*cel.AttributePatternType
	for _, v := range p.expr.Vars {
		x := of(v)
		switch {
		case !x.Known:
			unknown = append(unknown, cel.AttributePattern(v.Name))
		case TypeOf(v.Column).Kind == Bool:
			vars[v.Name] = x.Int != 0
		case TypeOf(v.Column).Kind == Int:
			vars[v.Name] = x.Int
		default:
			vars[v.Name] = x.Text
		}
	}
	for name, c := range p.expr.scope.consts {
		vars[name] = c.Int
	}
	activation, err := cel.PartialVars(vars, unknown...)
	if err != nil {
		return Value{}
	}
	out, _, err := p.prg.Eval(activation)
	if err != nil {
		return Value{}
	}
	return fromCEL(out)
}

func fromCEL(v ref.Val) Value {
	switch x := v.(type) {
	case types.Bool:
		if x {
			return Value{Known: true, Int: 1}
		}
		return Value{Known: true}
	case types.Int:
		return Value{Known: true, Int: int64(x)}
	case types.String:
		return Value{Known: true, Text: string(x)}
	}
	return Value{}
}
