package connect

import (
	"errors"
	"fmt"

	"changrong/internal/base/fault"
)

// What can come of asking a department. All but unknown_firm are Unavailable: whoever
// wanted to know can do nothing but use what is known already, or wait.

func timedOut(title string) error {
	return fault.Newf(fault.Unavailable, "connect.timeout", "%s未在规定时间内答复，请稍后再试", "%s did not answer in time", title)
}

func unreachable(title string, cause error) error {
	return fault.Newf(fault.Unavailable, "connect.unreachable", "%s暂时无法连接，请稍后再试", "%s cannot be reached", title).Because(cause)
}

func open(title string) error {
	return fault.Newf(fault.Unavailable, "connect.open", "%s连续多次没有答复，暂停查询，稍后自动恢复", "%s has failed several times and is not asked for a while", title)
}

func refused(title, why string) error {
	return fault.Newf(fault.Unavailable, "connect.refused", "%s拒绝了查询：%s，请管理员核对接入授权", "%s refused: %s", title, fault.Clip(why))
}

func unknownFirm(title string) error {
	return fault.Newf(fault.NotFound, "connect.unknown_firm", "%s没有这家企业的登记", "%s does not know this firm", title)
}

// drift says that an answer is not as agreed: in which field of it, and why.
func drift(title, field, zh, en string) error {
	return fault.Newf(fault.Unavailable, "connect.drift", "%s的答复与约定不符（%s）："+zh, "%s answered otherwise than agreed (%s): "+en, title, field).
		In(fault.Place{Field: field})
}

// flaw is why one value could not be read.
type flaw struct{ field, zh, en string }

// Error implements error.
func (f *flaw) Error() string { return f.field + ": " + f.en }

func flawed(field, zh, en string, args ...any) *flaw {
	return &flaw{field, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// drifted makes the fault of a flaw; other errors stay as they are.
func drifted(title string, err error) error {
	var f *flaw
	if errors.As(err, &f) {
		return drift(title, f.field, f.zh, f.en)
	}
	return err
}
