// Package conformancetest reads those cases of the CEL conformance suite that fit the
// condition language, for the tests of everything that evaluates expressions. The
// suite is part of the Go module cel.dev/expr.
package conformancetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/policy/expr"

	celpb "cel.dev/expr"
	_ "cel.dev/expr/conformance/proto2" // messages that cases are about
	_ "cel.dev/expr/conformance/proto3"
	"cel.dev/expr/conformance/test"
	"google.golang.org/protobuf/encoding/prototext"
)

// Case is an expression without variables and what it comes to. An error of CEL
// (an overflow) is an unknown value here.
type Case struct {
	Name string // file/section/test
	Expr *expr.Expr
	Want expr.Value
}

// Cases returns the cases that fit, and how many do not: those that use what the
// language has not, or result in something else than a bool, an int or a string.
func Cases() (cases []Case, skipped int, err error) {
	dir, err := moduleDir()
	if err != nil {
		return nil, 0, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "tests", "simple", "testdata", "*.textproto"))
	if err != nil {
		return nil, 0, err
	}
	if len(files) == 0 {
		return nil, 0, fmt.Errorf("no conformance suite in %s", dir)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, 0, err
		}
		suite := new(test.SimpleTestFile)
		if err := prototext.Unmarshal(text, suite); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", name, err)
		}
		for _, section := range suite.GetSection() {
			for _, t := range section.GetTest() {
				c, ok := fit(t)
				if !ok {
					skipped++
					continue
				}
				c.Name = strings.Join([]string{suite.GetName(), section.GetName(), t.GetName()}, "/")
				cases = append(cases, c)
			}
		}
	}
	return cases, skipped, nil
}

// moduleDir is where the module cel.dev/expr is on this machine.
func moduleDir() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "cel.dev/expr").Output()
	if err != nil {
		return "", fmt.Errorf("go list -m cel.dev/expr: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// fit compiles a case; ok is false when it does not fit the language.
func fit(t *test.SimpleTest) (c Case, ok bool) {
	if t.GetCheckOnly() || t.GetContainer() != "" {
		return c, false
	}
	consts, ok := constants(t.GetBindings())
	if !ok {
		return c, false
	}
	kinds, want, ok := wanted(t)
	if !ok {
		return c, false
	}
	scope, err := expr.NewScope(nil, consts)
	if err != nil {
		return c, false
	}
	for _, kind := range kinds {
		if e, err := scope.Compile(t.GetExpr(), kind); err == nil {
			return Case{Expr: e, Want: want}, true
		}
	}
	return c, false
}

// constants makes names with values of what a case binds; ok is false when that
// is something else than integers.
func constants(bindings map[string]*celpb.ExprValue) (consts []expr.Const, ok bool) {
	for name, b := range bindings {
		v, isInt := b.GetValue().GetKind().(*celpb.Value_Int64Value)
		if !isInt {
			return nil, false
		}
		consts = append(consts, expr.Const{Name: name, Type: expr.Type{Kind: expr.Int}, Int: v.Int64Value})
	}
	slices.SortFunc(consts, func(a, b expr.Const) int { return strings.Compare(a.Name, b.Name) })
	return consts, true
}

// wanted returns the value a case expects, and of what kind it may be.
func wanted(t *test.SimpleTest) (kinds []expr.Kind, want expr.Value, ok bool) {
	switch m := t.GetResultMatcher().(type) {
	case *test.SimpleTest_EvalError, *test.SimpleTest_AnyEvalErrors:
		return []expr.Kind{expr.Bool, expr.Int, expr.Text}, want, true
	case nil: // a case that says nothing else is true
		return []expr.Kind{expr.Bool}, expr.Value{Known: true, Int: 1}, true
	case *test.SimpleTest_Value:
		return value(m.Value)
	case *test.SimpleTest_TypedResult:
		return value(m.TypedResult.GetResult())
	}
	return nil, want, false
}

func value(v *celpb.Value) (kinds []expr.Kind, want expr.Value, ok bool) {
	want.Known = true
	switch k := v.GetKind().(type) {
	case *celpb.Value_BoolValue:
		if k.BoolValue {
			want.Int = 1
		}
		return []expr.Kind{expr.Bool}, want, true
	case *celpb.Value_Int64Value:
		want.Int = k.Int64Value
		return []expr.Kind{expr.Int}, want, true
	case *celpb.Value_StringValue:
		want.Text = k.StringValue
		return []expr.Kind{expr.Text}, want, true
	}
	return nil, want, false
}
