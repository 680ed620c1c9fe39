// Package pboc reads and writes the monthly messages of the PBoC's basic
// financial data collection (金融基础数据), which every bank files anyway: the
// stock of corporate loans (CLDWDK), their flows (DWDKFS), guarantee contracts
// (DBHTXX), collateral (DBWXX) and customers (FTYKHX).
//
// A message is {USCC}_{CODE}_{YYYYMMDD}.dat, of the last day of a month: UTF-8,
// no header, fields separated by "|", records by LF, no LF at the end; and a .log
// of five lines with its name, MD5, size, time and number of records. Both may
// stand in one .zip of the same name. Read checks all of that and every field,
// and hands rows out by column; a row with an error is never handed out.
//
// Messages holds fields, types and where they go in the fact dictionary as
// tables; codes.yaml the code lists, with a mark on those no public source
// confirms: what they do not list is a warning and not an error, and a city that
// knows better lays its own file over them. Rules lists all findings.
//
// Sources: the packaging, field order, lengths and codes were put together from
// published reporting tools; the text of 《金融基础数据采集规范》 is not public.
package pboc
