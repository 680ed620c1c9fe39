package origination

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/fact"
	"changrong/internal/loanbook/repayment"
	"changrong/internal/origination/product"
)

// State is how far an application has come.
type State string

// The states. An application that was accepted is open again when the bank that it
// was accepted at declines after all.
const (
	Submitted  State = "submitted"   // 已提交，银行办理中
	Accepted   State = "accepted"    // 已接受报价
	Withdrawn  State = "withdrawn"   // 已撤回
	Lapsed     State = "lapsed"      // 已失效
	FirmClosed State = "firm_closed" // 企业已注销或吊销
)

// Zh is the state's name.
func (s State) Zh() string {
	return map[State]string{Submitted: "银行办理中", Accepted: "已接受报价", Withdrawn: "已撤回", Lapsed: "已失效", FirmClosed: "企业已注销或吊销"}[s]
}

// Word is a code with its name, for a list that people choose from.
type Word struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Purposes are what money is wanted for (贷款用途).
func Purposes() []Word { return wordsOf(product.Purposes) }

// Securities are what a loan may rest on (担保方式).
func Securities() []Word { return wordsOf(product.Securities) }

func wordsOf(codes []fact.Value) []Word {
	words := make([]Word, len(codes))
	for i, c := range codes {
		words[i] = Word(c)
	}
	return words
}

// Methods are ways to repay (还款方式).
func Methods() []Word {
	en := map[repayment.Method]string{
		repayment.EqualInstalments: "equal instalments", repayment.EqualPrincipal: "equal principal", repayment.InterestFirst: "interest first, principal at the end",
		repayment.Bullet: "all at the end", repayment.Flat: "flat",
	}
	words := make([]Word, len(repayment.Methods))
	for i, m := range repayment.Methods {
		words[i] = Word{string(m), m.Zh(), en[m]}
	}
	return words
}

func known(words []Word, code string) bool {
	return slices.ContainsFunc(words, func(w Word) bool { return w.Code == code })
}

// Need is what a firm wants: the fields that are typed.
type Need struct {
	Amount   money.Fen `json:"amount_fen"`
	Months   int64     `json:"term_months"`
	Purpose  string    `json:"purpose" doc:"one of the purposes of get-application-words"`
	Words    string    `json:"purpose_text,omitempty"`
	Security []string  `json:"security,omitempty" doc:"what the firm can offer; none: it does not say"`
	Method   string    `json:"method,omitempty" doc:"how it would like to repay"`
	Region   string    `json:"region,omitempty"`
	Remark   string    `json:"remark,omitempty"`
}

// Contact is whom a bank calls. It is personal: sealed where it is kept, and shown
// only to the firm and, in the file, to a bank while it deals with it.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// Check tells whether n may be handed in. Errors: origination.need.
func (n *Need) Check() error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.need", zh, en).In(fault.Place{Field: field})
	}
	switch {
	case n.Amount <= 0 || n.Amount > money.Max:
		return wrong("need.amount_fen", "请填写申请金额", "give the amount")
	case n.Months < 1 || n.Months > maxTerm:
		return wrong("need.term_months", "期限为1至480个月", "a term has 1 to 480 months")
	case !known(Purposes(), n.Purpose):
		return wrong("need.purpose", "请选择贷款用途", "choose a purpose")
	case n.Method != "" && !known(Methods(), n.Method):
		return wrong("need.method", "没有这种还款方式", "there is no such way to repay")
	case !fits(n.Words, 0, maxWords):
		return wrong("need.purpose_text", "用途说明不超过500字", "at most 500 characters")
	case !fits(n.Region, 0, maxName):
		return wrong("need.region", "所在地不超过60字", "at most 60 characters")
	case !fits(n.Remark, 0, maxWords):
		return wrong("need.remark", "备注不超过500字", "at most 500 characters")
	}
	for i, s := range n.Security {
		if !known(Securities(), s) || slices.Contains(n.Security[:i], s) {
			return wrong("need.security", "没有这种担保方式，或重复", "there is no such security, or it is named twice")
		}
	}
	return nil
}

// Check tells whether c may be handed in. Errors: origination.contact.
func (c *Contact) Check() error {
	if !fits(c.Name, 1, maxName) || strings.ContainsAny(c.Name, "\r\n\t") {
		return fault.New(fault.Invalid, "origination.contact", "请填写联系人姓名，不超过60字", "give the name of whom to call, in at most 60 characters").In(fault.Place{Field: "contact.name"})
	}
	n := 0
	for _, r := range c.Phone {
		if r >= '0' && r <= '9' {
			n++
		} else if !strings.ContainsRune("+- ", r) {
			n = 0
			break
		}
	}
	if n < 7 || len(c.Phone) > maxPhone {
		return fault.New(fault.Invalid, "origination.contact", "请填写联系电话，只含数字、横线和空格", "give a telephone number of digits, dashes and spaces").In(fault.Place{Field: "contact.phone"})
	}
	return nil
}

// Target is one bank that an application goes to.
type Target struct {
	Bank     string `json:"bank"`
	BankName string `json:"bank_name"`
	Product  string `json:"product" doc:"empty: whatever the bank has"`
	Version  int64  `json:"product_version"`
	Name     string `json:"product_name"`
	Consent  string `json:"consent"`
	Referral string `json:"referral" doc:"empty: on its way"`
}

// Application is what a firm asks for, as the firm and the finance office see it.
type Application struct {
	ID        string        `json:"id"`
	Org       string        `json:"org"` // the firm's
	Number    string        `json:"number"`
	USCC      string        `json:"uscc"`
	Firm      string        `json:"firm"`
	Sole      bool          `json:"sole_trader" doc:"个体工商户: what is known of the owner is personal"`
	Need      Need          `json:"need"`
	Code      string        `json:"code" doc:"id of the loan code that was scanned; empty: none"`
	Channel   string        `json:"channel"`
	State     State         `json:"state" enum:"submitted,accepted,withdrawn,lapsed,firm_closed"`
	StateZh   string        `json:"state_zh"`
	Offer     string        `json:"offer" doc:"the accepted one; empty: none"`
	Targets   []Target      `json:"targets"`
	Submitted civil.Instant `json:"submitted_ms"`
	Moved     civil.Instant `json:"moved_ms"`
	Ended     civil.Instant `json:"ended_ms" doc:"0: it has not"`
	Version   int64         `json:"version"`

	Key    string `json:"-"` // of the submission, unique for the firm
	Sealed []byte `json:"-"` // Contact
}

// Open tells whether banks may still be chosen.
func (a *Application) Open() bool { return a.State == Submitted }

// Sole tells whether a credit code is an individual business's (个体工商户).
func Sole(uscc string) bool { return strings.HasPrefix(uscc, "92") }

// title is what a case about a need is called.
func title(firm string, n *Need) string {
	return firm + " · " + n.Amount.Human()
}

// fits tells whether s has so many characters that one sees; rare ones of private
// use are among them. What may be long may have lines.
func fits(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && strings.TrimSpace(s) == s && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		if most == maxWords && strings.ContainsRune("\r\n\t", r) {
			return false
		}
		return !unicode.IsGraphic(r) && !unicode.Is(unicode.Co, r) && r != '\u200d' // the joiner of emoji
	})
}
