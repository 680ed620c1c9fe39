// A loan in one scan: from a code that the office hangs up to the loan in the loan book
// and in the settlement of its year. Departments answer, one bank works in the console,
// the other is a system that answers by itself over its interface. Twice: in usual and
// in large type.
import { createServer } from 'node:net'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changrong, departments, inOrder, onDay, type Person, password, phone, Running, Site } from './site'
import { Caller, filesBelow, Town, until } from './town'

const small = { width: 320, height: 640 }
const today = '2021-10-11' // a Monday, while the policy is in force, and fewer days before the banks report than a password holds
const wish = '100' // ten thousands of yuan

/** Bank is one of the city, with a branch for technology. */
type Bank = { name: string; uscc: string; branch: { id: string; name: string } }
const desk: Bank = { name: '演示一号城商行', uscc: '91331000DEM000145C', branch: { id: '14012', name: '演示一号城商行大洋科技支行' } }
const system: Bank = { name: '演示一号农商行', uscc: '91331082DEM000217X', branch: { id: '21032', name: '演示一号农商行江南科技支行' } }

/** Ride is one way through, and what came of it. */
type Ride = { elder: boolean; firm: string; uscc: string; takes: Bank; note: string }
const rides: Ride[] = [
  { elder: false, firm: '演示000014号工艺品有限公司', uscc: '91331082DEM010140D', takes: desk, note: 'JJ2021101101' },
  { elder: true, firm: '演示000007号眼镜有限公司', uscc: '91331082DEM010079N', takes: system, note: '' },
]

const folder = mkdtempSync(join(tmpdir(), 'changrong-journey-'))
let site: Site
let token = '' // of the loan code
let codeAt = '' // its page
let office: Caller

/** free finds a port that nobody listens at: who signs people in has to know the
 * platform's address before it is there. */
const free = () => new Promise<number>((done) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const { port } = s.address() as { port: number }
    s.close(() => done(port))
  })
})

inOrder()

beforeAll(async () => {
  const url = `http://127.0.0.1:${await free()}`
  const data = join(folder, 'data')
  onDay(data, today)
  const city = await departments(join(folder, 'departments'), 120, data, '--platform', url)
  site = await Site.within(folder, '--demo', '--config', join(folder, 'departments/platform.env'), '--listen', url.slice(7), '--webhook-allow', '127.0.0.0/8')
  site.beside.push(city)
  const facts = site.file('city')
  const [town] = await Promise.all([Town.found(site), changrong('city', '--seed', '1', '--enterprises', '120', '--as', 'facts', '--format', 'csv', '--out', facts)])
  await town.org('office', '市金融工作中心')
  office = await town.hire('市金融工作中心', 'chen', '陈经办', 'office')
  const lead = await town.hire('市金融工作中心', 'wuzr', '吴主任', 'office_lead')
  const upload = await lead.upload({ name: '企业登记库.csv', content: readFileSync(join(folder, 'departments/firms.csv')) })
  const { id } = await lead.call<{ id: string }>('POST', '/api/firm-registry/imports', { upload, as_of: '2021-10-10' })
  await until(async () => {
    const i = await lead.call<{ state: string }>('GET', `/api/firm-registry/imports/${id}`)
    if (i.state === 'refused' || i.state === 'failed') throw new Error(JSON.stringify(i))
    return i.state === 'loaded' ? true : undefined
  })
  // the office's lists: institutions, branches, and which enterprises are technology ones
  const lists = ['institutions', 'branches', 'enterprises']
  const registers = filesBelow(facts).filter((f) => lists.includes(f.name.split(/[-.]/)[0]!)).map((f) => ({ name: f.name, content: readFileSync(f.path) }))
  await accepted(office, lead, 'registers', '2021', registers)
  for (const [bank, login] of [[desk, 'hang'], [system, 'lian']] as const) {
    await town.org('bank', bank.name, bank.uscc)
    const by = await town.hire(bank.name, `${login}.fuze`, bank === desk ? '杭行长' : '连行长', 'bank_lead')
    await town.hire(bank.name, `${login}.jing`, bank === desk ? '杭经理' : '连经理', 'bank')
    await publish(by, `${bank.branch.name.slice(-4)}科创贷`, ['firm.months_open >= 12', 'tax_filing.months_paid >= 12'], bank.branch.name)
    if (bank === desk) await publish(by, '老字号传承贷', ['firm.months_open >= 600'])
  }
})
afterAll(async () => {
  await site?.stop()
})

/** publish offers a product. */
async function publish(by: Caller, name: string, conditions: string[], ...branches: string[]) {
  const product = await by.call<{ id: string; version: number }>('POST', '/api/products', {
    name, summary: '面向小微企业的信用贷款', min_amount_fen: 10_000_000, max_amount_fen: 500_000_000, min_months: 3, max_months: 36, min_rate_ppb: 36_500_000, max_rate_ppb: 43_500_000, basis: 'act_360',
    methods: ['interest_first', 'equal_instalments'], securities: ['credit'], purposes: [], towns: [], branches, fees: [], promise_days: 2,
    papers: [{ code: 'licence', title: '营业执照', needed: true }], conditions: conditions.map((when) => ({ when, words: '' })),
  })
  await by.call('POST', `/api/products/${product.id}/actions`, { version: product.version, verb: 'publish' })
}

/** accepted hands files in, and has somebody else confirm where something is doubtful. */
async function accepted(by: Caller, second: Caller, ...handed: Parameters<Caller['handIn']>) {
  const s = await by.handIn(...handed)
  if (s.state === 'confirming') await second.call('POST', `/api/submissions/${s.id}/confirm`, { note: '已核对' })
  else if (s.state !== 'accepted') throw new Error(`${handed[0]} is ${s.state}: ${JSON.stringify(await by.call('GET', `/api/submissions/${s.id}/findings?limit=5`))}`)
}

const people = new Map<string, Person>()

/** at is somebody at the console, signed in. */
async function at(login: string, path: string): Promise<Person> {
  let p = people.get(login)
  if (!p) people.set(login, (p = await site.person()))
  await p.context.request.post('/api/session', { data: { login, password } })
  await p.page.goto(path)
  await p.settled()
  return p
}

/** row is the row of a list that has a text. */
const row = (p: Person, text: string) => p.page.locator('table.data tbody tr').filter({ hasText: text }).first()

it('a bank connects its system: key, address, and a first message', async () => {
  const keys = generateKeyPairSync('ed25519')
  const lian = await at('lian.fuze', '/keys')
  await lian.press('登记密钥')
  await lian.dialog.getByLabel('用途').fill('信贷系统')
  await lian.dialog.getByLabel('公钥').fill(keys.publicKey.export({ type: 'spki', format: 'pem' }) as string)
  await lian.press('登记密钥', lian.dialog)
  await lian.sees('已登记，待确认', lian.dialog)
  const [keyID, fingerprint] = await lian.dialog.locator('code').allInnerTexts()
  await lian.press('知道了', lian.dialog)
  await lian.closed()

  const sec = await at('sec', '/keys')
  await sec.press('确认', row(sec, system.name))
  await sec.dialog.getByLabel('指纹').fill(fingerprint!)
  await sec.press('确认', sec.dialog)
  await sec.closed()
  await row(sec, system.name).getByText('已确认', { exact: true }).first().waitFor()

  const bank = site.file('bank')
  mkdirSync(bank)
  writeFileSync(join(bank, 'bank.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(bank, 'rules.yaml'), `branch: ${system.branch.name}\nreports: [current]\ndecide:\n`
    + '  - when: {data: {dataset: tax.grade, field: grade, in: [D]}}\n    decline: {code: credit_history, words: 纳税信用级别未达到本行要求}\n'
    + '  - offer: {percent: 100, rate: 3.95%, max_months: 12, method: interest_first, security: credit, valid_days: 7, conditions: 放款前开立结算账户}\n')
  await lian.page.goto('/webhooks')
  await lian.press('新增地址')
  const port = await free()
  await lian.dialog.getByLabel('地址').fill(`http://127.0.0.1:${port}/hooks`)
  await lian.press('新增地址', lian.dialog)
  await lian.sees('签名密钥', lian.dialog)
  writeFileSync(join(bank, 'secret.txt'), await lian.dialog.locator('code').innerText())
  const [running] = await Running.start(
    ['bank', '--platform', site.url, '--key-id', keyID!, '--key', join(bank, 'bank.pem'), '--secret-file', join(bank, 'secret.txt'), '--rules', join(bank, 'rules.yaml'), '--data', join(bank, 'data'), '--listen', `127.0.0.1:${port}`, '--demo-data', join(folder, 'data')], /\/hooks/,
  )
  site.beside.push(running)
  await lian.press('已保存', lian.dialog)
  await lian.press('试推送')
  await row(lian, '已送达').waitFor()
})

it('the office makes a loan code', async () => {
  const chen = await at('chen', '/codes')
  await chen.press('制作码')
  await chen.choose('位置', '园区', chen.dialog)
  await chen.dialog.getByLabel('名称').fill('大洋街道眼镜产业园')
  await chen.press('制作码', chen.dialog)
  await chen.heading(/大洋街道眼镜产业园/)
  await chen.page.getByRole('img', { name: /二维码/ }).waitFor()
  codeAt = new URL(chen.page.url()).pathname
  token = (await office.call<{ token: string }>('GET', `/api${codeAt}`)).token
})

/** decide does one thing to the referral that is shown, and waits for its stage. */
async function decide(p: Person, verb: string, then: string, reason?: string) {
  await p.press(verb)
  if (reason) await p.dialog.getByLabel(/^说明/).fill(reason)
  await p.press(verb, p.dialog)
  await p.closed()
  await p.page.locator('.timeline').getByText(`${verb} → ${then}`).waitFor()
}

for (const ride of rides) {
  const type = ride.elder ? 'large type' : 'usual type'
  const size = ride.elder ? small : phone
  const left = ride.takes === desk ? system : desk // the bank that is not taken
  let p: Person
  let application = ''
  let referral = '' // at the bank that works in the console

  /** enter signs the enterprise in, at the door that vouches for it. */
  async function enter(fill = (field: Locator, value: string) => field.fill(value)) {
    await p.page.getByRole('link', { name: '法人身份认证（参考）' }).click()
    await fill(p.page.getByLabel('统一社会信用代码'), ride.uscc)
    await p.press('登录')
  }

  /** picture takes one of the phone, for the documents. */
  async function picture(name: string) {
    await p.page.setViewportSize(phone)
    await p.page.evaluate(() => scrollTo(0, 0))
    await p.picture(`phone-${name}${ride.elder ? '-elder' : ''}`)
    await p.page.setViewportSize(size)
  }

  it(`scan and apply, in ${type}`, async ({ task }) => {
    p = await site.person(size)
    people.set(ride.uscc, p)
    const { page } = p
    const screens: string[] = []
    const typed: string[] = []
    const chosen: string[] = []
    const fill = async (field: Locator, value: string) => { typed.push(value); await field.fill(value) }
    const choose = async (name: string) => { chosen.push(name); await page.getByLabel(name, { exact: true }).check() }
    const screen = async (name: string) => {
      await p.sees(new RegExp(`第 ${screens.push(name)} 步，共 5 步`))
      await p.look(name)
    }
    await page.goto(`/c/${token}`)
    await p.heading('贷款码')
    await p.sees('大洋街道眼镜产业园')
    if (ride.elder) await p.press('长辈版')
    await p.look('a loan code')
    await picture('scan')
    await page.getByRole('link', { name: '开始申请' }).click()

    await screen('need')
    await fill(page.getByLabel('想借多少'), wish)
    await choose('1年')
    await choose('采购原材料、商品')
    await p.press('下一步')

    await page.getByRole('link', { name: '去登录' }).click()
    await enter(fill)
    await p.sees(ride.firm)
    await screen('firm')
    await fill(page.getByLabel('联系电话'), '0576-85112233')
    await p.press('下一步')

    await screen('known')
    await p.sees(/来源：金税系统/)
    expect(await page.getByText('暂时查不到').count(), 'departments that did not answer').toBe(0)
    await p.press('下一步')

    // why, and why not; what it would cost, and what comes back
    for (const bank of [desk, system]) await choose(`选择${bank.name}`)
    await screen('banks')
    expect(await page.getByText('符合条件', { exact: true }).count()).toBe(2)
    await p.sees(/预计补贴：科技支行贷款贴息/)
    await page.getByText('暂不符合的 1 个产品').click()
    await p.sees(/还差/)
    await picture('banks')
    await p.press('下一步')

    await p.press('提交给 2 家银行')
    await p.sees('请阅读并勾选同意') // nothing is sent without
    for (const bank of [desk, system]) await choose(`我已阅读，同意${bank.name}查询`)
    await screen('send')
    await p.press('提交给 2 家银行')
    await page.waitForURL('**/m/applications/*')
    application = new URL(page.url()).pathname
    expect(screens.length).toBeLessThanOrEqual(5)
    expect(typed.length + chosen.length, 'fields that were filled in').toBeLessThanOrEqual(10)
    task.meta.said = `${screens.length} screens (${screens.join(', ')}); ${typed.length} fields typed, ${chosen.length} chosen`
  })

  it(`one bank answers from its desk, the other by machine, in ${type}`, async () => {
    const jing = await at('hang.jing', '/referrals')
    await row(jing, ride.firm).getByRole('button', { name: '领取' }).click()
    await row(jing, ride.firm).getByText('杭经理').waitFor()
    if (!ride.elder) await jing.picture('desk-inbox')
    await row(jing, ride.firm).getByRole('link').first().click()
    await jing.heading(ride.firm)
    referral = new URL(jing.page.url()).pathname
    await decide(jing, '受理', '待对接')
    await decide(jing, '登记对接', '已对接', '已电话联系，约定上门')
    await decide(jing, '转审查', '审查中')
    // what departments know, each with its source and day
    await jing.press('查询')
    await jing.page.getByRole('region', { name: /纳税申报/ }).getByText(/税务部门.*截至 2021-10-10.*来源：金税系统/).first().waitFor()
    await jing.page.getByPlaceholder('写给对方').fill('您好，请补充上年度财务报表。')
    await jing.press('发送')
    await jing.page.getByText('请补充上年度财务报表').waitFor()
    if (!ride.elder) await jing.look('a referral')
    if (!ride.elder) await jing.picture('desk-referral')
    await jing.press('报价')
    await jing.dialog.getByLabel('年利率').fill('3.85')
    await jing.choose('还款方式', '先息后本', jing.dialog)
    await jing.press('增加费用', jing.dialog)
    await jing.dialog.getByLabel('费用名称').fill('评估费')
    await jing.dialog.getByLabel('收取方').fill('某评估公司')
    await jing.dialog.getByLabel('金额', { exact: true }).fill('800')
    await jing.dialog.getByLabel(/^条件说明/).fill('放款前在本行开立结算账户')
    await jing.dialog.getByText('年化综合成本').first().waitFor()
    if (!ride.elder) await jing.picture('desk-offer')
    await jing.press('发出报价', jing.dialog)
    await jing.closed()
    await jing.sees('待企业选择')
    // the firm sees both, without asking for them
    const offers = p.page.getByRole('region', { name: /^报价比较/ })
    for (const text of [desk.name, system.name, '3.85%', '3.95%', '算上预计补贴', '5,000.00元']) await offers.getByText(text).first().waitFor()
    await p.look('offers side by side')
    await picture('offers')
    const card = p.page.getByRole('region', { name: desk.name, exact: true })
    await card.getByText(/^留言和材料/).click()
    await p.sees('请补充上年度财务报表', card)
    await card.getByLabel('给银行留言').fill('好的，明天送到。')
    await p.press('发送', card)
    await p.sees('好的，明天送到。', card)
  })

  it(`the firm takes one, and the other bank learns no more than that it is over, in ${type}`, async () => {
    const { page } = p
    const offer = (bank: Bank) => page.getByRole('link', { name: `查看 ${bank.name}` })
    const refused = await offer(left).getAttribute('href')
    await offer(ride.takes).click()
    await p.sees('还款计划')
    await p.look('an offer')
    await p.press('接受这份报价')
    await p.press('接受这份报价', p.dialog)
    await p.sees('您已接受这份报价')
    await page.goto(refused!)
    await p.sees('这份报价已不能接受。')
    const clerk = left === desk ? await at('hang.jing', referral) : await at('lian.jing', '/referrals')
    if (left === system) await row(clerk, ride.firm).getByRole('link').first().click()
    await clerk.sees('申请人已终止本件')
    const shown = await clerk.page.locator('#main').innerText()
    for (const hint of [ride.takes.name, '另一', '其他银行', '他行']) expect(shown).not.toContain(hint)
  })

  it(`contract and drawdown, in ${type}`, async () => {
    if (ride.takes === desk) {
      const jing = await at('hang.jing', referral)
      await jing.press('登记合同')
      await jing.dialog.getByLabel('合同编号').fill('HT2021101101')
      await jing.choose('是否首贷户', '是', jing.dialog)
      await jing.dialog.getByLabel(/^经办网点/).fill(desk.branch.name)
      await jing.press('登记合同', jing.dialog)
      await jing.closed()
      await jing.press('登记放款')
      await jing.dialog.getByLabel('借据编号').fill(ride.note)
      await jing.press('登记放款', jing.dialog)
      await jing.closed()
      await jing.sees(ride.note)
      expect(await jing.page.getByRole('button', { name: '再次放款' }).count(), 'all of it has been paid out').toBe(0)
    }
    const { page } = p
    await page.goto(application)
    const card = page.getByRole('region', { name: ride.takes.name, exact: true })
    await card.getByText('借据编号').waitFor()
    ride.note = await card.locator('dt:has-text("借据编号") + dd').innerText()
    await p.look('the loan')
    await picture('loan')
    await page.goto('/m')
    await p.sees('我的贷款')
    await picture('home')
    // who has read what, and that it ends when the firm says so
    await page.goto('/m/data')
    await p.sees('融资申请审查')
    await p.press('撤回授权')
    await p.press('撤回授权', p.dialog)
    await p.sees('已撤回')
    await p.look('data')
  })
}

it('the loans are in the loan book by themselves, and counted for the code', async () => {
  const chen = await at('chen', '/through')
  for (const r of rides) await row(chen, r.note).getByText('待报送').waitFor()
  await chen.page.goto(codeAt)
  await chen.settled()
  const figure = (name: string) => chen.page.locator(`dt:text-is("${name}") + dd`).first().innerText()
  expect([await figure('扫码'), await figure('申请'), await figure('放款')].map((x) => Number.parseInt(x))).toEqual([2, 2, 2])
})

/** reported is what a bank hands in for the year: one note, at its month ends. */
const reported = (bank: Bank, r: Ride, rate: string) => [
  { name: 'loans.csv', content: Buffer.from(`institution_id,loan_id,contract_id,branch_id,enterprise_id,principal,rate,disbursed_on,due_on,security\n${bank.uscc},${r.note},,${bank.branch.id},${r.uscc},1000000.00,${rate},${today},2022-10-11,credit\n`) },
  { name: 'month_balances.csv', content: Buffer.from(`institution_id,loan_id,month,balance,quality\n${['10', '11', '12'].map((m) => `${bank.uscc},${r.note},2021-${m},1000000.00,normal\n`).join('')}`) },
]

it('what banks then report is put beside them, and a difference is told', async ({ task }) => {
  await site.clock('2022-01-05')
  for (const [r, rate] of [[rides[0]!, '3.85'], [rides[1]!, '3.90']] as const) {
    const [clerk, lead] = await Promise.all(['jing', 'fuze'].map((who) => Caller.signIn(site, `${r.takes === desk ? 'hang' : 'lian'}.${who}`, password)))
    await accepted(clerk!, lead!, 'lending', '2021', reported(r.takes, r, rate))
  }
  const chen = await at('chen', '/through')
  await row(chen, rides[0]!.note).getByText('一致', { exact: true }).waitFor()
  await row(chen, rides[1]!.note).getByText('不一致', { exact: true }).waitFor()
  task.meta.said = await row(chen, rides[1]!.note).getByText(/年利率登记为3\.95%，报送为3\.9%/).innerText()
  await chen.picture('desk-compared')
})

it('the settlement of their year has both, and the firms are paid what their offers said', async ({ task }) => {
  office = await Caller.signIn(site, 'chen', password)
  const head = await Caller.signIn(site, 'wuzr', password)
  const made = await office.call<{ id: string }>('POST', '/api/runs', { pack: 'linhai-2021-47', purpose: 'official', note: '2021年度' })
  const run = await until(async () => {
    const r = await office.call<{ state: string; version: number; failure?: unknown }>('GET', `/api/runs/${made.id}`)
    if (r.state === 'failed') throw new Error(JSON.stringify(r.failure))
    return r.state === 'done' ? r : undefined
  })
  await head.call('POST', `/api/runs/${made.id}/confirmation`, { version: run.version, note: '核对无误' })
  const chen = await at('chen', `/runs/${made.id}?tab=lines&item=tech-interest`)
  for (const r of rides) await row(chen, r.note).getByText('5,000.00').first().waitFor() // 100万元 at three of twelve month ends, 2 %
  task.meta.said = (await chen.page.locator('table.data tbody tr').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ')).join('; ')
  // the firm reads it on its phone
  const p = people.get(rides[1]!.uscc)!
  await p.page.goto('/m/benefits')
  await p.page.getByRole('link', { name: '法人身份认证（参考）' }).click()
  await p.page.getByLabel('统一社会信用代码').fill(rides[1]!.uscc)
  await p.press('登录')
  await p.sees(/5,000/)
  await p.look('benefits')
})

it('nobody met an error on the way', () => {
  expect([...people].flatMap(([who, p]) => p.wrong.map((w) => `${who}: ${w}`))).toEqual([])
})
