package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"changrong/internal/adapter/export"
	"changrong/internal/adapter/page"
	"changrong/internal/adapter/sheet"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/loanbook/repayment"

	"github.com/spf13/cobra"
)

// scheduleFlags is a loan as a command line says it.
type scheduleFlags struct {
	draws, changes, parts, extensions, fees []string
	rate, firstDue, payoff, grace           string
	method, basis, every, rounding          string
	terms                                   repayment.Terms
	csv                                     string
}

func scheduleCommand() *cobra.Command {
	f := &scheduleFlags{}
	c := &cobra.Command{
		Use: "schedule", Short: "还款试算：还款计划、利息合计和年化利率", Args: cobra.NoArgs,
		Example: "  changrong schedule --draw 2024-01-15=120万元 --rate 3.85% --periods 36\n" +
			"  changrong schedule --draw 2024-01-15=50万元 --rate 4.35% --periods 12 --method interest_first --fee 2024-01-15=500元 --fee 2025-01-15=-1万元\n" +
			"  changrong schedule --draw 2024-01-31=20万元 --rate 5% --periods 24 --prepay 2024-08-01=5万元:instalment --csv 还款计划.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			fees, err := f.read()
			if err != nil {
				return err
			}
			s, err := repayment.Make(f.terms)
			if err != nil {
				return err
			}
			cost, err := s.CostWith(fees)
			if err != nil {
				return err
			}
			if f.csv != "" {
				name := f.csv
				if name == "-" {
					name = ""
				}
				return toFile(c.OutOrStdout(), name, func(w io.Writer) error { return scheduleCSV(w, s) })
			}
			printSchedule(c.OutOrStdout(), s, cost)
			return nil
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.draws, "draw", nil, "放款：日期=金额，如 2024-01-15=120万元；可写多次")
	flags.StringVar(&f.rate, "rate", "", "年利率，如 3.85%")
	flags.IntVar(&f.terms.Periods, "periods", 0, "期数")
	flags.StringVar(&f.method, "method", string(repayment.EqualInstalments), "还款方式：equal_instalments 等额本息，equal_principal 等额本金，interest_first 先息后本，bullet 一次还本付息，flat 等本等息")
	flags.StringVar(&f.every, "every", string(repayment.Monthly), "还款间隔：week、month、quarter")
	flags.StringVar(&f.basis, "basis", string(repayment.Thirty360), "计息基础：30_360、act_360、act_365")
	flags.StringVar(&f.rounding, "rounding", string(repayment.HalfUp), "取整到分：half_up 四舍五入，half_even 四舍六入五成双")
	flags.StringVar(&f.firstDue, "first-due", "", "首个还款日；不写为放款后一期")
	flags.IntVar(&f.terms.DueDay, "due-day", 0, "每月还款日；当月没有这一天的为月末")
	flags.BoolVar(&f.terms.MonthEnd, "month-end", false, "还款日一律为月末")
	flags.StringVar(&f.grace, "grace", "", "宽限期：期数:种类，种类为 principal 只付息，collected 期满一并付息，capitalised 利息计入本金")
	flags.StringArrayVar(&f.changes, "rate-change", nil, "调息：日期=年利率；可写多次")
	flags.StringArrayVar(&f.parts, "prepay", nil, "部分提前还款：日期=金额:term 期限不变，或 :instalment 月供不变；可写多次")
	flags.StringArrayVar(&f.extensions, "extend", nil, "展期：日期=期数；可写多次")
	flags.StringVar(&f.payoff, "payoff", "", "提前结清日期")
	flags.StringArrayVar(&f.fees, "fee", nil, "利息以外的费用：日期=金额，负数为补贴；可写多次")
	flags.StringVar(&f.csv, "csv", "", "写成 CSV 文件；- 为写到屏幕")
	mustHave(c, "draw", "rate", "periods")
	return c
}

// read makes terms and fees of the flags.
func (f *scheduleFlags) read() ([]repayment.Fee, error) {
	t := &f.terms
	t.Method, t.Every = repayment.Method(f.method), repayment.Every(f.every)
	t.Basis, t.Rounding = repayment.Basis(f.basis), repayment.Rounding(f.rounding)
	var err error
	if t.Rate, err = money.ParseRate(f.rate); err != nil {
		return nil, at("rate", err)
	}
	for _, day := range []struct {
		flag, text string
		into       **civil.Date
	}{{"first-due", f.firstDue, &t.FirstDue}, {"payoff", f.payoff, &t.PayoffOn}} {
		if day.text == "" {
			continue
		}
		on, err := civil.ParseDate(day.text)
		if err != nil {
			return nil, at(day.flag, err)
		}
		*day.into = &on
	}
	if f.grace != "" {
		periods, kind, _ := strings.Cut(f.grace, ":")
		n, err := strconv.Atoi(periods)
		if err != nil {
			return nil, usageError{fmt.Errorf("--grace 应为 期数:种类，如 3:principal：%s", f.grace)}
		}
		t.Grace = &repayment.Grace{Periods: n, Kind: repayment.GraceKind(kind)}
	}
	return f.dated()
}

// dated reads what has a day.
func (f *scheduleFlags) dated() ([]repayment.Fee, error) {
	t := &f.terms
	var fees []repayment.Fee
	for _, list := range []struct {
		flag string
		all  []string
		take func(on civil.Date, text string) error
	}{
		{"draw", f.draws, func(on civil.Date, text string) error {
			amount, err := signedAmount(text)
			t.Drawdowns = append(t.Drawdowns, repayment.Drawdown{On: on, Amount: amount})
			return err
		}},
		{"rate-change", f.changes, func(on civil.Date, text string) error {
			rate, err := money.ParseRate(text)
			t.RateChanges = append(t.RateChanges, repayment.RateChange{On: on, Rate: rate})
			return err
		}},
		{"prepay", f.parts, func(on civil.Date, text string) error {
			text, keep, _ := strings.Cut(text, ":")
			amount, err := signedAmount(text)
			t.Prepayments = append(t.Prepayments, repayment.Prepayment{On: on, Amount: amount, Keep: repayment.Keep(keep)})
			return err
		}},
		{"extend", f.extensions, func(on civil.Date, text string) error {
			n, err := strconv.Atoi(text)
			t.Extensions = append(t.Extensions, repayment.Extension{On: on, Periods: n})
			if err != nil {
				return usageError{fmt.Errorf("--extend 应为 日期=期数：%s", text)}
			}
			return nil
		}},
		{"fee", f.fees, func(on civil.Date, text string) error {
			amount, err := signedAmount(text)
			fees = append(fees, repayment.Fee{On: on, Amount: amount})
			return err
		}},
	} {
		for _, text := range list.all {
			day, rest, ok := strings.Cut(text, "=")
			if !ok {
				return nil, usageError{fmt.Errorf("--%s 应为 日期=取值，如 2024-01-15=…：%s", list.flag, text)}
			}
			on, err := civil.ParseDate(day)
			if err == nil {
				err = list.take(on, rest)
			}
			if err != nil {
				return nil, at(list.flag, err)
			}
		}
	}
	return fees, nil
}

// signedAmount reads 120万元, and -1万元 of what is given.
func signedAmount(text string) (money.Fen, error) {
	text, negative := strings.CutPrefix(text, "-")
	q, err := money.ParseAmount(text)
	if negative {
		q.Fen = -q.Fen
	}
	return q.Fen, err
}

// at says which flag a fault is about.
func at(flag string, err error) error {
	var usage usageError
	if errors.As(err, &usage) {
		return err
	}
	return fault.Of(err).In(fault.Place{Field: "--" + flag})
}

// foundZh says why there is no compound rate.
var foundZh = map[repayment.Found]string{
	repayment.NoRate: "无解", repayment.ManyRates: "有多个解，不作数", repayment.NotSettled: "无法判定是否唯一",
}

func printSchedule(w io.Writer, s *repayment.Schedule, cost repayment.Cost) {
	t := sheet.Text{Head: []string{"期", "日期", "事项", "放款（元）", "本金（元）", "利息（元）", "还款（元）", "剩余本金（元）"}, Right: []bool{true, false, false, true, true, true, true, true}}
	for i := range s.Rows {
		r := &s.Rows[i]
		no := ""
		if r.No > 0 {
			no = strconv.Itoa(r.No)
		}
		t.Add(no, r.On.String(), rowZh(r), page.Grouped(r.Drawn), page.Grouped(r.Principal), page.Grouped(r.Interest), page.Grouped(r.Payment), page.Grouped(r.Balance))
	}
	t.Add("合计", "", "", page.Grouped(s.Drawn), "", page.Grouped(s.Interest), page.Grouped(s.Paid), "")
	fmt.Fprint(w, t.String())
	if cost.Fees != 0 {
		fmt.Fprintf(w, "利息以外的费用 %s 元\n", page.Grouped(cost.Fees))
	}
	compound, simple := foundZh[cost.Found], "无法计算"
	if cost.Compound != nil {
		compound = cost.Compound.Human()
	}
	if cost.Simple != nil {
		simple = cost.Simple.Human()
	}
	fmt.Fprintf(w, "年化利率（复利，内部收益率法） %s\n年化利率（单利） %s\n", compound, simple)
}

func scheduleCSV(w io.Writer, s *repayment.Schedule) error {
	type row = repayment.Row
	yuan := func(of func(*row) money.Fen) func(*row) export.Cell {
		return func(r *row) export.Cell { return export.Yuan(of(r)) }
	}
	x, err := export.NewWriter(w, export.CSV, []export.Column[row]{
		{Head: "期", Cell: func(r *row) export.Cell { return export.Count(int64(r.No)) }},
		{Head: "日期", Cell: func(r *row) export.Cell { return export.Day(r.On) }},
		{Head: "事项", Cell: func(r *row) export.Cell { return export.Text(rowZh(r)) }},
		{Head: "放款（元）", Cell: yuan(func(r *row) money.Fen { return r.Drawn })},
		{Head: "本金（元）", Cell: yuan(func(r *row) money.Fen { return r.Principal })},
		{Head: "利息（元）", Cell: yuan(func(r *row) money.Fen { return r.Interest })},
		{Head: "宽限期暂不收的利息（元）", Cell: yuan(func(r *row) money.Fen { return r.Deferred + r.Capitalised })},
		{Head: "还款（元）", Cell: yuan(func(r *row) money.Fen { return r.Payment })},
		{Head: "剩余本金（元）", Cell: yuan(func(r *row) money.Fen { return r.Balance })},
	})
	if err != nil {
		return err
	}
	for i := range s.Rows {
		if err := x.Add(&s.Rows[i]); err != nil {
			return err
		}
	}
	return x.Close()
}

// rowZh says what a row is about, and what grace puts off.
func rowZh(r *repayment.Row) string {
	switch {
	case r.Deferred > 0:
		return "宽限期，利息暂不收"
	case r.Capitalised > 0:
		return "宽限期，利息计入本金"
	}
	return r.Kind.Zh()
}
