package main

import (
	"fmt"
	"io"

	"changrong/internal/adapter/intake"
	"changrong/internal/adapter/pboc"
	"changrong/internal/adapter/sheet"
	"changrong/internal/base/fault"

	"github.com/spf13/cobra"
)

func importCommand() *cobra.Command {
	var o intake.Options
	var csv, codes string
	c := &cobra.Command{
		Use: "import", Short: "导入银行报送的文件：核对、转换为事实；有一处错误就什么也不写", Args: cobra.NoArgs,
		Example: "  changrong import --in bank-files --out facts\n  changrong import --in bank-files --check --csv findings.csv",
		RunE: func(c *cobra.Command, _ []string) error {
			if (o.Out == "") != o.Check {
				return usageError{fmt.Errorf("--out 与 --check 应恰好写一个")}
			}
			if codes != "" {
				if err := readCodes(codes, &o); err != nil {
					return err
				}
			}
			rep, err := intake.Import(c.Context(), o)
			if err != nil {
				return err
			}
			if csv != "" {
				if err := toFile(c.OutOrStdout(), csv, func(w io.Writer) error { return intake.WriteFindings(w, rep.Findings) }); err != nil {
					return err
				}
			}
			return printImport(c.OutOrStdout(), rep, o.Out)
		},
	}
	c.Flags().StringVar(&o.In, "in", "", "报送文件所在的文件夹，可含子文件夹")
	c.Flags().StringVar(&o.Out, "out", "", "写出事实的文件夹，须尚不存在")
	c.Flags().BoolVar(&o.Check, "check", false, "只核对，不写出")
	c.Flags().StringVar(&csv, "csv", "", "把核对结果写成 CSV")
	c.Flags().StringVar(&codes, "codes", "", "本地的代码表（YAML），代替内置的人民银行报文代码表")
	c.Flags().IntVar(&o.Keep, "keep", 0, "每种问题至多列出多少条，0 为默认")
	c.Flags().IntVar(&o.Workers, "workers", 0, "并行数，0 为处理器核数")
	mustHave(c, "in")
	return c
}

// readCodes puts a city's own code lists in place of the built-in ones.
func readCodes(name string, o *intake.Options) error {
	body, err := readStart(name, pboc.MaxCodes+1)
	if err != nil {
		return fault.New(fault.NotFound, "import.codes", "代码表无法读取", "the code lists cannot be read").In(fault.Place{File: name}).Because(err)
	}
	if o.Codes, err = pboc.ParseCodes(body); err != nil {
		return fault.Of(err).In(fault.Place{File: name})
	}
	return nil
}

// printImport prints what was found and what was made.
func printImport(w io.Writer, rep *intake.Report, out string) error {
	if len(rep.Findings) > 0 {
		if err := intake.WriteTable(w, rep.Findings); err != nil {
			return err
		}
		counts := sheet.Text{Head: []string{"代码", "级别", "次数", "列出"}, Right: []bool{false, false, true, true}}
		for _, n := range rep.Counts {
			counts.Add(n.Code, n.Severity.Zh(), fmt.Sprint(n.Total), fmt.Sprint(n.Kept))
		}
		fmt.Fprintf(w, "\n%s\n", counts.String())
	}
	tables := sheet.Text{Head: []string{"事实表", "行数"}, Right: []bool{false, true}}
	for _, t := range rep.Tables {
		tables.Add(t.Name, fmt.Sprint(t.Rows))
	}
	fmt.Fprintf(w, "%s文件 %d 个，错误 %d，警告 %d\n", tables.String(), len(rep.Files), rep.Errors, rep.Warnings)
	switch {
	case rep.Errors > 0:
		fmt.Fprintln(w, "有错误，什么也没有写出。请按上表改正后重新导入。")
		return errReported
	case rep.Written:
		fmt.Fprintf(w, "已写出事实 %s\n", out)
	default:
		fmt.Fprintln(w, "核对通过。")
	}
	return nil
}
