package policy_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"changrong/internal/base/fault"
	"changrong/internal/policy"
)

// mini is a small pack that uses every part of the language once.
var mini = map[string]string{
	"pack.yaml": `id: mini-2024
title: 小城若干措施
number: 小政〔2024〕1号
issuer: 小城市人民政府
issued_on: 2024-01-15
region: "330000"
in_force: {from: 2024-02-01, to: 2024-12-31}
scope: {from: 2024-01-01, to: 2024-12-31}
claim_by: 2025-02-28
reviewers: [市金融办]
outline: [一, 二1-3, 三]
parameters:
  rate_max: {value: 1%, title: 上限, clause: 二1}
  limit: {value: 500万元, title: 限额, clause: 二1}
  each: {value: 2万元, title: 每家, clause: 二2}
  year: {value: 2024, title: 年度, clause: 二2}
  since: {value: 2024-03-01, title: 起算日, clause: 二1}
readings:
  average:
    title: 怎样平均
    clause: 二1
    question: 原文未写
    values:
      - {value: month_end_mean, title: 月末}
      - {value: daily_mean, title: 每日}
    chosen: month_end_mean
    why: 简单
    decided_by: 市金融办
  order:
    title: 先后
    clause: 二1
    question: 原文未写
    values:
      - {value: after_average, title: 先平均}
      - {value: each_month, title: 逐月}
exclusions:
  once: {title: 不重复, clause: 二1, strategy: priority}
pools:
  fund: {title: 资金池, clause: 二1, allocator: pro_rata}
`,
	"clauses.yaml": `- {clause: 一, title: 目标, summary: 目标, as: [indicator]}
- {clause: 二1, title: 贷款, summary: 贷款, as: [money]}
- {clause: 二2, title: 网点, summary: 网点, as: [money, capability], capability: 登记}
- {clause: 二3, title: 宣传, summary: 宣传, as: [not_computed], reason: 没有数额}
- {clause: 三, title: 申报, summary: 申报, as: [capability], capability: 申报}
`,
	"indicators.yaml": `- id: balance
  clause: 一
  title: 贷款余额
  responsible: 市金融办
  source: 月末余额
  rows: loans
  measure: sum
  of: loan.closing_balance
  target: {at_least: 10亿元}
`,
	"items/loans.yaml": `id: loans
clause: 二1
title: 贷款补助
rows: loans
when:
  - borrower.size in ["small", "micro"]
  - borrower.annual_sales <= param.limit
related:
  - in: guarantees
    when: [guarantee.scheme == "xinbao"]
payee: institution
base: {average: {reading: average}}
limit: {per: enterprise, amount: param.limit, order: {reading: order}}
rate: {open: {min: 0%, max: param.rate_max, default: 0.5%}}
cap: {per: institution, amount: 100万元}
pool: fund
exclusion:
  - {group: once, rank: 1}
rounding: yuan_floor
`,
	"items/tech.yaml": `id: tech
clause: 二1
title: 科技贷款
rows: loans
when: [borrower.tech]
payee: enterprise
base: {average: {reading: average}}
rate: 1%
exclusion:
  - {group: once, rank: 2}
rounding: fen
`,
	"items/outlets.yaml": `id: outlets
clause: 二2
title: 网点补助
rows: branches
when: [branch.review_year == param.year]
payee: institution
amount: param.each
rounding: fen
`,
	"cases/outlets.yaml": `item: outlets
cases:
  - name: 一家
    why: 一家二万元
    facts:
      branches:
        - {institution_id: 91331082DEM090013U, branch_id: b, name: n, review_year: 2024}
    expect:
      totals:
        - {payee: 91331082DEM090013U, rows: 1, paid: 20000}
`,
}

// edit replaces, in a file of mini, the first old by new; with old "" new is the
// whole file, and with new "-" the file is gone.
type edit struct{ file, old, new string }

func edited(t testing.TB, edits ...edit) fstest.MapFS {
	t.Helper()
	files := maps.Clone(mini)
	for _, e := range edits {
		switch {
		case e.new == "-":
			delete(files, e.file)
			continue
		case e.old == "":
			files[e.file] = e.new
			continue
		case !strings.Contains(files[e.file], e.old):
			t.Fatalf("%s has no %q", e.file, e.old)
		}
		files[e.file] = strings.Replace(files[e.file], e.old, e.new, 1)
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// refuses asks that the edited pack is refused with code, at file:line:column;
// a column of 0 is not compared.
func refuses(t *testing.T, what, code, file string, line, column int, edits ...edit) {
	t.Helper()
	_, err := policy.Load(edited(t, edits...))
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Errorf("%s: got %v", what, err)
		return
	}
	if f.Code != code || f.At.File != file || f.At.Line != line || (column > 0 && f.At.Column != column) {
		t.Errorf("%s: got %v (column %d), want %s:%d:%d %s", what, err, f.At.Column, file, line, column, code)
	}
	if f.Zh == "" || f.En == "" {
		t.Errorf("%s: no sentence in %+v", what, f)
	}
}

func TestMiniLoads(t *testing.T) {
	p, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Coverage(); c.Numbered != 3 || c.Mapped != 3 || len(c.Undecided) != 1 || c.Undecided[0] != "order" {
		t.Errorf("coverage %+v", c)
	}
	plan, err := p.Plan(policy.Choices{Readings: map[string]string{"average": "daily_mean"}, Parameters: map[string]string{"each": "3万元"}})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Item("loans").Base.Average != policy.DailyMean || plan.Item("outlets").Amount.Value != 30_000_00 || plan.Readings["order"] != "after_average" {
		t.Error("choices are not in the plan")
	}
	if plan.Item("nothing") != nil || p.Reading("nothing") != nil || p.Clause("nothing") != nil {
		t.Error("what is not there was found")
	}
}

// A file with a byte order mark and Windows line ends is what some editors write.
func TestWindowsFilesLoad(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(mini["items/tech.yaml"], "\n", "\r\n")
	p, err := policy.Load(edited(t, edit{"items/tech.yaml", "", text}))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := policy.Load(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest == plain.Digest {
		t.Error("other bytes, the same digest")
	}
}
