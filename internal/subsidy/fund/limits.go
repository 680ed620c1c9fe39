package fund

// Limits on what comes from outside.
const (
	maxMemo = 500 // characters

	// MaxLines is how many lines of a bank are taken in at once: a year of a county's
	// payments, and what one transaction writes in a second or two.
	MaxLines = 20_000
	// maxReconciled is how many payments, or lines, are held against each other at once.
	maxReconciled = 100_000
)
