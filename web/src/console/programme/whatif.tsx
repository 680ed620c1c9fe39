import { Button, Segmented } from 'antd'
import { useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useJob } from '../../api/live'
import { useGet } from '../../api/query'
import { useItemNames, usePolicy } from '../../domain/policy/packs'
import { stateWords } from '../../domain/programme/words'
import { Shifts as Picture } from '../../kit/chart'
import { Icon } from '../../kit/icon'
import { count, type Fen } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { Diff, Stat, Tag, Wan, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['测算', 'What if'],
  back: ['政策测算', 'what if'],
  page: ['下载报告', 'Report'],
  table: ['下载明细', 'Rows'],
  run: [(no: string) => `对照结算 #${no}`, (no: string) => `beside settlement #${no}`],
  before: ['原结算', 'The run'],
  after: ['方案', 'Alternative'],
  cost: ['总额变化', 'Change of the total'],
  gainers: [(n: string) => `${n} 个收款人增加`, (n: string) => `${n} payees gain`],
  losers: [(n: string) => `${n} 个收款人减少`, (n: string) => `${n} payees lose`],
  waiting: ['待补变化', 'Change of rows that wait'],
  refused: ['这个方案不能计算', 'This alternative cannot be settled'],
  changes: ['改动', 'Changes'],
  items: ['按项目', 'By item'],
  banks: ['按机构', 'By bank'],
  towns: ['按乡镇', 'By town'],
  payees: ['得与失', 'Winners and losers'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  difference: ['差额', 'Difference'],
  side: ['得失', 'Side'],
  gain: ['增加', 'Gain'],
  loss: ['减少', 'Lose'],
  none: ['没有变化', 'Nothing changes'],
  wan: ['万元', '×10k yuan'],
  failed: ['测算失败', 'It failed'],
  noTown: ['未分乡镇', 'No town'],
  alternative: [(n: string) => `方案 ${n}`, (n: string) => `Alternative ${n}`],
  overall: ['各方案的总额变化', 'Change of the total, by alternative'],
})

type WhatIf = Answer<'/api/whatifs/{id}'>
type Shift = Item<'/api/whatifs/{id}/shifts'>

export default function WhatIfPage() {
  const t = useWords(said)
  const { lang } = useLang()
  const state = useCode(stateWords)
  const { id = '' } = useParams()
  const whatIf = useGet('/api/whatifs/{id}', { path: { id } }, { refetchInterval: (w) => (w && w.state !== 'done' && w.state !== 'failed' ? 4_000 : false) })
  const job = useJob(id)
  const w = whatIf.data
  return (
    <Page title={w?.title || t.title} back={{ to: '/what-if', name: t.back }} about={w && <Link to={`/runs/${w.run}`}>{t.run(String(w.run_no))}</Link>}
      actions={w?.state === 'done' && <><Button icon={<Icon name="download" size={16} />} href={`/api/whatifs/${id}/page`}>{t.page}</Button><Button icon={<Icon name="download" size={16} />} href={`/api/whatifs/${id}/table`}>{t.table}</Button></>}>
      <Shown of={whatIf}>
        {(x) => x.state === 'done' ? <Done of={x} />
          : x.failure ? <div className="failed" role="alert"><strong>{t.failed}：{lang === 'zh' ? x.failure.zh : x.failure.en}</strong><code>{x.failure.code}</code></div>
          : <Card><Progress done={job?.done} total={job?.total} note={job?.note || state(x.state)} /></Card>}
      </Shown>
    </Page>
  )
}

function Done({ of }: { of: WhatIf }) {
  const t = useWords(said)
  const { lang } = useLang()
  const [at, setAt] = useSearchParams()
  const all = useMemo(() => of.alternatives ?? [], [of])
  const no = Number(at.get('no')) || all[0]?.no || 1
  const a = all.find((x) => x.no === no)
  const policy = usePolicy(of.pack)
  const run = useGet('/api/runs/{id}', { path: { id: of.run } })
  const overall = useMemo(() => all.filter((x) => !x.refused).map((x) => ({ name: x.title || t.alternative(String(x.no)), before: x.before_fen, after: x.after_fen })), [all, t])
  if (!a) return <Empty title={t.none} />
  const title = (name: string) => policy.data?.readings?.find((r) => r.name === name)?.title ?? policy.data?.parameters?.find((p) => p.name === name)?.title ?? name
  const say = (name: string, v: string) => policy.data?.readings?.find((r) => r.name === name)?.values?.find((x) => x.value === v)?.title ?? v
  const held = { ...(run.data?.readings as Record<string, string> | undefined), ...(run.data?.parameters as Record<string, string> | undefined) }
  const changes = Object.entries({ ...(a.readings as Record<string, string> | undefined), ...(a.parameters as Record<string, string> | undefined) })
  return (
    <>
      {overall.length > 1 && overall.some((x) => x.before !== x.after) && <Card title={t.overall}><Picture label={t.overall} of={overall} /></Card>}
      {all.length > 1 && <div style={{ overflowX: 'auto' }}><Segmented value={no} options={all.map((x) => ({ value: x.no, label: x.title || t.alternative(String(x.no)) }))} onChange={(v) => setAt({ no: String(v) }, { replace: true })} /></div>}
      <Card title={a.title || t.alternative(String(a.no))}>
        <div className="stack">
          <Diff of={changes.map(([k, v]) => ({ name: title(k), before: say(k, held[k] ?? '—'), after: say(k, v) }))} />
          {a.refused ? <div className="notice bad"><b>{t.refused}</b>：{lang === 'zh' ? a.refused.zh : a.refused.en}</div> : (
            <div className="figures">
              <Stat name={t.before} value={<Wan fen={a.before_fen} />} unit={t.wan} />
              <Stat name={t.after} value={<Wan fen={a.after_fen} />} unit={t.wan} />
              <Stat name={t.cost} value={<Wan fen={(a.gain_fen - a.loss_fen) as Fen} />} unit={t.wan} late={a.loss_fen > a.gain_fen} />
              <Stat name={t.gainers(count(a.gainers))} value={<Wan fen={a.gain_fen} />} unit={t.wan} />
              <Stat name={t.losers(count(a.losers))} value={<Wan fen={a.loss_fen} />} unit={t.wan} late={a.loss_fen > 0} />
              {a.waiting !== 0 && <Stat name={t.waiting} value={a.waiting} />}
            </div>
          )}
        </div>
      </Card>
      {!a.refused && (
        <Tabs keep={['no']} of={[
          { key: 'items', name: t.items, show: <Shifts id={of.id} no={no} by="item" label={t.items} /> },
          { key: 'banks', name: t.banks, show: <Shifts id={of.id} no={no} by="bank" label={t.banks} /> },
          { key: 'towns', name: t.towns, show: <Shifts id={of.id} no={no} by="town" label={t.towns} /> },
          { key: 'payees', name: t.payees, show: <Payees id={of.id} no={no} /> },
        ]} />
      )}
    </>
  )
}

function Shifts({ id, no, by, label }: { id: string; no: number; by: 'item' | 'bank' | 'town'; label: string }) {
  const t = useWords(said)
  const item = useItemNames()
  const shifts = useGet('/api/whatifs/{id}/shifts', { path: { id }, query: { no, by, limit: 200 } })
  const all = useMemo(() => (shifts.data?.items ?? []).map((s) => ({ name: by === 'item' ? item(s.key || s.item) : s.name || s.key || t.noTown, before: s.before_fen, after: s.after_fen })), [shifts.data, by, item, t])
  return <Shown of={shifts}>{() => <Card>{all.every((s) => s.before === s.after) ? <Empty icon="check" title={t.none} /> : <Picture label={`${label} ${t.difference}`} of={all} />}</Card>}</Shown>
}

function Payees({ id, no }: { id: string; no: number }) {
  const t = useWords(said)
  const item = useItemNames()
  const columns: Column<Shift>[] = [
    { key: 'name', title: t.payee, value: (s) => s.name || s.key },
    { key: 'item', title: t.item, value: (s) => (s.item ? item(s.item) : ''), hidden: true },
    { key: 'before', title: t.before, fen: (s) => s.before_fen },
    { key: 'after', title: t.after, fen: (s) => s.after_fen },
    { key: 'difference', title: t.difference, fen: (s) => s.difference_fen, show: (s) => <Tag tone={s.difference_fen > 0 ? 'good' : s.difference_fen < 0 ? 'wait' : 'plain'}>{s.difference_fen > 0 ? '+' : ''}<Yuan fen={s.difference_fen} /></Tag> },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'side', label: t.side, options: [{ value: 'gain', label: t.gain }, { value: 'loss', label: t.loss }] }]
  return <DataTable name="whatif-payees" label={t.payees} source={listOf('/api/whatifs/{id}/shifts', { path: { id }, query: { no, by: 'payee' } })} columns={columns} filters={filters} rowKey={(s) => `${s.key}/${s.item}`} empty={{ icon: 'check', title: t.none }} />
}
