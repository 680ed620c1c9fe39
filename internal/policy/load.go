package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"changrong/internal/base/fault"
)

// digest hashes the files of a pack with their names, so that a renamed file is
// another pack.
func digest(fsys fs.FS, files []string) (string, error) {
	h := sha256.New()
	for _, name := range files {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", fault.New(fault.Unavailable, "pack.unreadable", "文件无法读取", "the file cannot be read").In(fault.Place{File: name}).Because(err)
		}
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(body))
		h.Write(body)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// loadItems reads items/*.yaml, in byte order of their names.
func (p *Pack) loadItems(fsys fs.FS) error {
	for _, name := range p.Files {
		if path.Dir(name) != "items" {
			continue
		}
		d := new(itemDoc)
		if err := readYAML(fsys, name, d); err != nil {
			return err
		}
		if err := required(name, d); err != nil {
			return err
		}
		if d.ID.Text != strings.TrimSuffix(path.Base(name), ".yaml") {
			return in(name, wrong(d.ID, "pack.item_id", "项目标识应与文件名相同", "the id must be the file's name"))
		}
		p.items = append(p.items, d)
	}
	if len(p.items) == 0 {
		return fault.New(fault.Invalid, "pack.no_items", "政策包没有任何资金项目（items/*.yaml）", "the pack has no money items (items/*.yaml)")
	}
	return nil
}

func (p *Pack) loadIndicators(fsys fs.FS) error {
	const name = "indicators.yaml"
	if !slices.Contains(p.Files, name) {
		return nil
	}
	if err := readYAML(fsys, name, &p.indicators); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, d := range p.indicators {
		if err := required(name, d); err != nil {
			return err
		}
		if seen[d.ID.Text] {
			return in(name, wrong(d.ID, "pack.duplicate", "指标重复", "the indicator stands twice"))
		}
		seen[d.ID.Text] = true
	}
	return nil
}

// required checks, all the way down, that what the tags call required is there
// and that what they give an enum for is one of it.
func required(file string, v any) error {
	return in(file, checkTags(reflect.ValueOf(v), ""))
}

var wordType = reflect.TypeFor[Word]()

func checkTags(v reflect.Value, key string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return checkTags(v.Elem(), key)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := checkTags(v.Index(i), key); err != nil {
				return err
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if err := checkTags(v.MapIndex(k), k.String()); err != nil {
				return err
			}
		}
	case reflect.Struct:
		if v.Type() == wordType {
			return nil
		}
		for i := range v.NumField() {
			if err := checkField(v, i, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkField(v reflect.Value, i int, key string) error {
	field, value := v.Type().Field(i), v.Field(i)
	name := field.Tag.Get("yaml")
	if name == "" || !field.IsExported() {
		return nil
	}
	if empty(value) {
		if field.Tag.Get("required") == "true" {
			return (&fault.Error{Kind: fault.Invalid, Code: "pack.required", Zh: "缺少 " + strings.TrimPrefix(key+"."+name, "."),
				En: strings.TrimPrefix(key+"."+name, ".") + " is missing"}).In(firstPlace(v))
		}
		return nil
	}
	if enum := field.Tag.Get("enum"); enum != "" {
		for _, w := range words(value) {
			if !slices.Contains(strings.Split(enum, ","), w.Text) {
				return wrong(w, "pack.enum", name+" 应为 "+strings.ReplaceAll(enum, ",", "、")+" 之一", name+" must be one of "+strings.ReplaceAll(enum, ",", ", "))
			}
		}
	}
	return checkTags(value, strings.TrimPrefix(key+"."+name, "."))
}

func empty(v reflect.Value) bool {
	switch x := v.Interface().(type) {
	case Word:
		return x.Text == ""
	case choice:
		return x.Text == ""
	case whole:
		return x.Text == ""
	case flag:
		return x.Text == ""
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// words are the literal words of a field with an enum.
func words(v reflect.Value) []Word {
	switch x := v.Interface().(type) {
	case Word:
		return []Word{x}
	case []Word:
		return x
	case choice:
		if !x.Reading {
			return []Word{x.Word}
		}
	case *choice:
		if !x.Reading {
			return []Word{x.Word}
		}
	}
	return nil
}

// firstPlace finds where a struct begins: the place of the first word in it.
func firstPlace(v reflect.Value) fault.Place {
	for i := range v.NumField() {
		if w, ok := v.Field(i).Interface().(Word); ok && w.At.Line > 0 {
			return fault.Place{Line: w.At.Line, Column: w.At.Column}
		}
	}
	return fault.Place{}
}
