package conformancetest_test

import (
	"testing"

	"changrong/internal/policy/expr"
	"changrong/internal/policy/expr/conformancetest"
)

// enough is how many cases there are at least that fit; fewer means that the
// suite, or the language, has shrunk.
const enough = 150

// TestOracle: cel-go, as package expr runs it, gives what the suite says.
func TestOracle(t *testing.T) {
	cases, skipped, err := conformancetest.Cases()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases fit the language, %d do not", len(cases), skipped)
	if len(cases) < enough {
		t.Errorf("only %d cases fit", len(cases))
	}
	for _, c := range cases {
		p, err := c.Expr.Program()
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		got := p.Eval(func(*expr.Variable) expr.Value { return expr.Value{} })
		if got != c.Want {
			t.Errorf("%s: %s is %+v, want %+v", c.Name, c.Expr.Source, got, c.Want)
		}
	}
}
