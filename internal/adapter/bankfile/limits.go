package bankfile

// Limits on what comes from outside.
const (
	// MaxSize is how many bytes a file may have: MaxLines lines of some 400 bytes, and room.
	MaxSize = 16 << 20
	// maxUnzipped is how many bytes a workbook may unpack to.
	maxUnzipped = 64 << 20
	maxRows     = 100_000 // read at all, with blank ones
	maxFindings = 1_000   // reported of one file
	maxText     = 200     // characters of a payee, a number or a note
	headRows    = 30      // among which the names of the columns are looked for
)
