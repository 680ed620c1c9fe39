import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { levelWords, totalWords } from '../../domain/ledger/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Page, Shown } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { usePurposeNames } from '../../domain/policy/packs'
import { Purposes } from '../policy/purposes'
import { PartsBar, Stand, type Totals } from './totals'

const said = words({
  title: ['资金台账', 'Fund ledger'],
  about: ['每笔资金按年度、级次、文号分别记账，专款专用；从下达到支付，借贷时时相等。', 'Money is kept apart by year, level and document, pays only its own purpose, and balances at all times.'],
  add: ['新增资金来源', 'Add a source'],
  year: ['预算年度', 'Budget year'],
  level: ['级次', 'Level'],
  document: ['指标文号', 'Document'],
  name: ['资金名称', 'Title'],
  purposes: ['用途', 'Purposes'],
  state: ['状态', 'State'],
  open: ['使用中', 'Open'],
  closed: ['已结账', 'Closed'],
  parts: ['使用情况', 'Use'],
  none: ['还没有资金来源', 'No sources yet'],
  noneHint: ['登记一个指标文号后，即可下达资金', 'Register a document, then grant money by it'],
  project: ['项目代码', 'Project code'],
  function: ['支出功能分类科目', 'Function class'],
  goal: ['绩效目标', 'Goal'],
  optional: ['（可不填）', ' (optional)'],
  more: ['分录、银行对账与待复核', 'Entries, bank and what waits for a second person'],
  entries: ['分录', 'Entries'],
  bank: ['银行对账', 'Bank'],
  proposals: ['待复核', 'To confirm'],
})

type Source = Item<'/api/fund/sources'>

export default function Sources() {
  const t = useWords(said)
  const level = useCode(levelWords)
  const total = useWords(totalWords)
  const purpose = usePurposeNames()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const execution = useGet('/api/fund/execution', {})
  const columns: Column<Source>[] = [
    { key: 'title', title: t.name, value: (s) => s.source.title },
    { key: 'year', title: t.year, value: (s) => s.source.year },
    { key: 'level', title: t.level, value: (s) => level(s.source.level), show: (s) => <Tag tone="brand">{level(s.source.level)}</Tag> },
    { key: 'document', title: t.document, value: (s) => s.source.document },
    { key: 'purposes', title: t.purposes, value: (s) => (s.source.purposes ?? []).map(purpose).join('、'), hidden: true },
    ...(['granted_fen', 'available_fen', 'reserved_fen', 'approved_fen', 'ordered_fen', 'paid_fen'] as const).map((k): Column<Source> => ({
      key: k, title: total[k], fen: (s) => s.totals[k], hidden: k === 'reserved_fen' || k === 'approved_fen' || k === 'ordered_fen',
    })),
    { key: 'parts', title: t.parts, value: () => '', sort: false, width: 120, show: (s) => <PartsBar of={s.totals} /> },
    { key: 'state', title: t.state, value: (s) => (s.source.closed ? t.closed : t.open), show: (s) => <Tag tone={s.source.closed ? 'plain' : 'good'}>{s.source.closed ? t.closed : t.open}</Tag> },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'year', label: t.year, options: years() },
    { kind: 'choice', key: 'level', label: t.level, options: Object.keys(levelWords.zh).map((l) => ({ value: l, label: level(l) })) },
    { kind: 'choice', key: 'open', label: t.state, options: [{ value: 'true', label: t.open }] },
  ]
  const add = may('fund.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={<><Link to="/fund/entries">{t.entries}</Link><Link to="/fund/bank">{t.bank}</Link><Link to="/fund/proposals">{t.proposals}</Link>{add}</>}>
      <Shown of={execution} rows={2}>{(e) => e.total.granted_fen > 0 && <Card><Stand of={e.total as Totals} /></Card>}</Shown>
      <DataTable name="fund-sources" label={t.title} source={listOf('/api/fund/sources')} columns={columns} filters={filters} rowKey={(s) => s.source.id}
        to={(s) => `/fund/sources/${s.source.id}`} empty={{ icon: 'ledger', title: t.none, hint: t.noneHint, action: add }} />
      <AddSource open={adding} close={() => setAdding(false)} />
    </Page>
  )
}

/** years are the budget years that one may choose. */
export function years() {
  const now = Number(today().slice(0, 4))
  return Array.from({ length: 8 }, (_, i) => ({ value: String(now + 1 - i), label: String(now + 1 - i) }))
}

type New = { year: number; level: string; document: string; title: string; purposes: string[]; project?: string; function?: string; goal?: string }

function AddSource({ open, close }: { open: boolean; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const level = useCode(levelWords)
  const add = useChange('post', '/api/fund/sources', ['/api/fund'])
  return (
    <Ask<New> open={open} close={close} title={t.add} ok={t.add} width={560} initial={{ year: Number(today().slice(0, 4)), level: 'county' }}
      send={(v) => add.mutateAsync({ body: { ...v, level: v.level as 'county' } })}>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="year" label={t.year} rules={[{ required: true }]}>
          <InputNumber min={2000} max={2100} style={{ width: '100%' }} />
        </Form.Item>
        <Form.Item name="level" label={t.level} rules={[required]}>
          <Select options={Object.keys(levelWords.zh).map((l) => ({ value: l, label: level(l) }))} />
        </Form.Item>
      </div>
      <Form.Item name="title" label={t.name} rules={[required]}><Input /></Form.Item>
      <Form.Item name="document" label={t.document} rules={[required]}><Input /></Form.Item>
      <Form.Item name="purposes" label={t.purposes} rules={[{ required: true, message: required.message }]}><Purposes /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="project" label={t.project + t.optional}><Input /></Form.Item>
        <Form.Item name="function" label={t.function + t.optional}><Input /></Form.Item>
      </div>
      <Form.Item name="goal" label={t.goal + t.optional}><Input /></Form.Item>
    </Ask>
  )
}

