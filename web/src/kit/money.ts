// Amounts and rates as people read them. The browser formats money and computes
// none; what it formats are integers, and it does so in integers.

declare const unit: unique symbol
/** Fen is an amount of money in fen. */
export type Fen = number & { readonly [unit]: 'fen' }
/** Ppb is a rate in parts per billion. */
export type Ppb = number & { readonly [unit]: 'ppb' }

const thousands = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')

/** decimal writes n / 10^places with all its places, rounded half away from zero to `shown`. */
function decimal(n: number, places: number, shown: number): string {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not a whole number of units: ${n}`)
  const cut = 10n ** BigInt(places - shown)
  let abs = BigInt(Math.abs(n))
  abs = (abs + cut / 2n) / cut
  const text = abs.toString().padStart(shown + 1, '0')
  const whole = thousands(text.slice(0, text.length - shown))
  const sign = n < 0 && abs > 0n ? '-' : ''
  return sign + (shown === 0 ? whole : `${whole}.${text.slice(-shown)}`)
}

/** yuan writes an amount in yuan with two decimals: 1,234.50. */
export const yuan = (fen: Fen): string => decimal(fen, 2, 2)

/** wan writes an amount in ten thousands of yuan (万元) with two decimals, for overviews. */
export const wan = (fen: Fen): string => decimal(fen, 6, 2)

/** percent writes a rate in percent with at least two decimals and no more than it has. */
export function percent(ppb: Ppb): string {
  const full = decimal(ppb, 7, 7)
  return full.replace(/(\.\d\d\d*?)0+$/, '$1') + '%'
}

/** percent2 writes a rate in percent with two decimals, for overviews. */
export const percent2 = (ppb: Ppb): string => decimal(ppb, 7, 2) + '%'

/** parseYuan reads what a person typed as yuan; null when it is no amount of whole fen. */
export function parseYuan(text: string): Fen | null {
  const m = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim().replace(/[,，\s]/g, ''))
  if (!m) return null
  const fen = BigInt(m[2] + (m[3] ?? '').padEnd(2, '0'))
  return Number(m[1] ? -fen : fen) as Fen
}

/** count writes a whole number with thousands. */
export const count = (n: number): string => decimal(n, 0, 0)
