package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"changrong/internal/sim/life"

	"github.com/spf13/cobra"
)

// liveCommand fills a demonstration.
func liveCommand() *cobra.Command {
	var o life.Options
	c := &cobra.Command{
		Use: "live", Short: "让一座模拟的县城在空白的演示平台上过一年：账号、报送、结算、审核、拨付", Args: cobra.NoArgs,
		Example: "  changrong serve --data out/demo/platform --packs packs --demo\n  changrong live --url http://127.0.0.1:8321 --code 初始化码",
		RunE: func(c *cobra.Command, _ []string) error {
			o.URL = strings.TrimSuffix(o.URL, "/")
			if o.BeginCode == "" {
				o.BeginCode = os.Getenv(envPrefix + "BEGIN_CODE")
			}
			o.Lending = true
			o.Progress = func(what string) { fmt.Fprintln(c.ErrOrStderr(), what) }
			t, err := life.Live(c.Context(), o)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "登录名\t密码\t姓名\t身份")
			for _, p := range t.Shown() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Login, p.Password, p.Name, p.Place)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			for _, h := range t.Hints() {
				fmt.Fprintf(c.OutOrStdout(), "\n%s  %s\n    %s\n", h.Who, h.Address, h.What)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.URL, "url", "http://127.0.0.1:8321", "平台地址")
	f.StringVar(&o.BeginCode, "code", "", "平台启动时显示的初始化码；不写则取环境变量 "+envPrefix+"BEGIN_CODE")
	f.Uint64Var(&o.Seed, "seed", 1, "随机种子")
	f.IntVar(&o.Enterprises, "enterprises", 300, "企业数")
	f.StringVar(&o.BankSide, "bank-side", "", "把接入一家银行的系统所需的密钥、密钥编号和推送密钥写到这个文件夹，供 changrong bank 使用；不写则不接入")
	f.StringVar(&o.BankHook, "bank-hook", "http://127.0.0.1:8431/hooks", "该系统接收推送的地址")
	return c
}
