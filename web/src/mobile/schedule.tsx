// What is paid when, in the words of who pays.
import { useState } from 'react'
import Button from 'antd-mobile/es/components/button'
import type { OfferCost, Schedule } from '../domain/origination/cost'
import type { Day } from '../kit/time'
import { type Fen, yuan } from '../kit/money'
import { useWords, words } from '../kit/words'
import { Facts, Rate, Yuan } from './show'

const said = words({
  label: ['还款计划', 'The schedule'],
  no: [(n: number) => `第${n}期`, (n: number) => `No. ${n}`],
  principal: [(v: string) => `本金 ${v}`, (v: string) => `principal ${v}`],
  interest: [(v: string) => `利息 ${v}`, (v: string) => `interest ${v}`],
  left: [(v: string) => `剩余 ${v}`, (v: string) => `left ${v}`],
  all: [(n: number) => `${n}期合计`, (n: number) => `${n} in all`],
  more: [(n: number) => `显示全部 ${n} 期`, (n: number) => `Show all ${n}`],
  pay: ['怎么还', 'What you pay'],
  each: ['每月还', 'Each month'],
  about: ['平时每月约还', 'Each month, about'],
  first: ['第一个月还', 'The first month'],
  less: ['，以后逐月减少', ', then less and less'],
  last: ['最后一个月还', 'The last month'],
  once: ['到期一次还', 'All at the end'],
  total: ['除本金外一共多付', 'Paid beside the principal'],
  interestAll: ['其中利息', 'of which interest'],
  fees: ['其中费用', 'of which fees'],
  noFees: ['没有费用', 'none'],
  cost: ['折合一年的成本', 'Cost a year, all in'],
  subsidy: ['预计补贴', 'Expected subsidy'],
  with: ['算上预计补贴，一年的成本', 'Cost a year with the subsidy'],
  hangs: [(what: string) => `还要看：${what}`, (what: string) => `if: ${what}`],
  simple: ['单利年化', 'By simple interest'],
  ends: ['还清日期', 'Repaid on'],
})

/** Sum is what a loan comes to. */
export type Sum = { method: string; payments: number; first: Fen; last: Fen; interest: Fen; fees: Fen; cost: OfferCost['cost'] | { without_subsidy: OfferCost['cost']['without_subsidy'] } }

/** sumOf says a schedule as a sum. */
export function sumOf(s: Schedule, method: string): Sum | undefined {
  const due = (s.rows ?? []).filter((r) => r.payment_fen > 0)
  const first = due[0]
  const last = due.at(-1)
  return first && last && { method, payments: due.length, first: first.payment_fen, last: last.payment_fen, interest: s.interest_fen, fees: s.cost.fees_fen, cost: { without_subsidy: s.cost } }
}

/** sumOfCost says what an offer comes to as a sum. */
export const sumOfCost = (c: OfferCost, method: string): Sum =>
  ({ method, payments: c.payments, first: c.first.payment_fen, last: c.last.payment_fen, interest: c.interest_fen, fees: c.cost.without_subsidy.fees_fen, cost: c.cost })

/** Pays says what is paid each month, in a line or two. */
export function Pays({ of: s }: { of: Sum }) {
  const t = useWords(said)
  if (s.payments === 1) return <>{t.once}<br /><b><Yuan fen={s.last} /></b></>
  if (s.method === 'interest_first') return <>{t.about} <b><Yuan fen={s.first} /></b><br />{t.last} <b><Yuan fen={s.last} /></b></>
  if (s.method === 'equal_principal') return <>{t.first} <b><Yuan fen={s.first} /></b>{t.less}</>
  return <>{t.each} <b><Yuan fen={s.first} /></b></>
}

/** beside is what is paid beside the principal. */
export const beside = (s: Sum): Fen => (s.interest + s.fees) as Fen

/** Sums says what a loan comes to. */
export function Sums({ of: s, ends }: { of: Sum; ends?: Day }) {
  const t = useWords(said)
  const { without_subsidy: without } = s.cost
  const with_ = 'with_subsidy' in s.cost ? s.cost.with_subsidy : undefined
  const subsidy = 'subsidy' in s.cost ? s.cost.subsidy ?? [] : []
  return (
    <>
      <p className="pays"><Pays of={s} /></p>
      <Facts of={[
        [t.total, <b><Yuan fen={beside(s)} /></b>], [t.interestAll, <Yuan fen={s.interest} />], [t.fees, s.fees > 0 ? <Yuan fen={s.fees} /> : t.noFees],
        [t.cost, <b><Rate ppb={without.compound_ppb} short /></b>],
        ...(with_ ? [[t.with, <b><Rate ppb={with_.compound_ppb} short /></b>] as [string, React.ReactNode]] : []),
        [t.simple, <Rate ppb={without.simple_ppb} short />], ...(ends ? [[t.ends, ends] as [string, React.ReactNode]] : []),
      ]} />
      {subsidy.map((x) => (
        <p key={x.title} className="notice good"><span>{t.subsidy} <b><Yuan fen={Math.abs(x.fee.amount_fen) as Fen} /></b>：{x.title}{(x.lacking ?? []).length > 0 && `（${t.hangs((x.lacking ?? []).join('；'))}）`}</span></p>
      ))}
    </>
  )
}

const few = 12

/** Rows lists what is paid when; from a day on, where what came before is past. */
export function Rows({ of: s, next }: { of: Schedule; next?: Day }) {
  const t = useWords(said)
  const [all, setAll] = useState(false)
  const rows = (s.rows ?? []).filter((r) => r.kind !== 'drawdown')
  const from = next ? Math.max(0, rows.findIndex((r) => r.on >= next)) : 0
  const shown = all ? rows : rows.slice(from, from + few)
  return (
    <>
      <ol className="plan" aria-label={t.label}>
        {shown.map((r, i) => (
          <li key={i} className={next && r.on === rows[from]?.on ? 'next' : undefined}>
            <span className="spread"><span>{r.no ? t.no(r.no) : ''} <span className="num">{r.on}</span></span><b><Yuan fen={r.payment_fen} /></b></span>
            <small className="quiet">{t.principal(yuan(r.principal_fen))} · {t.interest(yuan(r.interest_fen))} · {t.left(yuan(r.balance_fen))}</small>
          </li>
        ))}
        <li className="sum"><span className="spread"><b>{t.all(rows.length)}</b><b><Yuan fen={s.paid_fen} /></b></span><small className="quiet">{t.principal(yuan(s.drawn_fen))} · {t.interest(yuan(s.interest_fen))}</small></li>
      </ol>
      {!all && rows.length > shown.length && <Button block onClick={() => setAll(true)}>{t.more(rows.length)}</Button>}
    </>
  )
}
