// Package document writes the papers that leave the platform: payment orders
// (支付单) as PDF to be signed, and as Excel for the treasury's own system.
//
// A PDF carries the glyphs it uses, cut from a TrueType font. The program has one
// with the characters of GB/T 2312; for names with rarer ones the operator gives a
// fuller one (decision 0010).
package document
