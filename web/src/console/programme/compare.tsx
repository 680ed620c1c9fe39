import { useMemo } from 'react'
import { Link, useParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useItemNames, usePolicy } from '../../domain/policy/packs'
import { setWords, tableWords } from '../../domain/reporting/words'
import { stepWords } from '../../domain/programme/words'
import { Shifts } from '../../kit/chart'
import { count } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Diff, Stat, Tag, Wan, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: [(a: string, b: string) => `结算 #${b} 与 #${a} 的差别`, (a: string, b: string) => `Settlement #${b} beside #${a}`],
  back: ['结算', 'the settlement'],
  inputs: ['选择与数据的不同', 'What went in otherwise'],
  same: ['选择与数据完全相同', 'Nothing went in otherwise'],
  gained: ['增加', 'Gained'],
  lost: ['减少', 'Lost'],
  gainers: [(n: string) => `${n} 个收款人`, (n: string) => `${n} payees`],
  items: ['按项目', 'By item'],
  banks: ['按机构', 'By bank'],
  towns: ['按乡镇', 'By town'],
  payees: ['收款人', 'Payees'],
  lines: ['明细', 'Lines'],
  steps: ['从哪一步起不同', 'Where rows part'],
  rows: ['行', 'rows'],
  payee: ['收款人', 'Payee'],
  before: ['前次', 'Earlier'],
  after: ['本次', 'Later'],
  difference: ['差额', 'Difference'],
  none: ['没有差别', 'No difference'],
  subject: ['借据或对象', 'Subject'],
  enterprise: ['企业', 'Enterprise'],
  item: ['项目', 'Item'],
  step: ['从哪一步起不同', 'First at'],
  noTown: ['未分乡镇', 'No town'],
  facts: [(name: string) => `${name}数据`, (name: string) => `facts: ${name}`],
  absent: ['没有', 'none'],
  hash: [(h: string) => `版本 ${h}`, (h: string) => `state ${h}`],
  why: ['原因', 'Why'],
  choices: ['政策、期间、理解或参数不同', 'Policy, period, readings or parameters are others'],
  others: ['本行数据未变，同一限额、上限、资金池或门槛中的其他行有变化', 'Nothing of its own changed, but rows that share its limit, cap, pool or gate did'],
  version: [(set: string, period: string, n: number) => `${period} ${set}第${n}版`, (set: string, period: string, n: number) => `${set} of ${period}, version ${n}`],
  lineNo: [(n: number) => `第${n}行`, (n: number) => `line ${n}`],
  changed: [(f: string, a: string, b: string) => `${f}由 ${a} 改为 ${b}`, (f: string, a: string, b: string) => `${f} from ${a} to ${b}`],
  added: [(what: string) => `新报送${what}`, (what: string) => `${what}: newly reported`],
  removed: [(what: string) => `不再报送${what}`, (what: string) => `${what}: no longer reported`],
  more: [(n: string) => `另有 ${n} 处更正`, (n: string) => `${n} more corrections`],
  empty: ['空', 'nothing'],
  fromPlatform: ['平台登记', 'the platform'],
  wan: ['万元', '×10k yuan'],
})

type Comparison = Answer<'/api/runs/{id}/comparison/{other}'>
type Delta = Item<'/api/runs/{id}/comparison/{other}/payees'>
type LineDelta = Item<'/api/runs/{id}/comparison/{other}/lines'>

export default function Compare() {
  const t = useWords(said)
  const { id = '', other = '' } = useParams()
  const path = { path: { id, other } }
  const comparison = useGet('/api/runs/{id}/comparison/{other}', path)
  return (
    <Page title={comparison.data ? t.title(String(comparison.data.a.no), String(comparison.data.b.no)) : t.title('', '')} back={{ to: `/runs/${id}`, name: t.back }} about={comparison.data?.b.title}>
      <Shown of={comparison}>
        {(c) => (
          <>
            <Inputs of={c} />
            <Card>
              <div className="figures">
                <Stat name={t.gained} value={<Wan fen={c.gained_fen} />} unit={`${t.wan} · ${t.gainers(count(c.gainers))}`} />
                <Stat name={t.lost} value={<Wan fen={c.lost_fen} />} unit={`${t.wan} · ${t.gainers(count(c.losers))}`} late={c.lost_fen > 0} />
              </div>
            </Card>
            <Tabs of={[
              { key: 'items', name: t.items, show: <Deltas of={c} what="items" /> },
              { key: 'banks', name: t.banks, show: <Deltas of={c} what="banks" /> },
              { key: 'towns', name: t.towns, show: <Deltas of={c} what="towns" /> },
              { key: 'payees', name: t.payees, show: <Payees {...path} /> },
              { key: 'lines', name: t.lines, show: <Lines {...path} /> },
            ]} />
          </>
        )}
      </Shown>
    </Page>
  )
}

function Inputs({ of }: { of: Comparison }) {
  const t = useWords(said)
  const policy = usePolicy(of.b.pack)
  const say = (name: string, v: string) => policy.data?.readings?.find((r) => r.name === name)?.values?.find((x) => x.value === v)?.title ?? (v || '—')
  const step = useCode(stepWords)
  const table = useCode(tableWords)
  // two states of a table are told apart by the beginning of their hashes
  const state = (hash: string) => (hash ? t.hash(hash.slice(0, 8)) : t.absent)
  return (
    <div className="grid2">
      <Card title={t.inputs}>
        {(of.inputs?.length ?? 0) === 0 ? <p className="quiet">{t.same}</p> : <Diff of={of.inputs!.map((d) => (d.what === 'facts'
          ? { name: t.facts(table(d.name)), before: state(d.a), after: state(d.b) }
          : { name: d.title || d.name, before: say(d.name, d.a), after: say(d.name, d.b) }))} />}
      </Card>
      <Card title={t.steps}>
        {(of.first_steps?.length ?? 0) === 0 ? <p className="quiet">{t.none}</p> : (
          <ul className="todo">
            {of.first_steps!.map((s) => (
              <li key={s.step}>
                <span className="grow">{step(s.step)}</span>
                <span className="quiet">{count(s.rows)} {t.rows}</span>
                <b><Yuan fen={s.difference_fen} unit /></b>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}

function Deltas({ of, what }: { of: Comparison; what: 'items' | 'banks' | 'towns' }) {
  const t = useWords(said)
  const item = useItemNames()
  const all = of[what] ?? []
  const shifts = useMemo(() => all.map((d) => ({ name: what === 'items' ? item(d.key) : d.name || d.key || t.noTown, before: d.paid_a_fen, after: d.paid_b_fen })), [all, what, item, t])
  if (shifts.every((s) => s.before === s.after)) return <Card><Empty icon="check" title={t.none} /></Card>
  return <Card><Shifts label={`${t[what]} ${t.difference}`} of={shifts} /></Card>
}

function Payees({ path }: { path: { id: string; other: string } }) {
  const t = useWords(said)
  const columns: Column<Delta>[] = [
    { key: 'name', title: t.payee, value: (d) => d.name || d.key },
    { key: 'a', title: t.before, fen: (d) => d.paid_a_fen },
    { key: 'b', title: t.after, fen: (d) => d.paid_b_fen },
    { key: 'difference', title: t.difference, fen: (d) => d.difference_fen, show: (d) => <b><Yuan fen={d.difference_fen} /></b> },
  ]
  return <DataTable name="compare-payees" label={t.payees} source={listOf('/api/runs/{id}/comparison/{other}/payees', { path })} columns={columns} rowKey={(d) => d.key} empty={{ icon: 'check', title: t.none }} />
}

function Lines({ path }: { path: { id: string; other: string } }) {
  const t = useWords(said)
  const item = useItemNames()
  const step = useCode(stepWords)
  const columns: Column<LineDelta>[] = [
    { key: 'subject', title: t.subject, value: (d) => line(d)?.subject_id ?? '', show: (d) => <Link to={`/runs/${path.id}/explain?subject=${encodeURIComponent(line(d)?.subject_id ?? '')}&institution=${encodeURIComponent(line(d)?.institution_id ?? '')}`}>{line(d)?.subject_id}</Link> },
    { key: 'item', title: t.item, value: (d) => item(line(d)?.item ?? '') },
    { key: 'enterprise', title: t.enterprise, value: (d) => line(d)?.enterprise ?? '' },
    { key: 'step', title: t.step, value: (d) => step(d.step), show: (d) => <Tag>{step(d.step)}</Tag> },
    { key: 'why', title: t.why, value: (d) => (d.why ?? []).join(' '), show: (d) => <Why of={d} /> },
    { key: 'a', title: t.before, fen: (d) => d.a?.paid_fen },
    { key: 'b', title: t.after, fen: (d) => d.b?.paid_fen },
    { key: 'difference', title: t.difference, fen: (d) => d.difference_fen, show: (d) => <b><Yuan fen={d.difference_fen} /></b> },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'step', label: t.step, options: Object.keys(stepWords.zh).map((s) => ({ value: s, label: step(s) })) }, { kind: 'search', key: 'enterprise', label: t.enterprise }]
  return <DataTable name="compare-lines" label={t.lines} source={listOf('/api/runs/{id}/comparison/{other}/lines', { path })} columns={columns} filters={filters} rowKey={(d) => `${line(d)?.item}/${line(d)?.institution_id}/${line(d)?.subject_id}`} empty={{ icon: 'check', title: t.none }} />
}

/** Why tells which corrections a row's difference comes from: whose, in which version, file and line. */
function Why({ of }: { of: LineDelta }) {
  const t = useWords(said)
  const table = useCode(tableWords)
  const set = useCode(setWords)
  const { lang } = useLang()
  const causes = of.causes ?? []
  const shown = causes.slice(0, 3)
  const more = (of.cause_count ?? 0) - shown.length
  return (
    <ul className="causes">
      {shown.map((c, i) => {
        const at = c.told_b ?? c.told_a
        const what = `${table(c.table)} ${c.key.split('/').slice(-2).join(' ')}`
        const said = c.change === 'changed' ? `${what} ${t.changed(lang === 'zh' ? c.field_zh : c.field_en, c.a || t.empty, c.b || t.empty)}` : t[c.change](what)
        return (
          <li key={i}>
            {said}
            {at && (
              <span className="quiet">
                {at.submission ? <Link to={`/submissions/${at.submission}`}>{at.org} {t.version(set(at.set), at.period, at.version)}</Link> : t.fromPlatform} {at.file} {t.lineNo(at.line)}
              </span>
            )}
          </li>
        )
      })}
      {more > 0 && <li className="quiet">{t.more(count(more))}</li>}
      {of.why?.includes('choices') && <li>{t.choices}</li>}
      {of.why?.includes('others') && <li>{t.others}</li>}
    </ul>
  )
}

const line = (d: LineDelta) => d.b ?? d.a ?? d.aside_b ?? d.aside_a
