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

// maxForeign is from how many packages of other modules on a package imports
// too much to be fuzzed in a few seconds.
const maxForeign = 25

// pkg is a package as `go list` describes it.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
}

func (p *pkg) short() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// list returns the packages of the module.
func list() ([]pkg, error) {
	out, err := goList("-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles", "./...")
	if err != nil {
		return nil, err
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

func goList(args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return out, nil
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

// heavy tells whether p's tests import too much of other modules.
func (p *pkg) heavy() (bool, error) {
	out, err := goList("-deps", "-test", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", p.ImportPath)
	if err != nil {
		return false, err
	}
	n := 0
	for _, line := range strings.Fields(string(out)) {
		if line != module && !strings.HasPrefix(line, module+"/") {
			n++
		}
	}
	return n > maxForeign, nil
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
