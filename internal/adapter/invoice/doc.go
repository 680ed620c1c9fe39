// Package invoice reads files of VAT invoices (增值税发票明细), of any length and in one pass,
// and makes the tables of each firm from them that features are measured on.
//
// A file is CSV in UTF-8 or GB18030, or that compressed with gzip, with a row of names first.
// Amounts are in 元. A void invoice (作废发票) counts as one that was made and adds nothing to
// amounts; a negative one (负数发票、红字发票) takes away what it says.
//
// The number of an invoice alone does not name it: numbers come again with other codes and
// other sellers. What has the same code, number, date, party and total as another is told as a
// candidate for a duplicate, and counts all the same: whether it is one, people find out.
package invoice
