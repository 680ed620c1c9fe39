// Package id checks the numbers of people and of banks' payment offices:
// 身份证号 (GB 11643-1999) and 支付系统行号. The number of an enterprise is in
// package uscc.
package id
