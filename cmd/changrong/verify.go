package main

import (
	"fmt"

	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func verifyCommand() *cobra.Command {
	var o server.VerifyOptions
	c := &cobra.Command{
		Use: "verify BUNDLE", Short: "复核结算包：校验每个文件，重新计算并逐行比较", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.Bundle = args[0]
			if err := o.Check(); err != nil {
				return usageError{err}
			}
			receipt, problems, err := server.Verify(c.Context(), o)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			for _, p := range problems {
				fmt.Fprintf(out, "不符 %s：%s\n     %s\n", p.At, p.Zh, p.En)
			}
			if len(problems) > 0 {
				fmt.Fprintf(out, "复核未通过：%d 处不符\n", len(problems))
				return errReported
			}
			fmt.Fprintf(out, "复核通过：文件未改动，重新计算结果逐字节相同\n政策包 %s %s\n结果指纹 %s\n", receipt.Pack.ID, receipt.Pack.SHA256, receipt.ResultSHA256)
			return nil
		},
	}
	c.Flags().StringVar(&o.Engine, "engine", "columnar", "重新计算所用的执行器：columnar、sql、cel")
	c.Flags().StringVar(&o.DSN, "dsn", "", "执行器 sql 所用的 PostgreSQL 连接")
	return c
}
