package reference

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Mode is how a department behaves.
type Mode string

// The modes.
const (
	OK    Mode = "ok"
	Slow  Mode = "slow"  // it waits before it answers
	Drip  Mode = "drip"  // it answers at once, a few bytes at a time
	Down  Mode = "down"  // 503
	Away  Mode = "away"  // it hangs up
	Drift Mode = "drift" // a field has another name than agreed
)

// Modes returns every mode, in a fixed order.
func Modes() []Mode { return []Mode{OK, Slow, Drip, Down, Away, Drift} }

// defaultDelay is how slow a department is when nothing else is said.
const defaultDelay = 10 * time.Second

// Status is how a department behaves, and what it has seen.
type Status struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Mode    Mode   `json:"mode"`
	DelayMS int64  `json:"delay_ms,omitempty"`
	Field   string `json:"field,omitempty"`
	Calls   int    `json:"calls"`
	Refused int    `json:"refused"` // with a wrong signature
}

// Set makes a department behave as st says, and tells whether there is such a
// department and mode.
func (s *Server) Set(st Status) bool {
	x := s.states[st.ID]
	if x == nil || !slices.Contains(Modes(), st.Mode) || st.DelayMS < 0 || st.DelayMS > int64(time.Hour/time.Millisecond) {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.mood = mood{st.Mode, time.Duration(st.DelayMS) * time.Millisecond, st.Field}
	if x.mood.delay == 0 {
		x.mood.delay = defaultDelay
	}
	return true
}

// Departments tells of every department, in the order of their ids.
func (s *Server) Departments() []Status {
	var all []Status
	for _, id := range slices.Sorted(maps.Keys(s.states)) {
		x := s.states[id]
		x.mu.Lock()
		st := Status{ID: id, Title: s.departments[id].zh, Mode: x.mood.mode, Field: x.mood.field, Calls: x.calls, Refused: x.refused}
		if st.Mode == Slow || st.Mode == Drip {
			st.DelayMS = x.mood.delay.Milliseconds()
		}
		x.mu.Unlock()
		all = append(all, st)
	}
	return all
}

// Control is the handler of the switches: GET /departments tells of all, PUT
// /departments/{id} with {"mode":"slow","delay_ms":3000} changes one, and POST
// /secrets/forget ends the secrets of the national platform. Whoever reaches it may use
// it.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /departments", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Departments()) })
	mux.HandleFunc("PUT /departments/{id}", func(w http.ResponseWriter, r *http.Request) {
		var st Status
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&st)
		st.ID = r.PathValue("id")
		if err != nil || !s.Set(st) {
			http.Error(w, "no such department, mode or delay", http.StatusBadRequest)
			return
		}
		writeJSON(w, s.Departments())
	})
	mux.HandleFunc("POST /secrets/forget", func(w http.ResponseWriter, _ *http.Request) {
		for _, g := range s.gates {
			g.Forget()
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// enter counts a call and returns how to behave in it.
func (x *state) enter() mood {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.calls++
	return x.mood
}

func (x *state) refuse() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refused++
}

// before does what a mode does before there is an answer, and tells whether there will
// be one.
func (m *mood) before(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, bool) {
	switch m.mode {
	case Slow:
		return w, wait(r, m.delay)
	case Drip:
		return &drip{w, r, m.delay}, true
	case Down:
		http.Error(w, "under maintenance", http.StatusServiceUnavailable)
		return w, false
	case Away:
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			c.Close() //nolint:errcheck // that was the point
		}
		return w, false
	}
	return w, true
}

// wait waits, and tells whether the caller is still there.
func wait(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-r.Context().Done():
		return false
	case <-t.C:
		return true
	}
}

// drip writes a few bytes at a time, with a tenth of the delay between them.
type drip struct {
	http.ResponseWriter
	r     *http.Request
	delay time.Duration
}

// Write implements io.Writer.
func (d *drip) Write(b []byte) (int, error) {
	const few = 16
	for at := 0; at < len(b); at += few {
		if _, err := d.ResponseWriter.Write(b[at:min(at+few, len(b))]); err != nil {
			return at, err
		}
		if err := http.NewResponseController(d.ResponseWriter).Flush(); err != nil {
			return at, err
		}
		if !wait(d.r, d.delay/10) {
			return at, d.r.Context().Err()
		}
	}
	return len(b), nil
}

// spoil gives a field of a row another name: the one asked for, else the last.
func (m *mood) spoil(r row) {
	if m.mode != Drift {
		return
	}
	field := m.field
	if _, ok := r[field]; !ok {
		names := slices.Sorted(maps.Keys(r))
		field = names[len(names)-1]
	}
	r[strings.ToLower(field)+"_new"] = r[field]
	delete(r, field)
}
