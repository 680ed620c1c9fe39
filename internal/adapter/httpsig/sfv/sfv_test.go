package sfv_test

import (
	"fmt"
	"strings"
	"testing"

	"changrong/internal/adapter/httpsig/sfv"
	"changrong/internal/base/fault"
)

func TestDictionariesAreReadAndWritten(t *testing.T) {
	for _, c := range []struct{ in, out, code string }{
		{``, ``, ""},
		{`a=1`, `a=1`, ""},
		{`  a=1 ,	b=?0, c;x=2, d=("u" 'v)`, "", "sfv.syntax"},
		{`a=1 ,	b=?0, c;x=2, d=("u" v;y  :AQI=: );z="q\"\\", e=-7`, `a=1, b=?0, c;x=2, d=("u" v;y :AQI=:);z="q\"\\", e=-7`, ""},
		{`sig1=("@method" "@target-uri");created=1618884473;keyid="k"`, `sig1=("@method" "@target-uri");created=1618884473;keyid="k"`, ""},
		{`a=()`, `a=()`, ""},
		{`a=?1`, `a`, ""},
		{`a=1,`, "", "sfv.syntax"},
		{`a=1, a=2`, "", "sfv.syntax"},
		{`a;x;x=1`, "", "sfv.syntax"},
		{`a=1 b=2`, "", "sfv.syntax"},
		{`A=1`, "", "sfv.syntax"},
		{`a=1.5`, "", "sfv.syntax"},
		{`a=-`, "", "sfv.syntax"},
		{`a=1234567890123456`, "", "sfv.syntax"},
		{`a=999999999999999`, `a=999999999999999`, ""},
		{`a="x`, "", "sfv.syntax"},
		{`a="\n"`, "", "sfv.syntax"},
		{"a=\"中\"", "", "sfv.syntax"},
		{`a=:AQI:`, "", "sfv.syntax"},
		{`a=:AQI=`, "", "sfv.syntax"},
		{`a=("x""y")`, "", "sfv.syntax"},
		{`a=("x"`, "", "sfv.syntax"},
		{`a=?2`, "", "sfv.syntax"},
		{`a=@1`, "", "sfv.syntax"},
		{`a="` + strings.Repeat("x", sfv.MaxLength-4) + `"`, `a="` + strings.Repeat("x", sfv.MaxLength-4) + `"`, ""},
		{`a="` + strings.Repeat("x", sfv.MaxLength) + `"`, "", "sfv.limit"},
		{`a=(` + strings.Repeat("x ", sfv.MaxItems) + `)`, `a=(` + strings.Repeat("x ", sfv.MaxItems-1) + `x)`, ""},
		{`a=(` + strings.Repeat("x ", sfv.MaxItems+1) + `)`, "", "sfv.limit"},
		{numbered("k%d=1, ", sfv.MaxMembers) + "z", "", "sfv.limit"},
		{"a" + numbered(";k%d", sfv.MaxParams+1), "", "sfv.limit"},
	} {
		got, err := sfv.Dictionary(c.in)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%.60s: %v, not %q", c.in, err, c.code)
		} else if err == nil && sfv.DictionaryString(got) != c.out {
			t.Errorf("%.60s: %s, not %s", c.in, sfv.DictionaryString(got), c.out)
		}
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestItems(t *testing.T) {
	for in, out := range map[string]string{`"8e03978e"`: `"8e03978e"`, ` token;a `: `token;a`, `1 2`: "", ``: "", `"a";b=:AA==:`: `"a";b=:AA==:`} {
		it, err := sfv.ParseItem(in)
		if (err == nil) != (out != "") || err == nil && it.String() != out {
			t.Errorf("%s: %v, %v", in, it, err)
		}
	}
}

// FuzzDictionary writes what was read and reads it again.
func FuzzDictionary(f *testing.F) {
	for _, s := range []string{`sig1=("@method" "content-digest";req);created=1;keyid="k", b=:AQI=:`, `a;b=?0;c="\\"`, `a=()`, `*=*`, `a=-0`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		first, err := sfv.Dictionary(in)
		if err != nil {
			if fault.CodeOf(err) == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		text := sfv.DictionaryString(first)
		again, err := sfv.Dictionary(text)
		if err != nil {
			t.Fatalf("%q was written as %q, which is %v", in, text, err)
		}
		if twice := sfv.DictionaryString(again); twice != text {
			t.Fatalf("%q is written as %q and as %q", in, text, twice)
		}
	})
}
