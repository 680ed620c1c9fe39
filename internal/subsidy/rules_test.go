package subsidy

import (
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/workflow"
)

func TestLivesAreSound(t *testing.T) {
	for _, table := range []*workflow.Table{Life, OrderLife} {
		if bad := table.Faults(); len(bad) > 0 {
			t.Errorf("%s: %s", table.Kind, strings.Join(bad, "; "))
		}
	}
}

// TestEveryMove holds each stage, verb and role against the list of what is
// allowed, written here a second time: what is not in it is refused.
func TestEveryMove(t *testing.T) {
	allowed := map[string]string{
		"draft submit": "lead head → submitted", "draft withdraw": "clerk lead office head → withdrawn", "draft supersede": "clock → superseded",
		"submitted accept": "office head → office_review", "submitted return": "office head → returned", "submitted withdraw": "clerk lead office head → withdrawn",
		"office_review pass": "office head → bureau_review", "office_review return": "office head → returned", "office_review refuse": "head → refused",
		"office_review withdraw": "clerk lead office head → withdrawn",
		"bureau_review pass":     "bureau chief → comments", "bureau_review return": "bureau chief → returned", "bureau_review refuse": "chief → refused",
		"comments agree": "pboc regulator clock → cleared", "comments object": "pboc regulator → consultation",
		"consultation settle": "head → cleared", "consultation return": "head → returned", "consultation refuse": "head → refused",
		"cleared publish": "office head → public_notice", "public_notice close": "clock → approval", "public_notice uphold": "head chief → returned",
		"approval approve": "chief → approved", "approval return": "chief → returned", "approval refuse": "chief → refused",
		"approved order": "bureau chief → ordered", "approved revoke": "chief → returned", "ordered pay": "bureau chief → paid", "ordered unorder": "bureau chief → approved",
		"paid sample": "head chief → follow_up", "follow_up confirm": "office head bureau chief → confirmed", "follow_up claw_back": "head chief → clawback",
		"paid claw_back": "head chief → clawback", "confirmed claw_back": "head chief → clawback", "recovered claw_back": "head chief → clawback",
		"clawback recover": "bureau chief → recovered", "clawback forgo": "head chief → paid",
		"returned submit": "lead head → submitted", "returned withdraw": "clerk lead office head → withdrawn", "returned supersede": "clock → superseded",
	}
	roles := map[string]string{"clerk": clerk, "lead": lead, "office": office, "head": head, "bureau": bureau, "chief": chief, "pboc": pboc, "regulator": watcher, "auditor": "auditor", "clock": ""}
	verbs := map[workflow.Verb]bool{}
	for _, m := range Life.Moves {
		verbs[m.Verb] = true
	}
	n, yes := 0, 0
	for _, stage := range Life.Stages {
		for verb := range verbs {
			for name, role := range roles {
				n++
				rule := allowed[string(stage.Stage)+" "+string(verb)]
				who, to, _ := strings.Cut(rule, " → ")
				want := slices.Contains(strings.Fields(who), name)
				panel := []string{pboc, watcher}
				if stage.Stage == Comments {
					panel = []string{cmpOr(role, pboc)} // the last to be heard
				}
				c := workflow.Case{ID: "1", Org: "own", Stage: stage.Stage, Round: 1, Left: -1, Panel: panel}
				actor := workflow.Actor{}
				if role != "" {
					actor = workflow.Actor{Person: name, Org: "own", Roles: []string{role}}
				}
				d, err := Life.Decide(&c, nil, actor, workflow.Act{Verb: verb, Reason: "因为"})
				if (err == nil) != want {
					t.Errorf("%s at %s by %s: %v", verb, stage.Stage, name, err)
				}
				if err == nil {
					yes++
					if string(d.To) != to {
						t.Errorf("%s at %s by %s leads to %s", verb, stage.Stage, name, d.To)
					}
				}
			}
		}
	}
	t.Logf("%d combinations, %d allowed", n, yes)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func TestAmountsAreOnlyLowered(t *testing.T) {
	c := &Claim{Case: workflow.Case{Amount: 1000}}
	for _, x := range []struct {
		to   money.Fen
		verb workflow.Verb
		want money.Fen
		code string
	}{
		{1000, Pass, 1000, ""},
		{999, Pass, 999, ""},
		{1, Approve, 1, ""},
		{0, Pass, 0, "subsidy.amount"},
		{-1, Pass, 0, "subsidy.amount"},
		{1001, Pass, 0, "subsidy.raise"},
		{999, Accept, 0, "subsidy.reduce_here"},
		{999, Agree, 0, "subsidy.reduce_here"},
	} {
		got, _, err := reduce(c, x.verb, &x.to)
		if fault.CodeOf(err) != x.code || got != x.want {
			t.Errorf("to %d by %s: %d, %v", x.to, x.verb, got, err)
		}
	}
	if got, lower, err := reduce(c, Accept, nil); got != 1000 || lower || err != nil {
		t.Errorf("left as it is: %d, %v", got, err)
	}
}

func TestMissingPapers(t *testing.T) {
	r := DefaultRules("p", 2022)
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	bank, firm := &Claim{PayeeKind: policy.PayInstitution}, &Claim{PayeeKind: policy.PayEnterprise}
	if got := missing(r.papers(bank, nil)); len(got) != 2 {
		t.Errorf("a bank lacks %v", got)
	}
	files := []workflow.Attachment{{Paper: "application"}, {Paper: "commitment", Dropped: 1}, {Paper: "interest"}}
	if got := missing(r.papers(firm, files)); len(got) != 1 || got[0] != "信用承诺书" {
		t.Errorf("with a paper that was dropped, %v is missing", got)
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(*Rules){
		"an unknown term":    func(r *Rules) { r.Terms["party"] = 1 },
		"no days":            func(r *Rules) { r.Terms["notice"] = 0 },
		"too many days":      func(r *Rules) { r.Terms["notice"] = maxTermDays + 1 },
		"a term left out":    func(r *Rules) { delete(r.Terms, "notice") },
		"another authority":  func(r *Rules) { r.Panel = []string{"bank"} },
		"an authority twice": func(r *Rules) { r.Panel = []string{pboc, pboc} },
		"a paper twice":      func(r *Rules) { r.Papers = append(r.Papers, r.Papers[0]) },
		"a paper unnamed":    func(r *Rules) { r.Papers[0].Title = " " },
		"no year":            func(r *Rules) { r.Year = 0 },
	} {
		r := DefaultRules("p", 2022)
		spoil(r)
		if err := r.Check(); fault.CodeOf(err) != "subsidy.rules" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMaskedNames(t *testing.T) {
	for name, want := range map[string]string{
		"张三": "张*", "欧阳小明": "欧***", "临海市甲机械有限公司": "临海市甲机械有限公司", "李": "李", "小张店": "小张店", "王五六": "王**",
	} {
		if got := MaskName(name, policy.PayEnterprise); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := MaskName("农商", policy.PayInstitution); got != "农商" {
		t.Errorf("a bank's name: %s", got)
	}
}

func TestReceiptsThatFit(t *testing.T) {
	lines := []OrderLine{
		{ID: "1", PayeeName: "甲银行（临海）", Tail: "0001", Amount: 100, State: LineOpen},
		{ID: "2", PayeeName: "乙银行", Tail: "0002", Amount: 100, State: LineOpen},
		{ID: "3", PayeeName: "乙银行", Tail: "0002", Amount: 100, State: LineOpen},
		{ID: "4", PayeeName: "丙公司", Tail: "0003", Amount: 300, State: LinePaid},
		{ID: "5", PayeeName: "丁公司", Tail: "0004", Amount: 500, State: LineOpen},
	}
	receipts := []BankReceipt{
		{No: "a", Payee: "甲银行(临海)", Tail: "0001", Amount: 100}, // brackets of another width
		{No: "b", Payee: "乙银行", Tail: "0002", Amount: 100},     // two lines it could be of
		{No: "c", Payee: "丙公司", Tail: "0003", Amount: 300},     // registered before
		{No: "d", Payee: "甲银行(临海)", Tail: "0001", Amount: 99},
		{No: "e", Payee: "甲银行(临海)", Tail: "0009", Amount: 100},
		{No: "f", Payee: "丁公司", Tail: "0004", Amount: 500}, // two receipts for one line
		{No: "g", Payee: "丁公司", Tail: "0004", Amount: 500},
	}
	want := []string{"1", "", "", "", "", "", ""}
	for i, m := range MatchReceipts(lines, receipts) {
		if m.Line != want[i] {
			t.Errorf("receipt %s is taken for line %q, not %q", m.Receipt.No, m.Line, want[i])
		}
	}
}
