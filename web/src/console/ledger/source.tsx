import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { attempt } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { entryWords, levelWords, totalWords } from '../../domain/ledger/words'
import { usePurposeNames } from '../../domain/policy/packs'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import type { Fen } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Facts, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { second } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { Stand, type Totals } from './totals'

const said = words({
  title: ['资金来源', 'Source'],
  back: ['资金台账', 'the fund ledger'],
  year: ['预算年度', 'Budget year'],
  level: ['级次', 'Level'],
  document: ['指标文号', 'Document'],
  purposes: ['用途', 'Purposes'],
  project: ['项目代码', 'Project code'],
  function: ['支出功能分类科目', 'Function class'],
  goal: ['绩效目标', 'Goal'],
  state: ['状态', 'State'],
  open: ['使用中', 'Open'],
  closed: ['已结账', 'Closed'],
  allot: ['下达指标', 'Grant money'],
  allotAbout: ['按指标文号登记到账的资金；同一登记重复提交只记一次。', 'Money that came by a document; sent twice it is granted once.'],
  amount: ['金额', 'Amount'],
  on: ['日期', 'Day'],
  memo: ['备注', 'Note'],
  optional: ['（可不填）', ' (optional)'],
  propose: ['提请复核', 'Propose'],
  recall: ['收回', 'Recall'],
  adjust: ['调减指标', 'Reduce'],
  recallAbout: ['须财政局负责人复核后生效。', 'The head of the finance bureau confirms it.'],
  statement: ['对账单', 'Statement'],
  from: ['起始日', 'From'],
  to: ['截止日', 'To'],
  at: ['记账时间', 'Posted'],
  kind: ['事项', 'What'],
  order: ['支付单', 'Order'],
  receipt: ['回单', 'Receipt'],
  by: ['经办', 'By'],
  second: ['复核', 'Second'],
  none: ['这段时间没有分录', 'Nothing in these days'],
  seq: ['编号', 'No.'],
  opening: ['期初', 'Brought forward'],
})

type Source = Answer<'/api/fund/sources/{id}'>
type Line = Item<'/api/fund/statement/lines'>

export default function SourcePage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const source = useGet('/api/fund/sources/{id}', { path: { id } })
  return (
    <Page title={source.data?.source.title ?? t.title} back={{ to: '/fund', name: t.back }}>
      <Shown of={source}>{(s) => <Known of={s} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: Source }) {
  const t = useWords(said)
  const level = useCode(levelWords)
  const purpose = usePurposeNames()
  const may = useMay()
  const required = useRequired()
  const [open, setOpen] = useState<'' | 'allot' | 'recall' | 'adjust'>('')
  const s = of.source
  const allot = useChange('post', '/api/fund/allotments', ['/api/fund'])
  const propose = useChange('post', '/api/fund/proposals', ['/api/fund'])
  return (
    <>
      <Card>
        <Facts of={[
          [t.year, String(s.year)],
          [t.level, <Tag key="l" tone="brand">{level(s.level)}</Tag>],
          [t.document, s.document],
          [t.state, <Tag key="s" tone={s.closed ? 'plain' : 'good'}>{s.closed ? t.closed : t.open}</Tag>],
          [t.project, s.project],
          [t.function, s.function],
          [t.goal, s.goal],
          [t.purposes, (s.purposes ?? []).map(purpose).join('、')],
        ]} />
        {may('fund.write') && !s.closed && (
          <div className="row no-print" style={{ marginTop: 18 }}>
            <Button type="primary" onClick={() => setOpen('allot')}>{t.allot}</Button>
            <Button onClick={() => setOpen('adjust')}>{t.adjust}</Button>
            <Button onClick={() => setOpen('recall')}>{t.recall}</Button>
          </div>
        )}
      </Card>
      <Card><Stand of={of.totals as Totals} /></Card>
      <Statement source={s.id} />
      <Ask<{ amount: Fen; document: string; memo?: string }> open={open === 'allot'} close={() => setOpen('')} title={t.allot} about={t.allotAbout} ok={t.allot} initial={{ document: s.document }}
        send={(v) => allot.mutateAsync({ body: { source: s.id, amount_fen: v.amount, document: v.document, memo: v.memo }, headers: { 'Idempotency-Key': attempt() } })}>
        <AmountField name="amount" label={t.amount} />
        <Form.Item name="document" label={t.document} rules={[required]}><Input /></Form.Item>
        <Form.Item name="memo" label={t.memo + t.optional}><Input /></Form.Item>
      </Ask>
      {(['recall', 'adjust'] as const).map((kind) => (
        <Ask<{ amount: Fen; document: string; memo?: string }> key={kind} open={open === kind} close={() => setOpen('')} title={t[kind]} about={t.recallAbout} ok={t.propose}
          send={(v) => propose.mutateAsync({ body: { kind, source: s.id, amount_fen: v.amount, document: v.document, memo: v.memo } })}>
          <AmountField name="amount" label={t.amount} />
          <Form.Item name="document" label={t.document} rules={[required]}><Input /></Form.Item>
          <Form.Item name="memo" label={t.memo + t.optional}><Input /></Form.Item>
        </Ask>
      ))}
    </>
  )
}

function Statement({ source }: { source: string }) {
  const t = useWords(said)
  const kind = useCode(entryWords)
  const total = useWords(totalWords)
  const columns: Column<Line>[] = [
    { key: 'seq', title: t.seq, value: (l) => l.seq },
    { key: 'at', title: t.at, value: (l) => second(l.at_ms), hidden: true },
    { key: 'on', title: t.on, value: (l) => l.on },
    { key: 'kind', title: t.kind, value: (l) => (l.kind ? kind(l.kind) : t.opening), show: (l) => <Tag>{l.kind ? kind(l.kind) : t.opening}</Tag> },
    { key: 'document', title: t.document, value: (l) => l.document, width: 120 },
    { key: 'order', title: t.order, value: (l) => l.order, hidden: true },
    { key: 'receipt', title: t.receipt, value: (l) => l.receipt.no },
    ...(['granted_fen', 'available_fen', 'reserved_fen', 'approved_fen', 'ordered_fen', 'paid_fen'] as const).map((k): Column<Line> => ({
      key: k, title: total[k], fen: (l) => l.change[k], show: (l) => (l.change[k] === 0 ? <span className="quiet">—</span> : <Yuan fen={l.change[k]} />)
    })),
    { key: 'memo', title: t.memo, value: (l) => l.memo, hidden: true },
  ]
  const filters: Filter[] = [{ kind: 'day', key: 'first_on', label: t.from }, { kind: 'day', key: 'last_on', label: t.to }]
  return (
    <DataTable name="fund-statement" label={t.statement} source={listOf('/api/fund/statement/lines', { query: { source } })} columns={columns} filters={filters}
      rowKey={(l) => String(l.seq)} empty={{ icon: 'ledger', title: t.none }} />
  )
}
