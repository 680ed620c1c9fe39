// Package parquetfile reads and writes the tables of the dictionary as Parquet,
// column by column: whole pages go from the file into vectors, and a value that
// stands in a page's dictionary is checked once.
//
// A [File] is an open file; its [Plan]s say how its columns become those of the
// dictionary; a [Reader] reads row groups into batches. What a file says about
// its own lengths is checked before the library sees it (guard.go), so a damaged
// file gives a fault and nothing worse. A [Writer] writes the canonical schema.
package parquetfile
