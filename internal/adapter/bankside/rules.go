package bankside

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/origination"
	"changrong/internal/policy/strict"
)

//go:embed example.yaml
var example string

// Example is a file of rules, with what each line does.
func Example() string { return example }

// Rules are how the reference bank answers.
type Rules struct {
	Pace           time.Duration // between two steps about one referral
	Poll           time.Duration // how often it asks what it missed
	Rulings        []Ruling
	ContractPrefix string
	NotePrefix     string
	Branch         string
	Drawdowns      int64
	Reports        []origination.Status
}

// Ruling is what follows when its conditions hold: declining, or an offer.
type Ruling struct {
	AmountOver money.Fen // 0: whatever it is
	MonthsOver int64     // 0: whatever it is
	Purposes   []string  // none: whatever it is
	Sole       bool      // only individual businesses
	Dataset    string    // "": without data
	Field      string    // of its summary
	In         []string  // one of these; none: it must be unknown

	Decline string // code; "": it offers
	Words   string

	Percent   int64 // of what is asked
	Max       money.Fen
	Rate      money.Rate
	Months    int64 // at most
	Method    string
	DayCount  string
	Security  string
	ValidDays int64
}

// always tells whether x has no condition.
func (x *Ruling) always() bool {
	return x.AmountOver == 0 && x.MonthsOver == 0 && len(x.Purposes) == 0 && !x.Sole && x.Dataset == ""
}

// fits tells whether all conditions of x hold. What is not known holds for none but the
// condition that asks for that.
func (x *Ruling) fits(r *origination.Referral, facts known) bool {
	if r.Need.Amount <= x.AmountOver && x.AmountOver > 0 || r.Need.Months <= x.MonthsOver && x.MonthsOver > 0 || x.Sole && !r.Sole {
		return false
	}
	if len(x.Purposes) > 0 && !slices.Contains(x.Purposes, r.Need.Purpose) {
		return false
	}
	if x.Dataset == "" {
		return true
	}
	value, ok := facts[x.Dataset][x.Field]
	if len(x.In) == 0 {
		return !ok
	}
	return ok && slices.Contains(x.In, value)
}

// price is what x offers for r, in whole fen, never more than is asked.
func (x *Ruling) price(r *origination.Referral, now civil.Instant) origination.Price {
	amount := r.Need.Amount / 100 * money.Fen(x.Percent)
	if x.Max > 0 {
		amount = min(amount, x.Max)
	}
	term := r.Need.Months
	if x.Months > 0 {
		term = min(term, x.Months)
	}
	return origination.Price{
		Amount: amount, Rate: x.Rate, Months: term, Method: x.Method, DayCount: x.DayCount, FirstDue: months(now.Date(), 1), Security: x.Security,
		ValidTil: now + civil.Instant(x.ValidDays)*civil.Day, Conditions: x.Words,
	}
}

// needs are the datasets that conditions are about.
func (r *Rules) needs() []string {
	var out []string
	for i := range r.Rulings {
		if d := r.Rulings[i].Dataset; d != "" && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// The file.
type (
	rulesDoc struct {
		Pace           strict.Whole  `yaml:"pace_seconds" doc:"每步之间等待的秒数，缺省 0"`
		Poll           strict.Whole  `yaml:"poll_minutes" doc:"每隔几分钟查一次有无遗漏，缺省 60"`
		Decide         []decideDoc   `yaml:"decide" required:"true" doc:"依次判断，以第一条符合的为准；最后一条不写条件"`
		ContractPrefix strict.Word   `yaml:"contract_prefix" doc:"合同编号的开头，缺省 HT"`
		NotePrefix     strict.Word   `yaml:"note_prefix" doc:"借据编号的开头，缺省 JJ"`
		Branch         strict.Word   `yaml:"branch" doc:"网点名称"`
		Drawdowns      strict.Whole  `yaml:"drawdowns" doc:"分几笔放款，缺省 1"`
		Reports        []strict.Word `yaml:"reports" enum:"current,overdue,repaid" doc:"放款后依次报告的状态"`
	}
	decideDoc struct {
		When    *whenDoc    `yaml:"when" doc:"条件，须全部符合"`
		Decline *declineDoc `yaml:"decline" doc:"不予通过"`
		Offer   *offerDoc   `yaml:"offer" doc:"报价"`
	}
	whenDoc struct {
		AmountOver strict.Word   `yaml:"amount_over_yuan" doc:"申请金额超过"`
		MonthsOver strict.Whole  `yaml:"months_over" doc:"申请期限超过（月）"`
		Purposes   []strict.Word `yaml:"purposes" doc:"用途之一"`
		Sole       strict.Flag   `yaml:"sole_trader" doc:"是个体工商户"`
		Data       *dataDoc      `yaml:"data" doc:"经授权查询的数据"`
	}
	dataDoc struct {
		Dataset strict.Word   `yaml:"dataset" required:"true" doc:"数据集，如 tax.grade"`
		Field   strict.Word   `yaml:"field" required:"true" doc:"汇总项，如 grade"`
		In      []strict.Word `yaml:"in" doc:"取值之一；不写则为“不知道”"`
	}
	declineDoc struct {
		Code  strict.Word `yaml:"code" required:"true" doc:"原因代码"`
		Words strict.Word `yaml:"words" required:"true" doc:"给企业的说明"`
	}
	offerDoc struct {
		Percent   strict.Whole `yaml:"percent" doc:"占申请金额的百分比，缺省 100"`
		Max       strict.Word  `yaml:"max_yuan" doc:"至多"`
		Rate      strict.Word  `yaml:"rate" required:"true" doc:"年利率，如 3.65%"`
		Months    strict.Whole `yaml:"max_months" doc:"期限至多（月）"`
		Method    strict.Word  `yaml:"method" doc:"还款方式，缺省 bullet"`
		DayCount  strict.Word  `yaml:"day_count" enum:"act_360,act_365,30_360" doc:"计息基准，缺省 act_360"`
		Security  strict.Word  `yaml:"security" doc:"担保方式，缺省 credit"`
		ValidDays strict.Whole `yaml:"valid_days" doc:"有效期，缺省 7 天"`
		Words     strict.Word  `yaml:"conditions" doc:"条件说明"`
	}
)

// OpenRules reads a file of rules.
//
// Errors: those of strict.Read, bank.rules, each placed in the file.
func OpenRules(path string) (*Rules, error) {
	var doc rulesDoc
	name := filepath.Base(path)
	if err := strict.Read(os.DirFS(filepath.Dir(path)), name, &doc); err != nil {
		return nil, err
	}
	return doc.rules()
}

// ParseRules is OpenRules of a text. Errors: those of strict.Decode, bank.rules.
func ParseRules(text string) (*Rules, error) {
	var doc rulesDoc
	if err := strict.Decode([]byte(text), &doc); err != nil {
		return nil, err
	}
	return doc.rules()
}

// Limits of rules.
const (
	maxPace      = 24 * 60 * 60 // seconds
	maxPoll      = 60           // minutes
	maxDrawdowns = 20
	maxValid     = 90 // days
)

func (d *rulesDoc) rules() (*Rules, error) {
	r := &Rules{
		Pace: time.Duration(d.Pace.N) * time.Second, Poll: time.Duration(or(d.Poll.N, maxPoll)) * time.Minute, Drawdowns: int64(or(d.Drawdowns.N, 1)),
		ContractPrefix: d.ContractPrefix.Text, NotePrefix: d.NotePrefix.Text, Branch: d.Branch.Text,
	}
	if d.ContractPrefix.Blank() {
		r.ContractPrefix = "HT"
	}
	if d.NotePrefix.Blank() {
		r.NotePrefix = "JJ"
	}
	if d.Pace.N > maxPace || d.Poll.N > maxPoll || r.Drawdowns > maxDrawdowns {
		return nil, fault.Invalidf("bank.rules", "每步至多间隔一天，至少每小时查一次遗漏，至多分%d笔放款", "a pace of up to a day, a look at least every hour, at most %d drawdowns", maxDrawdowns)
	}
	for _, w := range d.Reports {
		r.Reports = append(r.Reports, origination.Status(w.Text))
	}
	for i := range d.Decide {
		x, err := d.Decide[i].ruling()
		if err != nil {
			return nil, err
		}
		r.Rulings = append(r.Rulings, *x)
	}
	for i := range r.Rulings {
		if last := i == len(r.Rulings)-1; r.Rulings[i].always() != last {
			return nil, fault.Invalidf("bank.rules", "decide 的最后一条不写条件，其余各条须写条件（第%d条）", "the last of decide has no condition and all others have (number %d)", i+1)
		}
	}
	return r, nil
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// word is w's text, which is one of words.
func word(w strict.Word, words []origination.Word, otherwise string) (string, error) {
	if w.Blank() {
		return otherwise, nil
	}
	if !slices.ContainsFunc(words, func(x origination.Word) bool { return x.Code == w.Text }) {
		return "", w.Wrong("bank.rules", "没有这个代码", "there is no such code")
	}
	return w.Text, nil
}

// yuan is an amount in whole fen; nothing where none is written.
func yuan(w strict.Word) (money.Fen, error) {
	if w.Blank() {
		return 0, nil
	}
	f, err := money.ParseYuan(w.Text)
	if err != nil || f <= 0 {
		return 0, w.Wrong("bank.rules", "应为大于零的元数", "an amount in yuan, above nothing")
	}
	return f, nil
}

func (d *decideDoc) ruling() (*Ruling, error) {
	x := &Ruling{}
	if err := d.When.put(x); err != nil {
		return nil, err
	}
	if (d.Decline == nil) == (d.Offer == nil) {
		return nil, fault.Invalidf("bank.rules", "decide 的每一条写 decline 或 offer 之一", "each of decide has either decline or offer")
	}
	var err error
	if d.Decline != nil {
		x.Words = d.Decline.Words.Text
		x.Decline, err = word(d.Decline.Code, origination.Refusals(), "")
		return x, err
	}
	return x, d.Offer.put(x)
}

func (d *whenDoc) put(x *Ruling) (err error) {
	if d == nil {
		return nil
	}
	if x.AmountOver, err = yuan(d.AmountOver); err != nil {
		return err
	}
	x.MonthsOver, x.Sole = int64(d.MonthsOver.N), d.Sole.On
	for _, w := range d.Purposes {
		p, err := word(w, origination.Purposes(), "")
		if err != nil {
			return err
		}
		x.Purposes = append(x.Purposes, p)
	}
	if d.Data != nil {
		x.Dataset, x.Field = d.Data.Dataset.Text, d.Data.Field.Text
		for _, w := range d.Data.In {
			x.In = append(x.In, w.Text)
		}
	}
	return nil
}

func (d *offerDoc) put(x *Ruling) (err error) {
	x.Percent, x.Months, x.ValidDays, x.Words, x.DayCount = int64(or(d.Percent.N, 100)), int64(d.Months.N), int64(or(d.ValidDays.N, 7)), d.Words.Text, d.DayCount.Text
	if x.Percent > 100 || x.ValidDays > maxValid {
		return fault.Invalidf("bank.rules", "报价至多为申请金额的100%%，至多有效%d天", "an offer is for up to 100 %% of what is asked, valid for up to %d days", maxValid)
	}
	if d.DayCount.Blank() {
		x.DayCount = "act_360"
	}
	if x.Max, err = yuan(d.Max); err != nil {
		return err
	}
	if x.Rate, err = money.ParseRate(d.Rate.Text); err != nil {
		return d.Rate.Wrong("bank.rules", "应为年利率，如 3.65%", "a yearly rate such as 3.65%")
	}
	if x.Method, err = word(d.Method, origination.Methods(), "bullet"); err != nil {
		return err
	}
	x.Security, err = word(d.Security, origination.Securities(), "credit")
	return err
}
