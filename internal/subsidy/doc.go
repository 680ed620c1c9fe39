// Package subsidy is the life of a claim (奖补申报) and of the money it brings: from
// the draft that a settlement makes to the bank's receipt. What comes after it, the
// sample that is looked at and money that is taken back, is package followup's.
//
// A claim (申报) is for one payee and one item of one policy and period. Settlement
// drafts it (免申即享) or a bank files it. Its amount is never typed over: what
// settlement computed stands, a reviewer may lower it with a reason (核减), and nobody
// raises it. A later settlement of the same period takes the place of drafts, and
// shows the difference for claims that have gone further.
//
// The stages are drawn in life.go. Each has an owner, a clock in working days, and
// reasons for what does not go forward; all of it is a case of package workflow. How
// long the clocks run, who is asked for comments, and which papers are asked for, are
// the policy's rules (Rules): as its pack comes with them, or as they were set since. A paper that is missing keeps nobody from looking at
// a claim, only the claim from being submitted (容缺).
//
// Money is bound in package ledger as the claim goes: reserved when the finance
// bureau passes it, approved when its head approves, ordered when a payment
// order (支付单) is released, paid when the bank's receipt (回单) is registered. One
// person prepares an order and another releases it. The platform moves no money.
//
// Public notice (公示) is open to everybody, and so is objecting; every objection is
// answered, and one that is upheld sends the claim back.
//
// Sources: 临政办发〔2021〕47号 clause 四(三) (审核、公示、拨付); 财金〔2023〕75号
// (earmarked money); how other cities deal with claims, from published notices.
package subsidy
