package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/exchange"
)

// Scheme is how a department wants to be shown who asks.
type Scheme string

// The schemes.
const (
	NationalScheme Scheme = "national" // 国家数据共享交换平台
	GatewayScheme  Scheme = "irs"      // 浙江省 IRS 网关
	MessageScheme  Scheme = "rfc9421"  // HTTP Message Signatures
)

// Connector is what the platform knows of a department's protocol.
type Connector struct {
	ID       string // procurement: the department in the catalogue
	Source   string // the system that answers, as it calls itself
	Scheme   Scheme
	Form     Form
	Envelope Envelope
	Services []Service
}

// Envelope says where in every answer of a department things stand, by paths of names
// joined by dots.
type Envelope struct {
	Code    string   // whether the question was answered
	Good    []string // values of Code that say so
	Unknown []string // that say that the firm is not known
	Refused []string // that say that the caller may not ask
	Message string   // in words
	Rows    string   // the rows
	Total   string   // how many rows there are in all; "": they are all in one answer
	AsOf    string   // the day for which it answers; "": Last-Modified, else the day of asking
}

// Service is one question a department answers.
type Service struct {
	Dataset string
	Ask     func(*Ask) Call
	Fields  []Field
	// One says that an answer has one object in the place of rows, or null.
	One bool
}

// Service returns the service of a dataset, nil when there is none.
func (c *Connector) Service(dataset string) *Service {
	for i := range c.Services {
		if c.Services[i].Dataset == dataset {
			return &c.Services[i]
		}
	}
	return nil
}

// fetching is one delivery on its way.
type fetching struct {
	client    *Client
	connector *Connector
	service   *Service
	signer    Signer
	q         *exchange.Query
	hash      [][]byte
	asOf      civil.Date
	records   []exchange.Record
}

// Fetch asks a department for a dataset, page after page.
//
// Errors: connect.timeout, connect.unreachable, connect.open, connect.refused,
// connect.drift, connect.unknown_firm; ctx's.
func (c *Connector) Fetch(ctx context.Context, client *Client, s *Service, signer Signer, q *exchange.Query) (*exchange.Delivery, error) {
	ctx, cancel := context.WithTimeout(ctx, patience*client.timeout)
	defer cancel()
	f := fetching{client: client, connector: c, service: s, signer: signer, q: q, asOf: civil.Never}
	for page := 1; ; page++ {
		if page > maxPages || len(f.records) > maxRows {
			return nil, drift(client.title, c.Envelope.Total, "记录过多", "too many rows")
		}
		more, err := f.page(ctx, page)
		switch {
		case err != nil:
			return nil, drifted(client.title, err)
		case !more:
			return f.delivery(), nil
		}
	}
}

// page asks for one page and tells whether there are more.
func (f *fetching) page(ctx context.Context, n int) (more bool, err error) {
	q := f.q
	answer, err := f.client.Do(ctx, f.signer, func(try int) Call {
		id := q.ID + "-" + strconv.Itoa(n) + "-" + strconv.Itoa(try)
		return f.service.Ask(&Ask{ID: id, USCC: q.USCC, Purpose: q.Purpose.Zh(), Basis: q.Basis, Consent: q.Consent, Page: n, Size: pageSize})
	}, q.ID)
	if err != nil {
		return false, err
	}
	f.hash = append(f.hash, answer.Body)
	e := &f.connector.Envelope
	v, err := f.connector.Form.parse(answer.Header.Get("Content-Type"), answer.Body)
	if err != nil {
		return false, err
	}
	if err := f.outcome(v); err != nil {
		return false, err
	}
	if err := f.vouched(answer, v); err != nil {
		return false, err
	}
	if f.service.One {
		return false, f.one(v)
	}
	rows, err := f.connector.Form.list(v, e.Rows)
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if err := f.take(row); err != nil {
			return false, err
		}
	}
	if e.Total == "" {
		return false, nil
	}
	x, _ := at(v, e.Total)
	text, why := Whole(x, "")
	if why != nil {
		return false, &flaw{e.Total, why.zh, why.en}
	}
	total, _ := strconv.Atoi(text)
	if len(f.records) > total || len(f.records) < total && len(rows) == 0 {
		return false, flawed(e.Total, "总数与记录不符", "there are more or fewer rows than it says")
	}
	return len(f.records) < total, nil
}

// one takes the only object of an answer, which may be null.
func (f *fetching) one(v any) error {
	path := f.connector.Envelope.Rows
	x, ok := at(v, path)
	if !ok {
		return flawed(path, "缺少这一项", "missing")
	}
	switch x := x.(type) {
	case nil:
		return nil
	case map[string]any:
		return f.take(x)
	case string:
		if x == "" && f.connector.Form == XML {
			return nil
		}
	}
	return flawed(path, "应为一个对象", "it must be an object")
}

func (f *fetching) take(row map[string]any) error {
	cells, err := read(f.service.Fields, row, f.q.USCC)
	if err != nil {
		return err
	}
	f.records = append(f.records, exchange.Record{Cells: cells})
	return nil
}

// outcome looks at what the envelope says of the question.
func (f *fetching) outcome(v any) error {
	e := &f.connector.Envelope
	x, ok := at(v, e.Code)
	if !ok {
		return flawed(e.Code, "缺少这一项", "missing")
	}
	code, ok := number(x)
	if b, is := x.(bool); is {
		code, ok = strconv.FormatBool(b), true
	}
	message, _ := at(v, e.Message)
	words, _ := message.(string)
	switch {
	case ok && slices.Contains(e.Good, code):
		return nil
	case ok && slices.Contains(e.Unknown, code):
		return unknownFirm(f.client.title)
	case ok && slices.Contains(e.Refused, code):
		return refused(f.client.title, code+" "+words)
	}
	return flawed(e.Code, "未知的结果", "an outcome that is not known")
}

// vouched finds the day for which an answer stands: the earliest of all pages.
func (f *fetching) vouched(a *Answer, v any) error {
	on := civil.Instant(f.client.now().UnixMilli()).Date()
	switch path := f.connector.Envelope.AsOf; {
	case path != "":
		x, _ := at(v, path)
		text, why := Day(x, "")
		if why != nil {
			return &flaw{path, why.zh, why.en}
		}
		d, err := civil.ParseDate(text)
		if err != nil || d > on+1 {
			return flawed(path, "数据日期在将来", "it is of a day to come")
		}
		on = d
	default:
		if t, err := http.ParseTime(a.Header.Get("Last-Modified")); err == nil {
			on = min(on, civil.Instant(t.UnixMilli()).Date())
		}
	}
	f.asOf = min(f.asOf, on)
	return nil
}

func (f *fetching) delivery() *exchange.Delivery {
	h := sha256.New()
	for _, b := range f.hash {
		h.Write(b)
	}
	return &exchange.Delivery{Records: f.records, AsOf: f.asOf, Source: f.connector.Source, Raw: hex.EncodeToString(h.Sum(nil))}
}
