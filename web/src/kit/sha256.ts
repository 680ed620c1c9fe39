// SHA-256 of what comes in parts (FIPS 180-4). The browser's own wants all of it at
// once, and is not there where the platform is reached without https.

const k = new Uint32Array(64)
const start = new Uint32Array(8)
{
  // The constants are the first 32 bits of the fractional parts of cube and square
  // roots of primes; they are found in whole numbers.
  const root = (n: bigint, power: bigint): bigint => {
    let low = 0n
    let high = 1n << 40n
    while (low + 1n < high) {
      const mid = (low + high) / 2n
      if (mid ** power <= n << (32n * power)) low = mid
      else high = mid
    }
    return low
  }
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)
  primes.forEach((p, i) => {
    k[i] = Number(root(BigInt(p), 3n) & 0xffffffffn)
    if (i < 8) start[i] = Number(root(BigInt(p), 2n) & 0xffffffffn)
  })
}

/** Sha256 takes bytes part by part. */
export class Sha256 {
  private h = start.slice()
  private w = new Int32Array(64)
  private block = new Uint8Array(64)
  private filled = 0
  private length = 0

  /** add takes the next bytes. */
  add(bytes: Uint8Array): this {
    this.length += bytes.length
    let at = 0
    if (this.filled > 0) {
      at = Math.min(64 - this.filled, bytes.length)
      this.block.set(bytes.subarray(0, at), this.filled)
      this.filled += at
      if (this.filled < 64) return this
      this.mix(this.block, 0)
      this.filled = 0
    }
    for (; at + 64 <= bytes.length; at += 64) this.mix(bytes, at)
    this.block.set(bytes.subarray(at))
    this.filled = bytes.length - at
    return this
  }

  /** hex ends the sum and returns it in hexadecimal. */
  hex(): string {
    const bits = BigInt(this.length) * 8n
    const tail = new Uint8Array(this.filled < 56 ? 64 - this.filled : 128 - this.filled)
    tail[0] = 0x80
    new DataView(tail.buffer).setBigUint64(tail.length - 8, bits)
    this.add(tail)
    return [...this.h].map((x) => x.toString(16).padStart(8, '0')).join('')
  }

  private mix(p: Uint8Array, at: number) {
    const { h, w } = this
    for (let i = 0; i < 16; i++, at += 4) w[i] = (p[at]! << 24) | (p[at + 1]! << 16) | (p[at + 2]! << 8) | p[at + 3]!
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      w[i] = (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + w[i - 7]! + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)) + w[i - 16]!
    }
    let [a, b, c, d, e, f, g, z] = h as unknown as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < 64; i++) {
      const one = (z + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      z = g
      g = f
      f = e
      e = (d + one) | 0
      d = c
      c = b
      b = a
      a = (one + two) | 0
    }
    h[0]! += a
    h[1]! += b
    h[2]! += c
    h[3]! += d
    h[4]! += e
    h[5]! += f
    h[6]! += g
    h[7]! += z
  }
}

/** sha256 returns the sum of bytes in hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => new Sha256().add(bytes).hex()
