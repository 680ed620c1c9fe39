package intake

// Limits on what is taken in at once.
const (
	// maxFiles is how many files an input folder may hold: 60 institutions with
	// five messages, a .dat and a .log each, for 12 months, several times over.
	maxFiles = 50_000
	// maxDepth is how deep its folders may be nested.
	maxDepth = 8
	// maxMonths is how many months balances may have, as in loanbook.
	maxMonths = 120
	// DefaultKeep is how many findings of each code a report holds.
	DefaultKeep = 100

	batchRows = 1 << 15
)
