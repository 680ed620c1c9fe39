// Lending at a bank's desk and at the finance office: everything that is pressed there,
// with a browser each, on what departments know of invented firms.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bank, type Firm, Lending, productOf } from './lending'
import { password, type Person, phone } from './site'

let folder: string
let l: Lending
let bank: Bank
let firms: Firm[]
let lead: Person
let clerk: Person
let product = '' // that is asked for

/** enter is somebody signed in, without the door. */
async function enter(login: string, size?: typeof phone): Promise<Person> {
  const p = await l.site.person(size)
  const r = await p.context.request.post('/api/session', { data: { login, password } })
  expect(r.ok()).toBe(true)
  return p
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'changrong-desk-'))
  l = await Lending.start(folder, { banks: 2, firms: 4 }) // the fourth is not in the registry, and has a rare name
  bank = l.banks[0]!
  firms = l.firms
  const p = await bank.lead.call<{ id: string; version: number }>('POST', '/api/products', productOf('流水贷'))
  await bank.lead.call('POST', `/api/products/${p.id}/actions`, { version: p.version, verb: 'publish' })
  product = p.id
  ;[lead, clerk] = await Promise.all([enter('lead0'), enter('clerk0')])
})
afterAll(async () => {
  await l?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** open opens a place and waits for it. */
async function open(p: Person, path: string) {
  await p.page.goto(path)
  await p.settled()
}

/** confirm presses what opens a dialog, fills it in, and presses the same there. */
async function confirm(p: Person, verb: string, fill?: () => Promise<unknown>, ok = verb) {
  await p.press(verb)
  await p.dialog.waitFor()
  await fill?.()
  await p.press(ok, p.dialog)
  await p.closed()
}

/** find types into a list's search and waits for what is found. */
async function find(p: Person, label: string, text: string) {
  await p.page.getByLabel(label).fill(text)
  await p.page.waitForURL((u) => u.searchParams.get('text') === text)
  await p.settled()
}

const tag = (p: Person, text: string) => p.page.locator('.tag').getByText(text, { exact: true }).first().waitFor()

it('a product: its conditions are checked where they stand, it is published, paused, resumed, changed and retired', async () => {
  const { page } = clerk
  await open(clerk, '/products')
  await clerk.press('新建产品')
  await page.getByLabel('产品名称').fill('税易贷𠮷')
  await page.getByLabel('最低额度').fill('10000')
  await page.getByLabel('最高额度').fill('3000000')
  await page.getByLabel('最低年利率（%）').fill('3.65')
  await page.getByLabel('最高年利率（%）').fill('4.35')
  await clerk.press('添加条件')
  const condition = page.getByLabel('条件', { exact: true })
  await condition.fill('tax_filing.months_payed >= 12')
  await clerk.sees(/months_payed/, page.locator('[role=status]')) // as it is typed
  await clerk.press('保存')
  await page.locator('.ant-form-item-explain-error').getByText(/months_payed/).waitFor() // and where it stands, when it is saved
  await clerk.look('a condition with a mistake')
  await condition.fill('tax_filing.months_paid >= 12')
  await clerk.sees('意思是：纳税申报情况的连续纳税月数不低于12')
  await clerk.press('添加费用')
  await page.getByLabel('名称', { exact: true }).fill('评估费')
  await page.getByLabel('收取方', { exact: true }).fill('某评估公司')
  await page.getByLabel('金额', { exact: true }).fill('300')
  await clerk.press('保存')
  await clerk.heading('税易贷𠮷')
  await tag(clerk, '草稿')
  expect(await page.getByRole('button', { name: '发布' }).count()).toBe(0) // a clerk's, not to publish
  // the lead finds it among what waits
  await open(lead, '/')
  await lead.page.getByRole('link', { name: /产品待发布/ }).click()
  await lead.page.getByRole('link', { name: '税易贷𠮷' }).click()
  await confirm(lead, '发布')
  await tag(lead, '已发布')
  await confirm(lead, '暂停')
  await tag(lead, '已暂停')
  await confirm(lead, '恢复')
  await tag(lead, '已发布')
  // what is published does not change: there is a next edition
  await lead.press('修改')
  await lead.page.getByLabel('产品名称').fill('税易贷二期')
  await lead.press('保存')
  await lead.heading('待发布的下一版')
  await confirm(lead, '发布')
  await lead.heading('现行第 2 版')
  await lead.heading('历次版本')
  await lead.look('a product')
  await confirm(lead, '停办')
  await tag(lead, '已停办')
  expect(await lead.page.getByRole('button', { name: '修改' }).count()).toBe(0)
})

it('a code is made, printed, counted and revoked', async () => {
  const { page } = lead
  await open(lead, '/codes')
  await lead.press('制作码')
  await lead.dialog.getByLabel('名称').fill('大洋支行一号窗口')
  await lead.press('制作码', lead.dialog)
  await lead.heading('贷款码 大洋支行一号窗口')
  for (const name of ['打印 A4', '打印 A5', '图片 PNG', '矢量图 SVG']) {
    const r = await page.request.get((await page.getByRole('link', { name }).getAttribute('href'))!)
    expect([name, r.status(), (await r.body()).length > 500]).toEqual([name, 200, true])
  }
  const { items } = await bank.lead.call<{ items: { token: string }[] }>('GET', '/api/codes')
  const anybody = await l.site.person(phone)
  await anybody.page.goto(`/c/${items[0]!.token}`)
  await anybody.sees('大洋支行一号窗口')
  await page.reload()
  await lead.page.locator('.facts').getByText('扫码', { exact: true }).locator('xpath=..').getByText('1', { exact: true }).waitFor()
  await lead.look('a code')
  await confirm(lead, '作废', () => lead.dialog.getByLabel('原因').fill('窗口撤并'))
  await tag(lead, '已作废')
  await lead.sees('窗口撤并')
  await anybody.context.close()
})

let first = '' // the address of the referral that goes all the way

it('a clerk finds what came, takes it, and reads what the enterprise lets the bank read', async () => {
  await l.apply(firms[0]!, [bank], 30_000_000, {}, product)
  await l.apply(firms[3]!, [bank], 40_000_000)
  await l.apply(firms[1]!, [bank, l.banks[1]!], 50_000_000)
  await l.came(bank, 3)
  const { page } = clerk
  await open(clerk, '/')
  await clerk.page.getByRole('link', { name: '融资受理 3' }).click()
  const list = page.getByRole('region', { name: '融资受理' })
  await clerk.sees('共 3 条', list)
  for (const text of [[...firms[3]!.name].slice(3, 5).join(''), firms[3]!.uscc]) { // a part of the name, with a rare character, or the code
    await find(clerk, '企业、信用代码或受理号', text)
    await clerk.sees('共 1 条', list)
    await clerk.sees(firms[3]!.name, list)
  }
  await find(clerk, '企业、信用代码或受理号', firms[0]!.name)
  await list.getByRole('link', { name: firms[0]!.name }).waitFor()
  await clerk.sees('共 1 条', list)
  await clerk.press('领取', list)
  await clerk.sees('客户经理甲', list)
  await clerk.choose('领取', '待领取')
  await clerk.sees('没有符合条件的内容', list)
  await clerk.press('清除筛选', list)
  await list.getByRole('link', { name: firms[0]!.name }).click()
  await clerk.heading(firms[0]!.name)
  first = new URL(page.url()).pathname
  await clerk.look('a referral')
  await clerk.press('查询')
  const file = page.getByRole('region', { name: '纳税申报情况' })
  await clerk.sees('连续纳税月数', file)
  await clerk.sees(/ · 截至 \d{4}-\d\d-\d\d · 来源：/, file) // each with its source and day
  await clerk.look('an enterprise file')
  await page.getByRole('main').getByRole('link', { name: '查询记录' }).click()
  const log = page.getByRole('region', { name: '数据查询记录' })
  await clerk.sees(firms[0]!.name, log)
  await clerk.look('readings')
  await find(clerk, '企业名称或统一社会信用代码', firms[1]!.name)
  await clerk.sees('没有符合条件的内容', log)
})

it('from acceptance to what becomes of the loan, by the forms of the desk', async () => {
  const { page } = clerk
  const firm = firms[0]!
  await open(clerk, first)
  await confirm(clerk, '受理')
  await tag(clerk, '待对接')
  await confirm(clerk, '登记对接', () => clerk.dialog.getByLabel(/^说明/).fill('已上门'))
  // a paper is asked for: the clock is stopped, with what is missing
  await clerk.press('待补材料，暂停计时')
  await clerk.press('待补材料，暂停计时', clerk.dialog)
  await clerk.sees('请填写', clerk.dialog)
  await clerk.dialog.getByLabel('还缺什么材料').fill('近六个月银行流水')
  await clerk.press('待补材料，暂停计时', clerk.dialog)
  await clerk.closed()
  await clerk.sees(/^计时已暂停，剩 \d+ 个工作日$/)
  await page.getByPlaceholder('写给对方').fill('请补充近六个月银行流水 𠮷')
  await clerk.press('发送')
  await clerk.sees('请补充近六个月银行流水 𠮷')
  await page.getByPlaceholder('写给对方').fill('客户信用良好')
  await page.getByLabel('仅本行可见').check()
  await clerk.press('发送')
  await clerk.sees('行内')
  const paper = page.locator('li').filter({ hasText: '近六个月银行流水' }).filter({ has: page.locator('input[type=file]') })
  await paper.locator('input[type=file]').setInputFiles({ name: '流水.csv', mimeType: 'text/csv', buffer: Buffer.from('日期,金额\n2026-01-01,1\n') })
  await page.getByRole('link', { name: '流水.csv' }).waitFor()
  await confirm(clerk, '材料已齐，继续计时')
  await confirm(clerk, '转审查')
  await tag(clerk, '审查中')
  // an offer, and a better one
  await clerk.press('报价')
  await clerk.press('发出报价', clerk.dialog)
  await clerk.sees('请填写', clerk.dialog)
  await clerk.dialog.getByLabel('年利率').fill('4.1')
  await clerk.press('增加费用', clerk.dialog)
  await clerk.dialog.getByLabel('费用名称').fill('评估费')
  await clerk.dialog.getByLabel('收取方').fill('某评估公司')
  await clerk.dialog.getByLabel('金额', { exact: true }).fill('500')
  await clerk.sees('年化综合成本', clerk.dialog)
  await clerk.look('an offer as it is written')
  await clerk.press('发出报价', clerk.dialog)
  await clerk.closed()
  await tag(clerk, '已报价，待选择')
  await confirm(clerk, '修改报价', async () => {
    await clerk.dialog.getByLabel('年利率').fill('3.85')
    await clerk.dialog.getByLabel('条件说明（可不填）').fill('放款前开立结算账户')
  }, '发出报价')
  await clerk.sees(/^第 2 版/)
  await tag(clerk, '已有新报价')
  // the enterprise reads the newest, without what is the bank's own, and accepts
  const id = first.split('/').at(-1)!
  const seen = await firm.caller.call<{ messages: { text: string }[]; offers: { id: string }[] }>('GET', `/api/referrals/${id}`)
  expect(seen.messages.map((m) => m.text)).toEqual(['请补充近六个月银行流水 𠮷'])
  await firm.caller.call('POST', `/api/offers/${seen.offers.at(-1)!.id}/acceptance`)
  await tag(clerk, '已接受，待签约') // it comes by itself
  await clerk.press('登记合同')
  await clerk.dialog.getByLabel('合同编号').fill('HT-0001')
  await clerk.dialog.getByLabel('年利率').fill('3.9')
  await clerk.press('登记合同', clerk.dialog)
  await clerk.dialog.getByText(/报价/).nth(1).waitFor() // dearer than what was accepted
  await clerk.dialog.getByLabel('年利率').fill('3.85')
  await clerk.choose('是否首贷户', '是', clerk.dialog)
  await clerk.press('登记合同', clerk.dialog)
  await clerk.closed()
  await tag(clerk, '已签约，待放款')
  await confirm(clerk, '登记放款', async () => {
    await clerk.dialog.getByLabel('借据编号').fill('JJ-0001')
    await clerk.dialog.getByLabel('金额').fill('200000')
  })
  await tag(clerk, '已放款')
  await confirm(clerk, '再次放款', () => clerk.dialog.getByLabel('借据编号').fill('JJ-0002'), '登记放款')
  await clerk.sees('JJ-0002')
  // overdue, caught up, repaid
  const report = (status: string, more?: () => Promise<unknown>) => confirm(clerk, '登记贷款状态', async () => {
    await clerk.choose('状态', status, clerk.dialog)
    await more?.()
  }, '保存')
  await report('逾期', async () => {
    await clerk.dialog.getByLabel('逾期天数').fill('12')
    await clerk.choose('五级分类（可不填）', '关注', clerk.dialog)
  })
  await tag(clerk, '已逾期')
  await clerk.sees(/逾期 12 天/)
  await report('正常')
  await tag(clerk, '已放款')
  await report('结清') // nothing is left, without typing it
  await report('结清', () => clerk.choose('借据编号', 'JJ-0002', clerk.dialog))
  await tag(clerk, '已结清')
  await clerk.look('a loan that is repaid')
  await open(clerk, '/through')
  await clerk.sees('JJ-0001')
  await clerk.look('loans compared')
})

it('the lead gives work out, declines with a reason; what is consented no more is shown no more', async () => {
  await open(lead, '/referrals')
  await find(lead, '企业、信用代码或受理号', firms[3]!.name)
  await lead.page.getByRole('link', { name: firms[3]!.name }).click()
  await confirm(lead, '分派', () => lead.choose('经办人', '客户经理甲', lead.dialog))
  await lead.sees('经办：客户经理甲')
  await lead.press('不予通过')
  await lead.press('不予通过', lead.dialog)
  await lead.sees('请填写', lead.dialog)
  await lead.choose('未通过原因', '经营年限不足', lead.dialog)
  await lead.dialog.getByLabel('说明').fill('成立不满一年')
  await lead.look('a refusal')
  await lead.press('不予通过', lead.dialog)
  await lead.closed()
  await tag(lead, '未通过')
  await lead.sees('本件已办结，不再查询企业数据。')
  await lead.page.getByRole('link', { name: firms[3]!.name }).first().click()
  await lead.sees('登记库里还没有这家企业') // it says so, kindly
  await lead.look('a firm that is not registered')
  // the other's, while somebody reads it
  const firm = firms[1]!
  await open(clerk, '/referrals')
  await clerk.page.getByRole('link', { name: firm.name }).click()
  await clerk.press('查询')
  const file = clerk.page.getByRole('region', { name: '纳税申报情况' })
  await file.waitFor()
  const { items } = await firm.caller.call<{ items: { id: string; recipient: string }[] }>('GET', '/api/consents')
  await firm.caller.call('POST', `/api/consents/${items.find((c) => c.recipient === bank.id)!.id}/withdrawal`)
  await clerk.sees(/^企业已撤回数据授权/) // by itself
  expect(await file.count()).toBe(0)
  expect(await clerk.page.getByRole('button', { name: '查询', exact: true }).count()).toBe(0)
  await clerk.look('a consent withdrawn')
  await open(clerk, '/consents')
  await find(clerk, '企业名称或统一社会信用代码', firm.name)
  await clerk.sees('共 1 条')
  await tag(clerk, '已撤回')
  await clerk.page.getByRole('link', { name: firm.name }).click()
  await clerk.sees('授权书')
  await clerk.look('a consent')
})

it('what is late is seen by the bank and by the office, whose figures name it', async () => {
  await l.site.clock(new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10))
  const head = await enter('wuzr')
  await open(head, '/')
  await head.page.getByRole('link', { name: /融资受理超时/ }).click()
  await head.page.locator('.tag').getByText(/^逾期 \d+ 天$/).first().waitFor()
  await head.page.getByRole('link', { name: firms[1]!.name }).first().click()
  await head.sees('留言和材料只有企业和经办银行可见。')
  await head.sees(/^演示(农村|城市)商业银行$/, head.page.getByRole('main'))
  expect(await head.page.getByRole('button', { name: '受理' }).count()).toBe(0)
  await head.look('another’s referral')
  await open(head, '/origination')
  await head.sees('经营年限不足')
  await head.sees('1 笔，占 100%')
  const banks = head.page.getByRole('region', { name: '各银行对接情况' })
  await banks.locator('.tag.bad').first().waitFor() // the slow come first
  await head.look('figures of the office')
  await open(head, '/product-figures')
  await head.heading('展示份额')
  await head.look('shares of exposure')
  const later = await enter('clerk0')
  await open(later, '/')
  await later.page.getByRole('link', { name: /^逾期 \d/ }).waitFor()
  await later.page.setViewportSize(phone)
  await open(later, '/referrals')
  await later.look('referrals on a phone')
})

it('accounts are looked for by the server, and an enterprise is led to its own pages', async () => {
  const system = await enter('sys')
  await open(system, '/accounts')
  await system.choose('机构类别', '企业')
  await system.sees('共 4 条')
  await find(system, '登录名、姓名、机构或信用代码开头', firms[3]!.uscc)
  await system.sees('共 1 条')
  await system.sees(firms[3]!.name)
  await system.look('accounts')
  const owner = await enter('firm0', phone)
  for (const [path, to] of [['/', '/m'], ['/referrals', '/m/applications'], ['/consents', '/m/data']]) {
    await owner.page.goto(path!)
    await owner.page.waitForURL((u) => u.pathname.replace(/\/$/, '') === to)
  }
  await open(owner, '/me')
  expect(await owner.page.getByRole('navigation').getByRole('link', { name: '融资受理' }).count()).toBe(0)
})
