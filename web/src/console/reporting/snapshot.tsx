import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { setWords, severityWords } from '../../domain/reporting/words'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: [(from: string, to: string) => `冻结数据 ${from} 至 ${to}`, (from: string, to: string) => `Snapshot ${from} to ${to}`],
  one: ['冻结数据', 'Snapshot'],
  back: ['冻结数据', 'snapshots'],
  at: ['冻结时间', 'Frozen'],
  hash: ['指纹', 'Hash'],
  runs: ['据此结算', 'Settled from it'],
  noRuns: ['尚无', 'nothing yet'],
  submissions: ['所含报送', 'Submissions'],
  org: ['机构', 'Organisation'],
  set: ['品种', 'Set'],
  period: ['期间', 'Period'],
  version: ['版本', 'Version'],
  rows: ['行数', 'Rows'],
  files: ['文件', 'Files'],
  none: ['没有报送', 'No submissions'],
  findings: ['跨机构检查', 'Found across banks'],
  severity: ['程度', 'Severity'],
  what: ['问题', 'What'],
  file: ['文件', 'File'],
  table: ['表', 'Table'],
  line: ['行', 'Line'],
  field: ['字段', 'Field'],
  value: ['值', 'Value'],
  code: ['代码', 'Code'],
  fine: ['没有发现问题', 'Nothing wrong was found'],
})

type Snapshot = Answer<'/api/reporting/snapshots/{id}'>
type Part = NonNullable<Snapshot['parts']>[number]
type Finding = Item<'/api/reporting/snapshots/{id}/findings'>

export default function SnapshotPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const snapshot = useGet('/api/reporting/snapshots/{id}', { path: { id } })
  return (
    <Page title={snapshot.data ? t.title(snapshot.data.from, snapshot.data.to) : t.one} back={{ to: '/snapshots', name: t.back }}>
      <Shown of={snapshot}>{(s) => <Known of={s} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: Snapshot }) {
  const t = useWords(said)
  const may = useMay()
  const runs = useGet('/api/runs', { query: { limit: 200 } }, { enabled: may('run.read') })
  const here = (runs.data?.items ?? []).filter((r) => r.snapshot === of.id)
  return (
    <>
      <Card>
        <Facts of={[
          [t.at, <At key="a" ms={of.at_ms} />],
          ...(runs.data ? [[t.runs, here.length ? <span key="r" className="row">{here.map((r) => <Link key={r.id} to={`/runs/${r.id}`}>#{r.no} {r.title}</Link>)}</span> : t.noRuns] as [string, ReactNode]] : []),
          [t.hash, <code key="h" className="small">{of.sha256}</code>],
        ]} />
      </Card>
      <Tabs of={[
        { key: 'submissions', name: `${t.submissions} ${count(of.parts?.length ?? 0)}`, show: <Parts of={of} /> },
        { key: 'findings', name: t.findings, show: <Findings of={of} /> },
      ]} />
    </>
  )
}

function Parts({ of }: { of: Snapshot }) {
  const t = useWords(said)
  const may = useMay()
  const set = useCode(setWords)
  const parts = of.parts ?? []
  const columns: Column<Part>[] = [
    { key: 'org', title: t.org, value: (p) => p.org_name },
    { key: 'set', title: t.set, value: (p) => set(p.set) },
    { key: 'period', title: t.period, value: (p) => p.period },
    { key: 'version', title: t.version, right: true, value: (p) => p.version },
    { key: 'files', title: t.files, right: true, value: (p) => p.files?.length ?? 0 },
    { key: 'rows', title: t.rows, right: true, value: (p) => (p.files ?? []).reduce((n, f) => n + f.rows, 0), show: (p) => count((p.files ?? []).reduce((n, f) => n + f.rows, 0)) },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'q', label: t.org },
    { kind: 'choice', key: 'set', label: t.set, options: [...new Set(parts.map((p) => p.set))].map((s) => ({ value: s, label: set(s) })) },
  ]
  return (
    <DataTable name="snapshot-parts" label={t.submissions} columns={columns} filters={filters} rowKey={(p) => p.submission || p.set} to={may('submission.read') ? (p) => (p.platform ? '/through' : `/submissions/${p.submission}`) : undefined} empty={{ icon: 'file', title: t.none }}
      source={{ key: ['/api/reporting/snapshots/{id}', of.id, 'parts'], whole: true, load: async (_, w) => ({ items: parts.slice(w.offset, w.offset + w.limit), total: parts.length }) }} />
  )
}

function Findings({ of }: { of: Snapshot }) {
  const t = useWords(said)
  const { lang } = useLang()
  const severity = useCode(severityWords)
  const orgs = new Map((of.parts ?? []).map((p) => [p.org, p.org_name]))
  const columns: Column<Finding>[] = [
    { key: 'org', title: t.org, value: (f) => f.org_name },
    { key: 'severity', title: t.severity, value: (f) => severity(f.severity), show: (f) => <Tag tone={f.severity === 'error' ? 'bad' : 'wait'}>{severity(f.severity)}</Tag> },
    { key: 'what', title: t.what, value: (f) => (lang === 'zh' ? f.zh : f.en), width: 280 },
    { key: 'file', title: t.file, value: (f) => f.file, show: (f) => <span title={f.file} style={{ overflowWrap: 'anywhere' }}>{f.file.split('/').at(-1)}</span> },
    { key: 'table', title: t.table, value: (f) => f.table, hidden: true },
    { key: 'line', title: t.line, right: true, value: (f) => f.line || null, show: (f) => (f.line ? count(f.line) : '—') },
    { key: 'field', title: t.field, value: (f) => (lang === 'zh' ? f.field_zh : f.field_en), show: (f) => <span title={f.field}>{lang === 'zh' ? f.field_zh : f.field_en}</span>, width: 110 },
    { key: 'value', title: t.value, value: (f) => f.value, show: (f) => (f.value ? <code className="small">{f.value}</code> : '—') },
    { key: 'code', title: t.code, value: (f) => f.code, show: (f) => <code className="small">{f.code}</code> },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'severity', label: t.severity, options: Object.keys(severityWords.zh).map((s) => ({ value: s, label: severity(s) })) },
    { kind: 'choice', key: 'org', label: t.org, options: [...orgs].map(([value, label]) => ({ value, label })) },
  ]
  return (
    <DataTable name="snapshot-findings" label={t.findings} source={listOf('/api/reporting/snapshots/{id}/findings', { path: { id: of.id } })} columns={columns} filters={filters}
      rowKey={(f) => [f.submission, f.file, f.table, f.line, f.column, f.code, f.field, f.value, f.zh].join('/')} empty={{ icon: 'check', title: t.fine }} />
  )
}
