package followup

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

// Stratum is one layer of a sample: the claims from From up to where the next
// begins.
type Stratum struct {
	From    money.Fen `json:"from_fen"`
	Percent int       `json:"percent"` // of the layer's claims, rounded up; 100: all
}

// Sample is paid claims that are looked at afterwards (事后抽查). Whoever knows the
// seed, the layers and the claims that were paid draws the same.
type Sample struct {
	ID     string        `json:"id"`
	Policy string        `json:"policy"`
	Seed   string        `json:"seed"`
	Strata []Stratum     `json:"strata"`
	ByItem bool          `json:"by_item"` // each item has these layers by itself
	From   []string      `json:"from"`    // the claims it was drawn from, in the order of their ids
	Drawn  []string      `json:"drawn"`   // those that were
	Person string        `json:"person"`
	At     civil.Instant `json:"at_ms"`
}

// Draw returns the ids of the claims that a seed draws: in each layer, of each item by
// itself where byItem, those whose SHA-256 of seed, "|" and id is lowest. In whatever
// order the claims come, the same are drawn; anybody can compute it again.
//
// Errors: followup.strata.
func Draw(claims []subsidy.Claim, seed string, strata []Stratum, byItem bool) ([]string, error) {
	if err := checkStrata(seed, strata); err != nil {
		return nil, err
	}
	type lot struct {
		id  string
		sum [sha256.Size]byte
	}
	type layer struct {
		item string
		at   int
	}
	layers := map[layer][]lot{}
	for i := range claims {
		c := &claims[i]
		at := slices.IndexFunc(strata, func(s Stratum) bool { return s.From > c.Amount })
		if at < 0 {
			at = len(strata)
		}
		if at == 0 {
			continue // below the lowest layer
		}
		l := layer{at: at - 1}
		if byItem {
			l.item = c.Item
		}
		layers[l] = append(layers[l], lot{c.ID, sha256.Sum256([]byte(seed + "|" + c.ID))})
	}
	drawn := []string{}
	for l, lots := range layers {
		slices.SortFunc(lots, func(a, b lot) int { return cmp.Or(bytes.Compare(a.sum[:], b.sum[:]), cmp.Compare(a.id, b.id)) })
		for _, x := range lots[:(len(lots)*strata[l.at].Percent+99)/100] {
			drawn = append(drawn, x.id)
		}
	}
	slices.Sort(drawn)
	return drawn, nil
}

func checkStrata(seed string, strata []Stratum) error {
	bad := !fits(seed, 1, maxName) || len(strata) == 0 || len(strata) > maxStrata
	for i, s := range strata {
		bad = bad || s.From < 0 || s.Percent < 0 || s.Percent > 100 || i > 0 && s.From <= strata[i-1].From
	}
	if bad {
		return fault.New(fault.Invalid, "followup.strata", "请填写种子，以及金额由低到高的分层和各层抽查比例（0至100%）", "give a seed, and layers by rising amount with 0 to 100 percent each")
	}
	return nil
}

func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && strings.TrimSpace(s) == s && utf8.ValidString(s)
}

// DrawSample draws from the paid claims of a policy which are looked at.
//
// Errors: followup.strata, followup.no_paid.
func (s *Service) DrawSample(ctx context.Context, c access.Caller, d Sample) (*Sample, error) {
	if err := checkStrata(d.Seed, d.Strata); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		claims, _, err := tx.Claims(subsidy.ClaimFilter{Policy: d.Policy, Stages: []workflow.Stage{subsidy.Paid}}, everything)
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return fault.New(fault.Conflict, "followup.no_paid", "没有已支付且未抽查的申报", "no paid claim has not been looked at")
		}
		now := s.Claims.Now()
		d.ID, d.Person, d.At, d.From = s.Claims.NewID(), c.Account, now, nil
		for i := range claims {
			d.From = append(d.From, claims[i].ID)
		}
		slices.Sort(d.From)
		if d.Drawn, err = Draw(claims, d.Seed, d.Strata, d.ByItem); err != nil {
			return err
		}
		for i := range claims {
			if _, drawn := slices.BinarySearch(d.Drawn, claims[i].ID); !drawn {
				continue
			}
			if err := s.Claims.Step(tx, &claims[i], subsidy.ActorOf(c), subsidy.Sample, ""); err != nil {
				return err
			}
		}
		if err := tx.PutSample(&d); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "claims.sample", d.ID, map[string]string{"policy": d.Policy, "seed": d.Seed}))
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// SampleState is a sample and how far the looking has come.
type SampleState struct {
	Sample
	Done  int `json:"done"`  // claims that have a finding
	Wrong int `json:"wrong"` // of them, with something wrong
}

// Samples lists the samples of a policy ("" of any), the last first.
func (s *Service) Samples(ctx context.Context, policyID string) (list []SampleState, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		samples, err := tx.Samples(policyID)
		if err != nil {
			return err
		}
		list = make([]SampleState, len(samples))
		for i := range samples {
			list[i].Sample = samples[i]
			for _, id := range samples[i].Drawn {
				f, err := tx.Findings(id)
				if err != nil {
					return err
				}
				list[i].count(last(f))
			}
		}
		return nil
	})
	return list, err
}

func (s *SampleState) count(f *Finding) {
	if f == nil {
		return
	}
	s.Done++
	if f.Outcome != Clean {
		s.Wrong++
	}
}

// last returns the finding that stands: a claim whose clawback was refused is looked
// at again.
func last(f []Finding) *Finding {
	if len(f) == 0 {
		return nil
	}
	return &f[len(f)-1]
}

// Looked is a claim of a sample, with what was found.
type Looked struct {
	Claim   subsidy.Claim `json:"claim"`
	Finding *Finding      `json:"finding"` // null: nobody has looked yet
}

// SampleView is a sample with its claims.
type SampleView struct {
	SampleState
	Claims []Looked `json:"claims"`
	Same   bool     `json:"same"` // drawn again now, the same claims are drawn
}

// SampleOf returns a sample with its claims, drawn again.
//
// Errors: subsidy.not_found.
func (s *Service) SampleOf(ctx context.Context, id string) (v *SampleView, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		d, err := tx.Sample(id)
		if err != nil {
			return err
		}
		v = &SampleView{SampleState: SampleState{Sample: *d}, Claims: []Looked{}}
		from := make([]subsidy.Claim, 0, len(d.From))
		for _, id := range d.From {
			claim, err := tx.Claim(id, everything)
			if err != nil {
				return err
			}
			from = append(from, *claim)
			if _, drawn := slices.BinarySearch(d.Drawn, id); !drawn {
				continue
			}
			f, err := tx.Findings(id)
			if err != nil {
				return err
			}
			v.count(last(f))
			v.Claims = append(v.Claims, Looked{*claim, last(f)})
		}
		again, err := Draw(from, d.Seed, d.Strata, d.ByItem)
		v.Same = slices.Equal(again, d.Drawn)
		return err
	})
	return v, err
}
