import { expect, it } from 'vitest'
import { blank, type Form, reached, typed, wrongIn } from '../src/domain/origination/need'
import type { Fen } from '../src/kit/money'

const whole: Form = {
  ...blank, amount_fen: 100_000_000 as Fen, term_months: 12, purpose: 'materials', contact_name: '𠮷田', contact_phone: '138 0000-0000', confirmed: true, products: ['p'],
}

it('an application has at most ten fields that are typed or chosen', () => {
  expect(typed.length).toBeLessThanOrEqual(10)
})

it('a step says which of its fields are not well, at, below and above each limit', () => {
  for (const step of [1, 2, 3, 4]) expect(wrongIn(step, whole)).toEqual([])
  const cases: [number, Partial<Form>, string[]][] = [
    [1, { amount_fen: null }, ['amount_fen']], [1, { amount_fen: 0 as Fen }, ['amount_fen']], [1, { amount_fen: 1 as Fen }, []],
    [1, { amount_fen: 1e15 as Fen }, []], [1, { amount_fen: (1e15 + 1) as Fen }, ['amount_fen']],
    [1, { term_months: 0 }, ['term_months']], [1, { term_months: 1 }, []], [1, { term_months: 480 }, []], [1, { term_months: 481 }, ['term_months']], [1, { term_months: 1.5 }, ['term_months']],
    [1, { purpose: '' }, ['purpose']], [1, { purpose: 'other' }, ['purpose_text']], [1, { purpose: 'other', purpose_text: '装修' }, []],
    [1, { purpose_text: '𠮷'.repeat(500) }, []], [1, { purpose_text: '𠮷'.repeat(501) }, ['purpose_text']],
    [2, { contact_name: ' ' }, ['contact_name']], [2, { contact_name: '😀'.repeat(60) }, []], [2, { contact_name: '😀'.repeat(61) }, ['contact_name']], [2, { contact_name: 'a\nb' }, ['contact_name']],
    [2, { contact_phone: '123456' }, ['contact_phone']], [2, { contact_phone: '1234567' }, []], [2, { contact_phone: '1-2-3-4-5-6' }, ['contact_phone']], [2, { contact_phone: '0576-85112233转8' }, ['contact_phone']],
    [4, { products: [] }, ['products']], [4, { products: Array.from({ length: 30 }, String) }, []], [4, { products: Array.from({ length: 31 }, String) }, ['products']],
  ]
  for (const [step, change, wrong] of cases) expect([change, wrongIn(step, { ...whole, ...change })]).toEqual([change, wrong])
})

it('a step is open when those before it are well', () => {
  expect(reached(blank, true)).toBe(1)
  expect(reached({ ...whole, contact_name: '' }, false)).toBe(2)
  expect(reached(whole, false)).toBe(2)
  expect(reached({ ...whole, confirmed: false }, true)).toBe(3)
  expect(reached({ ...whole, products: [] }, true)).toBe(4)
  expect(reached(whole, true)).toBe(5)
})
