package strictjson_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"
)

func TestOnlyOnePlainReadingIsTaken(t *testing.T) {
	for _, c := range []struct{ in, code, field string }{
		{`{}`, "", ""},
		{` [1, "a", null, {"b": [true]}] `, "", ""},
		{`"x"`, "", ""},
		{`{"a":1,"a":1}`, "json.duplicate", "a"},
		{`{"a":1,"\u0061":2}`, "json.duplicate", "a"},
		{`{"o":{"b":1,"c":2,"b":3}}`, "json.duplicate", "o.b"},
		{`[{"b":1},{"b":2}]`, "", ""},
		{`{"a":1} {}`, "json.syntax", ""},
		{`{"a":1}]`, "json.syntax", ""},
		{`{"a":}`, "json.syntax", "a"},
		{`{"a" 1}`, "json.syntax", "a"},
		{`{a:1}`, "json.syntax", ""},
		{`[1,]`, "json.syntax", ""},
		{`[1`, "json.syntax", ""},
		{``, "json.syntax", ""},
		{`NaN`, "json.syntax", ""},
		{"\"\xff\"", "json.utf8", ""},
		{strings.Repeat("[", strictjson.MaxDepth) + strings.Repeat("]", strictjson.MaxDepth), "", ""},
		{strings.Repeat("[", strictjson.MaxDepth+1) + strings.Repeat("]", strictjson.MaxDepth+1), "json.deep", ""},
		{"[" + strings.Repeat("0,", strictjson.MaxValues-2) + "0]", "", ""},
		{"[" + strings.Repeat("0,", strictjson.MaxValues-1) + "0]", "json.long", ""},
		{fmt.Sprintf(`{%q:1}`, strings.Repeat("n", strictjson.MaxName)), "", ""},
		{fmt.Sprintf(`{%q:1}`, strings.Repeat("n", strictjson.MaxName+1)), "json.long", ""},
	} {
		err := strictjson.Check([]byte(c.in))
		if fault.CodeOf(err) != c.code {
			t.Errorf("%.60s: %v, not %q", c.in, err, c.code)
		} else if err != nil && fault.Of(err).At.Field != c.field {
			t.Errorf("%.60s: at %q, not %q", c.in, fault.Of(err).At.Field, c.field)
		}
	}
}

// FuzzCheck holds Check against the decoder of the standard library: what Check
// takes it takes, and writing it again loses no name.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}]}`, `{"a":1,"a":2}`, `[1e400]`, `"\ud800"`, `{"":""}`, `{"a":1}x`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		err := strictjson.Check(in)
		if slow := strictjson.Explain(in); fault.CodeOf(slow) != fault.CodeOf(err) {
			t.Fatalf("%q: %v, and gone through slowly %v", in, err, slow)
		}
		if err != nil {
			if fault.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		var v any
		d := json.NewDecoder(strings.NewReader(string(in)))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("Check took %q, the decoder did not: %v", in, err)
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := strictjson.Check(out); err != nil {
			t.Fatalf("what was written again is not taken: %v", err)
		}
	})
}
