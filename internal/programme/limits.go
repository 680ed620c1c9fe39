package programme

import "changrong/internal/base/civil"

// Limits on what comes from outside, and on what is kept.
const (
	// MaxAlternatives is how many alternatives one WhatIf holds against the chosen
	// one: as many as a chart can show side by side.
	MaxAlternatives = 8
	maxChanges      = 60  // readings and parameters that one run or alternative names
	maxValue        = 100 // bytes of one of them
	maxNote         = 200 // characters
	maxTitle        = 60  // characters of an alternative's name
	maxWaiting      = 3   // runs and WhatIfs of one organisation that wait or run
	maxTries        = 3   // after which work that cannot be done fails
	// overdue is after how long work that has not ended is asked for again.
	overdue = 10 * civil.Minute

	// keepTrials is how long the rows of trial runs are kept, if nobody says otherwise: a
	// quarter, within which a trial is talked over. A county's have a million.
	keepTrials = 90 * civil.Day

	// MaxPage is how many rows of a list are read at once, for a file.
	MaxPage = 2000
	// maxRecalled is how many parts of comparisons are kept in memory: some pages of
	// those that people look at today.
	maxRecalled = 100
	// chunk is how many rows are written in one transaction: others wait for it.
	chunk = 1000
)
