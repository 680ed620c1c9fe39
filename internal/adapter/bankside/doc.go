// Package bankside is the reference bank (参考银行): a bank's own system, on the other
// side of the interface that docs/bank-api.md describes. It takes referrals that are
// pushed to it, and answers by rules from a file.
//
// It holds nothing for true but what the platform answers: a message is a hint to look
// at a referral again. What it is about to say is written down first, with the
// idempotency key it is said under, and is said again in the same words until there is
// an answer. So nothing is done twice, whenever the process is killed.
//
// Whom to call and what was read about a firm is never kept.
package bankside
