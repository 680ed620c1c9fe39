package access

// Limits on what comes from outside.
const (
	maxName     = 60  // characters of a name
	maxLogin    = 40  // bytes of a login
	minPassword = 10  // characters
	maxPassword = 200 // bytes; hashing takes time with length

	freeFailures = 5 // failures in a row until an account is locked
)
