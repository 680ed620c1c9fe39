package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

func TestKindNames(t *testing.T) {
	for kind, want := range map[fault.Kind]string{
		0: "", fault.Invalid: "invalid", fault.NotFound: "not_found", fault.Conflict: "conflict", fault.Forbidden: "forbidden",
		fault.Unavailable: "unavailable", fault.Internal: "internal", fault.Internal + 1: "kind(7)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("kind %d is %q; want %q", uint8(kind), got, want)
		}
	}
}

func TestPlaceString(t *testing.T) {
	for _, c := range []struct {
		at   fault.Place
		want string
	}{
		{fault.Place{}, ""},
		{fault.Place{File: "loans.csv"}, "loans.csv"},
		{fault.Place{File: "loans.csv", Line: 3}, "loans.csv:3"},
		{fault.Place{File: "loans.csv", Line: 3, Column: 7}, "loans.csv:3:7"},
		{fault.Place{File: "loans.csv", Column: 7}, "loans.csv"},
		{fault.Place{File: "loans.csv", Line: 3, Column: 7, Field: "principal", Value: "x"}, "loans.csv:3:7 principal"},
		{fault.Place{Line: 3, Column: 7}, "3:7"},
		{fault.Place{Field: "principal"}, "principal"},
	} {
		if got := c.at.String(); got != c.want {
			t.Errorf("%+v is %q; want %q", c.at, got, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  *fault.Error
		want string
	}{
		{fault.New(fault.Conflict, "a.b", "", ""), "a.b"},
		{fault.New(fault.Conflict, "a.b", "中文", ""), "a.b: 中文"},
		{fault.New(fault.Conflict, "a.b", "中文", "English"), "a.b: 中文 (English)"},
		{fault.New(fault.Conflict, "a.b", "中文", "English").Because(io.EOF), "a.b: 中文 (English): EOF"},
		{fault.Invalidf("a.b", "第 %d 行", "line %d", 7).In(fault.Place{File: "f", Line: 7}), "f:7: a.b: 第 7 行 (line 7)"},
		{fault.Newf(fault.NotFound, "a.b", "没有 %s", "no %s", "x"), "a.b: 没有 x (no x)"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("error reads %q; want %q", got, c.want)
		}
	}
}

func TestNewKeepsPercentSigns(t *testing.T) {
	if e := fault.New(fault.Invalid, "a.b", "100%", "100%d"); e.Zh != "100%" || e.En != "100%d" {
		t.Errorf("New formats its sentences: %v", e)
	}
}

func TestInFillsOnlyWhatIsUnknown(t *testing.T) {
	bare := fault.Invalidf("a.b", "坏", "bad")
	inner := bare.In(fault.Place{Line: 3, Column: 7, Value: "v"})
	outer := inner.In(fault.Place{File: "f.csv", Line: 9, Column: 9, Field: "principal", Value: "w"})
	want := fault.Place{File: "f.csv", Line: 3, Column: 7, Field: "principal", Value: "v"}
	if outer.At != want {
		t.Errorf("place is %+v; want %+v", outer.At, want)
	}
	if bare.At != (fault.Place{}) || inner.At.File != "" {
		t.Errorf("In changed what it copied: %+v, %+v", bare.At, inner.At)
	}
	long := bare.In(fault.Place{Value: strings.Repeat("长", 100)})
	if n := utf8.RuneCountInString(long.At.Value); n != 41 {
		t.Errorf("value has %d characters; want 40 and …", n)
	}
}

func TestBecause(t *testing.T) {
	bare := fault.New(fault.Unavailable, "a.b", "", "")
	if e := bare.Because(io.EOF); !errors.Is(e, io.EOF) || bare.Cause != nil {
		t.Errorf("Because made %v of %v", e, bare)
	}
}

func TestOf(t *testing.T) {
	inner := fault.New(fault.NotFound, "a.b", "", "")
	outer := fault.New(fault.Conflict, "c.d", "", "").Because(inner)
	for _, c := range []struct {
		name string
		err  error
		code string
		kind fault.Kind
	}{
		{"nil", nil, "", 0},
		{"a fault", inner, "a.b", fault.NotFound},
		{"wrapped", fmt.Errorf("reading: %w", inner), "a.b", fault.NotFound},
		{"the outermost counts", outer, "c.d", fault.Conflict},
		{"joined", errors.Join(io.EOF, inner), "a.b", fault.NotFound},
		{"no fault", io.EOF, "", fault.Internal},
	} {
		if code, kind := fault.CodeOf(c.err), fault.KindOf(c.err); code != c.code || kind != c.kind {
			t.Errorf("%s: %q, %s; want %q, %s", c.name, code, kind, c.code, c.kind)
		}
	}
	if got := fault.Of(fmt.Errorf("reading: %w", inner)); got != inner {
		t.Errorf("Of returns %v; want %v", got, inner)
	}
	if got := fault.Of(io.EOF); got.Kind != fault.Internal || got.Code != "fault.internal" || !errors.Is(got, io.EOF) {
		t.Errorf("Of makes %v of an error that is no fault", got)
	}
	if got := fault.Of(nil); got != nil {
		t.Errorf("Of(nil) = %v", got)
	}
}

func TestClip(t *testing.T) {
	forty := strings.Repeat("中", 40)
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"short", "short"},
		{forty[3:], forty[3:]},
		{forty, forty},
		{forty + "文", forty + "…"},
		{"two\nlines", "two�lines"},
		{"\x1b[31m", "�[31m"},
		{"a\xffb", "a�b"},
		{"全角　空格", "全角　空格"},
	} {
		if got := fault.Clip(c.text); got != c.want {
			t.Errorf("Clip(%q) = %q; want %q", c.text, got, c.want)
		}
	}
}

func FuzzClip(f *testing.F) {
	for _, s := range []string{"", "short", "中文", "a\xff\xfe", "tab\there", strings.Repeat("é", 41)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := fault.Clip(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 41 || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("Clip(%q) = %q", s, got)
		}
		if again := fault.Clip(got); again != got {
			t.Errorf("Clip(%q) = %q, clipped again %q", s, got, again)
		}
	})
}
