package httpapi

import (
	"changrong/internal/fact"
	"changrong/internal/reporting"
)

// FieldWords is what the field of a finding is called. A message's fields are called by
// their number and name already, a table's columns by a code.
type FieldWords struct {
	FieldZh string `json:"field_zh"`
	FieldEn string `json:"field_en"`
}

func fieldWords(f *reporting.Finding) FieldWords {
	tables := fact.Tables()
	if t := fact.Lookup(f.Table); t != nil {
		tables = []*fact.Table{t}
	} // what shows between rows may stand in a message, and be about a column
	for _, t := range tables {
		if c := t.Column(f.Field); c != nil {
			return FieldWords{c.Zh, c.En}
		}
	}
	return FieldWords{f.Field, f.Field}
}

// NamedFinding is a finding that names its field in words.
type NamedFinding struct {
	reporting.Finding
	FieldWords
}

// NamedSnapshotFinding is one of a snapshot, likewise.
type NamedSnapshotFinding struct {
	reporting.SnapshotFinding
	FieldWords
}
