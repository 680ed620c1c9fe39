package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"changrong/internal/adapter/page"
	"changrong/internal/adapter/sheet"
	"changrong/internal/policy"
	"changrong/internal/server"

	"github.com/spf13/cobra"
)

// choiceFlags are the readings and parameters a command line changes.
type choiceFlags struct {
	readings   []string
	parameters []string
}

func (f *choiceFlags) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.readings, "reading", nil, "采用另一种理解：名称=取值，可多次")
	c.Flags().StringArrayVar(&f.parameters, "set", nil, "改变参数：名称=数量，可多次，如 rc_rate=0.3%")
}

func (f *choiceFlags) choices() (policy.Choices, error) {
	readings, err := pairs(f.readings)
	if err != nil {
		return policy.Choices{}, err
	}
	parameters, err := pairs(f.parameters)
	return policy.Choices{Readings: readings, Parameters: parameters}, err
}

func pairs(args []string) (map[string]string, error) {
	m := make(map[string]string, len(args))
	for _, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" || value == "" {
			return nil, usageError{fmt.Errorf("应写作 名称=取值，而不是“%s”", a)}
		}
		if _, twice := m[name]; twice {
			return nil, usageError{fmt.Errorf("%s 写了两次", name)}
		}
		m[name] = value
	}
	return m, nil
}

func settleCommand() *cobra.Command {
	var o server.SettleOptions
	var choices choiceFlags
	c := &cobra.Command{
		Use: "settle", Short: "按政策包结算一批事实，写出结算包", Args: cobra.NoArgs,
		Example: "  changrong settle --pack packs/linhai-2021-47 --facts facts --out bundle\n  changrong settle --pack … --facts … --out b.zip --reading average=daily_mean",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if o.Choices, err = choices.choices(); err != nil {
				return err
			}
			if err := o.Check(); err != nil {
				return usageError{err}
			}
			last := time.Now()
			o.Lap = func(stage string) {
				fmt.Fprintf(c.ErrOrStderr(), "%s %.2f 秒　", stage, time.Since(last).Seconds())
				last = time.Now()
			}
			sum, err := server.Settle(c.Context(), o)
			fmt.Fprintln(c.ErrOrStderr())
			if err != nil {
				return err
			}
			printSettlement(c.OutOrStdout(), sum)
			return nil
		},
	}
	c.Flags().StringVar(&o.Pack, "pack", "", "政策包文件夹")
	c.Flags().StringVar(&o.Facts, "facts", "", "事实文件夹（CSV、Parquet 或 Excel）")
	c.Flags().StringVar(&o.Out, "out", "", "结算包：文件夹，或以 .zip 结尾的文件")
	c.Flags().StringVar(&o.Engine, "engine", "columnar", "执行器：columnar、sql（PostgreSQL）、cel（逐行）")
	c.Flags().StringVar(&o.DSN, "dsn", "", "执行器 sql 所用的 PostgreSQL 连接")
	c.Flags().IntVar(&o.Partitions, "partitions", 1, "分几批读取企业，批数越多内存越少")
	c.Flags().IntVar(&o.Workers, "workers", 0, "并行数，0 为处理器核数")
	choices.add(c)
	mustHave(c, "pack", "facts", "out")
	return c
}

func mustHave(c *cobra.Command, names ...string) {
	for _, n := range names {
		if err := c.MarkFlagRequired(n); err != nil {
			panic(err) // a flag that was not declared: a defect seen at the first start
		}
	}
}

// printSettlement prints what was paid by item, what waits, and what became of the pools.
func printSettlement(w io.Writer, s *server.Settlement) {
	fmt.Fprintf(w, "%s　%s\n", s.Pack.Number, s.Pack.Title)
	t := sheet.Text{Head: []string{"项目", "名称", "收款人", "行数", "应得（元）", "资金池后（元）", "拨付（元）", "等待", "排除"}, Right: []bool{false, false, true, true, true, true, true, true, true}}
	for _, i := range s.Items {
		t.Add(i.ID, i.Title, fmt.Sprint(i.Payees), fmt.Sprint(i.Rows), page.Grouped(i.Amount), page.Grouped(i.Pooled), page.Grouped(i.Paid), fmt.Sprint(i.SetAside), fmt.Sprint(i.Excluded))
	}
	t.Add("合计", "", "", fmt.Sprint(s.Rows), page.Grouped(s.Amount), page.Grouped(s.Pooled), page.Grouped(s.Paid), "", "")
	fmt.Fprint(w, t.String())
	for _, p := range s.Result.Pools {
		if p.Limited {
			fmt.Fprintf(w, "资金池 %s：额度 %s 元，应得 %s 元，拨付 %s 元\n", p.Pool, page.Grouped(p.Budget), page.Grouped(p.Requested), page.Grouped(p.Paid))
		} else {
			fmt.Fprintf(w, "资金池 %s：没有额度记录，按不限额计算；应得 %s 元\n", p.Pool, page.Grouped(p.Requested))
		}
	}
	for _, table := range s.Receipt.Absent {
		fmt.Fprintf(w, "注意：事实中没有表 %s，按没有这些行计算\n", table)
	}
	fmt.Fprintf(w, "结果指纹 %s\n结算包 %s\n", s.Receipt.ResultSHA256, s.Out)
}
