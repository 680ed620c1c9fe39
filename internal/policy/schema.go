package policy

import (
	"reflect"
	"strings"

	"changrong/internal/fact"
	"changrong/internal/policy/strict"
)

// Schemas returns the JSON Schemas (draft 2020-12) of a pack's files, for
// editors, by name: pack, item, clauses, indicators, cases and shared. They are
// made from the same tags that files are checked by.
func Schemas() map[string][]byte {
	tables := tableSchemas()
	return map[string][]byte{
		"pack":       strict.Schema("pack.yaml：政策文件", reflect.TypeFor[packDoc](), nil),
		"item":       strict.Schema("items/*.yaml：资金项目", reflect.TypeFor[itemDoc](), nil),
		"clauses":    strict.Schema("clauses.yaml：条款对照", reflect.TypeFor[[]clauseDoc](), nil),
		"indicators": strict.Schema("indicators.yaml：指标", reflect.TypeFor[[]indicatorDoc](), nil),
		"cases":      strict.Schema("cases/*.yaml：手工算好的案例", reflect.TypeFor[caseFileDoc](), tables),
		"shared":     strict.Schema("cases/_shared.yaml：各案例共用的简称、默认值和事实", reflect.TypeFor[sharedDoc](), tables),
	}
}

// rowsDoc is rows of tables of facts, as cases write them.
type rowsDoc map[string][]rowDoc

// rowDoc is a row: column → cell.
type rowDoc map[string]Word

// defaultsDoc is what columns that are not written hold, by table.
type defaultsDoc map[string]rowDoc

// Schema offers the tables and columns of the dictionary.
func (rowsDoc) Schema(string) strict.Object {
	return perTable(func(row strict.Object) strict.Object {
		return strict.Object{{Key: "type", Value: "array"}, {Key: "items", Value: row}}
	})
}

// Schema offers the tables and columns of the dictionary.
func (defaultsDoc) Schema(string) strict.Object {
	return perTable(func(row strict.Object) strict.Object { return row })
}

// perTable is the schema of a map from tables to something made of a row.
func perTable(of func(row strict.Object) strict.Object) strict.Object {
	properties := strict.Object{}
	for _, t := range fact.Tables() {
		s := strict.Object{{Key: "description", Value: t.Zh}}
		properties = append(properties, strict.Member{Key: t.Name, Value: append(s, of(strict.Object{{Key: "$ref", Value: "#/$defs/" + t.Name}})...)})
	}
	return strict.Closed(properties)
}

// tableSchemas defines a row of each table of facts as cases write it.
func tableSchemas() strict.Object {
	defs := strict.Object{}
	for _, t := range fact.Tables() {
		properties := strict.Object{}
		for i := range t.Columns {
			if c := &t.Columns[i]; !c.Derived {
				properties = append(properties, strict.Member{Key: c.Name, Value: columnSchema(c)})
			}
		}
		defs = append(defs, strict.Member{Key: t.Name, Value: strict.Closed(properties)})
	}
	return defs
}

func columnSchema(c *fact.Column) strict.Object {
	words := []string{c.Zh}
	if c.Doc != "" {
		words = append(words, c.Doc)
	}
	o := strict.Object{{Key: "description", Value: strings.Join(append(words, c.Type.Zh()), "；")}}
	if c.Type != fact.Code {
		return append(o, strict.Scalar()...)
	}
	codes := []string{""}
	for _, k := range c.Codes {
		codes = append(codes, k.Code)
	}
	return append(o, strict.Member{Key: "enum", Value: codes})
}
