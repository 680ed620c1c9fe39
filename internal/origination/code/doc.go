// Package code makes and reads the codes a loan begins with (扫码).
//
// A loan code (贷款码) hangs at a bank, a branch, a park or a counter: whoever scans it
// comes to the application, and the application remembers where it was scanned. Banks
// make those of their own houses, the office those of parks and counters. A firm code
// (企业码) is shown by an enterprise on its phone: whoever works for a bank and scans it
// knows which enterprise stands before him.
//
// A code is a token (Token): a few bytes, signed by the platform's key, that verify by
// the platform's published keys without asking it. There is no person in it: a loan code
// has an id and a last day, a firm code the enterprise's 统一社会信用代码 besides. A
// scan also looks the code up, since it may have been revoked.
//
// What comes of a code is counted: scans → applications → loans (funnel, 转化). A
// browser counts once a day and code; all that is kept of it is a hash that is different
// for every code and every day, until the day is over. Of a bank's own code, applications
// and loans are those at that bank: that somebody went elsewhere is none of its business.
package code
