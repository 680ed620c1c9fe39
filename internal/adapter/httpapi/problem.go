package httpapi

import (
	"errors"
	"log/slog"
	"net/http"

	"changrong/internal/base/fault"

	"github.com/danielgtaylor/huma/v2"
)

// Problem is what an operation that failed answers (RFC 9457): Title is for the
// person at the screen, Code for programs.
type Problem struct {
	Type   string         `json:"type" doc:"urn:changrong: and the code"`
	Title  string         `json:"title" doc:"what is wrong and what to do, in Chinese"`
	Status int            `json:"status"`
	Code   string         `json:"code" doc:"package.reason; only ever added"`
	En     string         `json:"en" doc:"the title in English"`
	Field  string         `json:"field,omitempty" doc:"what of the input is wrong"`
	Value  string         `json:"value,omitempty" doc:"its value, shortened"`
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one thing that is wrong with a request.
type ProblemField struct {
	Field string `json:"field"`
	En    string `json:"en"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.En }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf says which status a kind of fault has.
var statusOf = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Forbidden: http.StatusForbidden, fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

// statusOfCode are the codes with a status of their own.
var statusOfCode = map[string]int{
	"access.sign_in": http.StatusUnauthorized, "access.code_due": http.StatusUnauthorized, "access.wrong_password": http.StatusUnauthorized,
	"store.changed": http.StatusPreconditionFailed,
}

// problemOf makes a problem of an error. What is nobody's fault outside is
// written to the log and not told.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	f := fault.Of(err)
	status, ok := statusOfCode[f.Code]
	if !ok {
		status = statusOf[f.Kind]
	}
	if f.Kind == fault.Internal {
		slog.Error("internal", "code", f.Code, "error", err)
		f = fault.New(fault.Internal, "http.internal", "系统内部错误，已记录", "an internal error; it has been logged")
	}
	return &Problem{
		Type: "urn:changrong:" + f.Code, Title: f.Zh, En: f.En, Status: status, Code: f.Code,
		Field: f.At.Field, Value: f.At.Value,
	}
}

// newProblem is what the library calls for errors of its own: a request that is
// not of the operation's form.
func newProblem(status int, msg string, errs ...error) huma.StatusError {
	if len(errs) == 1 {
		var p *Problem
		if errors.As(errs[0], &p) {
			return p
		}
	}
	zh, code := "请求格式不正确", "http.request"
	switch status {
	case http.StatusRequestEntityTooLarge:
		zh, code = "请求内容过大", "http.too_large"
	case http.StatusUnsupportedMediaType:
		zh, code = "不支持这种内容类型", "http.media_type"
	case http.StatusRequestTimeout:
		zh, code = "接收请求超时", "http.timeout"
	}
	p := &Problem{Type: "urn:changrong:" + code, Title: zh, En: msg, Status: status, Code: code}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, ProblemField{d.ErrorDetail().Location, d.ErrorDetail().Message})
		}
	}
	return p
}
