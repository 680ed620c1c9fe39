import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { Sha256, sha256 } from '../src/kit/sha256'

const right = (b: Uint8Array) => createHash('sha256').update(b).digest('hex')

it('sums of every length around the ends of blocks are right', () => {
  const bytes = randomBytes(300)
  for (let n = 0; n <= bytes.length; n++) expect(sha256(bytes.subarray(0, n)), `${n} bytes: ${bytes.toString('hex')}`).toBe(right(bytes.subarray(0, n)))
})

it('it does not matter how the bytes are cut', () => {
  const bytes = randomBytes(100_000)
  for (const size of [1, 7, 63, 64, 65, 4096, 99_999]) {
    const sum = new Sha256()
    for (let at = 0; at < bytes.length; at += size) sum.add(bytes.subarray(at, at + size))
    expect(sum.hex(), `cut at ${size}`).toBe(right(bytes))
  }
})

it('a large file has the right sum', () => {
  const bytes = randomBytes(20_000_000)
  expect(sha256(bytes)).toBe(right(bytes))
})
