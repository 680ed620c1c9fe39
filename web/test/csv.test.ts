import { expect, it } from 'vitest'
import { cell, csv } from '../src/kit/csv'

it('a text that begins like a formula is made text', () => {
  for (const s of ['=1+1', '+1', '-cmd', '@x', '\tx']) expect(cell(s).replace(/^"/, '')).toMatch(/^'/)
  expect(cell('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`)
})

it('numbers stay numbers, also those below zero', () => {
  expect(cell(-5)).toBe('-5')
  expect(cell('-1,234.50')).toBe('"-1,234.50"')
  expect(cell('-0.25%')).toBe('-0.25%')
})

it('commas, quotes and line ends are kept inside quotes', () => {
  expect(csv([['a', 'b,c'], ['"', 'x\ny'], [null, undefined]])).toBe('\ufeffa,"b,c"\r\n"""","x\ny"\r\n,\r\n')
})
