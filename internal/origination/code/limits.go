package code

// Limits of codes.
const (
	maxTitle    = 40      // characters: two lines on a sheet
	maxReason   = 200     // characters
	maxToken    = 400     // characters; 200 are used
	maxDays     = 3 * 366 // how long a loan code may hold: a sheet on a wall fades
	usualDays   = 366
	maxFirmDays = 366 // a firm code is shown on a phone and soon made anew
	firmDays    = 183
	funnelDays  = 400 // days of one funnel
	keptMark    = 32  // characters of a mark's hash
)
