package history

import (
	"fmt"
	"io"
	"strconv"

	"changrong/internal/adapter/samplefile"
	"changrong/internal/rating/metric"
)

// The columns beside the features.
const (
	Target = "defaulted" // 1 or 0; empty of firms that were refused
	Period = "period"    // from 0, in the order of Days
)

// before are the columns before the features.
var before = []string{"uscc", "name", "observed_on", Period, Target}

// WriteSample writes the firms that were lent to, and what became of them.
func (h *History) WriteSample(w io.Writer) error { return h.write(w, false) }

// WriteRefused writes the firms that were refused a loan.
func (h *History) WriteRefused(w io.Writer) error { return h.write(w, true) }

func (h *History) write(w io.Writer, refused bool) error {
	out, err := samplefile.NewWriter(w, h.Features, before)
	if err != nil {
		return err
	}
	for i := range h.Firms {
		x := &h.Firms[i]
		if x.Refused != refused {
			continue
		}
		became := ""
		if !refused {
			became = strconv.Itoa(truth(x.Bad))
		}
		if err := out.Write([]string{x.USCC, x.Name, x.On.String(), strconv.Itoa(x.Period), became}, x.Values); err != nil {
			return err
		}
	}
	return out.Close()
}

// Summary is what a history comes to.
type Summary struct {
	Firms   int     `json:"firms"` // that were lent to
	Bad     int     `json:"bad"`
	Refused int     `json:"refused"`
	Unknown float64 `json:"unknown"` // share of cells
	// Best is the AUC of the odds that decided, luck left out: no model exceeds it but by chance.
	Best float64 `json:"best_auc"`
}

// Summary sums a history up.
func (h *History) Summary() (Summary, error) {
	var s Summary
	var rows []metric.Scored
	cells, unknown := 0, 0
	for i := range h.Firms {
		x := &h.Firms[i]
		if x.Refused {
			s.Refused++
			continue
		}
		s.Firms++
		s.Bad += truth(x.Bad)
		rows = append(rows, metric.Scored{Risk: float64(x.risk), Bad: x.Bad})
		for _, v := range x.Values {
			cells, unknown = cells+1, unknown+truth(!v.Known)
		}
	}
	s.Unknown = float64(unknown) / float64(max(1, cells))
	r, err := metric.Rank(rows)
	if err != nil {
		return s, err
	}
	s.Best = r.AUC()
	return s, nil
}

// Words say what a sample is and is not, for whoever reads a model's manifest.
type Words struct{ Source, Sampling, Target, Use, Objective string }

// Described says it of every history.
func Described() Words {
	return Words{
		Source:    "合成数据：由演示程序按随机种子生成的虚构企业，指标取自参考部门服务，违约由公开的生成规则决定；不含任何真实企业",
		Sampling:  fmt.Sprintf("合成数据：虚构城市中获得贷款的全部企业，分%d个时点观察；未获贷款的企业另列，没有结果", len(Days)),
		Target:    "合成数据：观察日后12个月内逾期90天以上为坏，其余为好",
		Use:       "合成数据训练，仅供演示；评分供银行参考，不得用于真实企业的授信决定",
		Objective: "合成数据：以正则化对数似然为目标，对各类企业同等计算；不含所有制、户籍、性别等属性",
	}
}
