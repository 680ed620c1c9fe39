package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
)

// operation is one that pages call: how often beside the others, the permission it
// takes ("": none), and an address for somebody, with the ids, filters and offsets
// that chance picks among what that person can see; "" when there is nothing.
type operation struct {
	name   string
	weight int
	need   string
	path   func(*rand.Rand, *view) string
}

// view is what somebody can see, as far as addresses are made of it.
type view struct {
	*guest
	pack                  string
	ids                   map[string][]string // by sort
	totals                map[string]int      // how long lists are
	lines                 []line
	items, payees, stages []string
}

// line is a line of the official run.
type line struct {
	Item        string `json:"item"`
	Payee       string `json:"payee_id"`
	Institution string `json:"institution_id"`
	Subject     string `json:"subject_id"`
	Enterprise  string `json:"enterprise"`
	Town        string `json:"town"`
}

// operations are those of the console's lists and detail pages, as often as one
// comes by them: where one works every day more, where one looks once a month less.
var operations = []operation{
	{"get-me", 4, "", always("/api/session")},
	{"list-waiting", 8, "", list("/api/waiting", "", "")},
	{"list-messages", 8, "", list("/api/messages", "", "")},
	{"list-claims", 12, "claim.read", filtered("/api/claims", "claims", func(r *rand.Rand, v *view) url.Values {
		switch r.IntN(6) {
		case 0:
			return url.Values{"stage": {pick(r, v.stages)}}
		case 1:
			return url.Values{"item": {pick(r, v.items)}}
		case 2:
			return url.Values{"payee": {pick(r, v.payees)}}
		case 3:
			return url.Values{"mine": {"true"}}
		case 4:
			return url.Values{"late": {"true"}}
		}
		return url.Values{}
	})},
	{"sum-claims", 3, "claim.read", always("/api/claim-sums")},
	{"get-claim", 12, "claim.read", one("/api/claims/%s", "claims")},
	{"list-submissions", 8, "submission.read", filtered("/api/submissions", "submissions", func(r *rand.Rand, _ *view) url.Values {
		switch r.IntN(4) {
		case 0:
			return url.Values{"state": {pick(r, []string{"accepted", "rejected"})}}
		case 1:
			return url.Values{"period": {fmt.Sprintf("2021-%02d", 1+r.IntN(12))}}
		case 2:
			return url.Values{"current": {"true"}}
		}
		return url.Values{}
	})},
	{"get-submission", 6, "submission.read", one("/api/submissions/%s", "submissions")},
	{"list-submission-findings", 5, "submission.read", one("/api/submissions/%s/findings?limit=50", "submissions")},
	{"get-receipt", 2, "submission.read", one("/api/submissions/%s/receipt", "accepted")},
	{"get-calendar", 3, "calendar.read", always("/api/reporting/calendar?from=2021-01&to=2021-12")},
	{"list-owed", 2, "calendar.read", always("/api/reporting/owed?from=2021-10&to=2021-12")},
	{"list-runs", 3, "run.read", list("/api/runs", "", "")},
	{"get-run", 3, "run.read", one("/api/runs/%s", "runs")},
	{"get-run-overview", 4, "run.read", one("/api/runs/%s/overview", "runs")},
	{"list-run-lines", 10, "run.read", filtered("/api/runs/{run}/lines", "lines", lineFilter)},
	{"list-run-asides", 5, "run.read", filtered("/api/runs/{run}/asides", "asides", func(r *rand.Rand, v *view) url.Values {
		l := pick(r, v.lines)
		switch r.IntN(4) {
		case 0:
			return url.Values{"institution": {l.Institution}}
		case 1:
			return url.Values{"item": {l.Item}}
		case 2:
			return url.Values{"outcome": {"set_aside"}}
		}
		return url.Values{}
	})},
	{"list-run-totals", 4, "run.read", filtered("/api/runs/{run}/totals", "totals", none)},
	{"explain-run", 4, "run.read", func(r *rand.Rand, v *view) string {
		if len(v.lines) == 0 || len(v.ids["runs"]) == 0 {
			return ""
		}
		l := pick(r, v.lines)
		q := url.Values{"institution": {l.Institution}, "subject": {l.Subject}, "item": {l.Item}}
		return "/api/runs/" + v.ids["official"][0] + "/explanation?" + q.Encode()
	}},
	{"compare-runs", 1, "run.whole", compare("")},
	{"compare-run-payees", 1, "run.whole", compare("/payees")},
	{"compare-run-lines", 1, "run.whole", compare("/lines")},
	{"list-notices", 2, "", list("/api/notices", "", "")},
	{"get-notice", 2, "", one("/api/notices/%s", "notices")},
	{"list-objections", 1, "objection.read", list("/api/objections", "", "")},
	{"list-payee-accounts", 2, "payee_account.read", list("/api/payee-accounts", "payee-accounts", "")},
	{"list-payment-orders", 2, "payment_order.read", list("/api/payment-orders", "payment-orders", "")},
	{"get-payment-order", 2, "payment_order.read", one("/api/payment-orders/%s", "payment-orders")},
	{"list-fund-sources", 2, "fund.read", list("/api/fund/sources", "", "")},
	{"get-fund-source", 1, "fund.read", one("/api/fund/sources/%s", "sources")},
	{"get-fund-statement", 2, "fund.read", one("/api/fund/statement?first_on=2022-01-01&source=%s", "sources")},
	{"list-fund-statement-lines", 2, "fund.read", one("/api/fund/statement/lines?first_on=2022-01-01&source=%s", "sources")},
	{"list-fund-entries", 2, "fund.read", list("/api/fund/entries", "entries", "first_on=2022-01-01")},
	{"get-fund-execution", 1, "fund.read", always("/api/fund/execution?year=2021")},
	{"get-cockpit", 3, "cockpit.read", always("/api/cockpit")},
	{"list-policies", 1, "policy.read", always("/api/policies")},
	{"get-policy", 2, "policy.read", func(_ *rand.Rand, v *view) string { return "/api/policies/" + v.pack }},
	{"list-policy-cases", 1, "policy.read", func(r *rand.Rand, v *view) string {
		return "/api/policies/" + v.pack + "/cases?item=" + pick(r, v.items)
	}},
	{"list-orgs", 1, "org.read", list("/api/orgs", "", "")},
	{"list-accounts", 1, "account.read", list("/api/accounts", "", "")},
	{"list-audit", 1, "audit.read", list("/api/audit", "audit", "")},
	{"list-jobs", 1, "job.read", list("/api/jobs", "jobs", "")},
	{"list-snapshots", 1, "snapshot.read", list("/api/reporting/snapshots", "", "")},
}

func always(path string) func(*rand.Rand, *view) string {
	return func(*rand.Rand, *view) string { return path }
}

// one is the address of one thing of a sort.
func one(format, sort string) func(*rand.Rand, *view) string {
	return func(r *rand.Rand, v *view) string {
		if len(v.ids[sort]) == 0 {
			return ""
		}
		return fmt.Sprintf(format, url.PathEscape(pick(r, v.ids[sort])))
	}
}

func none(*rand.Rand, *view) url.Values { return url.Values{} }

// list is a page of a list, a later one where it is known to be long.
func list(path, sort, query string) func(*rand.Rand, *view) string {
	return filtered(path, sort, func(*rand.Rand, *view) url.Values {
		q, _ := url.ParseQuery(query)
		return q
	})
}

// filtered is a page of a list with a filter.
func filtered(path, sort string, filter func(*rand.Rand, *view) url.Values) func(*rand.Rand, *view) string {
	return func(r *rand.Rand, v *view) string {
		at := path
		if of, rest, ok := cutRun(path); ok {
			if len(v.ids["official"]) == 0 || len(v.lines) == 0 {
				return ""
			}
			at = of + v.ids["official"][0] + rest
		}
		q := filter(r, v)
		q.Set("limit", strconv.Itoa(pick(r, []int{20, 50, 50, 100})))
		if n := v.totals[sort]; len(q) == 1 && n > 20 && r.IntN(3) > 0 { // people look at the first pages more than at the last
			q.Set("offset", strconv.Itoa(r.IntN(1+r.IntN(n))/20*20))
		}
		return at + "?" + q.Encode()
	}
}

func lineFilter(r *rand.Rand, v *view) url.Values {
	l := pick(r, v.lines)
	switch r.IntN(8) {
	case 0:
		return url.Values{"item": {l.Item}}
	case 1:
		return url.Values{"institution": {l.Institution}}
	case 2:
		return url.Values{"enterprise": {string([]rune(l.Enterprise)[:min(6, len([]rune(l.Enterprise)))])}}
	case 3:
		return url.Values{"subject": {l.Subject}}
	case 4:
		return url.Values{"town": {l.Town}}
	case 5:
		return url.Values{"sort": {"paid"}, "descending": {"true"}}
	case 6:
		return url.Values{"item": {l.Item}, "sort": {"amount"}, "descending": {"true"}}
	}
	return url.Values{}
}

// compare holds the newest trial against the official run.
func compare(what string) func(*rand.Rand, *view) string {
	return func(_ *rand.Rand, v *view) string {
		if len(v.ids["official"]) == 0 || len(v.ids["trials"]) == 0 {
			return ""
		}
		return "/api/runs/" + v.ids["trials"][0] + "/comparison/" + v.ids["official"][0] + what
	}
}

func cutRun(path string) (before, after string, ok bool) {
	const mark = "{run}"
	i := slices.Index([]byte(path), '{')
	if i < 0 {
		return path, "", false
	}
	return path[:i], path[i+len(mark):], true
}

func pick[T any](r *rand.Rand, of []T) (v T) {
	if len(of) > 0 {
		v = of[r.IntN(len(of))]
	}
	return v
}

// look finds out what somebody can see.
func look(ctx context.Context, g *guest) (*view, error) {
	v := &view{guest: g, pack: "linhai-2021-47", ids: map[string][]string{}, totals: map[string]int{}}
	for sort, at := range map[string]struct{ need, path string }{
		"claims": {"claim.read", "/api/claims"}, "submissions": {"submission.read", "/api/submissions"}, "notices": {"", "/api/notices"},
		"payment-orders": {"payment_order.read", "/api/payment-orders"}, "payee-accounts": {"payee_account.read", "/api/payee-accounts"},
		"sources": {"fund.read", "/api/fund/sources"}, "entries": {"fund.read", "/api/fund/entries?first_on=2022-01-01"}, "runs": {"run.read", "/api/runs"},
		"audit": {"audit.read", "/api/audit"}, "jobs": {"job.read", "/api/jobs"},
	} {
		if at.need != "" && g.may[at.need] == "" {
			continue
		}
		if err := v.gather(ctx, sort, at.path); err != nil {
			return nil, err
		}
	}
	return v, v.gatherLines(ctx)
}

// thing is what of anything in a list addresses are made of.
type thing struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Standing string `json:"standing"`
	Stage    string `json:"stage"`
	Item     string `json:"item"`
	Payee    string `json:"payee"`
	Accepted int64  `json:"accepted_ms"`

	Source json.RawMessage `json:"source"` // of a list of sources with their sums, the source
}

// gather notes the ids of up to 400 things of a list, the first and some from its
// middle.
func (v *view) gather(ctx context.Context, sort, path string) error {
	u, err := url.Parse(path)
	if err != nil {
		return err
	}
	for n := range 2 {
		var page struct {
			Items []thing `json:"items"`
			Total int     `json:"total"`
		}
		q := u.Query()
		q.Set("limit", "200")
		q.Set("offset", strconv.Itoa(max(200*n, v.totals[sort]/2*n)))
		if err := v.get(ctx, u.Path+"?"+q.Encode(), &page); err != nil {
			return err
		}
		v.totals[sort] = page.Total
		for _, t := range page.Items {
			v.note(sort, t)
		}
		if page.Total <= 200 {
			break
		}
	}
	return nil
}

func (v *view) note(sort string, t thing) {
	if sort == "sources" {
		var source thing
		if json.Unmarshal(t.Source, &source) == nil {
			t.ID = source.ID
		}
	}
	if t.ID != "" && (sort != "runs" || t.State == "done") {
		v.ids[sort] = append(v.ids[sort], t.ID)
	}
	switch {
	case sort == "runs" && t.Standing == "official":
		v.ids["official"] = append(v.ids["official"], t.ID)
	case sort == "runs" && t.State == "done":
		v.ids["trials"] = append(v.ids["trials"], t.ID)
	case sort == "submissions" && t.Accepted > 0:
		v.ids["accepted"] = append(v.ids["accepted"], t.ID)
	case sort == "claims":
		for to, what := range map[*[]string]string{&v.stages: t.Stage, &v.items: t.Item, &v.payees: t.Payee} {
			if !slices.Contains(*to, what) {
				*to = append(*to, what)
			}
		}
	}
}

// gatherLines notes some lines of the official run.
func (v *view) gatherLines(ctx context.Context) error {
	if len(v.ids["official"]) == 0 {
		return nil
	}
	run := "/api/runs/" + v.ids["official"][0]
	for _, sort := range []string{"asides", "totals"} {
		var page struct {
			Total int `json:"total"`
		}
		if err := v.get(ctx, run+"/"+sort+"?limit=1", &page); err != nil {
			return err
		}
		v.totals[sort] = page.Total
	}
	for n := range 2 {
		var page struct {
			Items []line `json:"items"`
			Total int    `json:"total"`
		}
		if err := v.get(ctx, fmt.Sprintf("%s/lines?limit=200&offset=%d", run, v.totals["lines"]/2*n), &page); err != nil {
			return err
		}
		v.totals["lines"] = page.Total
		v.lines = append(v.lines, page.Items...)
	}
	return nil
}
