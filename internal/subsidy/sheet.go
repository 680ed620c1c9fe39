package subsidy

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/base/money"
	"changrong/internal/ledger"
)

// OrderSheet is what a payment order says on paper, with whole account numbers.
type OrderSheet struct {
	Order    PaymentOrder
	Prepared string // names of who did it
	Released string // "" nobody yet
	Groups   []SheetGroup
	Total    money.Fen
}

// SheetGroup are the payments out of one source.
type SheetGroup struct {
	Source ledger.Source
	Lines  []SheetLine
	Total  money.Fen
}

// SheetLine is one payment.
type SheetLine struct {
	OrderLine
	Number string // of the account, whole
	Title  string // of the item
}

// Sheet returns what a payment order says on paper. That the whole account numbers
// were taken out is written to the audit log.
//
// Errors: subsidy.not_found.
func (s *Service) Sheet(ctx context.Context, c access.Caller, id string) (sheet *OrderSheet, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		o, err := tx.PaymentOrder(id)
		if err != nil {
			return err
		}
		sheet = &OrderSheet{Order: *o}
		decisions, err := tx.Decisions(id)
		if err != nil {
			return err
		}
		for _, d := range decisions {
			switch d.Verb {
			case Prepare:
				sheet.Prepared = d.Name
			case Release:
				sheet.Released = d.Name
			}
		}
		lines, err := tx.OrderLines(LineFilter{Order: id})
		if err != nil {
			return err
		}
		for i := range lines {
			if err := s.addToSheet(tx, sheet, &lines[i]); err != nil {
				return err
			}
		}
		return tx.Audit(c.Entry(s.Now(), "payment_order.export", id, map[string]string{"number": o.Number}))
	})
	return sheet, err
}

func (s *Service) addToSheet(tx Tx, sheet *OrderSheet, l *OrderLine) error {
	number, err := s.Sealer.Open(l.Sealed, sealedAs(l.Payee))
	if err != nil {
		return err
	}
	claim, err := tx.Claim(l.Claim, access.Scope{All: true})
	if err != nil {
		return err
	}
	if n := len(sheet.Groups); n == 0 || sheet.Groups[n-1].Source.ID != l.Source {
		source, err := tx.LedgerSource(l.Source)
		if err != nil {
			return err
		}
		sheet.Groups = append(sheet.Groups, SheetGroup{Source: *source})
	}
	g := &sheet.Groups[len(sheet.Groups)-1]
	g.Lines = append(g.Lines, SheetLine{*l, string(number), claim.ItemTitle})
	g.Total += l.Amount
	sheet.Total += l.Amount
	return nil
}
