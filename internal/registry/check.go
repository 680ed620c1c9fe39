package registry

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/mask"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/party"
)

// What may be wrong with a row, beside what the cells are checked for.
var (
	twice     = fact.NewRule("registry.twice", fact.Error, "同一统一社会信用代码出现两次", "the same credit code twice")
	badName   = fact.NewRule("registry.name", fact.Error, "名称须为1至120个字，写在一行内", "a name has 1 to 120 characters on one line")
	badPerson = fact.NewRule("registry.person", fact.Error, "法定代表人姓名须为至多60个字，写在一行内", "a person's name has at most 60 characters on one line")
	future    = fact.NewRule("registry.future", fact.Error, "日期晚于登记库的截止日期", "a day after the one as of which the file is")
	order     = fact.NewRule("registry.order", fact.Error, "注销吊销日期早于成立日期", "closed before it was registered")
	standing  = fact.NewRule("registry.standing", fact.Error, "存续的企业不应有注销吊销日期", "an open firm has a day on which it was closed")
	noDay     = fact.NewRule("registry.no_day", fact.Warning, "注销或吊销的企业没有日期", "a firm that is closed has no day on which it was")
	kindOf    = fact.NewRule("registry.kind", fact.Warning, "主体类型与统一社会信用代码的第2位不一致", "the kind is not that of the second character of the credit code")
)

// rows reads the rows of a batch of party.Register as firms.
func rows(b *fact.Batch, asOf civil.Date, source string) []party.Firm {
	firms := make([]party.Firm, b.Len())
	text := func(name string, i int) string { return string(b.Vector(name).Texts.At(i)) }
	number := func(name string, i int) int64 { return b.Vector(name).Ints[i] }
	for i := range firms {
		firms[i] = party.Firm{
			USCC: text("uscc", i), Name: strings.TrimSpace(text("name", i)), Kind: text("kind", i), Status: text("status", i), ClosedOn: civil.Date(number("closed_on", i)),
			Industry: text("industry", i), Town: text("town", i), Size: text("size", i), RegisteredOn: civil.Date(number("registered_on", i)),
			Capital: money.Fen(number("registered_capital", i)), Person: mask.Name(strings.TrimSpace(text("legal_representative", i))),
			AsOf: asOf, Source: source,
		}
	}
	return firms
}

// checker holds what is wrong with the rows of a file.
type checker struct {
	asOf  civil.Date
	seen  map[[18]byte]struct{}
	rows  int64
	tell  func(fact.Finding)
	place func(i int) fault.Place // of a row of the batch
}

// check tells what is wrong with the rows of a batch, which are firms.
func (c *checker) check(firms []party.Firm) {
	for i := range firms {
		f := &firms[i]
		c.rows++
		tell := func(r *fact.Rule, field, value string) {
			p := c.place(i)
			p.Field, p.Value = field, fault.Clip(value)
			c.tell(r.At(p, "", ""))
		}
		var code [18]byte
		copy(code[:], f.USCC)
		if _, again := c.seen[code]; again {
			tell(&twice, "uscc", f.USCC)
		}
		c.seen[code] = struct{}{}
		if !oneLine(f.Name, 1, maxName) {
			tell(&badName, "name", f.Name)
		}
		if !oneLine(f.Person.Reveal(), 0, maxPerson) {
			tell(&badPerson, "legal_representative", "")
		}
		if kind := kinds[f.USCC[:2]]; kind != "" && kind != f.Kind {
			tell(&kindOf, "kind", f.Kind)
		}
		c.days(f, tell)
	}
}

// kinds are those of the first two characters of a credit code (GB 32100-2015).
var kinds = map[string]string{"91": "enterprise", "92": party.SoleTrader, "93": "coop"}

// days checks what a row says of when.
func (c *checker) days(f *party.Firm, tell func(r *fact.Rule, field, value string)) {
	if f.RegisteredOn != civil.Never && f.RegisteredOn > c.asOf {
		tell(&future, "registered_on", f.RegisteredOn.String())
	}
	switch {
	case f.ClosedOn == civil.Never && f.Status != party.Open:
		tell(&noDay, "closed_on", "")
	case f.ClosedOn == civil.Never:
	case f.Status == party.Open:
		tell(&standing, "closed_on", f.ClosedOn.String())
	case f.ClosedOn > c.asOf:
		tell(&future, "closed_on", f.ClosedOn.String())
	case f.RegisteredOn != civil.Never && f.ClosedOn < f.RegisteredOn:
		tell(&order, "closed_on", f.ClosedOn.String())
	}
}

// oneLine tells whether s reads as one line of so many characters, rare ones of
// private use among them.
func oneLine(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) })
}
