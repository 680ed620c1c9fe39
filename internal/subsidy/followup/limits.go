package followup

// Limits on what comes from outside.
const (
	maxName   = 100  // characters of a seed, of a payer, of a basis' document
	maxText   = 2000 // characters of what was found, of a basis
	maxStrata = 20   // of a sample
	maxTerm   = 366  // days until which money is to be returned
	piece     = 200  // clawbacks looked at in one transaction
)
