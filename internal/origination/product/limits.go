package product

// Limits of products.
const (
	maxName       = 60   // characters
	maxSummary    = 500  // characters
	maxWords      = 200  // characters that a bank says a condition in
	maxConditions = 30   // of one product
	maxPapers     = 40   // of one product
	maxFees       = 10   // of one product
	maxAreas      = 60   // towns or branches of one product
	maxOfBank     = 60   // products of one bank that are not retired: a shelf, not a flood
	maxMonths     = 480  // as of applications
	maxDays       = 90   // working days a bank may promise
	maxOffered    = 2000 // published products that are matched
	figureDays    = 731  // days of one report
	keptShown     = 90   // days for which it is known what was shown
)
