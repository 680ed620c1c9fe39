package factfile

import (
	"io"

	"changrong/internal/adapter/factfile/parquetfile"
	"changrong/internal/fact"
)

// ParquetWriter writes rows of a table as Parquet, in the canonical schema.
type ParquetWriter = parquetfile.Writer

// NewParquetWriter returns a writer of the named columns of t to w, all stored
// ones when none is named.
func NewParquetWriter(w io.Writer, t *fact.Table, columns ...string) *ParquetWriter {
	return parquetfile.NewWriter(w, t, columns...)
}
