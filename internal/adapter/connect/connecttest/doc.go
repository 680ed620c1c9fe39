// Package connecttest is what every connector must do: one suite, run by the test of
// each connector on the answers recorded in its folder testdata.
//
// Of every dataset there is the answer of a department as it came (<dataset>.http) and
// what it means (<dataset>.json); of every department, what it says of a firm that it
// does not know (unknown.http) and to who may not ask (refused.http). The suite makes
// of the good answer all those that a department may give on a bad day: with a field
// gone, renamed, of another type, empty; in pieces, in another charset, too long, too
// late, or not at all.
//
// It runs in time of its own (testing/synctest) and over connections in memory, so that
// time-outs take no time.
package connecttest
