package policy

import "changrong/internal/policy/strict"

// The types of this file are what a person writes in a pack's YAML files, before
// anything is resolved. Their tags are also the source of the JSON Schemas that
// editors use: yaml names the key, doc says what it is for, enum lists the values.

// packDoc is pack.yaml.
type packDoc struct {
	ID         Word                    `yaml:"id" required:"true" doc:"标识，与文件夹同名；决定、已享受资金、申报按它引用"`
	Title      Word                    `yaml:"title" required:"true" doc:"文件全称"`
	Number     Word                    `yaml:"number" required:"true" doc:"文号"`
	Issuer     Word                    `yaml:"issuer" required:"true" doc:"发文机关"`
	IssuedOn   Word                    `yaml:"issued_on" required:"true" doc:"成文日期"`
	Source     Word                    `yaml:"source" doc:"公开出处"`
	Region     Word                    `yaml:"region" required:"true" doc:"行政区划代码，GB/T 2260 六位"`
	InForce    spanDoc                 `yaml:"in_force" required:"true" doc:"文件施行期间"`
	Scope      spanDoc                 `yaml:"scope" required:"true" doc:"政策计算的期间，须为整月"`
	ClaimBy    Word                    `yaml:"claim_by" required:"true" doc:"申报截止日期"`
	Reviewers  []Word                  `yaml:"reviewers" required:"true" doc:"审核环节，按先后"`
	Funding    Word                    `yaml:"funding" doc:"资金来源"`
	Outline    []Word                  `yaml:"outline" required:"true" doc:"文件中须有交代的条款，如 二、三(一)1-6、四"`
	Parameters map[string]parameterDoc `yaml:"parameters" doc:"文件写明的数量，表达式中写作 param.名称"`
	Readings   map[string]readingDoc   `yaml:"readings" doc:"文字有歧义之处的各种理解"`
	Exclusions map[string]exclusionDoc `yaml:"exclusions" doc:"不重复享受的分组"`
	Pools      map[string]poolDoc      `yaml:"pools" doc:"总额控制的资金池"`
}

type spanDoc struct {
	From Word `yaml:"from" required:"true" doc:"起，YYYY-MM-DD"`
	To   Word `yaml:"to" required:"true" doc:"止，YYYY-MM-DD，含当日"`
}

type parameterDoc struct {
	Value  Word `yaml:"value" required:"true" doc:"20万元、0.5%、2021-08-27 或整数"`
	Title  Word `yaml:"title" required:"true" doc:"名称"`
	Clause Word `yaml:"clause" required:"true" doc:"出自哪一条"`
	Note   Word `yaml:"note" doc:"说明"`
}

type readingDoc struct {
	Title    Word            `yaml:"title" required:"true" doc:"问题是什么"`
	Clause   Word            `yaml:"clause" required:"true" doc:"出自哪一条"`
	Question Word            `yaml:"question" required:"true" doc:"原文为何有歧义"`
	Values   []readingChoice `yaml:"values" required:"true" doc:"可能的理解，第一个为默认"`
	Chosen   Word            `yaml:"chosen" doc:"采用哪一种；不写表示尚未决定"`
	Why      Word            `yaml:"why" doc:"为何采用"`
	By       Word            `yaml:"decided_by" doc:"由谁决定"`
}

type readingChoice struct {
	Value Word `yaml:"value" required:"true" doc:"取值"`
	Title Word `yaml:"title" required:"true" doc:"一句话说明"`
}

type exclusionDoc struct {
	Title    Word   `yaml:"title" required:"true" doc:"名称"`
	Clause   Word   `yaml:"clause" required:"true" doc:"出自哪一条"`
	Strategy choice `yaml:"strategy" required:"true" doc:"如何取舍" enum:"priority,first_filed,deduct_paid,one_institution"`
}

type poolDoc struct {
	Title     Word   `yaml:"title" required:"true" doc:"名称"`
	Clause    Word   `yaml:"clause" required:"true" doc:"出自哪一条"`
	Allocator choice `yaml:"allocator" required:"true" doc:"额度不足时如何分配" enum:"pro_rata,scale_rate,first_complete,reserve"`
}

// itemDoc is one file of items/.
type itemDoc struct {
	ID        Word         `yaml:"id" required:"true" doc:"标识，与文件名相同"`
	Clause    Word         `yaml:"clause" required:"true" doc:"出自哪一条"`
	Title     Word         `yaml:"title" required:"true" doc:"名称"`
	Note      Word         `yaml:"note" doc:"说明"`
	Rows      Word         `yaml:"rows" required:"true" doc:"逐行计算哪张事实表" enum:"loans,guarantees,branches,projects,enterprises,institutions,collaterals"`
	When      []Word       `yaml:"when" doc:"须全部满足的条件，每行一个表达式"`
	Related   []relatedDoc `yaml:"related" doc:"须有（或须无）的关联行"`
	FirstLoan *choice      `yaml:"first_loan" doc:"只算当年首贷户的贷款，取哪些借据" enum:"year_notes_of_first_bank,first_note,year_notes_all_banks"`
	Payee     Word         `yaml:"payee" required:"true" doc:"拨付给谁" enum:"institution,enterprise"`
	Bank      *bankDoc     `yaml:"bank" doc:"企业行对应的金融机构从哪里取"`
	Gate      *gateDoc     `yaml:"gate" doc:"收款人整体须达到的条件"`
	Base      *baseDoc     `yaml:"base" doc:"计算基数；不写表示按个数，每行为 1"`
	Limit     *limitDoc    `yaml:"limit" doc:"基数上限"`
	Rate      *termDoc     `yaml:"rate" doc:"比例；与 amount 二选一"`
	Amount    *termDoc     `yaml:"amount" doc:"每行金额；与 rate 二选一"`
	Cap       *capDoc      `yaml:"cap" doc:"金额上限"`
	Pool      Word         `yaml:"pool" doc:"从哪个资金池列支"`
	Exclusion []memberDoc  `yaml:"exclusion" doc:"属于哪些不重复享受分组"`
	Rounding  choice       `yaml:"rounding" required:"true" doc:"取整到什么单位、用什么方式" enum:"fen,yuan_floor,yuan_half_up,hundred_yuan_floor,hundred_yuan_half_up,wan_floor,wan_half_up"`
}

type relatedDoc struct {
	In   Word        `yaml:"in" required:"true" doc:"关联表"`
	When []Word      `yaml:"when" required:"true" doc:"关联行须全部满足的条件"`
	Not  strict.Flag `yaml:"not" doc:"true 表示须无这样的行"`
}

type bankDoc struct {
	Table Word   `yaml:"of_earliest" required:"true" doc:"取该表最早一行的金融机构"`
	By    Word   `yaml:"by" required:"true" doc:"按哪个日期列"`
	When  []Word `yaml:"when" required:"true" doc:"行须全部满足的条件"`
}

type gateDoc struct {
	Above   *aboveDoc `yaml:"above_average" doc:"年末在保余额超过平均，或增速超过总体增速"`
	Require []Word    `yaml:"require" doc:"收款人须全部满足的条件"`
}

type aboveDoc struct {
	When    []Word `yaml:"when" required:"true" doc:"计入的担保"`
	Balance choice `yaml:"balance" required:"true" doc:"按借据全额还是按担保比例" enum:"whole_note,guaranteed_share"`
}

type baseDoc struct {
	Average *choice `yaml:"average" doc:"余额的平均方法" enum:"month_end_mean,month_end_outstanding,chronological,daily_mean,daily_outstanding,quarter_end_mean"`
	From    Word    `yaml:"from" doc:"该日期所在月之前的余额不计"`
	Of      Word    `yaml:"of" doc:"金额表达式"`
}

type limitDoc struct {
	Per    Word    `yaml:"per" required:"true" doc:"按谁合并" enum:"enterprise,institution,item"`
	Amount Word    `yaml:"amount" required:"true" doc:"上限，如 1000万元 或 param.名称"`
	Order  *choice `yaml:"order" doc:"先平均再限额，还是逐月限额再平均" enum:"after_average,each_month"`
}

type capDoc struct {
	Per    Word `yaml:"per" required:"true" doc:"按谁合并" enum:"enterprise,institution,item"`
	Amount Word `yaml:"amount" required:"true" doc:"上限，如 20万元 或 param.名称"`
}

type memberDoc struct {
	Group Word            `yaml:"group" required:"true" doc:"分组"`
	Rank  strict.Whole    `yaml:"rank" required:"true" doc:"先后，小者优先"`
	If    map[string]Word `yaml:"if" doc:"仅在这些理解取这些值时属于该组"`
}

// clauseDoc is one entry of clauses.yaml.
type clauseDoc struct {
	Clause     Word   `yaml:"clause" required:"true" doc:"条款，如 三(一)1、二、四"`
	Title      Word   `yaml:"title" required:"true" doc:"条款标题"`
	Summary    Word   `yaml:"summary" required:"true" doc:"我们自己的一句话概括"`
	As         []Word `yaml:"as" required:"true" doc:"如何落实" enum:"money,indicator,capability,not_computed"`
	Capability Word   `yaml:"capability" doc:"由平台哪一部分承担"`
	Reason     Word   `yaml:"reason" doc:"为何不计算"`
}

// indicatorDoc is one entry of indicators.yaml.
type indicatorDoc struct {
	ID          Word         `yaml:"id" required:"true" doc:"标识"`
	Clause      Word         `yaml:"clause" required:"true" doc:"出自哪一条"`
	Title       Word         `yaml:"title" required:"true" doc:"名称"`
	Responsible Word         `yaml:"responsible" required:"true" doc:"责任单位"`
	Source      Word         `yaml:"source" required:"true" doc:"数据来源"`
	Rows        Word         `yaml:"rows" doc:"统计哪张事实表"`
	When        []Word       `yaml:"when" doc:"计入的行"`
	Related     []relatedDoc `yaml:"related" doc:"须有（或须无）的关联行"`
	FirstLoan   *choice      `yaml:"first_loan" doc:"只计当年首贷户的贷款" enum:"year_notes_of_first_bank,first_note,year_notes_all_banks"`
	Measure     Word         `yaml:"measure" required:"true" doc:"如何计算" enum:"sum,count,count_borrower,weighted_mean,ratio,external"`
	Of          Word         `yaml:"of" doc:"求和或平均的表达式"`
	By          Word         `yaml:"by" doc:"权重或分母的表达式"`
	Why         Word         `yaml:"why" doc:"external：数据从何而来"`
	Target      *targetDoc   `yaml:"target" doc:"目标值"`
}

type targetDoc struct {
	AtLeast Word `yaml:"at_least" doc:"不低于，如 180亿元、800、1.5%"`
	AtMost  Word `yaml:"at_most" doc:"不高于"`
}
