package expr

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"

	"cel.dev/cel-go/cel"
)

// atInput finds what the parser stumbled over in what it says.
var atInput = regexp.MustCompile(`(?s)(?:input|at:|at) '(.*?)'(?: expecting .*)?$`)

// syntaxFault says what the parser found, in words for those who write rules.
func syntaxFault(iss *cel.Issues) error {
	first := iss.Errors()[0]
	message := strings.TrimPrefix(first.Message, "Syntax error: ")
	message, _, _ = strings.Cut(message, " expecting ")
	zh := "写法有误：" + message
	if m := atInput.FindStringSubmatch(first.Message); m != nil {
		zh = stumbled(m[1])
	}
	return fault.Invalidf("expr.syntax", "%[1]s", "bad syntax: %[2]s", zh, fault.Clip(message)).
		In(fault.Place{Line: 1, Column: first.Location.Column() + 1})
}

func stumbled(over string) string {
	text := strings.TrimSpace(over)
	r, _ := utf8.DecodeRuneInString(text)
	switch {
	case text == "<EOF>":
		return "条件没有写完"
	case strings.HasPrefix(text, "="):
		return "比较是否相等写作 =="
	case strings.HasPrefix(text, "&"):
		return "“并且”写作 &&"
	case strings.HasPrefix(text, "|"):
		return "“或者”写作 ||"
	case strings.HasPrefix(text, "'") || strings.HasPrefix(text, `"`):
		return "引号没有配对"
	case r >= utf8.RuneSelf:
		return "“" + fault.Clip(text) + "”不能用在这里：符号须用半角，文字须加半角引号"
	}
	return "“" + fault.Clip(text) + "”处写法有误"
}
