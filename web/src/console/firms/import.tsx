import { useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { importStates, importTones } from '../../domain/firm/words'
import { severityWords } from '../../domain/reporting/words'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  one: ['导入企业登记库', 'Import of the registry'],
  back: ['导入记录', 'imports'],
  state: ['状态', 'State'],
  asOf: ['截止日期', 'As of'],
  source: ['来源', 'Source'],
  by: ['提交人', 'Handed in by'],
  at: ['提交时间', 'Handed in'],
  done: ['办结时间', 'Ended'],
  rows: ['行数', 'Rows'],
  read: ['已导入', 'Taken in'],
  added: ['新增', 'Added'],
  changed: ['变更', 'Changed'],
  ended: ['新注销吊销', 'Newly closed'],
  findings: [(errors: string, warnings: string) => `核对结果：${errors} 处错误，${warnings} 处警告`, (errors: string, warnings: string) => `Found: ${errors} errors, ${warnings} warnings`],
  severity: ['程度', 'Severity'],
  what: ['问题', 'What'],
  line: ['行', 'Line'],
  field: ['列', 'Column'],
  value: ['值', 'Value'],
  code: ['代码', 'Code'],
  fine: ['没有发现问题', 'Nothing wrong was found'],
})

type Import = Answer<'/api/firm-registry/imports/{id}'>
type Finding = NonNullable<Import['findings']>[number]

export default function ImportPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const state = useCode(importStates)
  const one = useGet('/api/firm-registry/imports/{id}', { path: { id } }, { refetchInterval: (m) => (m && (m.state === 'waiting' || m.state === 'loading') ? 3_000 : false) })
  return (
    <Page title={one.data?.name ?? t.one} back={{ to: '/firms/imports', name: t.back }}>
      <Shown of={one}>
        {(m) => (
          <>
            <Card>
              <Facts of={[
                [t.state, <Tag key="s" tone={importTones[m.state]}>{state(m.state)}</Tag>],
                [t.asOf, m.as_of],
                [t.source, m.source],
                [t.by, m.by_name],
                [t.at, <At key="a" ms={m.at_ms} />],
                ...(m.done_ms ? [[t.done, <At key="d" ms={m.done_ms} />] as [string, React.ReactNode]] : []),
                [t.rows, count(m.rows)],
                [t.read, count(m.read)],
                [t.added, count(m.added)],
                [t.changed, count(m.changed)],
                [t.ended, count(m.ended)],
              ]} />
            </Card>
            <Findings of={m} />
          </>
        )}
      </Shown>
    </Page>
  )
}

function Findings({ of }: { of: Import }) {
  const t = useWords(said)
  const { lang } = useLang()
  const severity = useCode(severityWords)
  const found = of.findings ?? []
  const columns: Column<Finding>[] = [
    { key: 'line', title: t.line, right: true, value: (f) => f.line || null },
    { key: 'severity', title: t.severity, value: (f) => severity(f.severity), show: (f) => <Tag tone={f.severity === 'error' ? 'bad' : 'wait'}>{severity(f.severity)}</Tag> },
    { key: 'field', title: t.field, value: (f) => f.field || null },
    { key: 'value', title: t.value, value: (f) => f.value || null },
    { key: 'what', title: t.what, value: (f) => (lang === 'zh' ? f.zh : f.en) },
    { key: 'code', title: t.code, value: (f) => f.code, hidden: true },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'severity', label: t.severity, options: Object.keys(severityWords.zh).map((s) => ({ value: s, label: severity(s) })) }]
  return (
    <DataTable name="firm-findings" label={t.findings(count(of.errors), count(of.warnings))} columns={columns} filters={filters} rowKey={(f) => `${f.line}/${f.field}/${f.code}`} empty={{ icon: 'check', title: t.fine }}
      source={{ key: ['/api/firm-registry/imports/{id}', of.id, String(of.version), 'findings'], whole: true, load: async (_, w) => ({ items: found.slice(w.offset, w.offset + w.limit), total: found.length }) }} />
  )
}
