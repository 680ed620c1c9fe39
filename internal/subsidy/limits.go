package subsidy

// Limits on what comes from outside.
const (
	maxBatch    = 200   // claims acted on together
	maxNotice   = 500   // claims of one public notice
	maxOrder    = 500   // claims of one payment order
	maxDues     = 50000 // claims of one settlement
	maxReceipts = 2000  // receipts held against an order at once
	maxText     = 2000  // characters of a note, an objection, an answer
	maxName     = 100   // characters of a name
	maxPapers   = 50    // papers that a policy may ask for
	maxOpen     = 500   // objections to one notice that wait for an answer
	maxTermDays = 200   // working days of a clock
	piece       = 200   // claims drafted in one transaction
)
