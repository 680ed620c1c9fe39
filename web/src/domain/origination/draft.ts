// What one types is kept: on this phone at once, on the server a moment later. A line
// that breaks, a page that is loaded again or opened twice loses nothing.

/** Kept is what is written down on the phone. */
type Kept<V> = { values: V; changed: (keyof V & string)[]; version: string | null; at: number }

/** Held is a draft as the server has it. */
export type Held<V> = { values: V; version: string }

/** Server is where drafts are kept. */
export type Server<V> = {
  read: () => Promise<Held<V> | undefined>
  /** save replaces the draft that was read at `version`; null makes one. */
  save: (values: V, version: string | null) => Promise<Held<V>>
}

/** State is how well kept a draft is. */
export type State = 'empty' | 'phone' | 'saving' | 'saved' | 'waiting' | 'refused'

type Means<V> = {
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  key: string
  server: Server<V>
  /** later does something after a while, unless it is called off. */
  later: (f: () => void, ms: number) => () => void
  now: () => number
}

// A pause in typing after which the server is told; and how long to wait when it cannot be.
const pause = 800
const waits = [2_000, 5_000, 15_000, 30_000]
// A draft that nobody came back to is not kept: a phone may be another's by then.
const age = 30 * 86_400_000

// How often another page may be quicker before this one waits a while.
const rebases = 3

const statusOf = (e: unknown): number => (typeof e === 'object' && e !== null && 'status' in e ? Number(e.status) : 0)

/** Draft keeps what is typed into a form of these values. */
export class Draft<V extends object> {
  values: V
  state: State = 'empty'
  /** wrong is what the server says about values that it does not take. */
  wrong: unknown
  private changed = new Map<keyof V & string, number>() // what the server does not have, and which change of it
  version: string | null = null // of what the server has; null: it has none
  private count = 0
  private failures = 0
  private saving: Promise<void> | undefined
  private calledOff: (() => void) | undefined
  private rebased = 0 // times in a row that somebody else was quicker
  private life = 0 // another after each time that it was thrown away
  private listeners = new Set<() => void>()
  private seen = 0

  constructor(private m: Means<V>, private blank: V) {
    this.values = blank
    const kept = this.kept()
    if (!kept) return
    this.values = { ...blank, ...kept.values }
    this.version = kept.version
    for (const k of kept.changed) this.changed.set(k, ++this.count)
    this.state = this.changed.size > 0 ? 'phone' : 'saved'
  }

  listen = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }
  /** look changes whenever the draft does. */
  look = () => this.seen

  /** open reads what the server has; what was typed since and did not arrive goes there. */
  async open(): Promise<void> {
    try {
      const held = await this.m.server.read()
      if (held) this.take(held)
      else this.version = null
      if (this.changed.size > 0 || (!held && this.state !== 'empty')) await this.push()
    } catch (e) {
      this.failed(e)
    }
  }

  /** set keeps one value. */
  set<K extends keyof V & string>(name: K, value: V[K]) {
    this.values = { ...this.values, [name]: value }
    this.changed.set(name, ++this.count)
    this.failures = 0
    this.tell('phone')
    this.wait(pause)
  }

  /** push tells the server at once; it is done when the server has all. */
  async push(): Promise<void> {
    this.calledOff?.()
    this.calledOff = undefined
    const life = this.life
    while (life === this.life && (this.changed.size > 0 || this.version === null)) {
      const failures = this.failures
      this.saving ??= this.save().finally(() => { this.saving = undefined })
      await this.saving
      if (this.failures > failures || this.state === 'refused') return
    }
  }

  /** nudge tries again what waits for the network. */
  nudge() {
    if (this.state !== 'waiting') return
    this.failures = 0
    void this.push()
  }

  /** forget throws the draft away on this phone. */
  forget() {
    this.life++
    this.calledOff?.()
    this.values = this.blank
    this.changed.clear()
    this.version = null
    this.m.store.removeItem(this.m.key)
    this.tell('empty')
  }

  private async save() {
    const sent = new Map(this.changed)
    const life = this.life
    this.tell('saving')
    try {
      const held = await this.m.server.save(this.values, this.version)
      if (life !== this.life) return
      this.failures = this.rebased = 0
      this.wrong = undefined
      for (const [k, n] of sent) if (this.changed.get(k) === n) this.changed.delete(k)
      this.take(held)
    } catch (e) {
      if (life !== this.life) return
      const status = statusOf(e)
      if (status === 404 || status === 410) this.version = null // thrown away there: made anew from what is here
      if (status === 412 && this.rebased++ < rebases) return this.rebase()
      this.failed(e)
    }
  }

  // rebase goes on from what another page of this phone has saved meanwhile.
  private async rebase() {
    try {
      const held = await this.m.server.read()
      if (held) this.take(held)
      else this.version = null
    } catch (e) {
      this.failed(e)
    }
  }

  private take(held: Held<V>) {
    const mine = Object.fromEntries([...this.changed.keys()].map((k) => [k, this.values[k]]))
    this.values = { ...this.blank, ...held.values, ...mine }
    this.version = held.version
    this.tell(this.changed.size > 0 ? 'phone' : 'saved')
  }

  private failed(e: unknown) {
    const status = statusOf(e)
    this.failures++
    if (status >= 400 && status < 500 && ![404, 408, 410, 412, 425, 429].includes(status)) {
      this.wrong = e
      return this.tell('refused')
    }
    this.tell('waiting')
    this.wait(waits[Math.min(this.failures, waits.length) - 1]!)
  }

  private wait(ms: number) {
    this.calledOff?.()
    this.calledOff = this.m.later(() => void this.push(), ms)
  }

  private tell(state: State) {
    this.state = state
    if (state !== 'empty') this.keep()
    this.seen++
    for (const f of this.listeners) f()
  }

  private keep() {
    const kept: Kept<V> = { values: this.values, changed: [...this.changed.keys()], version: this.version, at: this.m.now() }
    try {
      this.m.store.setItem(this.m.key, JSON.stringify(kept))
    } catch {
      // no room, or the browser keeps nothing: the server has it a moment later
    }
  }

  private kept(): Kept<V> | undefined {
    try {
      const kept = JSON.parse(this.m.store.getItem(this.m.key) ?? '') as Kept<V>
      if (typeof kept.values === 'object' && kept.values !== null && Array.isArray(kept.changed) && this.m.now() - kept.at < age) return kept
    } catch {
      // none, or not one of these
    }
    return undefined
  }
}
