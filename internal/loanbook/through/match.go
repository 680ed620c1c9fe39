package through

import (
	"cmp"
	"slices"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
)

// State is how a loan agrees with what its bank reports.
type State string

// The states.
const (
	Waiting State = "waiting" // 待报送: its month has not been reported yet
	Agrees  State = "agrees"  // 一致
	Missing State = "missing" // 未报送: its month has been reported without it
	Differs State = "differs" // 不一致
	Renamed State = "renamed" // 疑似编号不同: perhaps reported under another number
)

// Zh is the state's name.
func (s State) Zh() string {
	return map[State]string{Waiting: "待报送", Agrees: "一致", Missing: "未报送", Differs: "不一致", Renamed: "疑似编号不同"}[s]
}

// Match is how a loan agrees with what its bank reports.
type Match struct {
	State State         `json:"state" enum:"waiting,agrees,missing,differs,renamed"`
	Since civil.Instant `json:"since_ms" doc:"when it came to what it is; 0: since it was entered"`
	Told  bool          `json:"told" doc:"the bank reports this note, under this number"`
	Diffs []Diff        `json:"differences"`
	Other string        `json:"other_note_no" doc:"of renamed: the number under which it is perhaps reported"`
	Zh    string        `json:"zh" doc:"what was found, and what to do"`
	En    string        `json:"en"`
}

// Diff is one value that differs.
type Diff struct {
	Field  string `json:"field" doc:"column of the table loans"`
	Zh     string `json:"zh" doc:"its name"`
	Ours   string `json:"ours" doc:"as it was registered on the platform"`
	Theirs string `json:"theirs" doc:"as the bank reports it"`
}

// Open tells whether m wants something done.
func (m *Match) Open() bool { return m.State == Missing || m.State == Differs || m.State == Renamed }

// Same tells whether m finds what n finds.
func (m *Match) Same(n *Match) bool {
	return m.State == n.State && m.Told == n.Told && m.Other == n.Other && slices.Equal(m.Diffs, n.Diffs)
}

// Note is a note as a bank reports it. Unknown is an amount that was left open; a
// text, a rate or a day is nil or empty.
type Note struct {
	NoteNo, Contract, USCC string
	Principal              money.Fen // below 0: unknown
	Rate                   *money.Rate
	Drawn, Due             *civil.Date
	Security               string
}

// Terms are what may tell that two notes of one bank are one loan.
type Terms struct {
	Contract, USCC string
	Amount         money.Fen
	Drawn          civil.Date
}

// Alike tells whether two notes of one bank may be the same loan under two numbers:
// one borrower and one amount, and the same day or the same contract. Contracts that
// differ tell nothing: a bank's systems number them each in its own way.
func Alike(a, b Terms) bool {
	return a.USCC == b.USCC && a.Amount == b.Amount && (a.Drawn == b.Drawn || a.Contract != "" && a.Contract == b.Contract)
}

// Reported is what a bank reports.
type Reported struct {
	Months map[civil.Month]bool // those it has reported
	Notes  []Note
}

// Compare puts loans of one bank beside what it reports, and returns how each
// agrees. A note with the number of a loan is that loan; one without may be a loan
// whose number is not reported.
func Compare(loans []Loan, r Reported) []Match {
	byNo, others := map[string]*Note{}, []*Note{}
	ours := map[string]bool{}
	for i := range loans {
		ours[loans[i].NoteNo] = true
	}
	for i := range r.Notes {
		n := &r.Notes[i]
		if ours[n.NoteNo] {
			byNo[n.NoteNo] = n
		} else {
			others = append(others, n)
		}
	}
	slices.SortFunc(others, func(a, b *Note) int { return cmp.Compare(a.NoteNo, b.NoteNo) })
	out := make([]Match, len(loans))
	for i := range loans {
		l := &loans[i]
		m := &out[i]
		if n := byNo[l.NoteNo]; n != nil {
			*m = l.beside(n)
			continue
		}
		m.Diffs = []Diff{}
		m.State = Waiting
		if r.Months[l.Drawn.Month()] {
			m.State = Missing
		}
		for _, n := range others {
			if Alike(l.terms(), n.terms()) {
				m.State, m.Other = Renamed, n.NoteNo
				break
			}
		}
		m.say(l)
	}
	return out
}

func (l *Loan) terms() Terms {
	return Terms{Contract: l.Contract, USCC: l.USCC, Amount: l.Amount, Drawn: l.Drawn}
}

func (n *Note) terms() Terms {
	t := Terms{Contract: n.Contract, USCC: n.USCC, Amount: n.Principal}
	if n.Drawn != nil {
		t.Drawn = *n.Drawn
	}
	return t
}

// beside compares l with the note that its bank reports under its number.
func (l *Loan) beside(n *Note) Match {
	m := Match{State: Agrees, Told: true, Diffs: []Diff{}}
	differ := func(field, zh, ours, theirs string) {
		if theirs != "" && ours != "" && ours != theirs {
			m.State = Differs
			m.Diffs = append(m.Diffs, Diff{field, zh, ours, theirs})
		}
	}
	differ("enterprise_id", "借款人", l.USCC, n.USCC)
	if n.Principal >= 0 {
		differ("principal", "贷款本金", l.Amount.String(), n.Principal.String())
	}
	if n.Rate != nil {
		differ("rate", "年利率", l.Rate.Human(), n.Rate.Human())
	}
	if n.Drawn != nil {
		differ("disbursed_on", "发放日期", l.Drawn.String(), n.Drawn.String())
	}
	if n.Due != nil {
		differ("due_on", "到期日期", l.Due.String(), n.Due.String())
	}
	if !secured(l.Security, n.Security) {
		differ("security", "担保方式", l.Security, n.Security)
	}
	m.say(l)
	return m
}

// secured tells whether what was registered here may be what a bank reports: a
// mortgage of either kind, or one of what is mixed.
func secured(ours, theirs string) bool {
	switch theirs {
	case "mortgage_real_estate", "mortgage_other":
		return ours == "mortgage"
	case "joint_guarantee":
		return ours == "guarantee"
	case "mixed":
		return ours != "credit"
	}
	return securities[ours] == theirs
}

// say puts m into words.
func (m *Match) say(l *Loan) {
	month := l.Drawn.Month()
	switch m.State {
	case Waiting:
		m.Zh, m.En = "银行尚未报送"+month.Zh()+"的贷款数据；报送后自动核对", "the bank has not reported "+month.String()+" yet; it is compared once it has"
	case Agrees:
		m.Zh, m.En = "与银行报送一致", "as the bank reports it"
	case Missing:
		m.Zh = "银行已报送" + month.Zh() + "的贷款数据，其中没有借据" + l.NoteNo + "；请在下次报送或更正中补报，结算暂以平台登记为准"
		m.En = "the bank has reported " + month.String() + " without note " + l.NoteNo + "; report it next time or in a correction; until then settlements take what was registered here"
	case Renamed:
		m.Zh = "银行报送的借据" + m.Other + "可能就是这笔贷款；请核对借据编号，更正平台登记或报送。核清之前，结算只按银行报送计算，不重复计算"
		m.En = "note " + m.Other + " that the bank reports may be this loan; check the number and correct one of the two; until then settlements count the bank's alone"
	case Differs:
		m.Zh, m.En = "与银行报送不一致：", "differs from what the bank reports: "
		for i, d := range m.Diffs {
			if i > 0 {
				m.Zh, m.En = m.Zh+"；", m.En+"; "
			}
			m.Zh += d.Zh + "登记为" + d.Ours + "，报送为" + d.Theirs
			m.En += d.Field + " is " + d.Ours + " here and " + d.Theirs + " there"
		}
		m.Zh, m.En = m.Zh+"。结算以银行报送为准；如报送有误请更正，利率如已重新定价无需更正", m.En+"; settlements take the bank's"
	}
}
