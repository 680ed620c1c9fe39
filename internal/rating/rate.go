package rating

import (
	"encoding/json"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/scorecard"
)

// Panel are models that rate together: each looked through once, and then asked about one
// firm or about a whole city by the same code.
type Panel struct{ raters []rater }

// rater is a model that was looked through.
type rater struct {
	*Model
	scorer   *scorecard.Scorer
	features []*feature.Feature // of the card's characteristics, in its order
}

// NewPanel looks models through. Those that are not active rate in the shadow.
//
// Errors: those of scorecard.Read and Check, and of feature.Parse; rating.card where the
// features lack what the card looks at, or have it in another unit.
func NewPanel(models []Model) (*Panel, error) {
	p := &Panel{raters: make([]rater, len(models))}
	for i := range models {
		m := &models[i]
		card, err := scorecard.Read(m.Card)
		if err != nil {
			return nil, err
		}
		scorer, err := card.Scorer()
		if err != nil {
			return nil, err
		}
		set, err := feature.Parse([]byte(m.Features))
		if err != nil {
			return nil, err
		}
		p.raters[i] = rater{m, scorer, make([]*feature.Feature, len(card.Characteristics))}
		for j := range card.Characteristics {
			name := card.Characteristics[j].Name
			n := slices.IndexFunc(set.Features, func(f feature.Feature) bool { return f.Name == name })
			if n < 0 {
				return nil, fault.New(fault.Invalid, "rating.card", "评分卡的评分项“"+name+"”没有指标", "no feature is the card's characteristic "+name).In(fault.Place{Field: name})
			}
			f := &set.Features[n]
			if x := &card.Characteristics[j]; f.Unit != x.Unit || len(f.Categories) > 0 != x.Category() {
				return nil, fault.New(fault.Invalid, "rating.card", "评分卡的评分项“"+name+"”与指标的单位或种类不同", "the card's characteristic "+name+" has another unit or kind than the feature").In(fault.Place{Field: name})
			}
			p.raters[i].features[j] = f
		}
	}
	return p, nil
}

// Card is the card of the i-th model.
func (p *Panel) Card(i int) *scorecard.Card { return p.raters[i].scorer.Card }

// Features are what the cards look at, each source's once or oftener.
func (p *Panel) Features() *feature.Set {
	out := &feature.Set{}
	for i := range p.raters {
		for _, f := range p.raters[i].features {
			out.Features = append(out.Features, *f)
		}
	}
	return out
}

// Rate is what each model says of a firm, in their order; windows end before the day. A
// model that says nothing tells why.
func (p *Panel) Rate(firm string, at civil.Instant, on civil.Date, known *Known) ([]Score, error) {
	out := make([]Score, len(p.raters))
	for i := range p.raters {
		x := &p.raters[i]
		out[i] = Score{Firm: firm, Model: x.ID, Name: x.Name, Edition: x.Edition, At: at, On: on, Shadow: x.State != Active}
		if err := x.rate(&out[i], known); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rate says what a model says of a firm.
func (x *rater) rate(out *Score, known *Known) error {
	card := x.scorer.Card
	values := make([]scorecard.Value, len(card.Characteristics))
	for i := range values {
		values[i] = x.features[i].Of(known.Tables, out.On)
		from, asked := known.From[x.features[i].Source]
		if !asked {
			from.Because = "没有查询这一来源"
		}
		out.Inputs = append(out.Inputs, input(&card.Characteristics[i], values[i], from))
	}
	if !slices.ContainsFunc(values, func(v scorecard.Value) bool { return v.Known }) {
		out.Refused = &Refusal{"rating.nothing", "", "没有取得任何评分数据，不能评分", "nothing that the card looks at is known"}
		return nil
	}
	r, err := x.scorer.Score(values)
	if err != nil {
		e := fault.Of(err)
		if e.Kind != fault.Invalid {
			return err
		}
		out.Refused = &Refusal{e.Code, e.At.Field, e.Zh, e.En}
		return nil
	}
	out.Result, out.Reasons, out.Next = *r, x.scorer.Reasons(r), x.scorer.Next(r)
	for i, p := range r.Parts {
		out.Inputs[i].Bin, _ = card.Characteristics[i].Words(p.Code)
	}
	return nil
}

// input is a value with where it comes from.
func input(x *scorecard.Characteristic, v scorecard.Value, from Origin) Input {
	in := Input{Name: x.Name, Zh: x.Zh, En: x.En, Known: v.Known, Unit: x.Unit, Source: from.Source, AsOf: from.AsOf}
	switch {
	case !v.Known && from.Because != "":
		in.Because = from.Because
	case !v.Known:
		in.Because = "已查询，没有可以计算的记录"
	case x.Category():
		in.Text = v.Text
	default:
		in.Number = &v.Number
	}
	return in
}

// place is where what was said is sealed.
func (x *Score) place() string { return "rating_scores/" + x.ID + "/" + x.Firm }

// Seal makes a score ready to be kept.
func Seal(s Sealer, x *Score) (*Kept, error) {
	plain, err := json.Marshal(x.Said)
	if err != nil {
		return nil, err
	}
	k := &Kept{Score: *x}
	if k.Sealed, err = s.Seal(plain, x.place()); err != nil {
		return nil, err
	}
	k.Score.Said = Said{}
	return k, nil
}

// Open reads a score that was kept.
func Open(s Sealer, k *Kept) (*Score, error) {
	plain, err := s.Open(k.Sealed, k.place())
	if err != nil {
		return nil, err
	}
	x := k.Score
	return &x, json.Unmarshal(plain, &x.Said)
}
