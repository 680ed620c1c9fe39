package rating

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// complete is a model that lacks nothing but its review.
func complete() *Model {
	from, to := civil.Date(19000), civil.Date(19365)
	return &Model{
		ID: "m", Name: "小微", Edition: 1, State: Made, Features: "format: x", Card: json.RawMessage(`{}`), CardSHA256: strings.Repeat("a", 64), Report: json.RawMessage(`{}`), Validation: json.RawMessage(`{}`),
		Manifest: Manifest{
			Target: "12个月内逾期90天以上", Use: "供银行参考", Source: "税务、市场监管", Medium: "库一", Sampling: "全部", Objective: "不含个人属性", DataFrom: &from, DataTo: &to,
			Rows: 100, Bad: 10, SHA256: strings.Repeat("b", 64), Features: strings.Repeat("c", 64), Program: "1.0", Environment: "go", Parameters: json.RawMessage(`{}`),
			Operator: "zhang", Name: "张", Started: 1, Ended: 2, Iterations: 5,
		},
	}
}

func TestLifeOfAModel(t *testing.T) {
	m := complete()
	do := func(v Verb, by, words string) error { return m.act(Act{Verb: v, At: 3, By: by, Words: words}) }
	for _, step := range []struct {
		v         Verb
		by, words string
		code      string
		state     State
	}{
		{Activate, "lead", "", "rating.state", Made},
		{Submit, "zhang", "", "", Submitted},
		{Submit, "zhang", "", "rating.state", Submitted},
		{Approve, "zhang", "好", "rating.own_review", Submitted},
		{Approve, "li", " ", "rating.words", Submitted},
		{Return, "li", "样本太旧", "", Made},
		{Submit, "wang", "", "", Submitted},
		{Approve, "wang", "好", "rating.own_review", Submitted},
		{Approve, "li", "同意", "", Approved},
		{Cast, "lead", "", "", Shadow},
		{Cast, "lead", "", "rating.state", Shadow},
		{Activate, "lead", "", "", Active},
		{Retire, "lead", "", "rating.words", Active},
		{Retire, "lead", "新版启用", "", Retired},
		{Activate, "lead", "", "rating.state", Retired},
	} {
		if err := do(step.v, step.by, step.words); fault.CodeOf(err) != step.code || m.State != step.state {
			t.Errorf("%s by %s: %v, %s", step.v, step.by, err, m.State)
		}
	}
	if len(m.Acts) != 7 {
		t.Errorf("%+v", m.Acts)
	}
	m = complete()
	can := func(account string, roles ...access.Role) string {
		return fmt.Sprint(m.Can(&access.Principal{Account: account, Roles: roles}))
	}
	for _, c := range []struct {
		state State
		got   func() string
		want  string
	}{
		{Submitted, func() string { return can("zhang", access.OfficeLead) }, "[]"},
		{Submitted, func() string { return can("li", access.OfficeLead) }, "[approve return]"},
		{Submitted, func() string { return can("wang", access.PBoC) }, "[approve return]"},
		{Submitted, func() string { return can("li", access.Office) }, "[]"},
		{Made, func() string { return can("li", access.Office) }, "[submit]"},
		{Made, func() string { return can("li", access.OfficeLead) }, "[submit retire]"},
		{Approved, func() string { return can("zhang", access.OfficeLead) }, "[cast activate retire]"},
		{Approved, func() string { return can("wang", access.PBoC) }, "[]"},
		{Shadow, func() string { return can("lead", access.OfficeLead) }, "[activate retire]"},
		{Active, func() string { return can("lead", access.OfficeLead) }, "[retire]"},
		{Retired, func() string { return can("lead", access.OfficeLead) }, "[]"},
		{Active, func() string { return can("x", access.Auditor, access.Regulator) }, "[]"},
	} {
		if m.State = c.state; c.got() != c.want {
			t.Errorf("%s: %s, not %s", c.state, c.got(), c.want)
		}
	}
}

// TestNothingMayBeMissing takes one thing away after the other.
func TestNothingMayBeMissing(t *testing.T) {
	for field, take := range map[string]func(*Model){
		"target": func(m *Model) { m.Manifest.Target = " " }, "use": func(m *Model) { m.Manifest.Use = "" }, "source": func(m *Model) { m.Manifest.Source = "" },
		"medium": func(m *Model) { m.Manifest.Medium = "" }, "sampling": func(m *Model) { m.Manifest.Sampling = "" }, "objective": func(m *Model) { m.Manifest.Objective = "" },
		"data_from_on": func(m *Model) { m.Manifest.DataFrom = nil }, "data_to_on": func(m *Model) { m.Manifest.DataTo = nil },
		"rows": func(m *Model) { m.Manifest.Bad = 0 }, "sha256": func(m *Model) { m.Manifest.SHA256 = "x" }, "features_sha256": func(m *Model) { m.Manifest.Features = "" },
		"program": func(m *Model) { m.Manifest.Program = "" }, "environment": func(m *Model) { m.Manifest.Environment = "" }, "parameters": func(m *Model) { m.Manifest.Parameters = nil },
		"operator": func(m *Model) { m.Manifest.Operator = "" }, "ended_ms": func(m *Model) { m.Manifest.Ended = 0 }, "iterations": func(m *Model) { m.Manifest.Iterations = 0 },
		"features": func(m *Model) { m.Features = "" }, "card": func(m *Model) { m.Card = nil }, "report": func(m *Model) { m.Report = json.RawMessage("null") }, "validation": func(m *Model) { m.Validation = json.RawMessage("null") },
	} {
		m := complete()
		take(m)
		err := m.act(Act{Verb: Submit, At: 3, By: "zhang"})
		if fault.CodeOf(err) != "rating.incomplete" || fault.Of(err).At.Field != field || m.State != Made {
			t.Errorf("%s: %v", field, err)
		}
		m.State = Approved
		m.Acts = []Act{{Verb: Approve, By: "li"}}
		for _, v := range []Verb{Cast, Activate} {
			if err := m.act(Act{Verb: v, At: 4, By: "lead"}); fault.CodeOf(err) != "rating.incomplete" || m.State != Approved {
				t.Errorf("%s without %s: %v", v, field, err)
			}
		}
	}
	m := complete()
	m.Manifest.Origin, m.Report = "某公司", nil // of an imported card there is no report
	if got := m.Missing(); len(got) != 1 || got[0].Field != "review" {
		t.Errorf("%+v", got)
	}
	m.Validation = nil
	if got := m.Missing(); len(got) != 2 || got[0].Field != "validation" || !strings.Contains(got[0].Zh, "导入") {
		t.Errorf("%+v", got)
	}
	m = complete()
	m.State = Approved // whoever wrote that, nobody has reviewed it
	if err := m.act(Act{Verb: Activate, At: 4, By: "lead"}); fault.Of(err).At.Field != "review" {
		t.Error(err)
	}
}
