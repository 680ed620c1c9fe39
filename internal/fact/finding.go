package fact

import (
	"errors"

	"changrong/internal/base/fault"
)

// Severity says what a finding stops.
type Severity uint8

// The severities.
const (
	Warning Severity = iota // to be looked at; stops nothing
	Error                   // stops the row, and so the file it stands in
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// Zh returns 警告 or 错误.
func (s Severity) Zh() string {
	if s == Error {
		return "错误"
	}
	return "警告"
}

// Finding is one thing wrong, or odd, with one row that came in.
type Finding struct {
	Severity Severity
	Code     string // stable: "loans.balance_after_close"
	At       fault.Place
	Zh, En   string
}

// Rule is one thing that may be wrong with what comes in. Codes are only ever added.
type Rule struct {
	Code     string
	Severity Severity
	Zh, En   string // what is wrong; a finding adds the particulars
}

// NewRule returns the rule of a code.
func NewRule(code string, sev Severity, zh, en string) Rule {
	return Rule{Code: code, Severity: sev, Zh: zh, En: en}
}

// At makes the finding of r at a place; zh and en, if any, are the particulars.
func (r *Rule) At(p fault.Place, zh, en string) Finding {
	f := Finding{Severity: r.Severity, Code: r.Code, At: p, Zh: r.Zh, En: r.En}
	if zh != "" {
		f.Zh += "：" + zh
		f.En += ": " + en
	}
	return f
}

// FindingOf makes an Error finding of a fault; an error that is no fault keeps
// its text under the code fact.unreadable.
func FindingOf(err error) Finding {
	var f *fault.Error
	if errors.As(err, &f) {
		return Finding{Severity: Error, Code: f.Code, At: f.At, Zh: f.Zh, En: f.En}
	}
	return Finding{Severity: Error, Code: "fact.unreadable", Zh: "无法读取", En: err.Error()}
}

// Fault turns an Error finding into the fault that stops what was asked for.
func (f Finding) Fault() error {
	return &fault.Error{Kind: fault.Invalid, Code: f.Code, At: f.At, Zh: f.Zh, En: f.En}
}
