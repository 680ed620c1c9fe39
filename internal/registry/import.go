package registry

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// File is a file that has been handed in.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// State is how far an import has come.
type State string

// The states of an import.
const (
	Waiting State = "waiting" // 待核对
	Refused State = "refused" // 有错误，未导入
	Loading State = "loading" // 核对通过，导入中
	Loaded  State = "loaded"  // 已导入
)

// Import is a file of the registry, and what came of it.
type Import struct {
	ID string `json:"id"`
	File
	Org    string        `json:"org"`
	By     string        `json:"by"`
	ByName string        `json:"by_name"`
	At     civil.Instant `json:"at_ms"`
	AsOf   civil.Date    `json:"as_of"`
	Source string        `json:"source"`
	State  State         `json:"state" enum:"waiting,refused,loading,loaded"`
	Done   civil.Instant `json:"done_ms" doc:"0: not yet"`

	Rows     int64     `json:"rows" doc:"without an error"`
	Read     int64     `json:"read" doc:"of them that are in the registry"`
	Added    int64     `json:"added"`
	Changed  int64     `json:"changed"`
	Ended    int64     `json:"ended" doc:"firms that were open and are no more"`
	Errors   int64     `json:"errors"`
	Warnings int64     `json:"warnings"`
	Findings []Finding `json:"findings" doc:"the first of them"`
	Version  int64     `json:"version"`
}

// Finding is one thing wrong, or odd, with one row.
type Finding struct {
	Severity string `json:"severity" enum:"error,warning"`
	Code     string `json:"code"`
	Line     int    `json:"line" doc:"0: the file"`
	Field    string `json:"field"`
	Value    string `json:"value"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
}

// note counts a finding, and keeps it where there is room. What it quotes of a
// person's name is left out.
func (m *Import) note(f fact.Finding) {
	if f.Severity == fact.Error {
		m.Errors++
	} else {
		m.Warnings++
	}
	if len(m.Findings) >= maxFindings {
		return
	}
	n := Finding{Severity: f.Severity.String(), Code: f.Code, Line: f.At.Line, Field: f.At.Field, Value: fault.Clip(f.At.Value), Zh: f.Zh, En: f.En}
	if n.Field == "legal_representative" || n.Field == "" { // a whole line has the name too
		n.Value = ""
	}
	m.Findings = append(m.Findings, n)
}

// check tells whether an import may begin on a day.
//
// Errors: registry.as_of, registry.source, registry.file.
func (m *Import) check(today civil.Date) error {
	switch {
	case m.AsOf > today || m.AsOf < 0:
		return fault.Invalidf("registry.as_of", "截止日期不能晚于今天", "a file is as of today at the latest").In(fault.Place{Field: "as_of"})
	case !oneLine(m.Source, 1, maxSource):
		return fault.Invalidf("registry.source", "来源须为1至%d个字", "who says so has 1 to %d characters", maxSource).In(fault.Place{Field: "source"})
	case m.SHA256 == "":
		return fault.New(fault.Conflict, "registry.file", "文件尚未上传完整", "the file is not whole yet").In(fault.Place{Field: "upload"})
	}
	return nil
}
