// Every page that the console knows, as everybody sees it who may open it, on a city
// that has lived for a year: on a desk and on a phone.
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { places } from '../src/console/places'
import { roleWords, rolesOf } from '../src/domain/access/words'
import { unfit } from './axe'
import { desk, password, type Person, phone, type Site } from './site'
import { Caller, creditCode, lived, Town, until } from './town'

const roles = Object.keys(roleWords.zh)
const open = ['/sign-in', '/notice', '/notice/:id'] // to everybody; /begin is there on an empty platform alone

let site: Site
const secrets = new Map<string, [login: string, secret: string]>() // of a role
const opened = new Map<string, number>() // a place, and how often it was

beforeAll(async () => {
  const [platform, people] = await lived()
  site = platform
  const secret = (login: string): [string, string] => [login, people.get(login)!]
  const system = await Caller.signIn(site, ...secret('gly.xitong'))
  const { items } = await system.call<{ items: { login: string; roles: string[] | null }[] }>('GET', '/api/accounts?limit=200')
  for (const role of roles) {
    const one = items.find((a) => people.has(a.login) && a.roles?.length === 1 && a.roles[0] === role)
    if (one) secrets.set(role, secret(one.login))
  }
  const town = await Town.of(site, secret('gly.xitong'), secret('gly.anquan'))
  for (const role of roles.filter((r) => !secrets.has(r))) {
    const login = `xin.${role.replace('_', '-')}.${Date.now() % 1e6}`
    await town.hire(await town.some(Object.keys(rolesOf).find((k) => (rolesOf[k] as string[]).includes(role))!), login, '辛同志', role)
    secrets.set(role, [login, password])
  }
  await more()
})
afterAll(() => site?.stop())

// more does what the city has not done by itself, so that there is something to see.
async function more() {
  const office = await Caller.signIn(site, ...secrets.get('office')!)
  const { items: runs } = await office.call<{ items: { id: string; pack: string; standing: string }[] }>('GET', '/api/runs')
  const run = runs.find((r) => r.standing === 'official')!
  await office.call('POST', '/api/whatifs', { run: run.id, title: '按日均余额会怎样', alternatives: [{ title: '日均余额', readings: { average: 'daily_mean' } }] })
  const department = await Caller.signIn(site, ...secrets.get('department')!)
  if ((await department.call<{ total: number }>('GET', '/api/firm-registry/imports')).total === 0) {
    const { items: [firm] } = await (await Caller.signIn(site, ...secrets.get('enterprise')!)).call<{ items: { name: string; uscc: string }[] }>('GET', '/api/orgs')
    const rows = [`${firm!.uscc},${firm!.name},enterprise,open,,`, `${creditCode(40_000_001)},临海市好运机电厂,enterprise,open,,张三`, `${creditCode(40_000_002)},临海市𨱔𰜩模具厂,enterprise,closed,,`] // the second without its day: a warning
    const officeLead = await Caller.signIn(site, ...secrets.get('office_lead')!)
    await officeLead.call('PUT', '/api/data-departments/market', { org: (await department.call<{ org: string }>('GET', '/api/session')).org })
    const upload = await department.upload({ name: '登记库.csv', content: Buffer.from(`uscc,name,kind,status,closed_on,legal_representative\n${rows.join('\n')}\n`) })
    const { id } = await department.call<{ id: string }>('POST', '/api/firm-registry/imports', { upload, as_of: '2020-01-01' })
    await until(async () => ((await department.call<{ state: string }>('GET', `/api/firm-registry/imports/${id}`)).state === 'loaded' ? true : undefined))
  }
  const lead = await Caller.signIn(site, ...secrets.get('bank_lead')!)
  await apply(lead)
  await offer(lead)
  if ((await lead.call<{ total: number }>('GET', '/api/webhooks')).total > 0) return // it lives on from an earlier walk
  const { publicKey } = generateKeyPairSync('ed25519')
  await lead.call('POST', '/api/keys', { name: '每日报送', alg: 'ed25519', public: publicKey.export({ type: 'spki', format: 'pem' }) })
  const { id } = await lead.call<{ id: string }>('POST', '/api/webhooks', { url: 'https://bank.example.com/hook', kinds: ['submission.*', 'claim.moved'] })
  await lead.call('POST', `/api/webhooks/${id}/ping`)
}

// apply has an enterprise ask a bank for loans: one that waits, one declined, one paid out.
async function apply(lead: Caller) {
  type Referral = { id: string; version: number; pushed_ms: number; need: { amount_fen: number } }
  const listed = () => lead.call<{ items: Referral[]; total: number }>('GET', '/api/referrals')
  if ((await listed()).total > 0) return // it lives on from an earlier walk
  const firm = await Caller.signIn(site, ...secrets.get('enterprise')!)
  const { org } = await lead.call<{ org: string }>('GET', '/api/session')
  const { items: shared } = await firm.call<{ items: { id: string; sharing: string }[] }>('GET', '/api/datasets')
  const datasets = shared.filter((d) => d.sharing === 'conditional').map((d) => d.id)
  const amounts = [30_000_000, 50_000_000, 80_000_000]
  for (const amount_fen of amounts) {
    const text = await firm.call<{ text_sha256: string; expires_on: string }>('POST', '/api/consent-texts', { recipient: org, purpose: 'loan_application', datasets })
    await firm.call('POST', '/api/applications', {
      key: randomUUID(), contact: { name: '张三', phone: '0576-85110000' }, need: { amount_fen, term_months: 12, purpose: 'materials', purpose_text: '采购钢材', security: ['credit'] },
      targets: [{ bank: org, consent: { datasets, text_sha256: text.text_sha256, expires_on: text.expires_on } }],
    })
  }
  const items = await until(async () => { const all = await listed(); return all.total === amounts.length ? all.items : undefined })
  const of = (amount: number) => items.find((r) => r.need.amount_fen === amount)!
  const act = async (r: Referral, verb: string, more: object = {}) => {
    const { referral } = await lead.call<{ referral: Referral }>('GET', `/api/referrals/${r.id}`)
    await lead.call('POST', `/api/referrals/${r.id}/decisions`, { verb, version: referral.version, ...more })
  }
  await act(of(50_000_000), 'decline', { code: 'operating_time', reason: '成立不满一年' })
  const lent = of(80_000_000)
  for (const verb of ['accept', 'contact', 'review']) await act(lent, verb)
  const on = (days: number) => new Date(lent.pushed_ms + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10)
  const price = { amount_fen: 60_000_000, rate_ppb: 38_500_000, term_months: 12, security: 'credit' }
  const offer = await lead.call<{ id: string }>('POST', `/api/referrals/${lent.id}/offers`, {
    price: { ...price, method: 'equal_instalments', day_count: 'act_360', first_due_on: on(30), valid_til_ms: lent.pushed_ms + 7 * 86_400_000, fees: [{ name: '评估费', payee: '评估公司', amount_fen: 50_000 }], conditions: '' },
  })
  await firm.call('POST', `/api/offers/${offer.id}/acceptance`)
  const { referral } = await lead.call<{ referral: Referral }>('GET', `/api/referrals/${lent.id}`)
  await lead.call('POST', `/api/referrals/${lent.id}/contract`, { ...price, version: referral.version, no: `HT-${lent.pushed_ms}`, signed_on: on(0), first_loan: true })
  await lead.call('POST', `/api/referrals/${lent.id}/drawdowns`, { note_no: `JJ-${lent.pushed_ms}`, amount_fen: 40_000_000, rate_ppb: 38_500_000, drawn_on: on(0), due_on: on(360) })
  await lead.call('POST', `/api/referrals/${lent.id}/messages`, { text: '请补充近三个月的流水' })
}

// offer has a bank make a product and a code.
async function offer(lead: Caller) {
  if ((await lead.call<{ total: number }>('GET', '/api/codes')).total > 0) return // it lives on from an earlier walk
  await lead.call('POST', '/api/codes', { place: 'branch', title: '大洋支行' })
  await lead.call('POST', '/api/products', {
    name: '小微贷', summary: '', min_amount_fen: 1_000_000, max_amount_fen: 300_000_000, min_months: 1, max_months: 36, min_rate_ppb: 36_500_000, max_rate_ppb: 43_500_000, basis: 'act_360',
    methods: ['equal_instalments'], securities: ['credit'], purposes: [], towns: [], branches: [], fees: [], promise_days: 3, papers: [], conditions: [{ when: 'tax_filing.months_paid >= 12', words: '' }],
  })
}

/** enter signs somebody in, without the door. */
async function enter(role: string): Promise<Person> {
  const p = await site.person()
  const [login, secret] = secrets.get(role)!
  const r = await p.context.request.post('/api/session', { data: { login, password: secret } })
  if (!r.ok()) throw new Error(`${login}: ${r.status()} ${await r.text()}`)
  await p.page.goto(role === 'enterprise' ? '/me' : '/') // whose first page is another document
  await p.settled()
  return p
}

/** go goes to a place as a link within the console does. */
async function go(p: Person, to: string) {
  await p.page.evaluate((path) => {
    if (path !== location.pathname + location.search) document.getElementById('main')!.dataset.before = ''
    history.pushState({}, '', path)
    dispatchEvent(new PopStateEvent('popstate', { state: {} }))
  }, to)
  await p.page.locator('#main:not([data-before])').waitFor()
  await p.settled()
}

const linksOf = (p: Person) => p.page.evaluate(() => [...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute('href')!))

/** outline is a page without its words and figures: two that have the same are as fit as
 * each other. */
const outline = (p: Person) => p.page.evaluate(() => {
  const of = (e: Element): string => {
    const said = ['class', 'role', 'style', 'type', 'tabindex', 'lang']
    const has = [...e.attributes].filter((a) => !/^data-/.test(a.name)).map((a) => (said.includes(a.name) ? `${a.name}=${a.value.replace(/\d[\d.]*(px|%)/g, '')}` : a.value === '' ? `${a.name}=` : a.name))
    const text = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent!.trim() !== '')
    return `${e.tagName}[${has.sort().join(' ')}]${text ? 't' : ''}(${[...new Set([...e.children].map(of))].join()})`
  }
  return of(document.body)
})

const seen = new Set<string>() // outlines that were looked at
let looks = 0

/** wrongWith tells what is wrong with the page that is shown, on a desk and on a phone. */
async function wrongWith(p: Person): Promise<string[]> {
  const wrong: string[] = []
  const empty = await p.page.evaluate(() => {
    const main = document.getElementById('main')!
    const failed = [...main.querySelectorAll('.failed')].map((f) => f.textContent)
    return [...failed, ...(main.querySelector('h1, h2')?.textContent?.trim() ? [] : ['no name']), ...(main.innerText.trim().length < 12 ? ['nothing on it'] : []),
      ...['没有这个页面', '您的角色不能查看此页', '这个页面出错了', '页面出错了'].filter((t) => main.innerText.includes(t))]
  })
  wrong.push(...empty.map((e) => String(e)))
  for (const size of [phone, desk]) {
    await p.page.setViewportSize(size)
    await p.settled()
    wrong.push(...(await p.faults()).map((f) => `${size.width}px: ${f}`))
    const shape = `${size.width} ${await outline(p)}`
    if (seen.has(shape)) continue
    seen.add(shape)
    looks++
    wrong.push(...(await unfit(p.page)).map((f) => `${size.width}px: ${f}`))
  }
  return wrong
}

/** fine throws what is wrong, each on a line: an expectation would cut it short. */
function fine(wrong: string[]) {
  if (wrong.length > 0) throw new Error(wrong.join('\n  '))
}

const pattern = (path: string) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/?]+')}(\\?.*)?$`)

/** walk opens every place that somebody may open, and returns what is wrong. Where a
 * place is about one thing of many, a link to one is taken that was met on the way. */
async function walk(p: Person, all: string[]): Promise<{ wrong: string[]; unmet: string[] }> {
  const wrong: string[] = []
  const links = new Set<string>()
  let left = all
  for (let met = true, last = false; met || !last;) {
    last = !met
    met = false
    for (const path of left) {
      // another place may come to lead to one that has none to it yet
      const to = path.includes(':') ? [...links].find((l) => pattern(path).test(l) && !all.includes(l.split('?')[0]!)) ?? (last ? made(path, links) : undefined) : path
      if (to === undefined) continue
      met = true
      last = false
      left = left.filter((x) => x !== path)
      await go(p, to)
      wrong.push(...(await wrongWith(p)).map((w) => `${to}: ${w}`))
      opened.set(path, (opened.get(path) ?? 0) + 1)
      for (const l of await linksOf(p)) links.add(l)
    }
  }
  return { wrong, unmet: left }
}

/** made makes the address of a place that no link leads to, of things that were met. */
function made(path: string, links: Set<string>): string | undefined {
  const things = `${path.split('/:')[0]}/:id`
  const ids = new Set([...links].flatMap((l) => (pattern(things).test(l) ? [l.split('?')[0]!.split('/').at(-1)!] : [])))
  places.forEach((x) => ids.delete(x.path.split('/').at(-1)!))
  const [...left] = ids
  const to = path.replaceAll(/:\w+/g, () => left.shift() ?? ':')
  return to.includes(':') ? undefined : to
}

for (const role of roles) {
  it.concurrent(`${role} may open every page of his own`, async ({ task }) => {
    const p = await enter(role)
    const me = (await (await p.context.request.get('/api/session')).json()) as { permissions: Record<string, string>; org_kind: string }
    const mine = places.filter((x) => (!x.need || x.need.some((n) => me.permissions[n])) && !(x.phone && me.org_kind === 'enterprise')).map((x) => x.path)
    const { wrong, unmet } = await walk(p, mine)
    task.meta.said = `${mine.length - unmet.length} of ${mine.length} places${unmet.length ? `; nothing there to open at ${unmet.join(' ')}` : ''}`
    await p.context.close()
    fine(wrong)
  })
}

it('everybody may open what is public', async () => {
  const p = await site.person()
  await p.page.goto('/notice')
  await p.settled()
  const { wrong, unmet } = await walk(p, open)
  fine(wrong)
  expect(unmet).toEqual([])
})

it('every page of the console has been opened by somebody', ({ task }) => {
  task.meta.said = `${places.length + open.length} places, opened ${[...opened.values()].reduce((a, b) => a + b, 0)} times at two widths, ${looks} looked at closely: the others are the same but for words and figures`
  expect(places.map((x) => x.path).filter((x) => !opened.has(x))).toEqual([])
})

it('the console comes in less than a megabyte of scripts', async ({ task }) => {
  const p = await site.person()
  const sizes: Promise<number>[] = []
  p.page.on('requestfinished', (r) => {
    if (r.resourceType() === 'script') sizes.push(r.sizes().then((s) => s.responseBodySize))
  })
  await p.page.goto('/sign-in')
  await p.settled()
  const door = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
  await p.signIn(...secrets.get('office_lead')!)
  await p.heading(/，您好$/)
  await p.settled()
  const all = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
  task.meta.said = `${(door / 1024).toFixed(0)} KB at the door, ${(all / 1024).toFixed(0)} KB with the first page, in ${sizes.length} files, compressed`
  expect(door).toBeGreaterThan(50 * 1024)
  expect(all).toBeLessThan(1024 * 1024)
})

it.runIf(process.env.CHANGRONG_PICTURES)('pictures for the documents', async () => {
  const head = await enter('office_lead')
  await head.picture('home')
  await go(head, '/cockpit')
  await head.picture('cockpit')
  const call = async <T>(path: string) => (await (await head.context.request.get(path)).json()) as { items: T[] }
  const { items: runs } = await call<{ id: string; pack: string; standing: string }>('/api/runs')
  const run = runs.find((r) => r.standing === 'official')!
  const other = runs.find((r) => r.pack === run.pack && r.id !== run.id)!
  await go(head, `/policies/${run.pack}?run=${run.id}`)
  await head.picture('policy')
  const { items: trials } = await call<{ id: string }>('/api/whatifs')
  await go(head, `/what-if/${trials[0]!.id}`)
  await head.picture('whatif')
  await go(head, `/runs/${run.id}/compare/${other.id}`)
  await head.picture('compare')
  const { items: claims } = await call<{ id: string; payee: string; item: string; rows: number }>('/api/claims?stage=paid&limit=200')
  const claim = claims.sort((a, b) => b.rows - a.rows)[0]!
  await go(head, `/claims/${claim.id}`)
  await head.picture('claim')
  await go(head, `/runs/${run.id}/explain?payee=${claim.payee}&item=${claim.item}`)
  await head.picture('explain')
  const { items: sources } = await call<{ source: { id: string } }>('/api/fund/sources')
  await go(head, `/fund/sources/${sources.at(-1)!.source.id}`)
  await head.picture('fund')
  const { items: returned } = await call<{ id: string; errors: number }>('/api/submissions?state=rejected&limit=200')
  await go(head, `/submissions/${returned.sort((a, b) => b.errors - a.errors)[0]!.id}`)
  await head.picture('findings')
  const citizen = await site.person(phone)
  await citizen.page.goto('/notice')
  await citizen.page.getByRole('main').getByRole('link').first().click()
  await citizen.heading(/公示$/)
  await citizen.picture('notice')
})
