package connecttest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"changrong/internal/adapter/connect"
	"changrong/internal/base/civil"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// answer is an answer of a department, taken apart so that it can be changed. It is
// read here apart from how connectors read.
type answer struct {
	header http.Header
	body   []byte
	xml    bool
	gb     bool
	tree   any
}

// want is what a recorded answer means.
type want struct {
	Firm    string              `json:"firm"`
	AsOf    civil.Date          `json:"as_of_on"`
	Records []map[string]string `json:"records"`
}

// load reads a recorded answer.
func load(t *testing.T, c *connect.Connector, recorded fs.FS, name string) *answer {
	t.Helper()
	b, err := fs.ReadFile(recorded, name+".http")
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	a := &answer{header: resp.Header, xml: c.Form == connect.XML}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	a.gb = bytes.Contains(a.body[:min(len(a.body), 100)], []byte("GB18030"))
	a.tree = a.parse(t)
	return a
}

func (a *answer) parse(t *testing.T) any {
	t.Helper()
	text := a.body
	if a.gb {
		var err error
		if text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(text); err != nil {
			t.Fatal(err)
		}
	}
	if !a.xml {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		var v any
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		token, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := token.(xml.StartElement); ok {
			return elements(t, dec)
		}
	}
}

// elements reads what is in an element: text, or lists by name.
func elements(t *testing.T, dec *xml.Decoder) any {
	t.Helper()
	text, fields := "", map[string]any{}
	for {
		token, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.CharData:
			text += string(x)
		case xml.StartElement:
			list, _ := fields[x.Name.Local].([]any)
			fields[x.Name.Local] = append(list, elements(t, dec))
		case xml.EndElement:
			if len(fields) == 0 {
				return text
			}
			return fields
		}
	}
}

// copy returns an answer that can be changed without changing a.
func (a *answer) copy() *answer {
	return &answer{header: a.header.Clone(), body: a.body, xml: a.xml, gb: a.gb, tree: deep(a.tree)}
}

func deep(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := make(map[string]any, len(v))
		for k, x := range v {
			c[k] = deep(x)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, x := range v {
			c[i] = deep(x)
		}
		return c
	}
	return v
}

// parent returns the object in which the last name of a path stands, and that name.
func (a *answer) parent(path string) (map[string]any, string) {
	names := strings.Split(path, ".")
	at, _ := a.tree.(map[string]any)
	for _, name := range names[:len(names)-1] {
		x := at[name]
		if list, ok := x.([]any); ok && a.xml {
			x = list[0]
		}
		next, ok := x.(map[string]any)
		if !ok { // an empty element
			next = map[string]any{}
			at[name] = next
		}
		at = next
	}
	return at, names[len(names)-1]
}

// rows returns the rows at a path; a lone object is one.
func (a *answer) rows(path string) []map[string]any {
	at, name := a.parent(path)
	var rows []map[string]any
	switch x := at[name].(type) {
	case map[string]any:
		rows = append(rows, x)
	case []any:
		for _, r := range x {
			row, _ := r.(map[string]any)
			rows = append(rows, row)
		}
	}
	return rows
}

// setRows puts rows at a path, and their number at another.
func (a *answer) setRows(path string, one bool, rows []map[string]any, totalPath string, total int) {
	at, name := a.parent(path)
	list := make([]any, len(rows))
	for i, r := range rows {
		list[i] = r
	}
	switch {
	case one && len(rows) == 0:
		at[name] = nil
	case one:
		at[name] = rows[0]
	default:
		at[name] = list
	}
	if totalPath == "" {
		return
	}
	at, name = a.parent(totalPath)
	b, _ := json.Marshal(total)
	at[name] = json.Number(b)
}

// write makes the body anew from the tree.
func (a *answer) write(t *testing.T) []byte {
	t.Helper()
	if !a.xml {
		b, err := json.Marshal(a.tree)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="`)
	if a.gb {
		b.WriteString("GB18030")
	} else {
		b.WriteString("UTF-8")
	}
	b.WriteString(`"?>`)
	element(&b, "ROOT", a.tree)
	if !a.gb {
		return b.Bytes()
	}
	text, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func element(b *bytes.Buffer, name string, v any) {
	if list, ok := v.([]any); ok {
		for _, x := range list {
			element(b, name, x)
		}
		return
	}
	b.WriteString("<" + name + ">")
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			element(b, k, v[k])
		}
	case string:
		xml.EscapeText(b, []byte(v)) //nolint:errcheck // a buffer takes everything
	case json.Number:
		b.WriteString(string(v))
	}
	b.WriteString("</" + name + ">")
}

// handler gives the answer as it stands in the tree.
func (a *answer) handler(t *testing.T) http.Handler {
	body := a.write(t)
	return a.with(body)
}

// with gives the answer's header with a body.
func (a *answer) with(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range a.header {
			if k != "Content-Length" {
				w.Header()[k] = v
			}
		}
		w.Write(body) //nolint:errcheck // the caller has gone
	})
}
