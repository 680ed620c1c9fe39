// Package fault is the one error type of Changrong: a kind, a stable code, a
// place in somebody's file, and a sentence in Chinese and in English that the
// reader of that file understands.
//
// "Not eligible" is never a fault; it is a value with reasons.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of trouble it is, and so what the caller may do about it.
type Kind uint8

// The kinds. Their order is not meaningful.
const (
	Invalid     Kind = iota + 1 // what came in is wrong; send something else
	NotFound                    // the thing named does not exist
	Conflict                    // it exists, and in another state than assumed
	Forbidden                   // not for this caller
	Unavailable                 // try again later
	Internal                    // a defect of ours
)

var kindNames = [...]string{"", "invalid", "not_found", "conflict", "forbidden", "unavailable", "internal"}

// String returns the kind's stable lower-case name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Place is where in an input something was found. Zero fields are unknown;
// Line and Column count from 1, Column in characters, not bytes.
type Place struct {
	File   string
	Line   int
	Column int
	Field  string // column or key name
	Value  string // the offending text, shortened by Clip
}

// String renders file:line:column, as far as known.
func (p Place) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	return b.String()
}

// Error is a fault. Code is "package.reason", only ever added, never renamed.
type Error struct {
	Kind  Kind
	Code  string
	At    Place
	Zh    string // the sentence for the person who must mend it
	En    string
	Cause error
}

// Error renders place, code and both sentences on one line.
func (e *Error) Error() string {
	var b strings.Builder
	if at := e.At.String(); at != "" {
		b.WriteString(at)
		b.WriteString(": ")
	}
	b.WriteString(e.Code)
	if e.Zh != "" {
		b.WriteString(": " + e.Zh)
	}
	if e.En != "" {
		b.WriteString(" (" + e.En + ")")
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault without a place.
func New(kind Kind, code, zh, en string) *Error {
	return &Error{Kind: kind, Code: code, Zh: zh, En: en}
}

// Invalidf makes an Invalid fault; zh and en share the arguments, so each must
// use the same verbs in the same order (or indexed verbs).
func Invalidf(code, zh, en string, args ...any) *Error {
	return &Error{Kind: Invalid, Code: code, Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// In returns a copy of e that happened at p; fields e already knows stay.
func (e *Error) In(p Place) *Error {
	c := *e
	if c.At.File == "" {
		c.At.File = p.File
	}
	if c.At.Line == 0 {
		c.At.Line, c.At.Column = p.Line, p.Column
	}
	if c.At.Field == "" {
		c.At.Field = p.Field
	}
	if c.At.Value == "" {
		c.At.Value = Clip(p.Value)
	}
	return &c
}

// Because returns a copy of e with its cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// CodeOf returns the code of the first fault in err's chain, or "".
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// KindOf returns the kind of the first fault in err's chain; an error that is
// no fault is Internal, nil is 0.
func KindOf(err error) Kind {
	if err == nil {
		return 0
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// maxShown is how much of an offending value an error shows, in characters.
const maxShown = 40

// Clip shortens s to what an error message shows, on a character boundary.
func Clip(s string) string {
	n := 0
	for i := range s {
		if n == maxShown {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
