package job

import (
	"time"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Limits of jobs.
const (
	maxAttempts = 5         // then somebody has to look
	maxStalls   = 2         // of a job that makes no progress: who waits must learn it
	maxNote     = 200       // characters of a note
	maxListed   = 200       // jobs of one answer
	maxRunning  = 1000      // jobs running on all servers together
	keepEnded   = civil.Day // times keepDays
	keepDays    = 30

	lease      = 15 * civil.Second // without a sign of life, another takes the job up
	leaseGrace = 5 * civil.Second  // clocks of servers may differ by that much
	// A lease that lasts longer than any server would ask for was taken before the
	// clock was set back.
	leaseAbsurd = 10 * civil.Minute
)

// Paces of a runner.
const (
	pollEvery  = 2 * time.Second // for jobs asked for by other servers
	beatEvery  = time.Second     // progress is written, leases are renewed when due
	sweepEvery = time.Hour
	minPause   = 20 * time.Millisecond // when another server was quicker
	stallAfter = 20 * time.Minute      // without a sign of life: what is largest tells of its progress every few seconds
	leaveAfter = 10 * time.Second      // for a job that was cut off to come to its end
)

// pauses are how long a job waits whose server died while it ran, for the first time,
// the second, and so on: one that is not to blame is then not there when a server that
// dies again and again dies the next time, and one that is lets it live meanwhile.
var pauses = [maxAttempts - 1]civil.Instant{0, civil.Second, 4 * civil.Second, 16 * civil.Second}

// backoff returns how long a job waits after so many attempts have failed: 5
// seconds, 20, 80, and so on up to 10 minutes.
func backoff(attempt int64) civil.Instant {
	d := 5 * civil.Second
	for range min(attempt-1, 10) {
		d = min(4*d, 10*civil.Minute)
	}
	return d
}

// final tells whether trying again after err is of no use.
func final(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Forbidden:
		return true
	case fault.Unavailable, fault.Internal:
	}
	return false
}
