package reporting

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Snapshot (冻结数据) is what a settlement is computed from: the accepted
// submissions that were current at one time, file by file. It never changes, and
// nothing in it can be withdrawn.
type Snapshot struct {
	ID     string         `json:"id"`
	From   Period         `json:"from"` // the first month
	To     Period         `json:"to"`   // the last month
	At     civil.Instant  `json:"at_ms"`
	By     string         `json:"by"`     // account
	SHA256 string         `json:"sha256"` // of what is in it: equal where the same facts come of it
	Parts  []SnapshotPart `json:"parts"`  // the office's first, then by institution, set and period, the platform's own last
}

// SnapshotPart is one submission of a snapshot.
type SnapshotPart struct {
	Submission  string `json:"submission"`
	Number      int64  `json:"number"`
	Org         string `json:"org"`
	OrgName     string `json:"org_name"`
	Institution string `json:"institution_id"` // 统一社会信用代码; "" of an office without one
	Office      bool   `json:"office"`         // its files may speak of everybody
	Platform    bool   `json:"platform"`       // of no submission: what the platform itself knows of loans that came through it
	Set         Set    `json:"set"`
	Period      Period `json:"period"`
	Version     int    `json:"version"`
	Files       []File `json:"files"`
}

// Folder is where the files of p lie in the folder that is taken in: parts sort by
// it, so that the office's come first, what a bank says later comes later, and what
// the platform knows by itself comes last.
func (p *SnapshotPart) Folder() string {
	who := "2-" + p.Institution
	if p.Office {
		who = "1-office"
	}
	if p.Institution == "" && !p.Office {
		who = "3-" + p.Org
	}
	if p.Platform {
		who = "9-platform"
	}
	return who + "/" + string(p.Period) + "-" + string(p.Set) + "-v" + strconv.Itoa(p.Version)
}

// Label names p for people, among others of the same organisation.
func (p *SnapshotPart) Label() string {
	name := string(p.Set)
	if info := p.Set.Info(); info != nil {
		name = info.Zh
	}
	if p.Office {
		name = "市金融工作中心" + name
	}
	if p.Platform {
		return "截至" + string(p.Period) + "平台登记的贷款"
	}
	return string(p.Period) + name + "第" + strconv.Itoa(p.Version) + "版"
}

// Part returns s as a snapshot names it.
func (s *Submission) Part() SnapshotPart {
	return SnapshotPart{
		Submission: s.ID, Number: s.Number, Org: s.Org, OrgName: s.OrgName, Institution: s.Institution, Office: s.Office,
		Set: s.Set, Period: s.Period, Version: s.Version, Files: s.Files,
	}
}

// Arrange puts parts in order and returns the hash of what is in them.
func Arrange(parts []SnapshotPart) string {
	slices.SortFunc(parts, func(a, b SnapshotPart) int { return strings.Compare(a.Folder(), b.Folder()) })
	h := sha256.New()
	for i := range parts {
		for _, f := range parts[i].Files {
			h.Write([]byte(parts[i].Folder() + "\x00" + f.Name + "\x00" + f.SHA256 + "\n"))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Select returns those of the current submissions that facts of the months from to
// to are made of: each bank's whose period touches them, and of each of the
// office's sets the latest one up to the year of to, or else the earliest after it.
func Select(current []Submission, from, to civil.Month) []Submission {
	var chosen []Submission
	registers := map[Set]Submission{}
	for _, s := range current {
		first, last, err := s.Period.Months()
		switch {
		case err != nil:
		case s.Office:
			if has, ok := registers[s.Set]; !ok || nearer(first, mustFirst(has.Period), to) {
				registers[s.Set] = s
			}
		case first <= to && last >= from:
			chosen = append(chosen, s)
		}
	}
	for _, s := range registers {
		chosen = append(chosen, s)
	}
	slices.SortFunc(chosen, func(a, b Submission) int { return int(a.Number - b.Number) })
	return chosen
}

// nearer tells whether a register that begins in a serves to better than one of b.
func nearer(a, b, to civil.Month) bool {
	if (a <= to) != (b <= to) {
		return a <= to
	}
	if a <= to {
		return a > b
	}
	return a < b
}

func mustFirst(p Period) civil.Month {
	first, _, _ := p.Months() // of a submission that is there
	return first
}

// SnapshotFindings is what was found in a snapshot when its facts were made: what
// only shows when banks are put side by side.
type SnapshotFindings struct {
	Findings []SnapshotFinding `json:"findings"`
	Counts   []Count           `json:"counts"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Written  bool              `json:"written"` // the folder of facts is there: there was no error
	Rows     map[string]int64  `json:"rows"`    // of the facts, by table
}

// SnapshotFinding is a finding with the organisation and the submission it belongs to.
type SnapshotFinding struct {
	Finding
	Org        string `json:"org"` // "" of nobody in particular
	OrgName    string `json:"org_name"`
	Submission string `json:"submission"`
}

// errNothing is told when there is nothing to freeze.
func errNothing(from, to Period) error {
	return fault.Newf(fault.Conflict, "reporting.nothing_accepted", "%s至%s没有已接收的报送", "nothing was accepted for %s to %s", from, to)
}
