package httpapi_test

import (
	"strconv"

	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/id"
	"changrong/internal/ledger"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/fund"
	"changrong/internal/workflow"
)

// year is the scene's own, so that lists of a year are short.
func (s *scene) year() int { return 2000 + s.n%100 }

func (s *scene) source() *ledger.Source {
	s.vars["year"] = strconv.Itoa(s.year())
	return &ledger.Source{
		ID: "q" + s.mark, Year: s.year(), Level: ledger.County, Document: "临财企〔" + s.mark + "〕1号", Title: "资金" + s.mark, Purposes: []string{"rc-tech"},
		AddedAt: s.now, AddedBy: "account-bureau",
	}
}

func aSource(s *scene) string {
	x := s.source()
	s.write(func(tx *store.Tx) error { return tx.PutLedgerSource(x) })
	return x.ID
}

func aSourceAsked(s *scene) any {
	x := s.source()
	return map[string]any{"year": x.Year, "level": "county", "document": x.Document, "title": x.Title, "purposes": x.Purposes}
}

func anAllotment(s *scene) any {
	return map[string]any{"source": s.id, "amount_fen": 100, "document": "临财企〔2024〕9号", "on": s.now.Date().String(), "ref": s.mark}
}

// anEntryOfFund is the grant of a source, whose id is returned.
func anEntryOfFund(s *scene) string {
	source := aSource(s)
	s.write(func(tx *store.Tx) error {
		e, err := ledger.Allot(tx, ledger.Move{
			Ref: s.mark, At: s.now, On: s.now.Date(), By: "account-bureau", Document: "临财企〔2024〕9号", Parts: []ledger.Part{{Source: source, Amount: 1000}},
		})
		if err != nil {
			return err
		}
		s.vars["seq"] = strconv.FormatInt(e.Seq, 10)
		return nil
	})
	return source
}

func aReversal(s *scene) any {
	seq, err := strconv.Atoi(s.vars["seq"])
	if err != nil {
		s.t.Fatal(err)
	}
	return map[string]any{"kind": "reverse", "entry": seq, "memo": "记错了"}
}

// aProposal is another's, to be confirmed, and aProposalOfOnes one's own, to be withdrawn.
func aProposal(s *scene) string { return s.proposal("account-of-another") }

func aProposalOfOnes(s *scene) string { return s.proposal("account-" + string(s.role)) }

func (s *scene) proposal(by string) string {
	source := anEntryOfFund(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutFundProposal(&fund.Proposal{
			ID: "k" + s.mark, Kind: fund.Adjust, State: fund.Prepared, Source: source, Amount: 100, Document: "临财企〔2024〕10号", PreparedAt: s.now, PreparedBy: by,
		})
	})
	return "k" + s.mark
}

// anImport is a file with one line of the bank, on a day of its own.
func anImport(s *scene) string {
	on := civil.Date(10_000 + s.n)
	s.vars["on"] = on.String()
	s.write(func(tx *store.Tx) error {
		if err := tx.PutFundImport(&fund.Import{ID: "g" + s.mark, Name: "a.csv", Digest: s.mark, At: s.now, By: "account-bureau", Kept: 1}); err != nil {
			return err
		}
		_, err := tx.PutFundLine(ledger.BankLine{Import: "g" + s.mark, Line: 1, On: on, Amount: 100, Payee: "某行", Tail: "7890", Ref: s.mark})
		return err
	})
	return "g" + s.mark
}

func aClearedClaim(s *scene) string { return s.claim(subsidy.FromBank, subsidy.Cleared).ID }

func aNoticeAsked(s *scene) any {
	return map[string]any{"policy": "p", "title": "公示" + s.mark, "contact": "0576-1", "claims": []string{s.id}}
}

func aNotice(s *scene) string {
	s.write(func(tx *store.Tx) error {
		return tx.AddNotice(&subsidy.Notice{ID: "n" + s.mark, Policy: "p", Title: "公示", Contact: "0576-1", First: s.now.Date(), Last: s.now.Date() + 5, Person: "account-office", At: s.now}, nil)
	})
	return "n" + s.mark
}

func anObjection(s *scene) string {
	s.vars["notice"] = aNotice(s)
	s.write(func(tx *store.Tx) error {
		return tx.PutObjection(&subsidy.Objection{ID: "y" + s.mark, Notice: s.vars["notice"], Name: "某人", Contact: "0576-1", Text: "有不同意见", At: s.now})
	})
	return "y" + s.mark
}

// aPayeeWithClaim is paid by a claim of the scene's organisation.
func aPayeeWithClaim(s *scene) string {
	s.vars["payee"] = s.claim(subsidy.FromBank, subsidy.Draft).Payee
	return s.vars["payee"]
}

func anAccountOfPayee(s *scene) any {
	c, err := id.BankChar("10234500001")
	if err != nil {
		s.t.Fatal(err)
	}
	return map[string]any{"version": 0, "name": "某行", "number": "6222021234567890", "bank_name": "某行支行", "bank_no": "10234500001" + string(c)}
}

func (s *scene) order() *subsidy.PaymentOrder {
	o := &subsidy.PaymentOrder{
		Case:   workflow.Case{ID: "t" + s.mark, Kind: "payment_order", Org: "org-bureau", Title: "支付单", Stage: subsidy.OrderPrepared, Round: 1, DueOn: civil.Never, Left: -1, Amount: 100},
		Number: "1999-" + s.mark, Policy: "p", Purpose: "奖补", Prepared: "account-of-another", Made: s.now,
	}
	s.write(func(tx *store.Tx) error {
		o := *o
		if err := tx.PutCase(&o.Case); err != nil {
			return err
		}
		return tx.PutPaymentOrder(&o)
	})
	return o
}

func anOrder(s *scene) string { return s.order().ID }

func anOrderAsked(s *scene) any {
	return map[string]any{"policy": "p", "purpose": "奖补", "claims": []string{s.id}}
}

// aPayment is on an order that nobody has released.
func aPayment(s *scene) string {
	l := &subsidy.OrderLine{
		ID: "l" + s.mark, Order: s.order().ID, Claim: aClaim(s), Item: "i" + s.mark, Source: aSource(s), Payee: "p", PayeeName: "某行", Tail: "7890", Amount: 100, State: subsidy.LineOpen, PaidOn: civil.Never,
	}
	s.write(func(tx *store.Tx) error { return tx.PutOrderLine(l) })
	return l.ID
}
