package explain

// Limits of one explanation: it is for people to read.
const (
	// MaxRows is how many rows it shows; a large bank has ten thousands.
	MaxRows = 200
	// MaxTogether is how many rows it lists of a group that is limited or capped
	// together, or of another table that a condition looked at.
	MaxTogether = 20
)
