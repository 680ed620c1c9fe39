package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"changrong/internal/base/fault"

	"github.com/danielgtaylor/huma/v2"
)

// versionOf finds the field of t's Body that counts the changes of the thing, nil
// where there is none.
func versionOf(t reflect.Type) []int {
	body, ok := t.FieldByName("Body")
	if !ok || body.Type.Kind() != reflect.Struct {
		return nil
	}
	f, ok := body.Type.FieldByName("Version")
	if !ok || f.Type.Kind() != reflect.Int64 || strings.Split(f.Tag.Get("json"), ",")[0] != "version" {
		return nil
	}
	return append(append([]int{}, body.Index...), f.Index...)
}

// tag gives the answer its ETag: the version, and a hash of what is shown, since a
// thing may look different without having been changed. It tells whether the caller
// has that already.
func tag(c *Call, out reflect.Value, version []int) (known bool) {
	v, err := out.FieldByIndexErr(version)
	if err != nil {
		return false // an embedded pointer is nil
	}
	b, err := json.Marshal(out.FieldByName("Body").Interface())
	if err != nil {
		return false
	}
	sum := sha256.Sum256(b)
	etag := `"` + strconv.FormatInt(v.Int(), 10) + "." + hex.EncodeToString(sum[:8]) + `"`
	c.w.Header().Set("ETag", etag)
	if c.req.Method != http.MethodGet {
		return false
	}
	for _, given := range c.req.Header.Values("If-None-Match") {
		for one := range strings.SplitSeq(given, ",") {
			if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == etag || one == "*" {
				return true
			}
		}
	}
	return false
}

// ifMatch puts the version that If-Match names into the body, where the operation
// looks for it.
//
// Errors: http.if_match, http.if_match_differs.
func (a *API) ifMatch(c *Call, r Route) error {
	given := c.req.Header.Get("If-Match")
	if given == "" || !r.versioned {
		return nil
	}
	bad := fault.Invalidf("http.if_match", "If-Match须为读取时得到的ETag", "If-Match is the ETag that was read").In(fault.Place{Field: "If-Match"})
	text, ok := strings.CutPrefix(given, `"`)
	text, okEnd := strings.CutSuffix(text, `"`)
	text, _, _ = strings.Cut(text, ".")
	version, err := strconv.ParseInt(text, 10, 64)
	if !ok || !okEnd || err != nil || version < 1 {
		return bad
	}
	body, err := a.whole(c, r)
	if err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &fields) != nil || fields == nil {
		return nil //nolint:nilerr // the library says what is wrong with it
	}
	inside := json.RawMessage(strconv.FormatInt(version, 10))
	switch was, there := fields["version"]; {
	case there && !bytes.Equal(bytes.TrimSpace(was), inside):
		return fault.Invalidf("http.if_match_differs", "If-Match与内容中的版本不一致", "If-Match is another version than the body's").In(fault.Place{Field: "version"})
	case there:
		return nil
	}
	// The rest of the body stays as it was sent, so that it is judged as it was sent.
	at := strings.IndexByte(body, '{') + 1
	comma := ""
	if len(fields) > 0 {
		comma = ","
	}
	c.req.Body = newBody(body[:at] + `"version":` + string(inside) + comma + body[at:])
	return nil
}

// describe adds to an operation's description the headers that any may take.
func (r Route) describe(op *huma.Operation, shown bool) {
	header := func(name string, required bool, doc string) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Required: required, Description: doc, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if r.keyed() {
		header("Idempotency-Key", r.Once == OnceRequired,
			"幂等键：同一个键的请求只执行一次，72小时内重发得到首次的回答（Idempotency-Expires给出失效时间）。签名请求必填。 "+
				"A request with the same key is carried out once; for 72 hours it is given the first answer again. Needed on signed requests.")
	}
	if r.versioned {
		header("If-Match", false, "读取时得到的ETag，可代替内容中的version。 The ETag that was read; it may stand for the version in the body.")
	}
	if shown && r.Method == http.MethodGet {
		header("If-None-Match", false, "已有内容的ETag；未变时回答304。 The ETag of what the caller has; 304 when it is the same.")
	}
}
