package main

import (
	"fmt"

	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func backupCommand() *cobra.Command {
	var s serveFlags
	var out string
	c := &cobra.Command{
		Use: "backup", Short: "备份平台：数据库、文件、密钥、政策包；服务可以照常运行", Args: cobra.NoArgs,
		Example: "  changrong backup --data data --out changrong-2026-05-01.backup",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := s.settings(c.Flags(), lookEnv); err != nil {
				return err
			}
			m, err := server.Backup(c.Context(), s.Config, out)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "已备份 %s\n%d 张表，%d 行；%d 个文件，%d 字节\n其中有密钥，请妥善保管\n", out, len(m.Tables), m.Rows(), m.Files, m.Bytes)
			return nil
		},
	}
	s.keep(c.Flags())
	c.Flags().StringVar(&s.Packs, "packs", "", "政策包目录；不写则用数据目录中的 packs")
	c.Flags().StringVar(&out, "out", "", "写到这个文件，须尚不存在")
	mustHave(c, "out")
	return c
}
