package money

// What an input may say; beyond it is a slip of the pen.
const (
	Max     Fen  = 1_000_000_000_000_000 // an amount, either sign: 10 万亿元
	MaxRate Rate = 10 * One              // a rate: 1000 %

	maxPer = 4 // characters in the counted thing of a Quantity
)
