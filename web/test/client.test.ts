import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { address, Problem, send } from '../src/api/client'

it('paths and queries are filled in, and cannot break out of their place', () => {
  expect(address('/api/a/{id}/b', { path: { id: '../x?y' } })).toBe('/api/a/..%2Fx%3Fy/b')
  expect(address('/api/a', { query: { q: '农 商&', none: undefined, empty: '', list: ['1', '2'], zero: 0 } })).toBe('/api/a?q=%E5%86%9C+%E5%95%86%26&list=1%2C2&zero=0')
})

async function answering(status: number, body: string): Promise<Problem> {
  const server = createServer((_, r) => r.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(body))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    return await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).then(() => { throw new Error('was answered well') }, (e: Problem) => e)
  } finally {
    server.close()
  }
}

it('a problem keeps its code, its place and its sentences', async () => {
  const p = await answering(422, '{"code":"access.login","title":"登录名","en":"login","field":"login","status":422}')
  expect([p.status, p.code, p.title, p.en, p.field]).toEqual([422, 'access.login', '登录名', 'login', 'login'])
})

it('what a proxy answers is a problem too', async () => {
  const p = await answering(502, '<html>bad gateway</html>')
  expect([p.status, p.code]).toEqual([502, 'http.502'])
})

it('a server that is not there is said to be unreachable', async () => {
  const p = await send('http://127.0.0.1:9/').catch((e: Problem) => e)
  expect(p instanceof Problem && p.code).toBe('http.unreachable')
})
