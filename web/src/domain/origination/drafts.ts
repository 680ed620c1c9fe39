// Drafts on the server: by a cookie until somebody has said who he is, then his
// enterprise's.
import { call, Problem } from '../../api/client'
import type { Held, Server } from './draft'
import { blank, type Form } from './need'

type Said = { id: string; version: number; body: unknown }

// A draft of an earlier page may lack a field, or have one of another kind.
function values(body: unknown): Form {
  const all = { ...blank } as Record<string, unknown>
  const read = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  for (const [name, empty] of Object.entries(blank)) {
    const v = read[name]
    const fits = Array.isArray(empty) ? Array.isArray(v) && v.every((x) => typeof x === 'string') : empty === null ? v === null || typeof v === 'number' : typeof v === typeof empty
    if (fits) all[name] = v
  }
  return all as Form
}

// A version says where the draft is, which it is, and how often it has changed.
const held = (where: 'own' | 'cookie', d: Said): Held<Form> => ({ values: values(d.body), version: `${where} ${d.id} ${d.version}` })

const none = (e: unknown) => {
  if (e instanceof Problem && (e.status === 404 || e.status === 401)) return undefined
  throw e
}

/** draftOf returns the id of an enterprise's draft by its version. */
export const draftOf = (version: string | null): string | undefined => (version?.startsWith('own ') ? version.split(' ')[1] : undefined)

/** Drafts are the drafts of whoever is at the phone. */
export class Drafts implements Server<Form> {
  /** own says that an enterprise is signed in. */
  own = false

  async read(): Promise<Held<Form> | undefined> {
    if (!this.own) {
      const d = await call('get', '/api/drafts/current', {}).catch(none)
      return d && held('cookie', d)
    }
    const claimed = await call('post', '/api/drafts/current/claim', {}).catch(none) // begun before it was known who it is
    if (claimed) return held('own', claimed)
    const { items } = await call('get', '/api/drafts', {})
    return items?.[0] && held('own', items[0])
  }

  async save(f: Form, version: string | null): Promise<Held<Form>> {
    const [where, id, n] = (version ?? '').split(' ')
    const body = { body: { ...f }, code: f.code }
    if (!this.own) return held('cookie', await call('put', '/api/drafts/current', { body: { ...body, version: where === 'cookie' ? Number(n) : 0 } }))
    if (where !== 'own') return held('own', await call('post', '/api/drafts', { body }))
    return held('own', await call('put', '/api/drafts/{id}', { path: { id: id! }, body: { ...body, version: Number(n) } }))
  }
}
