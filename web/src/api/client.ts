// Calls of the API, typed by api/openapi.yaml. What comes in carries its units:
// names that end in _fen, _ppb, _ms and _on have types of their own.
import type { Fen, Ppb } from '../kit/money'
import { setClock, type Day, type Instant } from '../kit/time'
import { tellRoom } from './room'
import type { paths } from './schema'

/** Branded gives the fields of an answer the types that their names tell. */
export type Branded<T> = T extends readonly (infer E)[]
  ? Branded<E>[]
  : T extends object
    ? { [K in keyof T]: K extends string ? Field<K, T[K]> : T[K] }
    : T

type Field<K extends string, V> = K extends `${string}_fen`
  ? Swap<V, number, Fen>
  : K extends `${string}_ppb`
    ? Swap<V, number, Ppb>
    : K extends `${string}_ms`
      ? Swap<V, number, Instant>
      : K extends `${string}_on`
        ? Swap<V, string, Day>
        : Branded<V>

type Swap<V, From, To> = V extends From ? To : V extends readonly From[] ? To[] : V

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? NonNullable<paths[P][M]> : never

/** PathsOf are the paths that have a method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: M extends keyof paths[P] ? (NonNullable<paths[P][M]> extends { responses: unknown } ? P : never) : never
}[keyof paths]

type Ok<O> = O extends { responses: infer R }
  ? R extends { 200: { content: { 'application/json': infer B } } }
    ? B
    : R extends { 201: { content: { 'application/json': infer B } } }
      ? B
      : R extends { 202: { content: { 'application/json': infer B } } }
        ? B
        : undefined
  : never

/** Answer is what an operation answers. */
export type Answer<P extends keyof paths, M extends Method = 'get'> = Branded<Ok<Operation<P, M>>>

/** Item is one row of what a list operation answers. */
export type Item<P extends keyof paths> = Answer<P> extends { items: infer I } ? NonNullable<I> extends readonly (infer E)[] ? E : never : never

type Params<O> = O extends { parameters: infer A } ? A : never
type Need<K extends string, V> = [V] extends [never] ? object : object extends V ? { [P in K]?: V } : { [P in K]: V }
type PathOf<O> = Params<O> extends { path: infer V } ? V : never
type QueryOf<O> = Params<O> extends { query?: infer V } ? NonNullable<V> : never
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B
  : O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never

/** Input is what an operation takes. */
export type Input<P extends keyof paths, M extends Method> = Need<'path', PathOf<Operation<P, M>>> &
  Need<'query', QueryOf<Operation<P, M>>> &
  Need<'body', BodyOf<Operation<P, M>>> & { headers?: Record<string, string> }

/** Problem is what an operation that failed answers. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly en: string,
    readonly field = '',
    readonly errors: { field: string; title?: string; en: string }[] = [],
  ) {
    super(title)
  }
}

const unreachable = () => new Problem(0, 'http.unreachable', '无法连接服务器，请检查网络后重试', 'the server cannot be reached; check the network and try again')

async function problemOf(r: Response): Promise<Problem> {
  try {
    const p = await r.json()
    if (typeof p.code === 'string') return new Problem(r.status, p.code, p.title, p.en, p.field ?? '', p.errors ?? [])
  } catch {
    // not of ours: a proxy in between may answer anything
  }
  return new Problem(r.status, `http.${r.status}`, `服务器返回 ${r.status}，请稍后重试`, `the server answered ${r.status}; try again later`)
}

/** address fills in a path and its query. */
export function address(path: string, input: { path?: object; query?: object } = {}): string {
  const values = new Map(Object.entries(input.path ?? {}))
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined || value === null || value === '') continue
    query.append(name, String(value)) // of a list: with commas, as the API reads it
  }
  const q = query.toString()
  return q ? `${filled}?${q}` : filled
}

/** send makes a request and throws a Problem unless it is answered well. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  let r: Response
  try {
    r = await fetch(url, { credentials: 'same-origin', ...init })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw unreachable()
  }
  const now = Number(r.headers.get('x-now'))
  if (now > 0) setClock(now as Instant)
  tellRoom(r.headers.get('x-degraded'))
  if (!r.ok) throw await problemOf(r)
  return r
}

/** call calls an operation. */
export async function call<M extends Method, P extends PathsOf<M> & string>(method: M, path: P, input: Input<P, M>, signal?: AbortSignal): Promise<Answer<P, M>> {
  const { body, headers, ...rest } = input as { body?: unknown; headers?: Record<string, string>; path?: object; query?: object }
  const r = await send(address(path, rest), {
    method: method.toUpperCase(),
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  })
  const text = await r.text()
  return (text === '' ? undefined : JSON.parse(text)) as Answer<P, M>
}

/** attempt makes a key by which the server knows a repeated request for the same. */
export const attempt = (): string =>
  // randomUUID is not there where the platform is reached without https
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
