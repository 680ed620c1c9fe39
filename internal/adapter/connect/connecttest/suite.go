package connecttest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/base/fault"
	"changrong/internal/exchange"
	"changrong/internal/fact"
)

// Run holds a connector to the contract: its datasets are those that the program ships,
// and its recorded answers lie in testdata.
func Run(t *testing.T, c *connect.Connector) {
	t.Helper()
	catalogue, err := exchange.Load()
	if err != nil {
		t.Fatal(err)
	}
	RunOn(t, c, catalogue, os.DirFS("testdata"))
}

// RunOn is Run with another catalogue and other recorded answers.
func RunOn(t *testing.T, c *connect.Connector, catalogue *exchange.Catalogue, recorded fs.FS) {
	t.Helper()
	for i := range c.Services {
		s := &suite{c: c, s: &c.Services[i], recorded: recorded}
		t.Run(s.s.Dataset, func(t *testing.T) {
			dataset, err := catalogue.Dataset(s.s.Dataset)
			if err != nil {
				t.Fatal(err)
			}
			s.run(t, dataset)
		})
	}
}

// suite is the contract of one dataset.
type suite struct {
	c        *connect.Connector
	s        *connect.Service
	recorded fs.FS
	good     *answer
	want     want
}

func (s *suite) run(t *testing.T, d *exchange.Dataset) {
	t.Helper()
	s.good = load(t, s.c, s.recorded, s.s.Dataset)
	b, err := fs.ReadFile(s.recorded, s.s.Dataset+".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &s.want); err != nil {
		t.Fatal(err)
	}
	if len(s.want.Records) == 0 {
		t.Fatal("the recorded answer has no records")
	}
	t.Run("fields are the catalogue's", func(t *testing.T) { s.catalogued(t, d) })
	t.Run("good", s.whole)
	t.Run("empty", s.empty)
	t.Run("outcomes", s.outcomes)
	t.Run("fields", func(t *testing.T) { s.fields(t, d) })
	t.Run("envelope", s.envelope)
	t.Run("pages", s.pages)
	t.Run("text", s.text)
	t.Run("away", s.away)
	t.Run("strangers", s.strangers)
}

// ask asks a department that answers with h, in time of its own, and tells how long it
// took.
func (s *suite) ask(t *testing.T, h http.Handler) (d *exchange.Delivery, took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		side := NewSide(t, s.c, h, nil)
		began := time.Now()
		d, err = side.Ask(t.Context(), s.s, s.want.Firm, "q-1")
		took = time.Since(began)
		side.Stop()
	})
	return d, took, err
}

// fails asks and wants a fault, and the field that it names.
func (s *suite) fails(t *testing.T, what string, h http.Handler, code, field string) {
	t.Helper()
	d, _, err := s.ask(t, h)
	if fault.CodeOf(err) != code || field != "" && fault.Of(err).At.Field != field {
		t.Errorf("%s: %v, %v; want %s of %q", what, d, err, code, field)
	}
}

// changed is the good answer with its first row changed.
func (s *suite) changed(t *testing.T, change func(row map[string]any)) http.Handler {
	t.Helper()
	a := s.good.copy()
	change(a.rows(s.c.Envelope.Rows)[0])
	return a.handler(t)
}

// catalogued holds the fields against the dataset's, and the recorded cells against
// their types.
func (s *suite) catalogued(t *testing.T, d *exchange.Dataset) {
	var have, names []string
	for _, f := range s.s.Fields {
		if f.To == "" {
			continue
		}
		have = append(have, f.To)
		if x := d.Field(f.To); x != nil && x.Required && f.Empty {
			t.Errorf("%s may be empty, and the catalogue requires it", f.To)
		}
	}
	for _, f := range d.Fields {
		names = append(names, f.Name)
	}
	slices.Sort(have)
	slices.Sort(names)
	if !slices.Equal(have, names) {
		t.Errorf("fields %v, the catalogue has %v", have, names)
	}
	batch := fact.NewBatch(d.Table(), names)
	for _, record := range s.want.Records {
		for _, v := range batch.Vectors {
			if err := v.AppendCell([]byte(record[v.Column.Name])); err != nil {
				t.Errorf("%s: %v", v.Column.Name, err)
			}
		}
	}
	if !slices.ContainsFunc(s.s.Fields, func(f connect.Field) bool { return f.To == "" }) {
		t.Error("no field holds that the answer is about the firm asked for")
	}
}

func (s *suite) whole(t *testing.T) {
	d, _, err := s.ask(t, s.good.with(s.good.body))
	if err != nil {
		t.Fatal(err)
	}
	s.same(t, d, s.want.Records)
	sum := sha256.Sum256(s.good.body)
	if d.Raw != hex.EncodeToString(sum[:]) {
		t.Errorf("hash %s is not the answer's", d.Raw)
	}
	if d.AsOf != s.want.AsOf || d.Source != s.c.Source {
		t.Errorf("as of %s from %q; want %s from %q", d.AsOf, d.Source, s.want.AsOf, s.c.Source)
	}
}

func (s *suite) same(t *testing.T, d *exchange.Delivery, want []map[string]string) {
	t.Helper()
	var got []map[string]string
	for _, r := range d.Records {
		got = append(got, r.Cells)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("records\n%v\nwant\n%v", got, want)
	}
}

// empty: a department that knows the firm and has nothing about it.
func (s *suite) empty(t *testing.T) {
	a := s.good.copy()
	a.setRows(s.c.Envelope.Rows, s.s.One, nil, s.c.Envelope.Total, 0)
	d, _, err := s.ask(t, a.handler(t))
	if err != nil || len(d.Records) > 0 || d.AsOf != s.want.AsOf {
		t.Errorf("%v, %v", d, err)
	}
}

func (s *suite) outcomes(t *testing.T) {
	unknown, refused := load(t, s.c, s.recorded, "unknown"), load(t, s.c, s.recorded, "refused")
	s.fails(t, "unknown firm", unknown.with(unknown.body), "connect.unknown_firm", "")
	s.fails(t, "not allowed", refused.with(refused.body), "connect.refused", "")
}

// fields: every field, gone, renamed, of another type, empty, or nonsense.
func (s *suite) fields(t *testing.T, d *exchange.Dataset) {
	for _, f := range s.s.Fields {
		s.fails(t, f.From+" missing", s.changed(t, func(r map[string]any) { delete(r, f.From) }), "connect.drift", f.From)
		s.fails(t, f.From+" renamed", s.changed(t, func(r map[string]any) { r[f.From+"_2"] = r[f.From]; delete(r, f.From) }), "connect.drift", f.From)
		s.fails(t, f.From+" of another type", s.changed(t, func(r map[string]any) { r[f.From] = map[string]any{"value": "1"} }), "connect.drift", f.From)
		h := s.changed(t, func(r map[string]any) { r[f.From] = "" })
		if f.Empty {
			if got, _, err := s.ask(t, h); err != nil || got.Records[0].Cells[f.To] != "" {
				t.Errorf("%s empty: %v, %v", f.From, got, err)
			}
		} else {
			s.fails(t, f.From+" empty", h, "connect.drift", f.From)
		}
		if f.To == "" || !slices.Contains([]string{"text", "industry", "town"}, d.Field(f.To).Type) {
			s.fails(t, f.From+" nonsense", s.changed(t, func(r map[string]any) { r[f.From] = "？？" }), "connect.drift", f.From)
		}
	}
	got, _, err := s.ask(t, s.changed(t, func(r map[string]any) { r["added_by_the_department"] = "new" }))
	if err != nil {
		t.Errorf("one field more: %v", err)
	} else {
		s.same(t, got, s.want.Records)
	}
}

// envelope: what stands around the rows.
func (s *suite) envelope(t *testing.T) {
	e := &s.c.Envelope
	for _, path := range []string{e.Code, e.Rows, e.Total, e.AsOf} {
		if path == "" {
			continue
		}
		gone := s.good.copy()
		at, name := gone.parent(path)
		delete(at, name)
		if !gone.xml || path != e.Rows { // rows in XML may be none
			s.fails(t, path+" missing", gone.handler(t), "connect.drift", path)
		}
		odd := s.good.copy()
		at, name = odd.parent(path)
		at[name] = "？？"
		s.fails(t, path+" nonsense", odd.handler(t), "connect.drift", path)
	}
	more := s.good.copy()
	more.tree.(map[string]any)["added_by_the_department"] = map[string]any{"a": "b"}
	if d, _, err := s.ask(t, more.handler(t)); err != nil {
		t.Errorf("something more: %v", err)
	} else {
		s.same(t, d, s.want.Records)
	}
}

// pages: many rows come in several answers.
func (s *suite) pages(t *testing.T) {
	e := &s.c.Envelope
	if e.Total == "" {
		t.Skip("all rows are in one answer")
	}
	row := s.good.rows(e.Rows)[0]
	page := func(rows, total int) []byte {
		a := s.good.copy()
		list := make([]map[string]any, rows)
		for i := range list {
			list[i] = maps.Clone(row)
		}
		a.setRows(e.Rows, false, list, e.Total, total)
		return a.write(t)
	}
	serve := func(bodies ...[]byte) http.Handler {
		n := -1
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n = min(n+1, len(bodies)-1)
			s.good.with(bodies[n]).ServeHTTP(w, r)
		})
	}
	first, second := page(100, 130), page(30, 130)
	d, _, err := s.ask(t, serve(first, second))
	if err != nil || len(d.Records) != 130 {
		t.Fatalf("two pages: %v, %v", d, err)
	}
	sum := sha256.Sum256(append(slices.Clone(first), second...))
	if d.Raw != hex.EncodeToString(sum[:]) {
		t.Error("the hash is not that of both pages")
	}
	s.fails(t, "fewer than it says", serve(first, page(0, 130)), "connect.drift", e.Total)
	s.fails(t, "more than it says", serve(page(31, 30)), "connect.drift", e.Total)
	s.fails(t, "without end", serve(page(1, 100_000)), "connect.drift", e.Total)
}

// text: charsets, rare characters, and what is no answer at all.
func (s *suite) text(t *testing.T) {
	const rare = "㐂𠮷䶮（演示）"
	for _, f := range s.s.Fields {
		if f.To == "" || !isText(s.want.Records[0][f.To]) {
			continue
		}
		d, _, err := s.ask(t, s.changed(t, func(r map[string]any) { r[f.From] = rare }))
		if err != nil || d.Records[0].Cells[f.To] != rare {
			t.Errorf("rare characters in %s: %v, %v", f.From, d, err)
		}
		s.fails(t, "a control character", s.changed(t, func(r map[string]any) { r[f.From] = "a\u007fb" }), "connect.drift", f.From)
		break
	}
	broken := s.good.copy()
	body := append(slices.Clone(broken.body), 0xff)
	s.fails(t, "broken text", broken.with(body), "connect.drift", "charset")
	odd := s.good.copy()
	odd.header.Set("Content-Type", "text/plain; charset=big5")
	s.fails(t, "an unknown charset", odd.with(odd.body), "connect.drift", "charset")
	for what, body := range map[string]string{
		"a page to sign in": "<!doctype html><html><body>请登录</body></html>", "nothing": "", "half": string(s.good.body[:bytes.LastIndexAny(s.good.body[:len(s.good.body)*2/3], ",<")]),
		"more after it": string(s.good.body) + string(s.good.body),
		"deep":          strings.Repeat("[", 10_000), "deep elements": strings.Repeat("<a>", 10_000),
		"deep elements that end": strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"an entity that grows":   `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>`,
	} {
		s.fails(t, what, s.good.with([]byte(body)), "connect.drift", "$")
	}
	if head, rest, ok := bytes.Cut(s.good.body, []byte("?>")); ok && s.good.xml {
		s.fails(t, "a document type", s.good.with([]byte(string(head)+"?><!DOCTYPE PACKAGE>"+string(rest))), "connect.drift", "$")
	}
	s.fails(t, "too long", s.good.with(append(slices.Clone(s.good.body), strings.Repeat(" ", 5<<20)...)), "connect.drift", "size")
}

// isText tells whether a cell holds Chinese words.
func isText(cell string) bool {
	return strings.ContainsFunc(cell, func(r rune) bool { return r >= 0x4e00 })
}

// away: late, slow, down, and elsewhere.
func (s *suite) away(t *testing.T) {
	never := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if _, took, err := s.ask(t, never); fault.CodeOf(err) != "connect.timeout" || took != connect.DefaultTimeout {
		t.Errorf("no answer: %v after %s", err, took)
	}
	drip := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = s.good.header["Content-Type"]
		for i := range s.good.body {
			w.Write(s.good.body[i : i+1])         //nolint:errcheck // the caller has gone
			http.NewResponseController(w).Flush() //nolint:errcheck // the same
			select {
			case <-r.Context().Done():
				return
			case <-time.After(time.Second):
			}
		}
	})
	if _, took, err := s.ask(t, drip); fault.CodeOf(err) != "connect.timeout" || took != connect.DefaultTimeout {
		t.Errorf("byte by byte: %v after %s", err, took)
	}
	for _, status := range []int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusTooManyRequests} {
		calls := 0
		s.fails(t, strconv.Itoa(status), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { calls++; w.WriteHeader(status) }), "connect.unreachable", "")
		if calls != 3 {
			t.Errorf("%d: asked %d times", status, calls)
		}
	}
	calls := 0
	d, _, err := s.ask(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		s.good.with(s.good.body).ServeHTTP(w, r)
	}))
	if err != nil {
		t.Errorf("back at the third try: %v", err)
	} else {
		s.same(t, d, s.want.Records)
	}
	calls = 0
	s.fails(t, "elsewhere", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
	}), "connect.drift", "status")
	if calls != 1 {
		t.Errorf("a redirect was followed, or tried again: %d calls", calls)
	}
	s.fails(t, "404", http.NotFoundHandler(), "connect.drift", "status")
}

// strangers: a wrong secret is refused, a call is not sent twice, and a row about
// another firm is never delivered.
func (s *suite) strangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		side := NewSide(t, s.c, s.good.with(s.good.body), nil)
		defer side.Stop()
		q := Question(s.s.Dataset, s.want.Firm, "q-1")
		if _, err := s.c.Fetch(t.Context(), side.Client, s.s, side.Signer(s.s.Dataset, "another secret"), q); fault.CodeOf(err) != "connect.refused" {
			t.Errorf("another secret: %v", err)
		}
		// The same question again and again: the gate refuses what it has seen.
		signer := side.Signer(s.s.Dataset, Secret)
		for i := range 3 {
			q.ID = "q-" + strconv.Itoa(i+2)
			if _, err := s.c.Fetch(t.Context(), side.Client, s.s, signer, q); err != nil {
				t.Errorf("time %d: %v", i+1, err)
			}
		}
	})
	for _, f := range s.s.Fields {
		if f.To == "" {
			s.fails(t, "another firm's row", s.changed(t, func(r map[string]any) { r[f.From] = "91331082DEM01001XE" }), "connect.drift", f.From)
		}
	}
}
