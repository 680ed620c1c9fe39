package connect

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
)

// Ask is what a connector makes a call of.
type Ask struct {
	ID      string // of this call: new for each page and each try
	USCC    string
	Purpose string // in words, for the department's log
	Basis   string
	Consent string
	Page    int // from 1
	Size    int // rows of a page
}

// Call is a call of a service: what is sent to it.
type Call struct {
	Method string
	Path   string // below the department's address
	Query  url.Values
	Type   string // of Body; "" none
	Body   []byte
}

// Post is a call with a JSON object.
func Post(path string, fields map[string]any) Call {
	b, err := json.Marshal(fields)
	if err != nil { // text and numbers always marshal
		panic(err)
	}
	return Call{Method: http.MethodPost, Path: path, Type: "application/json; charset=utf-8", Body: b}
}

// PostNumbered is Post with the number of the call in its address, for gateways that
// sign the address and not the body: no two signatures are then alike.
func PostNumbered(path, id string, fields map[string]any) Call {
	c := Post(path, fields)
	c.Query = url.Values{"requestId": {id}}
	return c
}

// PostXML is a call with an XML document: a root, and elements of text in it.
func PostXML(path, root string, fields ...[2]string) Call {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<" + root + ">")
	for _, f := range fields {
		b.WriteString("<" + f[0] + ">")
		xml.EscapeText(&b, []byte(f[1])) //nolint:errcheck // a buffer takes everything
		b.WriteString("</" + f[0] + ">")
	}
	b.WriteString("</" + root + ">")
	return Call{Method: http.MethodPost, Path: path, Type: "application/xml; charset=utf-8", Body: b.Bytes()}
}

// Get is a call whose question is in its address.
func Get(path string, query url.Values) Call {
	return Call{Method: http.MethodGet, Path: path, Query: query}
}
