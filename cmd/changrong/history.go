package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"changrong/internal/base/fault"
	"changrong/internal/sim/history"

	"github.com/spf13/cobra"
)

// historyCommand writes samples for scorecards to be trained on.
func historyCommand() *cobra.Command {
	var o history.Options
	var out string
	c := &cobra.Command{
		Use: "history", Short: "生成合成的建模样本：虚构企业在参考部门的指标，和一年内是否违约；不含任何真实企业", Args: cobra.NoArgs,
		Example: "  changrong history --seed 1 --enterprises 4000 --out out/history\n" +
			"  changrong rating train --data out/history/sample.csv --features out/history/features.yaml --target defaulted --bad 1 --out card.json",
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := history.Make(c.Context(), o)
			if err != nil {
				return err
			}
			s, err := h.Summary()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return fault.New(fault.Unavailable, "file.write", "文件夹无法建立", "the folder cannot be made").In(fault.Place{File: out}).Because(err)
			}
			features := func(w io.Writer) error {
				text, err := history.FeaturesText()
				if err == nil {
					_, err = w.Write(text)
				}
				return err
			}
			for _, f := range []struct {
				name  string
				write func(io.Writer) error
			}{{"sample.csv", h.WriteSample}, {"refused.csv", h.WriteRefused}, {"features.yaml", features}} {
				if err := toFile(c.OutOrStdout(), filepath.Join(out, f.name), f.write); err != nil {
					return err
				}
			}
			fmt.Fprintf(c.OutOrStdout(), "合成数据，不含任何真实企业：获得贷款%d户，其中违约%d户（%.1f%%）；被拒%d户，没有结果；%.1f%%的指标未知。\n任何模型的AUC，除偶然外不超过%.3f\n",
				s.Firms, s.Bad, 100*float64(s.Bad)/float64(s.Firms), s.Refused, 100*s.Unknown, s.Best)
			return nil
		},
	}
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "随机种子，同一种子生成同样的文件")
	c.Flags().IntVar(&o.Enterprises, "enterprises", 4000, "申请贷款的企业户数")
	c.Flags().IntVar(&o.Workers, "workers", 0, "并行数，0 为处理器核数")
	c.Flags().StringVar(&out, "out", "", "写到这个文件夹：sample.csv、refused.csv、features.yaml")
	mustHave(c, "out")
	return c
}
