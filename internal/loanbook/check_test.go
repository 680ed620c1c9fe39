package loanbook

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
)

const (
	bankA = "91331082DEM0000149"
	bankB = "91331082DEM0000224"
	shop  = "92331082DEM0000146"
	coop  = "93331082DEM0000143"
)

// facts makes a source from lines "table col=value col=value …".
func facts(t testing.TB, lines string) fact.Memory {
	t.Helper()
	m := fact.Memory{}
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		table := fact.Lookup(fields[0])
		if table == nil {
			t.Fatalf("no table %q", fields[0])
		}
		b := m[table.Name]
		if b == nil {
			b = fact.NewBatch(table, table.Stored())
			b.File, b.Line = table.Name+".csv", 2
			m[table.Name] = b
		}
		if len(fields) == 1 {
			continue
		}
		cells := map[string]string{}
		for _, f := range fields[1:] {
			name, value, _ := strings.Cut(f, "=")
			cells[name] = value
		}
		for _, v := range b.Vectors {
			if cell := cells[v.Column.Name]; cell == "" {
				v.AppendEmpty()
			} else if err := v.AppendCell([]byte(cell)); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			delete(cells, v.Column.Name)
		}
		if len(cells) > 0 {
			t.Fatalf("%s: no columns %v", line, cells)
		}
	}
	return m
}

// check returns the findings as "code field key" or "code file:line field key".
func check(t testing.TB, src fact.Source, opts Options) []string {
	t.Helper()
	var got []string
	err := Check(context.Background(), src, opts, func(f fact.Finding) {
		s := strings.TrimPrefix(f.Code, "loanbook.")
		if f.At.File != "" {
			s += fmt.Sprintf(" %s:%d", f.At.File, f.At.Line)
		}
		got = append(got, strings.TrimSpace(s+" "+f.At.Field+" "+f.At.Value))
		if f.Zh == "" || f.En == "" || strings.Contains(f.Zh+f.En, "%!") {
			t.Errorf("sentence of %s: %q, %q", f.Code, f.Zh, f.En)
		}
		i := slices.IndexFunc(Rules(), func(r Rule) bool { return r.Code == f.Code })
		if i < 0 || Rules()[i].Severity != f.Severity {
			t.Errorf("%s is not in the rules with severity %v", f.Code, f.Severity)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// good is a set of facts without a finding.
const good = `
institutions institution_id=` + bankA + ` name=A kind=rural_bank local_legal_person=1
institutions institution_id=` + bankB + ` name=B kind=city_bank local_legal_person=0
branches institution_id=` + bankA + ` branch_id=01 name=x
enterprises enterprise_id=` + shop + ` name=s kind=sole_trader industry=C13 size=micro employees=3 annual_sales=100000
enterprises enterprise_id=` + coop + ` name=c kind=coop
projects project_id=P1 institution_id=` + bankA + ` name=p
loans institution_id=` + bankA + ` loan_id=1 branch_id=01 project_id=P1 enterprise_id=` + shop + ` principal=1000.00 disbursed_on=2021-02-10 due_on=2022-02-09 first_loan=1
loans institution_id=` + bankA + ` loan_id=2 enterprise_id=` + coop + ` principal=500 disbursed_on=2020-12-01 due_on=2021-03-01 closed_on=2021-03-01
month_balances institution_id=` + bankA + ` loan_id=2 month=2021-01 balance=500
month_balances institution_id=` + bankA + ` loan_id=1 month=2021-02 balance=1000
month_balances institution_id=` + bankA + ` loan_id=2 month=2021-02 balance=300
month_balances institution_id=` + bankA + ` loan_id=1 month=2021-03 balance=900.01
loan_events institution_id=` + bankA + ` loan_id=1 event_no=e1 on=2021-02-10 kind=disburse amount=1000
loan_events institution_id=` + bankA + ` loan_id=2 event_no=e2 on=2021-02-11 kind=repay amount=200
loan_events institution_id=` + bankA + ` loan_id=2 event_no=e3 on=2021-03-01 kind=write_off amount=300
loan_events institution_id=` + bankA + ` loan_id=1 event_no=e3 on=2021-03-31 kind=repay amount=99.99
guarantees guarantee_id=G1 guarantor_id=` + bankB + ` institution_id=` + bankA + ` loan_id=1 enterprise_id=` + shop + ` amount=800 share=80 start_on=2021-02-10 end_on=2022-02-09
collaterals collateral_id=C1 institution_id=` + bankA + ` loan_id=1 class=equipment secured_party=` + bankA + ` registered_on=2021-02-10
`

func TestGood(t *testing.T) {
	if got := check(t, facts(t, good), Options{}); len(got) > 0 {
		t.Fatalf("findings %q", got)
	}
}

// TestRules adds to, or changes, the good facts: each case has exactly its findings.
func TestRules(t *testing.T) {
	ab := "institution_id=" + bankA
	for _, c := range []struct {
		name, old, new string // old "" appends
		want           []string
	}{
		{"duplicate enterprise", "", "enterprises enterprise_id=" + coop + " name=c2 kind=coop", []string{"duplicate_key enterprises.csv:4 enterprise_id " + coop}},
		{"duplicate note", "", "loans " + ab + " loan_id=1 enterprise_id=" + coop + " principal=1 disbursed_on=2021-02-10 due_on=2022-02-09", []string{"duplicate_key loans.csv:4 loan_id " + bankA + "/1"}},
		{"the same note number at two banks", "", "loans institution_id=" + bankB + " loan_id=1 enterprise_id=" + coop + " principal=1 disbursed_on=2021-02-10 due_on=2022-02-09", nil},
		{"duplicate balance", "", "month_balances " + ab + " loan_id=1 month=2021-02 balance=1", []string{"duplicate_key month_balances.csv:6 month " + bankA + "/1/2021-02"}},
		{"duplicate event", "", "loan_events " + ab + " loan_id=1 event_no=e1 on=2021-02-10 kind=disburse amount=1", []string{"duplicate_key loan_events.csv:6 event_no " + bankA + "/1/e1"}},
		{"duplicate decision", "", "decisions policy=p item=i subject_id=s\ndecisions policy=p item=i subject_id=s", []string{"duplicate_key decisions.csv:3 subject_id p/i/s"}},
		{"unknown bank of a branch", "", "branches institution_id=" + coop + " branch_id=01 name=x", []string{"unknown_institution branches.csv:3 institution_id " + coop + "/01"}},
		{"unknown borrower", "name=c kind=coop", "", nil},
		{"unknown borrower", "enterprise_id=" + coop + " principal", "enterprise_id=" + bankB + " principal", []string{"unknown_enterprise loans.csv:3 enterprise_id " + bankA + "/2"}},
		{"unknown branch", "branch_id=01 project", "branch_id=02 project", []string{"unknown_branch loans.csv:2 branch_id " + bankA + "/1"}},
		{"unknown project", "project_id=P1 enterprise", "project_id=P2 enterprise", []string{"unknown_project loans.csv:2 project_id " + bankA + "/1"}},
		{"balance of an unknown note", "", "month_balances " + ab + " loan_id=9 month=2021-02 balance=1", []string{"unknown_loan month_balances.csv:6 loan_id " + bankA + "/9/2021-02"}},
		{"event of an unknown note", "", "loan_events " + ab + " loan_id=9 event_no=e on=2021-02-10 kind=disburse amount=1", []string{"unknown_loan loan_events.csv:6 loan_id " + bankA + "/9/e"}},
		{"due before disbursed", "due_on=2022-02-09 first", "due_on=2021-02-09 first", []string{"date_order loans.csv:2 due_on " + bankA + "/1"}},
		{"due the day it was disbursed", "due_on=2022-02-09 first", "due_on=2021-02-10 first", nil},
		{"extended to before due", "due_on=2022-02-09 first", "due_on=2022-02-09 extended_to=2022-02-08 first", []string{"date_order loans.csv:2 extended_to " + bankA + "/1"}},
		{"closed before disbursed", "closed_on=2021-03-01", "closed_on=2020-11-30", []string{
			"date_order loans.csv:3 closed_on " + bankA + "/2",
			"balance_after_close month_balances.csv:2 balance " + bankA + "/2/2021-01", "balance_after_close month_balances.csv:4 balance " + bankA + "/2/2021-02",
		}},
		{"guarantee ends before it starts", "end_on=2022-02-09", "end_on=2021-02-09", []string{"date_order guarantees.csv:2 end_on G1"}},
		{"cancelled before registered", "registered_on=2021-02-10", "registered_on=2021-02-10 cancelled_on=2021-02-09", []string{"date_order collaterals.csv:2 cancelled_on C1"}},
		{"negative amount", "", "budgets pool=p amount=-0.01", []string{"negative budgets.csv:2 amount p"}},
		{"negative balance", "balance=900.01", "balance=-1", []string{"negative month_balances.csv:5 balance " + bankA + "/1/2021-03", "events_differ balance " + bankA + "/1/2021-03"}},
		{"balance over principal", "principal=1000.00", "principal=999.99", []string{"balance_over_principal month_balances.csv:3 balance " + bankA + "/1/2021-02"}},
		{"balance after close", "", "month_balances " + ab + " loan_id=2 month=2021-03 balance=0.01", []string{"balance_after_close month_balances.csv:6 balance " + bankA + "/2/2021-03", "events_differ balance " + bankA + "/2/2021-03"}},
		{"no balance after close", "", "month_balances " + ab + " loan_id=2 month=2021-03 balance=0", nil},
		{"balance before disbursement", "", "month_balances " + ab + " loan_id=1 month=2021-01 balance=5", []string{"balance_before_disbursement month_balances.csv:6 balance " + bankA + "/1/2021-01", "events_differ balance " + bankA + "/1/2021-01", "events_differ balance " + bankA + "/1/2021-02"}},
		{"gap", "closed_on=2021-03-01", "", []string{"gap balance " + bankA + "/2/2021-03"}},
		{"gap of a note closed on the last day", "closed_on=2021-03-01", "closed_on=2021-03-31", nil},
		{"gap of a note closed a day later", "closed_on=2021-03-01", "closed_on=2021-04-01", []string{"gap balance " + bankA + "/2/2021-03"}},
		{"events differ by a fen", "amount=99.99", "amount=100", []string{"events_differ balance " + bankA + "/1/2021-03"}},
		{"balance moves without an event", "balance=300", "balance=300.01", []string{"events_differ balance " + bankA + "/2/2021-02", "events_differ balance " + bankA + "/2/2021-03"}},
		{"size", "size=micro", "size=small", []string{"size enterprises.csv:2 size " + shop}},
		{
			"collision", "", "loans institution_id=" + bankB + " loan_id=7 enterprise_id=" + shop + " principal=1 disbursed_on=2021-02-10 due_on=2022-02-09 first_loan=1",
			[]string{"first_loan_collision first_loan " + bankA + "/1", "first_loan_collision first_loan " + bankB + "/7"},
		},
		{
			"earlier note", "", "loans institution_id=" + bankB + " loan_id=7 enterprise_id=" + shop + " principal=1 disbursed_on=2021-02-09 due_on=2022-02-09",
			[]string{"first_loan_earlier first_loan " + bankA + "/1"},
		},
		{"share", "share=80", "share=100.00001", []string{"guarantee_share guarantees.csv:2 share G1"}},
		{"shares", "", "guarantees guarantee_id=G2 guarantor_id=" + bankB + " institution_id=" + bankA + " loan_id=1 enterprise_id=" + shop + " amount=1 share=20.00001 start_on=2021-02-10 end_on=2022-02-09", []string{"guarantee_share guarantees.csv:3 share G2"}},
		{"shares at 100", "", "guarantees guarantee_id=G2 guarantor_id=" + bankB + " institution_id=" + bankA + " loan_id=1 enterprise_id=" + shop + " amount=1 share=20 start_on=2021-02-10 end_on=2022-02-09", nil},
		{"another's guarantee", "enterprise_id=" + shop + " amount", "enterprise_id=" + coop + " amount", []string{"guarantee_enterprise guarantees.csv:2 enterprise_id G1"}},
		{"secured party", "secured_party=" + bankA, "secured_party=" + bankB, []string{"secured_party collaterals.csv:2 secured_party C1"}},
		{"waived gap", "closed_on=2021-03-01", "\ndecisions policy=p item=i subject_id=2", []string{"gap_waived balance " + bankA + "/2/2021-03"}},
		{"month missing", "", "loans institution_id=" + bankB + " loan_id=7 enterprise_id=" + coop + " principal=9 disbursed_on=2021-01-09 due_on=2022-02-09\n" +
			"month_balances institution_id=" + bankB + " loan_id=7 month=2021-01 balance=9\nmonth_balances institution_id=" + bankB + " loan_id=7 month=2021-03 balance=9", []string{"month_missing month " + bankB}},
	} {
		lines := good + c.new
		if c.old != "" {
			if lines = strings.Replace(good, c.old, c.new, 1); c.new != "" && lines == good {
				t.Errorf("%s: %q is not in the good facts", c.name, c.old)
			}
		}
		if c.name == "unknown borrower" && c.new == "" {
			continue
		}
		if got := check(t, facts(t, lines), Options{}); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestRangeAsked(t *testing.T) {
	first, _ := civil.ParseMonth("2021-01")
	got := check(t, facts(t, good), Options{First: first, Last: first + 3})
	if want := []string{"gap balance " + bankA + "/1/2021-04"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestAbsentTables: what a table that is not there holds is unknown, not missing.
func TestAbsentTables(t *testing.T) {
	for _, table := range []string{"institutions", "branches", "enterprises", "projects"} {
		m := facts(t, good)
		delete(m, table)
		if got := check(t, m, Options{}); len(got) > 0 {
			t.Errorf("without %s: %q", table, got)
		}
	}
	m := facts(t, good)
	delete(m, "loans")
	if got := check(t, m, Options{}); len(got) > 0 {
		t.Errorf("without loans: %q", got)
	}
}

func TestSpike(t *testing.T) {
	line := func(month string, balance int) string {
		return fmt.Sprintf("month_balances institution_id=%s loan_id=S month=%s balance=%d\n", bankB, month, balance)
	}
	lines := func(a, b, c int) string {
		return good + "loans institution_id=" + bankB + " loan_id=S enterprise_id=" + coop + " principal=9000000 disbursed_on=2021-01-01 due_on=2022-02-09\n" +
			line("2021-05", a) + line("2021-06", b) + line("2021-07", c)
	}
	at := []string{"spike balance " + bankB + "/S/2021-06"}
	for _, c := range []struct {
		a, b, c int
		want    []string
	}{
		{1_000_000, 3_000_000, 1_000_000, nil}, // at the ratio
		{1_000_000, 3_000_001, 1_000_000, at},
		{0, 999_999, 0, nil}, // below the floor
		{0, 1_000_000, 0, at},
		{8_000_000, 8_500_000, 8_000_000, nil},
	} {
		if got := check(t, facts(t, lines(c.a, c.b, c.c)), Options{}); !slices.Equal(got, c.want) {
			t.Errorf("%d %d %d: got %q, want %q", c.a, c.b, c.c, got, c.want)
		}
	}
	if got := check(t, facts(t, lines(10, 21, 10)), Options{SpikeRatio: 2_000_000_000, SpikeFloor: 1}); !slices.Equal(got, at) {
		t.Errorf("with options: %q", got)
	}
}

func TestTooManyMonths(t *testing.T) {
	var b strings.Builder
	b.WriteString(good + "loans institution_id=" + bankB + " loan_id=S enterprise_id=" + coop + " principal=9 disbursed_on=2001-01-01 due_on=2022-02-09\n")
	for m := range MaxMonths {
		fmt.Fprintf(&b, "month_balances institution_id=%s loan_id=S month=%d-%02d balance=9\n", bankB, 2001+m/12, m%12+1)
	}
	got := check(t, facts(t, b.String()), Options{})
	if len(got) == 0 || got[0] != "too_many_months month_balances.csv:123 month "+bankB+"/S/2010-10" {
		t.Errorf("%q", got)
	}
}

func TestRuleTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.Code] || !strings.HasPrefix(r.Code, "loanbook.") || r.Zh == "" || r.En == "" {
			t.Errorf("rule %+v", r)
		}
		seen[r.Code] = true
		if r.Table != "" && fact.Lookup(r.Table) == nil {
			t.Errorf("%s: no table %s", r.Code, r.Table)
		}
	}
}
