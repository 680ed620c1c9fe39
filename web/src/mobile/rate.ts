import type { Ppb } from '../kit/money'

/** rateOf reads a rate in percent; null when it is none. */
export function rateOf(text: string): Ppb | null {
  const m = /^(\d{1,2})(?:\.(\d{1,4}))?$/.exec(text.trim().replace(/%$/, ''))
  if (!m) return null
  const ppb = Number(m[1]) * 10_000_000 + Number((m[2] ?? '').padEnd(7, '0'))
  return ppb > 360_000_000 ? null : (ppb as Ppb)
}
