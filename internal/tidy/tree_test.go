package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is the path of the module all this is about.
const module = "changrong"

// tree is the files of a repository, in the order of their paths.
type tree struct {
	files []*file
	fset  *token.FileSet
}

// file is one of them. Paths have slashes and start at the root.
type file struct {
	path string
	src  []byte
	ast  *ast.File // of Go files of the main module, nil of all others
}

// dir is the folder f lies in.
func (f *file) dir() string { return path.Dir(f.path) }

// test tells whether only `go test` builds f, as a test or for one.
func (f *file) test() bool { return strings.HasSuffix(f.path, "_test.go") || support(f.dir()) }

// support tells whether the package in dir exists for tests of others.
func support(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// text tells whether f is text, and text that is meant to be read.
func (f *file) text() bool {
	return !bytes.Contains(f.src[:min(len(f.src), 8000)], []byte{0}) && !slices.Contains(strings.Split(f.path, "/"), unread)
}

// code returns the Go files of the main module that nobody generated.
func (t *tree) code() []*file {
	var code []*file
	for _, f := range t.files {
		if f.ast != nil && !ast.IsGenerated(f.ast) {
			code = append(code, f)
		}
	}
	return code
}

// read returns the file at p, or nil.
func (t *tree) read(p string) *file {
	i, ok := slices.BinarySearchFunc(t.files, p, func(f *file, p string) int { return strings.Compare(f.path, p) })
	if !ok {
		return nil
	}
	return t.files[i]
}

// at says where in the tree pos is.
func (t *tree) at(pos token.Pos) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// lines returns how many lines n takes.
func (t *tree) lines(n ast.Node) int {
	return t.fset.Position(n.End()).Line - t.fset.Position(n.Pos()).Line + 1
}

// plant makes a tree of contents by path.
func plant(contents map[string][]byte) (*tree, error) {
	t := &tree{fset: token.NewFileSet()}
	var others []string // folders of other modules
	for p, src := range contents {
		t.files = append(t.files, &file{path: p, src: src})
		if path.Base(p) == "go.mod" && p != "go.mod" {
			others = append(others, path.Dir(p)+"/")
		}
	}
	slices.SortFunc(t.files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	for _, f := range t.files {
		foreign := slices.ContainsFunc(others, func(dir string) bool { return strings.HasPrefix(f.path, dir) })
		if foreign || !strings.HasSuffix(f.path, ".go") || !f.text() {
			continue
		}
		var err error
		if f.ast, err = parser.ParseFile(t.fset, f.path, f.src, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// repository is the tree this test stands in, without what .gitignore names.
var repository = sync.OnceValues(func() (*tree, error) {
	root := filepath.Join("..", "..")
	list, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return nil, err
	}
	ignored := append(strings.Fields(string(list)), ".git/")
	contents := map[string][]byte{}
	err = filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case rel != "." && ignores(ignored, rel, d.IsDir()) && d.IsDir():
			return filepath.SkipDir
		case ignores(ignored, rel, d.IsDir()) || !d.Type().IsRegular():
			return nil
		}
		contents[rel], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return plant(contents)
})

// ignores tells whether one of patterns, of the kinds .gitignore uses here
// (name/, /path/, *.ext), means p.
func ignores(patterns []string, p string, isDir bool) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		folder := strings.HasSuffix(pattern, "/")
		what, rooted := strings.CutPrefix(strings.TrimSuffix(pattern, "/"), "/")
		name := path.Base(p)
		if rooted {
			name = p
		}
		ok, err := path.Match(what, name)
		return err == nil && ok && (isDir || !folder)
	})
}

// rule finds the places of a tree that break it, as "path:line: what is wrong".
type rule func(*tree) []string

// holds checks that nothing in the repository breaks r.
func (r rule) holds(t *testing.T) {
	t.Helper()
	repo, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range r(repo) {
		t.Error(place)
	}
}

// finds checks that r finds exactly want, as the starts of its findings, in a
// tree of the given files.
func (r rule) finds(t *testing.T, files map[string]string, want ...string) {
	t.Helper()
	contents := map[string][]byte{}
	for p, src := range files {
		contents[p] = []byte(src)
	}
	tr, err := plant(contents)
	if err != nil {
		t.Fatal(err)
	}
	got := r(tr)
	if len(got) != len(want) {
		t.Fatalf("found %d places, want %d: %q", len(got), len(want), got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("found %q, want %q", got[i], want[i])
		}
	}
}
