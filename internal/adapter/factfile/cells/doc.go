// Package cells is what the formats of package factfile share: how a cell of
// text becomes a value, which columns a file has, and how its trouble is told.
package cells
