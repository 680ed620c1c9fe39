package policy

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Choices are what is decided when a plan is made: readings and parameters that
// differ from what the pack says, and a part of its scope.
type Choices struct {
	Readings   map[string]string
	Parameters map[string]string
	// Scope is the period to pay for: whole months within the pack's. The zero
	// Range is all of it.
	Scope civil.Range
}

// Plan puts readings and parameters into the pack.
//
// Errors: pack.unknown_reading, pack.unknown_parameter, pack.reading_value,
// pack.period for what choices name, and whatever is wrong in the pack.
func (p *Pack) Plan(c Choices) (*Plan, error) {
	scope, err := p.period(c.Scope)
	if err != nil {
		return nil, err
	}
	b := &builder{pack: p, used: map[string]bool{}, plan: &Plan{Policy: p.ID, Scope: scope, Readings: map[string]string{}, Parameters: map[string]string{}}}
	for _, step := range []func() error{
		func() error { return b.readings(c.Readings) },
		func() error { return b.parameters(c.Parameters) },
		b.buildPools, b.buildItems, b.buildGroups, b.buildIndicators,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.plan, nil
}

// period returns the part of the pack's scope that was asked for.
func (p *Pack) period(asked civil.Range) (civil.Range, error) {
	if asked == (civil.Range{}) {
		return p.Scope, nil
	}
	whole := asked.First == asked.First.Month().First() && asked.Last == asked.Last.Month().Last()
	if !whole || asked.Last < asked.First || asked.First < p.Scope.First || asked.Last > p.Scope.Last {
		return asked, fault.Invalidf("pack.period", "计算期间应为 %[1]s 至 %[2]s 之内的整月", "the period must be whole months within %[1]s to %[2]s", p.Scope.First, p.Scope.Last).
			In(fault.Place{Field: "scope", Value: asked.String()})
	}
	return asked, nil
}

// checkPlans makes every plan that differs from the default in one reading, so
// that a pack that loads can be run under any of them.
func (p *Pack) checkPlans() error {
	if _, err := p.Plan(Choices{}); err != nil {
		return err
	}
	for _, r := range p.Readings {
		for _, v := range r.Values {
			if _, err := p.Plan(Choices{Readings: map[string]string{r.Name: v.Value}}); err != nil && fault.CodeOf(err) != "pack.readings_exclude" {
				return err
			}
		}
	}
	return nil
}

type builder struct {
	pack   *Pack
	plan   *Plan
	consts []expr.Const
	pools  map[string]*Pool
	scopes map[string]*expr.Scope
	used   map[string]bool // parameters named since it was last emptied
}

func (b *builder) readings(chosen map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		r := b.pack.Reading(name)
		if r == nil {
			return fault.Invalidf("pack.unknown_reading", "政策包没有名为“%s”的理解；可选：%s", "the pack has no reading %q; it has %s", name, b.pack.readingNames())
		}
		if !r.has(chosen[name]) {
			return fault.Invalidf("pack.reading_value", "“%[1]s”不能取“%[2]s”；可取 %[3]s", "%[1]s has no value %[2]q; it has %[3]s", name, chosen[name], r.valueNames())
		}
	}
	for _, r := range b.pack.Readings {
		b.plan.Readings[r.Name] = cmp.Or(chosen[r.Name], r.Default())
	}
	return nil
}

func (p *Pack) parameterNames() string {
	names := make([]string, len(p.Parameters))
	for i, x := range p.Parameters {
		names[i] = x.Name
	}
	return strings.Join(names, ", ")
}

func (p *Pack) readingNames() string {
	names := make([]string, len(p.Readings))
	for i, r := range p.Readings {
		names[i] = r.Name
	}
	return strings.Join(names, ", ")
}

func (r *Reading) valueNames() string {
	names := make([]string, len(r.Values))
	for i, v := range r.Values {
		names[i] = v.Value
	}
	return strings.Join(names, ", ")
}

// parameters makes the constants of expressions.
func (b *builder) parameters(changed map[string]string) error {
	first, last := b.plan.Scope.First, b.plan.Scope.Last
	year, _, _ := last.YMD()
	b.consts = []expr.Const{
		{Name: "scope.first", Type: expr.Type{Kind: expr.Int, Unit: expr.Day}, Int: int64(first)},
		{Name: "scope.last", Type: expr.Type{Kind: expr.Int, Unit: expr.Day}, Int: int64(last)},
		{Name: "scope.year", Type: expr.Type{Kind: expr.Int}, Int: int64(year), Zh: strconv.Itoa(year) + "年"},
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if !slices.ContainsFunc(b.pack.Parameters, func(p Parameter) bool { return p.Name == name }) {
			return fault.Invalidf("pack.unknown_parameter", "政策包没有名为“%s”的参数；可选：%s", "the pack has no parameter %q; it has %s", name, b.pack.parameterNames())
		}
	}
	for _, p := range b.pack.Parameters {
		w := p.word
		v, isChanged := changed[p.Name]
		if isChanged {
			w = Word{Text: v}
		}
		c, err := parseParameter(w)
		switch {
		case err != nil && isChanged:
			return fault.Of(err).In(fault.Place{Field: p.Name})
		case err != nil:
			return inPack(err)
		}
		if was, err := parseParameter(p.word); err == nil && was.Type != c.Type {
			return fault.Invalidf("pack.parameter_type", "参数 %[1]s 应与政策包中的 %[3]s 同类，而不是“%[2]s”", "parameter %[1]s must be of the kind of %[3]s, not %[2]q", p.Name, fault.Clip(w.Text), p.Value)
		}
		c.Name = "param." + p.Name
		b.consts = append(b.consts, c)
		b.plan.Parameters[p.Name] = w.Text
	}
	return nil
}

// parseParameter reads an amount, a rate, a date or a whole number.
func parseParameter(w Word) (expr.Const, error) {
	text := w.Text
	if strings.HasSuffix(text, "%") || strings.HasSuffix(text, "‰") {
		r, err := money.ParseRate(text)
		return expr.Const{Type: expr.Type{Kind: expr.Int, Unit: expr.Share}, Int: int64(r)}, at(err, w)
	}
	if strings.Contains(text, "元") {
		q, err := money.ParseAmount(text)
		return expr.Const{Type: expr.Type{Kind: expr.Int, Unit: expr.Money}, Int: int64(q.Fen)}, at(err, w)
	}
	if d, err := civil.ParseDate(text); err == nil {
		return expr.Const{Type: expr.Type{Kind: expr.Int, Unit: expr.Day}, Int: int64(d)}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return expr.Const{}, wrong(w, "pack.quantity", "格式应如 20万元、0.5%、2021-08-27 或整数", "write 20万元, 0.5%, 2021-08-27 or a whole number")
	}
	return expr.Const{Type: expr.Type{Kind: expr.Int}, Int: n}, nil
}

// quantity reads a word that is a quantity of the unit or names a parameter of it.
func (b *builder) quantity(w Word, unit expr.Unit) (int64, error) {
	if name, ok := strings.CutPrefix(w.Text, "param."); ok {
		for _, c := range b.consts {
			if c.Name == w.Text && c.Type.Unit == unit {
				b.used[name] = true
				return c.Int, nil
			}
		}
		return 0, wrong(w, "pack.unknown_parameter", "没有名为“"+name+"”的这类参数", "there is no parameter "+name+" of this kind")
	}
	c, err := parseParameter(w)
	if err != nil {
		return 0, err
	}
	if c.Type.Unit != unit {
		return 0, wrong(w, "pack.quantity", "数量的单位不对", "a quantity of the wrong unit")
	}
	return c.Int, nil
}

// term returns the engine's word for c under the readings, one of enum.
func (b *builder) term(c choice, enum ...string) (string, error) {
	text := c.Text
	if c.Reading {
		r := b.pack.Reading(c.Text)
		if r == nil {
			return "", wrong(c.Word, "pack.unknown_reading", "没有这个理解；可选："+b.pack.readingNames(), "no such reading; there are "+b.pack.readingNames())
		}
		text = b.plan.Readings[c.Text]
	}
	if len(enum) > 0 && !slices.Contains(enum, text) {
		return "", wrong(c.Word, "pack.enum", "“"+text+"”应为 "+strings.Join(enum, "、")+" 之一", text+" must be one of "+strings.Join(enum, ", "))
	}
	return text, nil
}

// scope returns the scope of conditions on rows of t, or of child rows of t.
func (b *builder) scope(t, child *fact.Table) (*expr.Scope, error) {
	key, rows := t.Name, expr.RowsOf(t)
	if child != nil {
		key, rows = key+"/"+child.Name, expr.ChildRows(t, child)
	}
	if s := b.scopes[key]; s != nil {
		return s, nil
	}
	s, err := expr.NewScope(rows, b.consts)
	if err != nil {
		return nil, err
	}
	if b.scopes == nil {
		b.scopes = map[string]*expr.Scope{}
	}
	b.scopes[key] = s
	return s, nil
}

func (b *builder) compile(s *expr.Scope, w Word, kind expr.Kind) (*expr.Expr, error) {
	e, err := s.Compile(w.Text, kind)
	if err == nil {
		b.note(e.Root)
		return e, nil
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil, err
	}
	c := *f
	c.At = w.Inside(f.At.Column)
	return nil, &c
}

// note remembers the parameters an expression names.
func (b *builder) note(n *expr.Node) {
	if name, ok := strings.CutPrefix(n.Name, "param."); ok {
		b.used[name] = true
	}
	for _, a := range n.Args {
		b.note(a)
	}
}

func (b *builder) compileAll(s *expr.Scope, ws []Word) ([]*expr.Expr, error) {
	es := make([]*expr.Expr, 0, len(ws))
	for _, w := range ws {
		e, err := b.compile(s, w, expr.Bool)
		if err != nil {
			return nil, err
		}
		es = append(es, e)
	}
	return es, nil
}

func (b *builder) buildPools() error {
	b.pools = map[string]*Pool{}
	for _, id := range slices.Sorted(maps.Keys(b.pack.pools)) {
		d := b.pack.pools[id]
		allocator, err := b.term(d.Allocator, string(ProRata), string(ScaleRate), string(FirstComplete), string(Reserve))
		if err != nil {
			return inPack(err)
		}
		pool := &Pool{ID: id, Title: d.Title.Text, Clause: d.Clause.Text, Allocator: Allocator(allocator)}
		b.pools[id] = pool
		b.plan.Pools = append(b.plan.Pools, pool)
	}
	return nil
}

// buildGroups collects the items' memberships, and refuses orders that run in a circle.
func (b *builder) buildGroups() error {
	type member struct {
		item *Item
		doc  memberDoc
	}
	members := map[string][]member{}
	for i, d := range b.pack.items {
		for _, m := range d.Exclusion {
			if _, ok := b.pack.exclusions[m.Group.Text]; !ok {
				return in(itemFile(d), wrong(m.Group, "pack.unknown_group", "pack.yaml 里没有这个分组", "pack.yaml has no such group"))
			}
			belongs, err := b.holds(m.If)
			if err != nil {
				return in(itemFile(d), err)
			}
			if belongs {
				members[m.Group.Text] = append(members[m.Group.Text], member{b.plan.Items[i], m})
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.pack.exclusions)) {
		d, ms := b.pack.exclusions[id], members[id]
		slices.SortStableFunc(ms, func(x, y member) int { return cmp.Compare(x.doc.Rank.N, y.doc.Rank.N) })
		strategy, err := b.term(d.Strategy, string(Priority), string(FirstFiled), string(DeductPaid), string(OneInstitution))
		if err != nil {
			return inPack(err)
		}
		g := &Group{ID: id, Clause: d.Clause.Text, Strategy: Strategy(strategy)}
		for i, m := range ms {
			if i > 0 && ms[i-1].doc.Rank.N == m.doc.Rank.N {
				return in("items/"+m.item.ID+".yaml", wrong(m.doc.Group, "pack.rank", "与 "+ms[i-1].item.ID+" 的先后相同", "the same rank as "+ms[i-1].item.ID))
			}
			if m.item.Table != ms[0].item.Table || (g.Strategy != Priority && g.Strategy != FirstFiled && m.item.Table.Name != "loans") {
				return in("items/"+m.item.ID+".yaml", wrong(m.doc.Group, "pack.group_rows", "同组项目须逐行计算同一张表", "items of a group must be about rows of one table"))
			}
			g.Items = append(g.Items, m.item)
		}
		b.plan.Groups = append(b.plan.Groups, g)
	}
	return b.acyclic()
}

// acyclic refuses groups whose orders contradict each other: with A before B in
// one and B before A in another, each would give way to the other.
func (b *builder) acyclic() error {
	before := map[string][]string{}
	for _, g := range b.plan.Groups {
		for i := 1; i < len(g.Items); i++ {
			before[g.Items[i-1].ID] = append(before[g.Items[i-1].ID], g.Items[i].ID)
		}
	}
	state := map[string]int{}
	var visit func(id string, path []string) error
	visit = func(id string, path []string) error {
		path = append(path, id)
		switch state[id] {
		case 1:
			return fault.Invalidf("pack.exclusion_cycle", "不重复享受的先后成环：%s", "the exclusion orders run in a circle: %s", strings.Join(path[slices.Index(path, id):], " → ")).In(fault.Place{File: "pack.yaml"})
		case 2:
			return nil
		}
		state[id] = 1
		for _, next := range before[id] {
			if err := visit(next, path); err != nil {
				return err
			}
		}
		state[id] = 2
		return nil
	}
	for _, it := range b.plan.Items {
		if err := visit(it.ID, nil); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether all the readings have the values asked for.
func (b *builder) holds(conditions map[string]Word) (bool, error) {
	all := true
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		w := conditions[name]
		r := b.pack.Reading(name)
		if r == nil || !r.has(w.Text) {
			return false, wrong(w, "pack.reading_value", "没有这个理解或这个取值："+name, "no such reading or value: "+name)
		}
		all = all && b.plan.Readings[name] == w.Text
	}
	return all, nil
}

func itemFile(d *itemDoc) string { return "items/" + d.ID.Text + ".yaml" }
