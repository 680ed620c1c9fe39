package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"changrong/internal/adapter/strictjson"
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

	retry int64    // seconds after which to try again; 0: not said
	allow []string // methods that there are
}

// ProblemField is one thing that is wrong with a request.
type ProblemField struct {
	Field string `json:"field" doc:"its name; dots lead into objects"`
	In    string `json:"in,omitempty" doc:"body, query, path or header"`
	Code  string `json:"code"`
	Title string `json:"title" doc:"what is wrong with it, in Chinese"`
	En    string `json:"en"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.En }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// notModified says that the caller has what would be answered.
type notModified struct{}

// Error implements error.
func (notModified) Error() string { return "not modified" }

// GetStatus implements huma.StatusError.
func (notModified) GetStatus() int { return http.StatusNotModified }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.FormatInt(p.retry, 10))
	}
	if len(p.allow) > 0 {
		h.Set("Allow", strings.Join(p.allow, ", "))
	}
	return h
}

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
	"access.password_due": http.StatusUnauthorized, "access.factor_due": http.StatusUnauthorized, "access.wrong_code": http.StatusUnauthorized,
	"access.too_many": http.StatusTooManyRequests, "access.flow": http.StatusBadRequest,
	"store.full": http.StatusInsufficientStorage, "blob.full": http.StatusInsufficientStorage, "inbox.full": http.StatusInsufficientStorage,
	"store.changed": http.StatusPreconditionFailed, "workflow.moved": http.StatusPreconditionFailed,
	"http.encoding": http.StatusUnsupportedMediaType, "http.timeout": http.StatusRequestTimeout, "once.key": http.StatusBadRequest,
	"apikey.unknown": http.StatusUnauthorized, "apikey.replayed": http.StatusUnauthorized, "http.if_match": http.StatusBadRequest,
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
	pkg, _, _ := strings.Cut(f.Code, ".")
	switch {
	case ok:
	case pkg == "json":
		status = http.StatusBadRequest
	case pkg == "sfv", pkg == "signature" && f.Kind == fault.Forbidden:
		status = http.StatusUnauthorized
	default:
		status = statusOf[f.Kind]
	}
	if f.Kind == fault.Internal {
		slog.Error("internal", "code", f.Code, "error", err)
		f = fault.New(fault.Internal, "http.internal", "系统内部错误，已记录", "an internal error; it has been logged")
	}
	p = &Problem{
		Type: "urn:changrong:" + f.Code, Title: f.Zh, En: f.En, Status: status, Code: f.Code,
		Field: f.At.Field, Value: f.At.Value,
	}
	if f.Code == "once.in_progress" {
		p.retry = 1
	}
	return p
}

// ours are the problems that the library finds by itself, by status.
var ours = map[int]struct{ code, zh, en string }{
	http.StatusBadRequest:            {"http.body", "请求内容无法读取", "the body cannot be read"},
	http.StatusNotAcceptable:         {"http.accept", "不能以所要求的格式回答", "there is no answer in that form"},
	http.StatusRequestTimeout:        {"http.timeout", "接收请求超时，请检查网络后重试", "the request took too long to arrive"},
	http.StatusRequestEntityTooLarge: {"http.too_large", "请求内容过大，请分批提交", "the body is too large; send it in parts"},
	http.StatusUnsupportedMediaType:  {"http.media_type", "不支持这种内容类型，请使用application/json", "this type of content is not supported"},
	http.StatusUnprocessableEntity:   {"http.invalid", "填写有误，请按提示修改", "what was sent is not of the operation's form"},
	http.StatusInternalServerError:   {"http.internal", "系统内部错误，已记录", "an internal error; it has been logged"},
}

// newProblem is what the library calls for errors of its own: a request that is
// not of the operation's form.
func newProblem(status int, msg string, errs ...error) huma.StatusError {
	for _, err := range errs {
		var p *Problem
		if errors.As(err, &p) {
			return p
		}
	}
	if status == http.StatusInternalServerError {
		// What was being read is the only thing that fails before an operation runs.
		for _, err := range errs {
			if f := (*fault.Error)(nil); errors.As(err, &f) {
				return problemOf(f)
			}
		}
		if msg == "cannot read request body" {
			status = http.StatusBadRequest
		} else {
			slog.Error("internal", "message", msg, "errors", errs)
		}
	}
	say, ok := ours[status]
	if !ok {
		say = ours[http.StatusInternalServerError]
	}
	if msg == "request body is required" {
		say.code, say.zh, say.en = "http.body_missing", "缺少请求内容", "there is no body"
	}
	p := &Problem{Type: "urn:changrong:" + say.code, Title: say.zh, En: say.en, Status: status, Code: say.code}
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		p.list(errs)
	}
	return p
}

// list says what is wrong with each part. JSON that nobody can read is a problem
// of its own.
func (p *Problem) list(errs []error) {
	for i, err := range errs {
		if i == maxProblems {
			break
		}
		field := fieldOf(err)
		var d huma.ErrorDetailer
		if p.Status == http.StatusBadRequest && errors.As(err, &d) && d.ErrorDetail().Location == "body" {
			field = brokenJSON(d.ErrorDetail()) // the library keeps the sentence only
			p.Code, p.Title, p.En, p.Type = field.Code, field.Title, field.En, "urn:changrong:"+field.Code
		}
		p.Errors = append(p.Errors, field)
	}
	if len(errs) == 1 && len(p.Errors) == 1 {
		p.Field = p.Errors[0].Field
	}
}

// maxProblems is how many things one answer says are wrong.
const maxProblems = 50

// brokenJSON finds again what is wrong with a body that could not be read, of which
// the library has kept the text.
func brokenJSON(d *huma.ErrorDetail) ProblemField {
	body, ok := d.Value.(string)
	if ok {
		if err := strictjson.Check([]byte(body)); err != nil {
			p := fieldOf(err)
			p.In = "body"
			return p
		}
	}
	return ProblemField{In: "body", Code: "json.syntax", Title: "JSON格式错误", En: "bad JSON"}
}
