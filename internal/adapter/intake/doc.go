// Package intake takes a folder of what banks and offices hand in, and makes a
// folder of facts of it, or says what is wrong.
//
// In the folder, and in folders in it, stand PBoC messages (package pboc) and
// tables of the dictionary as CSV, Excel or Parquet (package factfile). A table
// that messages fill too is a supplement: it needs its key alone, fills in what
// messages leave unknown, and where both speak and differ the messages win, with
// a warning. Rows of notes without a message, of a bank that hands in tables
// only, are taken whole. Tables that no message fills are taken as they are.
//
//	CLDWDK  存量单位贷款      loans (a note's latest terms), month_balances
//	DWDKFS  单位贷款发生额    loan_events, the principal, the closing day
//	DBHTXX  担保合同          guarantees, of guarantors in institutions or a supplement
//	DBWXX   担保物            collaterals
//	FTYKHX  单位客户          enterprises
//
// What is then there is checked as a whole (package loanbook). Only when nothing
// is an Error is the folder of facts written: under another name first, renamed
// at the end, so that it is there whole or not at all. Beside the tables,
// submissions.csv names every file the facts come from, with its hash.
package intake
