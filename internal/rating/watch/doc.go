// Package watch decides how a scorecard does from month to month once it is put to use
// (模型监测), and when somebody must look at it (预警).
//
// A month is closed by the platform's clock once it is over, for every model that is in use
// or runs in the shadow: a firm counts once, with its last score of the month. Closed, a
// month says whether the firms are still those that the card was made of: PSI of the grades
// and of the bins of every characteristic against training. It matures when the time of observation has
// passed and banks have had a month more to report: then what became of the firms says
// whether the card still tells good from bad (AUC, KS) and whether its probabilities hold.
// Whatever is computed again from the same scores and reports comes out the same.
//
// What became of a firm (Rule.Fate) is what banks reported of its loans: bad when at the end
// of a month a loan of it was overdue for more days than the rule says, was classified
// substandard, doubtful or loss, or had been written off; good when it had a loan at the
// ends of nearly all months and none of that happened; else unknown. Without a loan it is
// unknown, not good. So only firms that banks lent to are judged (幸存者偏差): nothing here
// says how the card does on those whom nobody lent to, and as banks see the scores they
// decide who is lent to. Banks tell balances at month-ends; what came and went between two
// of them is not seen, nor is a loan that no bank here reports.
//
// When something is alarming:
//
//   - A population moves at a PSI of 0.10 and is another at 0.25 (Siddiqi 2017), if chance
//     alone would bring as much less than once in a hundred: the smaller the sample the
//     larger the PSI of two samples of one population (Yurdakul 2018).
//   - A card tells good from bad less well when its AUC lies more than two standard deviations
//     (DeLong 1988) below that of its validation.
//   - A grade is worse than its name when as many bad firms or more came of it less than once
//     in a hundred if its probability held (the binomial test of BCBS Working Paper 14,
//     2005); the same of all firms together, on either side, against their mean probability.
//     Firms of one town fail together in bad times, so that the test alarms rather early; it
//     is a reason to look, not a verdict.
//
// Fewer than thirty firms say nothing. An alarm is told once to those who put models to use,
// and stays until one of them has written what was done about it.
//
// Scores lie sealed; here they are opened, and only counts of bins and grades are kept.
//
// Sources: JR/T 0221-2021 and SR 11-7 (2011) on monitoring, and those named above.
package watch
