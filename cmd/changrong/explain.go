package main

import (
	"fmt"
	"io"
	"strings"

	"changrong/internal/adapter/page"
	"changrong/internal/server"
	"changrong/internal/settlement/explain"

	"github.com/spf13/cobra"
)

func explainCommand() *cobra.Command {
	var o server.ExplainOptions
	var note, lang, html string
	c := &cobra.Command{
		Use: "explain BUNDLE", Short: "说明一个收款人或一笔业务为何得这么多，并与结算结果核对", Args: cobra.ExactArgs(1),
		Example: "  changrong explain bundle --payee 91331082DEM0000149\n  changrong explain bundle --note 91331082DEM0000149/JJ0001 --html why.html",
		RunE: func(c *cobra.Command, args []string) error {
			o.Bundle = args[0]
			if note != "" {
				institution, subject, ok := strings.Cut(note, "/")
				if !ok || institution == "" || subject == "" {
					return usageError{fmt.Errorf("--note 应写作 机构代码/借据编码")}
				}
				o.Query.Institution, o.Query.Subject = institution, subject
			}
			if n := count(note != "", o.Query.Payee != "", o.Example); n != 1 {
				return usageError{fmt.Errorf("--payee、--note、--example 应恰好写一个")}
			}
			if lang != "zh" && lang != "en" {
				return usageError{fmt.Errorf("--lang 为 zh 或 en")}
			}
			trace, err := server.Explain(c.Context(), o)
			if err != nil {
				return err
			}
			if html != "" {
				err = toFile(c.OutOrStdout(), html, func(w io.Writer) error { return page.Explain(w, trace, explain.Lang(lang)) })
			} else {
				_, err = io.WriteString(c.OutOrStdout(), trace.Text(explain.Lang(lang)))
			}
			if err == nil && trace.Compared && !trace.Agrees {
				return errReported
			}
			return err
		},
	}
	c.Flags().StringVar(&o.Query.Payee, "payee", "", "收款人的统一社会信用代码")
	c.Flags().StringVar(&note, "note", "", "一笔业务：机构代码/借据编码（网点、项目、企业的编号亦可）")
	c.Flags().StringVar(&o.Query.Item, "item", "", "只说明这个项目")
	c.Flags().BoolVar(&o.Example, "example", false, "自动挑一笔经过步骤最多的")
	c.Flags().StringVar(&lang, "lang", "zh", "zh 中文，en 英文")
	c.Flags().StringVar(&html, "html", "", "写成带瀑布图的 HTML 页面")
	return c
}

func count(facts ...bool) int {
	n := 0
	for _, f := range facts {
		if f {
			n++
		}
	}
	return n
}
