package httpapi

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"changrong/internal/base/fault"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// phrase says in our words what the library finds wrong with a value. Its pattern
// matches the library's sentence; what it captures stands where ${1} and ${2} are.
type phrase struct {
	pattern  *regexp.Regexp
	code     string
	zh, en   string
	property bool // ${1} is a property of the object that the finding is about
}

// says makes a phrase of one of the library's sentences, which may hold verbs.
func says(sentence, code, zh, en string) phrase {
	quoted := regexp.QuoteMeta(sentence)
	for _, verb := range []string{"%v", "%d", "%s"} {
		quoted = strings.ReplaceAll(quoted, verb, "(.*)")
	}
	return phrase{regexp.MustCompile("(?s)^" + quoted + "$"), code, zh, en, false}
}

// of says that the first thing captured is the property that is wrong.
func (p phrase) of() phrase {
	p.property = true
	return p
}

// phrases are all that the library may say of a value, the particular before the general.
var phrases = []phrase{
	says(validation.MsgUnexpectedProperty, "field.unknown", "没有这个字段", "there is no such field"),
	says("unknown query parameter", "field.unknown", "没有这个查询参数", "there is no such parameter"),
	says(validation.MsgExpectedRequiredProperty, "field.required", "必填", "is required").of(),
	says(validation.MsgExpectedDependentRequiredProperty, "field.required", "填写“${2}”时必填", "is required where ${2} is given").of(),
	says("required %s parameter is missing", "field.required", "必填", "is required"),
	says(validation.MsgExpectedBoolean, "field.type", "须为true或false", "is true or false"),
	says(validation.MsgExpectedNumber, "field.type", "须为数字", "is a number"),
	says(validation.MsgExpectedInteger, "field.type", "须为整数", "is a whole number"),
	says(validation.MsgExpectedString, "field.type", "须为文本", "is text"),
	says(validation.MsgExpectedArray, "field.type", "须为列表", "is a list"),
	says(validation.MsgExpectedObject, "field.type", "须为对象", "is an object"),
	says("invalid integer", "field.type", "须为整数", "is a whole number"),
	says("invalid float", "field.type", "须为数字", "is a number"),
	says("invalid floating value", "field.type", "须为数字", "is a number"),
	says("invalid boolean", "field.type", "须为true或false", "is true or false"),
	says("invalid value%s", "field.type", "值的类型不正确", "is of another type"),
	says("unsupported type", "field.type", "值的类型不正确", "is of another type"),
	says("invalid date/time%s", "field.format", "日期时间格式不正确", "is a date and time"),
	says(validation.MsgExpectedBase64String, "field.format", "须为Base64编码", "is base64"),
	says(validation.MsgExpectedRFC3339DateTime, "field.format", "须为日期时间，如2026-01-31T08:00:00+08:00", "is a date and time as in RFC 3339"),
	says(validation.MsgExpectedRFC1123DateTime, "field.format", "须为RFC 1123格式的日期时间", "is a date and time as in RFC 1123"),
	says(validation.MsgExpectedRFC3339Date, "field.format", "须为日期，如2026-01-31", "is a date such as 2026-01-31"),
	says(validation.MsgExpectedRFC3339Time, "field.format", "须为时间，如08:00:00", "is a time such as 08:00:00"),
	says(validation.MsgExpectedDuration, "field.format", "须为时长，如30m", "is a length of time such as 30m"),
	says(validation.MsgExpectedRFC5322Email, "field.format", "须为电子邮箱地址", "is an e-mail address"),
	says(validation.MsgExpectedRFC5890Hostname, "field.format", "须为主机名", "is a host name"),
	says(validation.MsgExpectedRFC2673IPv4, "field.format", "须为IPv4地址", "is an IPv4 address"),
	says(validation.MsgExpectedRFC2373IPv6, "field.format", "须为IPv6地址", "is an IPv6 address"),
	says(validation.MsgExpectedRFCIPAddr, "field.format", "须为IP地址", "is an IP address"),
	says(validation.MsgExpectedRFC3986URI, "field.format", "须为网址", "is a URI"),
	says(validation.MsgExpectedRFC6570URITemplate, "field.format", "须为网址模板", "is a URI template"),
	says(validation.MsgExpectedRFC4122UUID, "field.format", "须为编号（UUID）", "is a UUID"),
	says(validation.MsgExpectedRFC6901JSONPointer, "field.format", "须为JSON指针", "is a JSON pointer"),
	says(validation.MsgExpectedRFC6901RelativeJSONPointer, "field.format", "须为相对JSON指针", "is a relative JSON pointer"),
	says(validation.MsgExpectedRegexp, "field.format", "须为正则表达式", "is a regular expression"),
	says(validation.MsgExpectedOneOf, "field.one_of", "须为下列之一：${1}", "is one of ${1}"),
	says(validation.MsgExpectedExclusiveMinimumNumber, "field.range", "须大于${1}", "is more than ${1}"),
	says(validation.MsgExpectedMinimumNumber, "field.range", "不得小于${1}", "is at least ${1}"),
	says(validation.MsgExpectedExclusiveMaximumNumber, "field.range", "须小于${1}", "is less than ${1}"),
	says(validation.MsgExpectedMaximumNumber, "field.range", "不得大于${1}", "is at most ${1}"),
	says(validation.MsgExpectedNumberBeMultipleOf, "field.range", "须为${1}的倍数", "is a multiple of ${1}"),
	says(validation.MsgExpectedMinItems, "field.length", "至少${1}项", "has at least ${1} items"),
	says(validation.MsgExpectedMaxItems, "field.length", "至多${1}项", "has at most ${1} items"),
	says(validation.MsgExpectedMinLength, "field.length", "至少${1}个字", "has at least ${1} characters"),
	says(validation.MsgExpectedMaxLength, "field.length", "至多${1}个字", "has at most ${1} characters"),
	says(validation.MsgExpectedMinProperties, "field.length", "至少${1}个字段", "has at least ${1} properties"),
	says(validation.MsgExpectedMaxProperties, "field.length", "至多${1}个字段", "has at most ${1} properties"),
	says(validation.MsgExpectedArrayItemsUnique, "field.unique", "各项不得重复", "has no item twice"),
	says(validation.MsgExpectedMatchPattern, "field.pattern", "格式须符合${1}", "matches ${1}"),
	says(validation.MsgExpectedBePattern, "field.pattern", "须为${1}", "is ${1}"),
	says("write only property is non-zero", "field.unknown", "此字段不能填写", "cannot be given"),
	says("expected at most one value, but received multiple values", "field.unique", "只能填写一个值", "has one value"),
	says(validation.MsgExpectedMatchAtLeastOneSchema, "field.form", "不符合任何一种允许的形式", "is of none of the forms"),
	says(validation.MsgExpectedMatchExactlyOneSchema, "field.form", "不符合任何一种允许的形式", "is of none of the forms"),
	says("expected value to match exactly one schema but matched multiple", "field.form", "同时符合多种形式，无法判断", "is of more than one form"),
	says(validation.MsgExpectedNotMatchSchema, "field.form", "不允许这种形式", "is of a form that is not allowed"),
	says(validation.MsgExpectedPropertyNameInObject, "field.required", "缺少用于区分类型的字段", "lacks the field that tells its kind"),
}

// fieldOf says in our words what is wrong with one part of a request. The value
// itself is not repeated: it may be a password.
func fieldOf(err error) ProblemField {
	var f *fault.Error
	if errors.As(err, &f) {
		return ProblemField{Field: f.At.Field, Code: f.Code, Title: f.Zh, En: f.En}
	}
	var detail huma.ErrorDetailer
	if errors.As(err, &detail) {
		d := detail.ErrorDetail()
		return fieldSaid(d.Location, d.Message)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return ProblemField{Field: kind.Field, In: "body", Code: "field.type", Title: "值的类型或大小不正确", En: "is of another type, or too large"}
	}
	return ProblemField{Code: "field.form", Title: "内容不符合要求", En: "is not of the form that is asked for"}
}

// fieldSaid translates the library's sentence about the value at location.
func fieldSaid(location, sentence string) ProblemField {
	in, field, _ := strings.Cut(location, ".")
	if strings.HasPrefix(in, "body[") {
		in, field = "body", strings.TrimPrefix(location, "body")
	}
	p := ProblemField{Field: field, In: in, Code: "field.form", Title: "内容不符合要求", En: "is not of the form that is asked for"}
	for i := range phrases {
		m := phrases[i].pattern.FindStringSubmatchIndex(sentence)
		if m == nil {
			continue
		}
		expand := func(template string) string {
			return string(phrases[i].pattern.ExpandString(nil, template, sentence, m))
		}
		p.Code, p.Title, p.En = phrases[i].code, expand(phrases[i].zh), expand(phrases[i].en)
		if phrases[i].property {
			p.Field = strings.TrimPrefix(field+"."+expand("${1}"), ".")
		}
		return p
	}
	return p
}
