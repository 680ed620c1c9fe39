// A scorecard's life: a sample handed in and trained on, bins changed by hand, a model kept and
// described, not reviewed by who made it but by another, put to use; a bank rates a firm that
// applies, the firm reads its grade, the city is rated, a list of firms is published, a month is
// watched and its alarm dealt with. Each with a browser of his own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bank, type Firm, Lending } from './lending'
import { changrong, inOrder, password, type Person, phone } from './site'
import type { Caller } from './town'

const name = '小微企业信用评分'

let folder: string
let l: Lending
let bank: Bank
let firms: Firm[]
let referral = '' // that the bank rates
const people = new Map<string, Person>()

inOrder()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'changrong-rating-'))
  const past = changrong('history', '--seed', '1', '--enterprises', '2500', '--out', join(folder, 'history'))
  l = await Lending.start(folder, { banks: 1, firms: 3, known: 120, on: '2021-10-11' })
  await l.town.org('pboc', '人行市支行')
  await l.town.hire('人行市支行', 'zhou', '周科员', 'pboc')
  bank = l.banks[0]!
  firms = l.firms
  await l.apply(firms[0]!, [bank], 80_000_000)
  const [r] = await l.came(bank, 1)
  await l.bring(bank, firms[0]!, r!, 'under_review')
  referral = r!.id
  await past
})
afterAll(async () => {
  await l?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** agree has a firm consent to be rated with the city, and to be named to banks. */
async function agree(firm: Caller) {
  const { offices, datasets } = await firm.call<{ offices: { id: string }[]; datasets: string[] }>('GET', '/api/my/white-lists')
  for (const g of [{ purpose: 'city_rating', datasets }, { purpose: 'bank_naming', datasets: [] }]) {
    const grant = { ...g, recipient: offices[0]!.id }
    const text = await firm.call<{ text_sha256: string; expires_on: string }>('POST', '/api/consent-texts', grant)
    await firm.call('POST', '/api/consents', { ...grant, text_sha256: text.text_sha256, expires_on: text.expires_on, channel: 'phone' })
  }
}

/** at is somebody signed in, at a place. */
async function at(login: string, path: string, size?: typeof phone): Promise<Person> {
  let p = people.get(login)
  if (!p) people.set(login, (p = await l.site.person(size)))
  await p.context.request.post('/api/session', { data: { login, password } })
  await p.page.goto(path)
  await p.settled()
  return p
}

/** decide does one thing to what is shown, with words where they are asked for. */
async function decide(p: Person, verb: string, words?: string) {
  await p.press(verb)
  if (words) await p.dialog.getByRole('textbox').fill(words)
  await p.press(verb, p.dialog)
  await p.closed()
}

const tab = (p: Person, text: string) => p.page.getByRole('tab', { name: text, exact: true }).click()

let model = '' // its page
let run = '' // the city's

it('an analyst hands a sample in and sees it trained on', async ({ task }) => {
  const chen = await at('chen', '/rating/trainings')
  await chen.look('no training yet')
  await chen.page.getByRole('button', { name: '新的训练' }).first().click()
  await chen.page.getByLabel('上传样本 已上传的样本').setInputFiles(join(folder, 'history/sample.csv'))
  await chen.choose('结果所在的列', 'defaulted')
  await chen.choose('哪个值是坏的', /^1（/)
  await chen.page.getByText('随程序的小微企业评级指标').click()
  await chen.sees(/样本有其中 \d+ 项/)
  await chen.page.getByLabel('评分卡名称').fill(name)
  await chen.look('what to train')
  await chen.press('开始训练')
  await chen.sees('入选的指标')
  await chen.look('a report of training')
  task.meta.said = (await chen.page.locator('.figures').first().innerText()).replaceAll(/\s+/g, ' ')
})

it('bins are merged by hand, and trained on again', async () => {
  const chen = people.get('chen')!
  await tab(chen, '分箱')
  await chen.page.getByRole('button', { name: /与下一箱合并$/ }).first().click()
  await chen.sees('改了 1 项分箱')
  await chen.look('bins that are changed')
  await chen.picture('rating-bins')
  await chen.press('按改动重新训练')
  await chen.sees('手工调整')
  await tab(chen, '表现')
  await chen.look('how a card does')
  await chen.picture('rating-plots')
  await decide(chen, '保存为模型')
  await chen.heading(new RegExp(name))
  model = new URL(chen.page.url()).pathname
})

it('what its manifest lacks is named, until it is written', async () => {
  const chen = people.get('chen')!
  await chen.sees(/还缺|须补/)
  for (const lack of ['用途和限制', '好坏定义和观察期', '数据存储介质编号']) await chen.sees(lack)
  expect(await chen.page.getByRole('button', { name: '提交评审' }).count()).toBe(0)
  await chen.press('填写清单')
  for (const [label, text] of [
    ['用途和限制', '合成数据训练，仅供试用；供银行参考，不替银行决定'], ['好坏定义和观察期', '观察日后12个月内逾期90天以上为坏'], ['训练数据来源', '合成数据：随机种子生成的虚构企业'],
    ['抽样方法', '虚构城市中获得贷款的全部企业'], ['数据采集起始日期', '2019-07-15'], ['数据采集截止日期', '2021-04-15'],
    ['目标函数无偏见的说明', '正则化对数似然，不含个人属性'], ['数据存储介质编号', 'HIS-1'],
  ]) await chen.page.getByLabel(label!).fill(text!)
  await chen.press('保存')
  await chen.page.getByRole('button', { name: '提交评审' }).waitFor()
  await chen.look('a model with its manifest')
  await decide(chen, '提交评审')
  await chen.sees('待评审')
})

it('who made it does not review it; another does', async () => {
  const chen = people.get('chen')!
  expect(await chen.page.getByRole('button', { name: '评审通过' }).count()).toBe(0)
  const refused = await chen.context.request.post(`/api${model.replace('/rating/models', '/rating-models')}/decisions`, { data: { verb: 'approve', words: '同意', version: 3 } })
  expect(refused.status()).toBe(403)
  const zhou = await at('zhou', model)
  await decide(zhou, '评审通过', '清单完整，样本外表现稳定')
  await zhou.sees('已通过评审')
  const head = await at('wuzr', model)
  await decide(head, '启用')
  await head.sees('在用')
  await head.look('a model in use')
  await head.picture('rating-model')
})

it('a bank rates a firm that applies, and prints the report', async ({ task }) => {
  const clerk = await at('clerk0', `/referrals/${referral}`)
  await clerk.page.getByRole('link', { name: '去评级' }).click()
  await clerk.press('请求评级')
  await clerk.sees('为什么不是更高')
  await clerk.sees('仅供参考')
  await clerk.look('a credit report')
  await clerk.picture('rating-report')
  const pdf = await clerk.page.pdf({ format: 'A4' })
  expect(pdf.length).toBeGreaterThan(20_000)
  task.meta.said = (await clerk.page.locator('.credit').innerText()).replaceAll(/\s+/g, ' ')
})

it('the firm reads its grade on its phone', async () => {
  const firm = await at(firms[0]!.login, '/m/', phone)
  await firm.page.getByRole('link', { name: /我的评级/ }).click()
  await firm.sees('怎样提高')
  await firm.sees(bank.name)
  await firm.look('own rating')
  await firm.picture('phone-rating')
})

it('the city is rated; fairness; a list that a bank reads', async ({ task }) => {
  for (const f of firms) await agree(f.caller)
  const head = await at('wuzr', '/rating/city')
  await head.page.getByRole('button', { name: '开始全市评级' }).first().click()
  await head.page.getByRole('button', { name: '公平性报告' }).waitFor()
  run = new URL(head.page.url()).pathname
  await head.look('a rating of the city')
  task.meta.said = (await head.page.locator('.figures').first().innerText()).replaceAll(/\s+/g, ' ')
  await head.press('公平性报告')
  await head.heading('评级公平性')
  await head.look('fairness')
  const chen = await at('chen', `/rating/white-lists/new?run=${run.split('/').at(-1)}`)
  await chen.page.getByLabel('名称', { exact: true }).fill('小微走访名单')
  await chen.page.getByLabel('给银行的说明').fill('供走访参考')
  await chen.page.getByLabel('规则', { exact: true }).fill('rating.rank <= 8 && firm.size in ["micro", "small", "medium"]')
  await chen.sees(/家符合/)
  await chen.look('a rule of a list')
  await chen.press('保存')
  await chen.page.waitForURL(/white-lists\/[0-9a-f-]{30,}/)
  await chen.settled()
  const list = new URL(chen.page.url()).pathname
  expect(await chen.page.getByRole('button', { name: '发布' }).count()).toBe(0)
  await head.page.goto(list)
  await decide(head, '发布')
  await head.sees('同意推荐的企业')
  await head.look('a list')
  const clerk = await at('clerk0', list)
  await clerk.sees(firms[0]!.name)
  await clerk.look('a list at a bank')
})

it('a month is watched when it is over, and its alarm is dealt with', async ({ task }) => {
  await l.site.clock('2021-11-02')
  const head = await at('wuzr', '/rating/months')
  await expect.poll(async () => {
    await head.page.reload()
    await head.settled()
    return head.page.getByText('不能评分的企业过多').count()
  }, { timeout: 30_000 }).toBeGreaterThan(0)
  task.meta.said = (await head.page.locator('.todo').innerText()).replaceAll(/\s+/g, ' ')
  await head.look('months')
  await head.press('处理')
  await head.dialog.getByLabel('处理情况').fill('多数企业尚未授权，已请各银行和镇街提醒企业在手机上授权')
  await head.press('处理', head.dialog)
  await head.closed()
  await head.sees('没有待处理的预警')
})

it('nobody met an error on the way', () => {
  expect([...people].flatMap(([who, p]) => p.wrong.map((w) => `${who}: ${w}`))).toEqual([])
})
