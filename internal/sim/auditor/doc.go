// Package auditor checks a settlement of 临政办发〔2021〕47号 as a person with the
// document, the facts and a pocket calculator would: it keeps books of its own in
// Go maps, has the eleven money items written out in plain Go, reckons with
// math/big, and shares neither arithmetic nor rules with the engine. It is slow and
// meant for tests.
//
// The engine and the auditor agree when Judge has no complaints. A reading of the
// document is chosen by the name that the pack gives it; Supported lists those
// the auditor knows.
package auditor
