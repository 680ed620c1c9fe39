package strict

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of documents of type t, with
// definitions that types with a schema of their own refer to.
func Schema(title string, t reflect.Type, defs Object) []byte {
	root := Object{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}}
	root = append(root, SchemaOf(t, "")...)
	word := Object{{"word", Object{{"type", []string{"string", "number", "boolean"}}}}}
	return render(append(root, Member{"$defs", append(word, defs...)}))
}

// OwnSchema is a type that says itself what may be written; enum is that of the
// field.
type OwnSchema interface{ Schema(enum string) Object }

// Object is a JSON object whose members keep their order.
type Object []Member

// Member is one of them.
type Member struct {
	Key   string
	Value any
}

// MarshalJSON writes the members in order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, part := range [2]any{m.Key, m.Value} {
			if j > 0 {
				b.WriteByte(':')
			}
			text, err := plainJSON(part)
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// plainJSON encodes v without escaping <, > and &.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// render lays a schema out. Nothing in it can fail to encode.
func render(o Object) []byte {
	text, _ := o.MarshalJSON()
	var b bytes.Buffer
	_ = json.Indent(&b, text, "", "  ")
	b.WriteByte('\n')
	return b.Bytes()
}

// Scalar is the schema of a word: YAML may take what is written for a text, a
// number or a truth value.
func Scalar() Object { return Object{{"$ref", "#/$defs/word"}} }

// SchemaOf returns the schema of t; enum lists the values of the words in it.
func SchemaOf(t reflect.Type, enum string) Object {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if own, ok := reflect.Zero(t).Interface().(OwnSchema); ok {
		return own.Schema(enum)
	}
	switch t.Kind() {
	case reflect.Slice:
		return Object{{"type", "array"}, {"items", SchemaOf(t.Elem(), enum)}}
	case reflect.Map:
		return Object{{"type", "object"}, {"additionalProperties", SchemaOf(t.Elem(), enum)}}
	}
	properties, required := Object{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		key := f.Tag.Get("yaml")
		if key == "" {
			continue
		}
		s := Object{{"description", f.Tag.Get("doc")}}
		properties = append(properties, Member{key, append(s, SchemaOf(f.Type, f.Tag.Get("enum"))...)})
		if f.Tag.Get("required") == "true" {
			required = append(required, key)
		}
	}
	return Closed(properties, required...)
}

// Closed is the schema of an object with no other members than properties.
func Closed(properties Object, required ...string) Object {
	o := Object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		o = append(o, Member{"required", required})
	}
	return append(o, Member{"additionalProperties", false})
}

// Schema is that of a word: anything of the enum, or anything at all.
func (w Word) Schema(enum string) Object {
	if enum != "" {
		return Object{{"enum", strings.Split(enum, ",")}}
	}
	return Scalar()
}

// Schema is that of a small whole number.
func (k Whole) Schema(string) Object {
	return Object{{"type", "integer"}, {"minimum", 0}, {"maximum", maxWhole}}
}

// Schema is that of true and false.
func (f Flag) Schema(string) Object { return Object{{"type", "boolean"}} }
