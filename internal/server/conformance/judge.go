package conformance

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// judge looks at all calls together.
func (s *Sandbox) judge(calls []*call) {
	f := &s.findings
	for i, c := range calls {
		s.judgeSign(f, c)
		s.judgeForm(f, c)
		s.judgeOrder(f, c)
		s.judgeReading(f, c)
		s.judgeAgain(f, calls[i+1:], c)
		if c.method == http.MethodGet && strings.HasPrefix(c.path, "/api/referrals?") && c.status == http.StatusOK {
			f.pass("B8", "%s：查询有无遗漏（是否每小时一次，请自行确认）", sight(c))
		}
	}
	judgeKeys(f, calls)
	judgeTwice(f, calls)
}

func isRead(c *call) bool { return c.method == http.MethodPost && c.path == "/api/firm-data" }

// judgeSign: B9, and what of B10 the platform says itself.
func (s *Sandbox) judgeSign(f *findings, c *call) {
	switch {
	case strings.HasPrefix(c.path, elsewhere):
		f.fail("B9", "%s：跟随了转向", sight(c))
	case strings.HasPrefix(c.code, "signature.") || strings.HasPrefix(c.code, "apikey.") || strings.HasPrefix(c.code, "sfv.") || c.status == http.StatusUnauthorized:
		f.fail("B9", "%s：答复 %d %s", sight(c), c.status, c.code)
	case c.code == "http.key_missing" || strings.HasPrefix(c.code, "once.") && c.code != "once.running":
		f.fail("B10", "%s：答复 %d %s", sight(c), c.status, c.code)
	case c.status/100 == 2:
		f.pass("B9", "请求均按登记的密钥签名")
	}
}

// judgeForm: B12, B14, B15.
func (s *Sandbox) judgeForm(f *findings, c *call) {
	if c.method != http.MethodPost || len(c.body) == 0 {
		return
	}
	if last := c.path[strings.LastIndexByte(c.path, '/')+1:]; last == "decisions" || last == "contract" {
		var in struct {
			Version json.Number `json:"version"`
		}
		if json.Unmarshal(c.body, &in) != nil || in.Version == "" || in.Version == "0" {
			f.fail("B12", "%s：没有 version", sight(c))
		}
	}
	walk(c.body, func(name string, value json.RawMessage) {
		text := string(value)
		switch {
		case strings.HasSuffix(name, "_fen") || strings.HasSuffix(name, "_ppb"):
			if whole.MatchString(text) {
				f.pass("B14", "金额、利率均为整数")
			} else {
				f.fail("B14", "%s：%s 为 %s", sight(c), name, text)
			}
		case strings.HasSuffix(name, "_on"):
			if day.MatchString(text) {
				f.pass("B15", "日期、时刻写法正确")
			} else {
				f.fail("B15", "%s：%s 为 %s", sight(c), name, text)
			}
		case strings.HasSuffix(name, "_ms") && !whole.MatchString(text):
			f.fail("B15", "%s：%s 为 %s", sight(c), name, text)
		}
	})
}

var (
	whole = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	day   = regexp.MustCompile(`^"\d{4}-\d{2}-\d{2}"$`)
)

// walk calls f for every member of every object of a JSON value, as it is written.
func walk(value json.RawMessage, f func(name string, value json.RawMessage)) {
	var object map[string]json.RawMessage
	var list []json.RawMessage
	switch value = bytes.TrimSpace(value); {
	case bytes.HasPrefix(value, []byte("{")) && json.Unmarshal(value, &object) == nil:
		for name, v := range object {
			f(name, v)
			walk(v, f)
		}
	case bytes.HasPrefix(value, []byte("[")) && json.Unmarshal(value, &list) == nil:
		for _, v := range list {
			walk(v, f)
		}
	}
}

// differs are the clauses that codes of refusals are about.
var differs = map[string]string{
	"origination.out_of_order": "B18", "workflow.no_move": "B18", "origination.elsewhere": "B18",
	"origination.contract_differs": "B21", "origination.contract_taken": "B22",
	"origination.note_taken": "B23", "origination.drawdown_exceeds": "B23", "origination.refusal": "B20", "workflow.reason": "B20",
}

// judgeOrder: B18, B20 to B24.
func (s *Sandbox) judgeOrder(f *findings, c *call) {
	verb := c.verb()
	if verb == "" {
		return
	}
	if clause := differs[c.code]; clause != "" && s.overtook(c) {
		return
	} else if clause != "" {
		f.fail(clause, "%s（%s）：答复 %d %s", sight(c), verb, c.status, c.code)
		return
	}
	if !c.took() {
		return
	}
	if good := map[string][2]string{
		"accept": {"B18", "按次序办理"}, "decline": {"B20", "不予通过带有代码和说明"}, "contract": {"B22", "登记合同"},
		"drawdowns": {"B23", "登记放款"}, "reports": {"B24", "报告了状态"},
	}[verb]; good[0] != "" {
		f.pass(good[0], "%s", good[1])
	}
	if verb == "contract" {
		f.pass("B21", "合同不超出所接受的报价")
	}
}

// judgeReading: B25.
func (s *Sandbox) judgeReading(f *findings, c *call) {
	if !isRead(c) {
		return
	}
	var in struct {
		Purpose  string   `json:"purpose"`
		Datasets []string `json:"datasets"`
	}
	json.Unmarshal(c.body, &in) //nolint:errcheck // then it names nothing
	if in.Purpose != "loan_application" && in.Purpose != "loan_management" {
		f.fail("B25", "%s：用途为 %s", sight(c), in.Purpose)
		return
	}
	for _, d := range in.Datasets {
		if !slices.Contains(datasets, d) {
			f.fail("B25", "%s：查询了授权以外的 %s", sight(c), d)
			return
		}
	}
	f.pass("B25", "只查询了授权的数据")
}

// tolerance is by how much clocks may differ in what they call three seconds.
const tolerance = 100 * time.Millisecond

// judgeAgain: B11, and B12 after somebody else acted. later are the calls after c.
func (s *Sandbox) judgeAgain(f *findings, later []*call, c *call) {
	if c.verb() == "" {
		return
	}
	same := slices.IndexFunc(later, func(x *call) bool { return x.method == c.method && x.path == c.path && x.verb() == c.verb() })
	switch {
	case c.fault != nil && c.fault.wait > 0:
		if same < 0 {
			f.fail("B11", "%s：答复 %d 后没有重发", sight(c), c.status)
		} else if pause := later[same].at.Sub(c.at); pause < c.fault.wait-tolerance {
			f.fail("B11", "%s：答复 %d，Retry-After %s，%s 后就重发", sight(c), c.status, c.fault.wait, pause)
		} else {
			f.pass("B11", "答复 %d 后，按 Retry-After 重发", c.status)
		}
	case c.code == "workflow.moved":
		if same < 0 {
			return
		}
		if slices.ContainsFunc(later[:same], func(x *call) bool { return x.method == http.MethodGet && x.referral() == c.referral() }) {
			f.pass("B12", "他人已办理：重新查询后再办理")
		} else {
			f.fail("B12", "%s：他人已办理，没有重新查询就重发", sight(c))
		}
	case c.status/100 == 4 && c.status != http.StatusRequestTimeout && c.status != http.StatusTooManyRequests:
		if i := slices.IndexFunc(later, func(x *call) bool { return x.path == c.path && bytes.Equal(x.body, c.body) && x.method == c.method }); i >= 0 {
			f.fail("B11", "%s：答复 %d %s 后原样重发", sight(c), c.status, c.code)
		}
	}
}

// judgeKeys: B10.
func judgeKeys(f *findings, calls []*call) {
	first := map[string]*call{}
	for _, c := range calls {
		if c.verb() == "" {
			continue
		}
		if c.key == "" {
			f.fail("B10", "%s：没有幂等键", sight(c))
			continue
		}
		switch was := first[c.key]; {
		case was == nil:
			first[c.key] = c
		case was.path != c.path || !bytes.Equal(was.body, c.body):
			f.fail("B10", "%s：幂等键与第%d次请求相同，内容不同", sight(c), was.n)
		case was.nonce == c.nonce && c.nonce != "":
			f.fail("B9", "%s：重发用了相同的 nonce", sight(c))
		}
		f.pass("B10", "每件事一个幂等键")
	}
	for i, c := range calls {
		if c.verb() == "" || c.fault == nil || c.fault.status == 0 && !c.fault.lose {
			continue
		}
		for _, x := range calls[i+1:] {
			if x.path != c.path || !bytes.Equal(x.body, c.body) {
				continue
			}
			if x.key == c.key {
				f.pass("B10", "重发时幂等键不变")
			} else {
				f.fail("B10", "%s：没有得到答复，重发时换了幂等键", sight(x))
			}
			break
		}
	}
}

// judgeTwice: B4. What is done once of each referral is asked for once under one key.
func judgeTwice(f *findings, calls []*call) {
	done := map[string]string{}
	for _, c := range calls {
		verb := c.verb()
		if verb == "" || !c.took() {
			continue
		}
		what := c.referral() + " " + verb
		switch verb {
		case "offers":
			what += priced(c.body) // a better one is another
		case "drawdowns", "reports", "messages":
			what += string(c.body)
		}
		if key, ok := done[what]; ok && key != c.key && verb != "pause" && verb != "resume" {
			f.fail("B4", "%s：%s 办理了两次", sight(c), verb)
		}
		done[what] = c.key
		f.pass("B4", "重复的消息没有引起重复办理")
	}
}

// priced is what an offer is about: one with another validity says the same again.
func priced(body []byte) string {
	var in struct {
		Price struct {
			Amount json.Number `json:"amount_fen"`
			Rate   json.Number `json:"rate_ppb"`
			Months json.Number `json:"term_months"`
		} `json:"price"`
	}
	json.Unmarshal(body, &in) //nolint:errcheck // the platform took it
	return " " + in.Price.Amount.String() + " " + in.Price.Rate.String() + " " + in.Price.Months.String()
}
