package city

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// ListState is how a white list stands.
type ListState string

// The states of a white list.
const (
	Draft     ListState = "draft"     // 拟定
	Published ListState = "published" // 已发布
	Revoked   ListState = "revoked"   // 已撤销
)

// Verb is what is done with a white list.
type Verb string

// The verbs. Write is what AddList and EditList do.
const (
	Write   Verb = "write"
	Publish Verb = "publish" // by somebody who has not written it
	Revoke  Verb = "revoke"  // a draft, or what banks see, with the reason
)

// Terms are what the office writes of a white list.
type Terms struct {
	Name  string     `json:"name"`
	Words string     `json:"words" doc:"to banks: what it is for"`
	Rule  string     `json:"rule" doc:"one line of the condition language"`
	Run   string     `json:"run" doc:"whose rows it is computed from"`
	From  civil.Date `json:"from_on"`
	Until civil.Date `json:"until_on" doc:"the last day"`
}

// List is a white list.
type List struct {
	ID  string `json:"id"`
	Org string `json:"org"`
	Terms
	RuleZh  string        `json:"rule_zh" doc:"the rule in words"`
	On      civil.Date    `json:"on" doc:"of the run"`
	State   ListState     `json:"state" enum:"draft,published,revoked"`
	Firms   int64         `json:"firms" doc:"on it; 0 until it is published"`
	Agreed  int64         `json:"agreed" doc:"of them, those who consent to be named now"`
	Acts    []ListAct     `json:"acts" doc:"the first first"`
	Changed civil.Instant `json:"changed_ms"`
	Version int64         `json:"version"`
}

// ListAct is what somebody did with a white list.
type ListAct struct {
	Verb  Verb          `json:"verb" enum:"write,publish,revoke"`
	At    civil.Instant `json:"at_ms"`
	By    string        `json:"by"`
	Name  string        `json:"name"`
	Words string        `json:"words,omitempty"`
}

// Listed is a firm on a white list, as banks are told of it.
type Listed struct {
	USCC     string `json:"uscc"`
	Name     string `json:"name"`
	Size     string `json:"size"`
	Town     string `json:"town"`
	Industry string `json:"industry"`
	Consent  string `json:"-"` // by which it is named
}

// text tells whether s is text of at most so many characters.
func text(s string, most int, lines bool) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && (!lines || r != '\n') })
}

// check tells what is wrong with terms, but for the rule.
func (t *Terms) check(today civil.Date) error {
	bad := func(field, zh, en string, args ...any) error {
		return fault.Invalidf("rating.terms", zh, en, args...).In(fault.Place{Field: field})
	}
	t.Name, t.Words, t.Rule = strings.TrimSpace(t.Name), strings.TrimSpace(t.Words), strings.TrimSpace(t.Rule)
	switch {
	case t.Name == "" || !text(t.Name, maxName, false):
		return bad("name", "名称须为1至%d个字", "a name has 1 to %d characters", maxName)
	case t.Words == "" || !text(t.Words, maxWords, true):
		return bad("words", "请向银行说明名单的用途，至多%d个字", "say to banks what the list is for, in %d characters at most", maxWords)
	case t.From < today:
		return bad("from_on", "生效日期不能早于今天", "a list is valid from today at the earliest")
	case t.Until < t.From || t.Until > t.From+maxDays:
		return bad("until_on", "有效期至少一天，至多%d天", "a list is valid for 1 to %d days", maxDays)
	}
	return nil
}

// act does something with a list.
//
// Errors: rating.list_state, rating.own_list, rating.words.
func (l *List) act(a ListAct) error {
	state := fault.New(fault.Conflict, "rating.list_state", "白名单现在的状态不能这样操作", "this cannot be done with the list as it is")
	switch a.Verb {
	case Write:
		if l.State != Draft {
			return state
		}
	case Publish:
		if l.State != Draft {
			return state
		}
		if slices.ContainsFunc(l.Acts, func(w ListAct) bool { return w.Verb == Write && w.By == a.By }) {
			return fault.New(fault.Forbidden, "rating.own_list", "拟定名单的人不能发布它，请由他人发布", "who wrote a list does not publish it")
		}
		l.State = Published
	case Revoke:
		if l.State == Revoked {
			return state
		}
		if a.Words = strings.TrimSpace(a.Words); a.Words == "" || !text(a.Words, maxWords, true) {
			return fault.Invalidf("rating.words", "请写明理由，至多%d个字", "say why, in %d characters at most", maxWords).In(fault.Place{Field: "words"})
		}
		l.State = Revoked
	}
	l.Acts = append(slices.Clone(l.Acts), a)
	l.Changed = a.At
	return nil
}

// Can lists what an account may do with the list, but for writing.
func (l *List) Can(account string) (out []Verb) {
	for _, v := range []Verb{Write, Publish, Revoke} {
		if x := *l; x.act(ListAct{Verb: v, By: account, Words: "-"}) == nil {
			out = append(out, v)
		}
	}
	return out
}

// shown is the list as a bank is told of it: nothing of who is not named, or of who in the
// office did what.
func (l *List) shown() *List {
	return &List{
		ID: l.ID, Org: l.Org, Terms: Terms{Name: l.Name, Words: l.Words, From: l.From, Until: l.Until}, RuleZh: l.RuleZh, On: l.On, State: l.State,
		Firms: l.Agreed, Agreed: l.Agreed, Acts: []ListAct{}, Changed: l.Changed, Version: l.Version,
	}
}

// ListDataset is what the log of readings calls a white list, as if it were a dataset.
const ListDataset = "rating.white_list"
