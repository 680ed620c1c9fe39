// Offers side by side, and what each comes to in a year.
import { Link } from 'react-router'
import { type Price, useSchedule } from '../domain/origination/cost'
import { methodWords, securityWords } from '../domain/origination/words'
import type { Day } from '../kit/time'
import type { Fen, Ppb } from '../kit/money'
import { day, type Instant, now } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { Rate, Tag, Unknown, Wan, Yuan } from './show'

const said = words({
  label: ['报价比较表，可左右滑动', 'Offers side by side; it scrolls sideways'],
  bank: ['银行', 'Bank'],
  amount: ['金额', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  cost: ['年化综合成本', 'Yearly cost, all in'],
  term: ['期限', 'Term'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  method: ['还款方式', 'Repayment'],
  interest: ['利息合计', 'Interest in all'],
  fees: ['费用合计', 'Fees in all'],
  security: ['担保', 'Security'],
  until: ['有效期至', 'Valid until'],
  over: ['已失效', 'over'],
  taken: ['已接受', 'accepted'],
  open: ['查看', 'Open'],
  note: ['年化综合成本把利息和费用都算进去（假定今天放款，内部收益率法），是估算，以合同为准。各报价由银行各自给出，银行之间互相看不到。', 'The yearly cost counts interest and fees (as if paid out today, by internal rate of return); it is an estimate, and the contract decides. Each bank made its offer without seeing the others’.'],
})

export type Offer = {
  id: string; bank_name: string; state: string
  price: { amount_fen: Fen; rate_ppb: Ppb; term_months: number; method: string; day_count: string; security: string; first_due_on: Day; valid_til_ms: Instant; fees?: { name: string; payee: string; amount_fen: Fen; yearly?: boolean }[] | null }
}

/** Compare shows offers beside each other. */
export function Compare({ offers }: { offers: Offer[] }) {
  const t = useWords(said)
  const method = useCode(methodWords)
  const security = useCode(securityWords)
  const row = (name: string, of: (o: Offer) => React.ReactNode) => (
    <tr><th scope="row">{name}</th>{offers.map((o) => <td key={o.id}>{of(o)}</td>)}</tr>
  )
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.label}>
        <table className="rows beside">
          <thead><tr><th scope="col">{t.bank}</th>{offers.map((o) => <th scope="col" key={o.id}>{o.bank_name}</th>)}</tr></thead>
          <tbody>
            {row(t.cost, (o) => <b><Cost of={o.price} what="cost" /></b>)}
            {row(t.rate, (o) => <Rate ppb={o.price.rate_ppb} />)}
            {row(t.amount, (o) => <Wan fen={o.price.amount_fen} />)}
            {row(t.term, (o) => t.months(o.price.term_months))}
            {row(t.method, (o) => method(o.price.method))}
            {row(t.interest, (o) => <Cost of={o.price} what="interest" />)}
            {row(t.fees, (o) => <Cost of={o.price} what="fees" />)}
            {row(t.security, (o) => security(o.price.security))}
            {row(t.until, (o) => (o.state === 'accepted' ? <Tag tone="good">{t.taken}</Tag> : o.price.valid_til_ms < now() ? <Tag tone="bad">{t.over}</Tag> : day(o.price.valid_til_ms)))}
            {row('', (o) => <Link className="press" to={`/offers/${o.id}`}>{t.open}<span className="hidden-text"> {o.bank_name}</span></Link>)}
          </tbody>
        </table>
      </div>
      <p className="quiet small">{t.note}</p>
    </>
  )
}

function Cost({ of, what }: { of: Price; what: 'cost' | 'interest' | 'fees' }) {
  const s = useSchedule(of)
  if (!s.data) return s.error ? <Unknown /> : <span className="quiet">…</span>
  if (what === 'interest') return <Yuan fen={s.data.interest_fen} />
  if (what === 'fees') return <Yuan fen={s.data.cost.fees_fen} />
  return <Rate ppb={s.data.cost.compound_ppb} short />
}
