package scorecard_test

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"changrong/internal/base/fault"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/scorecard/scorecardtest"

	"pgregory.net/rapid"
)

// TestOneCardOneScore scores the same firms one by one, in a batch, by the card read back
// from its file and by its PMML.
func TestOneCardOneScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := scorecardtest.Draw(t)
		s, err := c.Scorer()
		if err != nil {
			t.Fatal(err)
		}
		file, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		read, err := scorecard.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := read.JSON(); err != nil || !bytes.Equal(again, file) {
			t.Fatalf("%v\n%s\n%s", err, file, again)
		}
		again, err := read.Scorer()
		if err != nil {
			t.Fatal(err)
		}
		firms := make([][]scorecard.Value, rapid.IntRange(1, 8).Draw(t, "firms"))
		for i := range firms {
			firms[i] = scorecardtest.Values(t, c)
		}
		byPMML := pmmlOf(t, c)
		columns := make([][]scorecard.Code, len(c.Characteristics))
		var scores []int
		for _, firm := range firms {
			r, err := s.Score(firm)
			r2, err2 := again.Score(firm)
			p, scored := byPMML(firm)
			if err != nil {
				if err2 == nil || scored {
					t.Fatalf("%v is refused (%v), and scored elsewhere: %v", firm, err, scored)
				}
				continue
			}
			if err2 != nil || r2.Score != r.Score || r2.PD != r.PD || !scored || p != r.Score {
				t.Fatalf("%v: %d; read back %v %v, pmml %v %v", firm, r.Score, r2, err2, p, scored)
			}
			scores = append(scores, r.Score)
			for i, part := range r.Parts {
				columns[i] = append(columns[i], part.Code)
			}
			explained(t, s, r)
		}
		batch, err := s.Batch(columns)
		if err != nil || len(batch) != len(scores) {
			t.Fatal(err)
		}
		for i := range batch {
			if int(batch[i]) != scores[i] {
				t.Fatalf("%d in the batch, %d alone", batch[i], scores[i])
			}
		}
	})
}

// explained looks whether what is said about a score is so.
func explained(t *rapid.T, s *scorecard.Scorer, r *scorecard.Result) {
	reasons := s.Reasons(r)
	if len(reasons) > 4 {
		t.Fatal(reasons)
	}
	for i, x := range reasons {
		n := slices.IndexFunc(s.Characteristics, func(c scorecard.Characteristic) bool { return c.Name == x.Name })
		if !s.Characteristics[n].Owner || x.Lost != reach(&s.Characteristics[n])-r.Parts[n].Points || x.Lost <= 0 || i > 0 && x.Lost > reasons[i-1].Lost {
			t.Fatalf("%+v", reasons)
		}
	}
	next := s.Next(r)
	if r.Grade == "A" && next.Grade != "" || r.Grade != "A" && next.Missing <= 0 {
		t.Fatalf("%s: %+v", r.Grade, next)
	}
	score := r.Score
	best := score
	for i, p := range r.Parts {
		if x := &s.Characteristics[i]; x.Owner {
			most := p.Points
			for _, b := range x.Bins {
				most = max(most, b.Points)
			}
			best += most - p.Points
		}
	}
	for _, c := range next.Changes {
		score += c.Gained
	}
	if need := r.Score + next.Missing; len(next.Changes) > 0 && score < need || next.Grade != "" && len(next.Changes) == 0 && best >= need {
		t.Fatalf("%d, best %d: %+v", r.Score, best, next)
	}
}

// node is any element of a document.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (n *node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *node) all(name string) (out []node) {
	for _, c := range n.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// pmmlOf reads the card's PMML as the specification says, knowing nothing of cards.
func pmmlOf(t *rapid.T, c *scorecard.Card) func([]scorecard.Value) (int, bool) {
	b, err := c.PMML()
	if err != nil {
		t.Fatal(err)
	}
	var doc node
	if err := xml.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return func(firm []scorecard.Value) (int, bool) {
		fields := map[string]scorecard.Value{}
		for i, v := range firm {
			fields[c.Characteristics[i].Name] = v
		}
		score, err := strconv.Atoi(doc.all("Scorecard")[0].attr("initialScore"))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range doc.all("Characteristic") {
			found := false
			for _, a := range x.all("Attribute") {
				if holds(t, &a.Children[0], fields) {
					points, err := strconv.Atoi(a.attr("partialScore"))
					if err != nil {
						t.Fatal(err)
					}
					score, found = score+points, true
					break
				}
			}
			if !found {
				return 0, false
			}
		}
		return score, true
	}
}

// holds evaluates a predicate.
func holds(t *rapid.T, p *node, fields map[string]scorecard.Value) bool {
	v := fields[p.attr("field")]
	switch p.XMLName.Local {
	case "CompoundPredicate":
		for i := range p.Children {
			if !holds(t, &p.Children[i], fields) {
				return false
			}
		}
		return true
	case "SimpleSetPredicate":
		var words []string
		text := p.Children[0].Text
		for len(strings.TrimSpace(text)) > 0 {
			text = strings.TrimSpace(text)[1:]
			word := ""
			for text[0] != '"' {
				if text[0] == '\\' {
					text = text[1:]
				}
				word, text = word+text[:1], text[1:]
			}
			words, text = append(words, word), text[1:]
		}
		return v.Known && slices.Contains(words, v.Text)
	}
	switch p.attr("operator") {
	case "isMissing":
		return !v.Known
	}
	x, err := strconv.ParseFloat(p.attr("value"), 64)
	if err != nil {
		t.Fatal(err)
	}
	switch p.attr("operator") {
	case "equal":
		return v.Known && v.Number == x
	case "lessThan":
		return v.Known && v.Number < x
	case "lessOrEqual":
		return v.Known && v.Number <= x
	case "greaterOrEqual":
		return v.Known && v.Number >= x
	}
	t.Fatalf("operator %s", p.attr("operator"))
	return false
}

func TestWhatIsRefused(t *testing.T) {
	bins := []scorecard.Bin{{WOE: 1}, {WOE: -1}}
	c := &scorecard.Card{
		Format: scorecard.Format, Name: "小", Scale: scorecard.Scale{Base: 600, Odds: 30, PDO: 20}, Grades: []scorecard.Grade{{Name: "A", PD: 1}},
		Characteristics: []scorecard.Characteristic{
			{Name: "sales", Zh: "销售额", En: "sales", Unit: "元", Low: 0, High: 1e11, Splits: []float64{1e6}, Bins: bins, Beta: -1},
			{Name: "town", Zh: "镇街", En: "town", Groups: [][]string{{"古城"}, {"杜桥"}}, Bins: slices.Clone(bins), Beta: -1},
		},
	}
	c.Weigh()
	s, err := c.Scorer()
	if err != nil {
		t.Fatal(err)
	}
	good, town := scorecard.Number(5), scorecard.Text("古城")
	for want, v := range map[string][]scorecard.Value{
		"rating.columns":  {good},
		"rating.unknown":  {{}, town},
		"rating.infinite": {scorecard.Number(math.Inf(1)), town},
		"rating.range":    {scorecard.Number(-1), town},
		"rating.category": {good, scorecard.Text("他处")},
	} {
		if _, err := s.Score(v); fault.CodeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := s.Batch([][]scorecard.Code{{1}, {9}}); fault.CodeOf(err) != "rating.code" {
		t.Error(err)
	}
	if _, err := s.Batch([][]scorecard.Code{{0}, {1}}); fault.CodeOf(err) != "rating.code" {
		t.Error("a code of the unknown, that the card has not", err)
	}
	if _, err := s.Batch([][]scorecard.Code{{1, 1}, {1}}); fault.CodeOf(err) != "rating.columns" {
		t.Error(err)
	}
	file, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"edited":  bytes.Replace(file, []byte(`"base": 600`), []byte(`"base":  600`), 1),
		"more":    bytes.Replace(file, []byte(`"base": 600`), []byte(`"base": 600, "x": 1`), 1),
		"broken":  file[:len(file)-3],
		"empty":   nil,
		"grades":  bytes.Replace(file, []byte(`"pd_ppb": 1`), []byte(`"pd_ppb": 0`), 1),
		"splits":  bytes.Replace(file, []byte(`1000000`), []byte(`1000000, 2000000`), 1),
		"twice":   bytes.Replace(file, []byte(`"name": "town"`), []byte(`"name": "sales"`), 1),
		"classes": bytes.Replace(file, []byte(`杜桥`), []byte(`古城`), 1),
	} {
		if _, err := scorecard.Read(b); fault.CodeOf(err) != "rating.card" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPointsMeanOdds says by how much odds grow with points.
func TestPointsMeanOdds(t *testing.T) {
	s := scorecard.Scale{Base: 600, Odds: 30, PDO: 20}
	for score, odds := range map[int]float64{600: 30, 620: 60, 580: 15, 640: 120} {
		if pd := s.PD(score); math.Abs((1-pd)/pd-odds) > 1e-9 {
			t.Errorf("%d: %v", score, (1-pd)/pd)
		}
	}
	for _, pd := range []float64{0.001, 0.02, 0.5, 0.9} {
		if at := s.Score(pd); s.PD(at) > pd || s.PD(at-1) <= pd {
			t.Errorf("%v: %d", pd, at)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format":"changrong.scorecard/1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := scorecard.Read(b)
		if err != nil {
			return
		}
		if again, err := c.JSON(); err != nil || !bytes.Equal(again, b) {
			t.Fatal(err)
		}
	})
}

// big is a card of 20 characteristics with 8 bins each.
func big(b *testing.B) (*scorecard.Scorer, []scorecard.Value) {
	c := &scorecard.Card{
		Format: scorecard.Format, Name: "大", Scale: scorecard.Scale{Base: 600, Odds: 30, PDO: 20},
		Grades: []scorecard.Grade{{Name: "A", From: 620, PD: 1e7}, {Name: "B", From: 560, PD: 5e7}, {Name: "C", PD: 3e8}},
	}
	firm := make([]scorecard.Value, 20)
	for i := range firm {
		x := scorecard.Characteristic{Name: "x" + strconv.Itoa(i), Zh: "项", En: "item", Beta: -0.5}
		for k := range 8 {
			x.Bins = append(x.Bins, scorecard.Bin{WOE: float64(k) / 4})
			if k > 0 {
				x.Splits = append(x.Splits, float64(k))
			}
		}
		c.Characteristics = append(c.Characteristics, x)
		firm[i] = scorecard.Number(float64(i*7%9) - 0.5)
	}
	c.Weigh()
	s, err := c.Scorer()
	if err != nil {
		b.Fatal(err)
	}
	return s, firm
}

func BenchmarkScore(b *testing.B) {
	s, firm := big(b)
	for b.Loop() {
		if _, err := s.Score(firm); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBatch(b *testing.B) {
	s, _ := big(b)
	columns := make([][]scorecard.Code, 20)
	for i := range columns {
		columns[i] = make([]scorecard.Code, 1_000_000)
		for k := range columns[i] {
			columns[i][k] = scorecard.Code(1 + (k*(i+3))%8)
		}
	}
	for b.Loop() {
		if _, err := s.Batch(columns); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

// TestNobodyIsToldToMendWhatIsBest has an unknown bin that gives more than any that a firm
// may come to.
func TestNobodyIsToldToMendWhatIsBest(t *testing.T) {
	late := scorecard.Characteristic{
		Name: "late", Zh: "逾期月数", En: "months late", Unit: "个月", Owner: true, AdviceZh: "按时缴费。", AdviceEn: "Pay in time.",
		Splits: []float64{0.5}, Bins: []scorecard.Bin{{Points: 10}, {Points: 2}}, Unknown: &scorecard.Bin{Points: 18},
	}
	c := scorecard.Card{Characteristics: []scorecard.Characteristic{late}}
	for code, want := range []int{0, 0, 8} { // unknown, never late, late
		lost := 0
		for _, x := range c.Reasons(&scorecard.Result{Parts: []scorecard.Part{{Code: scorecard.Code(code), Points: late.Bin(scorecard.Code(code)).Points, Most: 18}}}) {
			lost += x.Lost
		}
		if lost != want {
			t.Errorf("bin %d: told of %d points lost, not %d", code, lost, want)
		}
	}
}

// reach are the most points of what is known and usual.
func reach(c *scorecard.Characteristic) int {
	return slices.MaxFunc(c.Bins, func(a, b scorecard.Bin) int { return cmp.Compare(a.Points, b.Points) }).Points
}

// TestBinsInWords says what is counted in whole numbers, and parts of 1 in percent.
func TestBinsInWords(t *testing.T) {
	for _, c := range []struct {
		unit   string
		splits []float64
		zh, en []string // of the bins
	}{
		{"个月", []float64{0.5, 1.5, 12}, []string{"未知", "不到1个月", "1个月", "2至11个月", "12个月及以上"}, []string{"unknown", "below 1", "1", "2 to 11", "12 or more"}},
		{"比率", []float64{0.0183, 1.25}, []string{"未知", "不到1.83%", "1.83%至不到125%", "125%及以上"}, []string{"unknown", "below 1.83%", "1.83% to below 125%", "125% or more"}},
		{"元", []float64{5000, 25e4, 1.5e8}, []string{"未知", "不到5000元", "5000元至不到25万元", "25万元至不到1.5亿元", "1.5亿元及以上"}, []string{"unknown", "below 5000", "5000 to below 250000", "250000 to below 150000000", "150000000 or more"}},
		{"", []float64{0.12345}, []string{"未知", "不到0.1235", "0.1235及以上"}, []string{"unknown", "below 0.1235", "0.1235 or more"}},
	} {
		x := scorecard.Characteristic{Unit: c.unit, Splits: c.splits, Bins: make([]scorecard.Bin, len(c.splits)+1), Unknown: &scorecard.Bin{}}
		for code := range c.zh {
			if zh, en := x.Words(scorecard.Code(code)); zh != c.zh[code] || en != c.en[code] {
				t.Errorf("%s %v, bin %d: %q, %q", c.unit, c.splits, code, zh, en)
			}
		}
	}
}
