package main

import (
	"fmt"

	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "审计日志"}
	var o server.AccessOptions
	var bare bool
	verify := &cobra.Command{
		Use: "verify", Short: "校验审计日志：每条与前一条的摘要相连，任何改动都会断开", Args: cobra.NoArgs,
		Long: "校验审计日志。服务可以照常运行，不受影响。链头是最后一条的序号和摘要：把它记在平台之外，以后用 --expect 核对，可以发现末尾被截去或整条日志被重写。",
		Example: "  changrong audit verify --data data\n  changrong audit verify --data data --head >> /media/usb/链头.txt\n" +
			"  changrong audit verify --database postgres://… --expect 1024:9f86d0…",
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := server.VerifyAudit(c.Context(), o)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			for _, p := range r.Problems {
				fmt.Fprintf(out, "不符 第%d条：%s\n     %s\n", p.Seq, p.Zh, p.En)
			}
			if n := int64(len(r.Problems)) + r.More; n > 0 {
				fmt.Fprintf(out, "校验未通过：%d 处不符，共 %d 条\n", n, r.Entries)
				return errReported
			}
			if bare {
				fmt.Fprintln(out, r.Head)
				return nil
			}
			fmt.Fprintf(out, "校验通过：%d 条，首尾相连\n链头 %s\n请把链头记录在系统之外，下次用 --expect 核对\n", r.Entries, r.Head)
			return nil
		},
	}
	platform(verify, &o)
	verify.Flags().StringVar(&o.Expect, "expect", "", "以前记下的链头，写作 序号:摘要")
	verify.Flags().BoolVar(&bare, "head", false, "校验通过时只显示链头，供记录")
	c.AddCommand(verify)
	return c
}

func accountCommand() *cobra.Command {
	c := &cobra.Command{Use: "account", Short: "账号"}
	var o server.AccessOptions
	rescue := &cobra.Command{
		Use: "rescue LOGIN", Short: "管理员都无法登录时：给出一次性密码，并取消动态口令和锁定（内置数据库须先停止服务）", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			password, err := server.Rescue(c.Context(), o, args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "一次性密码 %s\n三天内有效，登录后须立即修改；此事已记入审计日志\n", password)
			return nil
		},
	}
	platform(rescue, &o)
	c.AddCommand(rescue)
	return c
}

// platform adds the flags that say which platform a command is about.
func platform(c *cobra.Command, o *server.AccessOptions) {
	c.Flags().StringVar(&o.Data, "data", "", "数据目录")
	c.Flags().StringVar(&o.Database, "database", "", "PostgreSQL 地址 postgres://…，或数据库文件")
}
