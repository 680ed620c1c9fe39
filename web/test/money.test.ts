import { describe, expect, it } from 'vitest'
import { count, type Fen, parseYuan, percent, type Ppb, wan, yuan } from '../src/kit/money'

const fen = (n: number) => n as Fen
const ppb = (n: number) => n as Ppb

describe('amounts', () => {
  it.each([
    [0, '0.00'], [1, '0.01'], [99, '0.99'], [100, '1.00'], [-1, '-0.01'], [123456, '1,234.56'], [100000000, '1,000,000.00'],
    [Number.MAX_SAFE_INTEGER, '90,071,992,547,409.91'], [-99999, '-999.99'],
  ])('%i fen are %s yuan', (n, want) => expect(yuan(fen(n))).toBe(want))

  it.each([[0, '0.00'], [4999, '0.00'], [5000, '0.01'], [-4999, '0.00'], [-5000, '-0.01'], [1_000_000, '1.00'], [123_456_789, '123.46'], [9_999_999_999, '10,000.00']])(
    '%i fen are %s ten thousands of yuan', (n, want) => expect(wan(fen(n))).toBe(want))

  it('are refused when they are no whole numbers', () => {
    expect(() => yuan(fen(0.5))).toThrow(RangeError)
    expect(() => yuan(fen(2 ** 53))).toThrow(RangeError)
    expect(() => yuan(fen(Number.NaN))).toThrow(RangeError)
  })

  it.each([['0', 0], ['12', 1200], ['12.3', 1230], ['12.34', 1234], ['1,234.56', 123456], ['1，234.5', 123450], ['-0.01', -1], ['9999999999999.99', 999999999999999]])(
    'typed as %s are %i fen', (s, want) => expect(parseYuan(s)).toBe(want))
  it.each(['', '1.234', '1e3', 'x', '.', '1.', '--1', '１２'])('are not read from %j', (s) => expect(parseYuan(s)).toBeNull())

  it('written and read again are the same', () => {
    for (let n = -100_000_000_007; n < 100_000_000_000; n += 1_234_567_891) expect(parseYuan(yuan(fen(n)))).toBe(n)
  })
})

describe('rates', () => {
  it.each([[0, '0.00%'], [10_000_000, '1.00%'], [38_500_000, '3.85%'], [5_000_000, '0.50%'], [1_250_000, '0.125%'], [1, '0.0000001%'], [1_000_000_000, '100.00%'], [-2_500_000, '-0.25%']])(
    '%i parts per billion are %s', (n, want) => expect(percent(ppb(n))).toBe(want))
})

it('counts have thousands', () => {
  expect(count(0)).toBe('0')
  expect(count(999)).toBe('999')
  expect(count(1234567)).toBe('1,234,567')
})
