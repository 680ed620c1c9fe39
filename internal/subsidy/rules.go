package subsidy

import (
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

// Rules are how the claims of one policy are dealt with.
type Rules struct {
	Policy string         `json:"policy"`
	Year   int            `json:"year"`  // budget year whose sources pay
	Panel  []string       `json:"panel"` // who is asked for comments: pboc, regulator
	Terms  workflow.Terms `json:"terms"` // working days of each clock
	// Silence is consent: who has not spoken when the clock of comments has run out
	// has no objection. Without it the claim waits, and is late.
	Silence bool    `json:"silence"`
	Papers  []Paper `json:"papers"`
	Contact string  `json:"contact"` // to whom objections can be made besides
	Version int64   `json:"version"` // 0: as the program comes
}

// Paper is one paper that is asked for (申报材料).
type Paper struct {
	Code   string       `json:"code"`
	Title  string       `json:"title"`
	Payee  policy.Payee `json:"payee"`  // only of these payees; "" of all
	Items  []string     `json:"items"`  // only for these items; none: for all
	Needed bool         `json:"needed"` // not submitted without it
}

// For tells whether p is asked for with c.
func (p *Paper) For(c *Claim) bool {
	return (p.Payee == "" || p.Payee == c.PayeeKind) && (len(p.Items) == 0 || slices.Contains(p.Items, c.Item))
}

// DefaultRules are the rules of a policy about which nobody has said otherwise.
// What the platform holds already (loan lists, balances, licences) is not asked for
// again.
func DefaultRules(id string, year int) *Rules {
	return &Rules{
		Policy: id, Year: year, Panel: []string{pboc, watcher}, Silence: true,
		Terms: workflow.Terms{
			"accept": 2, "office_review": 5, "bureau_review": 5, "comments": 5, "consultation": 10, "publish": 3, "notice": 5,
			"approval": 3, "order": 3, "pay": 5, "returned": 10, "follow_up": 20, "clawback": 30,
			answerTerm: 5,
		},
		Papers: []Paper{
			{Code: "application", Title: "申报表（盖章）", Needed: true},
			{Code: "commitment", Title: "信用承诺书", Needed: true},
			{Code: "interest", Title: "付息凭证", Payee: policy.PayEnterprise, Needed: true},
			{Code: "other", Title: "其他材料"},
		},
	}
}

// answerTerm is the clock of an objection: from the day it is made until it is answered.
const answerTerm = "answer"

// Complete gives r the terms of clocks that are younger than what it was read from.
func (r *Rules) Complete() {
	if r.Terms != nil && r.Terms[answerTerm] == 0 {
		r.Terms[answerTerm] = DefaultRules("", 0).Terms[answerTerm]
	}
}

// AnswerBy is the last day on which an objection made on a day is answered.
func (r *Rules) AnswerBy(made civil.Date, days *workflow.Calendar) civil.Date {
	return days.Add(made, r.Terms[answerTerm])
}

// Check tells whether r may be kept. Errors: subsidy.rules.
func (r *Rules) Check() error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "subsidy.rules", zh, en).In(fault.Place{Field: field})
	}
	known := DefaultRules("", 0)
	for name, days := range r.Terms {
		if _, ok := known.Terms[name]; !ok || days < 1 || days > maxTermDays {
			return wrong("terms", "期限须为已有环节的1至200个工作日", "a term is of a known stage, from 1 to 200 working days")
		}
	}
	for name := range known.Terms {
		if r.Terms[name] == 0 {
			return wrong("terms", "每个环节都须有期限", "every stage needs its term")
		}
	}
	for i, p := range r.Panel {
		if !slices.Contains(authority, p) || slices.Contains(r.Panel[:i], p) {
			return wrong("panel", "征求意见的单位只能是人行和金融监管，各列一次", "comments are asked of pboc and regulator, each once")
		}
	}
	if len(r.Papers) > maxPapers {
		return wrong("papers", "材料过多", "too many papers")
	}
	for i, p := range r.Papers {
		twice := slices.ContainsFunc(r.Papers[:i], func(q Paper) bool { return q.Code == p.Code })
		if !fits(p.Code, 1, 40) || !fits(p.Title, 1, maxName) || twice {
			return wrong("papers", "材料须有不重复的代码和名称", "a paper has a code of its own and a title")
		}
	}
	if r.Year < 2000 || r.Year > 2199 {
		return wrong("year", "请填写预算年度", "give the budget year")
	}
	if !fits(r.Contact, 0, 200) {
		return wrong("contact", "联系方式不超过200字", "a contact has at most 200 characters")
	}
	return nil
}

// PaperState is a paper of a claim and whether it is there.
type PaperState struct {
	Paper
	Files int `json:"files"`
}

// papers returns the papers asked for with c, and how many files there are of each.
func (r *Rules) papers(c *Claim, files []workflow.Attachment) []PaperState {
	out := []PaperState{}
	for _, p := range r.Papers {
		if !p.For(c) {
			continue
		}
		s := PaperState{Paper: p}
		for i := range files {
			if files[i].Paper == p.Code && files[i].Dropped == 0 {
				s.Files++
			}
		}
		out = append(out, s)
	}
	return out
}

// missing returns the titles of needed papers that are not there.
func missing(papers []PaperState) []string {
	var titles []string
	for _, p := range papers {
		if p.Needed && p.Files == 0 {
			titles = append(titles, p.Title)
		}
	}
	return titles
}
