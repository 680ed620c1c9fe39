package main

import (
	"fmt"
	"time"

	"changrong/internal/adapter/factfile"
	"changrong/internal/sim"

	"github.com/spf13/cobra"
)

func cityCommand() *cobra.Command {
	var o sim.Options
	var as, format string
	var trouble []string
	c := &cobra.Command{
		Use: "city", Short: "生成一座模拟的县城：企业、银行、贷款，不含任何真实主体", Args: cobra.NoArgs,
		Example: "  changrong city --seed 1 --enterprises 2000 --as pboc --out bank-files\n  changrong city --notes 1000000 --out facts",
		RunE: func(c *cobra.Command, _ []string) error {
			o.As, o.Format = sim.Form(as), factfile.Format(format)
			for _, t := range trouble {
				o.Trouble = append(o.Trouble, sim.Trouble(t))
			}
			if o.Notes < 0 {
				return usageError{fmt.Errorf("--notes 不能为负")}
			}
			if o.Notes > 0 {
				o.Enterprises = 0
			}
			start := time.Now()
			sum, err := sim.Write(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprint(c.OutOrStdout(), sum.String())
			fmt.Fprintf(c.ErrOrStderr(), "用时 %.1f 秒\n", time.Since(start).Seconds())
			return nil
		},
	}
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "随机种子，同一种子生成同样的文件")
	c.Flags().IntVar(&o.Enterprises, "enterprises", 2000, "借款企业户数")
	c.Flags().IntVar(&o.Notes, "notes", 0, "改按借据笔数生成（约数）")
	c.Flags().StringVar(&as, "as", "facts", "facts：事实表；pboc：银行每月报送的金融基础数据文件；both：两者")
	c.Flags().StringVar(&format, "format", "parquet", "事实表的格式：parquet 或 csv")
	c.Flags().BoolVar(&o.Zip, "zip", false, "报送文件打成 zip，而不是 .dat 和 .log")
	c.Flags().BoolVar(&o.EveryMonth, "every-month", false, "每笔借据每个月末都写余额，零也写")
	c.Flags().StringSliceVar(&o.Without, "without", nil, "不写这些事实表，如 loan_events")
	c.Flags().StringSliceVar(&trouble, "trouble", nil, "各种一处错误，用来试核对；可用 "+fmt.Sprint(sim.Troubles()))
	c.Flags().StringVar(&o.Out, "out", "", "写到这个文件夹")
	mustHave(c, "out")
	return c
}
