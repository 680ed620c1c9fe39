import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { isPrivate, pemOf } from '../src/kit/spki'

const rsa = [65537, 3].map((publicExponent) => generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent }))
const pairs = [...rsa, ...Array.from({ length: 16 }, () => [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]).flat()]

it('a key in JSON becomes the PEM that openssl writes', () => {
  for (const { publicKey } of pairs) {
    expect(pemOf(JSON.stringify(publicKey.export({ format: 'jwk' })))).toBe(publicKey.export({ type: 'spki', format: 'pem' }))
  }
})

it('a key of SM2 names its curve', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const point = createPublicKey(pem).export({ type: 'spki', format: 'der' }).subarray(-64)
  const jwk = { kty: 'EC', crv: 'SM2', x: point.subarray(0, 32).toString('base64url'), y: point.subarray(32).toString('base64url') }
  expect(pemOf(JSON.stringify(jwk))).toBe(pem)
})

it('what is no key in JSON stays as it is', () => {
  for (const text of ['-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----', '', 'null', '{}', '[]', '{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}', '{"kty":"OKP","crv":"P-256","x":"AA"}', '{"kty":"RSA","n":"A","e":"AQAB"}']) {
    expect(pemOf(` ${text} `)).toBe(text)
  }
})

it('private keys are known', () => {
  for (const { privateKey, publicKey } of pairs) {
    expect(isPrivate(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)).toBe(true)
    expect(isPrivate(JSON.stringify(privateKey.export({ format: 'jwk' })))).toBe(true)
    expect(isPrivate(publicKey.export({ type: 'spki', format: 'pem' }) as string)).toBe(false)
    expect(isPrivate(JSON.stringify(publicKey.export({ format: 'jwk' })))).toBe(false)
  }
})
