package notify

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/access"
)

// TestEveryEventHasARule reads the kinds of events out of the code: what a literal
// of event.Event names, and what the constants hold that it names.
func TestEveryEventHasARule(t *testing.T) {
	kindForm := regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)
	found, abouts := map[string]string{}, map[string]string{}
	constants := map[string]string{} // package folder + name
	type use struct{ dir, name, at string }
	var uses []use
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
		if err != nil {
			return nil //nolint:nilerr // the compiler says what is wrong with it
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						if lit, ok := n.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
							constants[filepath.Dir(path)+name.Name], _ = strconv.Unquote(lit.Value)
						}
					}
				}
			case *ast.CompositeLit:
				sel, ok := n.Type.(*ast.SelectorExpr)
				if !ok || sel.Sel.Name != "Event" {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); !ok || x.Name != "event" {
					return true
				}
				for _, e := range n.Elts {
					kv, ok := e.(*ast.KeyValueExpr)
					if !ok || kv.Key.(*ast.Ident).Name != "Kind" {
						continue
					}
					switch v := kv.Value.(type) {
					case *ast.BasicLit:
						kind, _ := strconv.Unquote(v.Value)
						found[kind] = path
					case *ast.Ident:
						uses = append(uses, use{filepath.Dir(path), v.Name, path})
					case *ast.BinaryExpr: // "offer." + what became of it
						if v, ok := v.X.(*ast.BasicLit); ok {
							about, _ := strconv.Unquote(v.Value)
							abouts[about] = path
						}
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range uses {
		if kind := constants[u.dir+u.name]; kindForm.MatchString(kind) {
			found[kind] = u.at
		}
	}
	for kind, path := range found {
		if !slices.ContainsFunc(rules, func(r Rule) bool { return r.Kind == kind }) && !slices.Contains(quiet, kind) {
			t.Errorf("%s: nobody is told of %s; give it a rule, or add it to quiet", path, kind)
		}
	}
	for about, path := range abouts {
		if !slices.ContainsFunc(rules, func(r Rule) bool { return strings.HasPrefix(r.Kind, about) }) && !slices.ContainsFunc(quiet, func(kind string) bool { return strings.HasPrefix(kind, about) }) {
			t.Errorf("%s: nobody is told of %s…; give it a rule, or add it to quiet", path, about)
		}
	}
	if len(found) < 6 || len(abouts) < 2 {
		t.Errorf("only %d kinds were found, and %d that are put together: %v", len(found), len(abouts), found)
	}
}

func TestRulesCanBeReached(t *testing.T) {
	for i, r := range rules {
		if r.Zh == "" || !strings.HasPrefix(r.Link, "/") || len(r.To) == 0 {
			t.Errorf("rule %d: %+v", i, r)
		}
		for _, before := range rules[:i] {
			if before.Kind == r.Kind && len(before.When) == 0 && (!before.Own || r.Own) && !slices.ContainsFunc(r.To, func(role access.Role) bool { return !slices.Contains(before.To, role) }) {
				t.Errorf("rule %d (%s) never tells anybody: one before it does", i, r.Kind)
			}
		}
	}
}
