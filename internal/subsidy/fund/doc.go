// Package fund is the finance bureau's work on the programme's money (专项资金管理):
// it keeps the sources (资金来源), grants them by document (指标下达), takes in what
// the bank says it paid and holds it against the ledger (银行对账), and ends the
// year (年终结转、收回、结账). What may be posted is package ledger's; who did it, and
// with whom, is kept here.
//
// What takes money out of the programme, or undoes what was registered, is
// proposed by one person and confirmed by another (四眼原则):
//
//	prepared ──confirm──► confirmed   posted, in the same transaction
//	   │ ───refuse──────► refused     with a reason
//	   └────withdraw────► withdrawn   by who prepared it
//
// A claim's money is reserved, approved, ordered and paid by the claims' own
// process, on the same ledger.
//
// Sources: 财金〔2023〕75号; 预算法 (结转 and 收回 at a year's end).
package fund
