package programme

import "sync"

// recall keeps what comparing runs came to. Runs that are done never change, nor does
// what lies between two of them; to find it out again for every page that is turned
// means to walk through all lines of both.
type recall struct {
	mu    sync.Mutex
	kept  map[recalled]any
	first []recalled // the oldest first
}

// recalled is what was asked of runs a and b.
type recalled struct {
	a, b int64
	what string
	f    Filter
}

// recalls returns what was found out earlier, or else finds it out.
func recalls[T any](r *recall, q recalled, find func() (T, error)) (T, error) {
	r.mu.Lock()
	v, ok := r.kept[q].(T)
	r.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := find()
	if err != nil {
		return v, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[recalled]any{}
	}
	if _, ok := r.kept[q]; !ok {
		r.first = append(r.first, q)
	}
	r.kept[q] = v
	if len(r.first) > maxRecalled {
		delete(r.kept, r.first[0])
		r.first = r.first[1:]
	}
	return v, nil
}
