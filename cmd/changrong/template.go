package main

import (
	"io"
	"slices"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"

	"github.com/spf13/cobra"
)

func templateCommand() *cobra.Command {
	var tables []string
	c := &cobra.Command{
		Use: "template FILE.xlsx", Short: "写出填报模板：每张事实表一个工作表，带说明和代码", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			chosen := fact.Tables()
			if len(tables) > 0 {
				chosen = nil
				for _, name := range slices.Compact(tables) {
					t := fact.Lookup(name)
					if t == nil {
						return fault.Newf(fault.NotFound, "template.table", "没有事实表“%s”", "there is no table %q", name)
					}
					chosen = append(chosen, t)
				}
			}
			return toFile(c.OutOrStdout(), args[0], func(w io.Writer) error { return factfile.WriteTemplate(w, chosen) })
		},
	}
	c.Flags().StringSliceVar(&tables, "table", nil, "只要这些表，如 loans,month_balances")
	return c
}
