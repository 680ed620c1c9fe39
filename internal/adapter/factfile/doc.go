// Package factfile reads and writes the tables of the dictionary (package fact)
// as files: CSV, Parquet and Excel.
//
// A folder of facts holds, for each table, one of
//
//	loans.csv  loans.parquet  loans.xlsx    one file
//	loans/                                  a folder of such files, read in name order
//	anything.xlsx                           a workbook with a sheet named loans or 贷款借据
//
// [Open] finds them and is a fact.Source; [ReadFile] reads one file for the
// importer, which wants every bad row named and the good ones kept. Both read
// through the same code: a feed cuts a file into units (a chunk of CSV lines, a
// Parquet row group, a sheet), workers turn units into batches, and every value
// passes the checks of package fact, whatever it is stored as.
//
// [NewParquetWriter] and [CSVWriter] write what Scan reads back; [WriteTemplate]
// makes the workbook that a bank fills in.
package factfile
