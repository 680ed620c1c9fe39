// Every page that the console knows, as everybody sees it who may open it, on a city
// that has lived for a year: on a desk and on a phone.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { places } from '../src/console/places'
import { roleWords, rolesOf } from '../src/domain/access/words'
import { unfit } from './axe'
import { desk, password, type Person, phone, Site } from './site'
import { Caller, live, Town } from './town'

const roles = Object.keys(roleWords.zh)
const open = ['/sign-in', '/notice', '/notice/:id'] // to everybody; /begin is there on an empty platform alone

let site: Site
const secrets = new Map<string, [login: string, secret: string]>() // of a role
const opened = new Map<string, number>() // a place, and how often it was

beforeAll(async () => {
  site = await Site.start('--demo')
  const lived = await live(site, 120)
  const secret = (login: string): [string, string] => [login, lived.get(login)!]
  const system = await Caller.signIn(site, ...secret('gly.xitong'))
  const { items } = await system.call<{ items: { login: string; roles: string[] | null }[] }>('GET', '/api/accounts?limit=200')
  for (const role of roles) {
    const one = items.find((a) => lived.has(a.login) && a.roles?.length === 1 && a.roles[0] === role)
    if (one) secrets.set(role, secret(one.login))
  }
  const town = await Town.of(site, secret('gly.xitong'), secret('gly.anquan'))
  for (const role of roles.filter((r) => !secrets.has(r))) {
    const login = `xin.${role.replace('_', '-')}`
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
}

/** enter signs somebody in, without the door. */
async function enter(role: string): Promise<Person> {
  const p = await site.person()
  const [login, secret] = secrets.get(role)!
  const r = await p.context.request.post('/api/session', { data: { login, password: secret } })
  if (!r.ok()) throw new Error(`${login}: ${r.status()} ${await r.text()}`)
  await p.page.goto('/')
  await p.settled()
  return p
}

/** go goes to a place as a link within the console does. */
async function go(p: Person, to: string) {
  await p.page.evaluate((path) => {
    history.pushState({}, '', path)
    dispatchEvent(new PopStateEvent('popstate', { state: {} }))
  }, to)
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

const pattern = (path: string) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/?]+')}(\\?.*)?$`)

/** walk opens every place that somebody may open, and returns what is wrong. Where a
 * place is about one thing of many, a link to one is taken that was met on the way. */
async function walk(p: Person, all: string[]): Promise<{ wrong: string[]; unmet: string[] }> {
  const wrong: string[] = []
  const links = new Set<string>()
  let left = all
  for (let met = true; met;) {
    met = false
    for (const path of left) {
      const to = path.includes(':') ? [...links].find((l) => pattern(path).test(l) && !all.includes(l.split('?')[0]!)) ?? between(path, links) : path
      if (to === undefined) continue
      met = true
      left = left.filter((x) => x !== path)
      await go(p, to)
      wrong.push(...(await wrongWith(p)).map((w) => `${to}: ${w}`))
      opened.set(path, (opened.get(path) ?? 0) + 1)
      for (const l of await linksOf(p)) links.add(l)
    }
  }
  return { wrong, unmet: left }
}

/** between makes the address of a place about two things, which no link leads to. */
function between(path: string, links: Set<string>): string | undefined {
  const at = /^(.+)\/:\w+\/(\w+)\/:\w+$/.exec(path)
  const both = at && [...new Set([...links].flatMap((l) => pattern(`${at[1]}/:id`).test(l) ? [l.split(/[/?]/)[2]!] : []))].filter((id) => id !== 'new')
  return both && both.length > 1 ? `${at[1]}/${both[0]}/${at[2]}/${both[1]}` : undefined
}

for (const role of roles) {
  it.concurrent(`${role} may open every page of his own`, async () => {
    const p = await enter(role)
    const me = (await (await p.context.request.get('/api/session')).json()) as { permissions: Record<string, string> }
    const mine = places.filter((x) => !x.need || x.need.some((n) => me.permissions[n])).map((x) => x.path)
    const { wrong, unmet } = await walk(p, mine)
    console.log(`${role}: ${mine.length - unmet.length} of ${mine.length} places opened${unmet.length ? `; nothing to open at ${unmet.join(' ')}` : ''}`)
    await p.context.close()
    expect(wrong).toEqual([])
  })
}

it('everybody may open what is public', async () => {
  const p = await site.person()
  await p.page.goto('/notice')
  await p.settled()
  const { wrong, unmet } = await walk(p, open)
  expect(wrong).toEqual([])
  expect(unmet).toEqual([])
})

it('every page of the console has been opened by somebody', () => {
  console.log(`${places.length + open.length} places, opened ${[...opened.values()].reduce((a, b) => a + b, 0)} times at two widths, ${looks} looked at closely: the others are the same but for words and figures`)
  expect(places.map((x) => x.path).filter((x) => !opened.has(x))).toEqual([])
})
