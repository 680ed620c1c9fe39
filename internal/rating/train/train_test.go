package train_test

import (
	"encoding/csv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/logit"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
)

// data is where data for tests lie.
func data(t testing.TB, path ...string) string {
	folder := os.Getenv("CHANGRONG_TEST_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	file := filepath.Join(append([]string{folder}, path...)...)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the data are not here: %v", err)
	}
	return file
}

// sample reads a file: what is a number everywhere is a quantity.
func sample(t testing.TB, file, target, bad string, leave ...string) *train.Sample {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := &train.Sample{}
	for j, name := range rows[0] {
		if name == target {
			for _, r := range rows[1:] {
				s.Bad = append(s.Bad, r[j] == bad)
			}
			continue
		}
		if slices.Contains(leave, name) {
			continue
		}
		c := train.Column{Feature: &train.Feature{Characteristic: scorecard.Characteristic{Name: name, Zh: name, En: name, Trend: binning.Auto}}}
		number := true
		for _, r := range rows[1:] {
			_, err := strconv.ParseFloat(r[j], 64)
			number = number && (r[j] == "" || err == nil)
		}
		for _, r := range rows[1:] {
			c.Known = append(c.Known, r[j] != "")
			if number {
				x, _ := strconv.ParseFloat(r[j], 64)
				c.Numbers = append(c.Numbers, x)
				continue
			}
			c.Texts = append(c.Texts, r[j])
			if r[j] != "" && !slices.Contains(c.Feature.Categories, r[j]) {
				c.Feature.Categories = append(c.Feature.Categories, r[j])
			}
		}
		s.Columns = append(s.Columns, c)
	}
	return s
}

func german(t testing.TB) *train.Sample {
	return sample(t, filepath.Join("testdata", "german_credit.csv"), "creditability", "bad")
}

// sba leaves out who a firm is, when it was, and all that came after the loan was given.
func sba(t testing.TB) *train.Sample {
	return sample(t, data(t, "credit", "sba_case_2102.csv"), "Default", "1",
		"\ufeffSelected", "LoanNr_ChkDgt", "Name", "City", "State", "Zip", "Bank", "BankState", "ApprovalDate", "ApprovalFY", "DisbursementDate",
		"Term", "ChgOffDate", "BalanceGross", "MIS_Status", "ChgOffPrinGr", "daysterm", "xx")
}

// TestFiguresOfKnownSamples holds cards against a plain regression on the same folds, and
// against figures that others' programs gave for such cards.
func TestFiguresOfKnownSamples(t *testing.T) {
	for _, c := range []struct {
		name string
		read func(testing.TB) *train.Sample
		card float64
	}{{"german credit", german, 0.7890}, {"sba", sba, 0.8071}} {
		t.Run(c.name, func(t *testing.T) {
			v, err := train.Validate(c.read(t), train.DefaultPlan(c.name), 5, []uint64{1, 2, 3})
			if err != nil {
				t.Fatal(err)
			}
			auc, deviation := train.Mean(v.Card.AUC)
			plain, _ := train.Mean(v.Plain.AUC)
			t.Logf("card %.4f ± %.4f, plain regression %.4f", auc, deviation, plain)
			if auc < plain || auc < c.card-0.01 {
				t.Errorf("the card is below: figures of others %.4f", c.card)
			}
			var rows int64
			for _, h := range v.Held.Heaps {
				rows += h.Good + h.Bad
			}
			if all := c.read(t).Bad; rows != int64(len(all)) || math.Abs(v.Held.AUC-auc) > 0.02 || v.Held.Deviation > 0.03 {
				t.Errorf("of %d rows %d are shown, AUC %.4f ± %.4f", len(all), rows, v.Held.AUC, v.Held.Deviation)
			}
		})
	}
}

// invented makes a sample whose risk lies in known features.
func invented(n int, seed uint64) *train.Sample {
	random := rand.New(rand.NewPCG(seed, 9))
	feature := func(name string, trend binning.Trend) *train.Feature {
		return &train.Feature{Characteristic: scorecard.Characteristic{
			Name: name, Zh: name, En: name, Trend: trend, Low: -1e6, High: 1e6, Owner: true, AdviceZh: "改进。", AdviceEn: "Mend it.",
		}}
	}
	arrears, months, noise, town := feature("arrears", binning.Ascending), feature("months", binning.Descending), feature("noise", binning.Auto), feature("town", "")
	arrears.Specials = []scorecard.Special{{Value: -999, Zh: "未申报", En: "not filed"}}
	town.Categories = []string{"古城", "杜桥", "白水洋", "无人"}
	s := &train.Sample{Columns: []train.Column{{Feature: arrears}, {Feature: months}, {Feature: noise}, {Feature: town}}}
	for i := range n {
		a, m, at := random.NormFloat64(), random.NormFloat64(), random.IntN(3)
		s.Bad = append(s.Bad, random.Float64() < logit.Probability(-2+a-m+float64(at)/2))
		unknown := i%17 == 0
		if i%13 == 0 {
			a = -999
		}
		s.Columns[0].Numbers, s.Columns[0].Known = append(s.Columns[0].Numbers, a), append(s.Columns[0].Known, true)
		s.Columns[1].Numbers, s.Columns[1].Known = append(s.Columns[1].Numbers, m), append(s.Columns[1].Known, !unknown)
		s.Columns[2].Numbers, s.Columns[2].Known = append(s.Columns[2].Numbers, random.NormFloat64()), append(s.Columns[2].Known, true)
		s.Columns[3].Texts, s.Columns[3].Known = append(s.Columns[3].Texts, town.Categories[at]), append(s.Columns[3].Known, true)
	}
	return s
}

// TestCardFindsWhatIsThere makes a card of what is known to be so.
func TestCardFindsWhatIsThere(t *testing.T) {
	s := invented(5000, 1)
	p := train.DefaultPlan("发明")
	p.Tendency = 0.05
	card, report, err := train.Train(s, p)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range card.Characteristics {
		x := &card.Characteristics[i]
		names = append(names, x.Name)
		if x.Beta >= 0 {
			t.Errorf("%s turns round: %v", x.Name, x.Beta)
		}
		for k := 1; k < len(x.Bins); k++ {
			rises := x.Bins[k].Points > x.Bins[k-1].Points
			if x.Name == "arrears" && rises || x.Name == "months" && !rises {
				t.Errorf("%s goes the other way: %+v", x.Name, x.Bins)
			}
		}
	}
	if !slices.Equal(names, []string{"arrears", "months", "town"}) || report.Items[2].OutZh == "" {
		t.Errorf("%v %+v", names, report.Items)
	}
	if c := card.Characteristics[0]; len(c.Specials) != 1 || c.Specials[0].Rows() != 385 || c.Unknown != nil {
		t.Errorf("%+v", c.Specials)
	}
	if c := card.Characteristics[1]; c.Unknown == nil || c.Unknown.Rows() != 295 {
		t.Errorf("%+v", c.Unknown)
	}
	var pd, n float64
	for _, g := range report.Grades {
		pd, n = pd+g.PD*float64(g.Rows), n+float64(g.Rows)
	}
	if got := pd / n; math.Abs(got-p.Tendency) > 0.001 {
		t.Errorf("the mean probability is %.4f, and was to be %.4f", got, p.Tendency)
	}
	last := report.CutOffs[len(report.CutOffs)-1]
	if all := float64(report.Total.Bad) / float64(report.Total.Rows()); last.Approved != 1 || math.Abs(last.BadRate-all) > 1e-12 {
		t.Errorf("%+v", last)
	}
	for i := 1; i < len(report.CutOffs); i++ {
		if report.CutOffs[i].Score >= report.CutOffs[i-1].Score {
			t.Fatal("cut-offs out of order")
		}
	}
}

// TestRowsInAnyOrderMakeTheSameCard: bins and points do not hang on the order of rows.
func TestRowsInAnyOrderMakeTheSameCard(t *testing.T) {
	s := invented(800, 2)
	card, _, err := train.Train(s, train.DefaultPlan("次序"))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 3))
	for range 5 {
		other, _, err := train.Train(s.Pick(random.Perm(800)), train.DefaultPlan("次序"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range card.Characteristics {
			a, b := card.Characteristics[i], other.Characteristics[i]
			if !slices.Equal(a.Splits, b.Splits) || len(a.Bins) != len(b.Bins) {
				t.Fatalf("%+v\n%+v", a, b)
			}
			for k := range a.Bins {
				if a.Bins[k].Points != b.Bins[k].Points {
					t.Fatalf("%+v\n%+v", a, b)
				}
			}
		}
	}
}

// TestOrderHoldsInEveryPeriod makes one period say the other thing.
func TestOrderHoldsInEveryPeriod(t *testing.T) {
	s := invented(4000, 4)
	s.Periods = make([]int, 4000)
	for i := range s.Periods {
		s.Periods[i] = i % 2
	}
	steady, _, err := train.Train(s, train.DefaultPlan("时期"))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range s.Periods {
		if p == 1 {
			s.Columns[1].Numbers[i] = -s.Columns[1].Numbers[i]
		}
	}
	turned, report, err := train.Train(s, train.DefaultPlan("时期"))
	if err != nil {
		t.Fatal(err)
	}
	if len(steady.Characteristics) != 3 {
		t.Errorf("%d characteristics", len(steady.Characteristics))
	}
	for _, c := range turned.Characteristics {
		if c.Name == "months" && len(c.Bins) > 1 {
			t.Errorf("%v %+v", c.Splits, report.Items)
		}
	}
}

// TestWrongSamplesAreRefused: each with what is wrong, never with a card.
func TestWrongSamplesAreRefused(t *testing.T) {
	for want, spoil := range map[string]func(*train.Sample, *train.Plan){
		"rating.rows":      func(s *train.Sample, _ *train.Plan) { *s = *s.Pick([]int{1, 2, 3}) },
		"rating.one_class": func(s *train.Sample, _ *train.Plan) { clear(s.Bad) },
		"rating.constant": func(s *train.Sample, _ *train.Plan) {
			for i := range s.Columns[2].Numbers {
				s.Columns[2].Numbers[i] = 5
			}
		},
		"rating.missing":  func(s *train.Sample, _ *train.Plan) { clear(s.Columns[1].Known) },
		"rating.category": func(s *train.Sample, _ *train.Plan) { s.Columns[3].Texts[7] = "他处" },
		"rating.infinite": func(s *train.Sample, _ *train.Plan) { s.Columns[2].Numbers[7] = math.Inf(-1) },
		"rating.range": func(s *train.Sample, _ *train.Plan) { // 万元 for 元
			for i := range s.Columns[2].Numbers {
				s.Columns[2].Numbers[i] *= 1e7
			}
		},
		"rating.leak": func(s *train.Sample, _ *train.Plan) {
			for i, bad := range s.Bad {
				if bad {
					s.Columns[2].Numbers[i] += 10
				}
			}
		},
		"rating.few": func(s *train.Sample, _ *train.Plan) {
			clear(s.Bad)
			copy(s.Bad, []bool{true, true, true, true, true, true, true, true, true})
		},
		"rating.columns": func(s *train.Sample, _ *train.Plan) { s.Columns[1].Numbers = s.Columns[1].Numbers[1:] },
		"rating.nothing_left": func(_ *train.Sample, p *train.Plan) {
			p.Leave = map[string]string{"arrears": "试", "months": "试", "town": "试", "noise": "试"}
		},
		"rating.plan": func(_ *train.Sample, p *train.Plan) { p.MinShare = math.NaN() },
	} {
		s, p := invented(1000, 5), train.DefaultPlan("拒绝")
		spoil(s, p)
		card, _, err := train.Train(s, p)
		if fault.CodeOf(err) != want || card != nil {
			t.Errorf("%v, want %s", err, want)
		}
	}
	// Not to be known tells the outcome too: of bad rows alone, or of good ones.
	for _, kind := range []bool{true, false} {
		for column := range 4 {
			s := invented(1000, 5)
			for i, bad := range s.Bad {
				s.Columns[column].Known[i] = bad == kind
			}
			if _, _, err := train.Train(s, train.DefaultPlan("拒绝")); fault.CodeOf(err) != "rating.leak" {
				t.Errorf("column %d, known of %v: %v", column, kind, err)
			}
		}
	}
	// All at once.
	s := invented(1000, 6)
	s.Columns[2].Numbers[0] = math.NaN()
	s.Columns[3].Texts[0] = "他处"
	_, _, err := train.Train(s, train.DefaultPlan("拒绝"))
	for _, code := range []string{"rating.infinite", "rating.category"} {
		if err == nil || !strings.Contains(err.Error(), code) {
			t.Errorf("%v, want %s too", err, code)
		}
	}
	// Whoever vouches for a feature takes the blame.
	s, p := invented(1000, 7), train.DefaultPlan("担保")
	for i, bad := range s.Bad {
		if bad {
			s.Columns[2].Numbers[i] += 4
		}
	}
	p.Vouched = map[string]string{"noise": "事前已知"}
	if _, _, err := train.Train(s, p); err != nil {
		t.Error(err)
	}
}

func BenchmarkTrain(b *testing.B) {
	s := german(b)
	p := train.DefaultPlan("german")
	for b.Loop() {
		if _, _, err := train.Train(s, p); err != nil {
			b.Fatal(err)
		}
	}
}
