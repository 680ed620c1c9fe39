// What has been done on a platform before a journey begins: its people have been
// hired, and files handed in. Through the API, as a journey is about something else.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type APIRequestContext, request } from 'playwright-core'
import { changrong, code, departments, password, Site } from './site'

/** creditCode makes the credit code of a company of a number of eight digits at most. */
export function creditCode(n: number): string {
  const marks = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const org = String(n).padStart(8, '0')
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((a, w, i) => a + w * Number(org[i]), 0)
  const check = 11 - (sum % 11)
  const body = `91331082${org}${check === 10 ? 'X' : check === 11 ? '0' : check}`
  const all = [...body].reduce((a, c, i) => a + marks.indexOf(c) * (3 ** i % 31), 0)
  return body + marks[(31 - (all % 31)) % 31]
}

/** Caller is somebody at the API. */
export class Caller {
  private constructor(private at: APIRequestContext) {}

  static async signIn(site: Site, login: string, secret: string): Promise<Caller> {
    const c = new Caller(await request.newContext({ baseURL: site.url }))
    await c.call('POST', '/api/session', { login, password: secret })
    return c
  }

  async call<T>(method: string, path: string, data?: unknown, headers?: Record<string, string>): Promise<T> {
    const r = await this.at.fetch(path, { method, data: data as Buffer, headers, timeout: 120_000 })
    const text = await r.text()
    if (!r.ok()) throw new Error(`${method} ${path}: ${r.status()} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** upload sends a file and returns the id under which it waits. */
  async upload(f: { name: string; content: Buffer }): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/api/uploads', { name: f.name, size: f.content.length })
    const sum = createHash('sha256').update(f.content)
    const [hex, base64] = [sum.copy().digest('hex'), sum.digest('base64')]
    await this.call('PUT', `/api/uploads/${id}/chunk?offset=0`, f.content, { 'Content-Type': 'application/octet-stream', 'Content-Digest': `sha-256=:${base64}:` })
    await this.call('POST', `/api/uploads/${id}/finish`, { sha256: hex })
    return id
  }

  /** handIn hands files in and waits for what is found in them. */
  async handIn(set: string, period: string, files: { name: string; content: Buffer }[]): Promise<{ id: string; state: string }> {
    const uploads: string[] = []
    for (const f of files) uploads.push(await this.upload(f))
    const made = await this.call<{ id: string }>('POST', '/api/submissions', { set, period, uploads })
    return until(async () => {
      const s = await this.call<{ id: string; state: string }>('GET', `/api/submissions/${made.id}`)
      return s.state === 'received' || s.state === 'checking' ? undefined : s
    })
  }
}

/** until asks again and again, until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 1000)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((done) => setTimeout(done, pause))
  }
}

/** Town hires people. */
export class Town {
  private orgs = new Map<string, string>()

  private constructor(
    private site: Site,
    private system: Caller,
    private security: Caller,
  ) {}

  /** found makes the first administrators, sys and sec. */
  static async found(site: Site): Promise<Town> {
    const people = { system: { login: 'sys', name: '沈系统员', password }, security: { login: 'sec', name: '韩安全员', password: `${password}0` } }
    const r = await fetch(`${site.url}/api/platform`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ org: '平台运维组', code, ...people }) })
    if (!r.ok) throw new Error(`the first administrators: ${await r.text()}`)
    const security = await Caller.signIn(site, 'sec', `${password}0`)
    await security.call('PUT', '/api/me/password', { old: `${password}0`, password })
    return new Town(site, await Caller.signIn(site, 'sys', password), security)
  }

  /** of goes on with a platform that has its administrators. */
  static async of(site: Site, system: [string, string], security: [string, string]): Promise<Town> {
    return new Town(site, await Caller.signIn(site, ...system), await Caller.signIn(site, ...security))
  }

  /** org makes an organisation. */
  async org(kind: string, name: string, uscc = '') {
    this.orgs.set(name, (await this.system.call<{ id: string }>('POST', '/api/orgs', { kind, name, uscc })).id)
  }

  /** some returns the name of an organisation of a kind, which is made if there is none. */
  async some(kind: string): Promise<string> {
    const { items } = await this.system.call<{ items: { id: string; kind: string; name: string }[] }>('GET', '/api/orgs?limit=200')
    const o = items.find((x) => x.kind === kind)
    if (o) this.orgs.set(o.name, o.id)
    else {
      const name = kind === 'enterprise' ? `临海市${Date.now() % 1e6}机电厂` : kind // enterprises are not listed: each time another
      await this.org(kind, name, kind === 'enterprise' ? creditCode(Date.now() % 1e8) : '')
      return name
    }
    return o.name
  }

  /** hire makes somebody's account; the password is everybody's. */
  async hire(org: string, login: string, name: string, ...roles: string[]): Promise<Caller> {
    const made = await this.system.call<{ id: string; version: number; one_time: string }>('POST', '/api/accounts', { login, name, org: this.orgs.get(org) })
    await this.security.call('PUT', `/api/accounts/${made.id}/roles`, { version: made.version, roles })
    const own = await Caller.signIn(this.site, login, made.one_time)
    await own.call('PUT', '/api/me/password', { old: made.one_time, password })
    return own
  }
}

/** lived is a platform on which a city has lived for a year, and who may sign in with
 * which password: that of CHANGRONG_SITE, whose accounts stand in the file
 * CHANGRONG_ACCOUNTS (`make demo` leaves one), or one of its own. */
export async function lived(): Promise<[Site, Map<string, string>]> {
  const { CHANGRONG_SITE: url, CHANGRONG_ACCOUNTS: accounts } = process.env
  const read = (printed: string) => new Map(printed.trimEnd().split('\n').map((line) => line.split(/\s+/) as [string, string]))
  if (url && accounts) return [await Site.at(url), read(readFileSync(accounts, 'utf8'))]
  const folder = mkdtempSync(join(tmpdir(), 'changrong-journey-'))
  mkdirSync(join(folder, 'data'), { mode: 0o700 }) // whose clock the departments follow when it is set
  const city = await departments(join(folder, 'city'), 120, join(folder, 'data'))
  const site = await Site.within(folder, '--demo', '--departments', join(folder, 'city/departments.yaml'))
  site.beside.push(city)
  return [site, read(await changrong('live', '--url', site.url, '--code', code, '--seed', '1', '--enterprises', '120'))]
}

/** filesBelow are the files of a folder and those below it. */
export function filesBelow(folder: string): { name: string; path: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name)).sort()
    .map((path) => ({ path, name: path.slice(folder.length + 1).replaceAll('/', '-') }))
}

/** rowsOf leaves of a table what is an institution's. */
export function rowsOf(path: string, institution: string): Buffer | undefined {
  const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n')
  const at = head!.split(',').indexOf('institution_id')
  const own = rows.filter((r) => r.split(',')[at] === institution)
  return own.length === 0 ? undefined : Buffer.from(`${[head, ...own].join('\n')}\n`)
}

/** messages are the files that a bank hands in for a month. */
export function messages(city: string, month: string, bank: string): string[] {
  return readdirSync(join(city, month)).filter((f) => f.startsWith(bank)).sort().map((f) => join(city, month, basename(f)))
}
