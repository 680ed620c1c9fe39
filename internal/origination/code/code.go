package code

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/uscc"
)

// Kind is what a code is of.
type Kind string

// The kinds.
const (
	Loan Kind = "loan" // 贷款码
	Firm Kind = "firm" // 企业码
)

// Place is where a code hangs.
type Place string

// The places.
const (
	AtBank    Place = "bank"    // 银行
	AtBranch  Place = "branch"  // 网点
	AtPark    Place = "park"    // 园区
	AtCounter Place = "counter" // 服务窗口
	AtFirm    Place = "firm"    // 企业自己出示
)

// State is whether a code holds.
type State string

// The states.
const (
	Live    State = "live"
	Expired State = "expired"
	Revoked State = "revoked"
)

// Code is a code as it was made.
type Code struct {
	ID        string        `json:"id"`
	Kind      Kind          `json:"kind" enum:"loan,firm"`
	Place     Place         `json:"place" enum:"bank,branch,park,counter,firm"`
	Org       string        `json:"org" doc:"whose it is"`
	OrgName   string        `json:"org_name"`
	Title     string        `json:"title" doc:"of the branch, park or counter; of an enterprise its name"`
	USCC      string        `json:"uscc" doc:"of the enterprise; empty of a loan code"`
	Number    string        `json:"number" doc:"printed below the code, to name it by"`
	Token     string        `json:"token"`
	Made      civil.Instant `json:"made_ms"`
	MadeBy    string        `json:"made_by"`
	Expires   civil.Date    `json:"expires_on" doc:"the last day it holds"`
	Revoked   civil.Instant `json:"revoked_ms" doc:"0: not revoked"`
	RevokedBy string        `json:"revoked_by"`
	Why       string        `json:"why" doc:"it was revoked"`
	State     State         `json:"state" enum:"live,expired,revoked" doc:"today"`
	Version   int64         `json:"version"`
}

// StateOn tells whether c holds on a day.
func (c *Code) StateOn(today civil.Date) State {
	switch {
	case c.Revoked > 0:
		return Revoked
	case today > c.Expires:
		return Expired
	}
	return Live
}

// madeBy says what codes an organisation of a kind makes.
var madeBy = map[access.OrgKind][]Place{
	access.BankOrg:       {AtBank, AtBranch, AtCounter},
	access.OfficeOrg:     {AtPark, AtCounter},
	access.EnterpriseOrg: {AtFirm},
}

// personal finds what looks like a person's number: a mobile phone, an identity card.
var personal = regexp.MustCompile(`(?:^|\D)1[3-9]\d{9}(?:\D|$)|\d{17}[\dXx]`)

// checkTitle tells whether a title may be printed below a code for everybody to read.
//
// Errors: code.title, code.personal.
func checkTitle(title string) error {
	place := fault.Place{Field: "title", Value: fault.Clip(title)}
	n := utf8.RuneCountInString(title)
	if n < 1 || n > maxTitle || strings.TrimSpace(title) != title || strings.ContainsFunc(title, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return fault.Invalidf("code.title", "名称须为1至%d个字，写在一行内", "a title has 1 to %d characters on one line", maxTitle).In(place)
	}
	if personal.MatchString(title) {
		return fault.Invalidf("code.personal", "名称会印在码上供人查看，不得含有手机号或身份证号", "a title is printed for everybody; it must not have a person's phone or identity number").In(place)
	}
	return nil
}

// Ask is what a code is asked to be.
type Ask struct {
	Place Place
	Title string // "" of a bank or an enterprise: its name
	Days  int    // how many it holds; 0: as many as usual
}

// plan makes the code that is asked for by an organisation, without its id, number
// and token.
//
// Errors: code.place, code.days, code.no_uscc, those of checkTitle.
func plan(a Ask, o *access.Org, now civil.Instant) (*Code, error) {
	c := &Code{Kind: Loan, Place: a.Place, Org: o.ID, OrgName: o.Name, Title: a.Title, Made: now}
	if !slices.Contains(madeBy[o.Kind], a.Place) {
		return nil, fault.Invalidf("code.place", "贵机构不能制作这类码：银行可为本行、网点、柜面制码，金融工作中心可为园区、窗口制码，企业可制作本企业的企业码",
			"your organisation makes no codes for such a place").In(fault.Place{Field: "place", Value: fault.Clip(string(a.Place))})
	}
	most, days := maxDays, usualDays
	if a.Place == AtFirm {
		c.Kind, c.USCC, most, days = Firm, o.USCC, maxFirmDays, firmDays
		if !uscc.Valid(o.USCC) {
			return nil, fault.New(fault.Conflict, "code.no_uscc", "贵企业在平台上没有统一社会信用代码，请先补登", "the enterprise has no credit code on the platform; add it first")
		}
	}
	if a.Place == AtBank || a.Place == AtFirm {
		c.Title = o.Name
	}
	if err := checkTitle(c.Title); err != nil && a.Place != AtFirm {
		return nil, err
	}
	if a.Days != 0 {
		days = a.Days
	}
	if days < 1 || days > most {
		return nil, fault.Invalidf("code.days", "有效天数须为1至%d", "a code holds 1 to %d days", most).In(fault.Place{Field: "days"})
	}
	c.Expires = now.Date() + civil.Date(days)
	c.State = Live
	return c, nil
}

// Masked returns the name of an enterprise as whoever scans its code reads it: enough
// to see that it is the right one, too little to learn who it is.
func Masked(name string) string {
	r := []rune(name)
	if len(r) <= 4 {
		return string(r[:min(1, len(r))]) + strings.Repeat("＊", max(0, len(r)-1))
	}
	return string(r[:2]) + strings.Repeat("＊", len(r)-4) + string(r[len(r)-2:])
}

// veiled hides what of a sole trader (个体工商户, 92…) is personal from others than
// itself.
func (c *Code) veiled(org string) {
	if c.Kind == Firm && c.Org != org && strings.HasPrefix(c.USCC, "92") {
		c.Title, c.OrgName = Masked(c.Title), Masked(c.OrgName)
		c.USCC = c.USCC[:6] + "********" + c.USCC[14:]
		c.Token = ""
	}
}
