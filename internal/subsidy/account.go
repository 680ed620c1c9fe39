package subsidy

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/id"
	"changrong/internal/ledger"
	"changrong/internal/policy"
)

// PayeeAccount is where a payee is paid (收款账户). Its number is sealed; lists
// show the last four characters. Who enters it is one person, who confirms it another:
// a changed account is how payments are stolen.
type PayeeAccount struct {
	Payee     string        `json:"payee"`
	Name      string        `json:"name"` // of the account's holder
	Sealed    []byte        `json:"-"`
	Tail      string        `json:"tail"` // last characters of the number
	BankName  string        `json:"bank_name"`
	BankNo    string        `json:"bank_no"` // 支付系统行号
	Org       string        `json:"org"`     // who entered it
	Entered   string        `json:"entered_by"`
	Confirmed string        `json:"confirmed_by"` // account of who confirmed it; "" nobody has
	At        civil.Instant `json:"at_ms"`
	Version   int64         `json:"version"`
}

// checkAccount tells whether a, with this number, may be kept.
// Errors: subsidy.account.
func checkAccount(a *PayeeAccount, number string) error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "subsidy.account", zh, en).In(fault.Place{Field: field})
	}
	digits := len(number) >= 8 && len(number) <= 32
	for _, r := range number {
		digits = digits && (r >= '0' && r <= '9' || r == '-')
	}
	switch {
	case !fits(a.Payee, 1, maxName):
		return wrong("payee", "请写明收款人", "name the payee")
	case !fits(a.Name, 1, maxName):
		return wrong("name", "请填写账户名称，不超过100字", "give the account's holder, of at most 100 characters")
	case !digits:
		return wrong("number", "账号须为8至32位数字", "an account number has 8 to 32 digits")
	case !fits(a.BankName, 1, maxName):
		return wrong("bank_name", "请填写开户行全称，不超过100字", "give the full name of the bank's office")
	}
	if err := id.CheckBank(a.BankNo); err != nil {
		return fault.Of(err).In(fault.Place{Field: "bank_no"})
	}
	return nil
}

// sealedAs is what an account number is sealed as belonging to.
func sealedAs(payee string) string { return "payee_account:" + payee }

// SetAccount enters or changes the account of a payee: the caller's own
// organisation, or one for whom it has a claim.
//
// Errors: subsidy.account, subsidy.not_own, store.changed, those of id.CheckBank.
func (s *Service) SetAccount(ctx context.Context, c access.Caller, scope access.Scope, a PayeeAccount, number string) (*PayeeAccount, error) {
	if err := checkAccount(&a, number); err != nil {
		return nil, err
	}
	sealed, err := s.Sealer.Seal([]byte(number), sealedAs(a.Payee))
	if err != nil {
		return nil, err
	}
	a.Sealed, a.Tail, a.Org, a.Entered, a.Confirmed, a.At = sealed, ledger.Tail(number), c.Org, c.Account, "", s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error {
		if _, n, err := tx.Claims(ClaimFilter{Payee: a.Payee, Limit: 1}, scope); err != nil {
			return err
		} else if n == 0 {
			return fault.New(fault.Forbidden, "subsidy.not_own", "贵单位没有该收款人的申报，不能登记其账户", "your organisation has no claim for this payee").In(fault.Place{Field: "payee"})
		}
		if err := tx.PutPayeeAccount(&a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "payee_account.set", a.Payee, map[string]string{"tail": a.Tail, "bank_no": a.BankNo}))
	})
	a.Version++
	return &a, err
}

// ConfirmAccount confirms the account of a payee, as another person entered it.
//
// Errors: subsidy.not_found, workflow.four_eyes, store.changed.
func (s *Service) ConfirmAccount(ctx context.Context, c access.Caller, payee string, version int64) (a *PayeeAccount, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		if a, err = tx.PayeeAccount(payee, access.Scope{All: true}); err != nil {
			return err
		}
		switch {
		case a == nil:
			return fault.New(fault.NotFound, "subsidy.not_found", "该收款人没有登记账户", "no account of this payee is known")
		case a.Entered == c.Account:
			return fault.New(fault.Forbidden, "workflow.four_eyes", "账户须由登记人以外的另一人核对确认", "another person confirms what you entered")
		}
		a.Confirmed, a.Version = c.Account, version
		if err := tx.PutPayeeAccount(a); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "payee_account.confirm", payee, map[string]string{"tail": a.Tail}))
	})
	if err != nil {
		return nil, err
	}
	a.Version++
	return a, nil
}

// Accounts lists the accounts of payees within scope.
func (s *Service) Accounts(ctx context.Context, scope access.Scope, limit, offset int) (list []PayeeAccount, total int, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, total, err = tx.PayeeAccounts(scope, limit, offset)
		return err
	})
	return list, total, err
}

// payable returns the account of a claim's payee, when money may go to it.
//
// Errors: subsidy.no_account, subsidy.unconfirmed.
func payable(tx Tx, c *Claim) (*PayeeAccount, error) {
	a, err := tx.PayeeAccount(c.Payee, access.Scope{All: true})
	switch {
	case err != nil:
		return nil, err
	case a == nil:
		return nil, fault.Newf(fault.Conflict, "subsidy.no_account", "“%s”没有登记收款账户", "no account of %s is known", c.PayeeName)
	case a.Confirmed == "":
		return nil, fault.Newf(fault.Conflict, "subsidy.unconfirmed", "“%s”的收款账户尚未由另一人核对确认", "nobody has confirmed the account of %s", c.PayeeName)
	case c.PayeeKind == policy.PayInstitution && a.Name == "":
		return nil, fault.New(fault.Internal, "subsidy.account", "账户没有名称", "an account without a holder")
	}
	return a, nil
}
