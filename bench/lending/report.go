package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"changrong/bench/kit"
)

// database is what was measured on one.
type database struct {
	name        string
	imported    time.Duration // the registry of firms
	bare, whole []*loaded
	fanned      []fanned
	lastTold    time.Duration
	drained     drained
	accepted    int64 // applications, all of them
	kept        int64 // applications that are in the database
	referrals   int   // that are
	peak        int64 // of the server's memory, in bytes
}

// results are what was measured.
type results struct {
	*options
	loadBefore string
	databases  []*database
}

// What was promised.
var (
	leastAccepted = map[string]float64{"SQLite": 500, "PostgreSQL": 1000} // a second
	leastBare     = map[string]float64{"SQLite": 8000, "PostgreSQL": 5000}
)

const mostFanned = 100 * time.Millisecond

// page says what was measured, as Markdown.
func (r *results) page() string {
	var b strings.Builder
	for _, l := range [][2]string{
		{"date", time.Now().Format(time.DateOnly)},
		{"processor", fmt.Sprintf("%s, %d cores, for the server, its database and who sends", kit.Processor(), runtime.NumCPU())},
		{"changrong", kit.Said("git", "describe", "--always", "--dirty", "--abbrev=12") + ", " + runtime.Version()},
		{"PostgreSQL", kit.Said("psql", "--version")},
		{"load average of the machine before it began", r.loadBefore},
	} {
		fmt.Fprintf(&b, "- %s: %s\n", l[0], l[1])
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n\n%s\n\nWhat was promised:\n\n%s\n", r.loadTable(), r.fanTable(), r.drainTable(), r.promised())
	return b.String()
}

// loadTable has a row for what was sent to each database.
func (r *results) loadTable() string {
	var rows [][]string
	for _, d := range r.databases {
		rows = append(rows, row(d.name+", applications", d.whole), row(d.name+", bare inserts", d.bare))
	}
	return fmt.Sprintf("Applications to %d banks each, and bare inserts beside them, from %d connections for %d s; medians of %d runs. Each answered when it is on disk; %d firms in the registry:\n\n",
		r.banks, r.clients, r.seconds, r.runs, r.firms) +
		kit.Markdown([]string{"", "accepted/s", "from–to", "p50 ms", "p99 ms", "server's CPU, ms each", "sender's", "others'"}, rows) +
		"\n\nOthers are PostgreSQL's own processes and whatever else ran on the machine; the sender's part includes the receiver of messages."
}

// row is of one sort of request on one database.
func row(name string, of []*loaded) []string {
	rates := kit.Each(of, (*loaded).rate)
	each := func(f func(*loaded) time.Duration) string {
		return fmt.Sprintf("%.2f", kit.Median(kit.Each(of, func(l *loaded) float64 { return f(l).Seconds() * 1000 / float64(max(1, len(l.took))) })))
	}
	return []string{
		name, fmt.Sprintf("%.0f", kit.Median(rates)), fmt.Sprintf("%.0f–%.0f", slices.Min(rates), slices.Max(rates)),
		kit.Milliseconds(kit.Median(kit.Each(of, func(l *loaded) time.Duration { return l.quantile(50) }))),
		kit.Milliseconds(kit.Median(kit.Each(of, func(l *loaded) time.Duration { return l.quantile(99) }))),
		each(func(l *loaded) time.Duration { return l.server }), each(func(l *loaded) time.Duration { return l.mine }),
		each(func(l *loaded) time.Duration { return max(0, l.all-l.server-l.mine) }),
	}
}

// fanTable has a row for each database.
func (r *results) fanTable() string {
	var rows [][]string
	for _, d := range r.databases {
		of := func(f func(fanned) time.Duration) []string {
			all := kit.Each(d.fanned, f)
			return []string{kit.Milliseconds(kit.Median(all)), kit.Milliseconds(slices.Max(all))}
		}
		rows = append(rows, slices.Concat([]string{d.name}, of(func(f fanned) time.Duration { return f.referrals }), of(func(f fanned) time.Duration { return f.systems }),
			of(func(f fanned) time.Duration { return f.people }), of(fanned.all)))
	}
	return fmt.Sprintf("%d applications to all %d banks, one after another, in milliseconds, as the platform measures it itself (`changrong_told_seconds` of /metrics): from the moment it is handed in "+
		"until the referrals of all banks are committed, from there until the messages to all banks' systems are queued, and those to their people:\n\n", r.fanned, allBanks) +
		kit.Markdown([]string{"", "referrals", "longest", "to systems", "longest", "to people", "longest", "all of it", "longest"}, rows)
}

// drainTable has a row for each database.
func (r *results) drainTable() string {
	var rows [][]string
	for _, d := range r.databases {
		x := d.drained
		told := fmt.Sprintf("over %.0f", mostDrain.Seconds())
		if x.told > 0 {
			told = kit.Seconds(x.told)
		}
		rows = append(rows, []string{
			d.name, fmt.Sprint(d.accepted), fmt.Sprint(d.kept), fmt.Sprint(d.referrals), fmt.Sprint(x.untold), told, fmt.Sprint(x.messages), kit.Seconds(x.took),
			fmt.Sprintf("%.0f", float64(x.messages)/max(x.took.Seconds(), 0.001)), fmt.Sprint(x.left), kit.Megabytes(d.peak),
		})
	}
	return "What was left to do when the last load ended, and how long that took: every bank's system takes its messages by https, each on a connection of its own:\n\n" +
		kit.Markdown([]string{
			"", "accepted", "kept", "referrals", "events not told yet", "s until all are", "messages to deliver", "s until the last", "a second", "not delivered in time", "peak MB",
		}, rows)
}

// promised is the table of targets.
func (r *results) promised() string {
	var goals kit.Goals
	for _, d := range r.databases {
		rate := kit.Median(kit.Each(d.whole, (*loaded).rate))
		goals.Add(d.name+", applications accepted", fmt.Sprintf("≥ %.0f/s", leastAccepted[d.name]), fmt.Sprintf("%.0f", rate), rate >= leastAccepted[d.name])
		bare := kit.Median(kit.Each(d.bare, (*loaded).rate))
		goals.Add(d.name+", bare inserts", fmt.Sprintf("≥ %.0f/s", leastBare[d.name]), fmt.Sprintf("%.0f", bare), bare >= leastBare[d.name])
		took := kit.Median(kit.Each(d.fanned, fanned.all))
		goals.Add(d.name+", to thirty banks", "≤ 100 ms", kit.Milliseconds(took), took <= mostFanned)
		goals.Add(d.name+", accepted and not kept", "0", fmt.Sprint(d.accepted-d.kept), d.accepted == d.kept)
		goals.Add(d.name+", messages not delivered in time", "0", fmt.Sprint(d.drained.left), d.drained.left == 0)
	}
	return goals.Markdown()
}

// Marks in a page, between which stands what was measured last.
const (
	beginMark = "<!-- what lending writes -->\n"
	endMark   = "<!-- to this line -->"
)
