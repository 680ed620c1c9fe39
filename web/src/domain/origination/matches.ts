// What is asked of the matcher.
import type { Answer, Input } from '../../api/client'
import type { Fen } from '../../kit/money'

export type Match = NonNullable<Answer<'/api/matches', 'post'>['items']>[number]

/** Wish is what a loan is to be like. */
export type Wish = { amount_fen: Fen | null; term_months: number | null; purpose: string; security?: string[] | null; method?: string; key: string }

/** matches says a wish as the matcher takes it. */
export const matches = (w: Wish): Input<'/api/matches', 'post'>['body'] =>
  ({ amount_fen: w.amount_fen ?? 0, term_months: w.term_months ?? 0, purpose: w.purpose, security: w.security ?? [], method: w.method ?? '', key: w.key }) as Input<'/api/matches', 'post'>['body']
