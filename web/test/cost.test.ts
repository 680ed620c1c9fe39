import { expect, it } from 'vitest'
import { later, monthsBetween, type Price, termsOf } from '../src/domain/origination/cost'
import type { Fen, Ppb } from '../src/kit/money'
import type { Day } from '../src/kit/time'

it('months later falls on the same day, or on the last of a shorter month', () => {
  const cases: [string, number, string][] = [
    ['2026-01-31', 1, '2026-02-28'], ['2028-01-31', 1, '2028-02-29'], ['2026-01-31', 2, '2026-03-31'], ['2026-11-30', 3, '2027-02-28'], ['2026-12-15', 1, '2027-01-15'], ['2026-03-01', 0, '2026-03-01'],
  ]
  for (const [on, n, then] of cases) expect([on, n, later(on as Day, n)]).toEqual([on, n, then])
})

it('a yearly fee is paid at the beginning of each year, and one of nothing not at all', () => {
  const price: Price = {
    amount_fen: 100 as Fen, rate_ppb: 36_500_000 as Ppb, term_months: 25, method: 'bullet', day_count: 'act_360', first_due_on: '2029-01-01' as Day,
    fees: [{ name: '担保费', amount_fen: 10 as Fen, yearly: true }, { name: '评估费', amount_fen: 3 as Fen }, { name: '无', amount_fen: 0 as Fen }],
  }
  const body = termsOf(price, '2026-05-31' as Day)
  expect(body.fees?.map((f) => [f.on, f.amount_fen])).toEqual([['2026-05-31', 10], ['2027-05-31', 10], ['2028-05-31', 10], ['2026-05-31', 3]])
  expect('first_due_on' in body).toBe(false) // after the loan's end: it is not that of this loan
  expect(termsOf({ ...price, first_due_on: '2026-06-20' as Day }, '2026-05-31' as Day)).toMatchObject({ first_due_on: '2026-06-20' })
})

it('months between two days are those in which one repays', () => {
  const cases: [string, string, number][] = [['2026-01-31', '2027-01-31', 12], ['2026-01-31', '2026-02-28', 1], ['2026-11-23', '2027-11-22', 12], ['2026-11-23', '2026-11-24', 1], ['2026-01-15', '2029-01-15', 36]]
  for (const [from, to, n] of cases) expect([from, to, monthsBetween(from as Day, to as Day)]).toEqual([from, to, n])
})
