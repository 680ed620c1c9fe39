package civil

import "fmt"

// Instant is a point in time: milliseconds since 1970-01-01 00:00 UTC. Rules take
// it as an argument and compare it; they never ask what time it is.
type Instant int64

// Lengths of time, to be added to an Instant.
const (
	Second Instant = 1000
	Minute         = 60 * Second
	Hour           = 60 * Minute
	Day            = 24 * Hour
)

// zone is Asia/Shanghai, which has had one offset and no summer time since 1992.
const zone = 8 * Hour

// local splits i into a civil day of Asia/Shanghai and the time within it.
func (i Instant) local() (Date, Instant) {
	l := i + zone
	day, rest := l/Day, l%Day
	if rest < 0 {
		day, rest = day-1, rest+Day
	}
	return Date(day), rest
}

// Date returns the civil day of i in Asia/Shanghai.
func (i Instant) Date() Date {
	d, _ := i.local()
	return d
}

// StartOf returns the first instant of d in Asia/Shanghai.
func StartOf(d Date) Instant { return Instant(d)*Day - zone }

// String renders i to the second as RFC 3339 does, in Asia/Shanghai.
func (i Instant) String() string {
	d, rest := i.local()
	return fmt.Sprintf("%sT%02d:%02d:%02d+08:00", d, rest/Hour, rest/Minute%60, rest/Second%60)
}
