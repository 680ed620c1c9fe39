// Which products fit, why or why not, and what each would cost a year.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Answer, call, type Problem } from '../../api/client'
import { type Match, matches, type Wish } from '../../domain/origination/matches'
import { methodWords } from '../../domain/origination/words'
import { percent } from '../../kit/money'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Icon } from '../../kit/icon'
import { Tick } from '../field'
import { Empty, Shown } from '../page'
import { Rate, Tag, Yuan } from '../show'

const said = words({
  about: ['按您的需求和部门数据逐个比对。顺序固定：先看是否符合，再看年化综合成本，再看银行承诺的答复时间；没有付费排名。', 'Compared one by one with what you need and what departments know. The order is fixed: whether it fits, then the yearly cost, then how soon the bank answers. Nobody pays for a place.'],
  fits: ['符合条件', 'Fits'],
  lacking: ['还缺信息', 'Something is not known'],
  not: ['暂不符合', 'Does not fit'],
  cost: ['年化综合成本（估算）', 'Cost a year (estimate)'],
  without: ['不算补贴', 'without subsidy'],
  with: ['算上补贴', 'with subsidy'],
  rate: ['年利率', 'Rate'],
  range: [(a: string, b: string) => (a === b ? a : `${a} 至 ${b}`), (a: string, b: string) => (a === b ? a : `${a} to ${b}`)],
  days: [(n: number) => `银行承诺${n}个工作日内答复`, (n: number) => `the bank answers within ${n} working days`],
  why: ['为什么', 'Why'],
  choose: [(bank: string) => `选择${bank}`, (bank: string) => `Choose ${bank}`],
  one: ['每家银行选一个产品', 'One product of each bank'],
  chosen: [(n: number) => `已选 ${n} 家`, (n: number) => `${n} chosen`],
  none: ['现在没有可选的产品', 'There is no product now'],
  noneHint: ['银行还没有发布产品；草稿已保存，可以过几天再来', 'No bank has published any; your draft is kept'],
  wrong: ['请至少选择一家银行', 'Choose at least one bank'],
  others: [(n: number) => `暂不符合的 ${n} 个产品，看看差什么`, (n: number) => `${n} that do not fit: see what is lacking`],
  department: [(d: string) => `可由${d}提供`, (d: string) => `${d} would know`],
  withheld: ['您没有授权使用', 'you have not let it be used'],
  estimate: ['按产品最高利率估算，以银行报价为准', 'With the product’s highest rate; the offer decides'],
  subsidy: ['预计补贴', 'Expected subsidy'],
  hangs: [(what: string) => `取决于：${what}`, (what: string) => `if: ${what}`],
})

/** useMatches finds which products fit. */
export function useMatches(wish: Wish) {
  return useQuery<Answer<'/api/matches', 'post'>, Problem>({
    queryKey: ['/api/matches', wish], staleTime: 300_000, placeholderData: keepPreviousData, queryFn: ({ signal }) => call('post', '/api/matches', { body: matches(wish) }, signal),
  })
}

/** Banks lets one choose products, one of each bank; without are banks that are not
 * to be chosen. */
export function Banks({ wish, chosen, choose, wrong, without = [] }: { wish: Wish; chosen: string[]; choose: (products: string[]) => void; wrong?: boolean; without?: string[] }) {
  const t = useWords(said)
  const found = useMatches(wish)
  return (
    <>
      <p>{t.about}</p>
      {wrong && <p className="notice bad" role="alert"><Icon name="warn" />{t.wrong}</p>}
      <Shown of={found} rows={10}>
        {(data) => {
          const items = (data.items ?? []).filter((m) => !without.includes(m.bank))
          const able = items.filter((m) => m.outcome !== 'not')
          const not = items.filter((m) => m.outcome === 'not')
          const toggle = (m: Match, on: boolean) => choose(on ? [...chosen.filter((p) => items.find((x) => x.product === p)?.bank !== m.bank), m.product] : chosen.filter((p) => p !== m.product))
          if (items.length === 0) return <Empty icon="search" title={t.none} hint={t.noneHint} />
          return (
            <>
              <p className="spread"><span className="quiet">{t.one}</span><b aria-live="polite">{t.chosen(chosen.length)}</b></p>
              {able.map((m) => <One key={m.product} of={m} on={chosen.includes(m.product)} set={(on) => toggle(m, on)} />)}
              {not.length > 0 && <details className="card"><summary><b>{t.others(not.length)}</b></summary><div className="stack">{not.map((m) => <One key={m.product} of={m} />)}</div></details>}
            </>
          )
        }}
      </Shown>
    </>
  )
}

const tones = { fits: 'good', lacking: 'wait', not: 'plain' } as const

function One({ of: m, on, set }: { of: Match; on?: boolean; set?: (on: boolean) => void }) {
  const t = useWords(said)
  const { lang } = useLang()
  const method = useCode(methodWords)
  const gaps = m.gaps ?? []
  const body = (
    <>
      <div className="card-head"><h3>{m.bank_name}</h3><Tag tone={tones[m.outcome as keyof typeof tones]}>{t[m.outcome as keyof typeof tones]}</Tag></div>
      <p>{m.name}</p>
      {m.cost && (
        <>
          <div className="costs">
            {m.cost.with_subsidy && <span><small>{t.cost} · {t.with}</small><b className="figure"><Rate ppb={m.cost.with_subsidy.compound_ppb} short /></b></span>}
            <span><small>{t.cost} · {t.without}</small><b className={m.cost.with_subsidy ? 'was' : 'figure'}><Rate ppb={m.cost.without_subsidy.compound_ppb} short /></b></span>
          </div>
          <p className="quiet small">{t.rate} {t.range(percent(m.min_rate_ppb), percent(m.max_rate_ppb))} · {method(m.cost.method)} · {t.days(m.promise_days)}。{t.estimate}</p>
          {(m.cost.subsidy ?? []).map((s) => (
            <p key={s.title} className="small">{t.subsidy}：{s.title} <Yuan fen={Math.abs(s.fee.amount_fen) as typeof s.fee.amount_fen} />{(s.lacking ?? []).length > 0 && `（${t.hangs((s.lacking ?? []).join('、'))}）`}</p>
          ))}
        </>
      )}
      {gaps.length > 0 && (
        <ul className="gaps">
          {gaps.map((g, i) => <li key={i} className={g.unknown ? 'unknown' : 'fails'}><Icon name={g.unknown ? 'search' : 'close'} /><span>{lang === 'zh' ? g.words || g.zh : g.en}{g.far && g.words && lang === 'zh' && <b>，{g.far}</b>}{g.withheld ? <small className="quiet"> {t.withheld}</small> : g.unknown && g.department && <small className="quiet"> {t.department(g.department)}</small>}</span></li>)}
        </ul>
      )}
      {lang === 'zh' && (m.why ?? []).length > 0 && (
        <details className="plain"><summary>{t.why}</summary><ul className="gaps">{(m.why ?? []).map((w, i) => <li key={i} className="holds"><Icon name="check" /><span>{w}</span></li>)}</ul></details>
      )}
    </>
  )
  return (
    <section className={on ? 'card chosen' : 'card'} aria-label={`${m.bank_name} ${m.name}`}>
      {body}
      {set && <Tick value={on === true} onChange={set}>{t.choose(m.bank_name)}</Tick>}
    </section>
  )
}

/** chosenOf returns the products that were chosen as they were found, one of each bank. */
export const chosenOf = (data: Answer<'/api/matches', 'post'> | undefined, products: string[]): Match[] =>
  products.flatMap((p) => (data?.items ?? []).find((m) => m.product === p) ?? []).filter((m, i, all) => all.findIndex((x) => x.bank === m.bank) === i)
