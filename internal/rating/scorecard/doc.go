// Package scorecard scores (评分卡): points for the bin of each characteristic, summed; the
// sum's grade and probability of default; the reasons for points that were lost; and the
// same card as PMML, as SQL and as JSON.
//
// Points are whole numbers, fixed when a card is made, so that one record and a million, and
// a card and its export, give the same score on whatever machine. A score stands for odds:
//
//	score = Base + PDO/ln 2 · ln(odds ÷ Odds)   odds: good rows for one bad row
//
// What is unknown (未知) has a bin of its own where training has seen it, and is refused
// where it has not: no card guesses. So are categories that the feature does not declare, and
// values outside the range it declares, which are mostly another unit.
//
// Sources: Siddiqi (2017) on points and reasons ("points below maximum"); PMML 4.4
// Scorecard (dmg.org).
package scorecard
