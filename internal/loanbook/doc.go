// Package loanbook decides whether a set of facts about loans fits together:
// what spans rows and tables, after each cell has been read on its own.
//
// A key stands once. What a row refers to is there. Dates are in order. A
// month-end balance is between 0 and the principal, starts with the drawdown and
// ends with the close. An open note (借据) has a balance at the end of every month
// its bank reports. Drawdowns and repayments explain the balances to the fen.
// Enterprise size agrees with 工信部联企业〔2011〕300号. First loans (首贷) are
// attested once, and not to borrowers with a note already known. A balance that
// stands only over a quarter's end (冲时点) is pointed out. Guarantees carry no
// more than the whole of a note, and what is pledged is pledged to its lender.
//
// Rules lists every rule with its stable code. An Error stops the facts from
// being accepted; a Warning is for people to look at.
package loanbook
