package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"changrong/bench/kit"
)

// results are what was measured.
type results struct {
	*options
	sessions    int
	attacks     []*attack
	settlements []settlement
	handed      []handed
}

// What was promised.
const (
	mostAnswer     = 50 * time.Millisecond // of 99 in 100 answers
	mostSettlement = 10 * time.Second
	mostMemory     = 1_000_000_000 // bytes
)

// page says what was measured, as Markdown.
func (r *results) page() string {
	var b strings.Builder
	for _, l := range [][2]string{
		{"date", time.Now().Format(time.DateOnly)},
		{"processor", fmt.Sprintf("%s, %d cores", kit.Processor(), runtime.NumCPU())},
		{"changrong", kit.Said("git", "describe", "--always", "--dirty", "--abbrev=12") + ", " + runtime.Version() + ", SQLite"},
		{"load tool", "vegeta " + kit.Said("go", "list", "-modfile=tools/go.mod", "-m", "-f", "{{.Version}}", "github.com/tsenart/vegeta/v12")},
		{"while requests were sent, other programs kept busy", fmt.Sprintf("%.1f processors (median)", kit.Median(kit.Each(r.attacks, func(a *attack) float64 { return a.others })))},
	} {
		fmt.Fprintf(&b, "- %s: %s\n", l[0], l[1])
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n\n%s\n\nWhat was promised:\n\n%s\n", r.loadTable(), r.settleTable(), r.handTable(), r.promised())
	return b.String()
}

// loadTable has a row for each operation, the slowest first.
func (r *results) loadTable() string {
	type row struct {
		p99   time.Duration
		cells []string
	}
	var rows []row
	for i := range operations {
		p99, cells := r.operation(i)
		rows = append(rows, row{p99, cells})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.p99, a.p99) })
	_, all := r.operation(-1)
	table := [][]string{all}
	for _, x := range rows {
		table = append(table, x.cells)
	}
	return fmt.Sprintf("%d requests a second for %d s, by %d people who are signed in; medians of %d runs, in milliseconds:\n\n", r.rate, r.seconds, r.sessions, len(r.attacks)) +
		kit.Markdown([]string{"operation", "requests", "p50", "p95", "p99", "p99, from–to", "max", "not answered"}, table) +
		fmt.Sprintf("\n\nThe server kept %.2f of the %d processors busy meanwhile, %.2f ms for a request, and had %s of memory at most.",
			kit.Median(kit.Each(r.attacks, func(a *attack) float64 { return a.server.Seconds() }))/float64(r.seconds), runtime.NumCPU(),
			kit.Median(kit.Each(r.attacks, func(a *attack) float64 { return a.server.Seconds() * 1000 / float64(max(1, len(a.samples))) })),
			kit.Megabytes(slices.Max(kit.Each(r.attacks, func(a *attack) int64 { return a.peak }))))
}

// operation is a row of the table: of all for -1.
func (r *results) operation(i int) (p99 time.Duration, cells []string) {
	name := "all"
	if i >= 0 {
		name = operations[i].name
	}
	var n, failed int
	var p [3][]time.Duration
	longest := time.Duration(0)
	for _, a := range r.attacks {
		took := latencies(a.samples, i)
		n += len(took)
		for k, q := range []int{50, 95, 99} {
			p[k] = append(p[k], kit.Quantile(took, q))
		}
		longest = max(longest, kit.Quantile(took, 100))
		for what, times := range a.errors {
			if of, _, _ := strings.Cut(what, ":"); i < 0 || of == name {
				failed += times
			}
		}
	}
	p99 = kit.Median(p[2])
	return p99, []string{
		name, fmt.Sprint(n), kit.Milliseconds(kit.Median(p[0])), kit.Milliseconds(kit.Median(p[1])), kit.Milliseconds(p99),
		kit.Milliseconds(slices.Min(p[2])) + "–" + kit.Milliseconds(slices.Max(p[2])), kit.Milliseconds(longest), fmt.Sprint(failed),
	}
}

func (r *results) settleTable() string {
	took := kit.Each(r.settlements, func(s settlement) time.Duration { return s.took })
	last := r.settlements[len(r.settlements)-1]
	return fmt.Sprintf("Settling the city of %d notes, asked for in the console until it is done, facts gathered from everybody's files each time:\n\n", r.notes) +
		kit.Markdown([]string{"median s", "from–to", "of it gathering the facts", "CPU s of the server", "lines", "peak MB"}, [][]string{{
			kit.Seconds(kit.Median(took)), kit.Seconds(slices.Min(took)) + "–" + kit.Seconds(slices.Max(took)), kit.Seconds(kit.Median(kit.Each(r.settlements, func(s settlement) time.Duration { return s.frozen }))),
			kit.Seconds(kit.Median(kit.Each(r.settlements, func(s settlement) time.Duration { return s.cpu }))), fmt.Sprint(last.lines),
			kit.Megabytes(slices.Max(kit.Each(r.settlements, func(s settlement) int64 { return s.peak }))),
		}})
}

func (r *results) handTable() string {
	took := kit.Each(r.handed, func(h handed) time.Duration { return h.took })
	first := r.handed[0]
	wrong, found := 0, 0
	for _, h := range r.handed {
		wrong, found = wrong+h.wrong, found+h.found
	}
	return fmt.Sprintf("%d banks hand in two files of %d rows each at the same moment, %s in all, beside the city:\n\n", r.banks, r.rows, kit.Megabytes(first.bytes)) +
		kit.Markdown([]string{"median s until the last is checked", "from–to", "until the last is sent", "CPU s of the server", "rows/s", "peak MB", "mistakes", "found, and nothing else"}, [][]string{{
			kit.Seconds(kit.Median(took)), kit.Seconds(slices.Min(took)) + "–" + kit.Seconds(slices.Max(took)), kit.Seconds(kit.Median(kit.Each(r.handed, func(h handed) time.Duration { return h.sent }))),
			kit.Seconds(kit.Median(kit.Each(r.handed, func(h handed) time.Duration { return h.cpu }))),
			fmt.Sprintf("%.0f", float64(2*r.banks*r.rows)/kit.Median(took).Seconds()), kit.Megabytes(slices.Max(kit.Each(r.handed, func(h handed) int64 { return h.peak }))),
			fmt.Sprint(wrong), fmt.Sprint(found),
		}})
}

// promised is the table of targets.
func (r *results) promised() string {
	var goals kit.Goals
	p99, cells := r.operation(-1)
	goals.Add("lists and details, all together", "p99 ≤ 50 ms", cells[4], p99 <= mostAnswer)
	slow := []string{}
	for i := range operations {
		if p99, cells := r.operation(i); p99 > mostAnswer {
			slow = append(slow, cells[0]+" "+cells[4])
		}
	}
	goals.Add("each operation", "p99 ≤ 50 ms", cmp.Or(strings.Join(slow, ", "), "all"), len(slow) == 0)
	failed := 0
	for _, a := range r.attacks {
		failed += total(a.errors)
	}
	goals.Add("answers that are none", "0", fmt.Sprint(failed), failed == 0)
	took := kit.Median(kit.Each(r.settlements, func(s settlement) time.Duration { return s.took }))
	goals.Add("settling the city from the console", "≤ 10 s", kit.Seconds(took), took <= mostSettlement)
	peak := slices.Max(kit.Each(r.handed, func(h handed) int64 { return h.peak }))
	goals.Add(fmt.Sprintf("%d banks together", r.banks), "≤ 1000 MB", kit.Megabytes(peak), peak <= mostMemory)
	wrong := 0
	for _, h := range r.handed {
		wrong += h.wrong - h.found
	}
	goals.Add("findings that are wrong or missing", "0", fmt.Sprint(wrong), wrong == 0)
	return goals.Markdown()
}

// Marks in a page, between which stands what was measured last.
const (
	beginMark = "<!-- what platform writes -->\n"
	endMark   = "<!-- as far as here -->"
)
