package parquetfile

// Limits of what a file may say and of what is held at once.
const (
	// maxColumns is how many columns a file may have; the widest table has 20.
	maxColumns = 256
	// maxFooter is the largest Parquet footer, in bytes, and maxFooterItems how
	// many list items it may describe: a lying length must not allocate.
	maxFooter      = 32 << 20
	maxFooterItems = 1 << 20
	// maxChunk is the largest column chunk of a row group, compressed; maxPage
	// the largest page, unpacked; maxPageValues the most values of a page.
	maxChunk      = 1 << 30
	maxPage       = 256 << 20
	maxPageValues = 1 << 26
)

// Sizes of the files we write. They fix the bytes: equal rows in equal order give
// equal files.
const (
	groupRows = 1 << 20 // rows of a row group
	pageRows  = 1 << 16 // rows of a page, the same in every column
	stepRows  = 1 << 10 // rows written at once
	// groupText ends a row group early, at a step, when its texts outgrow it, so
	// that no dictionary nears maxPage.
	groupText = 128 << 20
)
