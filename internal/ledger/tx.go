package ledger

import "changrong/internal/base/civil"

// Tx is what this package needs of one transaction, besides being the only writer
// meanwhile.
type Tx interface {
	LedgerSource(id string) (*Source, error) // ledger.no_source
	// LedgerSources returns the sources of a filter, by year (last first), level in
	// the order of Levels, document and id; and how many there are in all.
	LedgerSources(SourceFilter) ([]Source, int, error)
	PutLedgerSource(*Source) error // inserts at Version 0, else replaces that version

	LastLedgerEntry() (seq int64, at civil.Instant, err error) // 0 when there is none
	LedgerEntry(seq int64) (*Entry, error)                     // ledger.no_entry
	LedgerEntryByRef(kind Kind, ref string) (*Entry, error)    // nil when there is none
	LedgerReversal(seq int64) (*Entry, error)                  // of that entry; nil when there is none
	PutLedgerEntry(*Entry) error

	LedgerBalance(Key) (Balance, error)              // zero when there is none
	SetLedgerBalance(Balance) error                  // a balance of zero takes none away
	LedgerBalances(BalanceFilter) ([]Balance, error) // those that are not zero, by key
}

// SourceFilter says which sources are meant; what is zero leaves all.
type SourceFilter struct {
	Year    int
	Level   Level
	Open    bool   // only those not closed
	Purpose string // only those that have it
	Limit   int    // 0: all
	Offset  int
}

// BalanceFilter says which balances are meant; what is "" leaves all.
type BalanceFilter struct {
	Source  string
	Claim   string
	Account Account
}
