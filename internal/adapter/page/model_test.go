package page_test

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"
	"testing"

	"changrong/internal/adapter/page"
	"changrong/internal/rating"
	"changrong/internal/rating/ratingtest"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// modelCard is the card of a model that was trained and reviewed.
func modelCard(t *testing.T) *page.ModelCard {
	t.Helper()
	d, texts := ratingtest.Draft(t, "小微"), ratingtest.Texts()
	m := &rating.Model{
		ID: "m", Name: d.Name, Edition: 2, State: rating.Approved, Features: d.Features, Card: json.RawMessage("{}"), CardSHA256: strings.Repeat("c", 64),
		Report: json.RawMessage("{}"), Validation: json.RawMessage("{}"), Manifest: d.Manifest, Changed: d.Manifest.Ended,
		Acts: []rating.Act{
			{Verb: rating.Submit, At: d.Manifest.Ended + 1, By: "zhang", Name: "张三"},
			{Verb: rating.Approve, At: d.Manifest.Ended + 2, By: "li", Name: "李四", Words: "样本外表现稳定，<同意>"},
		},
	}
	x := &m.Manifest
	x.Target, x.Use, x.Source, x.Medium, x.Sampling, x.Objective, x.DataFrom, x.DataTo = texts.Target, texts.Use, texts.Source, texts.Medium, texts.Sampling, texts.Objective, texts.DataFrom, texts.DataTo
	x.Operator, x.Name, x.Program, x.Environment, x.Features = "zhang", "张三", "1.0", "go", strings.Repeat("f", 64)
	return &page.ModelCard{Model: m, Card: d.Card, Report: d.Report.(*train.Report), Validation: d.Validation.(*train.Validation)}
}

// TestTheCardOfAModelSaysWhatItIs: all its parts, in either language, and what somebody wrote
// is text.
func TestTheCardOfAModelSaysWhatItIs(t *testing.T) {
	draw := func(c *page.ModelCard, in page.Language) string {
		var b strings.Builder
		if err := page.Model(&b, c, in); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	c := modelCard(t)
	zh, en := draw(c, page.Chinese), draw(c, page.English)
	says := []string{
		`<html lang="zh-CN">`, "模型卡：小微（第2版）", "已通过评审", "不是征信机构的信用评级，不替银行作出决定", "不得作为拒绝的唯一理由", "2023-01-01 – 2024-12-31", "1200 户，其中坏的",
		"评审通过", "&lt;同意&gt;", "数值越大，风险越高。", "按类别给分。", "来源 tax.invoices，最长中断的月数，近24个月", "普通逻辑回归，样本外", "如果按分数划线", `href="?lang=en"`,
	}
	for i := range c.Card.Characteristics {
		x := &c.Card.Characteristics[i]
		says = append(says, x.Zh, x.Name, x.AdviceZh)
		for code := range scorecard.Code(x.Codes()) {
			if b := x.Bin(code); b != nil {
				words, _ := x.Words(code)
				says = append(says, fmt.Sprintf(`<tr><td>%s</td><td class="n">%s</td><td class="n">%d</td>`, words, html.EscapeString(fmt.Sprint(b.Points)), b.Rows()))
			}
		}
	}
	for _, g := range c.Card.Grades {
		says = append(says, "<tr><td>"+g.Name+"</td>")
	}
	holds(t, zh, says...)
	holds(t, en, `<html lang="en">`, "Model card: 小微 (edition 2)", "no credit bureau&#39;s rating", "The larger, the riskier.", "李四", `href="?lang=zh"`, "Limits")
	if strings.Contains(zh, "还缺") || strings.Contains(zh, "没有写明") {
		t.Error("something is missing of what is whole")
	}

	// Of an imported card it is said what is not known.
	m := *c.Model
	m.Manifest, m.Acts, m.Validation = rating.Manifest{Origin: "某公司", Name: "张三"}, nil, nil
	holds(t, draw(&page.ModelCard{Model: &m, Card: c.Card}, page.Chinese), "还缺下列内容，不能启用", "导入的评分卡须先用一份样本验证", "还没有在没有用过的样本上验证", "没有写明", "某公司", "本平台没有重做", "尚未评审通过")

	tried := &train.Validation{Held: c.Validation.Held, Tried: &train.Tried{Name: "企业.csv", Rows: 300, Bad: 30, Refused: 3, SHA256: "ab"}}
	holds(t, draw(&page.ModelCard{Model: &m, Card: c.Card, Validation: tried, Report: c.Report, Rejects: &train.Parcelled{Factor: 1.5, Accepted: c.Report}}, page.Chinese),
		"样本“企业.csv”（300 户，其中坏的 30 户，不能评分的 3 户未计入", "同分的获批企业的 1.5 倍；这是假设")

	m.Features = "format: x"
	if err := page.Model(io.Discard, &page.ModelCard{Model: &m, Card: c.Card}, page.Chinese); err == nil {
		t.Error("features that are none are drawn")
	}
}
