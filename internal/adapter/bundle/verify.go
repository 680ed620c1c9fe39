package bundle

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Problem is one thing about a bundle that does not fit.
type Problem struct {
	At     fault.Place
	Zh, En string
}

// Recompute runs a plan over facts and digests what it read.
type Recompute func(ctx context.Context, plan *policy.Plan, facts fact.Source) (*settlement.Result, []FactsDigest, error)

// Verify checks every file against SHA256SUMS, computes the settlement again from
// the bundle's own pack and facts, and compares result and receipt. It returns
// what does not fit, with file, line and column where there is one; none means that
// the bundle is as it was written and that its amounts follow from its facts.
//
// It returns an error only when it was stopped.
func (b *Bundle) Verify(ctx context.Context, run Recompute) ([]Problem, error) {
	problems := b.checkSums()
	res, receipt, err := b.recompute(ctx, run)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		f := fault.Of(err)
		zh, en := f.Zh, f.En
		return append(problems, Problem{f.At, "无法重新计算：" + f.Code + " " + zh, "cannot be computed again: " + f.Code + " " + en}), nil
	}
	temp, err := os.MkdirTemp("", "verify-*")
	if err != nil {
		return nil, writeFault(b.Dir, err)
	}
	defer os.RemoveAll(temp)
	again := &writer{dir: temp, sums: map[string]string{}}
	digests, err := encodeResult(res, again.create)
	if err != nil {
		return nil, err
	}
	for _, d := range digests {
		p, err := compare(d.File, filepath.Join(b.Dir, d.File), filepath.Join(temp, d.File))
		if err != nil {
			return nil, err
		}
		problems = append(problems, p...)
	}
	receipt.seal(digests)
	return append(problems, compareReceipts(b.Receipt, receipt)...), nil
}

func (b *Bundle) recompute(ctx context.Context, run Recompute) (*settlement.Result, *Receipt, error) {
	pack, plan, err := b.Plan()
	if err != nil {
		return nil, nil, inFolder("pack/", err)
	}
	facts, err := b.Facts()
	if err != nil {
		return nil, nil, inFolder("facts/", err)
	}
	defer facts.Close()
	res, digests, err := run(ctx, plan, facts)
	if err != nil {
		return nil, nil, inFolder("facts/", err)
	}
	c := Contents{Pack: pack, Plan: plan, Facts: facts, Digests: digests}
	return res, c.receipt(), nil
}

// inFolder puts the folder before the file an error speaks of.
func inFolder(folder string, err error) error {
	f := fault.Of(err)
	switch {
	case f.At.File == "":
		return f.In(fault.Place{File: strings.TrimSuffix(folder, "/")})
	case !filepath.IsAbs(f.At.File):
		f.At.File = folder + f.At.File
	}
	return f
}

// checkSums compares every file with SHA256SUMS, and finds files too many.
func (b *Bundle) checkSums() []Problem {
	body, err := readSmall(filepath.Join(b.Dir, sumsFile))
	if err != nil {
		return []Problem{{fault.Place{File: sumsFile}, "缺少校验文件", "the checksum file is missing"}}
	}
	var problems []Problem
	listed := map[string]bool{sumsFile: true}
	for i, l := range strings.Split(strings.TrimSuffix(string(body), "\n"), "\n") {
		sum, name, ok := strings.Cut(l, "  ")
		if !ok {
			name = l
		}
		if !ok || !filepath.IsLocal(name) || listed[name] {
			problems = append(problems, Problem{fault.Place{File: sumsFile, Line: i + 1, Value: fault.Clip(l)}, "校验行不合格式：" + fault.Clip(name), "a malformed checksum line: " + fault.Clip(name)})
			continue
		}
		listed[name] = true
		switch have, err := hashFile(filepath.Join(b.Dir, filepath.FromSlash(name))); {
		case err != nil:
			problems = append(problems, Problem{fault.Place{File: name}, "文件缺失或无法读取", "the file is missing or cannot be read"})
		case have != sum:
			problems = append(problems, Problem{fault.Place{File: name}, "文件内容被改动：校验值与 SHA256SUMS 不符", "the file was changed: its hash is not the one in SHA256SUMS"})
		}
	}
	return append(problems, b.surplus(listed)...)
}

func (b *Bundle) surplus(listed map[string]bool) []Problem {
	var problems []Problem
	err := filepath.WalkDir(b.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(b.Dir, name)
		if rel = filepath.ToSlash(rel); err == nil && !listed[rel] {
			problems = append(problems, Problem{fault.Place{File: rel}, "多出的文件，不在 SHA256SUMS 中", "a file that SHA256SUMS does not list"})
		}
		return err
	})
	if err != nil {
		problems = append(problems, Problem{fault.Place{File: b.Dir}, "文件夹无法读取", "the folder cannot be read"})
	}
	return problems
}

// maxDifferences is how many differing lines of one table are told.
const maxDifferences = 5

// compare tells the first lines in which a stored table differs from the
// recomputed one, and in which column.
func compare(name, stored, again string) ([]Problem, error) {
	a, err := os.Open(stored)
	if err != nil {
		return []Problem{{fault.Place{File: name}, "结果表缺失", "the result table is missing"}}, nil
	}
	defer a.Close()
	b, err := os.Open(again)
	if err != nil {
		return nil, writeFault(again, err)
	}
	defer b.Close()
	var problems []Problem
	ra, rb := bufio.NewReaderSize(a, 1<<18), bufio.NewReaderSize(b, 1<<18)
	var header []string
	for n := 1; len(problems) < maxDifferences; n++ {
		la, erra := ra.ReadBytes('\n')
		lb, errb := rb.ReadBytes('\n')
		if n == 1 {
			header = strings.Split(strings.TrimSpace(string(lb)), ",")
		}
		if !bytes.Equal(la, lb) {
			problems = append(problems, difference(name, n, header, string(la), string(lb)))
		}
		if erra != nil || errb != nil {
			if erra != io.EOF && erra != nil {
				return nil, writeFault(stored, erra)
			}
			break
		}
	}
	return problems, nil
}

func difference(name string, n int, header []string, stored, again string) Problem {
	at := fault.Place{File: name, Line: n}
	fs, fa := strings.Split(strings.TrimSpace(stored), ","), strings.Split(strings.TrimSpace(again), ",")
	switch {
	case strings.TrimSpace(stored) == "":
		return Problem{at, "缺少一行，重新计算得到：" + strings.TrimSpace(again), "a line is missing; computed again it is: " + strings.TrimSpace(again)}
	case strings.TrimSpace(again) == "":
		return Problem{at, "多出一行：" + strings.TrimSpace(stored), "a line too many: " + strings.TrimSpace(stored)}
	}
	for i := range min(len(fs), len(fa), len(header)) {
		if fs[i] != fa[i] {
			at.Field, at.Value = header[i], fs[i]
			return Problem{at, fmt.Sprintf("%s 存为 %s，重新计算得 %s", header[i], fs[i], fa[i]), fmt.Sprintf("%s is stored as %s, computed again %s", header[i], fs[i], fa[i])}
		}
	}
	return Problem{at, "与重新计算的一行不同", "differs from the line computed again"}
}

// compareReceipts tells which parts of the stored receipt are not as they would
// be written now.
func compareReceipts(stored, again *Receipt) []Problem {
	var problems []Problem
	differs := func(field string, a, b any) {
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			problems = append(problems, Problem{
				fault.Place{File: "receipt.json", Field: field, Value: fault.Clip(x)},
				fmt.Sprintf("%s 存为 %s，应为 %s", field, fault.Clip(x), fault.Clip(y)), fmt.Sprintf("%s is stored as %s, should be %s", field, fault.Clip(x), fault.Clip(y)),
			})
		}
	}
	differs("engine", stored.Engine, again.Engine)
	differs("pack", stored.Pack, again.Pack)
	differs("scope", stored.ScopeFirst+stored.ScopeLast, again.ScopeFirst+again.ScopeLast)
	differs("readings", stored.Readings, again.Readings)
	differs("parameters", stored.Parameters, again.Parameters)
	differs("absent", stored.Absent, again.Absent)
	for _, d := range again.Facts {
		i := slices.IndexFunc(stored.Facts, func(s FactsDigest) bool { return s.Table == d.Table })
		if i < 0 {
			differs("facts", stored.Facts, again.Facts)
			continue
		}
		differs("facts."+d.Table, stored.Facts[i], d)
	}
	differs("facts", len(stored.Facts), len(again.Facts))
	for i, d := range again.Result {
		if i < len(stored.Result) {
			differs("result."+d.File, stored.Result[i], d)
		}
	}
	differs("result_sha256", stored.ResultSHA256, again.ResultSHA256)
	return problems
}
