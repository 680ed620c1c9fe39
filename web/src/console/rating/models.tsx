import { Button, Form, Input } from 'antd'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { modelStates, modelTones } from '../../domain/rating/model'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { At, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['评级模型', 'Rating models'],
  about: ['评分供银行参考，不是征信评级，不替银行决定。训练、评审、启用由不同的人办理；同一时间只有一个模型在用。', 'Scores are a reference for banks: no bureau rating, and no decision. Different people make, review and activate a model; one is in use at a time.'],
  model: ['模型', 'Model'],
  edition: ['版次', 'Edition'],
  ordinal: [(n: string) => `第 ${n} 版`, (n: string) => `edition ${n}`],
  state: ['状态', 'State'],
  maker: ['操作人', 'Made by'],
  imported: ['导入', 'imported'],
  rows: ['训练样本（户）', 'Firms in training'],
  bad: ['其中坏的', 'Of them bad'],
  changed: ['更新时间', 'Changed'],
  none: ['还没有模型', 'No models yet'],
  noneHint: ['在“训练”里用样本训练，或导入在别处做好的评分卡。', 'Train one on a sample, or import a card that was made elsewhere.'],
  import: ['导入评分卡', 'Import a card'],
  importAbout: ['导入后须补全清单，并在本平台的样本上验证，经评审才能启用。', 'Its manifest has to be completed and it has to be validated here before it may be reviewed and used.'],
  name: ['模型名称', 'Name of the model'],
  origin: ['由谁、在哪里做成', 'Who made it, and where'],
  originHint: ['例如：某公司2024年用本市数据训练，合同编号……', 'Say which company or institution, when, and under which contract'],
  card: ['评分卡文件（导出所得的 .json）', 'Card file (.json, as it was exported)'],
  choose: ['选择文件', 'Choose a file'],
  training: ['训练新模型', 'Train a model'],
  compare: ['比较所选', 'Compare them'],
  pickMore: ['选二至四个模型比较', 'Choose two to four to compare'],
})

type Row = Item<'/api/rating-models'>

export default function Models() {
  const t = useWords(said)
  const may = useMay()
  const state = useCode(modelStates)
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const columns: Column<Row>[] = [
    { key: 'name', title: t.model, value: (m) => m.name, show: (m) => <span className="tags">{m.name}{m.manifest.origin && <Tag>{t.imported}</Tag>}</span> },
    { key: 'edition', title: t.edition, value: (m) => m.edition, show: (m) => t.ordinal(String(m.edition)) },
    { key: 'state', title: t.state, value: (m) => state(m.state), show: (m) => <Tag tone={modelTones[m.state as keyof typeof modelTones]}>{state(m.state)}</Tag> },
    { key: 'maker', title: t.maker, value: (m) => m.manifest.operator_name },
    { key: 'rows', title: t.rows, right: true, value: (m) => m.manifest.rows || null, show: (m) => (m.manifest.rows ? count(m.manifest.rows) : '—') },
    { key: 'bad', title: t.bad, right: true, value: (m) => m.manifest.bad || null, show: (m) => (m.manifest.rows ? count(m.manifest.bad) : '—') },
    { key: 'changed', title: t.changed, value: (m) => m.changed_ms, show: (m) => <At ms={m.changed_ms} /> },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'state', label: t.state, options: Object.keys(modelStates.zh).map((s) => ({ value: s, label: state(s) })) }]
  const add = may('rating_model.make') && (
    <>
      <Button icon={<Icon name="upload" size={16} />} onClick={() => setOpen(true)}>{t.import}</Button>
      <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => go('/rating/trainings')}>{t.training}</Button>
    </>
  )
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="rating-models" label={t.title} columns={columns} filters={filters} rowKey={(m) => m.id} to={(m) => `/rating/models/${m.id}`} source={listOf('/api/rating-models')}
        pick={{ bar: (chosen) => <Button size="small" disabled={chosen.length < 2 || chosen.length > 4} title={t.pickMore} onClick={() => go(`/rating/compare?ids=${chosen.map((m) => m.id).join(',')}`)}>{t.compare}</Button> }}
        empty={{ icon: 'chart', title: t.none, hint: t.noneHint, action: add }} />
      <Import open={open} close={() => setOpen(false)} />
    </Page>
  )
}

function Import({ open, close }: { open: boolean; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const take = useChange('post', '/api/rating-models/imports', ['/api/rating-models'])
  return (
    <Ask<{ name: string; origin: string; card: string }> open={open} close={close} title={t.import} about={t.importAbout} ok={t.import} width={560}
      send={async (v) => go(`/rating/models/${(await take.mutateAsync({ body: { ...v, name: v.name.trim() } })).model.id}`)}>
      <Form.Item name="name" label={t.name} rules={[required]}><Input maxLength={60} /></Form.Item>
      <Form.Item name="origin" label={t.origin} extra={t.originHint} rules={[required]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
      <Form.Item name="card" label={t.card} rules={[required]}><TextFile /></Form.Item>
    </Ask>
  )
}

/** TextFile is a file's text; the form gives what to do with another. */
function TextFile({ id, onChange }: { id?: string; onChange?: (text: string) => void }) {
  const t = useWords(said)
  const [name, setName] = useState('')
  const input = useRef<HTMLInputElement>(null)
  return (
    <span className="row">
      <Button icon={<Icon name="file" size={16} />} onClick={() => input.current?.click()}>{t.choose}</Button>
      <input id={id} ref={input} type="file" hidden accept=".json,application/json" aria-label={t.card} onChange={async (e) => {
        const file = e.target.files?.[0]
        e.target.value = ''
        if (!file) return
        setName(file.name)
        onChange?.(await file.text())
      }} />
      <span className="quiet">{name}</span>
    </span>
  )
}
