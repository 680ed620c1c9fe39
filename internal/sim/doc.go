// Package sim puts a made-up city (package city) on disk, as fact tables or as the
// PBoC messages that its banks would file, with supplement tables for what messages
// lack. The same seed gives the same bytes with any number of workers.
//
// Notes are written bank by bank, and within a bank in the order of enterprises,
// in which their numbers sort: every part of a table is sorted by its key, nothing
// is held back, and what is kept of an enterprise between its first making and the
// last is four bytes. An enterprise with notes of two banks is made twice more.
//
// Package auditor, below, judges what others compute from a city.
package sim
