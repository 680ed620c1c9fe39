package feature

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// textDoc is a feature as a file has it; JSON is YAML too.
type textDoc struct {
	Name       string        `json:"name"`
	Zh         string        `json:"zh"`
	En         string        `json:"en"`
	Source     string        `json:"source"`
	Measure    string        `json:"measure"`
	Field      string        `json:"field,omitempty"`
	To         string        `json:"to,omitempty"`
	Window     int           `json:"window,omitempty"`
	Unit       string        `json:"unit,omitempty"`
	Low        string        `json:"low,omitempty"`
	High       string        `json:"high,omitempty"`
	Trend      string        `json:"trend,omitempty"`
	Categories []string      `json:"categories,omitempty"`
	Specials   []textSpecial `json:"specials,omitempty"`
	AdviceZh   string        `json:"advice_zh,omitempty"`
	AdviceEn   string        `json:"advice_en,omitempty"`
}

type textSpecial struct {
	Value string `json:"value"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Text writes a set as a file that Parse reads: a line a feature.
func (s *Set) Text() []byte {
	var b bytes.Buffer
	line := func(before string, x any) {
		b.WriteString(before)
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.Encode(x) //nolint:errcheck // texts into memory
	}
	b.WriteString("format: changrong.features/1\n")
	line("name: ", s.Name)
	b.WriteString("features:\n")
	for i := range s.Features {
		line("  - ", s.Features[i].text())
	}
	return b.Bytes()
}

// text is a feature as a file has it.
func (f *Feature) text() textDoc {
	plain := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	d := textDoc{
		Name: f.Name, Zh: f.Zh, En: f.En, Source: f.Source, Measure: string(f.Measure), Field: f.Field, To: f.To, Window: f.Window, Unit: f.Unit,
		Trend: string(f.Trend), Categories: f.Categories, AdviceZh: f.AdviceZh, AdviceEn: f.AdviceEn,
	}
	if f.Low != 0 || f.High != 0 {
		d.Low, d.High = plain(f.Low), plain(f.High)
	}
	for _, s := range f.Specials {
		d.Specials = append(d.Specials, textSpecial{plain(s.Value), s.Zh, s.En})
	}
	return d
}
