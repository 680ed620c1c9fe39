import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { attempt, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { importStates, importTones } from '../../domain/firm/words'
import { carrier } from '../../domain/reporting/carrier'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page } from '../../kit/page'
import { useSending } from '../../kit/sending'
import { Tag } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { minute, today } from '../../kit/time'
import { Drop } from '../../kit/upload'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['企业登记库导入', 'Imports of the registry'],
  about: ['一个文件要么全部导入，要么全部不导入；有一处错误即退回，逐行说明。较早的数据不会覆盖较新的。', 'A file is taken whole or not at all; one error sends it back, with every row named. Older data never replace newer.'],
  back: ['企业登记库', 'registry of firms'],
  add: ['导入文件', 'Import a file'],
  file: ['文件', 'File'],
  hint: ['.csv、.xlsx 或 .parquet，第一行为列名：uscc、name、kind、status 必填，另可有 closed_on、registered_on、registered_capital、legal_representative、industry、town、size；断线可续传', '.csv, .xlsx or .parquet; the first row names the columns: uscc, name, kind, status, and where known closed_on, registered_on, registered_capital, legal_representative, industry, town, size'],
  asOf: ['截止日期', 'As of'],
  asOfHint: ['登记库截至哪一天', 'The day as of which the registry says so'],
  source: ['来源', 'Source'],
  optional: ['（不填为本单位）', ' (one’s own organisation, where left out)'],
  send: ['核对并导入', 'Check and import'],
  at: ['提交时间', 'Handed in'],
  by: ['提交人', 'By'],
  state: ['状态', 'State'],
  rows: ['行数', 'Rows'],
  added: ['新增', 'Added'],
  changed: ['变更', 'Changed'],
  ended: ['新注销吊销', 'Newly closed'],
  errors: ['错误', 'Errors'],
  none: ['还没有导入过', 'Nothing imported yet'],
})

type Import = Item<'/api/firm-registry/imports'>

export default function Imports() {
  const t = useWords(said)
  const may = useMay()
  const state = useCode(importStates)
  const [adding, setAdding] = useState(false)
  const columns: Column<Import>[] = [
    { key: 'file', title: t.file, value: (m) => m.name },
    { key: 'as_of', title: t.asOf, value: (m) => m.as_of },
    { key: 'state', title: t.state, value: (m) => state(m.state), show: (m) => <Tag tone={importTones[m.state]}>{state(m.state)}</Tag> },
    { key: 'rows', title: t.rows, right: true, value: (m) => m.rows, show: (m) => count(m.rows) },
    { key: 'added', title: t.added, right: true, value: (m) => m.added, show: (m) => count(m.added) },
    { key: 'changed', title: t.changed, right: true, value: (m) => m.changed, show: (m) => count(m.changed) },
    { key: 'ended', title: t.ended, right: true, value: (m) => m.ended, show: (m) => count(m.ended) },
    { key: 'errors', title: t.errors, right: true, value: (m) => m.errors, show: (m) => count(m.errors) },
    { key: 'by', title: t.by, value: (m) => m.by_name },
    { key: 'at', title: t.at, value: (m) => minute(m.at_ms) },
  ]
  const add = may('firm.import') && !adding && <Button type="primary" icon={<Icon name="upload" size={16} />} onClick={() => setAdding(true)}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} back={{ to: '/firms', name: t.back }} actions={add}>
      {adding && <Hand />}
      <DataTable name="firm-imports" label={t.title} columns={columns} rowKey={(m) => m.id} to={(m) => `/firms/imports/${m.id}`}
        source={{ ...listOf('/api/firm-registry/imports'), file: undefined }} empty={{ icon: 'upload', title: t.none }} />
    </Page>
  )
}

function Hand() {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const [form] = Form.useForm<{ as_of: string; source?: string }>()
  const sending = useSending(carrier)
  const add = useChange('post', '/api/firm-registry/imports', ['/api/firm-registry/imports', '/api/uploads'])
  const file = sending.files.length === 1 && sending.files[0]!.state === 'done' ? sending.files[0]!.id : undefined
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const m = await add.mutateAsync({ body: { upload: file!, as_of: v.as_of as 'day', source: v.source?.trim() || undefined }, headers: { 'Idempotency-Key': attempt() } })
    go(`/firms/imports/${m.id}`)
  })
  return (
    <Card title={t.add}>
      <Form form={form} layout="vertical" onFinish={submit} initialValues={{ as_of: today() }}>
        <Wrong text={wrong} />
        <Drop of={sending} accept=".csv,.xlsx,.parquet" hint={t.hint} label={t.file} />
        <div className="row" style={{ marginTop: 16, alignItems: 'flex-start' }}>
          <Form.Item name="as_of" label={t.asOf} extra={t.asOfHint} rules={[required]}><Input type="date" max={today()} /></Form.Item>
          <Form.Item name="source" label={t.source + t.optional}><Input maxLength={60} /></Form.Item>
        </div>
        <Button type="primary" htmlType="submit" loading={busy} disabled={!file}>{t.send}</Button>
      </Form>
    </Card>
  )
}
