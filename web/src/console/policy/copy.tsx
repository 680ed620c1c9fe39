// A policy as one document to print or keep: each clause with its rule in words, its
// figures and readings, and the money it moved.
import { useParams, useSearchParams } from 'react-router'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { asWords, type Clause, itemsOf, type Policy, type PolicyItem, usePolicy } from '../../domain/policy/packs'
import { count } from '../../kit/money'
import { Page, Shown } from '../../kit/page'
import { PrintButton, Sheet } from '../../kit/paper'
import { Yuan } from '../../kit/show'
import { today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['政策注释本', 'Annotated policy'],
  back: ['政策', 'policy'],
  head: [(title: string) => `${title}（注释本）`, (title: string) => `${title} (annotated)`],
  issued: [(d: string) => `${d} 印发`, (d: string) => `issued ${d}`],
  run: [(no: string, from: string, to: string) => `所列资金为第 ${no} 号结算（${from} 至 ${to}）的结果。`, (no: string, from: string, to: string) => `Money is that of settlement ${no} (${from} to ${to}).`],
  noRun: ['未对照结算，不列资金。', 'No settlement is held against it; no money is shown.'],
  noText: ['未附官方原文，各条为摘要。', 'The official text is not attached; clauses are summarised.'],
  differs: ['结算所用政策包与现行的不同：规则为现行，资金为当时。', 'The run was settled by another state of this pack: rules are today’s, money is the run’s.'],
  money: ['各项目资金', 'Money by item'],
  clause: ['条款', 'Clause'],
  item: ['项目', 'Item'],
  rows: ['笔数', 'Rows'],
  entitled: ['应得（元）', 'Entitled, yuan'],
  paid: ['拨付（元）', 'Paid, yuan'],
  total: ['合计', 'Total'],
  summary: ['摘要', 'Summary'],
  rule: ['规则', 'Rule'],
  parameters: ['参数', 'Parameters'],
  used: ['结算用', 'used'],
  readings: ['文字有不同理解之处', 'Where the text can be read in two ways'],
  held: ['采用', 'holds'],
  undecided: ['尚未决定，暂按此', 'undecided; this holds'],
  decided: ['决定', 'decided by'],
  indicators: ['指标', 'Indicators'],
  target: ['目标', 'target'],
  responsible: ['责任单位', 'responsible'],
  capability: ['由平台承担', 'Served by the platform'],
  notComputed: ['不计算的原因', 'Why it is not computed'],
  moved: ['资金', 'Money'],
  wait: [(n: string) => `待补 ${n} 笔`, (n: string) => `${n} rows wait`],
  cases: [(n: string) => `手工案例 ${n} 个`, (n: string) => `${n} cases worked by hand`],
  foot: [(sum: string, d: string) => `政策包 SHA-256：${sum}；打印于 ${d}`, (sum: string, d: string) => `pack SHA-256 ${sum}; printed on ${d}`],
})

export default function PolicyCopy() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const [at] = useSearchParams()
  const may = useMay()
  const run = at.get('run') || undefined
  const policy = usePolicy(id, may('run.whole') ? run : undefined)
  return (
    <Page title={t.title} back={{ to: `/policies/${id}${run ? `?run=${run}` : ''}`, name: t.back }} actions={<PrintButton />}>
      <Shown of={policy} rows={12}>{(p) => <Copy of={p} />}</Shown>
    </Page>
  )
}

function Copy({ of }: { of: Policy }) {
  const t = useWords(said)
  const run = useGet('/api/runs/{id}', { path: { id: of.run } }, { enabled: of.run !== '' })
  return (
    <Sheet shown title={t.head(of.title)} under={`${of.issuer} · ${of.number} · ${t.issued(of.issued_on)}`}>
      <p>{run.data ? t.run(String(run.data.no), run.data.from_on, run.data.to_on) : t.noRun}{!of.official && t.noText}{of.pack_differs && t.differs}</p>
      {of.run !== '' && <Money of={of} />}
      {(of.parts ?? []).map((c) => <Part key={c.ref} of={c} policy={of} />)}
      <p className="seal"><small>{t.foot(of.sha256.slice(0, 16), today())}</small></p>
    </Sheet>
  )
}

function Money({ of }: { of: Policy }) {
  const t = useWords(said)
  const items = itemsOf(of)
  const sum = (f: (i: PolicyItem) => number) => items.reduce((n, i) => n + f(i), 0)
  return (
    <>
      <h2>{t.money}</h2>
      <table>
        <thead><tr><th>{t.clause}</th><th>{t.item}</th><th className="right">{t.rows}</th><th className="right">{t.entitled}</th><th className="right">{t.paid}</th></tr></thead>
        <tbody>
          {items.map((i) => (
            <tr key={i.id}><td>{i.clause}</td><td>{i.title}</td><td className="right">{count(i.money?.rows ?? 0)}</td><td className="right"><Yuan fen={i.money?.entitled_fen} /></td><td className="right"><Yuan fen={i.money?.paid_fen} /></td></tr>
          ))}
          <tr><td colSpan={2}><b>{t.total}</b></td><td className="right">{count(sum((i) => i.money?.rows ?? 0))}</td><td className="right"><Yuan fen={sum((i) => i.money?.entitled_fen ?? 0) as never} /></td><td className="right"><b><Yuan fen={sum((i) => i.money?.paid_fen ?? 0) as never} /></b></td></tr>
        </tbody>
      </table>
    </>
  )
}

function Part({ of, policy }: { of: Clause; policy: Policy }) {
  const t = useWords(said)
  const as = useCode(asWords)
  const parameters = (policy.parameters ?? []).filter((p) => p.clause === of.ref)
  const readings = (policy.readings ?? []).filter((r) => r.clause === of.ref)
  return (
    <section>
      <h2>{of.ref} {of.title} <small className="quiet">{(of.as ?? []).map(as).join('、')}</small></h2>
      <p className="text">{of.text || of.summary}</p>
      {of.text && <p className="quiet">{t.summary}：{of.summary}</p>}
      {(of.items ?? []).map((i) => <Item key={i.id} of={i} />)}
      {parameters.length > 0 && (
        <div className="keep">
          <h3>{t.parameters}</h3>
          <table>
            <tbody>{parameters.map((p) => <tr key={p.name}><td>{p.title}{p.note && <div className="quiet">{p.note}</div>}</td><td className="right">{p.value}{p.used !== p.value && <div>{t.used} {p.used}</div>}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {readings.length > 0 && <h3>{t.readings}</h3>}
      {readings.map((r) => (
        <div key={r.name} className="keep">
          <p>{r.title}：{r.question}</p>
          <ul>{(r.values ?? []).map((v) => <li key={v.value}>{v.value === r.used ? <b>{v.title}（{r.chosen ? t.held : t.undecided}）</b> : v.title}</li>)}</ul>
          {r.chosen && <p className="quiet">{r.why}{r.decided_by && `（${t.decided} ${r.decided_by}）`}</p>}
        </div>
      ))}
      {(of.indicators ?? []).map((i) => <p key={i.id}>{t.indicators}：{i.title}；{t.target} {i.target || '—'}；{t.responsible} {i.responsible || '—'}；{i.formula}</p>)}
      {of.capability && <p>{t.capability}：{of.capability}</p>}
      {of.reason && <p>{t.notComputed}：{of.reason}</p>}
    </section>
  )
}

function Item({ of }: { of: PolicyItem }) {
  const t = useWords(said)
  return (
    <div className="keep">
      <h3>{of.title}</h3>
      {of.note && <p className="quiet">{of.note}</p>}
      <ol aria-label={t.rule}>{(of.rule ?? []).map((s, i) => <li key={i}>{s}</li>)}</ol>
      <p className="quiet">
        {of.money && <>{t.moved}：{t.rows} {count(of.money.rows)}，{t.entitled} <Yuan fen={of.money.entitled_fen} />，{t.paid} <Yuan fen={of.money.paid_fen} />{of.money.set_aside > 0 && `，${t.wait(count(of.money.set_aside))}`}；</>}
        {of.cases > 0 && t.cases(String(of.cases))}
      </p>
    </div>
  )
}
