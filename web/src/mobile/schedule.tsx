// A schedule, row by row.
import { useState } from 'react'
import Button from 'antd-mobile/es/components/button'
import type { Schedule } from '../domain/origination/cost'
import { yuan } from '../kit/money'
import { useWords, words } from '../kit/words'
import { Facts, Rate, Yuan } from './show'

const said = words({
  label: ['还款计划，可左右滑动', 'The schedule; it scrolls sideways'],
  no: ['期', 'No.'],
  on: ['还款日', 'Due'],
  pay: ['应还（元）', 'Pay (yuan)'],
  principal: ['本金', 'Principal'],
  interest: ['利息', 'Interest'],
  left: ['剩余本金', 'Left'],
  all: ['合计', 'In all'],
  more: [(n: number) => `显示全部 ${n} 期`, (n: number) => `Show all ${n}`],
  first: ['首期应还', 'First instalment'],
  cost: ['年化综合成本', 'Yearly cost, all in'],
  simple: ['单利年化', 'By simple interest'],
  ends: ['还清日期', 'Repaid on'],
  fees: ['费用合计', 'Fees in all'],
})

const few = 12

/** Sums says what a schedule comes to. */
export function Sums({ of: s }: { of: Schedule }) {
  const t = useWords(said)
  const first = (s.rows ?? []).find((r) => r.kind === 'instalment')
  return (
    <Facts of={[
      [t.cost, <b><Rate ppb={s.cost.compound_ppb} short /></b>], [t.first, <Yuan fen={first?.payment_fen} />], [t.interest, <Yuan fen={s.interest_fen} />],
      ...(s.cost.fees_fen > 0 ? [[t.fees, <Yuan fen={s.cost.fees_fen} />] as [string, React.ReactNode]] : []), [t.simple, <Rate ppb={s.cost.simple_ppb} short />], [t.ends, s.ends_on],
    ]} />
  )
}

/** Rows lists what is paid when. */
export function Rows({ of: s }: { of: Schedule }) {
  const t = useWords(said)
  const [all, setAll] = useState(false)
  const rows = (s.rows ?? []).filter((r) => r.kind !== 'drawdown')
  const shown = all ? rows : rows.slice(0, few)
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={t.label}>
        <table className="rows">
          <thead><tr><th scope="col">{t.no}</th><th scope="col">{t.on}</th><th scope="col">{t.pay}</th><th scope="col">{t.principal}</th><th scope="col">{t.interest}</th><th scope="col">{t.left}</th></tr></thead>
          <tbody>
            {shown.map((r, i) => (
              <tr key={i}><td className="num">{r.no}</td><td className="num">{r.on}</td><td className="num">{yuan(r.payment_fen)}</td><td className="num">{yuan(r.principal_fen)}</td><td className="num">{yuan(r.interest_fen)}</td><td className="num">{yuan(r.balance_fen)}</td></tr>
            ))}
          </tbody>
          <tfoot><tr><td /><th scope="row">{t.all}</th><td className="num">{yuan(s.paid_fen)}</td><td className="num">{yuan(s.drawn_fen)}</td><td className="num">{yuan(s.interest_fen)}</td><td /></tr></tfoot>
        </table>
      </div>
      {!all && rows.length > few && <Button block onClick={() => setAll(true)}>{t.more(rows.length)}</Button>}
    </>
  )
}
