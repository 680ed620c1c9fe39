package store

import (
	"maps"
	"slices"
)

// Reported returns the tables that reports show, and those they do not.
func Reported() (in, out []string) {
	return slices.Sorted(maps.Keys(reported)), slices.Sorted(maps.Keys(unreported))
}
