import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { call, type Answer, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { roleWords } from '../../domain/access/words'
import { detailWords, nounWords, sayAction } from '../../domain/audit/words'
import { levelWords } from '../../domain/ledger/words'
import { purposeWords } from '../../domain/programme/words'
import { setWords } from '../../domain/reporting/words'
import { stageWords } from '../../domain/subsidy/words'
import { useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { type Day, second, startOf } from '../../kit/time'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['审计日志', 'Audit log'],
  about: ['谁在什么时候做了什么。每一条都与前一条以摘要相连，删改任何一条都会被发现。', 'Who did what and when. Each entry is chained to the one before it, so no change goes unnoticed.'],
  seq: ['序号', 'No.'],
  at: ['时间', 'Time'],
  who: ['人员', 'Person'],
  nobody: ['未登录', 'Nobody signed in'],
  org: ['机构', 'Organisation'],
  action: ['操作', 'Action'],
  object: ['对象', 'Object'],
  outcome: ['结果', 'Outcome'],
  done: ['完成', 'Done'],
  refused: ['被拒绝', 'Refused'],
  detail: ['内容', 'Detail'],
  address: ['来源地址', 'Address'],
  hash: ['摘要', 'Hash'],
  from: ['起始日', 'From'],
  to: ['截止日', 'To'],
  none: ['还没有记录', 'No entries yet'],
  verify: ['校验日志', 'Verify the log'],
  verifyAbout: ['从第一条起逐条核对摘要。如有此前抄录的链头，请填入，以发现整体改写。', 'Every entry is checked from the first. Give a head noted earlier to find out whether all of it was made anew.'],
  head: ['此前抄录的链头', 'Head noted earlier'],
  run: ['开始校验', 'Verify'],
  holds: [(n: string) => `校验通过，共 ${n} 条`, (n: string) => `It holds: ${n} entries`],
  broken: [(n: string) => `发现 ${n} 处问题`, (n: string) => `${n} problems`],
  newHead: ['当前链头，请抄录到别处保存', 'Head now; note it somewhere else'],
})

type Entry = Item<'/api/audit'>

export default function AuditLog() {
  const t = useWords(said)
  const { lang } = useLang()
  const may = useMay()
  const [verifying, setVerifying] = useState(false)
  const orgs = useGet('/api/orgs', { query: { limit: 200 } })
  const org = (id: string) => orgs.data?.items?.find((o) => o.id === id)?.name ?? id
  const columns: Column<Entry>[] = [
    { key: 'seq', title: t.seq, value: (e) => e.seq, right: true },
    { key: 'at', title: t.at, value: (e) => second(e.at_ms), show: (e) => <span className="num">{second(e.at_ms)}</span> },
    { key: 'who', title: t.who, value: (e) => e.name, width: 84, show: (e) => e.name || <span className="quiet">{t.nobody}</span> },
    { key: 'org', title: t.org, value: (e) => org(e.org), width: 112 },
    { key: 'action', title: t.action, value: (e) => sayAction(e.action, lang), show: (e) => <span title={e.action}>{sayAction(e.action, lang)}</span> },
    { key: 'outcome', title: t.outcome, value: (e) => (e.outcome === 'done' ? t.done : t.refused), show: (e) => (e.outcome === 'done' ? <Tag tone="good">{t.done}</Tag> : <Tag tone="bad">{t.refused}</Tag>) },
    { key: 'detail', title: t.detail, value: (e) => pairs(e).map(([k, v]) => `${k}=${v}`).join('; '), sort: false, width: 220, show: (e) => <Detail of={pairs(e)} /> },
    { key: 'object', title: t.object, value: (e) => e.object, hidden: true },
    { key: 'address', title: t.address, value: (e) => e.address, show: (e) => <span className="num">{e.address}</span> },
    { key: 'hash', title: t.hash, value: (e) => e.hash, hidden: true, sort: false, show: (e) => <code className="small" title={`${e.suite} ${e.hash}`}>{e.hash.slice(0, 12)}</code> },
  ]
  const nouns = useWords(nounWords)
  const filters: Filter[] = [
    { kind: 'choice', key: 'org', label: t.org, options: (orgs.data?.items ?? []).map((o) => ({ value: o.id, label: o.name })) },
    { kind: 'choice', key: 'action', label: t.action, options: Object.entries(nouns).map(([value, label]) => ({ value: `${value}.`, label })) },
    { kind: 'day', key: 'from', label: t.from },
    { kind: 'day', key: 'to', label: t.to },
  ]
  const source = listOf('/api/audit', {}, {
    query: ({ from, to, ...f }) => ({ ...f, from_ms: from && startOf(from as Day), to_ms: to && startOf(to as Day, 1) }),
  })
  return (
    <Page title={t.title} about={t.about} actions={may('audit.verify') && <Button icon={<Icon name="shield" size={16} />} onClick={() => setVerifying(true)}>{t.verify}</Button>}>
      <DataTable name="audit" label={t.title} source={source} columns={columns} filters={filters} rowKey={(e) => String(e.seq)} empty={{ icon: 'audit', title: t.none }} />
      {verifying && <Verify close={() => setVerifying(false)} />}
    </Page>
  )
}

const pairs = (e: Entry) => Object.entries((e.detail ?? {}) as Record<string, string>)

// useDetail says the names and codes that entries carry; what has no word stays as it is.
function useDetail() {
  const name = useCode(detailWords)
  const codes = useCode({
    zh: { ...detailWords.zh, ...levelWords.zh, ...purposeWords.zh, ...setWords.zh, ...roleWords.zh, ...stageWords.zh },
    en: { ...detailWords.en, ...levelWords.en, ...purposeWords.en, ...setWords.en, ...roleWords.en, ...stageWords.en },
  })
  const of = new Set(['stage', 'via', 'by', 'from', 'to', 'level', 'purpose', 'state', 'set', 'before', 'after', 'roles', 'kind'])
  return (k: string, v: string) => [name(k), of.has(k) ? v.split(',').map((x) => codes(x.trim())).join('、') : v] as const
}

// long ones are told by their beginning: identifiers and hashes
const short = (v: string) => (/^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(v) ? `${v.slice(0, 13)}…` : v)

function Detail({ of }: { of: [string, string][] }) {
  const say = useDetail()
  if (of.length === 0) return <span className="quiet">—</span>
  return (
    <span className="small" style={{ overflowWrap: 'anywhere' }}>
      {of.filter(([, v]) => v !== '').map(([k, v]) => {
        const [name, value] = say(k, v)
        return (
          <span key={k} style={{ marginRight: 10 }} title={value === short(value) ? undefined : value}>
            <span className="quiet">{name}</span> {short(value)}
          </span>
        )
      })}
    </span>
  )
}

function Verify({ close }: { close: () => void }) {
  const t = useWords(said)
  const { lang } = useLang()
  const [form] = Form.useForm<{ head?: string }>()
  const [report, setReport] = useState<Answer<'/api/audit/verify', 'post'>>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => setReport(await call('post', '/api/audit/verify', { body: { head: v.head?.trim() || undefined } })))
  const problems = report?.problems ?? []
  return (
    <Modal open title={t.verify} onCancel={close} footer={null} width={560}>
      <p className="quiet" style={{ marginBottom: 16 }}>{t.verifyAbout}</p>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" onFinish={submit}>
        <Form.Item name="head" label={t.head}>
          <Input spellCheck={false} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>{t.run}</Button>
      </Form>
      {report && (
        <div className="stack" style={{ marginTop: 18 }} aria-live="polite">
          {problems.length === 0
            ? <div className="notice good">{t.holds(count(report.entries))}</div>
            : (
              <div className="notice bad">
                <b>{t.broken(count(problems.length + report.more))}</b>
                <ul style={{ paddingLeft: 18 }}>
                  {problems.map((p, i) => <li key={i}>{lang === 'zh' ? p.zh : p.en}</li>)}
                </ul>
              </div>
            )}
          <div>
            <div className="quiet small">{t.newHead}</div>
            <code style={{ overflowWrap: 'anywhere' }}>{`${report.head.seq}:${report.head.hash}`}</code>
          </div>
        </div>
      )}
    </Modal>
  )
}
