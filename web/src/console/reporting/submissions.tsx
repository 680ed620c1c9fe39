import { Button } from 'antd'
import { Link, useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useJob } from '../../api/live'
import { useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { setWords, submissionStates, submissionTones } from '../../domain/reporting/words'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['数据报送', 'Reporting'],
  own: ['上报本机构的贷款数据，逐行检查，有错退回并指明在哪一行；接收后出具回执。', 'Hand in your data; every row is checked, what is wrong is named by its line, and what is accepted gets a receipt.'],
  all: ['各机构报送的数据、检查结果和回执。', 'What everybody handed in, what was found, and the receipts.'],
  add: ['新的报送', 'Hand in'],
  org: ['机构', 'Organisation'],
  set: ['品种', 'Set'],
  period: ['报送期', 'Period'],
  version: ['版本', 'Version'],
  state: ['状态', 'State'],
  errors: ['错误', 'Errors'],
  warnings: ['警告', 'Warnings'],
  notes: ['月末笔数', 'Notes'],
  balance: ['月末余额', 'Balance'],
  at: ['报送时间', 'Handed in'],
  by: ['经办人', 'By'],
  current: ['现行', 'Current'],
  frozen: ['已用于结算', 'In a settlement'],
  only: ['只看现行', 'Current alone'],
  which: ['范围', 'Which'],
  open: [(n: string) => `${n} 笔平台贷款与报送不符或未报送`, (n: string) => `${n} loans through the platform are not as reported`],
  none: ['还没有报送', 'Nothing was handed in yet'],
  noneHint: ['把人行金融基础数据报文，或按模板填写的 CSV、Excel 拖进来即可', 'Drop the PBoC messages, or CSV and Excel by the template'],
})

export type Submission = Item<'/api/submissions'>

export default function Submissions() {
  const t = useWords(said)
  const state = useCode(submissionStates)
  const set = useCode(setWords)
  const may = useMay()
  const me = useMe()
  const go = useNavigate()
  const everybody = (me.permissions as Record<string, string>)['submission.read'] === 'all'
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { enabled: everybody })
  const open = useGet('/api/through-loans', { query: { open: true, limit: 1 } }, { enabled: may('through.read') }).data?.total ?? 0
  const columns: Column<Submission>[] = [
    { key: 'what', title: t.period, value: (s) => s.period, show: (s) => <>{s.period} {set(s.set)} <span className="quiet">v{s.version}</span></> },
    ...(everybody ? [{ key: 'org', title: t.org, value: (s: Submission) => s.org_name }] : []),
    {
      key: 'state', title: t.state, value: (s) => state(s.state),
      show: (s) => (
        <span className="tags">
          <State of={s} />
          {s.current && <Tag tone="brand">{t.current}</Tag>}
          {s.frozen && <Tag>{t.frozen}</Tag>}
        </span>
      ),
    },
    { key: 'errors', title: t.errors, right: true, value: (s) => s.errors, show: (s) => (s.errors > 0 ? <b style={{ color: 'var(--bad)' }}>{count(s.errors)}</b> : <span className="quiet">0</span>) },
    { key: 'warnings', title: t.warnings, right: true, value: (s) => s.warnings, show: (s) => (s.warnings > 0 ? <span style={{ color: 'var(--tangerine)' }}>{count(s.warnings)}</span> : <span className="quiet">0</span>) },
    { key: 'notes', title: t.notes, right: true, value: (s) => s.sums?.at(-1)?.notes ?? null, show: (s) => (s.sums?.length ? count(s.sums.at(-1)!.notes) : <span className="quiet">—</span>) },
    { key: 'balance', title: t.balance, fen: (s) => s.sums?.at(-1)?.balance_fen },
    { key: 'at', title: t.at, value: (s) => minute(s.at_ms) },
    { key: 'by', title: t.by, value: (s) => s.by_name },
  ]
  const filters: Filter[] = [
    ...(everybody ? [{ kind: 'choice' as const, key: 'org', label: t.org, options: (orgs.data?.items ?? []).filter((o) => ['bank', 'guarantor', 'office'].includes(o.kind)).map((o) => ({ value: o.id, label: o.name })) }] : []),
    { kind: 'choice', key: 'set', label: t.set, options: Object.keys(setWords.zh).map((v) => ({ value: v, label: set(v) })) },
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(submissionStates.zh).map((v) => ({ value: v, label: state(v) })) },
    { kind: 'choice', key: 'current', label: t.which, options: [{ value: 'true', label: t.only }] },
  ]
  const add = may('submission.write') && <Button type="primary" icon={<Icon name="upload" size={16} />} onClick={() => go('/submissions/new')}>{t.add}</Button>
  return (
    <Page title={t.title} about={everybody ? t.all : t.own} actions={add}>
      {open > 0 && <p><Link to="/through?open=true">{t.open(count(open))}</Link></p>}
      <DataTable name="submissions" label={t.title} source={listOf('/api/submissions')} columns={columns} filters={filters} rowKey={(s) => s.id} to={(s) => `/submissions/${s.id}`}
        empty={{ icon: 'upload', title: t.none, hint: may('submission.write') ? t.noneHint : undefined, action: add }} />
    </Page>
  )
}

function State({ of }: { of: Submission }) {
  const state = useCode(submissionStates)
  const job = useJob(of.id)
  if (of.state !== 'received' && of.state !== 'checking') return <Tag tone={submissionTones[of.state]}>{state(of.state)}</Tag>
  return job ? <span style={{ minWidth: 110, display: 'block' }}><Progress done={job.done} total={job.total} note={job.note || state(of.state)} /></span> : <Tag tone="info">{state(of.state)}</Tag>
}
