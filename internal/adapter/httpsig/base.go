package httpsig

import (
	"net/http"
	"net/url"
	"strings"

	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/base/fault"
)

// Message is what of a request can be signed.
type Message struct {
	Method string
	URL    *url.URL // absolute, as the caller addressed it
	Header http.Header
}

// Base returns the text that is signed (RFC 9421 §2.5): a line for each component,
// and the parameters.
//
// Errors: signature.component.
func (m *Message) Base(components []sfv.Item, params []sfv.Param) (string, error) {
	var b strings.Builder
	for _, c := range components {
		name, ok := c.Value.(string)
		if !ok || len(c.Params) > 0 {
			return "", fault.New(fault.Forbidden, "signature.component", "签名内容的形式不受支持："+fault.Clip(c.String()), "a component that is not supported: "+fault.Clip(c.String()))
		}
		value, ok := m.component(name)
		if !ok {
			return "", fault.New(fault.Forbidden, "signature.component", "请求中没有所签的内容："+fault.Clip(name), "the request lacks what was signed: "+fault.Clip(name))
		}
		b.WriteString(c.String() + ": " + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + sfv.ListString(components, params))
	return b.String(), nil
}

// component returns the value of a part of the request.
func (m *Message) component(name string) (string, bool) {
	u := m.URL
	switch name {
	case "@method":
		return m.Method, true
	case "@target-uri":
		return u.String(), true
	case "@authority":
		return authority(u), true
	case "@scheme":
		return strings.ToLower(u.Scheme), true
	case "@request-target":
		return u.RequestURI(), true
	case "@path":
		if p := u.EscapedPath(); p != "" {
			return p, true
		}
		return "/", true
	case "@query":
		return "?" + u.RawQuery, true
	}
	if name == "" || name[0] == '@' || name != strings.ToLower(name) {
		return "", false
	}
	values := m.Header.Values(name)
	if len(values) == 0 {
		return "", false
	}
	lines := make([]string, len(values))
	for i, v := range values {
		lines[i] = strings.Trim(v, " \t")
	}
	return strings.Join(lines, ", "), true
}

// authority is the host in lower case, without the port that its scheme has anyway.
func authority(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return host
}
