// The pages on a phone: of any width from 320 px, in large type, on a poor network.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { places } from '../src/mobile/places'
import { unfit } from './axe'
import { type Caller, creditCode, Town } from './town'
import { password, type Person, Site } from './site'

let site: Site
let office: Caller
const firmName = '临海市康达机械制造有限公司'

beforeAll(async () => {
  site = await Site.start('--demo')
  const town = await Town.found(site)
  await town.org('office', '市金融工作中心')
  await town.org('enterprise', firmName, creditCode(4711))
  office = await town.hire('市金融工作中心', 'chen', '陈经办', 'office')
  await town.hire(firmName, 'kangda', '王建国', 'enterprise')
})
afterAll(() => site?.stop())

const small = { width: 320, height: 640 }
const usual = { width: 390, height: 844 }

/** enter is somebody of the enterprise, signed in. */
async function enter(size = usual): Promise<Person> {
  const p = await site.person(size)
  const r = await p.context.request.post('/api/session', { data: { login: 'kangda', password } })
  expect(r.ok()).toBe(true)
  return p
}

/** open opens a place and waits for it. */
async function open(p: Person, path: string) {
  await p.page.goto(`/m${path}`)
  await p.settled()
}

// What one presses or types into is at least as large as a finger needs; links within a
// sentence are not counted.
const targets = (p: Person) => p.page.evaluate(() => {
  const least = document.documentElement.classList.contains('elder') ? 60 : 44
  return [...document.querySelectorAll<HTMLElement>('a, button, input:not([type=hidden], [type=file]), textarea, summary')].flatMap((e) => {
    const of = (e.closest('label') ?? e.closest('.box') ?? e).getBoundingClientRect()
    if (of.width === 0 || e.closest('.skip, p')) return []
    return of.height < least - 0.5 || of.width < least - 0.5 ? [`${Math.round(of.width)}×${Math.round(of.height)} px: ${e.outerHTML.slice(0, 120)}`] : []
  })
})

// Text is as large as the law of large type asks for, and nothing is set
// smaller than 12 px.
const type = (p: Person) => p.page.evaluate(() => {
  const elder = document.documentElement.classList.contains('elder')
  const sizes = [...document.querySelectorAll('main *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent!.trim() !== '') && (e as HTMLElement).offsetParent !== null)
    .map((e) => Number.parseFloat(getComputedStyle(e).fontSize))
  const wrong: string[] = []
  if (elder && Number.parseFloat(getComputedStyle(document.querySelector('main')!).fontSize) < 20) wrong.push('text is smaller than 20 px')
  if (elder && Number.parseFloat(getComputedStyle(document.querySelector('h1')!).fontSize) < 30) wrong.push('the heading is smaller than 30 px')
  const least = elder ? 18 : 12
  if (Math.min(...sizes) < least) wrong.push(`something is set in ${Math.min(...sizes)} px`)
  return wrong
})

/** wrongWith tells what is wrong with a place, at both widths in both modes. */
async function wrongWith(p: Person, path: string): Promise<string[]> {
  const wrong: string[] = []
  for (const elder of [false, true]) {
    await p.page.goto('/m')
    await p.page.evaluate((on) => (on ? localStorage.setItem('changrong.elder', '1') : localStorage.removeItem('changrong.elder')), elder)
    for (const size of [small, usual]) {
      await p.page.setViewportSize(size)
      await open(p, path)
      const found = [...(await unfit(p.page)), ...(await p.faults()), ...(await targets(p)), ...(await type(p))]
      const main = await p.page.locator('#main').innerText()
      if (main.trim().length < 8) found.push('there is nothing on it')
      wrong.push(...found.map((f) => `${path} ${size.width}px${elder ? ' elder' : ''}: ${f}`))
    }
  }
  return wrong
}

const fine = (wrong: string[]) => {
  if (wrong.length > 0) throw new Error(wrong.join('\n  '))
}

it('every page that is open to everybody is fit at 320 and 390 px, in usual and in large type', async () => {
  const p = await site.person(small)
  const paths = [...places.filter((x) => !x.own && !x.path.includes(':')).map((x) => x.path), '/scan/forged.code', '/nowhere']
  for (const path of paths) fine(await wrongWith(p, path))
})

it('every page of an enterprise is fit too', async () => {
  const p = await enter(small)
  const paths = ['/', ...places.filter((x) => x.own && !x.path.includes(':')).map((x) => x.path), '/applications/none', '/offers/none']
  for (const path of paths) fine(await wrongWith(p, path))
})

it('a phone loads at most 250 KB, whatever page it opens first', async ({ task }) => {
  const weights: string[] = []
  for (const path of places.filter((x) => !x.own).map((x) => x.path.replace(':token', 'forged.code'))) {
    const p = await site.person(usual)
    const sizes: Promise<number>[] = []
    p.page.on('requestfinished', (r) => sizes.push(r.sizes().then((s) => s.responseBodySize + s.responseHeadersSize)))
    await open(p, path)
    const all = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
    weights.push(`${path} ${(all / 1024).toFixed(0)} KB`)
    expect([path, all > 50_000, all <= 250 * 1024]).toEqual([path, true, true])
    await p.context.close()
  }
  task.meta.said = weights.join(', ')
})

it('large type is a switch on every page, and remembered', async () => {
  const p = await site.person(usual)
  await open(p, '/')
  const root = () => p.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  expect(await root()).toBe('16px')
  await p.press('长辈版')
  expect(await root()).toBe('20px')
  await p.page.getByRole('link', { name: '还款试算' }).click()
  await p.page.getByRole('button', { name: '退出长辈版', pressed: true }).waitFor()
  await open(p, '/sign-in')
  expect(await root()).toBe('20px')
  await p.press('退出长辈版')
  await open(p, '/')
  expect(await root()).toBe('16px')
})

it('English is said everywhere, and kept', async () => {
  const p = await site.person(usual)
  await open(p, '/')
  await p.page.getByTitle('Switch to English').click()
  await p.heading('Finance for your business')
  await open(p, '/apply')
  await p.heading('Apply for a loan')
  expect(await p.page.evaluate(() => document.documentElement.lang)).toBe('en')
  await p.look('apply in English')
})

it('a code says what it is; one that is forged or revoked says so, and what to do', async () => {
  const code = await office.call<{ id: string; token: string; version: number; number: string }>('POST', '/api/codes', { place: 'park', title: '大洋街道产业园' })
  const p = await site.person(usual)
  await p.page.goto(`/c/${code.token}`)
  await p.heading('贷款码')
  await p.sees('大洋街道产业园')
  expect(new URL(p.page.url()).pathname).toBe(`/m/scan/${code.token}`)
  await p.look('a loan code')
  await p.page.getByRole('link', { name: '开始申请' }).click()
  await p.heading('融资申请')
  await office.call('POST', `/api/codes/${code.id}/revoke`, { version: code.version, reason: '园区换码' })
  await p.page.goto(`/c/${code.token}`)
  await p.heading('这个码不能用')
  await p.sees(`这个码（${code.number}）已作废，请使用新的码`)
  await p.page.goto(`/c/${code.token.slice(0, -4)}AAAA`)
  await p.sees('code.forged')
  await p.page.getByRole('link', { name: '不用这个码，直接申请' }).click()
  await p.heading('融资申请')
})

it('what is typed is kept on a network that breaks, over a reload, and over signing in', async () => {
  const p = await site.person(usual)
  const { page } = p
  await open(p, '/apply')
  await p.press('下一步')
  await p.sees('请填写金额，如 50 或 50.5')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
  await page.getByLabel('想借多少').fill('80.5')
  await page.getByLabel('1年').check()
  await p.sees('已保存，换部手机也能接着填')
  await p.context.setOffline(true)
  await page.getByLabel('采购原材料、商品').check()
  await page.getByLabel('用途说明').fill('采购不锈钢板 𠮷')
  await p.sees('网络已断开。您填写的内容已存在这部手机里，恢复后会自动继续。')
  await p.sees('已存在这部手机，网络恢复后自动上传')
  await p.context.setOffline(false)
  await p.sees('已保存，换部手机也能接着填')
  await page.reload()
  expect(await page.getByLabel('想借多少').inputValue()).toBe('80.5')
  expect(await page.getByLabel('用途说明').inputValue()).toBe('采购不锈钢板 𠮷')
  // on another phone's storage: the server has it, by the cookie
  await page.evaluate(() => localStorage.removeItem('changrong.draft'))
  await page.reload()
  await page.waitForFunction(() => [...document.querySelectorAll('input')].some((i) => i.value === '80.5'))
  await p.press('下一步')
  await page.getByRole('link', { name: '去登录' }).click()
  await page.getByLabel('登录名').fill('kangda')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await p.press('登录')
  await p.sees('第 2 步，共 5 步：企业和联系人')
  await p.sees(firmName)
  await page.getByLabel('联系电话').fill('0576-85112233')
  await p.sees('已保存，换部手机也能接着填')
  p.wrong.length = 0 // what could not be fetched while there was no network
  await page.goto('/m/apply?step=1')
  expect(await page.getByLabel('想借多少').inputValue()).toBe('80.5')
  // it is the enterprise's now: not there for who comes after it
  await open(p, '/')
  await p.press('退出登录')
  await p.heading('登录')
  await open(p, '/apply')
  expect(await page.getByLabel('想借多少').inputValue()).toBe('')
})

it('on a slow network a page can be used within seconds, and nothing typed is lost when the session ends', async ({ task }) => {
  const p = await enter()
  const { page } = p
  const line = await p.context.newCDPSession(page)
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 }) // slow 3G
  const begun = Date.now()
  await page.goto('/m/apply')
  await page.getByLabel('想借多少').fill('66')
  const seconds = (Date.now() - begun) / 1000
  task.meta.said = `usable after ${seconds.toFixed(1)} s at 400 kbit/s and 400 ms`
  expect(seconds).toBeLessThan(20) // the line alone takes 5 of them; the machine does other things too
  await page.getByLabel('1年', { exact: true }).check()
  await page.getByLabel('采购原材料、商品').check()
  await p.sees('已保存，换部手机也能接着填')
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 })
  await p.context.clearCookies() // as when a session has run out
  await page.getByLabel('用途说明').fill('货款六十六万')
  await page.reload()
  expect(await page.getByLabel('想借多少').inputValue()).toBe('66')
  expect(await page.getByLabel('用途说明').inputValue()).toBe('货款六十六万')
  await p.press('下一步')
  await page.getByRole('link', { name: '去登录' }).click()
  await page.getByLabel('登录名').fill('kangda')
  await page.getByLabel('密码', { exact: true }).fill(password)
  await p.press('登录')
  await p.sees('第 2 步，共 5 步：企业和联系人')
  await page.goto('/m/apply?step=1')
  expect(await page.getByLabel('用途说明').inputValue()).toBe('货款六十六万')
  await open(p, '/') // leaves nothing for who comes after
  await p.press('退出登录')
  await p.heading('登录')
  p.wrong.length = 0
})

it('a page of an enterprise leads to the door, and back', async () => {
  const p = await site.person(usual)
  await p.page.goto('/m/data')
  await p.heading('登录')
  await p.page.getByLabel('登录名').fill('kangda')
  await p.page.getByLabel('密码', { exact: true }).fill('not the password')
  await p.press('登录')
  await p.sees('登录名或密码不正确')
  await p.page.getByLabel('密码', { exact: true }).fill(password)
  await p.press('登录')
  await p.heading('我的数据')
  await p.look('data')
  // staff are shown the way to the console
  const staff = await site.person(usual)
  await staff.context.request.post('/api/session', { data: { login: 'chen', password } })
  await staff.page.goto('/m/data')
  await staff.heading('这里供企业使用')
})

it('the firm shows its code', async () => {
  const p = await enter()
  await open(p, '/')
  await p.press('生成企业码')
  const picture = p.page.getByRole('img', { name: '企业码二维码' })
  await picture.waitFor()
  await p.page.waitForFunction(() => (document.querySelector<HTMLImageElement>('.qr img')?.naturalWidth ?? 0) > 100)
  await p.look('firm code')
})
