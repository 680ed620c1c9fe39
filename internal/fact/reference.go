package fact

import (
	"fmt"
	"strings"
)

// Reference returns the reference page of the dictionary, in Markdown: every
// table, what one row is known by and leads to, and every column with its type,
// whether it is required, what an empty cell means, and its codes.
func Reference() []byte {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, t := range tables {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | `%s` | %d |\n", t.Name, t.Name, t.Zh, t.En, strings.Join(t.Key, "`, `"), len(t.Stored()))
	}
	for _, t := range tables {
		t.reference(&b)
	}
	return []byte(b.String())
}

const referenceHead = `# 事实表 · The tables of facts

<!-- made from internal/fact by: go test ./internal/fact -update -->

所有计算都从这些表开始。每张表是一个 CSV、Parquet 或 Excel 文件，文件名就是表名，第一行是列名，列的先后不限。` +
	`金额以元计，至多两位小数；比率以百分数计，不带百分号，至多五位小数；日期写作 2021-08-27，月份写作 2021-08，是否写作 1 和 0。

Everything is computed from these tables. Each is a file in CSV, Parquet or Excel that is named after the table; the first row names the columns, in any
order. Money is in yuan with at most two decimals, rates in percent without the sign and with at most five, dates are 2021-08-27, months 2021-08,
booleans 1 and 0.

**空着的单元格 · An empty cell** 表示“不知道”，从不当作 0：取决于它的行会等待，并指出缺什么。只有“空着表示”一栏另有说明的列例外。
It means *unknown*, never 0: a row that hangs on it waits, and says what it lacks. The exceptions say so below.

条件里写作“行.列”，如 ` + "`loan.principal`" + `；也可写由此行所指的行，如 ` + "`borrower.tech`" + `。
In a condition a column is written row.column, and so is one of a row that the row leads to.

| 表 table | | | 主键 key | 列 columns |
|---|---|---|---|---|
`

func (t *Table) reference(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s · %s。一行在条件里写作 `%s`，由 `%s` 确定。\n", t.Name, t.Zh, t.En, t.Row, strings.Join(t.Key, "`, `"))
	for _, l := range t.Links {
		fmt.Fprintf(b, "`%s` 是它的%s（%s，按 `%s` 在 [%s](#%s) 里找）。\n", l.Name, l.Zh, l.En, strings.Join(l.On, "`, `"), l.Table, l.Table)
	}
	b.WriteString("\n| 列 column | 名称 | label | 类型 type | 空着表示 empty means | 说明 |\n|---|---|---|---|---|---|\n")
	for i := range t.Columns {
		c := &t.Columns[i]
		fmt.Fprintf(b, "| `%s` | %s | %s | %s · %s | %s | %s |\n", c.Name, c.Zh, c.En, c.Type.Zh(), c.Type.En(), c.emptyMeans(), c.Doc)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if len(c.Codes) == 0 {
			continue
		}
		words := make([]string, len(c.Codes))
		for j, k := range c.Codes {
			words[j] = fmt.Sprintf("`%s` %s (%s)", k.Code, k.Zh, k.En)
		}
		fmt.Fprintf(b, "\n`%s` 的代码 codes：%s\n", c.Name, strings.Join(words, "、"))
	}
}

// emptyMeans says what an empty cell of the column means.
func (c *Column) emptyMeans() string {
	switch {
	case c.Derived:
		return "不在文件里，由平台算出 computed, in no file"
	case c.Required:
		return "**必填 required**"
	case c.None && c.Type == Date:
		return "尚未发生 has not happened"
	case c.None:
		return "没有 there is none"
	}
	return "不知道 unknown"
}
