package origination

import "changrong/internal/base/civil"

// Limits on what comes from outside.
const (
	maxTargets  = 30   // banks that one application is sent to at once
	maxRounds   = 100  // targets of one application, those of later reroutings among them
	maxOpen     = 20   // applications of one firm that are open at a time
	maxName     = 60   // characters of a name
	maxWords    = 500  // characters of a purpose, a remark, conditions
	maxPhone    = 20   // characters of a telephone number
	minKey      = 8    // characters of the key of a submission
	maxKey      = 64   // as many as a UUID has, and some
	maxTerm     = 480  // months: forty years
	maxFees     = 20   // fee items of one offer
	maxOffers   = 50   // versions of an offer
	maxDraws    = 200  // drawdowns of one contract
	maxNoteNo   = 100  // characters of a note's or a contract's number
	maxReports  = 2000 // status reports of one referral
	maxDatasets = 50   // datasets that one consent names
	maxTermDays = 200  // working days of a clock
	maxValid    = 90 * civil.Day
)

// contactKept is how long a person's name and number are kept after an application came
// to nothing.
const contactKept = 180 * civil.Day
