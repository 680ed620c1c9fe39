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
	expr     *Expr
	prg      cel.Program
	vars     map[string]*Variable
	patterns map[string]*cel.AttributePatternType
}

// Program plans e for cel-go.
func (e *Expr) Program() (*Program, error) {
	prg, err := e.scope.env.Program(e.ast, cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		return nil, fault.New(fault.Internal, "expr.program", "表达式无法执行", "the expression cannot be planned").Because(err)
	}
	p := &Program{e, prg, map[string]*Variable{}, map[string]*cel.AttributePatternType{}}
	for _, v := range e.Vars {
		p.vars[v.Name] = v
		p.patterns[v.Name] = cel.AttributePattern(v.Name)
	}
	return p, nil
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
	var unknown []*cel.AttributePatternType
	for _, v := range p.expr.Vars {
		if !of(v).Known {
			unknown = append(unknown, p.patterns[v.Name])
		}
	}
	activation, err := cel.PartialVars(row{p, of}, unknown...)
	if err != nil {
		return Value{}
	}
	out, _, err := p.prg.Eval(activation)
	if err != nil {
		return Value{}
	}
	return fromCEL(out)
}

// row gives cel-go the values of one row, and the constants.
type row struct {
	p  *Program
	of func(*Variable) Value
}

// ResolveName implements cel.Activation.
func (r row) ResolveName(name string) (any, bool) {
	v, ok := r.p.vars[name]
	if !ok {
		c, ok := r.p.expr.scope.consts[name]
		return c.Int, ok
	}
	x := r.of(v)
	switch {
	case !x.Known:
		return nil, false
	case TypeOf(v.Column).Kind == Bool:
		return x.Int != 0, true
	case TypeOf(v.Column).Kind == Int:
		return x.Int, true
	}
	return x.Text, true
}

// Parent implements cel.Activation.
func (r row) Parent() cel.Activation { return nil }

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
