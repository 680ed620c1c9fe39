import { Button, Form, Input, Space } from 'antd'
import { type ReactNode, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useJob } from '../../api/live'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { setWords, severityWords, submissionStates, submissionTones } from '../../domain/reporting/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { At, Facts, StageLine, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { size } from '../../kit/sending'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  back: ['数据报送', 'reporting'],
  title: ['报送', 'Submission'],
  version: [(n: string) => `第 ${n} 版`, (n: string) => `version ${n}`],
  received: ['已收到', 'Received'],
  checked: ['已检查', 'Checked'],
  confirm: ['确认警告', 'Confirm the warnings'],
  confirmAbout: ['有警告的数据须由机构负责人说明后接收，说明随报送保存。', 'Data with warnings are accepted once your lead has said why; it is kept with them.'],
  needLead: ['有警告，待贵单位负责人确认', 'There are warnings; your lead has to confirm them'],
  withdraw: ['撤回', 'Withdraw'],
  withdrawAbout: ['撤回后不再作为现行数据；已用于结算的不能撤回。', 'It is no longer current; what a settlement holds cannot be withdrawn.'],
  recheck: ['重新检查', 'Check again'],
  again: ['修改后重新报送', 'Hand in a new version'],
  note: ['说明', 'Why'],
  decided: ['办结', 'Settled'],
  rejectedHint: [(n: string) => `发现 ${n} 处错误，本次报送已整体退回。请按下表逐行修改后重新报送。`, (n: string) => `${n} errors: all of it was sent back. Mend the rows below and hand in again.`],
  acceptedHint: ['数据已接收。', 'The data are accepted.'],
  receipt: ['回执', 'Receipt'],
  receiptPrint: ['打印回执', 'Print'],
  findings: ['检查结果', 'Findings'],
  files: ['文件与合计', 'Files and sums'],
  file: ['文件', 'File'],
  rows: ['行数', 'Rows'],
  size: ['大小', 'Size'],
  by: ['经办', 'Handed in'],
  current: ['现行', 'Current'],
  frozen: ['已用于结算', 'In a settlement'],
  severity: ['程度', 'Severity'],
  code: ['代码', 'Code'],
  table: ['表', 'Table'],
  line: ['行', 'Line'],
  field: ['字段', 'Field'],
  value: ['所填', 'Value'],
  what: ['问题', 'What is wrong'],
  search: ['在问题中查找', 'Anywhere'],
  none: ['没有发现问题', 'Nothing was found'],
  sums: ['控制总数', 'Control sums'],
  month: ['月份', 'Month'],
  notes: ['借据', 'Notes'],
  balance: ['余额（元）', 'Balance, yuan'],
  number: ['回执编号', 'Number'],
  hash: ['回执指纹 SHA-256', 'SHA-256 of the receipt'],
  filesHash: ['文件指纹', 'Hash of the files'],
  receiptFile: ['下载回执文件', 'Receipt file'],
  suite: ['密码套件', 'Cipher suite'],
  intl: [(a: string) => `国际（${a}）`, (a: string) => `International (${a})`],
  gm: [(a: string) => `国密（${a}）`, (a: string) => `Chinese (${a})`],
  key: ['签名密钥', 'Signing key'],
  signature: ['平台签名', 'Signature'],
  verify: ['回执文件可以离线验证：changrong receipt verify 回执文件 --keys 公钥文件。公钥：', 'The receipt file can be verified offline: changrong receipt verify FILE --keys KEYS. Public keys:'],
  download: ['下载', 'Download'],
})

type Submission = Answer<'/api/submissions/{id}'>
type Finding = Item<'/api/submissions/{id}/findings'>

export default function SubmissionPage() {
  const t = useWords(said)
  const set = useCode(setWords)
  const { id = '' } = useParams()
  const s = useGet('/api/submissions/{id}', { path: { id } }, { refetchInterval: (x) => (x && (x.state === 'received' || x.state === 'checking') ? 4_000 : false) })
  const d = s.data
  return (
    <Page title={d ? `${d.period} ${set(d.set)}` : t.title} about={d && `${d.org_name} · ${t.version(String(d.version))}`} back={{ to: '/submissions', name: t.back }} actions={d && <Actions of={d} />}>
      <Shown of={s} rows={8}>{(x) => <Known of={x} />}</Shown>
    </Page>
  )
}

function Actions({ of }: { of: Submission }) {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const go = useNavigate()
  const required = useRequired()
  const [open, setOpen] = useState(false)
  const withdraw = useChange('post', '/api/submissions/{id}/withdraw', ['/api/submissions', '/api/reporting'])
  const mine = of.org === me.org
  return (
    <>
      {mine && may('submission.write') && ['rejected', 'accepted', 'withdrawn', 'replaced'].includes(of.state) && (
        <Button type={of.state === 'rejected' ? 'primary' : 'default'} icon={<Icon name="upload" size={16} />} onClick={() => go(`/submissions/new?set=${of.set}&period=${of.period}`)}>{t.again}</Button>
      )}
      {mine && may('submission.confirm') && (of.state === 'accepted' || of.state === 'confirming') && !of.frozen && <Button danger onClick={() => setOpen(true)}>{t.withdraw}</Button>}
      <Ask<{ note: string }> open={open} close={() => setOpen(false)} title={t.withdraw} about={t.withdrawAbout} ok={t.withdraw} danger send={(v) => withdraw.mutateAsync({ path: { id: of.id }, body: { note: v.note } })}>
        <Form.Item name="note" label={t.note} rules={[required]}><Input.TextArea rows={3} /></Form.Item>
      </Ask>
    </>
  )
}

function Known({ of }: { of: Submission }) {
  const t = useWords(said)
  const state = useCode(submissionStates)
  const job = useJob(of.id)
  const going = of.state === 'received' || of.state === 'checking'
  const ended = !going && of.state !== 'confirming'
  return (
    <>
      <Card>
        <StageLine stages={[
          { key: 'received', name: t.received, state: 'done', note: <><At ms={of.at_ms} /> {of.by_name}</> },
          { key: 'checked', name: going ? state('checking') : t.checked, state: going ? 'now' : 'done', note: of.checked_ms ? <At ms={of.checked_ms} /> : undefined },
          ...(of.state === 'confirming' || (of.warnings > 0 && of.state === 'accepted') ? [{ key: 'confirm', name: state('confirming'), state: of.state === 'confirming' ? ('now' as const) : ('done' as const), note: of.state === 'confirming' ? undefined : of.decided_name }] : []),
          { key: 'end', name: ended ? state(of.state) : state('accepted'), state: ended ? (of.state === 'rejected' ? 'bad' : 'done') : 'next', note: of.decided_ms ? <At ms={of.decided_ms} /> : undefined },
        ]} />
        {going && <Progress done={job?.done} total={job?.total} note={job?.note || state(of.state)} />}
        <div className="tags" style={{ marginTop: 8 }}>
          <Tag tone={submissionTones[of.state]}>{state(of.state)}</Tag>
          {of.current && <Tag tone="brand">{t.current}</Tag>}
          {of.frozen && <Tag>{t.frozen}</Tag>}
          {of.note && <span className="quiet">{t.note}：{of.note}</span>}
        </div>
      </Card>
      {of.state === 'rejected' && <div className="notice bad">{t.rejectedHint(count(of.errors))}</div>}
      {of.state === 'confirming' && <Confirm of={of} />}
      {!going && (
        <Tabs of={[
          { key: 'findings', name: `${t.findings} ${count(of.errors + of.warnings)}`, show: <Findings of={of} /> },
          { key: 'files', name: t.files, show: <Files of={of} /> },
          ...(of.accepted_ms ? [{ key: 'receipt', name: t.receipt, show: <Receipt id={of.id} /> }] : []),
        ]} />
      )}
    </>
  )
}

function Confirm({ of }: { of: Submission }) {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const required = useRequired()
  const [open, setOpen] = useState(false)
  const confirm = useChange('post', '/api/submissions/{id}/confirm', ['/api/submissions', '/api/reporting'])
  const can = may('submission.confirm') && of.org === me.org
  return (
    <div className="notice wait spread">
      <span>{can ? t.confirmAbout : t.needLead}</span>
      {can && <Button type="primary" onClick={() => setOpen(true)}>{t.confirm}</Button>}
      <Ask<{ note: string }> open={open} close={() => setOpen(false)} title={t.confirm} about={t.confirmAbout} ok={t.confirm} send={(v) => confirm.mutateAsync({ path: { id: of.id }, body: { note: v.note } })}>
        <Form.Item name="note" label={t.note} rules={[required]}><Input.TextArea rows={3} /></Form.Item>
      </Ask>
    </div>
  )
}

function Findings({ of }: { of: Submission }) {
  const t = useWords(said)
  const { lang } = useLang()
  const severity = useCode(severityWords)
  const columns: Column<Finding>[] = [
    { key: 'severity', title: t.severity, value: (f) => severity(f.severity), show: (f) => <Tag tone={f.severity === 'error' ? 'bad' : 'wait'}>{severity(f.severity)}</Tag> },
    { key: 'what', title: t.what, value: (f) => (lang === 'zh' ? f.zh : f.en), width: 280 },
    { key: 'file', title: t.file, value: (f) => f.file, show: (f) => <span title={f.file} style={{ overflowWrap: 'anywhere' }}>{f.file.split('/').at(-1)}</span> },
    { key: 'table', title: t.table, value: (f) => f.table, hidden: true },
    { key: 'line', title: t.line, right: true, value: (f) => f.line || null, show: (f) => (f.line ? <b>{count(f.line)}</b> : '—') },
    { key: 'field', title: t.field, value: (f) => (lang === 'zh' ? f.field_zh : f.field_en), show: (f) => <span title={f.field}>{lang === 'zh' ? f.field_zh : f.field_en}</span>, width: 110 },
    { key: 'value', title: t.value, value: (f) => f.value, show: (f) => (f.value ? <code className="small">{f.value}</code> : '—') },
    { key: 'code', title: t.code, value: (f) => f.code, show: (f) => <code className="small">{f.code}</code> },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    { kind: 'choice', key: 'severity', label: t.severity, options: Object.keys(severityWords.zh).map((s) => ({ value: s, label: severity(s) })) },
    { kind: 'choice', key: 'code', label: t.code, options: (of.counts ?? []).map((c) => ({ value: c.code, label: `${c.code}（${count(c.total)}）` })) },
    { kind: 'choice', key: 'file', label: t.file, options: (of.files ?? []).map((f) => ({ value: f.name, label: f.name })) },
  ]
  return (
    <DataTable name="findings" label={t.findings} source={listOf('/api/submissions/{id}/findings', { path: { id: of.id } })} columns={columns} filters={filters}
      rowKey={(f) => [f.file, f.table, f.line, f.column, f.code, f.field, f.value, f.zh].join('/')} empty={{ icon: 'check', title: t.none }} />
  )
}

function Files({ of }: { of: Submission }) {
  const t = useWords(said)
  const may = useMay()
  return (
    <>
      <Card title={t.files} flush>
        <div className="table-scroll" tabIndex={0} role="group" aria-label={t.files}>
          <table className="data">
            <thead><tr><th>{t.file}</th><th className="right">{t.rows}</th><th className="right">{t.size}</th><th>SHA-256</th></tr></thead>
            <tbody>
              {(of.files ?? []).map((f) => (
                <tr key={f.name}>
                  <td>{may('submission.read') ? <a href={`/api/submissions/${of.id}/files/${encodeURIComponent(f.name)}`} download>{f.name}</a> : f.name}</td>
                  <td className="right num">{count(f.rows)}</td>
                  <td className="right num">{size(f.size)}</td>
                  <td><code className="small">{f.sha256}</code></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      {(of.sums?.length ?? 0) > 0 && (
        <Card title={t.sums} flush>
          <div className="table-scroll" tabIndex={0} role="group" aria-label={t.sums}>
            <table className="data">
              <thead><tr><th>{t.month}</th><th className="right">{t.notes}</th><th className="right">{t.balance}</th></tr></thead>
              <tbody>
                {of.sums!.map((s) => <tr key={`${s.month}/${s.institution_id}`}><td>{s.month}</td><td className="right num">{count(s.notes)}</td><td className="right"><Yuan fen={s.balance_fen} /></td></tr>)}
              </tbody>
            </table>
          </div>
        </Card>
      )}
    </>
  )
}

function Receipt({ id }: { id: string }) {
  const t = useWords(said)
  const receipt = useGet('/api/submissions/{id}/receipt', { path: { id } })
  return (
    <Shown of={receipt}>
      {(r) => (
        <Card title={t.receipt} extra={
          <Space className="no-print" wrap>
            <Button icon={<Icon name="download" size={16} />} href={`/api/submissions/${id}/receipt`} download={`${r.receipt.number}.json`}>{t.receiptFile}</Button>
            <Button icon={<Icon name="print" size={16} />} href={`/api/submissions/${id}/receipt/text`} target="_blank">{t.receiptPrint}</Button>
          </Space>
        }>
          <Facts of={[
            [t.number, <b key="n">{r.receipt.number}</b>],
            [t.by, <span key="b">{r.receipt.submitted_by} <At ms={r.receipt.submitted_ms} /></span>],
            [t.decided, <At key="d" ms={r.receipt.accepted_ms} />],
            [t.rows, count(r.receipt.rows)],
            [t.filesHash, <code key="f" className="small">{r.receipt.files_sha256}</code>],
            [t.hash, <code key="h" className="small">{r.sha256}</code>],
            ...(r.signature.value ? [
              [t.suite, r.signature.suite === 'gm' ? t.gm(r.signature.algorithm) : t.intl(r.signature.algorithm)],
              [t.key, <code key="k" className="small">{r.signature.key}</code>],
              [t.signature, <code key="s" className="small">{r.signature.value}</code>],
            ] as [string, ReactNode][] : []),
          ]} />
          {r.signature.value && <p className="small muted no-print">{t.verify} <a href="/.well-known/jwks.json" target="_blank" rel="noreferrer">/.well-known/jwks.json</a></p>}
        </Card>
      )}
    </Shown>
  )
}
