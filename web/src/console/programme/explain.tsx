// Why a payee or a note gets what it gets: a picture from the base to the payment,
// and every condition on the way.
import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { type Fall, Waterfall } from '../../kit/chart'
import { useCounted, usePurposeNames } from '../../domain/policy/packs'
import { Icon } from '../../kit/icon'
import type { Fen } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Rate, Tag, type Tone, Unknown, Yuan } from '../../kit/show'
import { useLang, useWords, words } from '../../kit/words'
import { Payees } from './rows'

const said = words({
  title: ['计算说明', 'Why this amount'],
  back: ['结算', 'the settlement'],
  find: ['收款人代码，或借据、网点、项目、企业编号', 'A payee’s code, or the number of a note, branch, project, enterprise'],
  go: ['说明', 'Explain'],
  nothing: ['这个编号在这次结算里没有记录', 'This settlement has no row of it'],
  agrees: ['逐行重新计算，与结算结果一致', 'Computed again row by row; it agrees with the result'],
  differs: ['重新计算与结算结果不一致', 'Computed again, it differs from the result'],
  more: [(n: string) => `另有 ${n} 行未列出`, (n: string) => `${n} more rows are not shown`],
  paid: ['拨付', 'Paid'],
  set_aside: ['待补', 'Waits'],
  excluded: ['排除', 'Excluded'],
  not_selected: ['不符合条件', 'Not eligible'],
  no_base: ['没有基数', 'No base'],
  needs: ['要得到，还需要', 'What would have to be otherwise'],
  missing: ['缺少', 'Missing'],
  conditions: ['条件', 'Conditions'],
  holds: ['成立', 'holds'],
  fails: ['不成立', 'fails'],
  unknown: ['无法判断', 'unknown'],
  gate: ['门槛', 'Gate'],
  base: ['基数', 'Base'],
  limit: ['限额后', 'After the limit'],
  rate: ['比例', 'Rate'],
  amount: ['金额', 'Amount'],
  deducted: ['已享受扣除', 'Already had'],
  cap: ['封顶', 'Cap'],
  pool: ['资金池', 'Pool'],
  rounding: ['取整', 'Rounding'],
  months: ['各月末余额', 'Month-end balances'],
  month: ['月份', 'Month'],
  balance: ['余额（元）', 'Balance, yuan'],
  gap: ['缺报', 'not reported'],
  before: ['起算前', 'before it counts'],
  monthLimited: ['限额后（元）', 'After the limit'],
  most: ['上限', 'at most'],
  together: [(n: string) => `与同组 ${n} 行合并计算`, (n: string) => `shared with ${n} rows of its group`],
  rank: [(n: string, of: string) => `排队第 ${n} 位，共 ${of} 位`, (n: string, of: string) => `place ${n} of ${of} in the queue`],
  factor: ['兑付比例', 'Paid share'],
  won: ['不重复享受：由本项享受', 'Exclusion: kept here'],
  lost: ['不重复享受：让给', 'Exclusion: lost to'],
  decided: ['由', 'Decided by'],
  payee: ['收款人', 'Payee'],
  enterprise: ['企业', 'Enterprise'],
  bank: ['金融机构', 'Bank'],
  subject: ['对象', 'Subject'],
  way: ['从应得到拨付', 'From entitled to paid'],
  total: ['本项合计', 'Total of the item'],
  rowsN: [(n: string) => `${n} 行`, (n: string) => `${n} rows`],
  others: [(n: string) => `另有 ${n} 行不符合条件，展开查看`, (n: string) => `${n} more rows are not eligible: show them`],
  count: [(n: string) => `${n} 个`, (n: string) => n],
  orChoose: ['或从收款人中选一个', 'Or choose a payee'],
  first: ['应得', 'Entitled'],
})

type Trace = Answer<'/api/runs/{id}/explanation'>
type ItemTrace = NonNullable<Trace['items']>[number]
type Row = NonNullable<ItemTrace['rows']>[number]
type Condition = NonNullable<Row['conditions']>[number]
type Both = { zh: string; en: string }

const tones: Record<string, Tone> = { paid: 'good', set_aside: 'wait', excluded: 'plain', not_selected: 'plain', no_base: 'plain' }

function useBoth() {
  const { lang } = useLang()
  return (w: Both | undefined | null) => (lang === 'zh' ? w?.zh : w?.en) ?? ''
}

export default function Explain() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const [at, setAt] = useSearchParams()
  const q = { payee: at.get('payee') ?? undefined, subject: at.get('subject') ?? undefined, institution: at.get('institution') ?? undefined, item: at.get('item') ?? undefined }
  const [text, setText] = useState(q.payee ?? q.subject ?? '')
  const asked = Boolean(q.payee || q.subject)
  const trace = useGet('/api/runs/{id}/explanation', { path: { id }, query: q }, { enabled: asked, staleTime: 600_000 })
  const run = useGet('/api/runs/{id}', { path: { id } })
  const go = () => {
    const v = text.trim()
    // a payee is named by an 18-character code; everything else is a subject
    if (v) setAt(/^[0-9A-Z]{18}$/.test(v) ? { payee: v } : { subject: v })
  }
  return (
    <Page title={t.title} about={run.data && `#${run.data.no} · ${run.data.title}`} back={{ to: `/runs/${id}`, name: t.back }}>
      <div className="row no-print">
        <Input aria-label={t.find} placeholder={t.find} value={text} onChange={(e) => setText(e.target.value)} onPressEnter={go} style={{ maxWidth: 460 }} allowClear prefix={<Icon name="search" size={15} />} />
        <Button type="primary" onClick={go}>{t.go}</Button>
      </div>
      {!asked ? <><p className="quiet">{t.orChoose}</p><Payees run={id} /></> : <Shown of={trace} rows={8}>{(x) => <Traced of={x} />}</Shown>}
    </Page>
  )
}

function Traced({ of }: { of: Trace }) {
  const t = useWords(said)
  const counted = useCounted()
  const items = of.items ?? []
  if (items.length === 0) return <Card><Empty icon="search" title={t.nothing} /></Card>
  return (
    <>
      {of.compared && <div className={`notice ${of.agrees ? 'good' : 'bad'}`}><Icon name={of.agrees ? 'check' : 'warn'} size={15} /> {of.agrees ? t.agrees : t.differs}</div>}
      {items.map((i) => (
        <Card key={i.id} title={<>{i.title} <span className="quiet small" style={{ fontWeight: 400 }}>{i.clause}</span></>}
          extra={i.total && <span>{t.total} <b style={{ fontSize: 18 }}><Yuan fen={i.total.paid_fen} unit /></b> <span className="quiet small">{t.rowsN(String(i.rows?.length ?? 0))}</span></span>}>
          <div className="stack" style={{ gap: 20 }}>
            <Rows of={i.rows ?? []} counted={counted(i.id)} />
          </div>
        </Card>
      ))}
      {of.more > 0 && <p className="quiet">{t.more(String(of.more))}</p>}
    </>
  )
}

// Rows shows what a payee gets; what it does not get for want of a condition is folded
// away where there is much of it.
function Rows({ of, counted }: { of: Row[]; counted: boolean }) {
  const t = useWords(said)
  const [all, setAll] = useState(false)
  const out = of.filter((r) => r.outcome === 'not_selected' || r.outcome === 'no_base')
  const folds = out.length > 3 && out.length < of.length && !all
  const shown = folds ? of.filter((r) => !out.includes(r)) : of
  return (
    <>
      {shown.map((r, n) => <RowOf key={`${r.institution_id}/${r.subject_id}`} row={r} counted={counted} open={shown.length <= 2 || n === 0} />)}
      {folds && <div><Button onClick={() => setAll(true)}>{t.others(String(out.length))}</Button></div>}
    </>
  )
}

/** fallsOf are the steps from what a row is entitled to to what is paid. */
export function fallsOf(r: Row, t: { first: string; deducted: string; cap: string; pool: string; rounding: string; paid: string }): Fall[] {
  const falls: Fall[] = []
  if (!r.term) return falls
  falls.push({ name: t.first, kind: 'total', fen: r.term.amount_fen })
  if (r.deducted_fen) falls.push({ name: t.deducted, kind: 'change', fen: -r.deducted_fen as Fen })
  if (r.cap && r.cap.after_fen !== r.cap.before_fen) falls.push({ name: t.cap, kind: 'change', fen: (r.cap.after_fen - r.cap.before_fen) as Fen })
  if (r.pool && r.pool.after_fen !== r.pool.before_fen) falls.push({ name: t.pool, kind: 'change', fen: (r.pool.after_fen - r.pool.before_fen) as Fen })
  if (r.rounding && r.rounding.after_fen !== r.rounding.before_fen) falls.push({ name: t.rounding, kind: 'change', fen: (r.rounding.after_fen - r.rounding.before_fen) as Fen })
  falls.push({ name: t.paid, kind: 'total', fen: r.paid_fen })
  return falls
}

function RowOf({ row, counted, open: first }: { row: Row; counted: boolean; open: boolean }) {
  const t = useWords(said)
  const both = useBoth()
  const [open, setOpen] = useState(first)
  const outcome = row.outcome as 'paid'
  const falls = fallsOf(row, t)
  return (
    <article className="trace">
      <button type="button" className="trace-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="grow">
          <b>{row.enterprise || row.subject_id}</b>
          <span className="quiet small"> {row.enterprise && `${row.subject_id} · `}{row.institution || row.institution_id}</span>
        </span>
        <Tag tone={tones[row.outcome]}>{t[outcome] ?? row.outcome}</Tag>
        <b><Yuan fen={row.paid_fen} unit /></b>
        <Icon name={open ? 'up' : 'down'} size={15} />
      </button>
      {open && (
        <div className="stack" style={{ padding: '4px 16px 16px' }}>
          <p className="sentence">{both(row.sentence)}</p>
          {(row.missing?.length ?? 0) > 0 && <div className="notice wait"><b>{t.missing}</b>：{row.missing!.map(both).join('、')}</div>}
          {(row.needs?.length ?? 0) > 0 && <div className="notice"><b>{t.needs}</b><ul style={{ paddingLeft: 18 }}>{row.needs!.map((n, i) => <li key={i}>{both(n)}</li>)}</ul></div>}
          {row.base && <Chain row={row} counted={counted} />}
          {falls.length > 2 && <Waterfall label={t.way} of={falls} />}
          <Notes row={row} />
          <div className="grid2">
            {(row.conditions?.length ?? 0) > 0 && <Conditions title={t.conditions} of={row.conditions!} />}
            {(row.base?.month_ends?.length ?? 0) > 0 && <Months row={row} />}
          </div>
          {(row.gate?.conditions?.length ?? 0) > 0 && <Conditions title={t.gate} of={row.gate.conditions!} />}
        </div>
      )}
    </article>
  )
}

function Chain({ row, counted }: { row: Row; counted: boolean }) {
  const t = useWords(said)
  const both = useBoth()
  const step = (name: string, value: ReactNode, note?: ReactNode) => (
    <li key={name}>
      <small>{name}</small>
      <b>{value}</b>
      {note && <span className="quiet small">{note}</span>}
    </li>
  )
  return (
    <ol className="chain">
      {step(both(row.base.name) || t.base, counted ? t.count(String(row.base.result_fen)) : <Yuan fen={row.base.result_fen} unit />, both(row.base.formula))}
      {row.limit && row.limit.after_fen !== row.limit.before_fen && step(t.limit, <Yuan fen={row.limit.after_fen} unit />, <>{t.most} <Yuan fen={row.limit.most_fen} unit /></>)}
      {row.term && (row.term.is_rate ? step(t.rate, <Rate ppb={row.term.rate_ppb} />, row.term.decided ? `${t.decided} ${row.term.decided.by}` : '') : step(t.amount, <Yuan fen={row.term.fixed_fen} unit />))}
      {row.term && step(t.first, <Yuan fen={row.term.amount_fen} unit />)}
      {step(t.paid, <Yuan fen={row.paid_fen} unit />)}
    </ol>
  )
}

function Notes({ row }: { row: Row }) {
  const t = useWords(said)
  const both = useBoth()
  const pool = usePurposeNames()
  const notes: ReactNode[] = []
  if (row.exclusion) notes.push(row.exclusion.kept ? t.won : <>{t.lost} {both(row.exclusion.winner)}</>)
  for (const [name, s] of [[t.limit, row.limit], [t.cap, row.cap]] as const) {
    if (s?.bites) notes.push(<>{name}：{t.most} <Yuan fen={s.most_fen} unit />{(s.rows?.length ?? 0) > 1 && `，${t.together(String((s.rows?.length ?? 0) + s.more_rows))}`}</>)
  }
  if (row.pool?.short) notes.push(<>{pool(row.pool.id)}：{row.pool.place > 0 ? t.rank(String(row.pool.place), String(row.pool.of)) : <>{t.factor} <Rate ppb={row.pool.factor_ppb} /></>}</>)
  if (notes.length === 0) return null
  return <ul style={{ paddingLeft: 18 }}>{notes.map((n, i) => <li key={i}>{n}</li>)}</ul>
}

function Conditions({ title, of }: { title: string; of: Condition[] }) {
  const t = useWords(said)
  const both = useBoth()
  return (
    <section>
      <h3 className="h3">{title}</h3>
      <ul className="conditions">
        {of.map((c, i) => {
          const truth = String(c.truth) as 'holds' | 'fails' | 'unknown'
          return (
            <li key={i} className={truth}>
              <Icon name={truth === 'holds' ? 'check' : truth === 'fails' ? 'close' : 'warn'} size={15} />
              <div>
                {both(c.text)}<span className="hidden-text">（{t[truth]}）</span>
                <div className="quiet small">
                  {(c.values ?? []).map((v) => <span key={v.name} style={{ marginRight: 10 }}>{both(v.label)} {v.known ? <b style={{ fontWeight: 500 }}>{both(v.text)}</b> : <Unknown />}</span>)}
                  {both(c.note)}
                </div>
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Months({ row }: { row: Row }) {
  const t = useWords(said)
  const limited = row.limit?.monthly?.month_ends
  const ends = limited ?? row.base.month_ends ?? []
  return (
    <section>
      <h3 className="h3">{t.months}</h3>
      <div className="table-scroll" style={{ maxHeight: 320 }} tabIndex={0} role="group" aria-label={t.months}>
        <table className="data">
          <thead><tr><th>{t.month}</th><th className="right">{t.balance}</th>{limited && <th className="right">{t.monthLimited}</th>}</tr></thead>
          <tbody>
            {ends.map((m) => (
              <tr key={String(m.month)}>
                <td className="num">{String(m.month)}</td>
                <td className="right">{m.gap ? <Unknown why={t.gap} /> : m.before ? <span className="quiet">{t.before}</span> : <Yuan fen={m.balance_fen} />}</td>
                {limited && <td className="right"><Yuan fen={m.limited_fen} /></td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
