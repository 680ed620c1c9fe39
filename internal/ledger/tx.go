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
	ID      string
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

// Books is what is read of the ledger beyond what posting needs.
type Books interface {
	Tx
	// LedgerEntries returns the entries of a filter, by number, and how many there
	// are in all.
	LedgerEntries(EntryFilter) ([]Entry, int, error)
	// LedgerAt returns the number of the first entry posted at an instant or later, and
	// the one after the last when there is none.
	LedgerAt(civil.Instant) (seq int64, err error)
	// LedgerChange returns, by account, what the postings of a source or of a claim
	// come to in entry from and those after it, before entry to.
	LedgerChange(source, claim string, from, to int64) (Totals, error)
	// LedgerStretch returns a part of the entries in which they are, by number, and how
	// many those are in all.
	LedgerStretch(source, claim string, from, to int64, part Window) ([]Entry, int, error)
	// LedgerSums returns the balances of a filter's sources by source, account and
	// item.
	LedgerSums(SourceFilter) ([]Balance, error)
	// LedgerRecount returns the balances as the postings of all entries make them,
	// by key, those that are not zero.
	LedgerRecount() ([]Balance, error)
	// LedgerUneven returns the entries, and the sources within them, whose postings
	// do not sum to zero: the sum, with its source, by entry.
	LedgerUneven() (map[int64]Posting, error)
	// LedgerCount returns how many entries there are.
	LedgerCount() (int64, error)
}

// EntryFilter says which entries are meant; what is zero leaves all.
type EntryFilter struct {
	Source   string
	Claim    string
	Order    string
	Kinds    []Kind
	From, To civil.Instant // posted at From or later, and before To
	OnFrom   civil.Date    // about these days, both included
	OnTo     civil.Date
	Standing bool // only those not reversed
	Limit    int  // 0: all
	Offset   int
}
