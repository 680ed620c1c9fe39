package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/adapter/page"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/server"

	"github.com/spf13/cobra"
)

// officialName is the file policy attach puts the official text into. It belongs
// to whoever runs the pack and is no part of it.
const officialName = "official.txt"

func policyCommand() *cobra.Command {
	c := &cobra.Command{Use: "policy", Short: "政策包：检查、试算案例、呈现、附上原文"}
	c.AddCommand(policyCheck(), policyTest(), policyRender(), policyAttach(), policySchema())
	return c
}

// maxAttached is more than an official text may have: what is longer is refused.
const maxAttached = 8 << 20

// readStart reads a file, or as much of it as limit.
func readStart(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	return io.ReadAll(io.LimitReader(f, limit))
}

func policyCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check PACK", Short: "检查政策包：文件、条款对照、理解、条件、数量", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			pack, official, err := openPack(args[0])
			if err != nil {
				return err
			}
			cov := pack.Coverage()
			out := c.OutOrStdout()
			fmt.Fprintf(out, "%s　%s %s\n", pack.ID, pack.Number, pack.Title)
			fmt.Fprintf(out, "%d of %d numbered clauses mapped, sections %s mapped, %d undecided\n", cov.Mapped, cov.Numbered, strings.Join(cov.Sections, " "), len(cov.Undecided))
			fmt.Fprintf(out, "编号条款 %d/%d 已对应；%s 已对应；待决定的理解 %d 项%s\n", cov.Mapped, cov.Numbered, strings.Join(cov.Sections, "、"), len(cov.Undecided), listed(cov.Undecided))
			cases := 0
			for _, f := range pack.Cases {
				cases += len(f.Cases)
			}
			fmt.Fprintf(out, "资金项目 %d，理解 %d，参数 %d，案例 %d；指纹 %s\n", len(pack.Items()), len(pack.Readings), len(pack.Parameters), cases, pack.Digest[:16])
			if official != nil {
				fmt.Fprintf(out, "条款编号与所附原文一致（原文 %d 处编号）\n", len(official.Refs))
			}
			return nil
		},
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "：" + strings.Join(names, "、")
}

// openPack loads a pack and, when it is attached, holds it against the official text.
func openPack(dir string) (*policy.Pack, *policy.Official, error) {
	pack, err := policy.Load(os.DirFS(dir))
	if err != nil {
		return nil, nil, inDir(dir, err)
	}
	f, err := os.Open(filepath.Join(dir, officialName))
	if err != nil {
		return pack, nil, nil
	}
	defer f.Close()
	official, err := policy.ReadOfficial(f)
	if err != nil {
		return nil, nil, inDir(dir, fault.Of(err).In(fault.Place{File: officialName}))
	}
	if err := pack.Against(official); err != nil {
		return nil, nil, inDir(dir, fault.Of(err).In(fault.Place{File: officialName}))
	}
	return pack, official, nil
}

// inDir puts the folder before the file an error speaks of.
func inDir(dir string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	c := *f
	c.At.File = filepath.Join(dir, c.At.File)
	return &c
}

func policyTest() *cobra.Command {
	return &cobra.Command{
		Use: "test PACK", Short: "用各执行器试算政策包的手工案例", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			pack, _, err := openPack(args[0])
			if err != nil {
				return err
			}
			outcomes, err := server.TestPack(c.Context(), pack)
			if err != nil {
				return err
			}
			failed := 0
			for _, o := range outcomes {
				if len(o.Wrong) == 0 {
					continue
				}
				failed++
				fmt.Fprintf(c.OutOrStdout(), "未通过 %s:%d %s（%s）\n", filepath.Join(args[0], o.File), o.At.Line, o.Name, o.Runner)
				for _, w := range o.Wrong {
					fmt.Fprintf(c.OutOrStdout(), "  %s\n", w)
				}
			}
			fmt.Fprintf(c.OutOrStdout(), "案例 %d 次：%d passed, %d failed\n", len(outcomes), len(outcomes)-failed, failed)
			if failed > 0 {
				return errReported
			}
			return nil
		},
	}
}

func policyRender() *cobra.Command {
	var out string
	var markdown bool
	c := &cobra.Command{
		Use: "render PACK", Short: "把政策包呈现为一页 HTML 或 Markdown：左边条款，右边规则", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			pack, official, err := openPack(args[0])
			if err != nil {
				return err
			}
			plan, err := pack.Plan(policy.Choices{})
			if err != nil {
				return err
			}
			draw := page.Policy
			if markdown || strings.HasSuffix(out, ".md") {
				draw = page.PolicyMarkdown
			}
			return toFile(c.OutOrStdout(), out, func(w io.Writer) error { return draw(w, pack, plan, official) })
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", "写到这个文件（.html 或 .md）；不写则输出到屏幕")
	c.Flags().BoolVar(&markdown, "markdown", false, "输出 Markdown")
	return c
}

// toFile writes to a file that is put in place whole, or to stdout when name is empty.
func toFile(stdout io.Writer, name string, write func(io.Writer) error) error {
	if name == "" {
		return write(stdout)
	}
	if err := server.WriteFile(name, write); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "已写出 %s\n", name)
	return nil
}

func policyAttach() *cobra.Command {
	return &cobra.Command{
		Use: "attach PACK FILE", Short: "把官方原文（纯文本）附到政策包，核对条款编号", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			pack, err := policy.Load(os.DirFS(args[0]))
			if err != nil {
				return inDir(args[0], err)
			}
			body, err := readStart(args[1], maxAttached)
			if err != nil {
				return fault.New(fault.NotFound, "policy.text_unreadable", "原文文件无法读取", "the text file cannot be read").In(fault.Place{File: args[1]}).Because(err)
			}
			official, err := policy.ReadOfficial(strings.NewReader(string(body)))
			if err != nil {
				return fault.Of(err).In(fault.Place{File: args[1]})
			}
			if err := pack.Against(official); err != nil {
				return fault.Of(err).In(fault.Place{File: args[1]})
			}
			to := filepath.Join(args[0], officialName)
			if err := server.WriteFile(to, func(w io.Writer) error { _, err := w.Write(body); return err }); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "原文编号与条款对照一致，已附为 %s\n", to)
			return nil
		},
	}
}

func policySchema() *cobra.Command {
	return &cobra.Command{
		Use: "schema DIR", Short: "写出政策包各文件的 JSON Schema，供编辑器提示和校验", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			schemas := policy.Schemas()
			for _, name := range slices.Sorted(maps.Keys(schemas)) {
				write := func(w io.Writer) error { _, err := w.Write(schemas[name]); return err }
				if err := server.WriteFile(filepath.Join(args[0], name+".schema.json"), write); err != nil {
					return err
				}
			}
			fmt.Fprintf(c.OutOrStdout(), "已写出到 %s\n", args[0])
			return nil
		},
	}
}
