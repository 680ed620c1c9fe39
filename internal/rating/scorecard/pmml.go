package scorecard

import (
	"encoding/xml"
	"math"
	"strconv"
)

// PMML is the card as a PMML 4.4 Scorecard, for other scoring engines. An unknown is a
// missing value. What the card refuses has no attribute there: an engine then gives no
// score.
//
// Errors: those of Check.
func (c *Card) PMML() ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	doc := pmml{
		XMLNS: "http://www.dmg.org/PMML-4_4", Version: "4.4",
		Header: pmmlHeader{Description: c.Name, Application: pmmlApplication{Name: "Changrong"}},
		Model: pmmlScorecard{
			Name: c.Name, Function: "regression", Initial: "0", Reasons: true, Algorithm: "pointsBelow", Baseline: "max",
			Output: []pmmlOutput{{Name: "score", Feature: "predictedValue", Type: "double", Optype: "continuous"}},
		},
	}
	for i := 1; i <= min(most, len(c.Characteristics)); i++ {
		doc.Model.Output = append(doc.Model.Output, pmmlOutput{Name: "reason" + strconv.Itoa(i), Feature: "reasonCode", Rank: i, Type: "string", Optype: "categorical"})
	}
	for i := range c.Characteristics {
		x := &c.Characteristics[i]
		field := pmmlField{Name: x.Name, Label: x.Zh, Optype: "continuous", Type: "double"}
		if x.Category() {
			field.Optype, field.Type = "categorical", "string"
		}
		doc.Dictionary = append(doc.Dictionary, field)
		doc.Model.Schema = append(doc.Model.Schema, pmmlUse{Name: x.Name, Usage: "active", Invalid: "asIs"})
		high := x.reachable()
		doc.Model.Characteristics = append(doc.Model.Characteristics, pmmlCharacteristic{
			Name: x.Name, Reason: x.Name, Baseline: strconv.Itoa(high), Attributes: x.attributes(),
		})
	}
	b, err := xml.MarshalIndent(doc, "", "  ")
	return append([]byte(xml.Header), append(b, '\n')...), err
}

// attributes are the bins of a characteristic, the first that holds counting.
func (c *Characteristic) attributes() []pmmlAttribute {
	var out []pmmlAttribute
	simple := func(op, value string) pmmlSimple { return pmmlSimple{Field: c.Name, Op: op, Value: value} }
	put := func(b *Bin, p pmmlAttribute) {
		p.Points = strconv.Itoa(b.Points)
		out = append(out, p)
	}
	if c.Unknown != nil {
		p := simple("isMissing", "")
		put(c.Unknown, pmmlAttribute{Simple: &p})
	}
	for i := range c.Specials {
		p := simple("equal", number(c.Specials[i].Value))
		put(&c.Specials[i].Bin, pmmlAttribute{Simple: &p})
	}
	for i, g := range c.Groups {
		put(&c.Bins[i], pmmlAttribute{Set: &pmmlSet{Field: c.Name, Op: "isIn", Array: pmmlArray{N: len(g), Type: "string", Text: array(g)}}})
	}
	if c.Category() {
		return out
	}
	low, high := c.bounds()
	for i := range c.Bins {
		from, to := simple("greaterOrEqual", number(low)), simple("lessOrEqual", number(high))
		if i > 0 {
			from.Value = number(c.Splits[i-1])
		}
		if i < len(c.Splits) {
			to = simple("lessThan", number(c.Splits[i]))
		}
		put(&c.Bins[i], pmmlAttribute{Compound: &pmmlCompound{Op: "and", Parts: []pmmlSimple{from, to}}})
	}
	return out
}

// bounds are the least and the largest number that has a bin: what is infinite or no number
// has none.
func (c *Characteristic) bounds() (low, high float64) {
	if c.Low == 0 && c.High == 0 {
		return -math.MaxFloat64, math.MaxFloat64
	}
	return c.Low, c.High
}

// number is x so that reading it gives x again.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// array are the values of a PMML array: in quotes, quotes within escaped.
func array(values []string) (out string) {
	for i, v := range values {
		if i > 0 {
			out += " "
		}
		out += `"`
		for _, r := range v {
			if r == '"' || r == '\\' {
				out += `\`
			}
			out += string(r)
		}
		out += `"`
	}
	return out
}

type (
	pmml struct {
		XMLName    xml.Name      `xml:"PMML"`
		XMLNS      string        `xml:"xmlns,attr"`
		Version    string        `xml:"version,attr"`
		Header     pmmlHeader    `xml:"Header"`
		Dictionary []pmmlField   `xml:"DataDictionary>DataField"`
		Model      pmmlScorecard `xml:"Scorecard"`
	}
	pmmlHeader struct {
		Description string          `xml:"description,attr"`
		Application pmmlApplication `xml:"Application"`
	}
	pmmlApplication struct {
		Name string `xml:"name,attr"`
	}
	pmmlField struct {
		Name   string `xml:"name,attr"`
		Label  string `xml:"displayName,attr"`
		Optype string `xml:"optype,attr"`
		Type   string `xml:"dataType,attr"`
	}
	pmmlScorecard struct {
		Name            string               `xml:"modelName,attr"`
		Function        string               `xml:"functionName,attr"`
		Initial         string               `xml:"initialScore,attr"`
		Reasons         bool                 `xml:"useReasonCodes,attr"`
		Algorithm       string               `xml:"reasonCodeAlgorithm,attr"`
		Baseline        string               `xml:"baselineMethod,attr"`
		Schema          []pmmlUse            `xml:"MiningSchema>MiningField"`
		Output          []pmmlOutput         `xml:"Output>OutputField"`
		Characteristics []pmmlCharacteristic `xml:"Characteristics>Characteristic"`
	}
	pmmlUse struct {
		Name    string `xml:"name,attr"`
		Usage   string `xml:"usageType,attr"`
		Invalid string `xml:"invalidValueTreatment,attr"`
	}
	pmmlOutput struct {
		Name    string `xml:"name,attr"`
		Feature string `xml:"feature,attr"`
		Rank    int    `xml:"rank,attr,omitempty"`
		Type    string `xml:"dataType,attr"`
		Optype  string `xml:"optype,attr"`
	}
	pmmlCharacteristic struct {
		Name       string          `xml:"name,attr"`
		Reason     string          `xml:"reasonCode,attr"`
		Baseline   string          `xml:"baselineScore,attr"`
		Attributes []pmmlAttribute `xml:"Attribute"`
	}
	pmmlAttribute struct {
		Points   string        `xml:"partialScore,attr"`
		Simple   *pmmlSimple   `xml:"SimplePredicate"`
		Set      *pmmlSet      `xml:"SimpleSetPredicate"`
		Compound *pmmlCompound `xml:"CompoundPredicate"`
	}
	pmmlSimple struct {
		Field string `xml:"field,attr"`
		Op    string `xml:"operator,attr"`
		Value string `xml:"value,attr,omitempty"`
	}
	pmmlSet struct {
		Field string    `xml:"field,attr"`
		Op    string    `xml:"booleanOperator,attr"`
		Array pmmlArray `xml:"Array"`
	}
	pmmlArray struct {
		N    int    `xml:"n,attr"`
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	pmmlCompound struct {
		Op    string       `xml:"booleanOperator,attr"`
		Parts []pmmlSimple `xml:"SimplePredicate"`
	}
)
