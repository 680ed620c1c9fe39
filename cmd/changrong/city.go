package main

import (
	"fmt"

	"changrong/internal/sim"

	"github.com/spf13/cobra"
)

func cityCommand() *cobra.Command {
	var o sim.Options
	c := &cobra.Command{
		Use: "city", Short: "生成一座模拟的县城：企业、银行、贷款，不含任何真实主体", Args: cobra.NoArgs,
		Example: "  changrong city --seed 1 --enterprises 2000 --as pboc --out bank-files",
		RunE: func(c *cobra.Command, _ []string) error {
			sum, err := sim.Write(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprint(c.OutOrStdout(), sum.String())
			return nil
		},
	}
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "随机种子，同一种子生成同样的文件")
	c.Flags().IntVar(&o.Enterprises, "enterprises", 2000, "企业户数")
	c.Flags().StringVar(&o.Out, "out", "", "写到这个文件夹")
	mustHave(c, "out")
	return c
}
