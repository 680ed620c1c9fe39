package ledger

// Limits on what comes from outside.
const (
	minYear, maxYear = 2000, 2199

	maxID       = 200 // characters of an id or a reference that somebody else made
	maxDocument = 100 // characters of a document number: 财金〔2023〕75号 has 12
	maxTitle    = 100 // characters
	maxMemo     = 500 // characters
	maxPayee    = 200 // characters; as long as names of enterprises get, and some
	maxPurposes = 100 // of one source; a pack has some ten items
	maxCode     = 40  // characters; a project code has 21
	maxParts    = 200 // of one entry: the sources and items that one claim may draw on
)
