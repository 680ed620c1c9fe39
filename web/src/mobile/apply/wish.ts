import type { Wish } from '../../domain/origination/matches'
import type { Form } from '../../domain/origination/need'

/** wishOf returns what products are to be found for. The key decides who of equals is
 * first; it stays the same while one goes to and fro. */
export const wishOf = (f: Form): Wish => ({ amount_fen: f.amount_fen, term_months: f.term_months, purpose: f.purpose, security: f.security, method: f.method, key: f.key })
