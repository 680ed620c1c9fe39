package reporting

import "changrong/internal/base/civil"

// Limits on what comes from outside.
const (
	// MaxFile is the largest file that is taken: the messages of a bank with a
	// million notes, packed, twice over.
	MaxFile = 500 << 20
	// MaxChunk is the most that is sent at a time: lost at most when a line breaks.
	MaxChunk = 8 << 20

	maxFileName   = 120 // bytes; a message's has 37
	maxFiles      = 400 // of a submission: 13 months of 5 messages as .dat and .log, and supplements, twice over
	maxSubmission = 2 << 30

	maxUploads     = 500     // of an organisation that are not in a submission yet
	maxUploadBytes = 4 << 30 // of these

	// maxReceipt is how large a receipt file may be: all files of a submission, with
	// the longest names, twice over.
	maxReceipt = 1 << 20

	maxNote      = 500 // characters
	maxTitle     = 60
	maxMonths    = 36 // that a calendar shows
	maxPerPeriod = 20 // items an obligation asks for

	// KeepFindings is how many findings of each code are kept; of the others there is the count.
	KeepFindings = 1000
	// maxFindings is how many findings of one submission are kept in all.
	maxFindings = 10_000

	// overdue is after how long a check that has not ended is asked for again.
	overdue = 10 * civil.Minute

	staleUnfinished = 3 * civil.Day // an upload nobody goes on with
	staleFinished   = 7 * civil.Day // an uploaded file nobody submits
)
