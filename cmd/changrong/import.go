package main

import (
	"fmt"

	"changrong/internal/adapter/intake"

	"github.com/spf13/cobra"
)

func importCommand() *cobra.Command {
	var o intake.Options
	c := &cobra.Command{
		Use: "import", Short: "导入银行报送的文件：核对、转换为事实；有一处错误就什么也不写", Args: cobra.NoArgs,
		Example: "  changrong import --in bank-files --out facts\n  changrong import --in bank-files --check",
		RunE: func(c *cobra.Command, _ []string) error {
			rep, err := intake.Import(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), rep)
			return nil
		},
	}
	return c
}
