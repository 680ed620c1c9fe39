// Rows as a CSV file that Excel opens rightly.

export type CsvCell = string | number | boolean | null | undefined

// A text that begins like a formula would be one to a spreadsheet.
const formula = /^[=+\-@\t\r]/

/** cell writes one cell. Numbers stay numbers; a text that looks like a formula is
 * made text by an apostrophe. */
export function cell(v: CsvCell): string {
  if (v === null || v === undefined) return ''
  let s = String(v)
  if (typeof v === 'string' && formula.test(s) && !/^-[\d,]+(\.\d+)?%?$/.test(s)) s = `'${s}`
  return /[",\n\r]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s
}

/** csv writes rows, with the mark by which Excel knows UTF-8. */
export const csv = (rows: CsvCell[][]): string => '\ufeff' + rows.map((r) => r.map(cell).join(',')).join('\r\n') + '\r\n'

/** save hands a text to the browser as a file. */
export const save = (name: string, text: string, type = 'text/csv;charset=utf-8') => saveBlob(name, new Blob([text], { type }))

/** saveBlob hands bytes to the browser as a file. */
export function saveBlob(name: string, blob: Blob) {
  const url = URL.createObjectURL(blob)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
