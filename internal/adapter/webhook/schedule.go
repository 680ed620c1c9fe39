package webhook

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"changrong/internal/base/civil"
)

// Schedule says how long after a failed try the next one comes.
var schedule = [...]civil.Instant{
	5 * civil.Second, 5 * civil.Minute, 30 * civil.Minute, 2 * civil.Hour, 5 * civil.Hour, 10 * civil.Hour, 14 * civil.Hour, 20 * civil.Hour, 24 * civil.Hour,
}

// maxTries is how often a message is sent by itself.
const maxTries = len(schedule) + 1

// Limits of what a receiver may ask for.
const (
	maxRetryAfter = 24 * civil.Hour
	restAfter     = 5 // failures in a row
	rest          = civil.Hour
)

// pause returns how long to wait after a failed try, the first of which is 1. It
// differs by up to a tenth from message to message, so that an address that comes
// back is not sent everything at once.
func pause(id string, try int) civil.Instant {
	d := schedule[try-1]
	h := fnv.New32a()
	h.Write([]byte(id + strconv.Itoa(try)))
	return d + d*civil.Instant(h.Sum32()%1000)/10_000
}

// retryAfter reads the header of that name (RFC 9110 §10.2.3), 0 when there is none.
func retryAfter(h http.Header, now civil.Instant) civil.Instant {
	text := strings.TrimSpace(h.Get("Retry-After"))
	var d civil.Instant
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		d = civil.Instant(n) * civil.Second
	} else if at, err := http.ParseTime(text); err == nil {
		d = civil.Instant(at.UnixMilli()) - now
	}
	return min(max(d, 0), maxRetryAfter)
}

// seconds is now as the message says it.
func seconds(now civil.Instant) int64 { return int64(now / civil.Second) }

// stamp is now as RFC 3339 in UTC.
func stamp(now civil.Instant) string {
	return time.UnixMilli(int64(now)).UTC().Format(time.RFC3339)
}
