package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/adapter/invoice"
	"changrong/internal/adapter/samplefile"
	"changrong/internal/adapter/sheet"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"

	"github.com/spf13/cobra"
)

func ratingCommand() *cobra.Command {
	c := &cobra.Command{Use: "rating", Short: "信用评级：指标、训练、评价、评分、导出评分卡"}
	c.AddCommand(ratingFeatures(), ratingTrain(), ratingEval(), ratingScore(), ratingExport())
	return c
}

// sampleFlags say where a sample is, and what its columns mean.
type sampleFlags struct {
	data, features, plan string
	samplefile.Options
}

func (f *sampleFlags) declare(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.data, "data", "", "样本（CSV）")
	flags.StringVar(&f.features, "features", "", "指标文件（YAML），或 smefeatures；不写则按数据推断，只供初看")
	flags.StringVar(&f.plan, "plan", "", "建模方案（JSON）；只写与默认不同的项")
	flags.StringVar(&f.Target, "target", "", "结果所在的列")
	flags.StringVar(&f.Bad, "bad", "1", "结果为坏的值")
	flags.StringVar(&f.Period, "period", "", "时期所在的列；分箱在每个时期内次序一致")
	flags.StringSliceVar(&f.Leave, "leave", nil, "不用的列")
	mustHave(c, "data", "target")
}

// read reads the sample and the plan.
func (f *sampleFlags) read() (*train.Sample, *train.Plan, error) {
	p := train.DefaultPlan(filepath.Base(f.data))
	if f.plan != "" {
		b, err := readFile(f.plan)
		if err != nil {
			return nil, nil, err
		}
		in := json.NewDecoder(bytes.NewReader(b))
		in.DisallowUnknownFields()
		if err := in.Decode(p); err != nil {
			return nil, nil, fault.New(fault.Invalid, "rating.plan", "建模方案不是所要求的JSON："+err.Error(), "the plan is not as it should be").In(fault.Place{File: f.plan})
		}
	}
	if f.features != "" {
		set, err := featureSet(f.features)
		if err != nil {
			return nil, nil, err
		}
		f.Features = set
	}
	file, err := open(f.data)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	s, err := samplefile.Read(file, f.Options)
	if err != nil {
		return nil, nil, fault.Of(err).In(fault.Place{File: f.data})
	}
	return s, p, nil
}

// featureSet reads a file of features, or takes one that ships.
func featureSet(name string) (*feature.Set, error) {
	if !strings.ContainsAny(name, `./\`) {
		return feature.Load(name)
	}
	return feature.LoadFrom(os.DirFS(filepath.Dir(name)), filepath.Base(name))
}

func ratingTrain() *cobra.Command {
	f := &sampleFlags{}
	var out, report string
	c := &cobra.Command{
		Use: "train", Short: "由样本训练评分卡", Args: cobra.NoArgs,
		Example: "  changrong rating train --data 样本.csv --features smefeatures --target 违约 --bad 1 --out 评分卡.json --report 报告.json",
		RunE: func(c *cobra.Command, _ []string) error {
			s, p, err := f.read()
			if err != nil {
				return err
			}
			card, r, err := train.Train(s, p)
			if err != nil {
				return printFaults(c, err)
			}
			printTraining(c.OutOrStdout(), card, r)
			b, err := card.JSON()
			if err != nil {
				return err
			}
			if err := toFile(c.OutOrStdout(), out, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
				return err
			}
			if report == "" {
				return nil
			}
			return toFile(c.OutOrStdout(), report, func(w io.Writer) error {
				enc := json.NewEncoder(w)
				enc.SetIndent("", "  ")
				return enc.Encode(r)
			})
		},
	}
	f.declare(c)
	c.Flags().StringVar(&out, "out", "", "评分卡（JSON）")
	c.Flags().StringVar(&report, "report", "", "训练报告（JSON）")
	mustHave(c, "out")
	return c
}

// printFaults prints all that is wrong with a sample.
func printFaults(c *cobra.Command, err error) error {
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	for _, e := range all.Unwrap() {
		printFault(c.ErrOrStderr(), e)
	}
	return errReported
}

// printTraining prints what became of each feature, and how the card does.
func printTraining(w io.Writer, card *scorecard.Card, r *train.Report) {
	t := sheet.Text{Head: []string{"指标", "信息值", "系数", "标准误", "分箱", "分值", "说明"}, Right: []bool{false, true, true, true, true, true, false}}
	for _, i := range r.Items {
		row := []string{i.Zh, fmt.Sprintf("%.3f", i.IV), "", "", "", "", i.OutZh}
		if n := slices.IndexFunc(card.Characteristics, func(x scorecard.Characteristic) bool { return x.Name == i.Name }); n >= 0 {
			x := &card.Characteristics[n]
			low, high := x.Bins[0].Points, x.Bins[0].Points
			for _, b := range x.Bins {
				low, high = min(low, b.Points), max(high, b.Points)
			}
			row = []string{i.Zh, row[1], fmt.Sprintf("%.3f", i.Beta), fmt.Sprintf("%.3f", i.Deviation), fmt.Sprint(len(x.Bins)), fmt.Sprintf("%d至%d", low, high), ""}
		}
		t.Add(row...)
	}
	fmt.Fprint(w, t.String())
	low, high := card.Range()
	fmt.Fprintf(w, "样本%d条，坏样本%d条；评分%d至%d；在训练样本上AUC %.4f，KS %.4f，Brier %.4f（偏乐观，实际效果见 rating eval）\n",
		r.Total.Rows(), r.Total.Bad, low, high, r.AUC, r.KS, r.Brier)
}

func ratingEval() *cobra.Command {
	f := &sampleFlags{}
	var folds int
	var seeds []int64
	c := &cobra.Command{
		Use: "eval", Short: "交叉验证：评分卡在没有用来训练的样本上如何，与普通逻辑回归比较", Args: cobra.NoArgs,
		Example: "  changrong rating eval --data german_credit.csv --target creditability --bad bad",
		RunE: func(c *cobra.Command, _ []string) error {
			if folds < 2 || folds > 20 || len(seeds) == 0 || len(seeds) > 50 {
				return usageError{fmt.Errorf("--folds 应为2至20，--seeds 应为1至50个")}
			}
			s, p, err := f.read()
			if err != nil {
				return err
			}
			var list []uint64
			for _, seed := range seeds {
				list = append(list, uint64(seed))
			}
			v, err := train.Validate(s, p, folds, list)
			if err != nil {
				return printFaults(c, err)
			}
			printValidation(c.OutOrStdout(), s, v, folds, seeds)
			return nil
		},
	}
	f.declare(c)
	c.Flags().IntVar(&folds, "folds", 5, "份数")
	c.Flags().Int64SliceVar(&seeds, "seeds", []int64{1, 2, 3}, "随机种子")
	return c
}

// printValidation prints figures by seed, and over all.
func printValidation(w io.Writer, s *train.Sample, v *train.Validation, folds int, seeds []int64) {
	bad := 0
	for _, b := range s.Bad {
		if b {
			bad++
		}
	}
	fmt.Fprintf(w, "样本%d条，坏样本%d条；分%d份，轮流留出一份\n", len(s.Bad), bad, folds)
	t := sheet.Text{Head: []string{"种子", "评分卡AUC", "KS", "Brier", "普通逻辑回归AUC"}, Right: []bool{true, true, true, true, true}}
	line := func(name string, from, to int) {
		auc, _ := train.Mean(v.Card.AUC[from:to])
		ks, _ := train.Mean(v.Card.KS[from:to])
		brier, _ := train.Mean(v.Card.Brier[from:to])
		plain, _ := train.Mean(v.Plain.AUC[from:to])
		t.Add(name, fmt.Sprintf("%.4f", auc), fmt.Sprintf("%.4f", ks), fmt.Sprintf("%.4f", brier), fmt.Sprintf("%.4f", plain))
	}
	for i, seed := range seeds {
		line(strconv.FormatInt(seed, 10), i*folds, (i+1)*folds)
	}
	line("合计", 0, len(v.Card.AUC))
	fmt.Fprint(w, t.String())
	auc, deviation := train.Mean(v.Card.AUC)
	plain, other := train.Mean(v.Plain.AUC)
	fmt.Fprintf(w, "评分卡AUC %.4f ± %.4f，普通逻辑回归 %.4f ± %.4f（±为各份之间的标准差）\n", auc, deviation, plain, other)
}

func ratingScore() *cobra.Command {
	var card, data, out string
	c := &cobra.Command{
		Use: "score", Short: "按评分卡给样本评分，说明理由", Args: cobra.NoArgs,
		Example: "  changrong rating score --card 评分卡.json --data 企业.csv --out 评分.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := scorer(card)
			if err != nil {
				return err
			}
			in, err := open(data)
			if err != nil {
				return err
			}
			defer in.Close()
			return toFile(c.OutOrStdout(), out, func(w io.Writer) error {
				if err := scoreRows(s, in, w); err != nil {
					return fault.Of(err).In(fault.Place{File: data})
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&card, "card", "", "评分卡（JSON）")
	c.Flags().StringVar(&data, "data", "", "企业（CSV），列名同评分卡的指标，其余列照抄")
	c.Flags().StringVar(&out, "out", "", "写到哪个文件；不写为屏幕")
	mustHave(c, "card", "data")
	return c
}

// scorer reads a card.
func scorer(name string) (*scorecard.Scorer, error) {
	b, err := readFile(name)
	if err != nil {
		return nil, err
	}
	card, err := scorecard.Read(b)
	if err != nil {
		return nil, fault.Of(err).In(fault.Place{File: name})
	}
	return card.Scorer()
}

// scoreRows scores every row, and writes it with what is said of it. A row that cannot be
// scored says why in place of a score.
func scoreRows(s *scorecard.Scorer, r io.Reader, w io.Writer) error {
	in, err := samplefile.Open(r)
	if err != nil {
		return err
	}
	at := make([]int, len(s.Characteristics))
	for i := range at {
		if at[i] = slices.Index(in.Names, s.Characteristics[i].Name); at[i] < 0 {
			return fault.Invalidf("rating.columns", "没有列“%s”", "there is no column %s", s.Characteristics[i].Name)
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(append(slices.Clone(in.Names), "score", "grade", "pd_ppb", "reasons", "next", "refused")); err != nil {
		return err
	}
	for {
		cells, _, err := in.Next()
		if errors.Is(err, io.EOF) {
			out.Flush()
			return out.Error()
		}
		if err != nil {
			return err
		}
		tail, err := scoreRow(s, cells, at)
		if err != nil {
			tail = []string{"", "", "", "", "", fault.Of(err).Zh + "（" + fault.CodeOf(err) + "）"}
		}
		if err := out.Write(append(slices.Clone(cells), tail...)); err != nil {
			return err
		}
	}
}

// scoreRow is what a card says of a row, whose values are at some of its cells.
func scoreRow(s *scorecard.Scorer, cells []string, at []int) ([]string, error) {
	values := make([]scorecard.Value, len(at))
	for i := range at {
		x := &s.Characteristics[i]
		var err error
		if values[i], err = samplefile.Value(cells[at[i]], x.Category()); err != nil {
			return nil, fault.Invalidf("rating.cell", "%s“%s”%s", "%s: %s %s", x.Zh, fault.Clip(cells[at[i]]), fault.Of(err).Zh)
		}
	}
	r, err := s.Score(values)
	if err != nil {
		return nil, err
	}
	var reasons []string
	for _, x := range s.Reasons(r) {
		reasons = append(reasons, x.Zh)
	}
	return []string{strconv.Itoa(r.Score), r.Grade, strconv.FormatInt(r.PD, 10), strings.Join(reasons, " "), next(s.Next(r)), ""}, nil
}

// next says what would bring the next better grade.
func next(n scorecard.Next) string {
	if n.Grade == "" {
		return ""
	}
	out := fmt.Sprintf("到%s还差%d分", n.Grade, n.Missing)
	for i, c := range n.Changes {
		out += map[bool]string{true: "：", false: "；"}[i == 0] + c.Zh
	}
	return out
}

func ratingExport() *cobra.Command {
	var card, as, table, key, out string
	c := &cobra.Command{
		Use: "export", Short: "把评分卡写成PMML或SQL", Args: cobra.NoArgs,
		Example: "  changrong rating export --card 评分卡.json --as pmml --out 评分卡.pmml\n  changrong rating export --card 评分卡.json --as sql --table 企业 --key 统一社会信用代码",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := scorer(card)
			if err != nil {
				return err
			}
			var text []byte
			switch as {
			case "pmml":
				text, err = s.PMML()
			case "sql":
				var q string
				q, err = s.SQL(table, key)
				text = []byte(q)
			default:
				return usageError{fmt.Errorf("--as 应为 pmml 或 sql：%s", as)}
			}
			if err != nil {
				return err
			}
			return toFile(c.OutOrStdout(), out, func(w io.Writer) error { _, err := w.Write(text); return err })
		},
	}
	flags := c.Flags()
	flags.StringVar(&card, "card", "", "评分卡（JSON）")
	flags.StringVar(&as, "as", "pmml", "pmml 或 sql")
	flags.StringVar(&table, "table", "firms", "SQL 从哪张表取指标")
	flags.StringVar(&key, "key", "uscc", "SQL 结果的主键")
	flags.StringVar(&out, "out", "", "写到哪个文件；不写为屏幕")
	mustHave(c, "card")
	return c
}

func ratingFeatures() *cobra.Command {
	var set, firms, issued, received, on, out string
	c := &cobra.Command{
		Use: "features", Short: "由发票明细计算企业指标，写成样本", Args: cobra.NoArgs,
		Example: "  changrong rating features --firms 企业.csv --issued 销项.csv.gz --received 进项.csv.gz --out 样本.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := featureSet(set)
			if err != nil {
				return err
			}
			s = ofInvoices(s)
			book := invoice.NewBook()
			for table, name := range map[string]string{invoice.Out: issued, invoice.In: received} {
				if err := addInvoices(c.ErrOrStderr(), book, table, name); err != nil {
					return err
				}
			}
			day := (book.Last() + 1).First()
			if on != "" {
				if day, err = civil.ParseDate(on); err != nil {
					return at("on", err)
				}
			}
			if n := book.Found(); n > 0 {
				fmt.Fprintf(c.ErrOrStderr(), "疑似重复的发票%d对（代码、号码、日期、对方、价税合计都相同）；照常计入，请核实\n", n)
			}
			in, err := open(firms)
			if err != nil {
				return err
			}
			defer in.Close()
			return toFile(c.OutOrStdout(), out, func(w io.Writer) error {
				if err := writeFeatures(w, in, s, book, day); err != nil {
					return fault.Of(err).In(fault.Place{File: firms})
				}
				return nil
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&set, "set", "smefeatures", "指标文件（YAML），或 smefeatures；只算逐张发票的指标")
	flags.StringVar(&firms, "firms", "", "企业（CSV），第一列为企业的标识，其余列照抄")
	flags.StringVar(&issued, "issued", "", "销项发票（CSV，可为gzip）")
	flags.StringVar(&received, "received", "", "进项发票（CSV，可为gzip）")
	flags.StringVar(&on, "on", "", "截止日期；不写为最后一张发票的次月一日")
	flags.StringVar(&out, "out", "", "样本（CSV）")
	mustHave(c, "firms", "issued", "received", "out")
	return c
}

// ofInvoices are the features of a set that single invoices are enough for.
func ofInvoices(s *feature.Set) *feature.Set {
	out := &feature.Set{Name: s.Name}
	for _, f := range s.Features {
		if f.Source == invoice.Out || f.Source == invoice.In {
			out.Features = append(out.Features, f)
		}
	}
	return out
}

// addInvoices reads a file of invoices, and says which rows were left out.
func addInvoices(w io.Writer, book *invoice.Book, table, name string) error {
	f, err := open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := book.Add(table, f)
	if err != nil {
		return fault.Of(err).In(fault.Place{File: name})
	}
	for _, e := range s.Errors {
		printFault(w, fault.Of(e).In(fault.Place{File: name}))
	}
	if s.Wrong > 0 {
		fmt.Fprintf(w, "%s：%d行中%d行有误，没有计入\n", name, s.Rows, s.Wrong)
	}
	return nil
}

// writeFeatures measures every firm.
func writeFeatures(w io.Writer, firms io.Reader, s *feature.Set, book *invoice.Book, day civil.Date) error {
	in, err := samplefile.Open(firms)
	if err != nil {
		return err
	}
	out, err := samplefile.NewWriter(w, s, in.Names)
	if err != nil {
		return err
	}
	for {
		cells, _, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out.Close()
		}
		if err != nil {
			return err
		}
		firm := book.Firm(cells[0])
		values := make([]scorecard.Value, len(s.Features))
		for i := range values {
			values[i] = s.Features[i].Of(firm, day)
		}
		if err := out.Write(cells, values); err != nil {
			return err
		}
	}
}
