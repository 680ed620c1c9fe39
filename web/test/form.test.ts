import { expect, it, vi } from 'vitest'

vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
const { fieldOf } = await import('../src/kit/say')

it('a place of the API is found in a form', () => {
  expect(fieldOf('name', [['kind'], ['name']])).toEqual(['name'])
  expect(fieldOf('body.name', [['name']])).toEqual(['name'])
  expect(fieldOf('body.roles[1]', [['roles']])).toEqual(['roles'])
  expect(fieldOf('system.login', [['system', 'name'], ['system', 'login']])).toEqual(['system', 'login'])
  expect(fieldOf('alternatives[0].title', [['alternatives', 0, 'title']])).toEqual(['alternatives', 0, 'title'])
  expect(fieldOf('body.other', [['name']])).toBeUndefined()
})
