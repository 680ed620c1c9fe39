package exchange

import "changrong/internal/base/civil"

// Limits.
const (
	sealedLevel = 3    // copies of datasets from this level on are kept sealed, and those of what is personal
	maxRecords  = 2000 // records of one firm in one dataset: a wholesaler's contracts of years
	maxDatasets = 40   // named in one reading or one consent
	maxAtOnce   = 8    // departments asked at once for one reading
	maxConsents = 1000 // of one firm that are looked at together

	// How long a copy is kept after it was fetched: longer than any is fresh, so that
	// there is something to show while a department is away, with its date.
	keepCopies = 180 * civil.Day

	// How long consents and the log are kept after they are over: 网络数据安全管理条例
	// (国务院令第790号) 第十二条 asks for three years at least.
	keepRecords = 5 * 366 * civil.Day
)
