package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/outbox"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Paces of a stream of events.
const (
	heartbeat   = 25 * time.Second // proxies cut what is silent for a minute; and whether one is still signed in
	streamWrite = 10 * time.Second // who takes longer to take a message is dropped
)

func (a *API) progress() {
	handle(a, Route{
		ID: "watch-events", Method: "GET", Path: "/api/events", Tag: "progress", Title: "事件与任务进度（SSE）", Need: access.EventRead,
		answers: map[string]*huma.Response{"200": {
			Description: "event: event (id: what Last-Event-ID takes; data: an event), event: job (data: a job), event: reset (something was missed: read again)",
			Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}, a.watch)
	handle(a, Route{ID: "list-jobs", Method: "GET", Path: "/api/jobs", Tag: "progress", Title: "任务列表", Need: access.JobRead},
		func(ctx context.Context, c *Call, in *struct {
			State  string `query:"state" enum:"waiting,running,done,failed,cancelled"`
			Kind   string `query:"kind" maxLength:"60"`
			Key    string `query:"key" maxLength:"200"`
			Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int    `query:"offset" minimum:"0" maximum:"1000000"`
		},
		) (*struct{ Body listBody[job.Record] }, error) {
			jobs, total, err := a.Jobs.List(ctx, c.Scope, job.Filter{State: job.State(in.State), Kind: in.Kind, Key: in.Key, Limit: in.Limit, Skip: in.Offset})
			for i := range jobs {
				jobs[i] = shown(jobs[i], c.Scope)
			}
			return &struct{ Body listBody[job.Record] }{listBody[job.Record]{jobs, total}}, err
		})
	handle(a, Route{ID: "get-job", Method: "GET", Path: "/api/jobs/{id}", Tag: "progress", Title: "任务", Need: access.JobRead},
		func(ctx context.Context, c *Call, in *jobPath) (*struct{ Body job.Record }, error) {
			j, err := a.Jobs.Get(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body job.Record }{shown(*j, c.Scope)}, nil
		})
	handle(a, Route{ID: "cancel-job", Method: "POST", Path: "/api/jobs/{id}/cancel", Tag: "progress", Title: "取消任务", Need: access.JobWrite},
		func(ctx context.Context, c *Call, in *jobPath) (*empty, error) {
			return nil, a.Jobs.Cancel(ctx, c.Caller, c.Scope, in.ID)
		})
	handle(a, Route{ID: "retry-job", Method: "POST", Path: "/api/jobs/{id}/retry", Tag: "progress", Title: "重做任务", Need: access.JobWrite},
		func(ctx context.Context, c *Call, in *jobPath) (*empty, error) {
			return nil, a.Jobs.Retry(ctx, c.Caller, c.Scope, in.ID)
		})
}

type jobPath struct {
	ID string `path:"id" maxLength:"60"`
}

// watch opens a stream of events and of the progress of jobs, as a browser's
// EventSource reads it.
func (a *API) watch(ctx context.Context, c *Call, in *struct {
	Last string `header:"Last-Event-ID" maxLength:"200" doc:"the id of the last event seen: what came after it is told first"`
},
) (*struct{ Body func(huma.Context) }, error) {
	last := a.seenUntil(in.Last) // EventSource sends what it was sent; anything else begins now
	var err error
	l := outbox.Listener{Account: c.Account, Org: c.Org, Events: c.Scope}
	if l.Jobs, err = c.Principal.Scope(access.JobRead); err != nil {
		l.Jobs = access.Scope{} // none
	}
	s, err := a.Hub.Open(ctx, l, last)
	if err != nil {
		return nil, err
	}
	return &struct{ Body func(huma.Context) }{func(hc huma.Context) {
		defer s.Close()
		req, w := humago.Unwrap(hc)
		cookie, err := req.Cookie(cookieName)
		if err != nil {
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // nginx would keep it back
		w.WriteHeader(http.StatusOK)
		(&sse{w, http.NewResponseController(w), a.markOf, l.Jobs}).serve(ctx, s, func() bool {
			holds, err := a.Access.Holds(ctx, cookie.Value)
			return holds || err != nil // while the database is away nobody is signed out
		})
	}}, nil
}

// eventMark is what the ids of events on a stream are sealed for.
const eventMark = "stream.event"

// markOf is the id of an event on a stream. Events are numbered for everybody, and what
// number one's own has would tell how much happened to others; so it is sealed, and as
// long for a small number as for a large one.
func (a *API) markOf(seq int64) (string, error) {
	sealed, err := a.Access.Sealer.Seal(fmt.Appendf(nil, "%019d", seq), eventMark)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// seenUntil returns the number of the event that has an id; 0 when it is none of ours.
func (a *API) seenUntil(mark string) int64 {
	sealed, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || len(sealed) == 0 {
		return 0
	}
	plain, err := a.Access.Sealer.Open(sealed, eventMark)
	if err != nil {
		return 0
	}
	seq, err := strconv.ParseInt(string(plain), 10, 64)
	if err != nil {
		return 0
	}
	return seq
}

// jobStates are the states of a job in the order in which it goes through them.
var jobStates = []job.State{job.Waiting, job.Running, job.Done, job.Failed, job.Cancelled}

// shown returns j as somebody with a scope sees it. Changes are counted for everybody,
// which would tell how much is done for others; who sees his own alone is given a
// number that grows with the changes of this job.
func shown(j job.Record, s access.Scope) job.Record {
	if !s.All {
		j.Rev = int64(j.Moved)*int64(len(jobStates)) + int64(slices.Index(jobStates, j.State))
	}
	return j
}

// sse writes server-sent events.
type sse struct {
	w    http.ResponseWriter
	c    *http.ResponseController
	mark func(seq int64) (string, error)
	jobs access.Scope
}

// serve writes what s tells, until it ends, the browser goes, or holds says no.
func (e *sse) serve(ctx context.Context, s *outbox.Stream, holds func() bool) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	if e.write("retry: 3000\n\n") != nil {
		return
	}
	for _, m := range s.Missed() {
		if e.tell(m) != nil {
			return
		}
	}
	for {
		var err error
		select {
		case m, open := <-s.C():
			if !open {
				return
			}
			err = e.tell(m)
		case <-beat.C:
			if !holds() {
				e.write("event: signed_out\ndata: {}\n\n") //nolint:errcheck // it ends here anyway
				return
			}
			err = e.write(": \n\n")
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// tell writes one message.
func (e *sse) tell(m outbox.Message) error {
	switch {
	case m.Event != nil:
		data, err := json.Marshal(m.Event.Event)
		if err != nil {
			return err
		}
		mark, err := e.mark(m.Event.Seq)
		if err != nil {
			return err
		}
		return e.write(fmt.Sprintf("id: %s\nevent: event\ndata: %s\n\n", mark, data))
	case m.Job != nil:
		data, err := json.Marshal(shown(*m.Job, e.jobs))
		if err != nil {
			return err
		}
		return e.write(fmt.Sprintf("event: job\ndata: %s\n\n", data))
	}
	return e.write("event: reset\ndata: {}\n\n")
}

// write sends text at once, or fails when the browser does not take it.
func (e *sse) write(text string) error {
	if err := e.c.SetWriteDeadline(time.Now().Add(streamWrite)); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.c.Flush()
}
