package pboc

// Limits on what comes from outside.
const (
	// MaxDat is the largest message, in bytes: 10 million notes of 400 bytes, twice.
	MaxDat = 8 << 30
	// MaxRatio is how many times its packed size a zipped message may have. Messages
	// pack some 20 times; deflate can reach 1,032 times, which only a bomb does.
	MaxRatio = 250
	// ratioFloor is how much may come out of a zip before MaxRatio is looked at.
	ratioFloor = 1 << 20
	// MaxLog is the largest .log, in bytes: five short lines.
	MaxLog = 4 << 10
	// MaxLine is the longest record, in bytes: all fields of a message at their
	// longest, in characters of four bytes.
	MaxLine = 32 << 10
	// MaxErrors is after how many errors the reading of a message ends.
	MaxErrors = 10_000
	// MaxCodes is the largest file of code lists, in bytes.
	MaxCodes = 1 << 20
	// maxListed is how many values one code list may have.
	maxListed = 2000

	chunkBytes = 1 << 20  // what one worker parses at once
	pieceBytes = 64 << 10 // what is read at once of a file that is only hashed, or is no larger
)
