package httpapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The library looks into embedded structs only when their type is exported; the
// parameters of another would be left out without a word.
func TestInputsEmbedWhatTheLibrarySees(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.FuncLit)
			if !ok {
				return true
			}
			for _, p := range lit.Type.Params.List { // in *struct{ … }
				star, ok := p.Type.(*ast.StarExpr)
				if !ok {
					continue
				}
				in, ok := star.X.(*ast.StructType)
				if !ok {
					continue
				}
				for _, f := range in.Fields.List {
					if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 && !id.IsExported() {
						t.Errorf("%s: %s is embedded and not exported, so that the library does not see its parameters", fset.Position(f.Pos()), id.Name)
					}
				}
			}
			return true
		})
	}
}
