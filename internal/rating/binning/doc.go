// Package binning cuts a characteristic into bins (分箱) for a scorecard: pre-bins by a
// tree, then the one merge of neighbours that holds the most information under the trend
// that is asked for, found exactly.
//
// The information value (信息值, IV) of a bin with a share g of all good rows and a share b
// of all bad ones is (g−b)·ln(g/b); its weight of evidence (证据权重, WOE) is ln(g/b). The
// bad rate (坏账率) of a bin is bad ÷ rows. A trend speaks of the bad rate as the value
// rises: it is a decision about the world ("more arrears, more risk"), and does not have to
// be what the data happen to say.
//
// The merge is a dynamic programme over (first, last) pre-bin of the last bin: a bin follows
// another if their bad rates stand in the order of the trend, in every period too where
// periods are given. Its cost is the cube of the number of pre-bins. Bad rates are compared
// in integers, so that equal means equal.
//
// Sources: Navas-Palencia, "Optimal binning: mathematical programming formulation" (2020),
// for the problem; Siddiqi, "Intelligent Credit Scoring" (2017), for WOE and IV.
package binning
