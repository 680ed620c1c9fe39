// How financing goes in the city: how far applications come, which banks are slow, why
// they decline, how many loans are first ones and on credit alone.
import { Input, Select } from 'antd'
import { useMemo } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { funnelWords, refusalWords } from '../../domain/origination/desk'
import { Bars, Counts } from '../../kit/chart'
import { count, type Fen } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Facts, Tag, Wan } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import type { Instant } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['融资对接统计', 'Financing figures'],
  about: ['按受理件送达银行的日期统计。', 'Counted by the day on which a referral came to its bank.'],
  from: ['起', 'From'],
  to: ['止', 'Until'],
  bank: ['银行', 'Bank'],
  allBanks: ['全部银行', 'All banks'],
  code: ['贷款码', 'Loan code'],
  allCodes: ['全部贷款码', 'All codes'],
  funnel: ['转化', 'How far they come'],
  applications: ['申请', 'Applications'],
  ofThem: ['申请数', 'applications'],
  amount: ['金额', 'Amount'],
  amounts: ['各环节金额（放款为实际放款额，其余为申请金额）', 'Amounts: as asked for, and from paying out on as paid out'],
  refusals: ['未通过原因', 'Why banks decline'],
  times: ['次数', 'times'],
  noRefusals: ['没有未通过的', 'None declined'],
  shares: ['首贷与信用贷款', 'First loans and loans on credit'],
  contracts: ['签约', 'Contracts'],
  first: ['首贷', 'First loans'],
  firstNot: ['是否首贷不清楚', 'Not known whether first'],
  credit: ['信用贷款', 'On credit alone'],
  of: [(n: string, share: string) => `${n} 笔${share}`, (n: string, share: string) => `${n}${share}`],
  share: [(p: string) => `，占 ${p}`, (p: string) => `, ${p}`],
  banks: ['各银行对接情况', 'Banks'],
  pushed: ['送达', 'Came'],
  accepted: ['受理', 'Accepted'],
  offered: ['报价', 'Offered'],
  declined: ['未通过', 'Declined'],
  chosen: ['被选中', 'Chosen'],
  contracted: ['签约', 'Signed'],
  disbursed: ['放款户数', 'Paid out to'],
  paid: ['放款金额', 'Paid out'],
  lateSteps: ['超时步数', 'Late steps'],
  lateNow: ['现超时', 'Late now'],
  toAccept: ['平均受理用时（小时）', 'Hours to accept'],
  toOffer: ['平均报价用时（小时）', 'Hours to an offer'],
  none: ['这段时间没有受理件', 'No referrals in this time'],
  noneHint: ['企业提交融资申请后显示', 'They come when enterprises apply'],
})

type Figures = Answer<'/api/origination/figures'>

export default function Overview() {
  const t = useWords(said)
  const [at] = useSearchParams()
  const query = Object.fromEntries(['from', 'to', 'bank', 'code'].flatMap((k) => (at.get(k) ? [[k, at.get(k)!]] : []))) as { from?: string; to?: string; bank?: string; code?: string }
  const figures = useGet('/api/origination/figures', { query })
  return (
    <Page title={t.title} about={t.about}>
      <Conditions />
      <Shown of={figures} rows={10}>
        {(f) => ((f.banks?.length ?? 0) === 0 ? <Card><Empty icon="chart" title={t.none} hint={t.noneHint} /></Card> : (
          <>
            <div className="grid2" style={{ alignItems: 'start' }}>
              <Funnel of={f} />
              <div className="stack"><Shares of={f} /><Refusals of={f} /></div>
            </div>
            <Banks query={query} />
          </>
        ))}
      </Shown>
    </Page>
  )
}

// Conditions stand in the address, so that a view can be sent to somebody.
function Conditions() {
  const t = useWords(said)
  const may = useMay()
  const [at, setAt] = useSearchParams()
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { staleTime: 300_000 })
  const codes = useGet('/api/codes', { query: { limit: 200 } }, { enabled: may('code.read'), staleTime: 300_000 })
  const set = (key: string, value: string | undefined) => setAt((b) => { value ? b.set(key, value) : b.delete(key); return b }, { replace: true })
  const value = (key: string) => at.get(key) ?? undefined
  return (
    <div className="row no-print" role="search">
      <label className="row" style={{ gap: 6 }}>{t.from}<Input type="date" style={{ width: 160 }} value={value('from') ?? ''} onChange={(e) => set('from', e.target.value)} /></label>
      <label className="row" style={{ gap: 6 }}>{t.to}<Input type="date" style={{ width: 160 }} value={value('to') ?? ''} onChange={(e) => set('to', e.target.value)} /></label>
      <Select allowClear aria-label={t.bank} placeholder={t.allBanks} style={{ width: 200 }} value={value('bank')} onChange={(v) => set('bank', v)} options={(orgs.data?.items ?? []).filter((o) => o.kind === 'bank').map((o) => ({ value: o.id, label: o.name }))} />
      {may('code.read') && <Select allowClear aria-label={t.code} placeholder={t.allCodes} style={{ width: 200 }} value={value('code')} onChange={(v) => set('code', v)} options={(codes.data?.items ?? []).map((c) => ({ value: c.id, label: c.title }))} />}
    </div>
  )
}

function Funnel({ of }: { of: Figures }) {
  const t = useWords(said)
  const step = useCode(funnelWords)
  const counts = useMemo(() => (of.funnel ?? []).map((f) => ({ name: step(f.stage), n: f.applications })), [of, step])
  const amounts = useMemo(() => (of.funnel ?? []).map((f) => ({ name: step(f.stage), fen: f.amount_fen })), [of, step])
  return (
    <Card title={t.funnel}>
      <Counts label={t.funnel} of={counts} what={t.applications} unit={t.ofThem} />
      <h3 style={{ marginTop: 16 }}>{t.amounts}</h3>
      <Bars label={t.amounts} of={amounts} what={t.amount} />
    </Card>
  )
}

function Shares({ of }: { of: Figures }) {
  const t = useWords(said)
  const line = (s: { n: number; amount_fen: Fen }, all?: number) => (
    <span>{t.of(count(s.n), all ? t.share(`${Math.round((100 * s.n) / all)}%`) : '')} · <Wan fen={s.amount_fen} unit /></span>
  )
  const all = of.contracts.n
  return (
    <Card title={t.shares}>
      <Facts of={[
        [t.contracts, line(of.contracts)],
        [t.first, line(of.first_loans, all)],
        [t.firstNot, line(of.first_loans_unknown, all)],
        [t.credit, line(of.credit_loans, all)],
      ]} />
    </Card>
  )
}

function Refusals({ of }: { of: Figures }) {
  const t = useWords(said)
  const say = useCode(refusalWords)
  const go = useNavigate()
  const may = useMay()
  const all = useMemo(() => (of.refusals ?? []).map((r) => ({ code: r.code, name: say(r.code), n: r.n })), [of, say])
  const pick = (name: string) => go(`/referrals?refusal=${all.find((r) => r.name === name)?.code ?? ''}`)
  return (
    <Card title={t.refusals}>
      {all.length === 0 ? <p className="quiet">{t.noRefusals}</p> : <Counts label={t.refusals} of={all} what={t.times} unit={t.times} onPick={may('referral.read') ? pick : undefined} />}
    </Card>
  )
}

const hours = (ms: Instant) => (ms ? Number((ms / 3_600_000).toFixed(1)) : null)

type Row = Item<'/api/origination/banks'>

function Banks({ query }: { query: object }) {
  const t = useWords(said)
  const number = (key: string, title: string, value: (b: Row) => number): Column<Row> => ({ key, title, right: true, value, show: (b) => count(value(b)) })
  const columns: Column<Row>[] = [
    { key: 'bank', title: t.bank, width: 170, value: (b) => b.name },
    number('pushed', t.pushed, (b) => b.pushed),
    number('accepted', t.accepted, (b) => b.accepted),
    number('offered', t.offered, (b) => b.offered),
    number('declined', t.declined, (b) => b.declined),
    number('chosen', t.chosen, (b) => b.offers_accepted),
    number('contracted', t.contracted, (b) => b.contracted),
    number('disbursed', t.disbursed, (b) => b.disbursed),
    { key: 'paid', title: t.paid, fen: (b) => b.disbursed_fen },
    { key: 'toAccept', title: t.toAccept, right: true, value: (b) => hours(b.to_accept_ms), show: (b) => hours(b.to_accept_ms) ?? <span className="quiet">—</span> },
    { key: 'toOffer', title: t.toOffer, right: true, value: (b) => hours(b.to_offer_ms), show: (b) => hours(b.to_offer_ms) ?? <span className="quiet">—</span> },
    number('lateSteps', t.lateSteps, (b) => b.late_steps),
    { key: 'lateNow', title: t.lateNow, right: true, value: (b) => b.late_now, show: (b) => (b.late_now > 0 ? <Tag tone="bad">{count(b.late_now)}</Tag> : '0') },
  ]
  return (
    <DataTable name="origination-banks" label={t.banks} columns={columns} rowKey={(b) => b.bank} order="-lateNow"
      source={listOf('/api/origination/banks', { query }, { whole: true })} empty={{ icon: 'chart', title: t.none, hint: t.noneHint }} />
  )
}
