package connect

import "time"

// Limits of talking to a department.
const (
	maxAnswer = 4 << 20 // bytes of one answer, unpacked: a page of rows has some 50 KB
	maxDepth  = 32      // elements within one another, in XML
	maxNodes  = 200_000 // elements, in XML
	maxPages  = 50
	maxRows   = 5000 // of one firm in one dataset
	pageSize  = 100
	maxText   = 4096 // bytes of one value
)

// What is usual of a client; a configuration may say otherwise.
const (
	DefaultTimeout  = 5 * time.Second
	DefaultAtOnce   = 8  // calls at a time
	DefaultFailures = 5  // in a row, then the breaker opens
	DefaultRest     = 30 // seconds that an open breaker asks nothing
)

// Trying again.
const (
	tries     = 3 // in all
	firstWait = 100 * time.Millisecond
	maxWait   = 2 * time.Second // what a Retry-After may ask for
)

// patience is how many time-outs a dataset may take in all, its pages and tries
// together.
const patience = 3
