package money

import "changrong/internal/base/fault"

// form is one way of writing amounts or rates, with the sentences about a text
// that is not written so, is finer than the unit, or is out of range.
type form struct {
	code             string // of what is not written so
	zh, en           string
	finerZh, finerEn string
	rangeZh, rangeEn string
}

// refuse makes the fault of a text with flaw f; what is fine is out of range.
func (m *form) refuse(text string, f flaw) error {
	text = fault.Clip(text)
	switch f {
	case malformed:
		return fault.Invalidf(m.code, m.zh, m.en, text)
	case finer:
		return fault.Invalidf("money.finer", m.finerZh, m.finerEn, text)
	default:
		return fault.Invalidf("money.range", m.rangeZh, m.rangeEn, text)
	}
}

const (
	amountRangeZh = "“%s”超出范围，金额不得超过 10 万亿元"
	amountRangeEn = "%q is out of range; the largest amount is 10 trillion yuan"
	rateRangeZh   = "“%s”超出范围，比率不得超过 1000%%"
	rateRangeEn   = "%q is out of range; the largest rate is 1000%%"
)

var (
	yuanForm = form{
		code:    "money.amount",
		zh:      "“%s”不是以元计的金额，格式应如 1234567.89：只用半角数字和小数点，不带单位、逗号和空格",
		en:      "%q is no amount in yuan; write it like 1234567.89: digits and a point only",
		finerZh: "“%s”的小数超过两位，金额最细到分",
		finerEn: "%q has more than two decimals; a fen is the smallest amount",
		rangeZh: amountRangeZh,
		rangeEn: amountRangeEn,
	}
	percentForm = form{
		code:    "money.rate",
		zh:      "“%s”不是百分数，格式应如 4.35：只用半角数字和小数点，不带百分号、负号和空格",
		en:      "%q is no rate in percent; write it like 4.35: digits and a point only",
		finerZh: "“%s”的小数超过五位，百分数最多五位小数",
		finerEn: "%q has more than five decimals; a rate in percent has five at most",
		rangeZh: rateRangeZh,
		rangeEn: rateRangeEn,
	}
	amountForm = form{
		code:    "money.amount",
		zh:      "“%s”不是金额，格式应如 20万元、1.8亿元 或 500元/户：半角数字后紧跟 元、万元 或 亿元，不带逗号和空格",
		en:      "%q is no amount; write it like 20万元, 1.8亿元 or 500元/户: digits, then 元, 万元 or 亿元 at once",
		finerZh: "“%s”细于一分，金额最细到分",
		finerEn: "%q is finer than a fen, the smallest amount",
		rangeZh: amountRangeZh,
		rangeEn: amountRangeEn,
	}
	rateForm = form{
		code:    "money.rate",
		zh:      "“%s”不是比率，格式应如 0.5%% 或 5‰：半角数字后紧跟 %% 或 ‰，不带空格",
		en:      "%q is no rate; write it like 0.5%% or 5‰: digits, then %% or ‰ at once",
		finerZh: "“%s”细于十亿分之一，比率最细到十亿分之一",
		finerEn: "%q is finer than a part per billion, the smallest rate",
		rangeZh: rateRangeZh,
		rangeEn: rateRangeEn,
	}
)
