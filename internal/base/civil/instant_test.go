package civil_test

import (
	"testing"
	"time"

	"changrong/internal/base/civil"

	"pgregory.net/rapid"
)

func TestInstantIsWhatTheClockOfShanghaiShows(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-2_000_000_000_000, 7_000_000_000_000).Draw(t, "ms")
		want := time.UnixMilli(ms).In(shanghai)
		i := civil.Instant(ms)
		if got := i.Date().String(); got != want.Format("2006-01-02") {
			t.Fatalf("%d is on %s, not %s", ms, got, want.Format("2006-01-02"))
		}
		if got := i.String(); got != want.Format("2006-01-02T15:04:05-07:00") {
			t.Fatalf("%d is %s, not %s", ms, got, want.Format("2006-01-02T15:04:05-07:00"))
		}
		start := civil.StartOf(i.Date())
		if start > i || start.Date() != i.Date() || (start-1).Date() != i.Date()-1 {
			t.Fatalf("%s begins at %s", i.Date(), start)
		}
	})
}
