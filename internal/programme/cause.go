package programme

import (
	"context"

	"changrong/internal/policy"
)

// Cause is a fact that one of two runs has otherwise, and the rows of the submissions
// that told it to each.
type Cause struct {
	Change string `json:"change" enum:"changed,added,removed" doc:"added, removed: the row as a whole"`
	Table  string `json:"table"`
	Key    string `json:"key" doc:"of the row, its parts joined by a slash"`
	Field  string `json:"field" doc:"empty: the row as a whole"`
	// FieldZh and FieldEn are what the field is called.
	FieldZh string `json:"field_zh"`
	FieldEn string `json:"field_en"`
	A       string `json:"a" doc:"empty: unknown"`
	B       string `json:"b"`
	ToldA   *Told  `json:"told_a,omitempty"`
	ToldB   *Told  `json:"told_b,omitempty"`
	// About are the rows it is about: itself, and what it is linked to, as table:key.
	About []string `json:"-"`
}

// Told is where a row was told.
type Told struct {
	Submission string `json:"submission" doc:"empty: the platform itself"`
	Org        string `json:"org" doc:"name"`
	Set        string `json:"set"`
	SetZh      string `json:"set_zh" doc:"what the set is called"`
	Period     string `json:"period"`
	Version    int    `json:"version"`
	File       string `json:"file"`
	Line       int    `json:"line" doc:"of the file, its heading counted"`
}

// Why says by what kind of thing a row differs between two runs.
type Why string

// The kinds. A row that differs by none of its own differs by what others get of the
// same limit, cap, pool or gate.
const (
	ByFacts   Why = "facts"   // what was handed in about it was corrected
	ByChoices Why = "choices" // policy, period, readings or parameters are others
	ByOthers  Why = "others"  // what it shares with others is divided otherwise
)

// maxCauses is how many causes are told of one row; what they are beyond is counted.
const maxCauses = 10

// corrections are the causes between two runs, by what they are about.
type corrections struct {
	all []Cause
	by  map[string][]int32
	own map[string][]int32 // those that are this row itself, the first of About
}

func newCorrections(all []Cause) *corrections {
	c := &corrections{all: all, by: map[string][]int32{}, own: map[string][]int32{}}
	for i := range all {
		for j, about := range all[i].About {
			if j == 0 {
				c.own[about] = append(c.own[about], int32(i))
			} else {
				c.by[about] = append(c.by[about], int32(i))
			}
		}
	}
	return c
}

// of returns the causes that are about a row of an item, at most maxCauses, and how
// many there are: its own, those of what hangs on it, and those of its enterprise.
func (c *corrections) of(item *policy.Item, institution, subject, enterprise string) ([]Cause, int) {
	seen, out, total := map[int32]bool{}, []Cause{}, 0
	add := func(list []int32) {
		for _, i := range list {
			if seen[i] {
				continue
			}
			seen[i] = true
			if total++; len(out) < maxCauses {
				out = append(out, c.all[i])
			}
		}
	}
	row := item.Table.Name + ":" + subject
	if len(item.Table.Key) == 2 {
		row = item.Table.Name + ":" + institution + "/" + subject
	}
	add(c.own[row])
	add(c.by[row])
	add(c.own["enterprises:"+enterprise])
	add(c.own["institutions:"+institution])
	for _, who := range []string{subject, institution, enterprise, "*"} {
		add(c.by["decisions:"+item.ID+"/"+who])
		add(c.by["filings:"+item.ID+"/"+institution+"/"+who])
	}
	if item.Pool != nil {
		add(c.own["budgets:"+item.Pool.ID])
	}
	return out, total
}

// traced returns what was corrected between what two runs were computed from; nil
// when it is not kept where their facts came from.
func (s *Service) traced(ctx context.Context, a, b *Run) (*corrections, error) {
	if a.Sealed == nil || b.Sealed == nil || a.Sealed.Sources.SHA256 == "" || b.Sealed.Sources.SHA256 == "" {
		return nil, nil
	}
	return recalls(&s.recall, recalled{a: a.No, b: b.No, what: "causes"}, func() (*corrections, error) {
		if a.Sealed.Sources == b.Sealed.Sources {
			return newCorrections(nil), nil
		}
		all, err := s.Engine.Causes(ctx, a.Sealed.Sources, b.Sealed.Sources, read(a, b))
		return newCorrections(all), err
	})
}

// read returns the columns that one of two runs read, by table.
func read(a, b *Run) map[string][]string {
	both := map[string][]string{}
	for _, r := range []*Run{a, b} {
		for table, columns := range r.Sealed.Columns {
			both[table] = append(both[table], columns...)
		}
	}
	return both
}

// explainDeltas says of each row why it differs.
func (s *Service) explainDeltas(ctx context.Context, a, b *Run, page []LineDelta) error {
	pack, err := s.Packs.Pack(b.Pack)
	if err != nil {
		return err
	}
	plan, err := pack.Plan(policy.Choices{})
	if err != nil {
		return err
	}
	found, err := s.traced(ctx, a, b)
	if err != nil {
		return err
	}
	chosen := len(inputs(a, b, nil)) > len(factInputs(a, b))
	for i := range page {
		d := &page[i]
		item, institution, subject, enterprise := d.row()
		it := plan.Item(item)
		if found != nil && it != nil {
			d.Causes, d.CauseCount = found.of(it, institution, subject, enterprise)
		}
		switch {
		case len(d.Causes) > 0 && chosen:
			d.Why = []Why{ByFacts, ByChoices}
		case len(d.Causes) > 0:
			d.Why = []Why{ByFacts}
		case chosen:
			d.Why = []Why{ByChoices}
		case found != nil:
			d.Why = []Why{ByOthers}
		}
	}
	return nil
}

// factInputs are the inputs of two runs that are facts.
func factInputs(a, b *Run) (out []Difference) {
	for _, d := range inputs(a, b, nil) {
		if d.What == "facts" || d.What == "decisions" || d.What == "budgets" {
			out = append(out, d)
		}
	}
	return out
}

// row returns which row of which item d is about.
func (d *LineDelta) row() (item, institution, subject, enterprise string) {
	for _, l := range []*Line{d.B, d.A} {
		if l != nil {
			return l.Item, l.InstitutionID, l.SubjectID, l.EnterpriseID
		}
	}
	return "", "", "", ""
}
