package httpapi

import (
	"context"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/engine"
	"changrong/internal/adapter/page"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/programme"
)

// PolicyName is an installed pack in a list.
type PolicyName struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"`
	Number    string      `json:"number" doc:"of the document"`
	Issuer    string      `json:"issuer"`
	IssuedOn  civil.Date  `json:"issued_on"`
	InForce   civil.Range `json:"in_force"`
	Scope     civil.Range `json:"scope" doc:"what it pays for"`
	ClaimByOn civil.Date  `json:"claim_by_on"`
	Official  bool        `json:"official" doc:"the official text is attached"`
	Clauses   int         `json:"clauses"`
	Items     int         `json:"items"`
	Undecided []string    `json:"undecided" doc:"readings nobody has decided"`
	SHA256    string      `json:"sha256"`
}

// BrokenPolicy is a folder whose pack cannot be used.
type BrokenPolicy struct {
	Folder string `json:"folder"`
	Code   string `json:"code"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Place  string `json:"place"`
}

// Policy is a pack as a page: clause by clause, with what becomes of each.
type Policy struct {
	PolicyName
	Source     string      `json:"source"`
	Region     string      `json:"region"`
	Funding    string      `json:"funding"`
	Reviewers  []string    `json:"reviewers"`
	Parameters []Parameter `json:"parameters"`
	Readings   []Reading   `json:"readings"`
	Parts      []Clause    `json:"parts" doc:"the clauses in the order of the document"`
	// Run tells whose readings and money are shown.
	Run        string `json:"run" doc:"whose money is shown; empty: none"`
	PackDiffer bool   `json:"pack_differs" doc:"the run was settled by another state of this pack: rules are today's, money is the run's"`
}

// Clause is one clause of the document.
type Clause struct {
	Ref        string                 `json:"ref"`
	Title      string                 `json:"title"`
	Summary    string                 `json:"summary" doc:"in our words"`
	Text       string                 `json:"text" doc:"the official text; empty when none is attached"`
	As         []string               `json:"as" doc:"money, indicator, capability, not_computed"`
	Capability string                 `json:"capability" doc:"what of the platform serves it"`
	Reason     string                 `json:"reason" doc:"why it is not computed"`
	Items      []PolicyItem           `json:"items"`
	Indicators []page.IndicatorView   `json:"indicators"`
	Readings   []string               `json:"readings" doc:"names of those that rest on it"`
	Money      *programme.ClauseMoney `json:"money,omitempty"`
}

// Parameter is a quantity of the document.
type Parameter struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Clause string `json:"clause"`
	Note   string `json:"note"`
	Value  string `json:"value" doc:"as the pack writes it"`
	Kind   string `json:"kind" enum:"amount,rate,date,number"`
	Used   string `json:"used" doc:"in the run shown, or else the value"`
}

// Reading is a question that the text leaves open.
type Reading struct {
	Name      string         `json:"name"`
	Title     string         `json:"title"`
	Clause    string         `json:"clause"`
	Question  string         `json:"question"`
	Values    []ReadingValue `json:"values" doc:"the first holds while nobody has decided"`
	Chosen    string         `json:"chosen" doc:"empty: nobody has decided"`
	Why       string         `json:"why"`
	DecidedBy string         `json:"decided_by"`
	Used      string         `json:"used" doc:"in the run shown, or else what holds"`
}

// ReadingValue is one answer.
type ReadingValue struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

// PolicyItem is a money item in words.
type PolicyItem struct {
	ID         string         `json:"id"`
	Clause     string         `json:"clause"`
	Title      string         `json:"title"`
	Note       string         `json:"note"`
	Rule       []string       `json:"rule" doc:"one sentence each: whom it is about, conditions, gate, amount, pool, rounding"`
	Payee      string         `json:"payee" enum:"institution,enterprise"`
	Rows       string         `json:"rows" doc:"table whose rows are paid for"`
	Count      bool           `json:"count" doc:"a base of it is a count, not an amount"`
	Parameters []string       `json:"parameters"`
	Pool       string         `json:"pool"`
	PoolTitle  string         `json:"pool_title"`
	Cases      int            `json:"cases"`
	Money      *programme.Sum `json:"money,omitempty"`
}

// PolicyCase is a case worked out by hand, and how the executors did.
type PolicyCase struct {
	File     string            `json:"file"`
	Item     string            `json:"item" doc:"empty: of indicators"`
	Name     string            `json:"name"`
	Why      string            `json:"why" doc:"how it was worked out"`
	Readings map[string]string `json:"readings"`
	Expected []string          `json:"expected"`
	Passed   bool              `json:"passed"`
	Wrong    []string          `json:"wrong" doc:"what differs, with the executor"`
}

func (a *API) policies() {
	const tag = "policy"
	handle(a, Route{ID: "list-policies", Method: "GET", Path: "/api/policies", Tag: tag, Title: "政策列表", Need: access.PolicyRead},
		func(context.Context, *Call, *empty) (*struct {
			Body struct {
				Items  []PolicyName   `json:"items"`
				Broken []BrokenPolicy `json:"broken" doc:"folders whose packs cannot be used"`
			}
		}, error,
		) {
			out := &struct {
				Body struct {
					Items  []PolicyName   `json:"items"`
					Broken []BrokenPolicy `json:"broken" doc:"folders whose packs cannot be used"`
				}
			}{}
			out.Body.Items, out.Body.Broken = []PolicyName{}, []BrokenPolicy{}
			for _, in := range a.Packs.All() {
				out.Body.Items = append(out.Body.Items, nameOf(in))
			}
			for _, b := range a.Packs.Broken() {
				out.Body.Broken = append(out.Body.Broken, BrokenPolicy{b.Folder, b.Err.Code, b.Err.Zh, b.Err.En, b.Err.At.String()})
			}
			return out, nil
		})
	handle(a, Route{ID: "get-policy", Method: "GET", Path: "/api/policies/{id}", Tag: tag, Title: "政策", Need: access.PolicyRead}, a.policyPage)
	handle(a, Route{ID: "list-policy-cases", Method: "GET", Path: "/api/policies/{id}/cases", Tag: tag, Title: "手工案例", Need: access.PolicyRead},
		func(ctx context.Context, _ *Call, in *struct {
			ID   string `path:"id"`
			Item string `query:"item" maxLength:"80"`
		},
		) (*list[PolicyCase], error) {
			installed, err := a.Packs.Get(in.ID)
			if err != nil {
				return nil, err
			}
			all, err := casesOf(ctx, installed, in.Item)
			return listOf(all, len(all)), err
		})
	handle(a, Route{ID: "search-policy", Method: "GET", Path: "/api/policies/{id}/search", Tag: tag, Title: "条款检索", Need: access.PolicyRead},
		func(_ context.Context, _ *Call, in *struct {
			ID string `path:"id"`
			Q  string `query:"q" minLength:"1" maxLength:"60" required:"true"`
		},
		) (*list[Hit], error) {
			installed, err := a.Packs.Get(in.ID)
			if err != nil {
				return nil, err
			}
			hits := search(installed, in.Q)
			return listOf(hits, len(hits)), nil
		})
}

func nameOf(in *engine.Installed) PolicyName {
	p := in.Pack
	undecided := p.Coverage().Undecided
	if undecided == nil {
		undecided = []string{}
	}
	return PolicyName{
		ID: p.ID, Title: p.Title, Number: p.Number, Issuer: p.Issuer, IssuedOn: p.IssuedOn, InForce: p.InForce, Scope: p.Scope, ClaimByOn: p.ClaimBy,
		Official: in.Official != nil, Clauses: len(p.Clauses), Items: len(p.Items()), Undecided: undecided, SHA256: p.Digest,
	}
}

// policyPage answers the page of a policy, and, of a run, what its clauses moved: for
// who may see everybody's money.
func (a *API) policyPage(ctx context.Context, c *Call, in *struct {
	ID  string `path:"id"`
	Run string `query:"run" maxLength:"40" doc:"id of a run of it that is done"`
},
) (*struct{ Body Policy }, error) {
	installed, err := a.Packs.Get(in.ID)
	if err != nil {
		return nil, err
	}
	plan := installed.Plan
	var of *programme.Overview
	if in.Run != "" {
		if of, err = a.moneyOf(ctx, c, in.Run, in.ID); err != nil {
			return nil, err
		}
		choices := policy.Choices{Readings: of.Run.Readings, Parameters: of.Run.Parameters, Scope: civil.Range{First: of.Run.From, Last: of.Run.To}}
		if asRun, err := installed.Pack.Plan(choices); err == nil {
			plan = asRun
		}
	}
	return &struct{ Body Policy }{viewPolicy(installed, plan, of)}, nil
}

// moneyOf returns what a run moved.
//
// Errors: access.forbidden, programme.not_found, programme.not_done, programme.other_policy.
func (a *API) moneyOf(ctx context.Context, c *Call, run, pack string) (*programme.Overview, error) {
	scope, err := c.Principal.Scope(access.RunWhole)
	if err != nil {
		return nil, err
	}
	o, err := a.Programme.Overview(ctx, scope, run)
	if err == nil && o.Run.Pack != pack {
		err = fault.New(fault.Conflict, "programme.other_policy", "这次结算属于另一项政策", "the run is of another policy").In(fault.Place{Field: "run"})
	}
	return o, err
}

func viewPolicy(in *engine.Installed, plan *policy.Plan, of *programme.Overview) Policy {
	p := in.Pack
	v := Policy{PolicyName: nameOf(in), Source: p.Source, Region: p.Region, Funding: p.Funding, Reviewers: p.Reviewers, Parts: []Clause{}}
	for _, x := range p.Parameters {
		v.Parameters = append(v.Parameters, Parameter{x.Name, x.Title, x.Clause, x.Note, x.Value, x.Kind(), plan.Parameters[x.Name]})
	}
	for _, r := range p.Readings {
		w := Reading{Name: r.Name, Title: r.Title, Clause: r.Clause, Question: r.Question, Chosen: r.Chosen, Why: r.Why, DecidedBy: r.By, Used: plan.Readings[r.Name]}
		for _, x := range r.Values {
			w.Values = append(w.Values, ReadingValue(x))
		}
		v.Readings = append(v.Readings, w)
	}
	moved := map[string]*programme.ClauseMoney{}
	sums := map[string]*programme.Sum{}
	if of != nil {
		v.Run, v.PackDiffer = of.Run.ID, of.Run.Sealed.PackSHA256 != p.Digest
		refs, clauseOf := []string{}, map[string]string{}
		for _, c := range p.Clauses {
			refs = append(refs, c.Ref)
		}
		for _, it := range plan.Items {
			clauseOf[it.ID] = it.Clause
		}
		money := programme.MoneyByClause(refs, clauseOf, of.Items)
		for i := range money {
			moved[money[i].Clause] = &money[i]
		}
		for i := range of.Items {
			sums[of.Items[i].Item] = &of.Items[i]
		}
	}
	for i := range p.Clauses {
		v.Parts = append(v.Parts, viewClause(in, plan, &p.Clauses[i], moved, sums))
	}
	return v
}

func viewClause(in *engine.Installed, plan *policy.Plan, c *policy.Clause, moved map[string]*programme.ClauseMoney, sums map[string]*programme.Sum) Clause {
	v := Clause{
		Ref: c.Ref, Title: c.Title, Summary: c.Summary, As: c.As, Capability: c.Capability, Reason: c.Reason,
		Items: []PolicyItem{}, Indicators: []page.IndicatorView{}, Readings: []string{},
	}
	if in.Official != nil {
		v.Text = in.Official.Of(c.Ref)
	}
	for _, it := range plan.Items {
		if it.Clause == c.Ref {
			v.Items = append(v.Items, viewItem(in.Pack, it, sums[it.ID]))
		}
	}
	if len(v.Items) > 0 {
		v.Money = moved[c.Ref]
	}
	for _, ind := range plan.Indicators {
		if ind.Clause == c.Ref {
			v.Indicators = append(v.Indicators, page.NewIndicatorView(ind))
		}
	}
	for _, r := range in.Pack.Readings {
		if r.Clause == c.Ref {
			v.Readings = append(v.Readings, r.Name)
		}
	}
	return v
}

func viewItem(pack *policy.Pack, it *policy.Item, sum *programme.Sum) PolicyItem {
	v := PolicyItem{
		ID: it.ID, Clause: it.Clause, Title: it.Title, Rule: it.Zh(), Payee: string(it.Payee), Rows: it.Table.Name, Parameters: it.Parameters,
		Count: it.Base.Average == "" && it.Base.Of == nil, Money: sum,
	}
	if v.Parameters == nil {
		v.Parameters = []string{}
	}
	if it.Pool != nil {
		v.Pool, v.PoolTitle = it.Pool.ID, it.Pool.Title
	}
	for _, name := range pack.Items() {
		if name.ID == it.ID {
			v.Note = name.Note
		}
	}
	for _, f := range pack.Cases {
		if f.Item == it.ID {
			v.Cases += len(f.Cases)
		}
	}
	return v
}

// casesOf returns the cases of an item, or of all, with what came of them.
func casesOf(ctx context.Context, in *engine.Installed, item string) ([]PolicyCase, error) {
	outcomes, err := in.Cases(ctx)
	if err != nil {
		return nil, err
	}
	all := []PolicyCase{}
	for _, f := range in.Pack.Cases {
		if item != "" && f.Item != item {
			continue
		}
		for i := range f.Cases {
			c := &f.Cases[i]
			v := PolicyCase{File: f.File, Item: f.Item, Name: c.Name, Why: c.Why, Readings: c.Readings, Expected: page.Expected(c), Wrong: []string{}}
			for _, o := range outcomes {
				if o.File != f.File || o.At != c.At {
					continue
				}
				for _, w := range o.Wrong {
					v.Wrong = append(v.Wrong, o.Runner+"："+w)
				}
			}
			v.Passed = len(v.Wrong) == 0
			all = append(all, v)
		}
	}
	return all, nil
}

// Hit is a place in a policy where something that was searched for stands.
type Hit struct {
	Clause  string `json:"clause"`
	Where   string `json:"where" enum:"title,summary,text,rule,parameter,reading"`
	Snippet string `json:"snippet"`
}

// maxHits is how many places a search names.
const maxHits = 200

// search finds q in a policy, whatever the case of its letters.
func search(in *engine.Installed, q string) []Hit {
	hits := []Hit{}
	look := func(clause, where, text string) {
		if s := snippet(text, q); s != "" && len(hits) < maxHits {
			hits = append(hits, Hit{clause, where, s})
		}
	}
	for _, c := range in.Pack.Clauses {
		look(c.Ref, "title", c.Ref+" "+c.Title)
		look(c.Ref, "summary", c.Summary)
		if in.Official != nil {
			for line := range strings.Lines(in.Official.Of(c.Ref)) {
				look(c.Ref, "text", strings.TrimSpace(line))
			}
		}
		for _, it := range in.Plan.Items {
			if it.Clause == c.Ref {
				look(c.Ref, "rule", it.Title+"："+strings.Join(it.Zh(), ""))
			}
		}
		for _, x := range in.Pack.Parameters {
			if x.Clause == c.Ref {
				look(c.Ref, "parameter", x.Title+" "+x.Value+" "+x.Note)
			}
		}
		for _, r := range in.Pack.Readings {
			if r.Clause == c.Ref {
				look(c.Ref, "reading", r.Title+"："+r.Question)
			}
		}
	}
	return hits
}

// around is how many characters of a text a snippet has on each side of a hit.
const around = 30

// snippet returns the part of text around q; "" when it is not there.
func snippet(text, q string) string {
	runes, wanted := []rune(strings.ToLower(text)), []rune(strings.ToLower(strings.TrimSpace(q)))
	if len(wanted) == 0 {
		return ""
	}
	shown := []rune(text)
	for i := range len(runes) - len(wanted) + 1 {
		if !slices.Equal(runes[i:i+len(wanted)], wanted) || len(shown) != len(runes) {
			continue
		}
		from, to := max(0, i-around), min(len(shown), i+len(wanted)+around)
		s := string(shown[from:to])
		if from > 0 {
			s = "…" + s
		}
		if to < len(shown) {
			s += "…"
		}
		return s
	}
	return ""
}
