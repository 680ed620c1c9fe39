package policy_test

import (
	"errors"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
)

// FuzzLoad puts any bytes in place of one file of a pack: it loads, or there is a
// fault that names a file.
func FuzzLoad(f *testing.F) {
	files := []string{packFile, loansFile, clauseFile, "indicators.yaml", caseFile, "cases/_shared.yaml"}
	for i, name := range files {
		f.Add(uint8(i), []byte(mini[name]))
	}
	for _, seed := range []string{"", "a: [", "- - - a", "? {a: b}\n: c", "a: |\n  b", "a: \"\\u0000\"", "\ufeffa: b", "a:\r\n  b: c\r\n", "{a, b}", "---\n...\n", "a: &b *b", "!!map {}", "<<: {}", "id: 1\nid: 2"} {
		f.Add(uint8(1), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which uint8, body []byte) {
		name := files[int(which)%len(files)]
		p, err := policy.Load(edited(t, edit{name, "", "x"}, edit{name, "", string(body)}))
		if err == nil {
			if p == nil || len(p.Items()) == 0 {
				t.Error("a pack of nothing")
			}
			return
		}
		var fe *fault.Error
		if !errors.As(err, &fe) || fe.Kind == fault.Internal || fe.Zh == "" {
			t.Errorf("%v", err)
		}
	})
}

// FuzzReadOfficial cuts any text: the parts are in it, in order.
func FuzzReadOfficial(f *testing.F) {
	for _, seed := range []string{"一、总则\n（一）目的\n1.甲\n", "十、\n\n(三)\n9、\n", "一、\r\n二、\n", "1.一、", "一、\x00\xff\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := policy.ReadOfficial(strings.NewReader(text))
		if err != nil {
			return
		}
		rest := text
		for _, ref := range o.Refs {
			line, _, _ := strings.Cut(o.Text[ref], "\n")
			i := strings.Index(rest, line)
			if line == "" || i < 0 {
				t.Fatalf("%s is %q, which does not follow", ref, line)
			}
			rest = rest[i:]
			if !strings.Contains(o.Of(ref), line) {
				t.Errorf("Of(%s) lacks %q", ref, line)
			}
		}
	})
}
