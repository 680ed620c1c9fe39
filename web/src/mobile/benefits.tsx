// Subsidies: what a loan would get and what it hangs on, and what policies give to
// enterprises, in words.
import { useState } from 'react'
import { Link } from 'react-router'
import { type Item } from '../api/client'
import { useGet } from '../api/query'
import { useMe } from '../domain/access/me'
import type { Wish } from '../domain/origination/matches'
import type { Fen } from '../kit/money'
import { today } from '../kit/time'
import { useLang, useWords, words } from '../kit/words'
import { useMatches } from './apply/banks'
import { Amount, Choice } from './field'
import { Card, Empty, Loading, Page, Shown } from './page'
import { Rate, Tag, type Tone, Yuan } from './show'

const said = words({
  title: ['政策优惠', 'Benefits'],
  loan: ['贷款能享受多少补贴', 'What a loan would get'],
  amount: ['假如借', 'A loan of'],
  term: ['借多久', 'For how long'],
  year: [(n: number) => `${n}年`, (n: number) => `${n} ${n === 1 ? 'year' : 'years'}`],
  yes: ['现在就符合', 'You have it'],
  could: ['还差条件', 'Something is lacking'],
  lacking: ['还差', 'Lacking'],
  at: [(bank: string) => `如果向${bank}贷款`, (bank: string) => `with a loan of ${bank}`],
  from: ['年化综合成本从', 'The yearly cost goes from'],
  to: ['降到', 'to'],
  none: ['现在没有算得出的补贴', 'No subsidy can be reckoned now'],
  noneHint: ['在办的产品不涉及补贴，或政策期已过；下面是各项政策的条件', 'No product has one, or its policy has ended; the conditions of each policy are below'],
  estimate: ['预计数，以主管部门核定为准。', 'Expected; the authority decides.'],
  policies: ['政策给企业哪些补贴', 'What policies give to enterprises'],
  noPolicies: ['没有收录政策', 'No policy is there'],
  period: [(from: string, to: string) => `政策期间 ${from} 至 ${to}`, (from: string, to: string) => `from ${from} to ${to}`],
  over: ['已结束', 'ended'],
  holds: ['有效', 'in force'],
  clause: [(c: string) => `条款 ${c}`, (c: string) => `Clause ${c}`],
  mine: ['我已经得到的', 'What I have had'],
  has: [(bank: string, day: string) => `${bank} · ${day} 核定`, (bank: string, day: string) => `${bank} · confirmed on ${day}`],
  standing: ['我符合哪些', 'Where I stand'],
  fits: ['可享受', 'You have it'],
  with_loan: ['贷款后可享受', 'With a loan'],
  lacks: ['尚缺信息', 'Facts are lacking'],
  not: ['不符合', 'Not for you'],
  elsewhere: ['已计入其他项目', 'Counted elsewhere'],
  who: [(fact: string, who: string) => `${fact}（由${who}提供）`, (fact: string, who: string) => `${fact}: ${who}`],
  unread: [(dataset: string) => `${dataset}暂未取得，结果可能变化`, (dataset: string) => `${dataset} was not to be had; this may change`],
  nothing: ['这项政策没有直接付给企业的补贴', 'It pays nothing to enterprises directly'],
  notices: ['看补贴公示，查已经得了什么', 'See the public notices: who got what'],
  apply: ['去申请', 'Apply'],
})

export default function Benefits() {
  const t = useWords(said)
  const me = useMe()
  const [amount, setAmount] = useState<Fen | undefined>(100_000_000 as Fen)
  const [months, setMonths] = useState(12)
  const policies = useGet('/api/policies', {}, { staleTime: 600_000 })
  return (
    <Page title={t.title} back="/" tabs>
      <Card title={t.loan}>
        <Amount label={t.amount} value={amount} onChange={setAmount} />
        <Choice label={t.term} columns value={months} onChange={setMonths} of={[12, 24, 36].map((n): [number, string] => [n, t.year(n / 12)])} />
      </Card>
      {amount !== undefined && <ForLoan wish={{ amount_fen: amount, term_months: months, purpose: '', key: me.org }} />}
      <Mine />
      <h2>{t.policies}</h2>
      <Shown of={policies}>{({ items }) => (items?.length ? items.map((p) => <Policy key={p.id} of={p} />) : <Empty icon="policy" title={t.noPolicies} />)}</Shown>
      <a className="press block" href="/notice">{t.notices}</a>
    </Page>
  )
}

function ForLoan({ wish }: { wish: Wish }) {
  const t = useWords(said)
  const found = useMatches(wish)
  return (
    <Shown of={found}>
      {({ items }) => {
        const with_ = (items ?? []).flatMap((m) => (m.cost?.subsidy ?? []).map((s) => ({ m, s })))
        if (with_.length === 0) return <Empty icon="pay" title={t.none} hint={t.noneHint} />
        return (
          <>
            {with_.map(({ m, s }) => {
              const lacking = s.lacking ?? []
              return (
                <section className="card" key={`${m.product} ${s.title}`}>
                  <div className="card-head"><h3>{s.title}</h3><Tag tone={lacking.length === 0 ? 'good' : 'wait'}>{lacking.length === 0 ? t.yes : t.could}</Tag></div>
                  <span className="figure"><Yuan fen={Math.abs(s.fee.amount_fen) as Fen} /></span>
                  <p>{t.at(`${m.bank_name}「${m.name}」`)}{m.cost?.with_subsidy && <>：{t.from} <Rate ppb={m.cost.without_subsidy.compound_ppb} short /> {t.to} <b><Rate ppb={m.cost.with_subsidy.compound_ppb} short /></b></>}</p>
                  {lacking.length > 0 && <div><h3>{t.lacking}</h3><ul className="gaps">{lacking.map((x) => <li key={x}>{x}</li>)}</ul></div>}
                </section>
              )
            })}
            <p className="quiet small">{t.estimate}</p>
            <Link className="press primary block large" to="/apply">{t.apply}</Link>
          </>
        )
      }}
    </Shown>
  )
}

const tones: Record<string, Tone> = { fits: 'good', with_loan: 'info', lacks: 'wait', not: 'plain', elsewhere: 'plain' }

// Mine is what settlements pay the firm, and how it stands to policies in force.
function Mine() {
  const t = useWords(said)
  const { lang } = useLang()
  const say = (w: { zh: string; en: string }) => w[lang]
  const own = useGet('/api/benefits', {})
  return (
    <Shown of={own}>
      {(r) => (
        <>
          {(r.has ?? []).length > 0 && <h2>{t.mine}</h2>}
          {(r.has ?? []).map((x) => (
            <section className="card" key={`${x.policy} ${x.item} ${x.subject}`}>
              <h3>{x.title}</h3>
              <span className="figure"><Yuan fen={x.amount_fen as Fen} /></span>
              <p className="quiet small">{t.has(x.bank, x.confirmed_on)} · {t.clause(x.clause.ref)}</p>
            </section>
          ))}
          {(r.policies ?? []).some((p) => (p.items ?? []).length > 0) && <h2>{t.standing}</h2>}
          {(r.policies ?? []).flatMap((p) => p.items ?? []).map((i) => (
            <section className="card" key={`${i.item} ${i.row}`}>
              <div className="card-head"><h3>{i.title}</h3><Tag tone={tones[i.standing]}>{t[i.standing]}</Tag></div>
              <p className="quiet small">{t.clause(i.clause.ref)} · {i.clause.text || i.clause.summary}</p>
              <ul className="gaps">
                {(i.misses ?? []).map((m) => <li key={m.says.zh}>{say(m.says)}</li>)}
                {(i.lacks ?? []).map((l) => <li key={l.name}>{t.who(say(l.words), say(l.who))}</li>)}
                {i.standing !== 'not' && (i.open ?? []).map((o) => <li key={o.zh}>{say(o)}</li>)}
              </ul>
            </section>
          ))}
          {(r.unread ?? []).map((u) => <p className="quiet small" key={u.dataset}>{t.unread(u.title)}</p>)}
        </>
      )}
    </Shown>
  )
}

function Policy({ of: p }: { of: Item<'/api/policies'> }) {
  const t = useWords(said)
  const [open, setOpen] = useState(false)
  const over = p.in_force.to_on < today()
  return (
    <details className="card" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary><b>{p.title}</b><Tag tone={over ? 'plain' : 'good'}>{over ? t.over : t.holds}</Tag></summary>
      <p className="quiet small">{p.number} · {t.period(p.in_force.from_on, p.in_force.to_on)}</p>
      {open && <Items of={p.id} />}
    </details>
  )
}

function Items({ of: id }: { of: string }) {
  const t = useWords(said)
  const one = useGet('/api/policies/{id}', { path: { id } }, { staleTime: 600_000 })
  if (!one.data) return one.error ? <Shown of={one}>{() => null}</Shown> : <Loading />
  const items = (one.data.parts ?? []).flatMap((p) => p.items ?? []).filter((i) => i.payee === 'enterprise')
  if (items.length === 0) return <p>{t.nothing}</p>
  return (
    <ul className="stack">
      {items.map((i) => <li key={i.id}><h3>{i.title}</h3><p className="quiet small">{t.clause(i.clause)}{i.note && ` · ${i.note}`}</p><ul className="lines">{(i.rule ?? []).map((r) => <li key={r}>{r}</li>)}</ul></li>)}
    </ul>
  )
}
