import { describe, expect, it } from 'vitest'
import { Draft, type Held, type Server } from '../src/domain/origination/draft'

type Form = { amount: number; purpose: string }
const blank: Form = { amount: 0, purpose: '' }

class Problem extends Error {
  constructor(readonly status: number) {
    super(String(status))
  }
}

// Store is a browser's storage, Desk a server that keeps one draft.
class Store {
  all = new Map<string, string>()
  full = false
  getItem = (k: string) => this.all.get(k) ?? null
  setItem = (k: string, v: string) => {
    if (this.full) throw new DOMException('full', 'QuotaExceededError')
    this.all.set(k, v)
  }
  removeItem = (k: string) => void this.all.delete(k)
}

class Desk implements Server<Form> {
  held: Held<Form> | undefined
  saves = 0
  away: number | undefined // the status it answers with
  meanwhile: (() => void) | undefined
  read = async () => {
    if (this.away !== undefined) throw new Problem(this.away)
    return this.held
  }
  save = async (values: Form, version: string | null) => {
    this.saves++
    if (this.away !== undefined) throw new Problem(this.away)
    if (this.held && version !== this.held.version) throw new Problem(412)
    if (!this.held && version !== null) throw new Problem(404)
    this.held = { values: { ...values }, version: String(Number(version ?? '0') + 1) }
    const answer = this.held
    this.meanwhile?.()
    return answer
  }
}

// World is a phone: its time passes when it is told to.
class World {
  store = new Store()
  desk = new Desk()
  time = 0
  due: { at: number; f: () => void }[] = []
  open = () => new Draft<Form>({ store: this.store, key: 'd', server: this.desk, now: () => this.time, later: (f, ms) => {
    const one = { at: this.time + ms, f }
    this.due.push(one)
    return () => { this.due = this.due.filter((d) => d !== one) }
  } }, blank)
  async pass(ms: number) {
    for (const end = this.time + ms; ;) {
      const next = this.due.filter((d) => d.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) { this.time = end; return }
      this.due = this.due.filter((d) => d !== next)
      this.time = next.at
      next.f()
      await settle()
    }
  }
}
const settle = () => new Promise((done) => setImmediate(done))

describe('a draft', () => {
  it('is on the phone at once and on the server after a pause in typing', async () => {
    const w = new World()
    const d = w.open()
    for (const amount of [1, 10, 100]) { d.set('amount', amount); await w.pass(300) }
    expect([d.state, w.desk.saves]).toEqual(['phone', 0])
    expect(w.open().values.amount).toBe(100)
    await w.pass(800)
    expect([d.state, w.desk.saves, w.desk.held?.values.amount]).toEqual(['saved', 1, 100])
  })

  it('is there after the page is loaded again, also what did not arrive', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 7)
    await w.pass(1000)
    w.desk.away = 0
    d.set('purpose', 'goods')
    await w.pass(1000)
    expect(d.state).toBe('waiting')
    w.desk.away = undefined
    w.desk.held!.values.amount = 8 // by the office, say
    w.desk.held!.version = '9'
    const again = w.open()
    expect(again.values).toEqual({ amount: 7, purpose: 'goods' })
    await again.open()
    expect(again.values).toEqual({ amount: 8, purpose: 'goods' })
    expect(w.desk.held!.values).toEqual({ amount: 8, purpose: 'goods' })
    expect(again.state).toBe('saved')
  })

  it('waits longer and longer for a server that is away, and goes on at once when the network is back', async () => {
    const w = new World()
    w.desk.away = 503
    const d = w.open()
    d.set('amount', 3)
    await w.pass(800 + 2_000 + 5_000 + 15_000 + 30_000)
    expect([d.state, w.desk.saves]).toEqual(['waiting', 5])
    w.desk.away = undefined
    d.nudge()
    await settle()
    expect([d.state, w.desk.held?.values.amount]).toEqual(['saved', 3])
    await w.pass(100_000)
    expect(w.desk.saves).toBe(6)
  })

  it('keeps what is typed while it is being saved', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 1)
    w.desk.meanwhile = () => { w.desk.meanwhile = undefined; d.set('amount', 12) }
    await w.pass(5_000)
    expect([d.values.amount, w.desk.held?.values.amount, d.state]).toEqual([12, 12, 'saved'])
  })

  it('takes what another page has saved, but for what was typed here', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 1)
    await w.pass(1000)
    w.desk.held = { values: { amount: 2, purpose: 'wages' }, version: '5' }
    d.set('amount', 3)
    await w.pass(1000)
    expect(w.desk.held?.values).toEqual({ amount: 3, purpose: 'wages' })
    expect(d.values).toEqual({ amount: 3, purpose: 'wages' })
  })

  it('does not ask without end where somebody else is always quicker', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 1)
    await w.pass(1000)
    w.desk.away = 412
    w.desk.read = async () => w.desk.held
    d.set('amount', 2)
    await w.pass(1000)
    expect([d.state, w.desk.saves]).toEqual(['waiting', 5])
    w.desk.away = undefined
    await w.pass(3000)
    expect([d.state, w.desk.held?.values.amount]).toEqual(['saved', 2])
  })

  it('is made anew when the server has thrown it away', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 1)
    await w.pass(1000)
    w.desk.held = undefined
    d.set('purpose', 'rent')
    await w.pass(10_000)
    expect(w.desk.held).toMatchObject({ values: { amount: 1, purpose: 'rent' } })
    expect(d.state).toBe('saved')
  })

  it('that the server does not take is not sent again until it changes', async () => {
    const w = new World()
    w.desk.away = 422
    const d = w.open()
    d.set('amount', -1)
    await w.pass(100_000)
    expect([d.state, w.desk.saves, (d.wrong as Problem).status]).toEqual(['refused', 1, 422])
    w.desk.away = undefined
    d.set('amount', 1)
    await w.pass(1000)
    expect([d.state, d.wrong]).toEqual(['saved', undefined])
  })

  it('works where the browser keeps nothing, and does not believe what is not its own', async () => {
    const w = new World()
    w.store.full = true
    const d = w.open()
    d.set('amount', 5)
    await w.pass(1000)
    expect(w.desk.held?.values.amount).toBe(5)
    for (const text of ['', '{', 'null', '[]', '{"values":null}', '{"values":{"amount":1}}']) {
      w.store.all.set('d', text)
      expect(w.open().values).toEqual(blank)
    }
  })

  it('is forgotten after thirty days, and when it is told to be', async () => {
    const w = new World()
    const d = w.open()
    d.set('amount', 5)
    await w.pass(30 * 86_400_000 + 1000)
    expect(w.open().values).toEqual(blank)
    d.set('amount', 6)
    w.desk.meanwhile = () => d.forget() // while it is being saved
    await w.pass(10_000)
    expect(w.store.all.size).toBe(0)
    expect(d.values).toEqual(blank)
  })
})
