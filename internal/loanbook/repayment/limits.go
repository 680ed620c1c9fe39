package repayment

// Limits of one loan.
const (
	// MaxInstalments is how many due days there may be, extensions and all: fifty
	// years by the month.
	MaxInstalments = 600
	// MaxEvents is how many things of one kind may happen to a loan on the way.
	MaxEvents = 60
	// MaxFlows is how many payments YearlyRate takes.
	MaxFlows = 2000
	// MaxDays is how long YearlyRate looks: the years 1900 to 2199.
	MaxDays = 300 * 366
)
