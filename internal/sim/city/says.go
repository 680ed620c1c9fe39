package city

// What a note says of itself: the truth, unless it was spoiled (see trouble.go).

// BranchID returns the number of the branch.
func (t *Note) BranchID() string {
	if t.odd != nil && t.odd.branch != "" {
		return t.odd.branch
	}
	return Outlets[t.Outlet].ID
}

// Borrower returns the code of the borrower, whose note t is.
func (t *Note) Borrower(f *Firm) string {
	if t.odd != nil && t.odd.borrower != "" {
		return t.odd.borrower
	}
	return f.ID
}

// ProjectID returns the number of the project, "" when there is none.
func (t *Note) ProjectID() string {
	if t.odd != nil && t.odd.project != "" {
		return t.odd.project
	}
	if t.Project == None {
		return ""
	}
	return Projects[t.Project].ID
}

// Guaranteed returns the code of the enterprise that a guarantee of t names.
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
