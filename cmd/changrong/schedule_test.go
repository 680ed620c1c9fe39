package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScheduleIsPrinted(t *testing.T) {
	loan := []string{"schedule", "--draw", "2024-01-15=1万元", "--rate", "12%"}
	code, out := command(t, append(loan, "--periods", "12", "--fee", "2024-01-15=50元")...)
	for _, want := range []string{"888.49", "期", "合计", "10,661.86", "利息以外的费用 50.00 元", "年化利率（复利，内部收益率法） 13.", "年化利率（单利） "} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%d, no %q in\n%s", code, want, out)
		}
	}
	code, out = command(t, append(loan, "--periods", "4", "--grace", "1:capitalised", "--prepay", "2024-04-20=1000元:instalment", "--rate-change", "2024-03-01=6%", "--extend", "2024-03-01=2", "--payoff", "2024-06-01")...)
	for _, want := range []string{"宽限期，利息计入本金", "部分提前还款", "提前结清", "2024-06-01"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("%d, no %q in\n%s", code, want, out)
		}
	}
	file := filepath.Join(t.TempDir(), "计划.csv")
	if code, out = command(t, append(loan, "--periods", "2", "--csv", file)...); code != exitOK || !strings.Contains(out, "已写出") {
		t.Errorf("%d %s", code, out)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, printed := command(t, append(loan, "--periods", "2", "--csv", "-")...)
	if string(written) != printed || !strings.Contains(printed, "2,2024-03-15,按期还款,0.00,5024.88,50.25,0.00,5075.13,0.00") {
		t.Errorf("%s\n%s", written, printed)
	}
}

func TestScheduleSaysWhatIsWrong(t *testing.T) {
	for args, want := range map[string]struct {
		code int
		says string
	}{
		"--rate 1% --periods 1":                                                {exitUsage, "--draw"},
		"--draw x --rate 1% --periods 1":                                       {exitUsage, "--draw 应为 日期=取值"},
		"--draw 2024-02-30=1元 --rate 1% --periods 1":                           {exitFailed, "civil.date"},
		"--draw 2024-02-01=1.005元 --rate 1% --periods 1":                       {exitFailed, "money.finer"},
		"--draw 2024-02-01=1元 --rate 一分 --periods 1":                           {exitFailed, "money.rate"},
		"--draw 2024-02-01=1元 --rate 1% --periods 0":                           {exitFailed, "repayment.periods"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --grace 1":                 {exitFailed, "repayment.word"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --grace x":                 {exitUsage, "--grace 应为"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --extend 2024-03-01=x":     {exitUsage, "--extend 应为"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --payoff 20240301":         {exitFailed, "--payoff"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --prepay 2024-03-01=1元":    {exitFailed, "repayment.word"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --method balloon":          {exitFailed, "repayment.word"},
		"--draw 2024-02-01=1元 --rate 1% --periods 2 --rate-change 2024-03-01=": {exitFailed, "--rate-change"},
	} {
		if code, out := command(t, append([]string{"schedule"}, strings.Fields(args)...)...); code != want.code || !strings.Contains(out, want.says) {
			t.Errorf("%s: %d, %s", args, code, out)
		}
	}
}
