// Package policy is policies as data: a pack, which is a folder of YAML files
// beside an official document, and the plan that it makes under chosen readings.
//
//	document.go, cases.go   what people write, and what it is for
//	strict/                 how it is read
//	pack.go, load.go        loading; clauses.go the clause map and the official text
//	casefacts.go, expect.go the hand-worked cases
//	build.go, item.go       a pack with its readings put in: plan.go
//	sentence.go             items as Chinese sentences
//	schema.go               JSON Schemas for editors
//	expr/                   the language of conditions
package policy
