package feature

import (
	"embed"
	"io/fs"
	"slices"
	"strconv"

	"changrong/internal/base/fault"
	"changrong/internal/policy/strict"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// Measure is what a feature measures of its rows.
type Measure string

// The measures. Months without rows count as 0 in all that are by month.
const (
	Latest        Measure = "latest"        // the value of the last row; of texts, a category
	Sum           Measure = "sum"           // of the field
	Count         Measure = "count"         // of rows whose field is above 0; without a field, of rows
	Ratio         Measure = "ratio"         // of the sum of the field to that of another
	Growth        Measure = "growth"        // of the sum, over the window before
	Volatility    Measure = "volatility"    // deviation of monthly sums ÷ their mean
	Slope         Measure = "slope"         // of monthly sums a month, by least squares, ÷ their mean
	Active        Measure = "active"        // months whose sum is above 0
	Gap           Measure = "gap"           // the most months in a row whose sum is not
	Concentration Measure = "concentration" // Σ of squared shares of the sum, by party (HHI)
	Since         Measure = "since"         // full months since the earliest day of the field
)

// Feature is a declared characteristic.
type Feature struct {
	train.Feature
	Source  string  // table
	Measure Measure //
	Field   string  // that is measured
	To      string  // of Ratio, the other field; of Concentration, the party's
	Window  int     // months; 0: all rows
}

// Set are features, in the order in which they were declared.
type Set struct {
	Name     string
	Features []Feature
}

// The file of a set.
type (
	setDoc struct {
		Format   strict.Word  `yaml:"format" required:"true" enum:"changrong.features/1" doc:"文件格式"`
		Name     strict.Word  `yaml:"name" required:"true" doc:"名称"`
		Features []featureDoc `yaml:"features" required:"true" doc:"指标"`
	}
	featureDoc struct {
		Name       strict.Word   `yaml:"name" required:"true" doc:"标识"`
		Zh         strict.Word   `yaml:"zh" required:"true" doc:"名称"`
		En         strict.Word   `yaml:"en" required:"true" doc:"英文名称"`
		Source     strict.Word   `yaml:"source" required:"true" doc:"数据来源：数据集标识，加 /summary 为其汇总；逐张发票为 invoices.out、invoices.in"`
		Measure    strict.Word   `yaml:"measure" required:"true" enum:"latest,sum,count,ratio,growth,volatility,slope,active,gap,concentration,since" doc:"算法"`
		Field      strict.Word   `yaml:"field" doc:"对哪个数据项"`
		To         strict.Word   `yaml:"to" doc:"比率的分母，或集中度按什么分"`
		Window     strict.Whole  `yaml:"window" doc:"期间，月"`
		Unit       strict.Word   `yaml:"unit" doc:"单位"`
		Low        strict.Word   `yaml:"low" doc:"可能的最小值；超出多半是单位不对"`
		High       strict.Word   `yaml:"high" doc:"可能的最大值"`
		Trend      strict.Word   `yaml:"trend" enum:"ascending,descending,peak,valley,auto" doc:"值越大坏账率如何：政策判断，不由数据决定"`
		Categories []strict.Word `yaml:"categories" doc:"所有可能的类别"`
		Specials   []specialDoc  `yaml:"specials" doc:"不是数量的特殊值"`
		AdviceZh   strict.Word   `yaml:"advice_zh" doc:"企业可以做什么；不写则企业无能为力，不作为理由"`
		AdviceEn   strict.Word   `yaml:"advice_en" doc:"同上，英文"`
	}
	specialDoc struct {
		Value strict.Word `yaml:"value" required:"true" doc:"值"`
		Zh    strict.Word `yaml:"zh" required:"true" doc:"含义"`
		En    strict.Word `yaml:"en" required:"true" doc:"英文含义"`
	}
)

//go:embed sets/*.yaml
var shipped embed.FS

// Load reads a set that the program ships: "smefeatures" for small firms.
//
// Errors: those of LoadFrom.
func Load(name string) (*Set, error) { return LoadFrom(shipped, "sets/"+name+".yaml") }

// Limits of a set.
const (
	maxFeatures = scorecard.MaxCharacteristics * 3
	maxWindow   = 120 // months
)

// LoadFrom reads a set.
//
// Errors, placed by file, line and column: those of strict.Read, rating.feature.
func LoadFrom(fsys fs.FS, name string) (*Set, error) {
	doc := new(setDoc)
	if err := strict.Read(fsys, name, doc); err != nil {
		return nil, err
	}
	s, err := doc.set()
	if err != nil {
		return nil, fault.Of(err).In(fault.Place{File: name})
	}
	return s, nil
}

// Parse reads a set that is at hand.
//
// Errors, placed by line and column: those of strict.Decode, rating.feature.
func Parse(text []byte) (*Set, error) {
	doc := new(setDoc)
	if err := strict.Decode(text, doc); err != nil {
		return nil, err
	}
	return doc.set()
}

// Text is a set that the program ships, as it is written. Errors: that it ships none.
func Text(name string) ([]byte, error) { return shipped.ReadFile("sets/" + name + ".yaml") }

// set reads the declarations.
func (d *setDoc) set() (*Set, error) {
	s := &Set{Name: d.Name.Text}
	if len(d.Features) > maxFeatures {
		return nil, d.Name.Wrong("rating.feature", "至多"+strconv.Itoa(maxFeatures)+"项指标", "too many features")
	}
	for i := range d.Features {
		f, err := d.Features[i].feature()
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(s.Features, func(o Feature) bool { return o.Name == f.Name }) {
			return nil, d.Features[i].Name.Wrong("rating.feature", "标识重复", "comes twice")
		}
		s.Features = append(s.Features, *f)
	}
	return s, nil
}

// feature reads one declaration.
func (d *featureDoc) feature() (*Feature, error) {
	f := &Feature{Source: d.Source.Text, Measure: Measure(d.Measure.Text), Field: d.Field.Text, To: d.To.Text, Window: d.Window.N}
	f.Name, f.Zh, f.En, f.Unit, f.Trend = d.Name.Text, d.Zh.Text, d.En.Text, d.Unit.Text, binning.Trend(d.Trend.Text)
	f.AdviceZh, f.AdviceEn = d.AdviceZh.Text, d.AdviceEn.Text
	f.Owner = f.AdviceZh != ""
	for _, c := range d.Categories {
		f.Categories = append(f.Categories, c.Text)
	}
	by := map[Measure]bool{Ratio: true, Concentration: true}
	needs := f.Measure != Count && f.Field == "" || by[f.Measure] != (f.To != "")
	switch {
	case needs:
		return nil, d.Measure.Wrong("rating.feature", "缺少或多写了 field、to", "lacks field or to, or has one too many")
	case f.Window < 0 || f.Window > maxWindow || f.Window == 0 && (f.Measure == Growth || f.Measure == Volatility || f.Measure == Slope || f.Measure == Active || f.Measure == Gap):
		return nil, d.Measure.Wrong("rating.feature", "期间应为1至120个月", "needs a window of 1 to 120 months")
	case len(f.Categories) > 0 && (f.Measure != Latest || f.Trend != ""):
		return nil, d.Measure.Wrong("rating.feature", "类别只能取最近的值，没有趋势", "a category is the latest value, and has no trend")
	case len(f.Categories) == 0 && f.Trend == "":
		return nil, d.Name.Wrong("rating.feature", "没有写明趋势", "has no trend")
	case (f.AdviceZh == "") != (f.AdviceEn == ""):
		return nil, d.Name.Wrong("rating.feature", "企业可以做什么，中英文要都写", "has advice in one language")
	}
	var err error
	if f.Low, err = number(d.Low); err != nil {
		return nil, err
	}
	if f.High, err = number(d.High); err != nil {
		return nil, err
	}
	for _, s := range d.Specials {
		x, err := number(s.Value)
		if err != nil {
			return nil, err
		}
		f.Specials = append(f.Specials, scorecard.Special{Value: x, Zh: s.Zh.Text, En: s.En.Text})
	}
	return f, nil
}

// number reads a number; nothing is 0.
func number(w strict.Word) (float64, error) {
	if w.Text == "" {
		return 0, nil
	}
	x, err := strconv.ParseFloat(w.Text, 64)
	if err != nil || x-x != 0 {
		return 0, w.Wrong("rating.feature", "不是数", "is no number")
	}
	return x, nil
}
