// Offers side by side, in the order of what each costs a year: the cheapest in a table,
// the others in a line each.
import Button from 'antd-mobile/es/components/button'
import { useState } from 'react'
import { Link } from 'react-router'
import { type OfferCost, type Price, useOfferCosts } from '../domain/origination/cost'
import { methodWords, securityWords } from '../domain/origination/words'
import { Icon } from '../kit/icon'
import type { Fen, Ppb } from '../kit/money'
import { day, type Instant, now } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { useElder } from './elder'
import { Failed } from './page'
import { beside, Pays, sumOfCost } from './schedule'
import { Facts, Rate, Tag, Unknown, Wan, Yuan } from './show'

const said = words({
  label: ['报价比较表，可左右滑动', 'Offers side by side; it scrolls sideways'],
  list: ['报价比较', 'Offers compared'],
  bank: ['银行', 'Bank'],
  cheapest: ['成本最低', 'Cheapest'],
  pays: ['怎么还', 'What you pay'],
  total: ['除本金外一共多付', 'Paid beside the principal'],
  amount: ['能借多少', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  cost: ['折合一年的成本', 'Cost a year, all in'],
  with: ['算上预计补贴', 'with the subsidy'],
  term: ['借多久', 'Term'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  method: ['还款方式', 'Repayment'],
  fees: ['其中费用', 'of which fees'],
  noFees: ['没有费用', 'none'],
  subsidy: ['预计补贴', 'Expected subsidy'],
  if_: ['有条件，点“查看”', 'on conditions: open it'],
  none: ['没有', 'none'],
  security: ['担保', 'Security'],
  until: ['有效期至', 'Valid until'],
  over: ['已失效', 'over'],
  taken: ['已接受', 'accepted'],
  open: ['查看', 'Open'],
  others: [(n: number) => `其余 ${n} 家的报价`, (n: number) => `The other ${n}`],
  all: [(n: number) => `显示全部 ${n} 家`, (n: number) => `Show all ${n}`],
  note: ['按折合一年的成本从低到高排列。成本把利息和费用都算进去，假定今天放款，是估算，以合同为准；补贴是预计数，以主管部门核定为准。金额、期限不同的，请一起看“怎么还”。各银行互相看不到报价。', 'In the order of what they cost a year, interest and fees counted, as if paid out today: an estimate, the contract decides; subsidies are expected, the authority decides. Where amount or term differ, look at what you pay as well. No bank sees another’s offer.'],
})

export type Offer = { id: string; bank_name: string; state: string; price: Price & { security: string; valid_til_ms: Instant } }

/** beside shows so many offers in a table; more would not be seen at once. */
const side = 3
const few = 10

// A rate of a year, with the subsidy that is certain.
const order = (c: OfferCost | undefined): number => (c?.cost.with_subsidy ?? c?.cost.without_subsidy)?.compound_ppb ?? Infinity

/** Compare shows offers beside each other. */
export function Compare({ offers }: { offers: Offer[] }) {
  const t = useWords(said)
  const [all, setAll] = useState(false)
  const costs = useOfferCosts(offers.map((o) => o.id))
  const over = (o: Offer) => o.state !== 'accepted' && o.price.valid_til_ms < now()
  const sorted = [...offers].sort((a, b) => Number(over(a)) - Number(over(b)) || order(costs.data?.get(a.id)) - order(costs.data?.get(b.id)))
  const rest = sorted.slice(side)
  return (
    <>
      {costs.error && <Failed error={costs.error} retry={() => costs.refetch()} />}
      <Table of={sorted.slice(0, side)} costs={costs.data} pending={costs.isPending} best={sorted.length > 1 ? sorted.find((o) => !over(o))?.id : undefined} over={over} />
      {rest.length > 0 && (
        <nav className="menu" aria-label={t.others(rest.length)}>
          <h3>{t.others(rest.length)}</h3>
          {(all ? rest : rest.slice(0, few)).map((o) => <Line key={o.id} of={o} cost={costs.data?.get(o.id)} over={over(o)} />)}
          {!all && rest.length > few && <Button block onClick={() => setAll(true)}>{t.all(offers.length)}</Button>}
        </nav>
      )}
      <p className="quiet small">{t.note}</p>
    </>
  )
}

function Table({ of: offers, costs, pending, best, over }: { of: Offer[]; costs: Map<string, OfferCost> | undefined; pending: boolean; best?: string; over: (o: Offer) => boolean }) {
  const t = useWords(said)
  const method = useCode(methodWords)
  const security = useCode(securityWords)
  const { elder } = useElder()
  const some = offers.some((o) => (costs?.get(o.id)?.cost.subsidy ?? []).length > 0)
  const reckoned = (of: (c: OfferCost, o: Offer) => React.ReactNode) =>
    (o: Offer) => { const c = costs?.get(o.id); return c ? of(c, o) : pending ? <span className="quiet">…</span> : <Unknown /> }
  const rows: [string, (o: Offer) => React.ReactNode][] = [
    [t.cost, reckoned((c, o) => <><b className="big"><Rate ppb={(c.cost.with_subsidy ?? c.cost.without_subsidy).compound_ppb} short /></b>{c.cost.with_subsidy && <><br /><small>{t.with}</small></>}{o.id === best && <><br /><Tag tone="good">{t.cheapest}</Tag></>}</>)],
    [t.pays, reckoned((c, o) => <Pays of={sumOfCost(c, o.price.method)} />)],
    [t.total, reckoned((c, o) => <Yuan fen={beside(sumOfCost(c, o.price.method))} />)],
    [t.fees, reckoned((c) => (c.cost.without_subsidy.fees_fen > 0 ? <Yuan fen={c.cost.without_subsidy.fees_fen} /> : t.noFees))],
    ...(some ? [[t.subsidy, reckoned((c) => ((c.cost.subsidy ?? []).length === 0 ? t.none : <>{(c.cost.subsidy ?? []).map((s) => <span key={s.title}><Yuan fen={Math.abs(s.fee.amount_fen) as Fen} />{(s.lacking ?? []).length > 0 && <><br /><small>{t.if_}</small></>}</span>)}</>))] as [string, (o: Offer) => React.ReactNode]] : []),
    [t.rate, (o) => <Rate ppb={o.price.rate_ppb as Ppb} />],
    [t.amount, (o) => <Wan fen={o.price.amount_fen} />],
    [t.term, (o) => t.months(o.price.term_months)],
    [t.method, (o) => method(o.price.method)],
    [t.security, (o) => security(o.price.security)],
    [t.until, (o) => (o.state === 'accepted' ? <Tag tone="good">{t.taken}</Tag> : over(o) ? <Tag tone="bad">{t.over}</Tag> : day(o.price.valid_til_ms))],
  ]
  const open = (o: Offer) => <Link className="press" to={`/offers/${o.id}`}>{t.open}<span className="hidden-text"> {o.bank_name}</span></Link>
  // In large type two columns do not fit on a phone: the offers stand one below the other.
  if (elder)
    return (
      <section className="stack" aria-label={t.list}>
        {offers.map((o) => (
          <article key={o.id} className="stack" aria-label={o.bank_name}>
            <h3>{o.bank_name}</h3>
            <Facts of={rows.map(([name, of]): [string, React.ReactNode] => [name, of(o)])} />
            {open(o)}
          </article>
        ))}
      </section>
    )
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t.label}>
      <table className="rows beside">
        <thead><tr><th scope="col">{t.bank}</th>{offers.map((o) => <th scope="col" key={o.id}>{o.bank_name}</th>)}</tr></thead>
        <tbody>
          {rows.map(([name, of]) => <tr key={name}><th scope="row">{name}</th>{offers.map((o) => <td key={o.id}>{of(o)}</td>)}</tr>)}
          <tr><th scope="row" />{offers.map((o) => <td key={o.id}>{open(o)}</td>)}</tr>
        </tbody>
      </table>
    </div>
  )
}

function Line({ of: o, cost, over }: { of: Offer; cost: OfferCost | undefined; over: boolean }) {
  const t = useWords(said)
  return (
    <Link to={`/offers/${o.id}`}>
      <span className="grow">
        <b>{o.bank_name}</b>
        <span>{t.cost} {cost ? <b><Rate ppb={(cost.cost.with_subsidy ?? cost.cost.without_subsidy).compound_ppb} short /></b> : '…'} · <Wan fen={o.price.amount_fen} /> · {t.months(o.price.term_months)}</span>
        {over && <span><Tag tone="bad">{t.over}</Tag></span>}
      </span>
      <Icon name="right" />
    </Link>
  )
}
