// The manifest of a model: what people write of it, with what is still missing by its name,
// and what the program has written.
import { App, Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { type Model, stale } from '../../domain/rating/model'
import { useSubmit, Wrong } from '../../kit/form'
import { count } from '../../kit/money'
import { Card } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { useWords, words } from '../../kit/words'

const said = words({
  written: ['由人填写', 'Written by people'],
  use: ['用途和限制', 'Use and limits'],
  useHint: ['用在哪里，不能用在哪里', 'What it is for, and what not'],
  target: ['好坏定义和观察期', 'What counts as bad, over which time'],
  targetHint: ['例如：放款后12个月内逾期90天以上为坏', 'Such as: 90 days overdue within 12 months of the loan'],
  source: ['训练数据来源', 'Source of the training data'],
  from: ['数据采集起始日期', 'First day of the data'],
  to: ['数据采集截止日期', 'Last day of the data'],
  sampling: ['抽样方法', 'Sampling'],
  samplingHint: ['样本怎样选出，哪些没有入选', 'How rows were chosen, and which were not'],
  medium: ['数据存储介质编号', 'Number of the storage medium'],
  objective: ['目标函数无偏见的说明', 'Why the objective favours no group'],
  objectiveHint: ['为什么不会偏向或加重某一群体', 'Why what is optimised neither favours nor burdens a group'],
  byProgram: ['由程序记录', 'Written by the program'],
  bySomebody: ['在别处做成时的情况（由导入人说明）', 'How it was made elsewhere, as the importer says'],
  rows: ['训练样本（户）', 'Firms in training'],
  bad: ['其中坏的（户）', 'Of them bad'],
  sha256: ['训练数据校验值（SHA-256）', 'Checksum of the data (SHA-256)'],
  features: ['指标文件校验值', 'Checksum of the features'],
  card: ['评分卡校验值', 'Checksum of the card'],
  program: ['程序版本', 'Version of the program'],
  environment: ['软硬件环境', 'Environment'],
  parameters: ['参数', 'Parameters'],
  started: ['训练开始', 'Training began'],
  ended: ['训练结束', 'Training ended'],
  iterations: ['迭代次数', 'Iterations'],
  seed: ['随机种子', 'Seed'],
  edit: ['填写清单', 'Fill in'],
  save: ['保存', 'Save'],
  cancel: ['取消', 'Cancel'],
  saved: ['已保存', 'Saved'],
  still: ['还缺', 'missing'],
  show: ['查看全部参数', 'Show all parameters'],
})

const texts = ['use', 'target', 'source', 'sampling', 'objective', 'medium'] as const

/** ManifestPart shows the manifest; it is written until the model is submitted. */
export function ManifestPart({ of }: { of: Model }) {
  const t = useWords(said)
  const may = useMay()
  const [writing, setWriting] = useState(false)
  const open = of.model.state === 'made' && may('rating_model.make')
  if (open && writing) return <Writing of={of} close={() => setWriting(false)} />
  return (
    <div className="grid2" style={{ alignItems: 'start' }}>
      <Card title={t.written} extra={open && <Button type="primary" onClick={() => setWriting(true)}>{t.edit}</Button>}>
        <Written of={of} />
      </Card>
      <Card title={of.model.manifest.origin ? t.bySomebody : t.byProgram}><Recorded of={of} /></Card>
    </div>
  )
}

/** lacking returns what stands where something is missing, and undefined where it is there. */
const useLacking = (of: Model) => {
  const t = useWords(said)
  const fields = new Set((of.missing ?? []).map((x) => x.field))
  return (field: string) => (fields.has(field) ? <Tag tone="wait">{t.still}</Tag> : undefined)
}

function Written({ of }: { of: Model }) {
  const t = useWords(said)
  const lacking = useLacking(of)
  const x = of.model.manifest
  const text = (k: (typeof texts)[number]): [string, React.ReactNode] => [t[k], lacking(k) ?? <span key={k} style={{ whiteSpace: 'pre-line' }}>{x[k]}</span>]
  return (
    <Facts of={[
      ...texts.slice(0, 3).map(text),
      [t.from, lacking('data_from_on') ?? x.data_from_on],
      [t.to, lacking('data_to_on') ?? x.data_to_on],
      ...texts.slice(3).map(text),
    ]} />
  )
}

function Recorded({ of }: { of: Model }) {
  const t = useWords(said)
  const lacking = useLacking(of)
  const x = of.model.manifest
  const code = (s: string) => <code className="small" style={{ overflowWrap: 'anywhere' }}>{s}</code>
  return (
    <>
      <Facts of={[
        [t.rows, lacking('rows') ?? <span key="r" className="num">{count(x.rows)}</span>],
        [t.bad, lacking('rows') ?? <span key="b" className="num">{count(x.bad)}</span>],
        [t.sha256, lacking('sha256') ?? code(x.sha256)],
        [t.card, code(of.model.card_sha256)],
        [t.features, lacking('features_sha256') ?? code(x.features_sha256)],
        [t.program, lacking('program') ?? x.program],
        [t.environment, lacking('environment') ?? x.environment],
        [t.started, lacking('ended_ms') ?? <At key="s" ms={x.started_ms} />],
        [t.ended, lacking('ended_ms') ?? <At key="e" ms={x.ended_ms} />],
        [t.iterations, lacking('iterations') ?? String(x.iterations)],
        [t.seed, String(x.seed)],
        [t.parameters, lacking('parameters') ?? (typeof x.parameters === 'string' ? x.parameters : <details key="p"><summary>{t.show}</summary><pre className="small" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{JSON.stringify(x.parameters, null, 2)}</pre></details>)],
      ]} />
    </>
  )
}

type Elsewhere = { rows?: number; bad?: number; sha256?: string; program?: string; environment?: string; parameters?: string; started_on?: string; ended_on?: string; iterations?: number; seed?: number }
type Values = Partial<Record<(typeof texts)[number] | 'data_from_on' | 'data_to_on', string>> & { elsewhere?: Elsewhere }

function Writing({ of, close }: { of: Model; close: () => void }) {
  const t = useWords(said)
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const describe = useChange('put', '/api/rating-models/{id}/manifest', stale)
  const x = of.model.manifest
  const dated = (ms: number) => (ms > 0 ? new Date(ms + 8 * 3600_000).toISOString().slice(0, 10) : undefined)
  const initial: Values = {
    use: x.use, target: x.target, source: x.source, sampling: x.sampling, objective: x.objective, medium: x.medium, data_from_on: x.data_from_on, data_to_on: x.data_to_on,
    ...(x.origin && { elsewhere: {
      rows: x.rows || undefined, bad: x.bad || undefined, sha256: x.sha256, program: x.program, environment: x.environment, iterations: x.iterations || undefined, seed: x.seed,
      parameters: typeof x.parameters === 'string' ? x.parameters : undefined, started_on: dated(x.started_ms), ended_on: dated(x.ended_ms),
    } }),
  }
  const { submit, busy, wrong } = useSubmit<Values>(form, async (v) => {
    const e = v.elsewhere
    await describe.mutateAsync({ path: { id: of.model.id }, body: { version: of.model.version, manifest: {
      use: v.use ?? '', target: v.target ?? '', source: v.source ?? '', sampling: v.sampling ?? '', objective: v.objective ?? '', medium: v.medium ?? '',
      ...(v.data_from_on && { data_from_on: v.data_from_on }), ...(v.data_to_on && { data_to_on: v.data_to_on }),
      ...(e && { elsewhere: {
        rows: e.rows ?? 0, bad: e.bad ?? 0, sha256: e.sha256?.trim() ?? '', program: e.program ?? '', environment: e.environment ?? '', parameters: e.parameters ?? '', iterations: e.iterations ?? 0, seed: e.seed ?? 0,
        ...(e.started_on && { started_on: e.started_on }), ...(e.ended_on && { ended_on: e.ended_on }),
      } }),
    } } })
    message.success(t.saved)
    close()
  })
  const area = (name: (typeof texts)[number], hint?: string) => <Form.Item name={name} label={t[name]} extra={hint}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
  const say = (name: keyof Elsewhere, label: string) => <Form.Item name={['elsewhere', name]} label={label}><Input maxLength={2000} spellCheck={false} /></Form.Item>
  const number = (name: keyof Elsewhere, label: string) => <Form.Item name={['elsewhere', name]} label={label}><InputNumber min={0} precision={0} style={{ width: '100%' }} /></Form.Item>
  const on = (name: keyof Elsewhere, label: string) => <Form.Item name={['elsewhere', name]} label={label}><Input type="date" /></Form.Item>
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={submit}>
      <Card title={t.written}>
        <Wrong text={wrong} />
        <div className="grid2" style={{ gap: '0 14px' }}>
          {area('use', t.useHint)}
          {area('target', t.targetHint)}
          {area('source')}
          {area('sampling', t.samplingHint)}
          <Form.Item name="data_from_on" label={t.from}><Input type="date" /></Form.Item>
          <Form.Item name="data_to_on" label={t.to}><Input type="date" /></Form.Item>
          {area('objective', t.objectiveHint)}
          <Form.Item name="medium" label={t.medium}><Input maxLength={2000} /></Form.Item>
        </div>
        {x.origin && (
          <fieldset className="fieldset">
            <legend>{t.bySomebody}</legend>
            <div className="grid2" style={{ gap: '0 14px' }}>
              {number('rows', t.rows)}
              {number('bad', t.bad)}
              {say('sha256', t.sha256)}
              {say('program', t.program)}
              {say('environment', t.environment)}
              {say('parameters', t.parameters)}
              {on('started_on', t.started)}
              {on('ended_on', t.ended)}
              {number('iterations', t.iterations)}
              {number('seed', t.seed)}
            </div>
          </fieldset>
        )}
        <div className="row">
          <Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button>
          <Button onClick={close}>{t.cancel}</Button>
        </div>
      </Card>
    </Form>
  )
}
