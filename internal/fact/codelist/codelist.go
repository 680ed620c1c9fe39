// Package codelist has the names of codes that stand in facts: divisions and sections of
// industries (国民经济行业分类 GB/T 4754-2017, letter and two digits) and towns (乡镇街道代码,
// GB/T 2260 and three digits) of Taizhou. A code that is not listed has no name here, and is
// shown as it is.
package codelist

import (
	"embed"
	"encoding/csv"
	"strings"
)

//go:embed *.csv
var lists embed.FS

// Names are the names of codes, by code.
type Names struct {
	Towns      map[string]string `json:"towns"`
	Industries map[string]string `json:"industries"`
}

// Load reads the lists that the program ships.
func Load() *Names {
	return &Names{Towns: read("towns.csv"), Industries: read("industries.csv")}
}

// read reads a list of code and name. A list that cannot be read is empty; a test reads
// them all.
func read(name string) map[string]string {
	out := map[string]string{}
	b, err := lists.ReadFile(name)
	if err != nil {
		return out
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		return out
	}
	for _, r := range rows[1:] {
		out[r[0]] = r[1]
	}
	return out
}
