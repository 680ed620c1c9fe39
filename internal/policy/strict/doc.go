// Package strict reads YAML that people write by hand and others must be able to
// trust: every key is known, none stands twice, none is without a value, nothing
// is a reference to something else, and every fault says where it is.
//
// What may stand in a file is said by Go types and their tags: yaml names the
// key, required:"true" asks for it, enum lists the values of a word, doc says in
// Chinese what it is for. From the same tags come JSON Schemas for editors.
package strict
