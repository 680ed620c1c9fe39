package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// usageError is a wrong command line.
type usageError struct{ error }

// usageZh says in Chinese what cobra and pflag say of a command line; groups of
// the pattern stand for %s.
var usageZh = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^unknown command "(.*)" for`), "没有“%s”这个命令，或此处不应有它"},
	{regexp.MustCompile(`^unknown flag: (.*)$`), "没有 %s 这个选项"},
	{regexp.MustCompile(`^unknown shorthand flag: .* in (.*)$`), "没有 %s 这个选项"},
	{regexp.MustCompile(`^bad flag syntax: (.*)$`), "%s 不是选项的写法"},
	{regexp.MustCompile(`^flag needs an argument: (?:'.' in )?(-.*)$`), "%s 后面缺少取值"},
	{regexp.MustCompile(`^invalid argument "(.*)" for "(?:-., )?(.*)" flag: `), "“%s”不能用作 %s 的取值"},
	{regexp.MustCompile(`^required flag\(s\) (.*) not set$`), "缺少必须写明的选项：%s"},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)$`), "应写 %s 个参数，写了 %s 个"},
}

// printUsage says what is wrong with the command line.
func printUsage(w io.Writer, err error) {
	en := err.Error()
	for _, u := range usageZh {
		m := u.en.FindStringSubmatch(en)
		if m == nil {
			continue
		}
		args := make([]any, len(m)-1)
		for i, s := range m[1:] {
			args[i] = s
		}
		zh := fmt.Sprintf(u.zh, args...)
		if strings.HasPrefix(en, "required") {
			zh = regexp.MustCompile(`"([^"]*)"(, )?`).ReplaceAllString(zh, "--$1 ")
		}
		fmt.Fprintf(w, "用法有误：%s\n  %s\n", strings.TrimSpace(zh), en)
		fmt.Fprintln(w, "用 changrong --help 查看用法")
		return
	}
	fmt.Fprintf(w, "用法有误：%s\n用 changrong --help 查看用法\n", en)
}

// prepare makes every command below c note in started that its command line was
// right and its work has begun, and says in Chinese what cobra says in English.
func prepare(c *cobra.Command, started *bool) {
	c.Flags().BoolP("help", "h", false, "显示用法")
	if c.HasSubCommands() && c.RunE == nil {
		c.Args, c.RunE = cobra.NoArgs, func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	if work := c.RunE; work != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			*started = true
			return work(c, args)
		}
	}
	for _, sub := range c.Commands() {
		prepare(sub, started)
	}
}

const usageTemplate = `用法：{{if .HasAvailableSubCommands}}
  {{.CommandPath}} 命令{{else}}
  {{.UseLine}}{{end}}{{if .HasExample}}

例如：
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

命令：{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

选项：
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

用 "{{.CommandPath}} 命令 --help" 查看某个命令的用法。{{end}}
`
