package civil

// MarshalText renders d as String does, so that JSON has days as text. What never
// happened is the empty text, as in a table.
func (d Date) MarshalText() ([]byte, error) {
	if d == Never {
		return []byte{}, nil
	}
	return d.AppendTo(nil), nil
}

// UnmarshalText reads a day as ParseDate does; the empty text is Never.
//
// Errors: those of ParseDate.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Never
		return nil
	}
	parsed, err := ParseDate(text)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// MarshalText renders m as String does.
func (m Month) MarshalText() ([]byte, error) { return m.AppendTo(nil), nil }

// UnmarshalText reads a month as ParseMonth does.
//
// Errors: those of ParseMonth.
func (m *Month) UnmarshalText(text []byte) error {
	parsed, err := ParseMonth(text)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
