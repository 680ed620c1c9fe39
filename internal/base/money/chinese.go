package money

// capitals are the digits of cheques and vouchers, which cannot be altered by a stroke.
var capitals = [10]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

// ranks are the units such a number is spoken in. What stands before one is
// again a number.
var ranks = [...]struct {
	size uint64
	name string
}{{100_000_000, "亿"}, {10_000, "万"}, {1_000, "仟"}, {100, "佰"}, {10, "拾"}}

// Chinese renders f in capitals (大写金额), as vouchers and payment requests
// have it: 人民币陆仟零柒元壹角肆分. It ends in 整 unless there are fen, has 零
// for zeros inside the yuan and between 元 and 分, and none before 角. A
// negative amount begins 人民币负.
//
// Source: 正确填写票据和结算凭证的基本规定, in 支付结算办法; where it leaves a 零
// or a 整 optional, the one usual form.
func (f Fen) Chinese() string {
	u := abs(int64(f))
	yuan, jiao, fen := u/100, u/10%10, u%10
	b := []byte("人民币")
	if f < 0 {
		b = append(b, "负"...)
	}
	if yuan > 0 {
		b = append(appendCapitals(b, yuan), "元"...)
	}
	if u == 0 {
		b = append(b, "零元"...)
	}
	switch {
	case jiao > 0:
		b = append(append(b, capitals[jiao]...), "角"...)
	case yuan > 0 && fen > 0:
		b = append(b, "零"...)
	}
	if fen > 0 {
		return string(append(append(b, capitals[fen]...), "分"...))
	}
	return string(append(b, "整"...))
}

// appendCapitals appends n > 0 in capitals: 壹佰万零壹佰.
func appendCapitals(b []byte, n uint64) []byte {
	for _, r := range ranks {
		if n < r.size {
			continue
		}
		b = append(appendCapitals(b, n/r.size), r.name...)
		n %= r.size
		if n > 0 && n < r.size/10 { // a digit is skipped
			b = append(b, "零"...)
		}
	}
	if n > 0 {
		b = append(b, capitals[n]...)
	}
	return b
}
