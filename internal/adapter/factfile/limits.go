package factfile

// Limits of what comes from outside, and of what is held at once.
const (
	// maxEntries is how many names a folder of facts, or of parts, may hold.
	maxEntries = 10_000
	// maxColumns is how many columns a file may have; the widest table has 20.
	maxColumns = 256
	// maxFindings is how many errors ReadFile reports before it gives the file up.
	maxFindings = 10_000

	// maxLine is the longest line of CSV, in bytes, line breaks in quotes included.
	maxLine = 1 << 20
	// maxSkipped is how much of a longer line is passed over to find the next.
	maxSkipped = 64 << 20
	// chunkSize is how much CSV a worker takes at once.
	chunkSize = 1 << 20
	// sniffed is how much of a CSV file is looked at to tell its encoding.
	sniffed = 64 << 10

	// batchRows is the most rows of a batch.
	batchRows = 1 << 16

	// maxUnzipped is the largest workbook, unpacked; maxOther the parts of it that
	// are neither a sheet nor the texts of the sheets, which are held in memory.
	maxUnzipped = 2 << 30
	maxOther    = 64 << 20
	// maxRatio is how many times its packed size a part over a mebibyte may have. A
	// sheet packs some 10 to 30 times; deflate can reach 1,032, which only a bomb does.
	maxRatio = 200
	// maxRows is how many rows a sheet may have: as many as Excel's.
	maxRows = 1 << 20
)
