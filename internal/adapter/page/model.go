package page

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// Language is what a page is written in.
type Language string

// The languages.
const (
	Chinese Language = "zh"
	English Language = "en"
)

// ModelCard is a scorecard with all that is known of it.
type ModelCard struct {
	Model      *rating.Model
	Card       *scorecard.Card
	Report     *train.Report     // nil of a card that was made elsewhere
	Rejects    *train.Parcelled  // nil where firms that were refused had no part in it
	Validation *train.Validation // nil where there was none yet
}

// Model writes the card of a model (模型卡): who made it, of what, for what, how well it does,
// and where it ends.
//
// Errors: those of feature.Parse, page.write.
func Model(w io.Writer, c *ModelCard, in Language) error {
	set, err := feature.Parse([]byte(c.Model.Features))
	if err != nil {
		return err
	}
	v := &modelView{ModelCard: c, English: in == English}
	v.said()
	v.Missing = v.lacks()
	for i := range c.Card.Characteristics {
		v.Items = append(v.Items, v.item(&c.Card.Characteristics[i], set))
	}
	v.performance()
	v.Limits = v.limits()
	for _, a := range c.Model.Acts {
		v.Acts = append(v.Acts, actView{minuteOf(a.At), v.verb(a.Verb), a.Name, a.Words})
	}
	return draw(w, "model.html", v)
}

// modelView is a model in words.
type modelView struct {
	*ModelCard
	English     bool
	Title       string
	State       string
	Changed     string
	Missing     []string
	Sections    []sectionView
	Scale       string
	Items       []characteristicView
	AUCWords    string
	Measured    []measuredView
	Calibration []calibrationView
	Grades      []gradeView
	CutOffs     []cutOffView
	Limits      []string
	Acts        []actView
}

type (
	sectionView struct {
		Title string
		Rows  []rowView
	}
	rowView            struct{ Name, Text string }
	characteristicView struct {
		Title, Name, Direction, Source, Advice string
		Bins                                   []binView
	}
	binView struct {
		Words   string
		Points  int
		Rows    int64
		BadRate string
	}
	measuredView    struct{ Name, AUC, KS, Brier string }
	calibrationView struct {
		Rows           int64
		Expected, Came string
	}
	gradeView struct {
		Name, From, PD, BadRate string
		Rows                    int64
		Worse                   bool
	}
	cutOffView struct {
		Score             int
		Approved, BadRate string
	}
	actView struct{ At, Verb, Name, Words string }
)

// Say is a text in the language of the page.
func (v *modelView) Say(zh, en string) string {
	if v.English {
		return en
	}
	return zh
}

// share is a share of 1 in percent.
func share(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) + "%" }

// portion is a share of rows in percent; of none, nothing.
func portion(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	return share(float64(part) / float64(whole))
}

// four is a figure to four places.
func four(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }

// minuteOf is an instant to the minute, as clocks here show it.
func minuteOf(at civil.Instant) string {
	if at == 0 {
		return ""
	}
	s := at.String()
	return strings.Replace(s[:min(len(s), len("2006-01-02T15:04"))], "T", " ", 1)
}

// dayText is a day; "" of none.
func dayText(d *civil.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// said are the title and what people and the program wrote.
func (v *modelView) said() {
	m, x := v.Model, &v.Model.Manifest
	n := strconv.FormatInt(m.Edition, 10)
	v.Title = v.Say("模型卡："+m.Name+"（第"+n+"版）", "Model card: "+m.Name+" (edition "+n+")")
	v.State, v.Changed = v.state(m.State), minuteOf(m.Changed)
	v.Sections = []sectionView{
		{v.Say("用途和定义", "Use and definitions"), []rowView{
			{v.Say("用途和限制", "use and limits"), x.Use},
			{v.Say("什么算坏", "what counts as bad"), x.Target},
			{v.Say("为什么不偏向或加重某一群体", "why it favours or burdens no group"), x.Objective},
		}},
		{v.Say("用什么做成", "What it was made of"), []rowView{
			{v.Say("数据来源", "source of the data"), x.Source},
			{v.Say("数据时间", "time of the data"), between(dayText(x.DataFrom), dayText(x.DataTo))},
			{v.Say("样本", "sample"), v.sample(x)},
			{v.Say("抽样", "sampling"), x.Sampling},
			{v.Say("存储介质编号", "number of the medium"), x.Medium},
			{v.Say("训练数据校验值（SHA-256）", "checksum of the data (SHA-256)"), x.SHA256},
		}},
		{v.Say("由谁、怎样做成", "Who made it, and how"), v.making(m)},
	}
}

// making are who made a model and with what.
func (v *modelView) making(m *rating.Model) []rowView {
	x := &m.Manifest
	rows := []rowView{{v.Say("操作人", "operator"), x.Name}}
	if x.Origin != "" {
		rows = []rowView{{v.Say("由谁、在哪里做成", "who made it, and where"), x.Origin}, {v.Say("导入人", "imported by"), x.Name}}
	}
	steps := ""
	if x.Iterations > 0 {
		steps = strconv.Itoa(x.Iterations)
	}
	return append(rows,
		rowView{v.Say("评审人", "reviewed by"), v.reviewed(m)},
		rowView{v.Say("训练起止", "trained"), between(minuteOf(x.Started), minuteOf(x.Ended))},
		rowView{v.Say("程序版本", "program"), x.Program},
		rowView{v.Say("软硬件环境", "environment"), x.Environment},
		rowView{v.Say("迭代次数", "iterations"), steps},
		rowView{v.Say("随机种子", "seed"), strconv.FormatUint(x.Seed, 10)},
		rowView{v.Say("评分卡校验值（SHA-256）", "checksum of the card (SHA-256)"), m.CardSHA256})
}

// between is a span; "" where neither end is known.
func between(from, to string) string {
	if from == "" && to == "" {
		return ""
	}
	return from + " – " + to
}

// sample says how many firms a model was made of.
func (v *modelView) sample(x *rating.Manifest) string {
	if x.Rows == 0 {
		return ""
	}
	return fmt.Sprintf(v.Say("%d 户，其中坏的 %d 户（%s）", "%d firms, of which %d bad (%s)"), x.Rows, x.Bad, portion(x.Bad, x.Rows))
}

// reviewed says who approved the model.
func (v *modelView) reviewed(m *rating.Model) string {
	out := v.Say("尚未评审通过", "not approved yet")
	for _, a := range m.Acts {
		switch a.Verb {
		case rating.Approve:
			out = a.Name + " " + minuteOf(a.At)
		case rating.Return, rating.Submit:
			out = v.Say("尚未评审通过", "not approved yet")
		case rating.Cast, rating.Activate, rating.Retire:
		}
	}
	return out
}

// state says where a model stands.
func (v *modelView) state(s rating.State) string {
	said := map[rating.State][2]string{
		rating.Made: {"待提交", "made, not submitted"}, rating.Submitted: {"待评审", "waits for review"}, rating.Approved: {"已通过评审", "approved"},
		rating.Shadow: {"影子运行", "runs in the shadow"}, rating.Active: {"在用", "in use"}, rating.Retired: {"已退役", "retired"},
	}[s]
	return v.Say(said[0], said[1])
}

// verb says what was done with a model.
func (v *modelView) verb(x rating.Verb) string {
	said := map[rating.Verb][2]string{
		rating.Submit: {"提交评审", "submitted"}, rating.Approve: {"评审通过", "approved"}, rating.Return: {"退回", "returned"},
		rating.Cast: {"影子运行", "cast into the shadow"}, rating.Activate: {"启用", "activated"}, rating.Retire: {"退役", "retired"},
	}[x]
	return v.Say(said[0], said[1])
}

// lacks are what is missing, in words.
func (v *modelView) lacks() (out []string) {
	for _, x := range v.Model.Missing() {
		out = append(out, v.Say(x.Zh, x.En))
	}
	return out
}

// item is a characteristic in words.
func (v *modelView) item(x *scorecard.Characteristic, set *feature.Set) characteristicView {
	out := characteristicView{Title: v.Say(x.Zh, x.En), Name: x.Name, Advice: v.Say(x.AdviceZh, x.AdviceEn)}
	said := map[binning.Trend][2]string{
		binning.Ascending: {"数值越大，风险越高。", "The larger, the riskier."}, binning.Descending: {"数值越大，风险越低。", "The larger, the safer."},
		binning.Peak: {"居中时风险最高。", "The middle is the riskiest."}, binning.Valley: {"居中时风险最低。", "The middle is the safest."},
	}[x.Trend]
	if out.Direction = v.Say(said[0], said[1]); x.Category() {
		out.Direction = v.Say("按类别给分。", "By category.")
	}
	for i := range set.Features {
		if f := &set.Features[i]; f.Name == x.Name {
			out.Source = v.source(f)
		}
	}
	for code := range scorecard.Code(x.Codes()) {
		if b := x.Bin(code); b != nil {
			zh, en := x.Words(code)
			out.Bins = append(out.Bins, binView{v.Say(zh, en), b.Points, b.Rows(), portion(b.Bad, b.Rows())})
		}
	}
	return out
}

// measures are how features are measured.
var measures = map[feature.Measure][2]string{
	feature.Latest: {"最近的值", "the latest value"}, feature.Sum: {"合计", "the sum"}, feature.Count: {"计数", "a count"}, feature.Ratio: {"比率", "a ratio"},
	feature.Growth: {"比上一期间的增长", "growth over the window before"}, feature.Volatility: {"月度波动", "volatility by month"}, feature.Slope: {"月度趋势", "slope by month"},
	feature.Active: {"有发生的月数", "months with any"}, feature.Gap: {"最长中断的月数", "the longest gap in months"}, feature.Concentration: {"集中度", "concentration"},
	feature.Since: {"距今的月数", "months since"},
}

// source says where a feature comes from.
func (v *modelView) source(f *feature.Feature) string {
	said := measures[f.Measure]
	out := v.Say("来源 ", "from ") + f.Source + v.Say("，", ", ") + v.Say(said[0], said[1])
	if f.Window > 0 {
		out += fmt.Sprintf(v.Say("，近%d个月", ", over %d months"), f.Window)
	}
	return out
}

// cutOffRows are how many lines a table of cut-offs has: more are not read.
const cutOffRows = 12

// worse is below which probability a grade is taken to be worse than its name.
const worse = 0.05

// performance says how the card did.
func (v *modelView) performance() {
	c := v.Card
	low, high := c.Range()
	v.Scale = fmt.Sprintf(v.Say(
		"各项得分相加，总分在 %d 至 %d 之间。%d 分表示每 1 户坏的对 %s 户好的；每多 %s 分，好坏比翻一倍。",
		"Points are summed, to between %d and %d. A score of %d stands for %[4]s good firms to each bad one; every %[5]s points more double that.",
	), low, high, c.Scale.Base, plain(c.Scale.Odds), plain(c.Scale.PDO))
	cuts := []train.CutOff{}
	if r := v.Report; r != nil {
		v.Measured = append(v.Measured, measuredView{v.Say("训练所用样本（偏高）", "rows it was made of (flattering)"), four(r.AUC), four(r.KS), four(r.Brier)})
		cuts = r.CutOffs
	}
	if x := v.Validation; x != nil {
		v.Measured = append(v.Measured, measuredView{v.Say("样本外", "rows it was not made of"), four(x.Held.AUC) + " ± " + four(x.Held.Deviation), four(x.Held.KS), four(x.Held.Brier)})
		if len(x.Plain.AUC) > 0 {
			auc, deviation := train.Mean(x.Plain.AUC)
			ks, _ := train.Mean(x.Plain.KS)
			brier, _ := train.Mean(x.Plain.Brier)
			v.Measured = append(v.Measured, measuredView{v.Say("对照：普通逻辑回归，样本外", "beside it: plain logistic regression, rows held out"), four(auc) + " ± " + four(deviation), four(ks), four(brier)})
		}
		v.AUCWords = fmt.Sprintf(v.Say(
			"任取一户后来变坏的和一户没有变坏的，模型把前者排在后面的机会是 %s（AUC；抛硬币是 50%%）。换一批同样大小的样本，这个数会上下浮动约 %s。",
			"Of one firm that turned out bad and one that did not, the model ranks the former behind with a chance of %s (AUC; a coin has 50%%). Another sample of the size would move that by about %s.",
		), share(x.Held.AUC), share(x.Held.Deviation))
		for _, g := range x.Held.Calibration {
			v.Calibration = append(v.Calibration, calibrationView{g.Rows, share(g.PD), portion(g.Bad, g.Rows)})
		}
		cuts = x.Held.CutOffs
	} else {
		v.AUCWords = v.Say("还没有在没有用过的样本上验证，不知道它区分好坏的能力。", "It has not been validated on other rows: how well it does is not known.")
	}
	for i, k := range cuts {
		if step := max(1, len(cuts)/cutOffRows); i%step == 0 || i == len(cuts)-1 {
			v.CutOffs = append(v.CutOffs, cutOffView{k.Score, share(k.Approved), share(k.BadRate)})
		}
	}
	v.grades()
}

// plain is a number without needless zeros.
func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// grades say what grades stand for, and held in training.
func (v *modelView) grades() {
	for i := range v.Card.Grades {
		g := &v.Card.Grades[i]
		row := gradeView{Name: g.Name, From: strconv.Itoa(g.From), PD: share(float64(g.PD) / 1e9)}
		if i == len(v.Card.Grades)-1 {
			row.From = v.Say("不限", "any")
		}
		if v.Report != nil && i < len(v.Report.Grades) {
			r := &v.Report.Grades[i]
			row.Rows, row.BadRate, row.Worse = r.Rows, portion(r.Bad, r.Rows), r.Rows > 0 && r.Worse < worse
		}
		v.Grades = append(v.Grades, row)
	}
}

// tried is the sample that an imported card was tried on; nil: there is none.
func (v *modelView) tried() *train.Tried {
	if v.Validation == nil {
		return nil
	}
	return v.Validation.Tried
}

// few is below how many bad rows figures say little.
const few = 100

// limits are what a model cannot do.
func (v *modelView) limits() []string {
	m := &v.Model.Manifest
	out := []string{
		v.Say("评分说的是与训练样本相似的企业的一般情况，不是对某一家企业的断言。", "A score speaks of firms like those of the sample in general, not of one firm for certain."),
		v.Say("没有授权、没有查询、部门没有答复的，是未知，不是零；未知按评分卡写明的分数计，训练时没有见过未知的项遇到未知就不评分。", "What was not given, not asked or not answered is unknown, not zero; it has points of its own, and where training had seen no unknown there is no score."),
		v.Say("经济形势或企业群体变化后，表现会变；每月监测，明显变化时预警。", "When times or firms change so does how it does; it is watched by month."),
	}
	if m.Bad > 0 && m.Bad < few {
		out = append(out, fmt.Sprintf(v.Say("训练样本中坏的只有 %d 户，以上数字的误差较大。", "Only %d firms of the sample were bad: figures above are rough."), m.Bad))
	}
	for i := range v.Card.Characteristics {
		if x := &v.Card.Characteristics[i]; x.Unknown == nil {
			out = append(out, v.Say("“"+x.Zh+"”未知的企业不评分。", "Firms of which "+x.En+" is unknown get no score."))
		}
	}
	if r := v.Rejects; r != nil {
		out = append(out, fmt.Sprintf(v.Say(
			"训练时推断了被拒绝企业的结果，假设其违约率是同分的获批企业的 %s 倍；这是假设，数据不能证实。只用获批企业做的卡，训练样本上的 AUC 是 %s。",
			"What would have become of refused firms was inferred, supposing %s times the bad rate of accepted ones of the same score: an assumption that no data can prove. The card of accepted firms alone has an AUC of %s on its own rows.",
		), plain(r.Factor), four(r.Accepted.AUC)))
	}
	if t := v.tried(); t != nil {
		out = append(out, fmt.Sprintf(v.Say("样本外表现取自样本“%s”（%d 户，其中坏的 %d 户，不能评分的 %d 户未计入；SHA-256 %s）。", "How it does was seen on the sample %s (%d firms, %d bad, %d not scored and not counted; SHA-256 %s)."), t.Name, t.Rows, t.Bad, t.Refused, t.SHA256))
	}
	if m.Origin != "" {
		out = append(out, v.Say("评分卡在别处做成，训练过程由导入人说明，本平台没有重做。", "The card was made elsewhere: how is what the importer says, and was not done again here."))
	}
	return append(out, v.Say("对不同规模、年限、乡镇、行业企业的影响，见全市评级的公平性报告。", "How it treats firms by size, age, town and sector is in the fairness reports of runs over the city."))
}
