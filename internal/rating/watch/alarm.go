package watch

import (
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating/metric"
)

// Alarm is something about a model that somebody must look at.
type Alarm struct {
	ID      string      `json:"id"`
	Model   string      `json:"model"`
	Name    string      `json:"name"` // of the model
	Edition int64       `json:"edition"`
	Month   civil.Month `json:"month"`
	Code    string      `json:"code" enum:"psi,psi_watch,auc,worse,safer,grade,refused"`
	Item    string      `json:"item,omitempty" doc:"the characteristic or the grade; missing: the whole card"`
	Grave   bool        `json:"grave" doc:"missing it would hurt; else it is to be watched"`
	Value   float64     `json:"value"`
	Zh      string      `json:"title"`
	En      string      `json:"title_en"`
	DoZh    string      `json:"todo" doc:"what to do about it"`
	DoEn    string      `json:"todo_en"`

	State   Standing      `json:"state" enum:"open,acknowledged,lapsed"`
	Raised  civil.Instant `json:"raised_ms"`
	By      string        `json:"by,omitempty" doc:"who acknowledged it"`
	ByName  string        `json:"by_name,omitempty"`
	Words   string        `json:"words,omitempty" doc:"what was done about it"`
	Acted   civil.Instant `json:"acted_ms,omitempty"`
	Version int64         `json:"version"`
}

// Standing is how an alarm stands.
type Standing string

// The standings.
const (
	Raised       Standing = "open"
	Acknowledged Standing = "acknowledged"
	Lapsed       Standing = "lapsed" // the month, computed again, no longer shows it
)

// Limits of alarms; their reasons are in the package's comment.
const (
	moves     = 0.10 // PSI of a population that moves
	another   = 0.25 // PSI of another population
	deviates  = 2    // standard deviations of an AUC
	silent    = 0.10 // share of firms of which a model says nothing
	leastMute = 5    // of such firms
)

// alarm adds what is alarming.
func (m *Month) alarm(l *Looked) {
	m.shifted("", "评分等级", "the grades", m.Shift)
	for i := range m.Items {
		m.shifted(m.Items[i].Name, "“"+m.Items[i].Zh+"”", m.Items[i].En, m.Items[i].Shift)
	}
	if n := m.Firms + m.Refused; m.Refused >= leastMute && float64(m.Refused) >= silent*float64(n) {
		m.raise(&Alarm{
			Code: "refused", Value: float64(m.Refused) / float64(n),
			Zh: "不能评分的企业过多", En: "the model says nothing of too many firms",
			DoZh: "查看哪些指标未知或超出范围，请数据部门或授权环节处理。", DoEn: "See which values are unknown or out of range, and have the departments or the consents mended.",
		})
	}
	c := m.Came
	if c == nil {
		return
	}
	if c.AUC != nil && c.Validated != nil && c.Good+c.Bad >= metric.Fewest && *c.AUC < *c.Validated-deviates*(*c.Deviation) {
		m.raise(&Alarm{
			Code: "auc", Grave: true, Value: *c.AUC, Zh: "区分好坏的能力明显低于验证时", En: "it tells good from bad less well than when it was validated",
			DoZh: "核对好坏定义和数据；确实下降的，用近期样本重新训练，评审后先影子运行。", DoEn: "Check the definition and the data; if it holds, train anew on recent firms and let the new model run in the shadow first.",
		})
	}
	if c.Worse != nil && *c.Worse < metric.ByChance {
		m.raise(&Alarm{
			Code: "worse", Grave: true, Value: float64(c.Bad) / float64(c.Good+c.Bad), Zh: "总体坏账率明显高于预计", En: "more firms turned out bad than the model expected",
			DoZh: "提醒参考评分的银行；按实际坏账率重新校准中心违约率。", DoEn: "Tell the banks that read the scores; calibrate to the bad rate that came.",
		})
	}
	if c.Safer != nil && *c.Safer < metric.ByChance {
		m.raise(&Alarm{
			Code: "safer", Value: float64(c.Bad) / float64(c.Good+c.Bad), Zh: "总体坏账率明显低于预计", En: "fewer firms turned out bad than the model expected",
			DoZh: "评分偏严，会让好企业吃亏；下次训练时重新校准。", DoEn: "The scores are too strict on good firms; calibrate at the next training.",
		})
	}
	for i := range m.Grades {
		if g := &m.Grades[i]; g.Worse != nil && g.Good+g.Bad >= metric.Fewest && *g.Worse < metric.ByChance {
			m.raise(&Alarm{
				Code: "grade", Item: g.Grade, Grave: true, Value: float64(g.Bad) / float64(g.Good+g.Bad), Zh: g.Grade + "级的坏账率明显高于其违约率", En: "grade " + g.Grade + " is worse than its name",
				DoZh: "查看该级企业的共同点；多级如此的，重新校准主标尺。", DoEn: "See what the firms of the grade have in common; if several grades are so, calibrate the master scale.",
			})
		}
	}
}

// shifted adds the alarm of a population that has moved.
func (m *Month) shifted(item, zh, en string, s *Shift) {
	if s == nil || s.PSI < moves || s.Chance >= metric.ByChance {
		return
	}
	a := &Alarm{
		Code: "psi_watch", Item: item, Value: s.PSI, Zh: zh + "的分布有所变化", En: "the distribution of " + en + " moves",
		DoZh: "下月再看；连续两个月如此的，查明来源数据或企业构成有何变化。", DoEn: "Look again next month; if it stays, find out what has changed in the data or in the firms.",
	}
	if s.PSI >= another {
		a.Code, a.Grave, a.Zh, a.En = "psi", true, zh+"的分布已明显不同", "the distribution of "+en+" is another"
		a.DoZh = "先查来源数据是否改了口径或单位；数据无误的，评估是否重新训练。"
		a.DoEn = "First see whether the source has changed its meaning or unit; if not, consider training anew."
	}
	m.raise(a)
}

// raise adds an alarm.
func (m *Month) raise(a *Alarm) {
	a.Month, a.State = m.Month, Raised
	m.Alarms = append(m.Alarms, *a)
}

// is tells whether two alarms of a model's month are about the same.
func (a *Alarm) is(b *Alarm) bool { return a.Code == b.Code && a.Item == b.Item }

// meet puts what is alarming now beside the alarms that there were: fresh ones, ones that
// say the same with another figure, and ones that no longer hold. What was acknowledged
// stays so while it says the same.
func meet(was, is []Alarm, now civil.Instant) (put []Alarm, fresh int) {
	for i := range is {
		a := is[i]
		a.Raised = now
		fresh++
		for j := range was {
			if !was[j].is(&a) {
				continue
			}
			w := &was[j]
			a.ID, a.Version = w.ID, w.Version
			if w.State != Lapsed {
				a.State, a.Raised, a.By, a.ByName, a.Words, a.Acted = w.State, w.Raised, w.By, w.ByName, w.Words, w.Acted
				fresh--
			}
		}
		put = append(put, a)
	}
	for j := range was {
		w := was[j]
		there := false
		for i := range is {
			there = there || w.is(&is[i])
		}
		if !there && w.State == Raised {
			w.State, w.Acted = Lapsed, now
			put = append(put, w)
		}
	}
	return put, fresh
}

// maxWords is how long a note may be, in characters.
const maxWords = 1000

// acknowledge notes who has looked at an alarm, and what was done about it.
//
// Errors: watch.words, watch.acknowledged.
func (a *Alarm) acknowledge(by, name, words string, now civil.Instant) error {
	words = strings.TrimSpace(words)
	if words == "" || len([]rune(words)) > maxWords {
		return fault.Newf(fault.Invalid, "watch.words", "请写明怎样处理，至多%d字", "say what was done, in %d characters at most", maxWords).In(fault.Place{Field: "words"})
	}
	if a.State != Raised {
		return fault.New(fault.Conflict, "watch.acknowledged", "这条预警已经处理或不再成立", "the alarm has been acknowledged, or holds no more")
	}
	a.State, a.By, a.ByName, a.Words, a.Acted = Acknowledged, by, name, words, now
	return nil
}
