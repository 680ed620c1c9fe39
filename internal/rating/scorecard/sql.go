package scorecard

import (
	"strconv"
	"strings"
)

// SQL is the card as one query over a table with a column a characteristic, for SQLite and
// PostgreSQL: key, score. What the card refuses has no score (NULL).
//
// Errors: those of Check.
func (c *Card) SQL(table, key string) (string, error) {
	if err := c.Check(); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("SELECT " + quote(key))
	for i := range c.Characteristics {
		b.WriteString(map[bool]string{true: ",\n", false: "\n+ "}[i == 0])
		c.Characteristics[i].cases(&b)
	}
	b.WriteString("\nAS score\nFROM " + quote(table) + "\nORDER BY " + quote(key) + "\n")
	return b.String(), nil
}

// cases writes the bins of a characteristic.
func (c *Characteristic) cases(b *strings.Builder) {
	column := quote(c.Name)
	when := func(cond string, x *Bin) { b.WriteString(" WHEN " + cond + " THEN " + strconv.Itoa(x.Points)) }
	b.WriteString("CASE")
	if c.Unknown != nil {
		when(column+" IS NULL", c.Unknown)
	}
	for i, g := range c.Groups {
		words := make([]string, len(g))
		for k, v := range g {
			words[k] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		when(column+" IN ("+strings.Join(words, ", ")+")", &c.Bins[i])
	}
	if !c.Category() {
		for i := range c.Specials {
			when(column+" = "+double(c.Specials[i].Value), &c.Specials[i].Bin)
		}
		low, high := c.bounds()
		b.WriteString(" WHEN " + column + " < " + double(low) + " OR " + column + " > " + double(high) + " THEN NULL")
		for i := range c.Splits {
			when(column+" < "+double(c.Splits[i]), &c.Bins[i])
		}
		when(column+" IS NOT NULL", &c.Bins[len(c.Splits)])
	}
	b.WriteString(" END")
}

// double is x as a number of double precision.
func double(x float64) string {
	return "CAST(" + strconv.FormatFloat(x, 'e', -1, 64) + " AS DOUBLE PRECISION)"
}

// quote is a name in SQL.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
