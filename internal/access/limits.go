package access

import "changrong/internal/base/civil"

// Limits on what comes from outside.
const (
	maxName     = 60  // characters of a person's name
	maxOrgName  = 120 // characters of an organisation's name; some firms' are long
	maxLogin    = 40  // bytes of a login
	minPassword = 10  // characters
	maxPassword = 200 // bytes; hashing takes time with length
	maxCode     = 40  // bytes of a code of a second factor, or of a recovery code
	maxSubject  = 200 // bytes of what an identity provider calls somebody

	freeFailures = 5 // failures in a row until an account is locked

	recoveryCodes = 10 // made with a second factor

	passwordAge  = 90 * civil.Day // of a password, where the platform says nothing else
	oneTimeLasts = 3 * civil.Day  // a password made by an administrator

	maxFlows  = 10_000 // browsers on their way to an identity provider at a time
	flowLasts = 10 * civil.Minute

	// Sign-ins from one address that failed, within the time, until it has to wait.
	// A bank's people often share one address.
	addressFailures = 30
	addressWindow   = 15 * civil.Minute
	maxTallies      = 20_000 // addresses and logins remembered at a time
)
