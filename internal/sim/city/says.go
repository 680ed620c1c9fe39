package city

// BranchID, borrower, projectID and guaranteed are what t says, which a spoiled note does not
// say truly.
func (t *Note) BranchID() string {
	if t.odd != nil && t.odd.branch != "" {
		return t.odd.branch
	}
	return Outlets[t.Outlet].ID
}

func (t *Note) Borrower(f *Firm) string {
	if t.odd != nil && t.odd.borrower != "" {
		return t.odd.borrower
	}
	return f.ID
}

func (t *Note) ProjectID() string {
	if t.odd != nil && t.odd.project != "" {
		return t.odd.project
	}
	if t.Project == None {
		return ""
	}
	return Projects[t.Project].ID
}

func (t *Note) Guaranteed(f *Firm) string {
	if t.odd != nil && t.odd.guaranteed != "" {
		return t.odd.guaranteed
	}
	return f.ID
}

// Twice tells whether the row of t stands twice.
func (t *Note) Twice() bool { return t.odd != nil && t.odd.twice }

// LoanID appends the number of a note: in the order of (enterprise, note).
func LoanID(b []byte, n, seq int) []byte {
	b = append(b, "JJ"...)
	b = Digits(b, n, 8)
	return Digits(b, seq, 2)
}

// Digits appends n in so many digits.
func Digits(b []byte, n, width int) []byte {
	for range width {
		b = append(b, '0')
	}
	for i := len(b) - 1; n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}
