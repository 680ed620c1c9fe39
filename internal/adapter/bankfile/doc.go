// Package bankfile reads what a bank says it paid (银行流水、回单清单): an Excel sheet,
// CSV, or text with tabs or bars between cells, in UTF-8, UTF-16 or GB18030.
//
// Banks name and order their columns differently and put titles above them, so the
// row of names is looked for among the first ones, by the names in columns.go. What is
// needed are a day, a receipt or serial number, and an amount: in one column,
// what came back below zero, or with a column that says 借 or 贷, or in one
// column each for what went out and what came in. Every row that cannot be read
// is a finding with its line, column and value. Rows of totals are passed over.
package bankfile
