package main

import (
	"fmt"

	"changrong/internal/adapter/crypto"
	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func receiptCommand() *cobra.Command {
	c := &cobra.Command{Use: "receipt", Short: "报送回执"}
	var keys string
	verify := &cobra.Command{
		Use: "verify FILE", Short: "用平台公布的公钥验证回执文件，不需联网", Args: cobra.ExactArgs(1),
		Example: "  curl -o keys.json https://jr.example.cn/.well-known/jwks.json\n  changrong receipt verify 回执.json --keys keys.json",
		RunE: func(c *cobra.Command, args []string) error {
			g, err := server.VerifyReceipt(args[0], keys)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "签名有效，回执未被改动\n\n%s", g.Text())
			return nil
		},
	}
	verify.Flags().StringVar(&keys, "keys", "", "平台的公钥文件（/.well-known/jwks.json）")
	verify.MarkFlagRequired("keys") //nolint:errcheck // the flag is there
	c.AddCommand(verify)
	return c
}

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "平台的密钥"}
	var o server.AccessOptions
	var suite string
	rotate := &cobra.Command{
		Use: "rotate", Short: "换用新密钥：以后用新的签名和加密，旧的保留，仍可验证和解密", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			id, err := server.RotateKeys(c.Context(), o, crypto.Suite(suite))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "已换用新密钥，签名密钥 %s\n请备份 keys/keys.json（与数据库备份分开存放），然后启动服务\n", id)
			return nil
		},
	}
	platform(rotate, &o)
	rotate.Flags().StringVar(&suite, "suite", "", "密码套件：intl 国际，gm 国密；与服务的设置相同")
	rotate.MarkFlagRequired("suite") //nolint:errcheck // the flag is there
	c.AddCommand(rotate)
	return c
}
