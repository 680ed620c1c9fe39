package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// place finds the room that p lies in and its layer; layer is -1 for none.
func place(p string) (room string, layer int) {
	for i, rooms := range layers {
		for _, r := range rooms {
			if below(r, p) {
				return r, i
			}
		}
	}
	return "", -1
}

// below tells whether p is room or lies in it.
func below(room, p string) bool { return p == room || strings.HasPrefix(p, room+"/") }

// pure tells whether f has to be a function of its arguments.
func (f *file) pure() bool {
	_, layer := place(f.dir())
	_, adapters := place(adapterRoom)
	return !f.test() && layer < adapters
}

// imports calls fn with every import of f.
func (f *file) imports(fn func(p string, pos token.Pos)) {
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			fn(p, spec.Pos())
		}
	}
}

var importTable rule = func(t *tree) (bad []string) {
	for _, f := range t.code() {
		room, layer := place(f.dir())
		if layer < 0 {
			bad = append(bad, f.path+":1: this folder is in no room of the import table")
			continue
		}
		f.imports(func(p string, pos token.Pos) {
			own, ok := strings.CutPrefix(p, module+"/")
			if !ok {
				if why := foreign(f, room, p); why != "" {
					bad = append(bad, fmt.Sprintf("%s: imports %s: %s", t.at(pos), p, why))
				}
				return
			}
			to, depth := place(own)
			switch {
			case support(own) && !f.test():
				bad = append(bad, fmt.Sprintf("%s: imports %s, which exists for tests", t.at(pos), own))
			case support(own) || to == room || (depth >= 0 && depth < layer):
			default:
				bad = append(bad, fmt.Sprintf("%s: %s must not import %s", t.at(pos), room, own))
			}
		})
	}
	return bad
}

// foreign says why a file of room may not import p of another module or the
// standard library, "" when it may.
func foreign(f *file, room, p string) string {
	standard := !strings.Contains(strings.Split(p, "/")[0], ".")
	switch why, ok := nowhere[p]; {
	case ok:
		return why
	case !f.pure():
		return ""
	case standard && slices.ContainsFunc(impure, func(dir string) bool { return below(dir, p) }):
		if p == "math/rand/v2" {
			return "chance comes in by an argument, from sim or a test"
		}
		return "clock, disk, network and chance are the adapters'"
	case !standard && !slices.ContainsFunc(modules[room], func(m string) bool { return below(m, p) }):
		return "not among the modules of this room"
	}
	return ""
}

// unseeded refuses what draws from the process's own random source.
var unseeded rule = func(t *tree) (bad []string) {
	for _, f := range t.code() {
		name := ""
		f.imports(func(p string, _ token.Pos) {
			if p == "math/rand/v2" {
				name = "rand"
			}
		})
		if name == "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == name && !slices.Contains(seeded, s.Sel.Name) {
				bad = append(bad, fmt.Sprintf("%s: rand.%s does not follow from a seed", t.at(n.Pos()), s.Sel.Name))
			}
			return true
		})
	}
	return bad
}

// floating refuses floating point below the adapters.
var floating rule = func(t *tree) (bad []string) {
	for _, f := range t.code() {
		if !f.pure() || floats[f.path] != "" || floats[path.Dir(f.path)] != "" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.Ident:
				if x.Name == "float64" || x.Name == "float32" {
					bad = append(bad, fmt.Sprintf("%s: %s below the adapters", t.at(x.Pos()), x.Name))
				}
			case *ast.BasicLit:
				if x.Kind == token.FLOAT {
					bad = append(bad, fmt.Sprintf("%s: the literal %s is floating point", t.at(x.Pos()), x.Value))
				}
			}
			return true
		})
	}
	return bad
}

// quiet refuses what speaks to the terminal from below the adapters, init
// functions anywhere, and tests that wait for the clock.
var quiet rule = func(t *tree) (bad []string) {
	for _, f := range t.code() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncDecl:
				if x.Recv == nil && x.Name.Name == "init" {
					bad = append(bad, t.at(x.Pos())+": init runs unasked; use a value or a function")
				}
			case *ast.SelectorExpr:
				of, ok := x.X.(*ast.Ident)
				switch {
				case !ok:
				case f.pure() && of.Name == "fmt" && strings.HasPrefix(x.Sel.Name, "Print"):
					bad = append(bad, fmt.Sprintf("%s: fmt.%s below the adapters", t.at(x.Pos()), x.Sel.Name))
				case strings.HasSuffix(f.path, "_test.go") && of.Name == "time" && x.Sel.Name == "Sleep":
					bad = append(bad, t.at(x.Pos())+": a test that sleeps is slow, or wrong on a slow machine")
				}
			}
			return true
		})
	}
	return bad
}

func TestImportsPointDown(t *testing.T)       { importTable.holds(t) }
func TestChanceFollowsFromASeed(t *testing.T) { unseeded.holds(t) }
func TestNoFloatsBelowAdapters(t *testing.T)  { floating.holds(t) }
func TestNothingRunsUnasked(t *testing.T)     { quiet.holds(t) }

func TestImportTableIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, rooms := range layers {
		for _, r := range rooms {
			if seen[r] || path.Clean(r) != r {
				t.Errorf("%s stands twice, or is no clean path", r)
			}
			seen[r] = true
		}
	}
	for room := range modules {
		if !seen[room] {
			t.Errorf("modules names %s, which is no room", room)
		}
	}
}

func TestImportRules(t *testing.T) {
	importTable.finds(t, map[string]string{
		"internal/base/a.go":                 `package base; import "changrong/internal/fact"`,
		"internal/base/b.go":                 `package base; import "cel.dev/cel-go/cel"`,
		"internal/fact/c.go":                 `package fact; import ("changrong/internal/base/money"; "changrong/internal/fact/x")`,
		"internal/fact/c_test.go":            `package fact; import ("os"; "changrong/internal/policy/policytest"; "changrong/internal/policy")`,
		"internal/guarantee/d.go":            `package guarantee; import "changrong/internal/subsidy"`,
		"internal/policy/e.go":               `package policy; import ("cel.dev/cel-go/cel"; "cel.dev/cel-gone"; "time"; "net/http"; "math/rand/v2")`,
		"internal/adapter/sheet/f.go":        `package sheet; import ("os"; "example.org/x"; "changrong/internal/adapter/store"; "unsafe")`,
		"internal/adapter/g.go":              `package adapter; import ("changrong/internal/sim"; "changrong/internal/policy/policytest")`,
		"internal/elsewhere/h.go":            `package elsewhere`,
		"internal/policy/policytest/i.go":    `package policytest; import ("os"; "changrong/internal/settlement")`,
		"internal/server/j.go":               `package server; import "changrong/internal/nowhere"`,
		"internal/policy/testdata/broken.go": `not Go`,
		"tools/go.mod":                       `module changrong/tools`,
		"tools/k.go":                         `package tools; import "changrong/internal/sim"`,
	},
		"internal/adapter/g.go:1: internal/adapter must not import internal/sim",
		"internal/adapter/g.go:1: imports internal/policy/policytest, which exists for tests",
		"internal/adapter/sheet/f.go:1: imports unsafe",
		"internal/base/a.go:1: internal/base must not import internal/fact",
		"internal/base/b.go:1: imports cel.dev/cel-go/cel: not among",
		"internal/elsewhere/h.go:1: this folder",
		"internal/fact/c_test.go:1: internal/fact must not import internal/policy",
		"internal/guarantee/d.go:1: internal/guarantee must not import internal/subsidy",
		"internal/policy/e.go:1: imports cel.dev/cel-gone",
		"internal/policy/e.go:1: imports time: clock",
		"internal/policy/e.go:1: imports net/http: clock",
		"internal/policy/e.go:1: imports math/rand/v2: chance",
		"internal/policy/policytest/i.go:1: internal/policy must not import internal/settlement",
		"internal/server/j.go:1: internal/server must not import internal/nowhere",
	)
}

func TestPurityRules(t *testing.T) {
	unseeded.finds(t, map[string]string{
		"internal/sim/a.go": "package sim\n\nimport \"math/rand/v2\"\n\nvar r = rand.New(rand.NewPCG(1, 2))\n\nvar n = rand.IntN(3)\n",
	}, "internal/sim/a.go:7: rand.IntN")
	floating.finds(t, map[string]string{
		"internal/policy/a.go":      "package policy\n\nvar x float64\n\nvar y = 1.5\n",
		"internal/policy/a_test.go": "package policy\n\nvar z float32\n",
		"internal/adapter/a.go":     "package adapter\n\nvar x float64\n",
	}, "internal/policy/a.go:3: float64", "internal/policy/a.go:5: the literal 1.5")
	quiet.finds(t, map[string]string{
		"internal/policy/a.go":      "package policy\n\nfunc init() { fmt.Println() }\n",
		"internal/policy/a_test.go": "package policy\n\nfunc f() { time.Sleep(1) }\n",
		"cmd/x/a.go":                "package main\n\nfunc f() { fmt.Println(); time.Sleep(1) }\n",
	}, "internal/policy/a.go:3: init", "internal/policy/a.go:3: fmt.Println", "internal/policy/a_test.go:3: a test that sleeps")
}
