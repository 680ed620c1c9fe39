package vec

// Path is how to come from the row at hand to another: a link, by row number,
// from where another path leads. A nil link leads to UnknownRow.
type Path struct {
	From int // a path before this one
	Link []uint32
}

// Frame is the rows that a Machine works on, and those that paths lead to from
// there. Path 0 is the rows themselves.
type Frame struct {
	paths []Path
	at    [][]uint32 // by path; nil until asked for
	room  [][]uint32
}

// NewFrame returns a frame for paths, of which the first is not looked at.
func NewFrame(paths []Path) *Frame {
	return &Frame{paths: paths, at: make([][]uint32, max(1, len(paths))), room: make([][]uint32, max(1, len(paths)))}
}

// Set makes rows, at most Chunk, those at hand. They must stay as they are while
// the frame is used.
func (f *Frame) Set(rows []uint32) {
	clear(f.at)
	f.at[0] = rows
}

// Rows returns the rows at hand.
func (f *Frame) Rows() []uint32 { return f.at[0] }

// At returns the rows that path leads to.
func (f *Frame) At(path int) []uint32 {
	if f.at[path] != nil || len(f.at[0]) == 0 {
		return f.at[path]
	}
	if f.room[path] == nil {
		f.room[path] = make([]uint32, Chunk)
	}
	from, to, link := f.At(f.paths[path].From), f.room[path][:len(f.at[0])], f.paths[path].Link
	for i, r := range from {
		switch {
		case r >= NoRow:
			to[i] = r
		case link == nil:
			to[i] = UnknownRow
		default:
			to[i] = link[r]
		}
	}
	f.at[path] = to
	return to
}
