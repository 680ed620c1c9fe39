package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
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
		{"processor", fmt.Sprintf("%s, %d cores", processor(), runtime.NumCPU())},
		{"changrong", said("git", "describe", "--always", "--dirty", "--abbrev=12") + ", " + runtime.Version() + ", SQLite"},
		{"load tool", "vegeta " + said("go", "list", "-modfile=tools/go.mod", "-m", "-f", "{{.Version}}", "github.com/tsenart/vegeta/v12")},
		{"while requests were sent, other programs kept busy", fmt.Sprintf("%.1f processors (median)", median(each(r.attacks, func(a *attack) float64 { return a.others })))},
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
		markdown([]string{"operation", "requests", "p50", "p95", "p99", "p99, from–to", "max", "not answered"}, table) +
		fmt.Sprintf("\n\nThe server kept %.2f of the %d processors busy meanwhile, %.2f ms for a request, and had %s of memory at most.",
			median(each(r.attacks, func(a *attack) float64 { return a.server.Seconds() }))/float64(r.seconds), runtime.NumCPU(),
			median(each(r.attacks, func(a *attack) float64 { return a.server.Seconds() * 1000 / float64(max(1, len(a.samples))) })),
			megabytes(slices.Max(each(r.attacks, func(a *attack) int64 { return a.peak }))))
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
			p[k] = append(p[k], quantile(took, q))
		}
		longest = max(longest, quantile(took, 100))
		for what, times := range a.errors {
			if of, _, _ := strings.Cut(what, ":"); i < 0 || of == name {
				failed += times
			}
		}
	}
	p99 = median(p[2])
	return p99, []string{
		name, fmt.Sprint(n), ms(median(p[0])), ms(median(p[1])), ms(p99),
		ms(slices.Min(p[2])) + "–" + ms(slices.Max(p[2])), ms(longest), fmt.Sprint(failed),
	}
}

func (r *results) settleTable() string {
	took := each(r.settlements, func(s settlement) time.Duration { return s.took })
	last := r.settlements[len(r.settlements)-1]
	return fmt.Sprintf("Settling the city of %d notes, asked for in the console until it is done, facts gathered from everybody's files each time:\n\n", r.notes) +
		markdown([]string{"median s", "from–to", "of it gathering the facts", "CPU s of the server", "lines", "peak MB"}, [][]string{{
			seconds(median(took)), seconds(slices.Min(took)) + "–" + seconds(slices.Max(took)), seconds(median(each(r.settlements, func(s settlement) time.Duration { return s.frozen }))),
			seconds(median(each(r.settlements, func(s settlement) time.Duration { return s.cpu }))), fmt.Sprint(last.lines),
			megabytes(slices.Max(each(r.settlements, func(s settlement) int64 { return s.peak }))),
		}})
}

func (r *results) handTable() string {
	took := each(r.handed, func(h handed) time.Duration { return h.took })
	first := r.handed[0]
	wrong, found := 0, 0
	for _, h := range r.handed {
		wrong, found = wrong+h.wrong, found+h.found
	}
	return fmt.Sprintf("%d banks hand in two files of %d rows each at the same moment, %s in all, beside the city:\n\n", r.banks, r.rows, megabytes(first.bytes)) +
		markdown([]string{"median s until the last is checked", "from–to", "until the last is sent", "CPU s of the server", "rows/s", "peak MB", "mistakes", "found, and nothing else"}, [][]string{{
			seconds(median(took)), seconds(slices.Min(took)) + "–" + seconds(slices.Max(took)), seconds(median(each(r.handed, func(h handed) time.Duration { return h.sent }))),
			seconds(median(each(r.handed, func(h handed) time.Duration { return h.cpu }))),
			fmt.Sprintf("%.0f", float64(2*r.banks*r.rows)/median(took).Seconds()), megabytes(slices.Max(each(r.handed, func(h handed) int64 { return h.peak }))),
			fmt.Sprint(wrong), fmt.Sprint(found),
		}})
}

// promised is the table of targets.
func (r *results) promised() string {
	var rows [][]string
	add := func(what, target, got string, met bool) {
		word := "missed"
		if met {
			word = "met"
		}
		rows = append(rows, []string{what, target, got, word})
	}
	p99, cells := r.operation(-1)
	add("lists and details, all together", "p99 ≤ 50 ms", cells[4], p99 <= mostAnswer)
	slow := []string{}
	for i := range operations {
		if p99, cells := r.operation(i); p99 > mostAnswer {
			slow = append(slow, cells[0]+" "+cells[4])
		}
	}
	add("each operation", "p99 ≤ 50 ms", cmp.Or(strings.Join(slow, ", "), "all"), len(slow) == 0)
	failed := 0
	for _, a := range r.attacks {
		failed += total(a.errors)
	}
	add("answers that are none", "0", fmt.Sprint(failed), failed == 0)
	took := median(each(r.settlements, func(s settlement) time.Duration { return s.took }))
	add("settling the city from the console", "≤ 10 s", seconds(took), took <= mostSettlement)
	peak := slices.Max(each(r.handed, func(h handed) int64 { return h.peak }))
	add(fmt.Sprintf("%d banks together", r.banks), "≤ 1000 MB", megabytes(peak), peak <= mostMemory)
	wrong := 0
	for _, h := range r.handed {
		wrong += h.wrong - h.found
	}
	add("findings that are wrong or missing", "0", fmt.Sprint(wrong), wrong == 0)
	return markdown([]string{"", "target", "got", ""}, rows)
}

// markdown is a table; all but its first column are numbers.
func markdown(head []string, rows [][]string) string {
	lines := []string{"| " + strings.Join(head, " | ") + " |", "| ---" + strings.Repeat(" | ---:", len(head)-1) + " |"}
	for _, cells := range rows {
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
	}
	return strings.Join(lines, "\n")
}

func each[T, U any](of []T, f func(T) U) []U {
	var out []U
	for _, v := range of {
		out = append(out, f(v))
	}
	return out
}

func ms(d time.Duration) string      { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
func megabytes(n int64) string       { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }

// said is what a command prints, "unknown" when it fails.
func said(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output() //nolint:noctx // named above
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	_, rest, _ := strings.Cut(string(info), "model name")
	first, _, _ := strings.Cut(rest, "\n")
	return strings.TrimLeft(first, "\t :")
}

// Marks in a page, between which stands what was measured last.
const (
	beginMark = "<!-- what platform writes -->\n"
	endMark   = "<!-- as far as here -->"
)

// renew puts what was measured between the marks of a page.
func renew(path, what string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(page), beginMark)
	_, after, ok2 := strings.Cut(rest, endMark)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the figures", path)
	}
	return os.WriteFile(path, []byte(before+beginMark+what+endMark+after), 0o644)
}
