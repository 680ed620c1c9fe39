package reference

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/base/civil"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// KeyPath is where the key service of the national platform is.
const KeyPath = "/sysapi/auth/refreshappsecret"

// Requester is who asks all reference departments.
const Requester = "rid-changrong-reference"

// Server serves the reference departments, each below its id: /tax/… .
type Server struct {
	Seed  uint64
	Firms Firms
	Now   func() time.Time
	// Identity, where there is one, answers what is no department's: a reference
	// identity provider.
	Identity http.Handler

	departments map[string]*department
	gates       map[string]*Gate
	states      map[string]*state
}

// row is a row as a department writes it.
type row = map[string]any

// service is one question that a department answers.
type service struct {
	dataset string
	path    string
	consent bool // asks for a consent or a legal basis
	one     bool // one object in the place of rows
	rows    func(*file) []row
}

// question is what of a request a department looks at.
type question struct {
	firm, purpose, basis, consent string
	page, size                    int
}

// reply is what a department says, before it is written down.
type reply struct {
	code, message string
	rows          []row
	total         int
	today         civil.Date
	one           bool
}

// department is one of them.
type department struct {
	id, zh   string
	scheme   connect.Scheme
	xml, gb  bool
	modified bool // says in Last-Modified for which day it answers
	paged    bool

	// codes of outcomes: good, unknown firm, refused.
	good, unknown, refused string

	ask      func(*http.Request, []byte) (question, error)
	envelope func(*reply) any
	services []service
}

// NewServer returns a server of a seed's departments.
func NewServer(seed uint64, firms Firms, now func() time.Time) *Server {
	s := &Server{Seed: seed, Firms: firms, Now: now, departments: map[string]*department{}, gates: map[string]*Gate{}, states: map[string]*state{}}
	for _, d := range departments() {
		g := &Gate{Scheme: d.scheme, Requester: Requester, Secret: Secret(seed, d.id), Now: now}
		for i := range d.services {
			g.Services = append(g.Services, ServiceID(d.services[i].dataset))
		}
		s.departments[d.id], s.gates[d.id], s.states[d.id] = d, g, &state{mood: mood{mode: OK}}
	}
	return s
}

func departments() []*department {
	return []*department{court(), insurance(), market(), procurement(), receivable(), tax(), trademark(), utility()}
}

// ServiceID is what the national platform calls the service of a dataset.
func ServiceID(dataset string) string {
	return "s_" + strings.ReplaceAll(dataset, ".", "_")
}

// Gate returns the gate of a department.
func (s *Server) Gate(department string) *Gate { return s.gates[department] }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	path = "/" + path
	d := s.departments[id]
	if d == nil {
		if s.Identity != nil {
			s.Identity.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
		return
	}
	// What is read to its end tells when the caller leaves.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		http.Error(w, "body too long", http.StatusRequestEntityTooLarge)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	m := s.states[id].enter()
	w, ok := m.before(w, r)
	if !ok {
		return
	}
	gate := s.gates[id]
	if path == KeyPath && d.scheme == connect.NationalScheme {
		gate.Key(w, r)
		return
	}
	if why := gate.Check(r); why != "" {
		s.states[id].refuse()
		http.Error(w, why, http.StatusUnauthorized)
		return
	}
	i := slices.IndexFunc(d.services, func(x service) bool { return x.path == path })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	s.answer(w, r, d, &d.services[i], &m)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, d *department, x *service, m *mood) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	q, err := d.ask(r, body)
	if err != nil {
		http.Error(w, "bad question", http.StatusBadRequest)
		return
	}
	today := civil.Instant(s.Now().UnixMilli()).Date() - 1
	out := reply{code: d.good, message: "成功", today: today, one: x.one}
	f, known := s.Firms(q.firm)
	switch {
	case q.purpose == "" || x.consent && q.basis == "" && q.consent == "":
		out.code, out.message = d.refused, "未说明查询事由或未经授权"
	case !known:
		out.code, out.message = d.unknown, "未查询到该企业"
	default:
		out.rows = x.rows(s.open(f, x.dataset))
	}
	out.total = len(out.rows)
	if d.paged {
		from := min((q.page-1)*q.size, out.total)
		out.rows = out.rows[from:min(from+q.size, out.total)]
	}
	for _, row := range out.rows {
		m.spoil(row)
	}
	if d.modified {
		w.Header().Set("Last-Modified", time.UnixMilli(int64(civil.StartOf(today))).UTC().Format(http.TimeFormat))
	}
	text, kind, err := d.write(d.envelope(&out))
	if err != nil {
		http.Error(w, "cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(text) //nolint:errcheck // the caller has gone
}

// write writes an answer down in the department's form and charset.
func (d *department) write(v any) (text []byte, kind string, err error) {
	if !d.xml {
		text, err = json.Marshal(v)
		return text, "application/json; charset=utf-8", err
	}
	var b bytes.Buffer
	name := "UTF-8"
	if d.gb {
		name = "GB18030"
	}
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="%s"?>`+"\n", name)
	writeXML(&b, "PACKAGE", v)
	if d.gb {
		text, err = simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
		return text, "application/xml", err
	}
	return b.Bytes(), "application/xml; charset=utf-8", nil
}

// writeXML writes objects as elements in the order of their names, rows one after the
// other, and null as an empty element.
func writeXML(b *bytes.Buffer, name string, v any) {
	if rows, ok := v.([]row); ok {
		for _, r := range rows {
			writeXML(b, name, r)
		}
		return
	}
	b.WriteString("<" + name + ">")
	switch v := v.(type) {
	case nil:
	case row:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			writeXML(b, k, v[k])
		}
	default:
		xml.EscapeText(b, fmt.Append(nil, v)) //nolint:errcheck // a buffer takes everything
	}
	b.WriteString("</" + name + ">")
}

// list is rows as JSON writes them: none is [], and one object has no list around it.
func (r *reply) list() any {
	switch {
	case r.one && len(r.rows) == 0:
		return nil
	case r.one:
		return r.rows[0]
	case r.rows == nil:
		return []row{}
	}
	return r.rows
}

// jsonQuestion reads a question in JSON whose fields have these names.
func jsonQuestion(firm, purpose, basis, consent string) func(*http.Request, []byte) (question, error) {
	return func(_ *http.Request, body []byte) (question, error) {
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var in map[string]any
		if err := dec.Decode(&in); err != nil {
			return question{}, err
		}
		text := func(name string) string { return fmt.Sprint(in[name]) }
		q := question{firm: text(firm), purpose: text(purpose), basis: text(basis), consent: text(consent)}
		return q.pages(text("pageNum"), text("pageSize")), nil
	}
}

// queryQuestion reads a question from an address.
func queryQuestion(firm, purpose, basis, consent string) func(*http.Request, []byte) (question, error) {
	return func(r *http.Request, _ []byte) (question, error) {
		v := r.URL.Query()
		q := question{firm: v.Get(firm), purpose: v.Get(purpose), basis: v.Get(basis), consent: v.Get(consent)}
		return q.pages(v.Get("page"), v.Get("size")), nil
	}
}

// maxPage is how many rows a page has at most, whatever was asked.
const maxPage = 100

func (q question) pages(page, size string) question {
	q.page, q.size = 1, maxPage
	if n, err := strconv.Atoi(page); err == nil && n > 0 {
		q.page = n
	}
	if n, err := strconv.Atoi(size); err == nil && n > 0 && n < maxPage {
		q.size = n
	}
	return q
}

// xmlQuestion reads a question in XML: elements of text in a root.
func xmlQuestion(_ *http.Request, body []byte) (question, error) {
	var in struct {
		Firm    string `xml:"ZCRDM"`
		Purpose string `xml:"CXYT"`
		Basis   string `xml:"CXYJ"`
		Consent string `xml:"SQBH"`
		Page    string `xml:"YH"`
		Size    string `xml:"MYTS"`
	}
	if err := xml.Unmarshal(body, &in); err != nil {
		return question{}, err
	}
	return question{firm: in.Firm, purpose: in.Purpose, basis: in.Basis, consent: in.Consent}.pages(in.Page, in.Size), nil
}

// mood is how a department behaves.
type mood struct {
	mode  Mode
	delay time.Duration
	field string
}

// state is how a department behaves, and what it has seen. It is shared.
type state struct {
	mu             sync.Mutex
	mood           mood
	calls, refused int
}
