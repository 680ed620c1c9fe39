package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/fact"
)

// Documents that are held against the code.
const (
	architecture = "docs/ARCHITECTURE.md"
	glossary     = "docs/GLOSSARY.md"
)

// drawn asks docs/ARCHITECTURE.md to name every room that there is.
var drawn rule = func(t *tree) (bad []string) {
	page := t.read(architecture)
	if page == nil {
		return []string{architecture + ": there is none"}
	}
	seen := map[string]bool{}
	for _, f := range t.code() {
		room, _ := place(f.dir())
		if room != "" && !seen[room] && !bytes.Contains(page.src, []byte("`"+room+"`")) {
			bad = append(bad, fmt.Sprintf("%s: says nothing of `%s`", architecture, room))
		}
		seen[room] = true
	}
	return bad
}

// terms asks of every identifier in the glossary that it is one: a table or
// column of the dictionary, something a package declares, or a code that stands
// in the code or in a pack.
var terms rule = func(t *tree) (bad []string) {
	page := t.read(glossary)
	if page == nil {
		return []string{glossary + ": there is none"}
	}
	known := t.names()
	quoted := regexp.MustCompile("`([^`]+)`")
	for n, line := range strings.Split(string(page.src), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 5 {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(cells[3], -1) {
			if !known[m[1]] {
				bad = append(bad, fmt.Sprintf("%s:%d: there is no %s", glossary, n+1, m[1]))
			}
		}
	}
	return bad
}

// names returns everything a glossary may speak of.
func (t *tree) names() map[string]bool {
	known := map[string]bool{}
	for _, table := range fact.Tables() {
		known[table.Name] = true
		for _, c := range table.Columns {
			known[table.Name+"."+c.Name] = true
		}
	}
	for _, f := range t.code() {
		if f.test() {
			continue
		}
		pkg := f.ast.Name.Name
		known[pkg] = true
		for _, d := range f.ast.Decls {
			for _, name := range declared(d) {
				known[pkg+"."+name] = true
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					known[s] = true
				}
			}
			return true
		})
	}
	word := regexp.MustCompile(`[A-Za-z][\w-]*`)
	for _, f := range t.files {
		if strings.HasPrefix(f.path, "packs/") && strings.HasSuffix(f.path, ".yaml") {
			for _, w := range word.FindAll(f.src, -1) {
				known[string(w)] = true
			}
		}
	}
	return known
}

// declared returns the names d declares: Name, Type.Method and Type.Field.
func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names = append(names, fullName(d))
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
				st, ok := s.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range st.Fields.List {
					for _, n := range field.Names {
						names = append(names, s.Name.Name+"."+n.Name)
					}
				}
			}
		}
	}
	return names
}

func TestArchitectureShowsEveryRoom(t *testing.T) { drawn.holds(t) }
func TestGlossaryMatchesTheCode(t *testing.T)     { terms.holds(t) }

func TestGlossaryIsWorthHaving(t *testing.T) {
	repo, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	page := repo.read(glossary)
	if page == nil {
		t.Fatal(glossary, "is not there")
	}
	all := rows(page.src)
	if len(all) < 80 {
		t.Errorf("%s has %d terms, fewer than 80", glossary, len(all))
	}
	var seen []string
	for _, cells := range all {
		if slices.Contains(seen, cells[0]) {
			t.Errorf("%s explains %s twice", glossary, cells[0])
		}
		seen = append(seen, cells[0])
	}
}

func TestDocumentRules(t *testing.T) {
	drawn.finds(t, map[string]string{
		architecture:         "`internal/base`\n",
		"internal/base/a.go": "package base\n",
		"internal/fact/b.go": "package fact\n",
	}, architecture+": says nothing of `internal/fact`")
	terms.finds(t, map[string]string{
		glossary: "| 中文 | English | Go | source |\n|---|---|---|---|\n" +
			"| a | a | `money.Fen`, `money.Fen.At`, `money.Pair.A` | |\n| b | b | `loans.first_loan`, `CODE`, `rc-x` | |\n| c | c | `money.Yen` | |\n",
		"internal/base/money/a.go": "package money\n\ntype Fen int\n\nfunc (f Fen) At() {}\n\ntype Pair struct{ A int }\n\nvar x = `CODE`\n",
		"packs/p/rules.yaml":       "id: rc-x\n",
	}, glossary+":5: there is no money.Yen")
}
