package rating

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/metric"
	"changrong/internal/rating/scorecard"
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
	m.State = Submitted
	if got := fmt.Sprint(m.Can("zhang"), m.Can("li")); got != "[] [approve return]" {
		t.Error(got)
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
		"features": func(m *Model) { m.Features = "" }, "card": func(m *Model) { m.Card = nil }, "report": func(m *Model) { m.Report = nil }, "validation": func(m *Model) { m.Validation = nil },
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
	m.State = Approved // whoever wrote that, nobody has reviewed it
	if err := m.act(Act{Verb: Activate, At: 4, By: "lead"}); fault.Of(err).At.Field != "review" {
		t.Error(err)
	}
}

func TestMonthsAreWatched(t *testing.T) {
	c := &scorecard.Card{
		Grades: []scorecard.Grade{{Name: "A", From: 600, PD: 1}, {Name: "B", PD: 2}},
		Characteristics: []scorecard.Characteristic{{
			Name: "x", Zh: "项", En: "item", Splits: []float64{1},
			Bins: []scorecard.Bin{{Count: binning.Count{Good: 50, Bad: 0}}, {Count: binning.Count{Good: 40, Bad: 10}}},
		}},
	}
	outcomes := func(good, bad float64) (out []metric.Scored) {
		for i := range 60 {
			r := metric.Scored{Risk: good + float64(i%7)/10, Bad: i%3 == 0}
			if r.Bad {
				r.Risk = bad + float64(i%5)/10
			}
			out = append(out, r)
		}
		return out
	}
	for name, x := range map[string]struct {
		t     Tally
		codes string
	}{
		"the same":     {Tally{[]int64{50, 50}, map[string][]int64{"x": {0, 50, 50}}, outcomes(0, 5)}, ""},
		"moves":        {Tally{[]int64{33, 67}, map[string][]int64{"x": {0, 50, 50}}, nil}, "psi_watch"},
		"moved":        {Tally{[]int64{50, 50}, map[string][]int64{"x": {0, 5, 95}}, nil}, "psi x"},
		"tells less":   {Tally{[]int64{50, 50}, map[string][]int64{"x": {0, 50, 50}}, outcomes(1, 1)}, "auc"},
		"few firms":    {Tally{[]int64{0, 20}, map[string][]int64{"x": {0, 0, 20}}, nil}, ""},
		"all are good": {Tally{[]int64{50, 50}, map[string][]int64{"x": {0, 50, 50}}, []metric.Scored{{Risk: 1}}}, ""},
	} {
		m, err := Watched(c, []int64{50, 50}, 0.9, 1, &x.t)
		if err != nil {
			t.Fatal(name, err)
		}
		var codes []string
		for _, a := range m.Alarms {
			codes = append(codes, strings.TrimSpace(a.Code+" "+a.Name))
		}
		if strings.Join(codes, ",") != x.codes {
			t.Errorf("%s: %v, want %s", name, codes, x.codes)
		}
	}
	if _, err := Watched(c, []int64{50, 50}, 0.9, 1, &Tally{Scores: []int64{50, 50}}); fault.CodeOf(err) != "rating.prebins" {
		t.Error(err)
	}
}
