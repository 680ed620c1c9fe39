// Package fault is the one error type of Changrong: a kind, a stable code, a
// place in somebody's file, and a sentence in Chinese and in English that the
// reader of that file understands.
//
// "Not eligible" is never a fault; it is a value with reasons.
package fault

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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

// String renders file:line:column and the field, as far as known.
func (p Place) String() string {
	parts := make([]string, 0, 3)
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
		if p.Column > 0 {
			parts = append(parts, strconv.Itoa(p.Column))
		}
	}
	at := strings.Join(parts, ":")
	if at != "" && p.Field != "" {
		at += " "
	}
	return at + p.Field
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

// Newf makes a fault whose sentences share the arguments, so each must use the
// same verbs in the same order (or indexed verbs).
func Newf(kind Kind, code, zh, en string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

// Invalidf is Newf for what came in wrong, which most faults are about.
func Invalidf(code, zh, en string, args ...any) *Error {
	return Newf(Invalid, code, zh, en, args...)
}

// Of returns the first fault in err's chain, to place it or to show it:
//
//	return fault.Of(err).In(fault.Place{Line: n})
//
// An error that holds none becomes an Internal fault, fault.internal, with err
// as its cause. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Internal, "fault.internal", "系统内部错误", "internal error").Because(err)
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
	return Of(err).Kind
}

// maxShown is how much of an offending value an error shows, in characters.
const maxShown = 40

// Clip makes s fit for an error message: short, cut on a character boundary,
// and on one line, with � for bytes that are no text and for control characters.
func Clip(s string) string {
	if i := nthRune(s, maxShown); i < len(s) {
		s = s[:i] + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// nthRune returns where the n-th character of s starts, counting from 0, or
// len(s) when s has no more than n.
func nthRune(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
