// What a loan would cost: reckoned by the server, which reckons all of them.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Answer, call, type Input, type Problem } from '../../api/client'
import type { Fen, Ppb } from '../../kit/money'
import { type Day, today } from '../../kit/time'

export type Schedule = Answer<'/api/schedules', 'post'>
type Body = Input<'/api/schedules', 'post'>['body']

/** Price is a loan as it is offered, or thought about. */
export type Price = {
  amount_fen: Fen
  rate_ppb: Ppb
  term_months: number
  method: string
  day_count: string
  first_due_on?: Day | null
  fees?: { name: string; amount_fen: Fen; yearly?: boolean }[] | null
}

/** later returns the day some months after another, the last of its month where that
 * one is shorter. */
export function later(on: Day, months: number): Day {
  const [y, m, d] = on.split('-').map(Number) as [number, number, number]
  const at = new Date(Date.UTC(y, m - 1 + months, 1))
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  return `${at.toISOString().slice(0, 8)}${String(Math.min(d, last)).padStart(2, '0')}` as Day
}

/** termsOf says a price as the server's calculator takes it, as if it were paid out
 * on a day. Of what is paid once every year, the first time is that day. */
export function termsOf(p: Price, from: Day): Body {
  const years = Math.ceil(p.term_months / 12)
  const fees = (p.fees ?? []).filter((f) => f.amount_fen > 0)
    .flatMap((f) => Array.from({ length: f.yearly ? years : 1 }, (_, i) => ({ on: later(from, 12 * i), amount_fen: f.amount_fen, title: f.name.slice(0, 80) })))
  const first = p.first_due_on && p.first_due_on > from && p.first_due_on <= later(from, p.term_months) ? p.first_due_on : undefined
  return {
    method: p.method as Body['method'], rate_ppb: p.rate_ppb, basis: p.day_count as Body['basis'], every: 'month', periods: p.term_months,
    drawdowns: [{ on: from, amount_fen: p.amount_fen }], fees, ...(first && { first_due_on: first }),
  } as Body
}

/** useSchedule returns how a loan would be repaid if it were paid out today. */
export function useSchedule(p: Price | undefined) {
  const body = p && termsOf(p, today())
  return useQuery<Schedule, Problem>({
    queryKey: ['/api/schedules', body], enabled: body !== undefined, staleTime: Infinity, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call('post', '/api/schedules', { body: body! }, signal),
  })
}

export type OfferCost = NonNullable<Answer<'/api/offer-costs', 'post'>['items']>[number]

/** useOfferCosts returns what offers come to that are drawn today, with the subsidy that
 * is to be expected; by their ids. */
export function useOfferCosts(offers: string[]) {
  return useQuery<Map<string, OfferCost>, Problem>({
    queryKey: ['/api/offer-costs', offers, today()], enabled: offers.length > 0, staleTime: 300_000, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => new Map(((await call('post', '/api/offer-costs', { body: { offers: offers.slice(0, 200) } }, signal)).items ?? []).map((c) => [c.offer, c])),
  })
}

/** monthsBetween returns how many months of repayment lie between two days: at least one. */
export function monthsBetween(from: Day, to: Day): number {
  let n = 1
  while (n < 480 && later(from, n) < to) n++
  return n
}
