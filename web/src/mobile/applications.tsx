import { Link } from 'react-router'
import type { Item } from '../api/client'
import { useGet } from '../api/query'
import { purposeWords, stateWords } from '../domain/origination/words'
import { useCode, useWords, words } from '../kit/words'
import { Empty, Page, Shown } from './page'
import { At, Tag, type Tone, Wan } from './show'

const said = words({
  title: ['我的申请', 'My applications'],
  none: ['还没有申请', 'No applications yet'],
  noneHint: ['申请一次，可以同时发给多家银行', 'Apply once, at several banks'],
  begin: ['开始申请', 'Apply'],
  banks: [(n: number) => `${n} 家银行`, (n: number) => `${n} ${n === 1 ? 'bank' : 'banks'}`],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
})

const tones: Record<string, Tone> = { submitted: 'info', accepted: 'good' }

export default function Applications() {
  const t = useWords(said)
  const list = useGet('/api/applications', { query: { limit: 50 } })
  return (
    <Page title={t.title} back="/" tabs foot={<Link className="press primary block large" to="/apply">{t.begin}</Link>}>
      <Shown of={list}>
        {({ items }) => (items?.length ? <ul className="stack">{items.map((a) => <li key={a.id}><Line of={a} /></li>)}</ul> : <Empty icon="file" title={t.none} hint={t.noneHint} />)}
      </Shown>
    </Page>
  )
}

/** Line is one application in a list. */
export function Line({ of: a }: { of: Item<'/api/applications'> }) {
  const t = useWords(said)
  const state = useCode(stateWords)
  const purpose = useCode(purposeWords)
  return (
    <Link className="card line" to={`/applications/${a.id}`}>
      <span className="spread"><b className="figure"><Wan fen={a.need.amount_fen} /></b><Tag tone={tones[a.state] ?? 'plain'}>{state(a.state)}</Tag></span>
      <span>{purpose(a.need.purpose)} · {t.months(a.need.term_months)} · {t.banks(a.targets?.length ?? 0)}</span>
      <small className="quiet"><At ms={a.submitted_ms} /> · {a.number}</small>
    </Link>
  )
}
