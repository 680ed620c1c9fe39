package explain

import (
	"fmt"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/policy/expr"
)

// Lang is a language of explanations.
type Lang string

// The languages.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Words is a text in both.
type Words struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In returns the text in a language.
func (w Words) In(l Lang) string {
	if l == En {
		return w.En
	}
	return w.Zh
}

// same is a text that both languages write alike.
func same(text string) Words { return Words{text, text} }

// say fills a sentence in both languages from the same arguments, each put into
// words in the language: amounts, rates, days, months and Words.
func say(zh, en string, args ...any) Words {
	return Words{fmt.Sprintf(zh, inWords(Zh, args)...), fmt.Sprintf(en, inWords(En, args)...)}
}

func inWords(l Lang, args []any) []any {
	filled := make([]any, len(args))
	for i, a := range args {
		switch x := a.(type) {
		case Words:
			filled[i] = x.In(l)
		case money.Fen:
			filled[i] = yuan(x).In(l)
		case money.Rate:
			filled[i] = x.Human()
		case civil.Date:
			filled[i] = dayIn(l, x)
		case civil.Month:
			filled[i] = monthIn(l, x)
		default:
			filled[i] = a
		}
	}
	return filled
}

func dayIn(l Lang, d civil.Date) string {
	if l == En {
		return d.String()
	}
	return d.Zh()
}

func monthIn(l Lang, m civil.Month) string {
	if l == En {
		return m.String()
	}
	return m.Zh()
}

// joined joins texts as each language lists things.
func joined(texts []Words) Words {
	zh, en := make([]string, len(texts)), make([]string, len(texts))
	for i, t := range texts {
		zh[i], en[i] = t.Zh, t.En
	}
	return Words{strings.Join(zh, "、"), strings.Join(en, ", ")}
}

// figure writes an amount in yuan with its thousands apart: 37,500.00.
func figure(f money.Fen) string {
	text, sign := f.String(), ""
	if strings.HasPrefix(text, "-") {
		text, sign = text[1:], "-"
	}
	whole, cents, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + "." + cents
}

// yuan writes an amount to the fen.
func yuan(f money.Fen) Words { return Words{figure(f) + "元", figure(f) + " yuan"} }

// round writes an amount to be paid: whole yuan without decimals.
func round(f money.Fen) Words {
	text := strings.TrimSuffix(figure(f), ".00")
	return Words{text + "元", text + " yuan"}
}

// large writes a balance: in 万元 with two decimals where that is exact.
func large(f money.Fen) Words {
	if f%(money.Wan/100) != 0 || f < money.Wan {
		return yuan(f)
	}
	return Words{figure(f/(money.Wan/money.Yuan)) + "万元", figure(f) + " yuan"}
}

var (
	unknown = Words{"未知", "unknown"}
	none    = Words{"（无）", "(none)"}
)

// valueWords writes what a column holds.
func valueWords(c *fact.Column, v expr.Value) Words {
	if !v.Known {
		return unknown
	}
	if c.Type.Textual() {
		if v.Text == "" {
			return none
		}
		for _, code := range c.Codes {
			if code.Code == v.Text {
				return Words{code.Zh, code.En}
			}
		}
		return same(v.Text)
	}
	switch c.Type {
	case fact.Bool:
		if v.Int == 1 {
			return Words{"是", "yes"}
		}
		return Words{"否", "no"}
	case fact.Fen:
		return yuan(money.Fen(v.Int))
	case fact.Rate:
		return same(money.Rate(v.Int).Human())
	case fact.Date:
		if civil.Date(v.Int) == civil.Never {
			return none
		}
		return say("%s", "%s", civil.Date(v.Int))
	case fact.Month:
		return say("%s", "%s", civil.Month(v.Int))
	}
	return same(string(c.AppendInt(nil, v.Int)))
}

// labelOf names a variable: the row it is of, and the column.
func labelOf(rows []expr.Row, owner string, c *fact.Column) Words {
	for _, r := range rows {
		if r.Name == owner {
			of := "的"
			if strings.HasPrefix(c.Zh, "是否") {
				of = ""
			}
			return Words{r.Zh + of + c.Zh, c.En + " (" + r.En + ")"}
		}
	}
	return Words{c.Zh, c.En}
}

// period writes the scope: a calendar year as such.
func period(scope civil.Range) Words {
	first, last := scope.First.Month(), scope.Last.Month()
	y1, m1 := first.YM()
	y2, m2 := last.YM()
	if y1 == y2 && m1 == 1 && m2 == 12 {
		return Words{fmt.Sprintf("%d年", y1), fmt.Sprint(y1)}
	}
	return say("%[1]s至%[2]s", "%[1]s to %[2]s", first, last)
}
