// A subsidy from the file that a bank hands in to the payment, and to the auditor who
// computes it again; everybody with a browser of his own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changrong, inOrder, type Person, phone, Site } from './site'
import { filesBelow, messages, rowsOf, Town, until } from './town'

const bankName = '演示城市商业银行'
let bank = '' // its code
let site: Site
let good: string
let bad: string

inOrder()

// A county whose bank has reported all but December.
beforeAll(async () => {
  site = await Site.start('--demo')
  good = site.file('good')
  bad = site.file('bad')
  const city = ['city', '--seed', '1', '--enterprises', '120', '--as', 'pboc', '--zip']
  await site.clock('2022-01-05')
  const [town, , errs] = await Promise.all([Town.found(site), changrong(...city, '--out', good), changrong(...city, '--trouble', 'duplicate_key', '--out', bad)])
  bank = /duplicate_key[^)）]*[)）](\w{18})/.exec(errs)![1]! // whose file has been spoiled
  await town.org('office', '市金融工作中心')
  await town.org('bureau', '市财政局')
  await town.org('pboc', '人行市支行')
  await town.org('regulator', '金融监管组')
  await town.org('audit', '市审计局')
  await town.org('bank', bankName, bank)
  const [chen, , wu, clerk, lead] = await Promise.all([
    town.hire('市金融工作中心', 'chen', '陈经办', 'office'),
    town.hire('市金融工作中心', 'lin', '林经办', 'office'),
    town.hire('市金融工作中心', 'wuzr', '吴主任', 'office_lead'),
    town.hire(bankName, 'jing', '经办十四', 'bank'),
    town.hire(bankName, 'fuze', '负责人十四', 'bank_lead'),
    town.hire('市财政局', 'zhao', '赵经办', 'bureau'),
    town.hire('市财政局', 'sun', '孙经办', 'bureau'),
    town.hire('市财政局', 'qian', '钱科长', 'bureau_lead'),
    town.hire('人行市支行', 'zhou', '周科员', 'pboc'),
    town.hire('金融监管组', 'zheng', '郑科员', 'regulator'),
    town.hire('市审计局', 'feng', '冯审计', 'auditor'),
  ])
  await wu.call('POST', '/api/reporting/obligations', { title: '金融基础数据（月报）', kind: 'bank', set: 'lending', due_day: 8, from: '2021-11' })
  const accept = async (by: typeof chen, second: typeof chen, ...handed: Parameters<typeof chen.handIn>) => {
    const s = await by.handIn(...handed)
    if (s.state === 'confirming') await second.call('POST', `/api/submissions/${s.id}/confirm`, { note: '已核对' })
    else expect(s.state).toBe('accepted')
  }
  const supplement = filesBelow(`${good}/supplement`)
  const read = (f: { name: string; path: string }) => ({ name: f.name, content: readFileSync(f.path) })
  const office = (tables: string[]) => supplement.filter((f) => tables.includes(f.name.split(/[-.]/)[0]!)).map(read)
  await accept(chen, wu, 'registers', '2021', office(['institutions', 'branches', 'projects', 'enterprises']))
  await accept(chen, wu, 'decisions', '2021', office(['decisions', 'budgets', 'benefits', 'filings']))
  const own = supplement.filter((f) => ['loans', 'loan_events', 'collaterals', 'guarantees'].includes(f.name.split(/[-.]/)[0]!))
    .flatMap((f) => { const content = rowsOf(f.path, bank); return content ? [{ name: f.name, content }] : [] })
  await accept(clerk, lead, 'supplement', '2021', own)
  for (const month of ['2020-12', ...Array.from({ length: 11 }, (_, i) => `2021-${String(i + 1).padStart(2, '0')}`)]) {
    await accept(clerk, lead, 'lending', month, messages(good, month, bank).map((path) => read({ name: basename(path), path })))
  }
})
afterAll(() => site?.stop())

const people = new Map<string, Person>()

// as is somebody, who signs in when he is not.
async function as(login: string): Promise<Person> {
  let p = people.get(login)
  if (!p) people.set(login, (p = await site.person()))
  await p.page.goto('/')
  await p.page.getByRole('heading', { name: '，您好' }).or(p.page.getByLabel('登录名')).first().waitFor()
  if (new URL(p.page.url()).pathname === '/sign-in') {
    await p.signIn(login)
    await p.heading(/，您好$/)
  }
  return p
}

// go follows a link of the side.
const go = (p: Person, place: string) => p.page.getByRole('navigation').getByRole('link', { name: place, exact: true }).click()

// decide does one thing to the claim that is shown.
async function decide(p: Person, verb: string, then: string, reason?: string) {
  await p.press(verb)
  if (reason) await p.dialog.getByLabel(/^理由/).fill(reason)
  await p.press(verb, p.dialog)
  await p.closed()
  await p.page.locator('.timeline').getByText(`${verb} → ${then}`).first().waitFor()
}

let claim = '' // address of the claim that is followed
let payee = ''
let item = ''
let amount = ''
let run = ''

it('a bank hands in a broken file, is told which rows, and hands in a mended one', async () => {
  const p = await as('jing')
  await p.page.getByRole('link', { name: '去报送' }).click() // what is owed: December
  await p.heading('新的报送')
  await p.sees('2021-12')
  await p.page.locator('input[type=file]').setInputFiles(messages(bad, '2021-12', bank))
  await p.press('提交检查')
  await p.sees(/处错误，本次报送已整体退回/)
  const row = p.page.locator('table.data tbody tr').filter({ hasText: 'JJ' }).first()
  await row.waitFor()
  const line = (await row.locator('td').nth(3).textContent()) ?? ''
  expect(Number(line)).toBeGreaterThan(0)
  await p.look('findings')
  await p.press(/^导出/)
  const file = await p.save(p.page.getByRole('menuitem', { name: /CSV/ }).first(), site.file('findings.csv'))
  expect(file).toMatch(/\.csv$/)
  const saved = readFileSync(site.file('findings.csv'), 'utf8')
  expect(saved).toContain(line)
  expect(saved).toContain('pboc.duplicate_key')
  // December is still owed
  await p.press('修改后重新报送')
  await p.page.locator('input[type=file]').setInputFiles(messages(good, '2021-12', bank))
  await p.press('提交检查')
  await p.sees('第 2 版')
  await p.page.locator('.tags').getByText(/^(已接收|待确认)$/).waitFor()
  if (await p.page.locator('.tags').getByText('待确认', { exact: true }).count()) {
    const address = p.page.url()
    const lead = await as('fuze')
    await lead.page.goto(address)
    await lead.press('确认警告')
    await lead.dialog.getByLabel('说明').fill('已与客户经理核对，情况属实')
    await lead.press('确认警告', lead.dialog)
    await lead.closed()
    await p.page.locator('.tags').getByText('已接收', { exact: true }).waitFor()
  }
  await p.page.getByRole('tab', { name: '回执' }).click()
  await p.page.getByText(/^[0-9a-f]{64}$/).first().waitFor()
  await p.look('receipt')
  await p.page.goto('/')
  await p.settled()
  expect(await p.page.getByRole('link', { name: '去报送' }).count()).toBe(0)
})

it('the finance office settles, another of it confirms, and the bank sees its claim', async () => {
  await site.clock('2022-02-14')
  const chen = await as('chen')
  await go(chen, '结算')
  await chen.press('发起结算')
  await chen.choose('政策', /临/, chen.dialog)
  await chen.dialog.getByLabel(/^正式/).check()
  await chen.press('发起结算', chen.dialog)
  await chen.sees('待确认')
  run = new URL(chen.page.url()).pathname
  expect(await chen.page.getByRole('button', { name: '确认生效' }).count()).toBe(0)
  const wu = await as('wuzr')
  await wu.page.getByRole('link', { name: /结算待确认/ }).click()
  await wu.press('确认生效')
  await wu.press('确认生效', wu.dialog)
  await wu.heading('据此生成的申报')
  await wu.page.getByRole('link', { name: '查看申报' }).click()
  await wu.sees('草稿')

  const jing = await as('jing')
  await go(jing, '申报与兑付')
  // what a pool pays is held to the pool's money; this one is an item's own
  const mine = jing.page.locator('table.data tbody tr').filter({ hasNotText: '风险补偿' }).first()
  const cell = async (name: string) => {
    const names = await jing.page.locator('table.data thead th').allInnerTexts()
    return (await mine.locator('td').nth(names.findIndex((n) => n.startsWith(name))).innerText()).trim()
  }
  await mine.waitFor()
  item = await cell('项目')
  amount = await cell('金额')
  payee = await cell('收款人')
  expect(amount).toMatch(/^[\d,]+\.\d\d$/)
  await mine.getByRole('link').click()
  await jing.heading(payee)
  claim = new URL(jing.page.url()).pathname
})

it('the money is granted, and the payee’s account is entered by one and confirmed by another', async () => {
  const qian = await as('qian')
  await go(qian, '资金台账')
  await qian.press('新增资金来源')
  await qian.dialog.getByLabel('资金名称').fill('市级金融发展专项资金')
  await qian.dialog.getByLabel('指标文号').fill('临财金〔2022〕1号')
  await qian.dialog.getByRole('combobox', { name: '用途' }).fill(item)
  await qian.page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: item }).first().click()
  await qian.dialog.getByLabel('资金名称').click() // closes the list
  await qian.press('新增资金来源', qian.dialog)
  await qian.closed()
  await qian.page.getByRole('link', { name: '市级金融发展专项资金' }).click()
  await qian.press('下达指标')
  await qian.dialog.getByLabel(/^金额/).fill('5,000,000.00')
  await qian.press('下达指标', qian.dialog)
  await qian.closed()
  await qian.page.locator('table.data').getByText('5,000,000.00').first().waitFor()

  const zhao = await as('zhao')
  await go(zhao, '收款账户')
  await zhao.press('登记账户')
  for (const [label, v] of [['收款人代码', bank], ['账户名称', payee], ['账号', '6222000000000001234'], ['开户行', '演示一号国有银行临海支行'], ['支付系统行号', '102345200017']]) await zhao.dialog.getByLabel(label!, { exact: true }).fill(v!)
  await zhao.press('保存', zhao.dialog)
  await zhao.closed()
  await zhao.sees('待核对')
  expect(await zhao.page.locator('tbody').getByRole('button', { name: '核对', exact: true }).count()).toBe(0)
  const sun = await as('sun')
  await go(sun, '收款账户')
  await sun.press('核对', sun.page.locator('tbody'))
  await sun.press('核对', sun.dialog)
  await sun.sees('已核对')
})

it('the bank hands in what belongs to its claim', async () => {
  const fu = await as('fuze')
  await fu.page.goto(claim)
  await fu.heading(payee)
  const needed = fu.page.getByRole('listitem').filter({ hasText: '必需' })
  for (let i = 0; i < await needed.count(); i++) {
    await needed.nth(i).locator('input[type=file]').setInputFiles({ name: `材料${i + 1}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${i}\ntrailer<</Root 1 0 R>>\n%%EOF\n`) })
    await needed.nth(i).getByText(`材料${i + 1}.pdf`).waitFor()
  }
  await decide(fu, '提交', '待受理')
})

it('finance office, finance bureau, PBoC and regulator give their opinions, and nobody two of them', async () => {
  const chen = await as('chen')
  await chen.page.goto(claim)
  await decide(chen, '受理', '金融工作中心审核')
  expect(await chen.page.getByRole('button', { name: '审核通过', exact: true }).count()).toBe(0)
  const lin = await as('lin')
  await lin.page.goto(claim)
  await decide(lin, '审核通过', '财政局审核')
  const zhao = await as('zhao')
  await zhao.page.goto(claim)
  await decide(zhao, '审核通过', '征求人行、监管意见')
  const zhou = await as('zhou')
  await zhou.page.goto(claim)
  await zhou.press('无异议')
  await zhou.press('无异议', zhou.dialog)
  await zhou.closed()
  await zhou.page.locator('.timeline').getByText('无异议').first().waitFor()
  await zhou.page.locator('.tags, .row').getByText('征求人行、监管意见', { exact: true }).first().waitFor() // it waits for the regulator
  const zheng = await as('zheng')
  await zheng.page.goto(claim)
  await decide(zheng, '无异议', '待公示')
  await zheng.look('claim')
})

it('everybody sees the notice, on a phone too, and is answered', async () => {
  const chen = await as('chen')
  await chen.page.goto('/claims?stage=cleared')
  await chen.page.getByLabel(/^选择 /).first().check()
  await chen.press('发布公示')
  await chen.dialog.getByLabel('公示标题').fill('2021年度奖补资金拟兑付名单公示')
  await chen.dialog.getByLabel('联系方式').fill('市金融工作中心 0576-00000000')
  await chen.press('发布公示', chen.dialog)
  await chen.heading('2021年度奖补资金拟兑付名单公示')

  const citizen = await site.person(phone)
  await citizen.page.goto('/notice')
  await citizen.look('notices')
  await citizen.page.getByRole('link', { name: /拟兑付名单/ }).click()
  await citizen.sees(payee)
  await citizen.sees(amount)
  await citizen.page.getByLabel('姓名或单位').fill('王先生')
  await citizen.page.getByLabel('联系方式').fill('13800000000')
  await citizen.page.getByLabel('异议内容').fill('请公布计算依据。<script>alert(1)</script>')
  await citizen.press('提交异议')
  await citizen.sees('已收到您的异议')
  await citizen.look('notice')

  const wu = await as('wuzr')
  await wu.page.getByRole('link', { name: /异议待答复/ }).click()
  await wu.press('答复', wu.page.locator('tbody'))
  await wu.dialog.getByLabel('答复').fill('依据见公示附件，已电话答复。')
  await wu.press('答复', wu.dialog)
  await wu.closed()
  await wu.page.goto('/objections')
  await wu.sees('依据见公示附件，已电话答复。')
})

it('it is approved, ordered by one, released by another, and paid', async () => {
  await site.clock('2022-03-10')
  const qian = await as('qian')
  await until(async () => { // the notice ends by the clock
    await qian.page.goto(claim)
    await qian.settled()
    return (await qian.page.getByRole('button', { name: '批准', exact: true }).count()) || undefined
  })
  await decide(qian, '批准', '待开支付单')

  const zhao = await as('zhao')
  await zhao.page.goto('/claims?stage=approved')
  await zhao.page.getByLabel(/^选择 /).first().check()
  await zhao.press('开支付单')
  await zhao.dialog.getByLabel('用途').fill('2021年度奖补资金')
  await zhao.press('编制支付单', zhao.dialog)
  await zhao.heading(/^支付单 /)
  const order = new URL(zhao.page.url()).pathname
  expect(await zhao.page.getByRole('button', { name: '签发', exact: true }).count()).toBe(0)
  await qian.page.goto(order)
  await qian.press('签发')
  await qian.press('签发', qian.dialog)
  await qian.closed()
  await qian.sees('待登记回单')
  await zhao.page.goto(order)
  await zhao.save(zhao.page.getByRole('link', { name: /PDF/ }), site.file('order.pdf'))
  expect(readFileSync(site.file('order.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  await zhao.save(zhao.page.getByRole('link', { name: /Excel/ }), site.file('order.xlsx'))
  expect(readFileSync(site.file('order.xlsx')).subarray(0, 2).toString()).toBe('PK')

  const sun = await as('sun')
  await sun.page.goto(order)
  await sun.press('登记回单')
  await sun.dialog.getByLabel('回单编号').fill('HD2022030001')
  await sun.press('登记', sun.dialog)
  await sun.closed()
  await sun.page.locator('table.data').getByText('HD2022030001').waitFor()
  await sun.look('payment order')

  const jing = await as('jing')
  await jing.page.goto(claim)
  await jing.page.locator('.row').getByText('已支付', { exact: true }).first().waitFor()
})

it('the statement shows the payment, and the books balance', async () => {
  const qian = await as('qian')
  await go(qian, '资金台账')
  await qian.page.getByRole('link', { name: '市级金融发展专项资金' }).click()
  const statement = qian.page.getByRole('region', { name: '对账单' })
  const paid = statement.locator('tbody tr').filter({ hasText: 'HD2022030001' })
  await paid.getByText(amount).first().waitFor()
  await qian.look('statement')
  const figure = async (name: string) => Number((await qian.page.locator('.stat').filter({ hasText: name }).locator('b, strong').first().textContent())!.replace(/[^\d.]/g, ''))
  const [granted, free, done] = [await figure('下达'), await figure('可用'), await figure('已支付')]
  expect(done).toBeGreaterThan(0)
  expect(granted).toBe(500)
  expect(Math.abs(granted - free - done)).toBeLessThan(0.011)
})

it('the auditor takes the settlement along and computes it again on another machine', async () => {
  const feng = await as('feng')
  await feng.page.goto(run)
  const bundle = site.file('bundle.zip')
  await feng.save(feng.page.getByRole('link', { name: '下载结算包' }), bundle)
  expect(await changrong('verify', bundle)).toContain('复核通过')
  const bytes = readFileSync(bundle)
  mkdirSync(site.file('changed'))
  bytes[Math.floor(bytes.length / 2)]! ^= 1
  writeFileSync(site.file('changed/bundle.zip'), bytes)
  await expect(changrong('verify', site.file('changed/bundle.zip'))).rejects.toThrow()
})

it('nobody met an error on the way', () => {
  expect([...people].flatMap(([who, p]) => p.wrong.map((w) => `${who}: ${w}`))).toEqual([])
})
