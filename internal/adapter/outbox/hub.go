package outbox

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/base/fault"
)

// Message is what a stream tells: an event, or a job that has changed. Of a message
// without either, something was left out: read again what is shown.
type Message struct {
	Event *store.Told
	Job   *job.Record
}

// Listener is who listens to a stream.
type Listener struct {
	Account string
	Org     string
	Events  access.Scope // whose events
	Jobs    access.Scope // whose jobs
}

// hears tells whether m is for l: an event for l's organisation, or any if l's role
// reaches all; and so for jobs.
func (l *Listener) hears(m *Message) bool {
	switch {
	case m.Event != nil:
		return l.Events.All || l.Events.Org != "" && slices.Contains(m.Event.Orgs, l.Events.Org)
	case m.Job != nil:
		return l.Jobs.All || l.Jobs.Org != "" && m.Job.Org == l.Jobs.Org
	}
	return true
}

// Hub tells browsers that are open what happens.
type Hub struct {
	store *store.DB
	log   *slog.Logger

	mu      sync.Mutex
	event   int64 // the last event told
	job     int64 // the last change of a job told
	streams map[*Stream]bool
	closed  bool
}

// Limits of the hub.
const (
	perAccount = 8    // streams of one account: open pages
	maxStreams = 4000 // of one server
	maxQueue   = 512  // messages that a browser may be behind until it is dropped
	maxMissed  = 1000 // events that a browser that was away is told; then it reads everything again
	atATime    = 200
)

// NewHub returns a hub that begins with what happens from now on.
func NewHub(ctx context.Context, db *store.DB, log *slog.Logger) (*Hub, error) {
	h := &Hub{store: db, log: log, streams: map[*Stream]bool{}}
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		if h.event, err = tx.LastEvent(); err != nil {
			return err
		}
		h.job, err = tx.LastJob()
		return err
	})
	return h, err
}

// Stream is one browser's.
type Stream struct {
	hub      *Hub
	listener Listener
	missed   []Message
	queue    chan Message
}

// Missed are the messages between what the browser saw last and the first of C.
func (s *Stream) Missed() []Message { return s.missed }

// C gives the messages from now on. It is closed when the browser is too slow or
// the server stops.
func (s *Stream) C() <-chan Message { return s.queue }

// Close ends the stream.
func (s *Stream) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.drop(s)
}

// drop ends a stream; the hub is locked.
func (h *Hub) drop(s *Stream) {
	if h.streams[s] {
		delete(h.streams, s)
		close(s.queue)
	}
}

// Open begins a stream after the event with the number last; 0: with what happens
// from now on.
//
// Errors: http.streams (too many of one account, or of all), store.closed.
func (h *Hub) Open(ctx context.Context, l Listener, last int64) (*Stream, error) {
	s := &Stream{hub: h, listener: l, queue: make(chan Message, maxQueue)}
	now, err := h.add(s)
	if err != nil {
		return nil, err
	}
	if last == 0 || last >= now {
		return s, nil
	}
	if s.missed, err = h.missed(ctx, &l, last, now); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// add makes s one of the streams, and returns the number of the event after which
// its queue begins.
func (h *Hub) add(s *Stream) (now int64, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for other := range h.streams {
		if other.listener.Account == s.listener.Account {
			n++
		}
	}
	switch {
	case h.closed:
		return 0, fault.New(fault.Unavailable, "store.closed", "系统正在停止", "the server is stopping")
	case n >= perAccount, len(h.streams) >= maxStreams:
		return 0, fault.New(fault.Unavailable, "http.streams", "打开的页面过多，请关闭一些", "too many pages are open; close some")
	}
	h.streams[s] = true
	return h.event, nil
}

// missed reads the events after last, up to now.
func (h *Hub) missed(ctx context.Context, l *Listener, last, now int64) (missed []Message, err error) {
	if now-last > maxMissed {
		return []Message{{}}, nil
	}
	err = h.store.Read(ctx, func(tx *store.Tx) error {
		events, err := tx.EventsAfter(last, maxMissed)
		if err != nil {
			return err
		}
		if len(events) > 0 && events[0].Seq != last+1 { // older ones are forgotten
			missed = append(missed, Message{})
		}
		for i := range events {
			if m := (Message{Event: &events[i]}); m.Event.Seq <= now && l.hears(&m) {
				missed = append(missed, m)
			}
		}
		return nil
	})
	return missed, err
}

// Run tells what happens until ctx ends, then ends all streams.
func (h *Hub) Run(ctx context.Context) {
	wake, stop := h.store.Watch(store.Events | store.Jobs)
	defer stop()
	defer h.close()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		for more := true; more; {
			var err error
			if more, err = h.look(ctx); err != nil && ctx.Err() == nil {
				h.log.Warn("streams were not told what is new", "error", err)
			}
		}
		select {
		case <-wake:
		case <-poll.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *Hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.streams {
		h.drop(s)
	}
}

// look tells what is new, and whether there may be more.
func (h *Hub) look(ctx context.Context) (more bool, err error) {
	var events []store.Told
	var jobs []job.Record
	err = h.store.Read(ctx, func(tx *store.Tx) (err error) {
		if events, err = tx.EventsAfter(h.event, atATime); err != nil {
			return err
		}
		jobs, err = tx.JobsAfter(h.job, atATime)
		return err
	})
	if err != nil {
		return false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range events {
		h.event = events[i].Seq
		h.tell(Message{Event: &events[i]})
	}
	for i := range jobs {
		h.job = jobs[i].Rev
		h.tell(Message{Job: &jobs[i]})
	}
	return len(events) == atATime || len(jobs) == atATime, nil
}

// tell puts m into the queue of everybody it is for; who does not keep up is
// dropped, and comes back. The hub is locked.
func (h *Hub) tell(m Message) {
	for s := range h.streams {
		if !s.listener.hears(&m) {
			continue
		}
		select {
		case s.queue <- m:
		default:
			h.drop(s)
		}
	}
}

// Streams returns how many there are.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}
