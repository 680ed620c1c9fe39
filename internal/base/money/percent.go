package money

// AppendPercent appends r in percent without a sign, with as few decimals as
// say it exactly: 4.35 for 4.35 %. It is how data files write rates;
// ParsePercent reads it back when r has no more than five decimals.
func (r Rate) AppendPercent(b []byte) []byte {
	if r < 0 {
		b = append(b, '-')
	}
	return appendDecimal(b, abs(int64(r)), uint64(Percent))
}

// Human renders r in percent, exactly and without trailing zeros: 0.5%.
// ParseRate reads it back when r is not negative.
func (r Rate) Human() string { return string(append(r.AppendPercent(nil), '%')) }
