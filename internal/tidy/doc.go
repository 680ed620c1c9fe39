// Package tidy is tests about the code itself: who may import whom, what rules
// may not touch, how large things may grow, which words do not belong here, and
// that lists kept by hand agree with what they list.
//
// The tables that a change may have to touch stand in tables_test.go. Every rule
// is a function from a tree of files to the places that break it, and is itself
// tested on small trees that do.
package tidy
