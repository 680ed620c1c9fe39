package benefit

import (
	"maps"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/prospect"
)

// Said is what one source says of a firm: cells of its row of enterprises, by column.
type Said struct {
	Source string
	AsOf   civil.Date // civil.Never: it does not say
	Cells  map[string]string
}

// Known is a fact of the firm that was gone by.
type Known struct {
	Fact   string        `json:"fact" doc:"column of enterprises"`
	Words  explain.Words `json:"words"`
	Value  string        `json:"value" doc:"amounts in yuan; of a code its label"`
	Source string        `json:"source" doc:"who says so"`
	AsOf   civil.Date    `json:"as_of_on" doc:"empty: the source does not say"`
}

// kinds of firms by the first two characters of their credit code (GB 32100).
var kinds = map[string]string{"91": "enterprise", "92": "sole_trader", "93": "coop"}

// gather makes the firm's row of enterprises of what is said, the first that says a
// thing counting, and tells who said what.
func gather(uscc, name string, said []Said) (row map[string]string, known []Known) {
	row = map[string]string{"enterprise_id": uscc}
	known = []Known{}
	code := Said{Source: "统一社会信用代码", AsOf: civil.Never, Cells: map[string]string{"kind": kinds[uscc[:min(2, len(uscc))]], "name": name}}
	table := fact.Lookup("enterprises")
	for _, s := range append(slices.Clip(said), code) {
		for i := range table.Columns {
			c := &table.Columns[i]
			cell := s.Cells[c.Name]
			if cell == "" || row[c.Name] != "" || c.Name == "enterprise_id" {
				continue
			}
			row[c.Name] = cell
			if c.Name == "name" {
				continue
			}
			value := cell
			if c.Type == fact.Code || c.Type == fact.Bool {
				value = c.Label(cell)
			}
			known = append(known, Known{c.Name, explain.Words{Zh: c.Zh, En: c.En}, value, s.Source, s.AsOf})
		}
	}
	return row, known
}

// with is what is known of a firm beside what it has: its row, and loans as they came
// through the platform, which name it besides.
func with(row map[string]string, loans prospect.Cells) prospect.Cells {
	all := prospect.Cells{}
	maps.Copy(all, loans)
	all["enterprises"] = []map[string]string{row}
	return all
}

// knows is who would know a fact of a firm, by its column.
var knows = map[string]explain.Words{
	"annual_sales": {Zh: "税务部门（上年度申报销售收入）", En: "the tax authority"},
	"employees":    {Zh: "社会保险经办机构、统计部门", En: "social insurance and statistics"},
	"industry":     {Zh: "市场监督管理部门", En: "market regulation"},
	"town":         {Zh: "市场监督管理部门", En: "market regulation"},
	"kind":         {Zh: "市场监督管理部门", En: "market regulation"},
	"tech":         {Zh: "科技部门（认定后列入金融工作机构的名录）", En: "the science department, through the finance office's list"},
	"size":         {Zh: "统计部门（按行业、从业人员、营业收入划型）", En: "statistics, by industry, headcount and sales"},
}

// whoKnows tells who would know what is lacking.
func whoKnows(l *prospect.Lack, column string) explain.Words {
	if l.Whose == prospect.OfBank {
		return explain.Words{Zh: "经办银行", En: "the lending bank"}
	}
	if w, ok := knows[column]; ok {
		return w
	}
	return explain.Words{Zh: "企业向金融工作机构提供，列入名录", En: "the firm, to the finance office, for its list"}
}
