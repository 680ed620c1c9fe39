// What a firm types, and whether it may be handed in: the rules of
// internal/origination/application.go that can be told at once.
import type { Fen } from '../../kit/money'

/** Form is an application as it is being filled in. */
export type Form = {
  amount_fen: Fen | null
  term_months: number | null
  purpose: string
  purpose_text: string
  security: string[]
  method: string
  region: string
  remark: string
  contact_name: string
  contact_phone: string
  confirmed: boolean // what departments know was looked at
  products: string[]
  code: string // id of the loan code that was scanned
  token: string // of it
  key: string // of the submission: one key is one application
}

export const blank: Form = {
  amount_fen: null, term_months: null, purpose: '', purpose_text: '', security: [], method: '', region: '', remark: '',
  contact_name: '', contact_phone: '', confirmed: false, products: [], code: '', token: '', key: '',
}

/** typed are the fields that one writes or chooses by hand. */
export const typed = ['amount_fen', 'term_months', 'purpose', 'purpose_text', 'security', 'method', 'contact_name', 'contact_phone', 'region', 'remark'] as const

/** Field is one that may be wrong. */
export type Field = (typeof typed)[number] | 'products'

const most = { amount: 1e15, term: 480, words: 500, name: 60 }

/** wrongIn returns which fields of a step cannot stay as they are. */
export function wrongIn(step: number, f: Form): Field[] {
  const wrong: Field[] = []
  const no = (is: boolean, field: Field) => is && wrong.push(field)
  const length = (s: string) => [...s].length
  if (step === 1) {
    no(!f.amount_fen || f.amount_fen <= 0 || f.amount_fen > most.amount, 'amount_fen')
    no(!f.term_months || f.term_months < 1 || f.term_months > most.term || !Number.isInteger(f.term_months), 'term_months')
    no(f.purpose === '', 'purpose')
    no(length(f.purpose_text) > most.words || (f.purpose === 'other' && f.purpose_text.trim() === ''), 'purpose_text')
  }
  if (step === 2) {
    no(f.contact_name.trim() === '' || length(f.contact_name) > most.name || /[\r\n\t]/.test(f.contact_name), 'contact_name')
    no(!/^[\d+\- ]{7,20}$/.test(f.contact_phone.trim()) || f.contact_phone.replace(/\D/g, '').length < 7, 'contact_phone')
  }
  if (step === 4) no(f.products.length < 1 || f.products.length > 30, 'products')
  return wrong
}

/** reached returns the furthest step that may be opened, of five. */
export function reached(f: Form, known: boolean): number {
  if (wrongIn(1, f).length > 0) return 1
  if (!known || wrongIn(2, f).length > 0) return 2
  if (!f.confirmed) return 3
  return wrongIn(4, f).length > 0 ? 4 : 5
}
