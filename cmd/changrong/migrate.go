package main

import (
	"fmt"

	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func migrateCommand() *cobra.Command {
	var s serveFlags
	c := &cobra.Command{
		Use: "migrate", Short: "把数据库结构升级到本程序的版本；serve 启动时会自动升级，分设数据库角色时才需单独运行", Args: cobra.NoArgs,
		Example: "  changrong migrate --data data --database 'postgres://changrong_owner@/changrong?host=/run/postgresql'",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := s.settings(c.Flags(), lookEnv); err != nil {
				return err
			}
			version, err := server.Migrate(c.Context(), s.Config)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "数据库结构为第 %d 版\n", version)
			return nil
		},
	}
	s.keep(c.Flags())
	return c
}
