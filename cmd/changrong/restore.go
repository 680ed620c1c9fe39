package main

import (
	"fmt"

	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func restoreCommand() *cobra.Command {
	var s serveFlags
	var in string
	c := &cobra.Command{
		Use: "restore", Short: "从备份恢复到空目录和空数据库，并核对审计日志、资金账和每个文件", Args: cobra.NoArgs,
		Example: "  changrong restore --in changrong-2026-05-01.backup --data data\n  changrong restore --in a.backup --data data --database postgres:///changrong",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := s.settings(c.Flags(), lookEnv); err != nil {
				return err
			}
			r, err := server.Restore(c.Context(), s.Config, in)
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			fmt.Fprintf(w, "已恢复 %s 的备份：%d 行，%d 个文件\n审计日志 %d 条，链头 %s\n", r.Manifest.At, r.Manifest.Rows(), r.Manifest.Files, r.Audit.Entries, r.Audit.Head)
			for _, p := range r.Audit.Problems {
				fmt.Fprintf(w, "审计日志不符 第%d条：%s\n", p.Seq, p.Zh)
			}
			for _, f := range r.Ledger {
				fmt.Fprintf(w, "资金账不符 [%s]：%s\n", f.Code, f.Zh)
			}
			if len(r.Audit.Problems)+len(r.Ledger) > 0 {
				return errReported
			}
			return nil
		},
	}
	s.keep(c.Flags())
	c.Flags().StringVar(&in, "in", "", "备份文件")
	mustHave(c, "in")
	return c
}
