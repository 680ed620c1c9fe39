// A city's lending before a journey begins: departments that answer, a registry of
// firms, banks with products and codes, and applications in every stage. Through the
// API, as a journey is about something else.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { departments, onDay, Site } from './site'
import { Caller, creditCode, Town, until } from './town'

/** Firm is an enterprise whose owner is at the API. */
export type Firm = { name: string; uscc: string; login: string; caller: Caller }
/** Bank is one with its people. */
export type Bank = { name: string; id: string; lead: Caller; clerk: Caller }
/** Referral is what a bank has of an application. */
export type Referral = { id: string; number: number; version: number; stage: string; firm: string; pushed_ms: number; need: { amount_fen: number } }

/** Sizes say how many there are, of how many that departments know, and the day on which it
 * begins: that of the real clock, if none is said. */
type Sizes = { banks: number; firms: number; known?: number; on?: string }

const rare = ['临海市𨱔𰜩模具厂', '臺州市黃岩區鑫鑫鑫塑料製品有限公司', '临海市杜桥镇眼镜小镇共同富裕工坊联合体眼镜配件及光学镜片表面处理加工股份合作制企业（有限合伙）', 'Linhai O’Neil & Söhne 😀 Optik']

/** Lending is a platform with banks, firms and departments. */
export class Lending {
  readonly banks: Bank[] = []
  readonly firms: Firm[] = []

  private constructor(
    readonly site: Site,
    readonly town: Town,
    readonly office: Caller,
  ) {}

  /** start begins one of these sizes in a folder. */
  static async start(folder: string, sizes: Sizes): Promise<Lending> {
    const data = join(folder, 'data')
    if (sizes.on) onDay(data, sizes.on)
    const city = await departments(join(folder, 'city'), sizes.known ?? 300, sizes.on && data)
    const site = await Site.within(folder, '--demo', '--departments', join(folder, 'city/departments.yaml'))
    site.beside.push(city)
    const town = await Town.found(site)
    await town.org('office', '市金融工作中心')
    await town.org('department', '市市场监管局')
    const office = await town.hire('市金融工作中心', 'chen', '陈经办', 'office')
    const lead = await town.hire('市金融工作中心', 'wuzr', '吴主任', 'office_lead')
    const market = await town.hire('市市场监管局', 'shi', '史登记', 'department')
    await lead.call('PUT', '/api/data-departments/market', { org: (await market.call<{ org: string }>('GET', '/api/session')).org })
    const l = new Lending(site, town, office)
    await l.register(market, readFileSync(join(folder, 'city/firms.csv')), new Date(Date.parse(sizes.on ?? new Date().toISOString()) - 86_400_000).toISOString().slice(0, 10))
    for (let i = 0; i < sizes.banks; i++) await l.bank(i)
    const known = readFileSync(join(folder, 'city/firms.csv'), 'utf8').split('\n').slice(1).map((line) => line.split(',')).filter((f) => f.includes('open') && f[2] === 'enterprise')
    for (let i = 0; i < sizes.firms; i++) await l.firm(i, i % 8 === 3 ? [creditCode(60_000_000 + i), rare[Math.floor(i / 8) % rare.length]!] : [known[i]![0]!, known[i]![1]!])
    return l
  }

  stop() {
    return this.site.stop()
  }

  private async register(market: Caller, content: Buffer, as_of: string) {
    const upload = await market.upload({ name: '企业登记库.csv', content })
    const { id } = await market.call<{ id: string }>('POST', '/api/firm-registry/imports', { upload, as_of })
    await until(async () => {
      const { state } = await market.call<{ state: string }>('GET', `/api/firm-registry/imports/${id}`)
      if (state === 'refused' || state === 'failed') throw new Error(`the registry: ${state}`)
      return state === 'loaded' ? true : undefined
    })
  }

  private async bank(i: number) {
    const name = ['演示农村商业银行', '演示城市商业银行', '演示村镇银行', '演示股份制商业银行台州分行临海小微企业专营支行'][i]!
    await this.town.org('bank', name, creditCode(8000 + i))
    const lead = await this.town.hire(name, `lead${i}`, `行长${'甲乙丙丁'[i]}`, 'bank_lead')
    const clerk = await this.town.hire(name, `clerk${i}`, `客户经理${'甲乙丙丁'[i]}`, 'bank')
    this.banks.push({ name, id: (await lead.call<{ org: string }>('GET', '/api/session')).org, lead, clerk })
  }

  private async firm(i: number, [uscc, name]: [string, string]) {
    await this.town.org('enterprise', name, uscc)
    this.firms.push({ name, uscc, login: `firm${i}`, caller: await this.town.hire(name, `firm${i}`, `企业${i}`, 'enterprise') })
  }

  /** apply has a firm ask banks for a loan, and lets them read what departments know. */
  async apply(firm: Firm, banks: Bank[], amount_fen: number, more: object = {}, product?: string) {
    const { items } = await firm.caller.call<{ items: { id: string; sharing: string }[] }>('GET', '/api/datasets')
    const datasets = items.filter((d) => d.sharing === 'conditional').map((d) => d.id)
    const targets = []
    for (const b of banks) {
      const text = await firm.caller.call<{ text_sha256: string; expires_on: string }>('POST', '/api/consent-texts', { recipient: b.id, purpose: 'loan_application', datasets })
      targets.push({ bank: b.id, product, consent: { datasets, text_sha256: text.text_sha256, expires_on: text.expires_on } })
    }
    return firm.caller.call<{ id: string }>('POST', '/api/applications', {
      key: randomUUID(), contact: { name: '张三', phone: '0576-85110000' }, need: { amount_fen, term_months: 12, purpose: 'materials', purpose_text: '采购不锈钢板 𠮷', security: ['credit'], ...more }, targets,
    })
  }

  /** came waits until a bank has so many referrals, and returns them. */
  came(bank: Bank, n: number): Promise<Referral[]> {
    return until(async () => {
      const { items, total } = await bank.lead.call<{ items: Referral[]; total: number }>('GET', '/api/referrals?limit=200')
      return total >= n ? items : undefined
    })
  }

  /** bring leads a referral to a stage. */
  async bring(bank: Bank, firm: Firm, r: Referral, to: string, rate_ppb = 38_500_000) {
    const { lead } = bank
    const at = async () => (await lead.call<{ referral: Referral }>('GET', `/api/referrals/${r.id}`)).referral
    const act = async (verb: string, more: object = {}) => lead.call('POST', `/api/referrals/${r.id}/decisions`, { verb, version: (await at()).version, ...more })
    const on = (days: number) => new Date(r.pushed_ms + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10)
    const price = { amount_fen: Math.round(r.need.amount_fen * 0.8), rate_ppb, term_months: 12, security: 'credit' }
    const steps: [string, () => Promise<unknown>][] = [
      ['accepted', () => act('accept')],
      ['contacted', () => act('contact', { reason: '已电话联系' })],
      ['under_review', () => act('review')],
      ['offered', () => lead.call('POST', `/api/referrals/${r.id}/offers`, { price: { ...price, method: 'equal_instalments', day_count: 'act_360', first_due_on: on(30), valid_til_ms: r.pushed_ms + 30 * 86_400_000, fees: [{ name: '评估费', payee: '某评估公司', amount_fen: 50_000 }], conditions: '放款前开立结算账户' } })],
      ['offer_accepted', async () => {
        const { offers } = await lead.call<{ offers: { id: string }[] }>('GET', `/api/referrals/${r.id}`)
        await firm.caller.call('POST', `/api/offers/${offers.at(-1)!.id}/acceptance`)
      }],
      ['contracted', async () => lead.call('POST', `/api/referrals/${r.id}/contract`, { ...price, version: (await at()).version, no: `HT-${bank.id.slice(-4)}-${r.number}`, signed_on: on(0), ...(r.number % 3 && { first_loan: r.number % 3 === 1 }) })],
      ['disbursed', async () => lead.call('POST', `/api/referrals/${r.id}/drawdowns`, { note_no: `JJ-${r.number}`, amount_fen: price.amount_fen, rate_ppb, drawn_on: on(0), due_on: on(360) })],
    ]
    if (to === 'declined') return act('decline', { code: ['credit_history', 'operating_time', 'debt', 'papers'][r.number % 4], reason: '经审查不符合本行准入' })
    for (const [stage, step] of steps) {
      await step()
      if (stage === to) return
    }
    const tell = (status: string, more: object) => lead.call('POST', `/api/referrals/${r.id}/reports`, { note_no: `JJ-${r.number}`, status, as_of_on: on(0), ...more })
    if (to === 'overdue') return tell('overdue', { balance_fen: price.amount_fen, days_overdue: 12, class: 'special_mention' })
    if (to === 'repaid') return tell('repaid', { balance_fen: 0 })
    throw new Error(`there is no way to ${to}`)
  }
}

/** productOf are the terms of a product. */
export const productOf = (name: string, more: object = {}) => ({
  name, summary: '面向小微企业的经营性贷款', min_amount_fen: 1_000_000, max_amount_fen: 300_000_000, min_months: 1, max_months: 36, min_rate_ppb: 36_500_000, max_rate_ppb: 43_500_000, basis: 'act_360',
  methods: ['equal_instalments', 'interest_first'], securities: ['credit', 'guarantee'], purposes: [], towns: [], branches: [], fees: [], promise_days: 3,
  papers: [{ code: 'licence', title: '营业执照', needed: true }, { code: 'flow', title: '近六个月银行流水', needed: false }], conditions: [{ when: 'tax_filing.months_paid >= 12', words: '' }], ...more,
})
