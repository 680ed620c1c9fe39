package main

import (
	"fmt"
	"io"

	"changrong/internal/adapter/page"
	"changrong/internal/adapter/sheet"
	"changrong/internal/base/money"
	"changrong/internal/server"

	"github.com/spf13/cobra"
)

func simulateCommand() *cobra.Command {
	var o server.SimulateOptions
	var choices choiceFlags
	var html, csv string
	c := &cobra.Command{
		Use: "simulate", Short: "比较各种理解或参数：花多少钱，谁多得，谁少得", Args: cobra.NoArgs,
		Example: "  changrong simulate --pack packs/linhai-2021-47 --facts facts --html whatif.html\n  changrong simulate --pack … --facts … --set rc_rate=0.3%",
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if o.Choices, err = choices.choices(); err != nil {
				return err
			}
			s, err := server.Simulate(c.Context(), o)
			if err != nil {
				return err
			}
			printSimulation(c.OutOrStdout(), s)
			shown := &page.Simulation{Pack: s.Pack, Plan: s.Plan, Chosen: s.Chosen, Comparisons: s.Comparisons}
			if csv != "" {
				if err := toFile(c.OutOrStdout(), csv, func(w io.Writer) error { return page.SimulateCSV(w, shown) }); err != nil {
					return err
				}
			}
			if html != "" {
				return toFile(c.OutOrStdout(), html, func(w io.Writer) error { return page.Simulate(w, shown) })
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.Pack, "pack", "", "政策包文件夹")
	c.Flags().StringVar(&o.Facts, "facts", "", "事实文件夹")
	c.Flags().IntVar(&o.Workers, "workers", 0, "并行数，0 为处理器核数")
	c.Flags().StringVar(&html, "html", "", "写出带图的 HTML 页面")
	c.Flags().StringVar(&csv, "csv", "", "写出每个收款人的增减")
	choices.add(c)
	mustHave(c, "pack", "facts")
	return c
}

func printSimulation(w io.Writer, s *server.Simulation) {
	t := sheet.Text{Head: []string{"改变", "拨付（元）", "增减（元）", "多得", "少得", "等待", "说明"}, Right: []bool{false, true, true, true, true, true, false}}
	var sum money.Fen
	for _, total := range s.Chosen.Totals {
		sum += total.Paid
	}
	t.Add("（所采用的理解）", page.Grouped(sum), "", "", "", "", fmt.Sprintf("%d 个收款人·项目", len(s.Chosen.Totals)))
	for _, c := range s.Comparisons {
		if c.Refused != nil {
			t.Add(c.Name, "", "", "", "", "", "不能与其余所采用的理解同用")
			continue
		}
		t.Add(c.Name, page.Grouped(c.After), page.Grouped(page.Difference(c)), fmt.Sprint(c.Gainers), fmt.Sprint(c.Losers), fmt.Sprintf("%+d", c.Waiting), c.Title)
	}
	fmt.Fprint(w, t.String())
}
