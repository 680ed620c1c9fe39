import { Link } from 'react-router'
import type { Item } from '../api/client'
import { useGet } from '../api/query'
import { purposeWords, stageWords, stateWords } from '../domain/origination/words'
import { type Day, now } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { Empty, Page, Shown } from './page'
import { At, Clock, Tag, type Tone, Wan } from './show'

const said = words({
  title: ['我的申请', 'My applications'],
  none: ['还没有申请', 'No applications yet'],
  noneHint: ['申请一次，可以同时发给多家银行', 'Apply once, at several banks'],
  begin: ['开始申请', 'Apply'],
  banks: [(n: number) => `${n} 家银行`, (n: number) => `${n} ${n === 1 ? 'bank' : 'banks'}`],
  more: [(n: number) => `还有 ${n} 家`, (n: number) => `and ${n} more`],
  waits: ['等您补材料', 'waits for your papers'],
  lapsed: ['报价已过期', 'Its offer is over'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
})

const tones: Record<string, Tone> = { submitted: 'info', accepted: 'good' }

export default function Applications() {
  const t = useWords(said)
  const list = useGet('/api/applications', { query: { limit: 50 } })
  const referrals = useGet('/api/referrals', { query: { limit: 200 } })
  return (
    <Page title={t.title} back="/" tabs foot={<Link className="press primary block large" to="/apply">{t.begin}</Link>}>
      <Shown of={list}>
        {({ items }) => (items?.length ? <ul className="stack">{items.map((a) => <li key={a.id}><Line of={a} at={referrals.data?.items ?? []} /></li>)}</ul> : <Empty icon="file" title={t.none} hint={t.noneHint} />)}
      </Shown>
    </Page>
  )
}

// What of a referral's course is told in a list, what waits for the enterprise first.
const weight: Record<string, number> = { offered: 0, overdue: 0, offer_accepted: 1, guarantee_pending: 1, contracted: 1, disbursed: 1, declined: 8, ended: 9 }
const few = 3

/** Line is one application in a list, with where it stands at each bank. */
export function Line({ of: a, at = [] }: { of: Item<'/api/applications'>; at?: Item<'/api/referrals'>[] }) {
  const t = useWords(said)
  const state = useCode(stateWords)
  const stage = useCode(stageWords)
  const purpose = useCode(purposeWords)
  const banks = (a.targets ?? []).flatMap((x) => { const r = at.find((y) => y.id === x.referral); return r ? [{ r, name: x.bank_name }] : [] })
    .filter(({ r }) => a.state !== 'accepted' || !['declined', 'ended'].includes(r.stage))
    .sort((x, y) => (weight[x.r.stage] ?? 2) - (weight[y.r.stage] ?? 2))
  return (
    <Link className="card line" to={`/applications/${a.id}`}>
      <span className="spread"><b className="figure"><Wan fen={a.need.amount_fen} /></b><Tag tone={tones[a.state] ?? 'plain'}>{state(a.state)}</Tag></span>
      <span>{purpose(a.need.purpose)} · {t.months(a.need.term_months)} · {t.banks(a.targets?.length ?? 0)}</span>
      {banks.slice(0, few).map(({ r, name }) => (
        <span key={r.id} className="at"><b>{name}</b> {r.stage === 'offered' && r.valid_til_ms < now() ? t.lapsed : stage(r.stage)}{r.left >= 0 ? <> <Tag tone="wait">{t.waits}</Tag></> : r.due_on && r.due_on < ('9000' as Day) && <> <Clock on={r.due_on} /></>}</span>
      ))}
      {banks.length > few && <span className="quiet">{t.more(banks.length - few)}</span>}
      <small className="quiet"><At ms={a.submitted_ms} /> · {a.number}</small>
    </Link>
  )
}
