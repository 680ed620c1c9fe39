package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// comments asks for a doc comment on every package and every exported name.
var comments rule = func(t *tree) (bad []string) {
	documented := map[string]bool{}
	for _, f := range t.code() {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		documented[f.dir()] = documented[f.dir()] || f.ast.Doc != nil
		for _, d := range f.ast.Decls {
			for name, pos := range bare(d) {
				bad = append(bad, fmt.Sprintf("%s: %s has no doc comment", t.at(pos), name))
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			bad = append(bad, dir+": the package has no doc comment")
		}
	}
	slices.Sort(bad)
	return bad
}

// bare returns the exported names that d declares without a comment. A comment
// on a group of constants or variables, or behind one, will do.
func bare(d ast.Decl) map[string]token.Pos {
	names := map[string]token.Pos{}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			names[fullName(d)] = d.Pos()
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					names[s.Name.Name] = s.Pos()
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names[n.Name] = n.Pos()
					}
				}
			}
		}
	}
	return names
}

// assertions asks of every test that it can fail: that it, or a function it
// hands its *testing.T to, may report an error.
var assertions rule = func(t *tree) (bad []string) {
	for _, f := range t.code() {
		if !strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isTest(fn) && !canFail(fn) {
				bad = append(bad, fmt.Sprintf("%s: %s cannot fail", t.at(fn.Pos()), fn.Name.Name))
			}
		}
	}
	return bad
}

func isTest(fn *ast.FuncDecl) bool {
	return fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") && fn.Name.Name != "TestMain" &&
		len(fn.Type.Params.List) == 1 && len(fn.Type.Params.List[0].Names) == 1
}

func canFail(fn *ast.FuncDecl) bool {
	states := map[string]bool{} // names of *testing.T and the like, here and in function literals
	ast.Inspect(fn, func(n ast.Node) bool {
		ft, ok := n.(*ast.FuncType)
		if !ok {
			return true
		}
		for _, p := range ft.Params.List {
			if star, ok := p.Type.(*ast.StarExpr); ok {
				if s, ok := star.X.(*ast.SelectorExpr); ok && slices.Contains([]string{"T", "F", "B"}, s.Sel.Name) {
					for _, name := range p.Names {
						states[name.Name] = true
					}
				}
			}
		}
		return true
	})
	fails := false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok {
			of, ok := s.X.(*ast.Ident)
			reports := strings.HasPrefix(s.Sel.Name, "Error") || strings.HasPrefix(s.Sel.Name, "Fa")
			fails = fails || (ok && states[of.Name] && reports)
		}
		for _, a := range call.Args {
			id, ok := a.(*ast.Ident)
			fails = fails || (ok && states[id.Name])
		}
		return true
	})
	return fails
}

func TestEverythingExportedIsExplained(t *testing.T) { comments.holds(t) }
func TestEveryTestCanFail(t *testing.T)              { assertions.holds(t) }

func TestCommentRules(t *testing.T) {
	comments.finds(t, map[string]string{
		"internal/base/a.go": "package base\n\nfunc F() {}\n\nfunc (x *t) M() {}\n\nfunc (x T) M() {}\n\ntype T int\n\ntype (\n\tU int\n)\n",
		"internal/base/b.go": "package base\n\n// The kinds.\nconst (\n\tA = 1\n\tB = 2\n)\n\nvar C, d = 1, 2\n\nconst E = 3 // Three.\n",
		"internal/fact/c.go": "// Package fact is explained.\npackage fact\n\n// F too.\nfunc F() {}\n",
	},
		"internal/base/a.go:12: U", "internal/base/a.go:3: F", "internal/base/a.go:7: T.M", "internal/base/a.go:9: T",
		"internal/base/b.go:9: C", "internal/base: the package")
	const head = "package base\n\n"
	assertions.finds(t, map[string]string{
		"internal/base/a_test.go": head + "func TestA(t *testing.T) { t.Log(1); f(2) }\n",
		"internal/base/b_test.go": head + "func TestB(t *testing.T) { t.Run(`x`, func(t *testing.T) { t.Fatal() }) }\n",
		"internal/base/c_test.go": head + "func TestC(tt *testing.T) { check(tt, 1) }\n",
		"internal/base/d_test.go": head + "func TestD(t *testing.T) { t.Run(`x`, func(t *testing.T) { t.Log() }) }\n",
	}, "internal/base/a_test.go:3: TestA", "internal/base/d_test.go:3: TestD")
}
