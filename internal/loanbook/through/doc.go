// Package through is about the loans that came through the platform (平台贷款): what
// is known of each, what of it belongs among the facts before its bank has reported
// it, and how it agrees with what the bank then reports.
//
// A loan (Loan) is one drawdown as its bank registered it here: a note (借据) of an
// institution. What the bank says about it later is a Word: its balance on a day, or
// that it is repaid. Nothing is guessed from them:
//
//   - A note's balance only falls once it is drawn. So the balance at the end of a
//     month is known when what was known before and what was known after are equal,
//     and else it is not (Loan.Balance).
//   - The drawdown stands among the events only when nothing can have been repaid
//     until the end of the time that is asked about: a note with a drawdown among its events
//     says that all of its history is there (package settlement, daily balances).
//   - A note is closed on the day as of which its bank said that it is repaid.
//   - A mortgage is on real estate or on something else; the bank did not say which
//     here, so the security stays unknown.
//
// Files writes that as tables of the dictionary. What a bank reports counts before
// it: of a note that the bank reports, the platform adds the channel alone, where the
// bank left it open. So a loan that its bank has reported once, and that was drawn
// before the time asked about, is given with its channel only: whether it stands is for the
// bank's reports to say.
//
// Compare puts a loan beside what its bank reports (报送核对, Match): agreeing, lacking in
// a month that was reported, differing with both values, or perhaps the same loan
// under another number (Alike). What the bank left open differs from nothing.
package through
