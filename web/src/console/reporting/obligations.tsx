import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { call, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { kindWords } from '../../domain/access/words'
import { recentMonths } from '../../domain/reporting/period'
import { setWords } from '../../domain/reporting/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'
import { useQueryClient } from '@tanstack/react-query'

const said = words({
  title: ['报送要求', 'Obligations'],
  back: ['报送日历', 'the calendar'],
  about: ['规定哪类机构、报什么、每期结束后第几个工作日前报。', 'Which organisations owe what, until which working day after the period.'],
  add: ['新增要求', 'Add'],
  edit: ['修改', 'Change'],
  drop: ['删除', 'Delete'],
  dropAbout: ['删除后日历不再显示这一要求，已报送的数据不受影响。', 'It goes from the calendar; what was handed in stays.'],
  name: ['名称', 'Title'],
  kind: ['机构类别', 'Kind'],
  orgs: ['只限这些机构', 'These alone'],
  set: ['品种', 'Set'],
  yearly: ['每年一次（不勾选为每月）', 'Once a year, not every month'],
  cycle: ['周期', 'Cycle'],
  year: ['年', 'yearly'],
  month: ['月', 'monthly'],
  due: ['截止', 'Due'],
  day: [(n: string) => `期后第 ${n} 个工作日`, (n: string) => `working day ${n} after`],
  dueDay: ['期后第几个工作日', 'Working day after the period'],
  from: ['从哪个月起', 'From month'],
  until: ['到哪个月止', 'Until month'],
  items: ['必须包含', 'Must hold'],
  optional: ['（可不填）', ' (optional)'],
  save: ['保存', 'Save'],
  none: ['还没有报送要求', 'None yet'],
})

type Obligation = Item<'/api/reporting/obligations'>
type Edit = { title: string; kind: string; orgs?: string[]; set: string; yearly?: boolean; items?: string[]; due_day: number; from: string; until?: string }

export default function Obligations() {
  const t = useWords(said)
  const kind = useCode(kindWords)
  const set = useCode(setWords)
  const may = useMay()
  const [open, setOpen] = useState<{ of?: Obligation } | undefined>()
  const [dropping, setDropping] = useState<Obligation>()
  const queries = useQueryClient()
  const columns: Column<Obligation>[] = [
    { key: 'title', title: t.name, value: (o) => o.title },
    { key: 'kind', title: t.kind, value: (o) => kind(o.kind), show: (o) => <Tag tone="brand">{kind(o.kind)}</Tag> },
    { key: 'set', title: t.set, value: (o) => set(o.set) },
    { key: 'cycle', title: t.cycle, value: (o) => (o.yearly ? t.year : t.month) },
    { key: 'due', title: t.due, value: (o) => t.day(String(o.due_day)) },
    { key: 'items', title: t.items, value: (o) => (o.items ?? []).join('、') },
    { key: 'from', title: t.from, value: (o) => o.from },
    { key: 'until', title: t.until, value: (o) => o.until },
  ]
  const add = may('obligation.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setOpen({})}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} back={{ to: '/reporting/calendar', name: t.back }} actions={add}>
      <DataTable name="obligations" label={t.title} source={listOf('/api/reporting/obligations')} columns={columns} rowKey={(o) => o.id} empty={{ icon: 'calendar', title: t.none, action: add }}
        act={may('obligation.write') ? (o) => (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            <Button size="small" onClick={() => setOpen({ of: o })}>{t.edit}</Button>
            <Button size="small" danger onClick={() => setDropping(o)}>{t.drop}</Button>
          </span>
        ) : undefined} />
      {open && <EditForm of={open.of} close={() => setOpen(undefined)} />}
      {dropping && (
        <Ask open close={() => setDropping(undefined)} title={`${t.drop}：${dropping.title}`} about={t.dropAbout} ok={t.drop} danger
          send={async () => {
            await call('delete', '/api/reporting/obligations/{id}', { path: { id: dropping.id }, query: { version: dropping.version } })
            await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/reporting') })
          }}>{null}</Ask>
      )}
    </Page>
  )
}

function EditForm({ of, close }: { of?: Obligation; close: () => void }) {
  const t = useWords(said)
  const kind = useCode(kindWords)
  const set = useCode(setWords)
  const required = useRequired()
  const orgs = useGet('/api/orgs', { query: { limit: 200 } })
  const sets = useGet('/api/reporting/sets', {})
  const add = useChange('post', '/api/reporting/obligations', ['/api/reporting'])
  const change = useChange('put', '/api/reporting/obligations/{id}', ['/api/reporting'])
  const months = recentMonths(96).map((m) => ({ value: m, label: m }))
  const items = [...new Set((sets.data?.items ?? []).flatMap((s) => [...(s.messages ?? []), ...(s.tables ?? [])]))]
  return (
    <Ask<Edit> open close={close} title={of ? t.edit : t.add} ok={t.save} width={560}
      initial={of ? { ...of, orgs: of.orgs ?? [], items: of.items ?? [], until: of.until || undefined } : { kind: 'bank', set: 'lending', due_day: 10, yearly: false }}
      send={(v) => {
        const body = { title: v.title.trim(), kind: v.kind, orgs: v.orgs, set: v.set, yearly: v.yearly, items: v.items, due_day: v.due_day, from: v.from, until: v.until || undefined }
        return of ? change.mutateAsync({ path: { id: of.id }, body: { ...body, version: of.version } }) : add.mutateAsync({ body })
      }}>
      <Form.Item name="title" label={t.name} rules={[required]}><Input maxLength={60} /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="kind" label={t.kind} rules={[required]}><Select options={['bank', 'guarantor', 'office'].map((k) => ({ value: k, label: kind(k) }))} /></Form.Item>
        <Form.Item name="set" label={t.set} rules={[required]}><Select options={Object.keys(setWords.zh).map((s) => ({ value: s, label: set(s) }))} /></Form.Item>
      </div>
      <Form.Item name="yearly" valuePropName="checked"><Checkbox>{t.yearly}</Checkbox></Form.Item>
      <Form.Item name="due_day" label={t.dueDay} rules={[{ required: true }]}><InputNumber min={1} max={60} /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="from" label={t.from} rules={[required]}><Select showSearch options={months} /></Form.Item>
        <Form.Item name="until" label={t.until + t.optional}><Select showSearch allowClear options={months} /></Form.Item>
      </div>
      <Form.Item name="items" label={t.items + t.optional}><Select mode="multiple" options={items.map((i) => ({ value: i, label: i }))} /></Form.Item>
      <Form.Item name="orgs" label={t.orgs + t.optional}><Select mode="multiple" showSearch={{ optionFilterProp: 'label' }} options={(orgs.data?.items ?? []).map((o) => ({ value: o.id, label: o.name }))} /></Form.Item>
    </Ask>
  )
}
