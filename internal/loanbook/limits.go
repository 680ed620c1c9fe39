package loanbook

// MaxMonths is how many different months the balances of one set of facts may
// have. Balances are held as one column a month: ten years of 10 million notes
// are 10 GB, and more is not one programme.
const MaxMonths = 120
