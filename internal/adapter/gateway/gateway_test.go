package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"changrong/internal/adapter/gateway"
)

var demo = gateway.Key{Access: "demoAK", Secret: "demoSK"}

// TestKnownSignature is a vector made with another program.
func TestKnownSignature(t *testing.T) {
	got := demo.Signature("POST", "/restapi/prod/IC0000/rest/test", url.Values{"b": {"2"}, "a": {"1"}}, "Tue, 09 Nov 2021 08:49:20 GMT")
	if want := "8uxuJZWiUKukXNJbcJYMm8VE9ynC01NqjUXuCn5UNuo="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCheckTakesWhatWasSignedAndNothingElse(t *testing.T) {
	now := time.Date(2021, 11, 9, 8, 49, 20, 0, time.UTC)
	for what, c := range map[string]struct {
		change func(*http.Request)
		late   time.Duration
		want   string
	}{
		"as signed":         {func(*http.Request) {}, 0, ""},
		"90 s later":        {func(*http.Request) {}, 90 * time.Second, ""},
		"90 s before":       {func(*http.Request) {}, -90 * time.Second, ""},
		"91 s later":        {func(*http.Request) {}, 91 * time.Second, "Clock skew exceeded"},
		"91 s before":       {func(*http.Request) {}, -91 * time.Second, "Clock skew exceeded"},
		"another method":    {func(r *http.Request) { r.Method = http.MethodGet }, 0, "Invalid signature"},
		"another path":      {func(r *http.Request) { r.URL.Path += "/x" }, 0, "Invalid signature"},
		"another query":     {func(r *http.Request) { r.URL.RawQuery = "a=1&b=3" }, 0, "Invalid signature"},
		"another date":      {func(r *http.Request) { r.Header.Set("X-BG-DATE-TIME", "Tue, 09 Nov 2021 08:49:21 GMT") }, 0, "Invalid signature"},
		"no date":           {func(r *http.Request) { r.Header.Del("X-BG-DATE-TIME") }, 0, "Clock skew exceeded"},
		"another key":       {func(r *http.Request) { r.Header.Set("X-BG-HMAC-ACCESS-KEY", "x") }, 0, "Invalid access key"},
		"another algorithm": {func(r *http.Request) { r.Header.Set("X-BG-HMAC-ALGORITHM", "none") }, 0, "Invalid signature"},
		"no signature":      {func(r *http.Request) { r.Header.Del("X-BG-HMAC-SIGNATURE") }, 0, "Invalid signature"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/restapi/prod/IC0000/rest/test?b=2&a=1", nil)
		demo.Sign(r, now)
		c.change(r)
		if got := demo.Check(r, now.Add(c.late)); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}
