import { Button } from 'antd'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMay } from '../../domain/access/me'
import { runStates, runTones, type Sample, share } from '../../domain/rating/training'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { size } from '../../kit/sending'
import { At, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['模型训练', 'Training'],
  about: ['用结果已知的企业样本训练评分卡。训练好的卡先看报告、调整分箱，再保存为模型交他人评审。', 'Scorecards are trained on firms whose outcome is known. Look at the report, adjust bins, then keep the card as a model for somebody else to review.'],
  add: ['新的训练', 'New training'],
  runs: ['训练', 'Runs'],
  samples: ['样本', 'Samples'],
  name: ['名称', 'Name'],
  sample: ['样本', 'Sample'],
  state: ['状态', 'State'],
  auc: ['样本外 AUC', 'AUC held out'],
  ks: ['样本外 KS', 'KS held out'],
  used: ['入选指标', 'Features used'],
  rows: ['企业', 'Firms'],
  bad: ['坏企业占比', 'Of them bad'],
  by: ['发起人', 'By'],
  at: ['发起时间', 'Asked for'],
  adjusted: ['手工调整', 'adjusted'],
  model: ['已保存为模型', 'a model'],
  none: ['还没有训练', 'Nothing trained yet'],
  noneHint: ['上传一份企业样本（CSV）开始。', 'Begin with a file of firms (CSV).'],
  noSample: ['还没有样本', 'No samples yet'],
  columns: ['列', 'Columns'],
  bytes: ['大小', 'Size'],
  sum: ['校验值（SHA-256）', 'SHA-256'],
  sender: ['上传人', 'By'],
  sent: ['上传时间', 'Sent'],
})

type Run = Item<'/api/rating-trainings'>

export default function Trainings() {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const add = may('rating_model.make') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => go('/rating/trainings/new')}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <Tabs of={[{ key: 'runs', name: t.runs, show: <Runs /> }, { key: 'samples', name: t.samples, show: <Samples /> }]} />
    </Page>
  )
}

function Runs() {
  const t = useWords(said)
  const state = useCode(runStates)
  const columns: Column<Run>[] = [
    { key: 'name', title: t.name, value: (r) => r.name, show: (r) => <span className="tags">{r.name}{r.from && <Tag>{t.adjusted}</Tag>}{r.model && <Tag tone="brand">{t.model}</Tag>}</span> },
    { key: 'state', title: t.state, value: (r) => state(r.state), show: (r) => <Tag tone={runTones[r.state]}>{state(r.state)}</Tag> },
    { key: 'sample', title: t.sample, value: (r) => r.sample_name },
    { key: 'auc', title: t.auc, right: true, value: (r) => r.figures?.auc ?? null, show: (r) => <span className="num">{r.figures ? r.figures.auc.toFixed(3) : '—'}</span> },
    { key: 'ks', title: t.ks, right: true, value: (r) => r.figures?.ks ?? null, show: (r) => <span className="num">{r.figures ? r.figures.ks.toFixed(3) : '—'}</span>, hidden: true },
    { key: 'used', title: t.used, right: true, value: (r) => r.figures?.used ?? null, show: (r) => r.figures?.used ?? '—' },
    { key: 'rows', title: t.rows, right: true, value: (r) => r.figures?.rows ?? null, show: (r) => (r.figures ? count(r.figures.rows) : '—') },
    { key: 'bad', title: t.bad, right: true, value: (r) => (r.figures ? r.figures.bad / r.figures.rows : null), show: (r) => <span className="num">{r.figures ? share(r.figures.bad / r.figures.rows) : '—'}</span> },
    { key: 'by', title: t.by, value: (r) => r.by_name },
    { key: 'at', title: t.at, value: (r) => r.at_ms, show: (r) => <At ms={r.at_ms} /> },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'state', label: t.state, options: Object.keys(runStates.zh).map((s) => ({ value: s, label: state(s) })) }]
  return <DataTable name="rating-trainings" label={t.title} columns={columns} filters={filters} rowKey={(r) => r.id} to={(r) => `/rating/trainings/${r.id}`} source={listOf('/api/rating-trainings')} empty={{ icon: 'calc', title: t.none, hint: t.noneHint }} />
}

function Samples() {
  const t = useWords(said)
  const may = useMay()
  const columns: Column<Sample>[] = [
    { key: 'name', title: t.name, value: (x) => x.name },
    { key: 'rows', title: t.rows, right: true, value: (x) => x.rows, show: (x) => count(x.rows) },
    { key: 'columns', title: t.columns, right: true, value: (x) => x.columns?.length ?? 0 },
    { key: 'size', title: t.bytes, right: true, value: (x) => x.size, show: (x) => <span className="num">{size(x.size)}</span> },
    { key: 'sum', title: t.sum, value: (x) => x.sha256, show: (x) => <code title={x.sha256}>{x.sha256.slice(0, 12)}…</code> },
    { key: 'by', title: t.sender, value: (x) => x.by_name },
    { key: 'at', title: t.sent, value: (x) => x.at_ms, show: (x) => <At ms={x.at_ms} /> },
  ]
  return <DataTable name="rating-samples" label={t.samples} columns={columns} rowKey={(x) => x.id} to={may('rating_model.make') ? (x) => `/rating/trainings/new?sample=${x.id}` : undefined} source={listOf('/api/rating-samples')} empty={{ icon: 'file', title: t.noSample, hint: t.noneHint }} />
}
