import { expect, it } from 'vitest'
import { rateOf } from '../src/mobile/rate'
import type { Fen } from '../src/kit/money'
import { fenOfWan, wanExact } from '../src/mobile/wan'

it('amounts in ten thousands of yuan are read to the yuan', () => {
  const cases: [string, number | null][] = [
    ['50', 50_000_000], ['50.5', 50_500_000], ['0.0001', 100], ['1,000', 1_000_000_000], ['１', null], ['', null], ['-1', null], ['50.00001', null], ['9999999', 9_999_999_000_000], ['10000000', null], ['5万', null], ['1e3', null],
  ]
  for (const [text, fen] of cases) expect([text, fenOfWan(text)]).toEqual([text, fen])
})

it('rates in percent are read exactly, up to 36 %', () => {
  const cases: [string, number | null][] = [['3.65', 36_500_000], ['3.65%', 36_500_000], ['0', 0], ['36', 360_000_000], ['36.0001', null], ['3.12345', null], ['', null], ['-1', null], ['4.3500', 43_500_000], ['0.0001', 1_000]]
  for (const [text, ppb] of cases) expect([text, rateOf(text)]).toEqual([text, ppb])
})

it('an amount in ten thousands is written to its last fen, and read back', () => {
  const cases: [number, string][] = [[0, '0'], [1, '0.000001'], [1_234_500, '1.2345'], [100_000_000, '100'], [50_500_000, '50.5'], [12_345_678_901_200, '12,345,678.9012'], [1_000_001, '1.000001']]
  for (const [fen, text] of cases) {
    expect([fen, wanExact(fen as Fen)]).toEqual([fen, text])
    if (fen % 100 === 0 && fen < 1e12) expect(fenOfWan(text)).toBe(fen)
  }
})
