// How files reach the desk: begun, sent in chunks with their hashes, finished.
import { address, call, send } from '../../api/client'
import type { Carrier } from '../../kit/sending'

// Small chunks lose little when a line breaks; the desk takes up to 8 MB.
const chunk = 4 << 20

const base64 = (hex: string) => btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((b) => Number.parseInt(b, 16))))

export const carrier: Carrier = {
  chunk,
  begin: async (file, had) => {
    if (had) {
      const u = await call('get', '/api/uploads/{id}', { path: { id: had } }).catch(() => undefined) // thrown away since
      if (u) return u
    }
    // broken off with the page: the same file goes on where it stopped
    const held = await call('get', '/api/uploads', { query: { limit: 200 } })
    const same = (held.items ?? []).find((u) => u.name === file.name && u.size === file.size && u.sha256 === '')
    return same ?? (await call('post', '/api/uploads', { body: { name: file.name, size: file.size } }))
  },
  send: async (id, offset, hash, part, signal) => {
    const r = await send(address('/api/uploads/{id}/chunk', { path: { id }, query: { offset } }), {
      method: 'PUT', body: part, signal, headers: { 'Content-Type': 'application/octet-stream', 'Content-Digest': `sha-256=:${base64(hash)}:` },
    })
    return (await r.json()) as { received: number }
  },
  finish: (id, sha256) => call('post', '/api/uploads/{id}/finish', { path: { id }, body: { sha256 } }),
  drop: (id) => call('delete', '/api/uploads/{id}', { path: { id } }),
}
