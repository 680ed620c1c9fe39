package strict

import (
	"reflect"
	"slices"
	"strings"

	"changrong/internal/base/fault"
)

var wordType = reflect.TypeFor[Word]()

// check checks, all the way down, that what the tags call required is there and
// that what they give an enum for is one of it.
func check(v reflect.Value, key string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return check(v.Elem(), key)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := check(v.Index(i), key); err != nil {
				return err
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if err := check(v.MapIndex(k), k.String()); err != nil {
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
			return (&fault.Error{
				Kind: fault.Invalid, Code: "pack.required", Zh: "缺少 " + strings.TrimPrefix(key+"."+name, "."),
				En: strings.TrimPrefix(key+"."+name, ".") + " is missing",
			}).In(firstPlace(v))
		}
		return nil
	}
	if enum := field.Tag.Get("enum"); enum != "" {
		for _, w := range words(value) {
			if !slices.Contains(strings.Split(enum, ","), w.Text) {
				return w.Wrong("pack.enum", name+" 应为 "+strings.ReplaceAll(enum, ",", "、")+" 之一", name+" must be one of "+strings.ReplaceAll(enum, ",", ", "))
			}
		}
	}
	return check(value, strings.TrimPrefix(key+"."+name, "."))
}

// blank is what may be written and yet hold nothing.
type blank interface{ Blank() bool }

func empty(v reflect.Value) bool {
	if b, ok := v.Interface().(blank); ok && v.Kind() != reflect.Pointer {
		return b.Blank()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// Chosen is a value that may be one of an enum, or come from elsewhere.
type Chosen interface {
	// Literal returns the word, if it is written here.
	Literal() (Word, bool)
}

// words are the literal words of a field with an enum.
func words(v reflect.Value) []Word {
	switch x := v.Interface().(type) {
	case Word:
		return []Word{x}
	case []Word:
		return x
	case Chosen:
		if w, ok := x.Literal(); ok {
			return []Word{w}
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
