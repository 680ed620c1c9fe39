// Package feature makes characteristics of a firm (指标) from what departments and invoices
// say of it. A feature is declared as data: which table it reads, what it measures there, over
// how many months, in which unit, which way the risk goes, and whether the owner can do
// something about it. No program is written for one.
//
// A window (期间) is so many full months before the month of the day that is asked for; the
// month that has begun is not counted. A table that was not read makes its features unknown;
// one that was read and has no rows says that there is none: sums are 0, and what needs rows
// (growth, concentration, the latest value) is unknown.
//
// Numbers are statistics and may be rounded by the machine; money that is paid is never
// computed from them.
package feature
