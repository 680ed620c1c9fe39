import { expect, it, vi } from 'vitest'
import type { Fen } from '../src/kit/money'

vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
const { compare, fileOf, ordered } = await import('../src/kit/table')

type R = { n: number | null; s: string }
const columns = [
  { key: 'n', title: 'n', value: (r: R) => r.n },
  { key: 's', title: 's', value: (r: R) => r.s },
]
const rows: R[] = [{ n: 10, s: '银行10' }, { n: null, s: '' }, { n: -2, s: '银行9' }, { n: 9, s: '安' }]

it('numbers are ordered by size and what is unknown is last, either way', () => {
  expect(ordered(rows, columns, 'n').map((r) => r.n)).toEqual([-2, 9, 10, null])
  expect(ordered(rows, columns, '-n').map((r) => r.n)).toEqual([10, 9, -2, null])
})

it('texts are ordered as a Chinese dictionary does, with numbers inside by size', () => {
  expect(ordered(rows, columns, 's').map((r) => r.s)).toEqual(['安', '银行9', '银行10', ''])
})

it('an order by no column changes nothing, and the rows given stay as they are', () => {
  expect(ordered(rows, columns, 'zz')).toEqual(rows)
  expect(compare(1, 1)).toBe(0)
  expect(rows[0]!.n).toBe(10)
})

it('an amount stands in yuan in files, unknown as nothing, and is ordered by size', () => {
  const amount = { key: 'n', title: 'n', fen: (r: R) => r.n as Fen | null }
  expect([1, 50_000, -123_456_789, null].map((n) => fileOf(amount, { n, s: '' }))).toEqual(['0.01', '500.00', '-1234567.89', null])
  expect(ordered(rows, [amount], 'n').map((r) => r.n)).toEqual([-2, 9, 10, null])
  expect(fileOf({ ...amount, file: () => '3 个' }, rows[0]!)).toBe('3 个')
})
