package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// module is the path of this module.
const module = "changrong"

// pkg is a package as `go list` describes it.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

func (p *pkg) short() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// list returns the packages of the module.
func list() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// search returns what the first group of re matches in the files.
func (p *pkg) search(re *regexp.Regexp, files ...string) (found []string, err error) {
	for _, name := range files {
		src, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		for _, m := range re.FindAllSubmatch(src, -1) {
			found = append(found, string(m[1]))
		}
	}
	return found, nil
}

var (
	fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)
	goroutine  = regexp.MustCompile(`(?m)^\s*(go )(?:func|\w+[.(])|(errgroup\.)`)
)

// fuzzTargets returns the names of p's fuzz targets.
func (p *pkg) fuzzTargets() ([]string, error) {
	return p.search(fuzzTarget, append(p.TestGoFiles, p.XTestGoFiles...)...)
}

// starters returns the paths of packages that start goroutines and have tests.
func starters(packages []pkg) (paths []string) {
	for _, p := range packages {
		starts, err := p.search(goroutine, p.GoFiles...)
		if err == nil && len(starts) > 0 && len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 && !strings.HasPrefix(p.short(), "cmd/") {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}
