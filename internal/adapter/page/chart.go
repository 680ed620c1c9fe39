package page

import (
	"fmt"
	"html/template"
	"strings"

	"changrong/internal/base/money"
)

// bar is one bar of a chart.
type bar struct {
	name   string
	value  money.Fen
	strong bool // the one others are held against, or the last
	pale   bool // what a rate applies to, not what is paid
}

// barChart draws amounts as bars of one scale, with name and amount beside them.
// With falling, each bar has in outline what it lost against the one before.
func barChart(bars []bar, falling bool) template.HTML {
	var most money.Fen = 1
	for _, b := range bars {
		most = max(most, b.value)
	}
	var s strings.Builder
	s.WriteString(`<div class="bars">`)
	for i, b := range bars {
		class := "bar"
		if b.strong {
			class += " strong"
		}
		if b.pale {
			class += " pale"
		}
		lost := ""
		if falling && i > 0 && bars[i-1].value > b.value {
			lost = `<u style="width:` + percent(bars[i-1].value-b.value, most) + `"></u>`
		}
		fmt.Fprintf(&s, `<div class="%s"><span>%s</span><span class="track"><i style="width:%s"></i>%s</span><span class="n">%s</span></div>`,
			class, template.HTMLEscapeString(b.name), percent(b.value, most), lost, Grouped(b.value))
	}
	s.WriteString(`</div>`)
	return template.HTML(s.String()) //nolint:gosec // every name is escaped above
}

// signedChart draws differences, gains to the right of a middle line and losses to
// the left.
func signedChart(bars []bar) template.HTML {
	var most money.Fen = 1
	for _, b := range bars {
		most = max(most, b.value, -b.value)
	}
	var s strings.Builder
	s.WriteString(`<div class="bars">`)
	for _, b := range bars {
		less, more, sign := "", `<i style="width:`+percent(b.value, most)+`"></i>`, "+"
		if b.value < 0 {
			less, more, sign = `<i style="width:`+percent(-b.value, most)+`"></i>`, "", ""
		}
		fmt.Fprintf(&s, `<div class="bar"><span>%s</span><span class="less">%s</span><span class="more">%s</span><span class="n">%s%s</span></div>`,
			template.HTMLEscapeString(b.name), less, more, sign, Grouped(b.value))
	}
	s.WriteString(`</div>`)
	return template.HTML(s.String()) //nolint:gosec // every name is escaped above
}

// percent says a share of the whole as a width, at least a hairline.
func percent(part, whole money.Fen) string {
	n, _ := money.MulDiv(int64(max(0, part)), 1000, int64(whole))
	n = max(1, n)
	return fmt.Sprintf("%d.%d%%", n/10, n%10)
}
