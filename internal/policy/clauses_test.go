package policy_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
)

func TestClauseMapFollowsTheOutline(t *testing.T) {
	refuses(t, "a gap", "pack.clause_missing", packFile, 11, 14, edit{clauseFile, "- {clause: 二3, title: 宣传, summary: 宣传, as: [not_computed], reason: 没有数额}\n", ""})
	refuses(t, "a gap at the end", "pack.clause_missing", packFile, 11, 20, edit{clauseFile, "- {clause: 三, title: 申报, summary: 申报, as: [capability], capability: 申报}\n", ""})
	refuses(t, "one too many", "pack.clause_order", clauseFile, 0, 0, edit{packFile, "[一, 二1-3, 三]", "[一, 二1-3]"})
	refuses(t, "one too many inside", "pack.clause_order", clauseFile, 0, 0, edit{packFile, "[一, 二1-3, 三]", "[一, 二1-2, 三]"})
	refuses(t, "another order", "pack.clause_order", clauseFile, 0, 0, edit{packFile, "[一, 二1-3, 三]", "[三, 一, 二1-3]"})
	refuses(t, "a clause twice", "pack.duplicate", clauseFile, 6, 12, edit{clauseFile, "capability: 申报}\n", "capability: 申报}\n- {clause: 二3, title: 又, summary: 又, as: [capability], capability: 又}\n"})
	refuses(t, "a clause twice in the outline", "pack.outline", packFile, 11, 0, edit{packFile, "[一, 二1-3, 三]", "[一, 二1-3, 二2, 三]"})
	for _, span := range []string{"二3-1", "二1-9999", "二1-99999999999999999999"} {
		refuses(t, "the span "+span, "pack.outline", packFile, 11, 0, edit{packFile, "二1-3", span})
	}
	refuses(t, "money without items", "pack.clause", clauseFile, 5, 12, edit{clauseFile, "as: [capability], capability: 申报", "as: [money, capability], capability: 申报"})
	refuses(t, "items without money", "pack.clause", clauseFile, 2, 12, edit{clauseFile, "as: [money]", "as: [capability], capability: 贷款"})
	refuses(t, "a capability that is not named", "pack.clause", clauseFile, 5, 12, edit{clauseFile, ", capability: 申报}", "}"})
	refuses(t, "no reason", "pack.clause", clauseFile, 4, 12, edit{clauseFile, ", reason: 没有数额", ""})
	refuses(t, "a reason nobody asked for", "pack.clause", clauseFile, 5, 12, edit{clauseFile, "capability: 申报}", "capability: 申报, reason: 无}"})
	refuses(t, "an unknown way", "pack.enum", clauseFile, 5, 0, edit{clauseFile, "as: [capability], capability: 申报", "as: [ability], capability: 申报"})
}

func TestReadOfficialCutsByNumbering(t *testing.T) {
	text := strings.Join([]string{
		"\ufeff某某市人民政府", "1.这里还没有开始", "", "一、总则", "（一）目的。为了", "说明一行", "(二)范围", "1．全角的点", "2、顿号", "3. 半角",
		"二十一、大的编号", "10.十", "2021年不是编号", "3.5万元也不是", "三、", "　　（三）全角空格在前", "十、", "（十二）", "11.末条",
	}, "\n")
	o, err := policy.ReadOfficial(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"一", "一(一)", "一(二)", "一(二)1", "一(二)2", "一(二)3", "二十一", "二十一10", "三", "三(三)", "十", "十(十二)", "十(十二)11"}
	if !slices.Equal(o.Refs, want) {
		t.Errorf("refs %v\nwant %v", o.Refs, want)
	}
	if got := o.Of("一(一)"); got != "（一）目的。为了\n说明一行" {
		t.Errorf("一(一) is %q", got)
	}
	if got := o.Of("二十一10"); !strings.HasSuffix(got, "2021年不是编号\n3.5万元也不是") {
		t.Errorf("二十一10 is %q", got)
	}
	if got := o.Of("一"); !strings.Contains(got, "3. 半角") || strings.Contains(got, "二十一") {
		t.Errorf("一 is %q", got)
	}
	if o.Of("九") != "" {
		t.Error("九 is not there")
	}
}

func TestReadOfficialRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		r    io.Reader
		code string
	}{
		"nothing":      {strings.NewReader(""), "policy.text_numbering"},
		"no numbering": {strings.NewReader("1.一\n2.二\n"), "policy.text_numbering"},
		"a long line":  {strings.NewReader("一、" + strings.Repeat("长", 2<<20)), "policy.text_size"},
		"long":         {strings.NewReader("一、开始\n" + strings.Repeat("长长长长长长长长长\n", 1<<18)), "policy.text_size"},
		"unreadable":   {iotest.ErrReader(io.ErrUnexpectedEOF), "policy.text_size"},
	} {
		if _, err := policy.ReadOfficial(c.r); fault.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", what, err, c.code)
		}
	}
}

func TestAgainstTheOfficialText(t *testing.T) {
	p, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	const text = "一、目标\n二、措施\n1.贷款\n2.网点\n3.宣传\n三、申报\n"
	for what, c := range map[string]struct {
		text string
		fits bool
	}{
		"the same":          {text, true},
		"a clause more":     {text + "4.又\n", false},
		"a clause less":     {strings.Replace(text, "3.宣传\n", "", 1), false},
		"a section less":    {strings.Replace(text, "三、申报\n", "", 1), false},
		"a section more":    {text + "四、附则\n", true}, // sections without numbers need not be mapped
		"a subsection more": {strings.Replace(text, "1.", "（一）小节\n1.", 1), false},
	} {
		o, err := policy.ReadOfficial(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		err = p.Against(o)
		if (err == nil) != c.fits || (err != nil && fault.CodeOf(err) != "policy.text_mismatch") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
