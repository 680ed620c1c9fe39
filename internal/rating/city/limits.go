package city

import "changrong/internal/base/civil"

// Limits.
const (
	piece = 50 // firms that one transaction keeps the scores of: some hundredths of a second

	// goesOn is how long after it was asked for a run that has not ended may go on; later
	// what it began with is too old to stand beside what it would end with.
	goesOn = 7 * civil.Day

	maxReasons = 60 // for which firms are not rated that a run tells apart; the rest are one

	maxName  = 60     // characters of a white list's name
	maxWords = 2000   // characters of what is said to banks, and of reasons
	maxList  = 20_000 // firms on a white list: more is no list to approach
	maxDays  = 366    // that a white list is valid: a rating a year old says little
	oldest   = 100    // days that the run of a white list may be old when it is published
)
