package registry

// keeper is the department of the catalogue whose register it is: market regulation.
const keeper = "market"

// Limits.
const (
	maxName   = 120 // characters of a firm's name
	maxPerson = 60  // characters of a person's name
	maxSource = 60  // characters of who said so

	maxFindings = 500       // of a file that are kept with its import; all are counted
	maxRows     = 5_000_000 // of a file: the firms of a province's largest cities

	// piece is how many rows one transaction writes: some hundredths of a second, so
	// that others are not kept waiting.
	piece = 1000
	// counted is how many firms a search counts; beyond it there are more.
	counted = 1000
)
