import { expect, it, vi } from 'vitest'

vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
const { fieldOf } = await import('../src/kit/form')

it('a place of the API is found in a form', () => {
  expect(fieldOf('name', ['name', 'kind'])).toBe('name')
  expect(fieldOf('body.name', ['name'])).toBe('name')
  expect(fieldOf('body.roles[1]', ['roles'])).toBe('roles')
  expect(fieldOf('body.other', ['name'])).toBeUndefined()
})
