// What the enterprise has borrowed: what is due next, and to whom.
import { Link } from 'react-router'
import type { Item } from '../api/client'
import { useGet } from '../api/query'
import { stageWords } from '../domain/origination/words'
import type { Fen } from '../kit/money'
import { useCode, useWords, words } from '../kit/words'
import { Icon } from '../kit/icon'
import { useLoan } from './loan'
import { Empty, Page, Shown } from './page'
import { Clock, Tag, type Tone, Wan, Yuan } from './show'

const said = words({
  title: ['我的贷款', 'My loans'],
  none: ['还没有贷款', 'No loans yet'],
  noneHint: ['银行签约、放款后，还款计划会出现在这里', 'Once a bank has signed and paid out, the schedule is here'],
  begin: ['去申请', 'Apply'],
  next: ['下次还款', 'Next payment'],
  wait: ['已签约，等银行放款', 'Signed; the bank has yet to pay it out'],
  done: ['按计划已全部到期', 'All of it has fallen due'],
})

/** borrowed are the stages of a referral that has become a loan. */
export const borrowed = ['contracted', 'disbursed', 'overdue', 'repaid']
const tones: Record<string, Tone> = { contracted: 'info', disbursed: 'good', overdue: 'bad', repaid: 'plain' }

export default function Loans() {
  const t = useWords(said)
  const list = useGet('/api/referrals', { query: { stage: borrowed, limit: 100 } })
  return (
    <Page title={t.title} back="/" tabs>
      <Shown of={list} rows={6}>
        {({ items }) => (items?.length ? <ul className="stack">{items.map((r) => <li key={r.id}><LoanLine of={r} /></li>)}</ul>
          : <Empty icon="pay" title={t.none} hint={t.noneHint} action={<Link className="press primary" to="/apply">{t.begin}</Link>} />)}
      </Shown>
    </Page>
  )
}

/** LoanLine is one loan in a list. */
export function LoanLine({ of: r }: { of: Item<'/api/referrals'> }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const loan = useLoan(r.id)
  return (
    <Link className="card line" to={`/loans/${r.id}`}>
      <span className="spread"><b className="figure"><Wan fen={(loan.drawn || loan.contract || r.amount_fen) as Fen} /></b><Tag tone={tones[r.stage] ?? 'info'}>{stage(r.stage)}</Tag></span>
      <span>{loan.bank ?? '…'}{r.product_name && ` · ${r.product_name}`}</span>
      {r.stage === 'contracted' ? <span>{t.wait}</span> : r.stage !== 'repaid' && loan.next ? (
        <span className="spread"><span>{t.next} <Clock on={loan.next.on} /></span><b><Yuan fen={loan.next.payment} /></b></span>
      ) : r.stage !== 'repaid' && loan.ready && <span className="quiet">{t.done}</span>}
      <span className="hidden-text"><Icon name="right" /></span>
    </Link>
  )
}
