package ratelimit_test

import (
	"fmt"
	"testing"

	"changrong/internal/adapter/ratelimit"
	"changrong/internal/base/civil"

	"pgregory.net/rapid"
)

func TestBucketEmptiesAndFills(t *testing.T) {
	l := ratelimit.New(0)
	p := ratelimit.Policy{Name: "p", Calls: 3, Within: 3 * civil.Second}
	now := civil.Instant(1_000_000)
	for i := range int64(3) {
		if v := l.Take(p, "a", now); !v.Allowed || v.Remaining != 2-i {
			t.Errorf("call %d: %+v", i, v)
		}
	}
	v := l.Take(p, "a", now)
	if v.Allowed || v.RetryAfter() != 1 || v.Wait != civil.Second || v.Header() != `"p";r=0;t=3` || v.PolicyHeader() != `"p";q=3;w=3` {
		t.Errorf("the fourth: %+v %s %s", v, v.Header(), v.PolicyHeader())
	}
	if v := l.Take(p, "b", now); !v.Allowed {
		t.Errorf("another caller: %+v", v)
	}
	if v := l.Take(p, "a", now+civil.Second-1); v.Allowed {
		t.Errorf("a millisecond early: %+v", v)
	}
	if v := l.Take(p, "a", now+civil.Second); !v.Allowed || v.Remaining != 0 {
		t.Errorf("a second later: %+v", v)
	}
	for left := int64(2); left >= 0; left-- {
		if v := l.Take(p, "a", now-civil.Day); !v.Allowed || v.Remaining != left {
			t.Errorf("after the clock was set back: %+v", v)
		}
	}
	if v := l.Take(p, "a", now-civil.Day); v.Allowed || v.Wait != civil.Second {
		t.Errorf("and one more: %+v", v)
	}
}

// TestNoWindowHasMore calls at any times and counts.
func TestNoWindowHasMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ratelimit.Policy{Name: "p", Calls: rapid.Int64Range(1, 20).Draw(t, "calls"), Within: civil.Instant(rapid.Int64Range(1, 100).Draw(t, "within")) * 100}
		l := ratelimit.New(0)
		now, taken := civil.Instant(0), []civil.Instant{}
		for _, step := range rapid.SliceOfN(rapid.Int64Range(0, 500), 1, 200).Draw(t, "steps") {
			now += civil.Instant(step)
			v := l.Take(p, "a", now)
			if v.Allowed {
				taken = append(taken, now)
			} else if again := l.Take(p, "a", now+v.Wait); !again.Allowed {
				t.Fatalf("after waiting %d ms as told: %+v", v.Wait, again)
			} else {
				now += v.Wait
				taken = append(taken, now)
			}
		}
		for i, from := range taken {
			n := int64(0)
			for _, at := range taken[i:] {
				if at < from+p.Within {
					n++
				}
			}
			if n > 2*p.Calls { // a full bucket, and what fills it meanwhile
				t.Fatalf("%d calls within %d ms of %d", n, p.Within, from)
			}
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	l := ratelimit.New(100)
	p := ratelimit.Policy{Name: "p", Calls: 2, Within: civil.Minute}
	l.Take(p, "heavy", 0)
	l.Take(p, "heavy", 0)
	for i := range 10_000 {
		l.Take(p, fmt.Sprint(i), civil.Instant(i))
		if n := l.Callers(); n > 100 {
			t.Fatalf("%d callers are kept", n)
		}
	}
	for i := range 100 {
		l.Take(p, fmt.Sprint("later", i), civil.Hour)
	}
	if n := l.Callers(); n > 100 {
		t.Errorf("%d callers are kept", n)
	}
}
