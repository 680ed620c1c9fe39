package main

import (
	"bytes"
	"crypto/md5"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"changrong/internal/adapter/pboc"
)

// Parties of the world below; no authority issues such codes.
const (
	bankA = "91331082DEM0000149"
	bankB = "91331082DEM0000224"
	shop  = "92331082DEM0000146"
	coop  = "93331082DEM0000143"
)

// world is a folder that a user has: what banks handed in, a pack, and a place
// for results. Commands are run in it, and whatever they leave there is seen.
type world struct {
	testing.TB
	dir string
}

// newWorld makes a world; temporary files of the program lie in it too.
func newWorld(t testing.TB) *world {
	w := &world{t, filepath.Join(t.TempDir(), "user")}
	w.mkdir("tmp")
	for name, text := range small {
		w.put("pack/"+name, text)
	}
	if t, ok := t.(*testing.T); ok {
		t.Setenv("TMPDIR", w.path("tmp"))
	}
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *world) mkdir(name string) {
	w.Helper()
	if err := os.MkdirAll(w.path(name), 0o700); err != nil {
		w.Fatal(err)
	}
}

// put writes a file.
func (w *world) put(name, text string) {
	w.Helper()
	w.mkdir(filepath.ToSlash(filepath.Dir(name)))
	if err := os.WriteFile(w.path(name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) get(name string) string {
	w.Helper()
	b, err := os.ReadFile(w.path(name))
	if err != nil {
		w.Fatal(err)
	}
	return string(b)
}

// swap replaces text of a file, which must be there.
func (w *world) swap(name, from, to string) {
	w.Helper()
	text := w.get(name)
	if !strings.Contains(text, from) {
		w.Fatalf("%s does not hold %q", name, from)
	}
	w.put(name, strings.Replace(text, from, to, 1))
}

// facts are small tables that import and settlement accept.
var facts = map[string]string{
	"institutions.csv": `institution_id,name,kind,local_legal_person
` + bankA + `,甲农商银行,rural_bank,1
` + bankB + `,乙银行,city_bank,0
`,
	"branches.csv": `institution_id,branch_id,name,town,site,opened_on,business_started_on
` + bankA + `,0001,甲银行古城支行,331082001,urban,2010-01-01,2010-02-01
`,
	"enterprises.csv": `enterprise_id,name,kind,industry,town,size,employees,annual_sales,total_assets,private,tech
` + shop + `,某店,sole_trader,C13,331082001,micro,5,200000.00,100000.00,1,0
` + coop + `,某社,coop,C13,331082001,micro,6,300000.00,100000.00,1,1
`,
	"projects.csv": `project_id,institution_id,name,kind,released_on,praised_on,praise_level,rd_cost
P1,` + bankA + `,贷款码,pilot,2021-03-01,2021-06-01,province,100000.00
`,
	"loans.csv": `institution_id,loan_id,branch_id,enterprise_id,principal,rate,disbursed_on,due_on,first_loan,security,quality
` + bankA + `,1,0001,` + shop + `,1000.00,4.35,2021-11-05,2022-11-04,1,credit,normal
` + bankB + `,1,,` + coop + `,2000.00,3.85,2021-12-08,2022-12-07,0,pledge,normal
`,
	"month_balances.csv": `institution_id,loan_id,month,balance,quality
` + bankA + `,1,2021-11,1000.00,normal
` + bankA + `,1,2021-12,900.00,normal
` + bankB + `,1,2021-12,2000.00,normal
`,
	"loan_events.csv": `institution_id,loan_id,event_no,on,kind,amount
` + bankA + `,1,1,2021-11-05,disburse,1000.00
` + bankA + `,1,2,2021-12-06,repay,100.00
` + bankB + `,1,1,2021-12-08,disburse,2000.00
`,
	"decisions.csv": `policy,item,subject_id,rate,amount,decided_on,decided_by
small-2021,rd,P1,30,,2022-02-18,市金融办
`,
	"budgets.csv": `pool,amount
fund,50.00
`,
}

// tables writes the facts.
func (w *world) tables() *world {
	for name, text := range facts {
		w.put("in/"+name, text)
	}
	return w
}

// cell changes a cell of a table; row 2 is the line under the header.
func (w *world) cell(table string, line int, column, value string) {
	w.Helper()
	name := "in/" + table + ".csv"
	lines := strings.Split(w.get(name), "\n")
	at := slices.Index(strings.Split(lines[0], ","), column)
	cells := strings.Split(lines[line-1], ",")
	if at < 0 {
		w.Fatalf("%s has no column %s", table, column)
	}
	cells[at] = value
	lines[line-1] = strings.Join(cells, ",")
	w.put(name, strings.Join(lines, "\n"))
}

// record is a record of a message: values by the name of their field.
type record map[string]string

// usual are the values of records that say nothing else.
var usual = record{
	"内部机构号": "0001", "借款人证件类型": "A01", "借款人证件代码": shop, "借款人行业": "C13", "借款人经济成分": "B0102", "借款人企业规模": "CS04",
	"贷款借据编码": "1", "贷款合同编码": "H1", "贷款实际投向": "C135", "贷款发放日期": "2021-12-06", "贷款到期日期": "2022-12-05",
	"币种": "CNY", "贷款余额": "1000.00", "贷款余额折人民币": "1000.00", "利率水平": "4.35", "贷款财政扶持方式": "Z", "贷款担保方式": "D", "是否首次贷款": "1",
	"贷款质量": "FQ01", "贷款用途": "流动资金", "发生金额": "1000.00", "发生金额折人民币": "1000.00", "发放收回标识": "1", "交易流水号": "L1",
	"客户名称": "某店", "客户证件类型": "A01", "客户证件代码": shop, "总资产": "100000.00", "营业收入": "200000.00", "从业人员数": "5",
	"所属行业": "C13", "企业规模": "CS04", "客户经济成分": "B0102",
}

// dat is the text of a message of bank A; what fields say is not checked.
func dat(code string, records ...record) string {
	lines := make([]string, len(records))
	for i, r := range records {
		var cells []string
		for _, f := range pboc.Lookup(code).Fields {
			value, ok := r[f.Zh]
			switch {
			case f.Kind == pboc.Bank:
				value = bankA
			case !ok:
				value = usual[f.Zh]
			}
			cells = append(cells, value)
		}
		lines[i] = strings.Join(cells, "|")
	}
	return strings.Join(lines, "\n")
}

// message names a message of bank A of December 2021.
func message(code string) string { return bankA + "_" + code + "_20211231" }

// logOf is the .log that fits a .dat.
func logOf(code, text string) pboc.Log {
	return pboc.Log{
		Name: message(code) + ".dat", MD5: md5.Sum([]byte(text)), Bytes: int64(len(text)), Time: "2022-01-05 09:30:00",
		Records: int64(strings.Count(strings.TrimSuffix(text, "\n"), "\n") + 1),
	}
}

// file writes a .dat and the .log that fits it.
func (w *world) file(code, text string) {
	w.Helper()
	l := logOf(code, text)
	w.put("in/"+message(code)+".dat", text)
	w.put("in/"+message(code)+".log", string(l.AppendTo(nil)))
}

// messages writes three messages and the tables that they lack.
func (w *world) messages() *world {
	w.put("in/institutions.csv", facts["institutions.csv"])
	w.put("in/branches.csv", facts["branches.csv"])
	w.file("CLDWDK", dat("CLDWDK", record{}))
	w.file("DWDKFS", dat("DWDKFS", record{}))
	w.file("FTYKHX", dat("FTYKHX", record{}))
	return w
}

// tree is every file below the world's folder, with its size, mode and time.
func (w *world) tree() []string {
	w.Helper()
	var all []string
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			all = append(all, path)
		} else {
			all = append(all, fmt.Sprint(path, " ", info.Size(), " ", info.Mode(), " ", info.ModTime().UnixNano()))
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return all
}

// said is what the program printed, and how it ended.
type said struct {
	status   int
	out, err string
}

// run runs the program. Names in args that start with @ are of files in the world.
func (w *world) run(args ...string) said {
	w.Helper()
	var out, errs bytes.Buffer
	start := time.Now()
	status := run(w.Context(), w.args(args), &out, &errs)
	if d := time.Since(start); d > patience {
		w.Errorf("%v took %v", args, d)
	}
	for _, text := range []string{out.String(), errs.String()} {
		if strings.Contains(text, "%!") || strings.Contains(text, "goroutine ") || strings.Contains(text, "fault.internal") {
			w.Errorf("%v printed\n%s", args, text)
		}
	}
	return said{status, out.String(), errs.String()}
}

// patience is how long any command may take here, on a machine that is busy.
const patience = 3 * time.Minute

func (w *world) args(args []string) []string {
	all := slices.Clone(args)
	for i, a := range all {
		if name, ok := strings.CutPrefix(a, "@"); ok {
			all[i] = w.path(name)
		}
	}
	return all
}

// counts begin the lines of what was read.
var counts = []string{"事实表", "--------------", "institutions", "branches", "enterprises", "projects", "loans", "month_balances", "loan_events", "decisions", "budgets", "已写出", "\n"}

var chinese = regexp.MustCompile(`\p{Han}{2}`)

// refuses runs a command that must end with status, say all of these and in
// Chinese, and leave the world as it was. It returns everything printed.
func (w *world) refuses(status int, args []string, says ...string) string {
	w.Helper()
	before := w.tree()
	got := w.run(args...)
	text := strings.ReplaceAll(got.out+got.err, w.dir+"/", "")
	w.Logf("%s\n%s", strings.Join(args, " "), gist(text))
	if got.status != status {
		w.Errorf("status %d, want %d", got.status, status)
	}
	for _, s := range says {
		if !strings.Contains(text, s) {
			w.Errorf("does not say %q", s)
		}
	}
	if !chinese.MatchString(text) {
		w.Error("says nothing in Chinese")
	}
	for _, name := range w.tree() {
		if !slices.Contains(before, name) {
			w.Errorf("left behind: %s", name)
		}
	}
	return text
}

// gist is what of a text says what is wrong.
func gist(text string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		head, _, _ := strings.Cut(l, " ")
		if !strings.Contains(l, "intake.held_back") && !slices.Contains(counts, head) {
			b.WriteString(l)
		}
	}
	if b.Len() > 3000 {
		return b.String()[:3000]
	}
	return b.String()
}

// accepts runs a command that must succeed.
func (w *world) accepts(args ...string) said {
	w.Helper()
	got := w.run(args...)
	if got.status != exitOK {
		w.Fatalf("%s: status %d\n%s%s", strings.Join(args, " "), got.status, got.out, got.err)
	}
	return got
}

// records reads a CSV file that the program wrote, as maps by column.
func (w *world) records(name string) []map[string]string {
	w.Helper()
	rows, err := csv.NewReader(strings.NewReader(w.get(name))).ReadAll()
	if err != nil || len(rows) == 0 {
		w.Fatalf("%s: %d rows, %v", name, len(rows), err)
	}
	all := make([]map[string]string, 0, len(rows))
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, c := range r {
			m[rows[0][i]] = c
		}
		all = append(all, m)
	}
	return all
}

// small is a pack of a city that does not exist.
var small = map[string]string{
	"pack.yaml": `id: small-2021
title: 小城金融若干措施
number: 小政〔2021〕1号
issuer: 小城市人民政府
issued_on: 2021-01-15
region: "330000"
in_force: {from: 2021-02-01, to: 2021-12-31}
scope: {from: 2021-01-01, to: 2021-12-31}
claim_by: 2022-02-28
reviewers: [市金融办]
outline: [一, 二1-2]
parameters:
  rate_max: {value: 1%, title: 补偿比例上限, clause: 二1}
  limit: {value: 500万元, title: 单户限额, clause: 二1}
readings:
  average:
    title: 怎样平均
    clause: 二1
    question: 原文未写
    values:
      - {value: month_end_mean, title: 月末}
      - {value: daily_mean, title: 每日}
    chosen: month_end_mean
    why: 与报送口径一致
    decided_by: 市金融办
exclusions:
  once: {title: 同一笔不重复, clause: 二1, strategy: priority}
  twice: {title: 同类不重复, clause: 二1, strategy: priority}
pools:
  fund: {title: 资金池, clause: 二1, allocator: pro_rata}
`,
	"clauses.yaml": `- {clause: 一, title: 目标, summary: 目标, as: [not_computed], reason: 没有数额}
- {clause: 二1, title: 贷款, summary: 贷款, as: [money]}
- {clause: 二2, title: 研发, summary: 研发, as: [money]}
`,
	"items/risk.yaml": `id: risk
clause: 二1
title: 小微贷款风险补偿
rows: loans
when:
  - borrower.size in ["small", "micro"]
  - borrower.annual_sales <= param.limit
payee: institution
base: {average: {reading: average}}
limit: {per: enterprise, amount: param.limit}
rate: {open: {min: 0%, max: param.rate_max, default: 0.5%}}
pool: fund
exclusion:
  - {group: once, rank: 1}
rounding: fen
`,
	"items/tech.yaml": `id: tech
clause: 二1
title: 科技贷款贴息
rows: loans
when: [borrower.tech]
payee: enterprise
base: {average: {reading: average}}
rate: 2%
exclusion:
  - {group: once, rank: 2}
rounding: fen
`,
	"items/rd.yaml": `id: rd
clause: 二2
title: 研发补助
rows: projects
when:
  - project.praised_on >= scope.first && project.praised_on <= scope.last
payee: institution
base: {of: project.rd_cost}
rate: {open: {min: 20%, max: 50%}}
rounding: fen
`,
}
