package policy

import (
	"maps"
	"slices"

	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

func (b *builder) buildItems() error {
	for _, d := range b.pack.items {
		clear(b.used)
		it, err := b.item(d)
		if err != nil {
			return in(itemFile(d), err)
		}
		it.Parameters = slices.Sorted(maps.Keys(b.used))
		b.plan.Items = append(b.plan.Items, it)
	}
	return nil
}

func (b *builder) item(d *itemDoc) (*Item, error) {
	it := &Item{ID: d.ID.Text, Clause: d.Clause.Text, Title: d.Title.Text, Table: fact.Lookup(d.Rows.Text), Payee: Payee(d.Payee.Text)}
	own, err := b.scope(it.Table, nil)
	if err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		func() (err error) {
			it.When, it.Related, it.FirstLoan, err = b.selection(it.Table, d.When, d.Related, d.FirstLoan)
			return err
		},
		func() error { return b.bank(it, d) },
		func() error { return b.gate(it, d) },
		func() error { return b.base(it, d, own) },
		func() error { return b.limit(it, d) },
		func() error { return b.terms(it, d) },
		func() error { return b.capOf(it, d) },
		func() error { return b.poolOf(it, d) },
		func() error {
			text, err := b.term(d.Rounding)
			if err != nil {
				return err
			}
			it.Rounding, err = money.ParseRounding(text)
			return at(err, d.Rounding.Word)
		},
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return it, nil
}

// selection builds what items and indicators choose rows by.
func (b *builder) selection(t *fact.Table, when []Word, related []relatedDoc, first *choice) (es []*expr.Expr, rs []Related, fl FirstLoan, err error) {
	own, err := b.scope(t, nil)
	if err != nil {
		return nil, nil, "", err
	}
	if es, err = b.compileAll(own, when); err != nil {
		return nil, nil, "", err
	}
	for _, d := range related {
		r := Related{Table: fact.Lookup(d.In.Text), Not: d.Not.On}
		if r.Table == nil || r.Table.LinkTo(t.Name) == nil {
			return nil, nil, "", wrong(d.In, "pack.related", "这张表的行不属于 "+t.Name+" 的行", "rows of this table do not belong to rows of "+t.Name)
		}
		scope, err := b.scope(t, r.Table)
		if err != nil {
			return nil, nil, "", err
		}
		if r.When, err = b.compileAll(scope, d.When); err != nil {
			return nil, nil, "", err
		}
		rs = append(rs, r)
	}
	if first == nil {
		return es, rs, "", nil
	}
	if t.Name != "loans" {
		return nil, nil, "", wrong(first.Word, "pack.first_loan", "首贷户只能按贷款计算", "first-loan borrowers are about loans only")
	}
	text, err := b.term(*first, string(YearNotesOfFirstBank), string(FirstNote), string(YearNotesAllBanks))
	return es, rs, FirstLoan(text), err
}

// bank finds where a row's institution comes from.
func (b *builder) bank(it *Item, d *itemDoc) (err error) {
	has := it.Table.Column("institution_id") != nil
	switch {
	case it.Payee == PayEnterprise && it.Table.Column("enterprise_id") == nil:
		return wrong(d.Payee, "pack.payee", "这张表的行没有企业，不能付给企业", "rows of this table have no enterprise to be paid")
	case d.Bank != nil && it.Payee == PayEnterprise:
		return wrong(d.Bank.Table, "pack.bank", "付给企业的项目不写 bank", "an item paid to enterprises takes no bank")
	case d.Bank == nil && it.Payee == PayInstitution && !has:
		return wrong(d.Payee, "pack.bank", "这张表的行不属于某家机构，应写明 bank", "rows of this table belong to no institution; say which by bank")
	case d.Bank == nil:
		return nil
	case it.Table.Name != "enterprises":
		return wrong(d.Bank.Table, "pack.bank", "bank 只用于企业行", "bank is for rows of enterprises only")
	}
	e := &Earliest{Table: fact.Lookup(d.Bank.Table.Text)}
	if e.Table == nil || e.Table.LinkTo("enterprises") == nil || e.Table.Column("institution_id") == nil {
		return wrong(d.Bank.Table, "pack.bank", "这张表没有企业和机构", "this table has no enterprise and institution")
	}
	if e.By = e.Table.Column(d.Bank.By.Text); e.By == nil || e.By.Type != fact.Date || !e.By.Required {
		return wrong(d.Bank.By, "pack.bank", "应为该表必填的日期列", "must be a required date column of that table")
	}
	scope, err := b.scope(it.Table, e.Table)
	if err != nil {
		return err
	}
	if e.When, err = b.compileAll(scope, d.Bank.When); err != nil {
		return err
	}
	it.Bank = e
	return nil
}

func (b *builder) gate(it *Item, d *itemDoc) error {
	if d.Gate == nil {
		return nil
	}
	g := new(Gate)
	switch {
	case d.Gate.Above != nil && len(d.Gate.Require) > 0, d.Gate.Above == nil && len(d.Gate.Require) == 0:
		return wrong(d.ID, "pack.gate", "gate 应恰好写 above_average 或 require 之一", "gate takes exactly one of above_average and require")
	case d.Gate.Above != nil:
		if it.Payee != PayInstitution {
			return wrong(d.Payee, "pack.gate", "above_average 只用于金融机构", "above_average is about institutions only")
		}
		scope, err := b.scope(fact.Lookup("guarantees"), nil)
		if err != nil {
			return err
		}
		when, err := b.compileAll(scope, d.Gate.Above.When)
		if err != nil {
			return err
		}
		balance, err := b.term(d.Gate.Above.Balance, "whole_note", "guaranteed_share")
		if err != nil {
			return err
		}
		g.Above = &AboveAverage{When: when, Share: balance == "guaranteed_share"}
	default:
		table := fact.Lookup("institutions")
		if it.Payee == PayEnterprise {
			table = fact.Lookup("enterprises")
		}
		scope, err := b.scope(table, nil)
		if err != nil {
			return err
		}
		if g.Require, err = b.compileAll(scope, d.Gate.Require); err != nil {
			return err
		}
	}
	it.Gate = g
	return nil
}

func (b *builder) base(it *Item, d *itemDoc, own *expr.Scope) (err error) {
	switch {
	case d.Base == nil:
		return nil
	case (d.Base.Average == nil) == (d.Base.Of.Text == ""):
		return wrong(d.ID, "pack.base", "base 应恰好写 average 或 of 之一", "base takes exactly one of average and of")
	case d.Base.Average == nil:
		if d.Base.From.Text != "" {
			return wrong(d.Base.From, "pack.base", "from 只用于平均余额", "from is for averages only")
		}
		it.Base.Of, err = b.compileUnit(own, d.Base.Of, expr.Money)
		return err
	case it.Table.Name != "loans":
		return wrong(d.Base.Average.Word, "pack.base", "平均余额只用于贷款", "averages are of loans only")
	}
	enum := make([]string, len(Averages))
	for i, a := range Averages {
		enum[i] = string(a)
	}
	text, err := b.term(*d.Base.Average, enum...)
	if err != nil {
		return err
	}
	it.Base.Average = Average(text)
	if d.Base.From.Text != "" {
		it.Base.From, err = b.compileUnit(own, d.Base.From, expr.Day)
	}
	return err
}

func (b *builder) compileUnit(s *expr.Scope, w Word, unit expr.Unit) (*expr.Expr, error) {
	e, err := b.compile(s, w, expr.Int)
	if err != nil {
		return nil, err
	}
	if e.Root.Type.Unit != unit {
		return nil, wrong(w, "expr.unit", "表达式的单位不对", "an expression of the wrong unit")
	}
	return e, nil
}

// per checks that rows of the item can be put together that way.
func (b *builder) per(it *Item, w Word) (PerGroup, error) {
	per := PerGroup(w.Text)
	if per == PerEnterprise && it.Table.Column("enterprise_id") == nil || per == PerInstitution && it.Table.Column("institution_id") == nil && it.Bank == nil {
		return "", wrong(w, "pack.per", "这张表的行没有这个归属", "rows of this table have no such owner")
	}
	return per, nil
}

func (b *builder) limit(it *Item, d *itemDoc) error {
	if d.Limit == nil {
		return nil
	}
	if d.Base == nil {
		return wrong(d.Limit.Per, "pack.limit", "按个数计算没有基数上限", "a count has no limit")
	}
	per, err := b.per(it, d.Limit.Per)
	if err != nil {
		return err
	}
	amount, err := b.quantity(d.Limit.Amount, expr.Money)
	if err != nil {
		return err
	}
	it.Limit = &Limit{Per: per, Amount: money.Fen(amount)}
	if d.Limit.Order == nil {
		return nil
	}
	order, err := b.term(*d.Limit.Order, "after_average", "each_month")
	if err != nil {
		return err
	}
	it.Limit.EachMonth = order == "each_month"
	if it.Limit.EachMonth && (it.Base.Average == "" || it.Base.Average.Daily()) {
		return wrong(d.Limit.Order.Word, "pack.readings_exclude", "逐月限额只能与按月末余额的平均方法同用", "a limit for each month goes with month-end averages only")
	}
	return nil
}

// terms builds the rate or the amount.
func (b *builder) terms(it *Item, d *itemDoc) error {
	if (d.Rate == nil) == (d.Amount == nil) {
		return wrong(d.ID, "pack.term", "应恰好写 rate 或 amount 之一", "exactly one of rate and amount is needed")
	}
	if d.Rate != nil {
		t, err := b.openTerm(d.Rate, expr.Share)
		if err != nil {
			return err
		}
		it.Rate = &RateTerm{Open: t.open, Min: money.Rate(t.min), Max: money.Rate(t.max), Value: money.Rate(t.value)}
		if t.hasDefault {
			it.Rate.Default = new(money.Rate(t.value))
		}
		if max(t.max, t.value) > int64(money.One) || min(t.min, t.value) < 0 {
			return wrong(d.Rate.place(), "pack.rate_range", "比例应在 0 与 100% 之间", "a rate lies between 0 and 100 %")
		}
		return nil
	}
	t, err := b.openTerm(d.Amount, expr.Money)
	if err != nil {
		return err
	}
	it.Amount = &AmountTerm{Open: t.open, Min: money.Fen(t.min), Max: money.Fen(t.max), Value: money.Fen(t.value)}
	if t.hasDefault {
		it.Amount.Default = new(money.Fen(t.value))
	}
	if min(t.min, t.value) < 0 {
		return wrong(d.Amount.place(), "pack.amount_range", "金额不能为负", "an amount is not negative")
	}
	return nil
}

type openTerm struct {
	open, hasDefault bool
	min, max, value  int64
}

func (b *builder) openTerm(d *termDoc, unit expr.Unit) (t openTerm, err error) {
	if d.Open == nil {
		if d.Fixed == nil {
			return t, fault.New(fault.Invalid, "pack.term", "应写一个值，或 {open: {min, max, default}}", "write a value, or {open: {min, max, default}}")
		}
		t.value, err = b.quantity(*d.Fixed, unit)
		return t, err
	}
	t.open = true
	for _, q := range []struct {
		w  Word
		to *int64
	}{{d.Open.Min, &t.min}, {d.Open.Max, &t.max}} {
		if *q.to, err = b.quantity(q.w, unit); err != nil {
			return t, err
		}
	}
	if d.Open.Default != nil {
		t.hasDefault = true
		if t.value, err = b.quantity(*d.Open.Default, unit); err != nil {
			return t, err
		}
		if t.value < t.min || t.value > t.max {
			return t, wrong(*d.Open.Default, "pack.term_range",
				"默认值 "+quantityText(t.value, unit)+" 不在 "+quantityText(t.min, unit)+" 至 "+quantityText(t.max, unit)+" 之间",
				"the default "+quantityText(t.value, unit)+" is not within "+quantityText(t.min, unit)+" to "+quantityText(t.max, unit))
		}
	}
	if t.min > t.max {
		return t, wrong(d.Open.Min, "pack.term_range", "下限 min 大于上限 max", "min is above max")
	}
	return t, nil
}

// quantityText writes a rate or an amount as people do.
func quantityText(x int64, unit expr.Unit) string {
	if unit == expr.Share {
		return string(append(money.Rate(x).AppendPercent(nil), '%'))
	}
	return money.Fen(x).String() + "元"
}

func (b *builder) capOf(it *Item, d *itemDoc) error {
	if d.Cap == nil {
		return nil
	}
	per, err := b.per(it, d.Cap.Per)
	if err != nil {
		return err
	}
	amount, err := b.quantity(d.Cap.Amount, expr.Money)
	it.Cap = &Cap{Per: per, Amount: money.Fen(amount)}
	return err
}

func (b *builder) poolOf(it *Item, d *itemDoc) error {
	if d.Pool.Text == "" {
		return nil
	}
	if it.Pool = b.pools[d.Pool.Text]; it.Pool == nil {
		return wrong(d.Pool, "pack.unknown_pool", "pack.yaml 里没有这个资金池", "pack.yaml has no such pool")
	}
	if it.Pool.Allocator == ScaleRate && it.Rate == nil {
		return wrong(d.Pool, "pack.scale_rate", "按统一下调比例分配的资金池只能有按比例计算的项目", "a pool that scales the rate holds items with rates only")
	}
	return nil
}

func (b *builder) buildIndicators() error {
	for _, d := range b.pack.indicators {
		ind, err := b.indicator(d)
		if err != nil {
			return in("indicators.yaml", err)
		}
		b.plan.Indicators = append(b.plan.Indicators, ind)
	}
	return nil
}

func (b *builder) indicator(d *indicatorDoc) (*Indicator, error) {
	ind := &Indicator{
		ID: d.ID.Text, Clause: d.Clause.Text, Title: d.Title.Text, Responsible: d.Responsible.Text,
		Source: d.Source.Text, Measure: Measure{Kind: MeasureKind(d.Measure.Text), Why: d.Why.Text},
	}
	unit := expr.Plain
	if ind.Measure.Kind != External {
		if ind.Table = fact.Lookup(d.Rows.Text); ind.Table == nil {
			return nil, wrong(d.ID, "pack.rows", "应写明统计哪张表（rows）", "say which table it counts (rows)")
		}
		own, err := b.scope(ind.Table, nil)
		if err != nil {
			return nil, err
		}
		if ind.When, ind.Related, ind.FirstLoan, err = b.selection(ind.Table, d.When, d.Related, d.FirstLoan); err != nil {
			return nil, err
		}
		if unit, err = b.measure(own, d, &ind.Measure); err != nil {
			return nil, err
		}
		if ind.Measure.Kind == CountDistinct && ind.Table.Column("enterprise_id") == nil {
			return nil, wrong(d.Measure, "pack.measure", "这张表没有企业", "this table has no enterprise")
		}
	} else if d.Why.Text == "" {
		return nil, wrong(d.Measure, "pack.measure", "external 应写明数据从何而来（why）", "external needs why: where the figure comes from")
	}
	return ind, b.target(d, ind, unit)
}

// measure compiles of and by, and returns the unit of the result.
func (b *builder) measure(own *expr.Scope, d *indicatorDoc, m *Measure) (unit expr.Unit, err error) {
	needsOf := m.Kind == Sum || m.Kind == WeightedMean || m.Kind == Ratio
	needsBy := m.Kind == WeightedMean || m.Kind == Ratio
	if needsOf != (d.Of.Text != "") || needsBy != (d.By.Text != "") {
		return 0, wrong(d.Measure, "pack.measure", "sum 需要 of，weighted_mean 和 ratio 需要 of 与 by，其余都不需要", "sum takes of; weighted_mean and ratio take of and by; the others take neither")
	}
	if needsOf {
		if m.Of, err = b.compile(own, d.Of, expr.Int); err != nil {
			return 0, err
		}
		unit = m.Of.Root.Type.Unit
	}
	if needsBy {
		if m.By, err = b.compile(own, d.By, expr.Int); err != nil {
			return 0, err
		}
	}
	if m.Kind == Ratio {
		unit = expr.Share
	}
	return unit, nil
}

func (b *builder) target(d *indicatorDoc, ind *Indicator, unit expr.Unit) error {
	if d.Target == nil {
		return nil
	}
	atLeast := d.Target.AtLeast.Text != ""
	if atLeast == (d.Target.AtMost.Text != "") {
		return wrong(d.ID, "pack.target", "target 应恰好写 at_least 或 at_most 之一", "target takes exactly one of at_least and at_most")
	}
	w := d.Target.AtMost
	if atLeast {
		w = d.Target.AtLeast
	}
	if ind.Measure.Kind == External {
		c, err := parseParameter(w)
		if err != nil {
			return err
		}
		unit = c.Type.Unit
	}
	value, err := b.quantity(w, unit)
	ind.Target = &Target{AtLeast: atLeast, Value: value, Unit: unit}
	return err
}
