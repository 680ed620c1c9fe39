// A public key written as JSON (JWK, RFC 7517), as the PEM that openssl writes. Done by
// hand, for a browser's own cryptography is not there without https and knows no SM2.

const ecKey = '06072a8648ce3d0201' // id-ecPublicKey
const rsaKey = '06092a864886f70d0101010500' // rsaEncryption, NULL
const curves: Record<string, { head: string; size: number }> = {
  Ed25519: { head: '06032b6570', size: 32 },
  'P-256': { head: `${ecKey}06082a8648ce3d030107`, size: 32 },
  SM2: { head: `${ecKey}06082a811ccf5501822d`, size: 32 },
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16))

function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

/** der writes one value of DER. */
function der(tag: number, ...content: Uint8Array[]): Uint8Array {
  const body = joined(...content)
  const n = body.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 0xff]
  return joined(Uint8Array.of(tag, ...length), body)
}

const sequence = 0x30
const bitString = (b: Uint8Array) => der(0x03, Uint8Array.of(0), b)

/** integer writes a number that is not negative: a first bit that is set is led by a zero. */
function integer(b: Uint8Array): Uint8Array {
  let from = 0
  while (from < b.length - 1 && b[from] === 0) from++
  const least = b.subarray(from)
  return der(0x02, ...(least[0]! >= 0x80 ? [Uint8Array.of(0)] : []), least)
}

function field(key: Record<string, unknown>, name: string, size?: number): Uint8Array | undefined {
  const text = key[name]
  if (typeof text !== 'string' || !/^[\w-]+$/.test(text) || text.length > 2000 || text.length % 4 === 1) return undefined
  const b = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  return size === undefined || b.length === size ? b : undefined
}

function spki(key: Record<string, unknown>): Uint8Array | undefined {
  if (key.kty === 'RSA') {
    const [n, e] = [field(key, 'n'), field(key, 'e')]
    return n && e && der(sequence, der(sequence, bytes(rsaKey)), bitString(der(sequence, integer(n), integer(e))))
  }
  const curve = curves[String(key.crv)]
  if (!curve || key.kty !== (key.crv === 'Ed25519' ? 'OKP' : 'EC')) return undefined
  const [x, y] = [field(key, 'x', curve.size), field(key, 'y', curve.size)]
  if (!x || (key.kty === 'EC' && !y)) return undefined
  return der(sequence, der(sequence, bytes(curve.head)), bitString(key.kty === 'EC' ? joined(Uint8Array.of(4), x, y!) : x))
}

/** pemOf returns a public key in PEM: what is JSON is written anew, anything else stays as
 * it is, for the server to say what is wrong with it. */
export function pemOf(text: string): string {
  let key: unknown
  try {
    key = JSON.parse(text)
  } catch {
    return text.trim()
  }
  const out = typeof key === 'object' && key !== null ? spki(key as Record<string, unknown>) : undefined
  if (!out) return text.trim()
  const base64 = btoa(String.fromCharCode(...out)).match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`
}

/** isPrivate tells whether a text holds what nobody else should have. */
export const isPrivate = (text: string): boolean => /PRIVATE KEY-----/.test(text) || /^\s*\{[^]*"d"\s*:/.test(text)
