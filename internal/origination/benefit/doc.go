// Package benefit tells a firm which public money it has had, could have, or lacks to
// have (可享受政策): of every policy in force and every item about enterprises whether
// it fits, hangs on a loan that is to be, lacks a fact and who would know it, or does
// not fit and by how much, with the clause it rests on. It tells the matcher of
// products the same of a loan that is to be, so that a price is shown with the subsidy.
//
// What is known of a firm is put together (Firm) from what several say: the finance
// office's lists (机构与项目名录) count first, since a settlement goes by them, then the
// registry of firms, then departments. What nobody says stays unknown, and is never a
// no. Annual sales are those declared to the tax authority for last year, else over
// the last twelve months.
//
// Only what is paid to the firm lowers what a loan costs it. What a bank gets for
// lending to it is told apart, and to the office alone: to the firm it is nobody's
// offer. What a pool may cut is expected but not counted on.
//
// What was paid is read from settlements that are in force; what is to be had, from
// package settlement/prospect. Sources: clauses 三(一)3 and 三(二)8 of the programme;
// 免申即享 as in package subsidy.
package benefit
