// A policy: the document on the left, what became of the clause on the right.
import { Button, Input, Select } from 'antd'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { asWords, type Clause, type Policy, type PolicyItem, usePolicy } from '../../domain/policy/packs'
import { Icon } from '../../kit/icon'
import { Empty, Page, Shown } from '../../kit/page'
import { Stat, Tag, Wan } from '../../kit/show'
import { useWide } from '../../kit/wide'
import { useCode, useWords, words } from '../../kit/words'
import { Cases } from './cases'

const said = words({
  title: ['政策', 'Policy'],
  back: ['政策', 'policies'],
  copy: ['注释本（打印）', 'Annotated copy'],
  find: ['在条款、规则、参数中查找', 'Find in clauses, rules, parameters'],
  hits: [(n: string) => `${n} 处`, (n: string) => `${n} places`],
  money: ['对照结算', 'Money of run'],
  noRun: ['不显示资金', 'No money shown'],
  run: [(no: string, title: string) => `结算 ${no} · ${title}`, (no: string, title: string) => `run ${no} · ${title}`],
  differs: ['这次结算用的是政策包的另一版本：规则为当前版本，资金为当时结果。', 'The run was settled by another state of this pack: rules are today’s, money is the run’s.'],
  noText: ['未附官方原文，以下为摘要', 'The official text is not attached; a summary is shown'],
  rule: ['规则', 'Rule'],
  parameters: ['参数', 'Parameters'],
  readings: ['文字有不同理解之处', 'Where the text can be read in two ways'],
  undecided: ['尚未决定，暂按第一种', 'Undecided; the first holds'],
  decided: ['由', 'Decided by'],
  indicators: ['指标', 'Indicators'],
  target: ['目标', 'Target'],
  formula: ['算法', 'Formula'],
  responsible: ['责任单位', 'Responsible'],
  capability: ['由平台的这部分承担', 'Served by this part of the platform'],
  notComputed: ['不计算的原因', 'Why it is not computed'],
  paid: ['拨付', 'Paid'],
  entitled: ['应得', 'Entitled'],
  rows: ['笔数', 'Rows'],
  waiting: ['待补', 'Waiting'],
  wan: ['万元', '×10k yuan'],
  cases: [(n: string) => `手工案例 ${n} 个`, (n: string) => `${n} cases worked by hand`],
  lines: ['查看明细', 'Lines'],
  whatIf: ['改一改试试', 'Try another figure'],
  choose: ['选择左侧一条，看它变成了什么', 'Choose a clause to see what became of it'],
  back2: ['回到条款', 'Back to the clauses'],
  used: ['本次用', 'used'],
})

export default function PolicyPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const [at, setAt] = useSearchParams()
  const may = useMay()
  const run = at.get('run') ?? undefined
  const policy = usePolicy(id, may('run.whole') ? run : undefined)
  const runs = useGet('/api/runs', { query: { limit: 200 } }, { enabled: may('run.whole') })
  const choices = (runs.data?.items ?? []).filter((r) => r.pack === id && r.state === 'done')
  const inForce = choices.find((r) => r.standing === 'official') ?? choices[0]
  useEffect(() => {
    if (inForce && !at.has('run')) setAt((b) => { b.set('run', inForce.id); return b }, { replace: true })
  }, [inForce, at, setAt])
  return (
    <Page title={policy.data?.title ?? t.title} about={policy.data && `${policy.data.number} · ${policy.data.issuer}`}
      actions={<><Link to={`/policies/${id}/copy${run ? `?run=${run}` : ''}`}>{t.copy}</Link>{choices.length > 0 && (
        <Select aria-label={t.money} style={{ minWidth: 240 }} value={run ?? ''} onChange={(v) => setAt((b) => { v ? b.set('run', v) : b.set('run', ''); return b }, { replace: true })}
          options={[{ value: '', label: t.noRun }, ...choices.map((r) => ({ value: r.id, label: t.run(String(r.no), `${r.from_on} – ${r.to_on}`) }))]} />
      )}</>}>
      <Shown of={policy} rows={10}>{(p) => <Reading policy={p} />}</Shown>
    </Page>
  )
}

function Reading({ policy }: { policy: Policy }) {
  const t = useWords(said)
  const wide = useWide()
  const [at, setAt] = useSearchParams()
  const [q, setQ] = useState('')
  const wanted = useDeferredValue(q.trim())
  const hits = useGet('/api/policies/{id}/search', { path: { id: policy.id }, query: { q: wanted } }, { enabled: wanted !== '' })
  const found = useMemo(() => (wanted && hits.data ? new Set((hits.data.items ?? []).map((h) => h.clause)) : null), [wanted, hits.data])
  const parts = policy.parts ?? []
  const chosen = parts.find((c) => c.ref === at.get('clause')) ?? (wide ? parts.find((c) => (c.items?.length ?? 0) > 0) ?? parts[0] : undefined)
  const choose = (ref?: string) => setAt((b) => { ref ? b.set('clause', ref) : b.delete('clause'); return b }, { replace: wide })
  return (
    <>
      {policy.pack_differs && <div className="notice wait">{t.differs}</div>}
      <div className="reader">
        {(wide || !chosen) && (
          <section className="card flush text-side" aria-label={t.title}>
            <div className="table-tools">
              <Input allowClear aria-label={t.find} placeholder={t.find} prefix={<Icon name="search" size={15} />} value={q} onChange={(e) => setQ(e.target.value)} style={{ flex: 1, width: 'auto' }} />
              {found && <span className="quiet small" aria-live="polite">{t.hits(String(hits.data?.total ?? 0))}</span>}
            </div>
            {!policy.official && <p className="quiet small" style={{ padding: '8px 18px 0' }}>{t.noText}</p>}
            <ol className="clauses">
              {parts.filter((c) => !found || found.has(c.ref)).map((c) => (
                <li key={c.ref} className={c.ref === chosen?.ref ? 'chosen' : undefined}>
                  <button type="button" onClick={() => choose(c.ref)} aria-current={c.ref === chosen?.ref ? 'true' : undefined}>
                    <span className="spread" style={{ flexWrap: 'nowrap', alignItems: 'baseline' }}>
                      <b>{c.ref} {c.title}</b>
                      {c.money && c.money.paid_fen > 0 && <span className="small" style={{ color: 'var(--brand)', fontWeight: 600, flex: 'none' }}><Wan fen={c.money.paid_fen} unit /></span>}
                    </span>
                    <Kinds of={c} />
                    <span className="text">{c.text || c.summary}</span>
                  </button>
                </li>
              ))}
            </ol>
          </section>
        )}
        {chosen ? (
          <section className="card rule-side" aria-label={`${chosen.ref} ${chosen.title}`}>
            {!wide && <Button type="text" icon={<Icon name="left" size={15} />} onClick={() => choose()}>{t.back2}</Button>}
            <Became policy={policy} clause={chosen} />
          </section>
        ) : wide && <section className="card rule-side"><Empty icon="policy" title={t.choose} /></section>}
      </div>
    </>
  )
}

function Kinds({ of }: { of: Clause }) {
  const as = useCode(asWords)
  return (
    <span className="tags">
      {(of.as ?? []).map((a) => <Tag key={a} tone={a === 'money' ? 'brand' : a === 'indicator' ? 'info' : 'plain'}>{as(a)}</Tag>)}
    </span>
  )
}

function Became({ policy, clause }: { policy: Policy; clause: Clause }) {
  const t = useWords(said)
  const readings = (policy.readings ?? []).filter((r) => r.clause === clause.ref)
  const parameters = (policy.parameters ?? []).filter((p) => p.clause === clause.ref)
  return (
    <div className="stack" style={{ gap: 20 }}>
      <div>
        <h2 className="h2" style={{ marginBottom: 6 }}>{clause.ref} {clause.title}</h2>
        {clause.text && <p className="quiet">{clause.summary}</p>}
      </div>
      {(clause.items ?? []).map((i) => <ItemCard key={i.id} item={i} policy={policy} />)}
      {parameters.length > 0 && (
        <div>
          <h3 className="h3">{t.parameters}</h3>
          <table className="data plain">
            <tbody>
              {parameters.map((p) => (
                <tr key={p.name}>
                  <th scope="row">{p.title}{p.note && <div className="quiet small">{p.note}</div>}</th>
                  <td className="right num">{p.value}{p.used !== p.value && <div><Tag tone="wait">{t.used} {p.used}</Tag></div>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {readings.length > 0 && (
        <div>
          <h3 className="h3">{t.readings}</h3>
          <div className="stack" style={{ gap: 10 }}>
            {readings.map((r) => (
              <div key={r.name} className="reading">
                <b>{r.title}</b>
                <p className="quiet">{r.question}</p>
                <ul>
                  {(r.values ?? []).map((v) => (
                    <li key={v.value} className={v.value === r.used ? 'used' : undefined}>
                      <Icon name={v.value === r.used ? 'check' : 'right'} size={14} />
                      {v.title}
                    </li>
                  ))}
                </ul>
                {r.chosen ? <p className="small">{r.why}{r.decided_by && <span className="quiet">（{t.decided} {r.decided_by}）</span>}</p> : <Tag tone="wait">{t.undecided}</Tag>}
              </div>
            ))}
          </div>
        </div>
      )}
      {(clause.indicators ?? []).map((i) => (
        <div key={i.id}>
          <h3 className="h3">{t.indicators}：{i.title}</h3>
          <dl className="facts">
            <div><dt>{t.target}</dt><dd>{i.target || '—'}</dd></div>
            <div><dt>{t.responsible}</dt><dd>{i.responsible || '—'}</dd></div>
            <div style={{ gridColumn: '1 / -1' }}><dt>{t.formula}</dt><dd>{i.formula}</dd></div>
          </dl>
        </div>
      ))}
      {clause.capability && <div><h3 className="h3">{t.capability}</h3><p>{clause.capability}</p></div>}
      {clause.reason && <div><h3 className="h3">{t.notComputed}</h3><p>{clause.reason}</p></div>}
    </div>
  )
}

function ItemCard({ item, policy }: { item: PolicyItem; policy: Policy }) {
  const t = useWords(said)
  const may = useMay()
  const [open, setOpen] = useState(false)
  return (
    <div className="item-card">
      <div className="spread">
        <h3 className="h3" style={{ margin: 0 }}>{item.title}</h3>
        <span className="row small no-print">
          {policy.run && <Link to={`/runs/${policy.run}?tab=lines&item=${encodeURIComponent(item.id)}`}>{t.lines}</Link>}
          {policy.run && may('whatif.ask') && <Link to={`/what-if/new?run=${policy.run}&item=${encodeURIComponent(item.id)}`}>{t.whatIf}</Link>}
        </span>
      </div>
      {item.note && <p className="quiet small">{item.note}</p>}
      {item.money && (
        <div className="figures" style={{ margin: '10px 0' }}>
          <Stat name={t.paid} value={<Wan fen={item.money.paid_fen} />} unit={t.wan} />
          <Stat name={t.entitled} value={<Wan fen={item.money.entitled_fen} />} unit={t.wan} />
          <Stat name={t.rows} value={item.money.rows} />
          {item.money.set_aside > 0 && <Stat name={t.waiting} value={item.money.set_aside} late />}
        </div>
      )}
      <h4 className="quiet small" style={{ margin: '8px 0 2px', fontWeight: 500 }}>{t.rule}</h4>
      <ol className="rule">{(item.rule ?? []).map((s, i) => <li key={i}>{s}</li>)}</ol>
      {item.cases > 0 && (
        <button type="button" className="link-button small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t.cases(String(item.cases))} <Icon name={open ? 'up' : 'down'} size={12} />
        </button>
      )}
      {open && <Cases pack={policy.id} item={item.id} />}
    </div>
  )
}

