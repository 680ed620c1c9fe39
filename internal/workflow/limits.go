package workflow

// Limits on what comes from outside.
const (
	maxReason  = 2000     // characters of a reason
	maxComment = 2000     // characters of a comment
	maxName    = 120      // characters of a file's name
	MaxFile    = 20 << 20 // bytes of an attachment: forty scanned pages
	maxFiles   = 100      // attachments of a case
	maxTerm    = 400      // working days of a clock
	maxYear    = 64       // days of a year that are off or worked against the week
)
