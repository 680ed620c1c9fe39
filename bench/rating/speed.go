package main

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"changrong/bench/kit"
)

// measured are the benchmarks of the packages that rate, by their names.
type measured map[string]*benchmark

// benchmark is what runs of one benchmark took.
type benchmark struct {
	ns   []float64 // an operation
	rows []float64 // million a second, where it says so
}

// speeds runs the benchmarks, on one processor.
func speeds() (measured, error) {
	cmd := exec.Command("go", "test", "-run=^$", "-bench=^Benchmark(Score|Batch|Optimal|Train)$", "-cpu=1", "-count=5",
		"./internal/rating/scorecard", "./internal/rating/binning", "./internal/rating/train")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("benchmarks: %w: %s", err, out)
	}
	m := measured{}
	for in := bufio.NewScanner(bytes.NewReader(out)); in.Scan(); {
		words := strings.Fields(in.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		b := m[words[0]]
		if b == nil {
			b = &benchmark{}
			m[words[0]] = b
		}
		for i := 2; i+1 < len(words); i += 2 {
			x, err := strconv.ParseFloat(words[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", in.Text(), err)
			}
			switch words[i+1] {
			case "ns/op":
				b.ns = append(b.ns, x)
			case "Mrows/s":
				b.rows = append(b.rows, x)
			}
		}
	}
	return m, nil
}

// promised holds what was measured against what was promised.
func (m measured) promised() (string, error) {
	for _, name := range []string{"BenchmarkScore", "BenchmarkBatch", "BenchmarkTrain"} {
		if m[name] == nil {
			return "", fmt.Errorf("there is no %s", name)
		}
	}
	var goals kit.Goals
	one, batch, card := kit.Median(m["BenchmarkScore"].ns), kit.Median(m["BenchmarkBatch"].rows), kit.Median(m["BenchmarkTrain"].ns)
	goals.Add("a score of 20 characteristics", "≤ 300 ns", fmt.Sprintf("%.0f ns", one), one <= 300)
	goals.Add("scores of 20 characteristics from codes, on one processor", "≥ 20 million/s", fmt.Sprintf("%.0f million/s", batch), batch >= 20)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if trend, ok := strings.CutPrefix(name, "BenchmarkOptimal/"); ok {
			took := kit.Median(m[name].ns) / 1000
			goals.Add("20 pre-bins, "+trend, "≤ 20 µs", fmt.Sprintf("%.1f µs", took), took <= 20)
		}
	}
	goals.Add("a card of German credit", "≤ 100 ms", fmt.Sprintf("%.1f ms", card/1e6), card/1e6 <= 100)
	return goals.Markdown(), nil
}
