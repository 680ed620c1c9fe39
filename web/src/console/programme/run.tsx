import { App, Button, Dropdown, Form, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useJob } from '../../api/live'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { usePolicy } from '../../domain/policy/packs'
import { purposeWords, standingWords, stateWords } from '../../domain/programme/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Page, Shown } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { At, Facts, Stat, Tag, Wan } from '../../kit/show'
import { Tabs } from '../../kit/tabs'
import { count } from '../../kit/money'
import { size } from '../../kit/sending'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Drafting } from '../subsidy/drafting'
import { Asides, Lines, Payees } from './rows'
import { Overview } from './overview'
import { standingTones, stateTones } from './runs'

const said = words({
  title: [(no: string) => `结算 #${no}`, (no: string) => `Settlement #${no}`],
  back: ['结算', 'settlements'],
  overview: ['汇总', 'Overview'],
  payees: ['收款人', 'Payees'],
  lines: ['明细', 'Lines'],
  asides: ['待补与排除', 'Waiting and excluded'],
  proof: ['依据与复核', 'Proof'],
  confirm: ['确认生效', 'Confirm'],
  confirmAbout: ['确认后成为该政策的正式结算，此前的正式结算被替代，并据此生成申报。', 'It becomes the official run of the policy, supersedes the one before, and claims are drafted from it.'],
  reject: ['退回', 'Reject'],
  note: ['说明', 'Note'],
  reason: ['退回理由', 'Reason'],
  own: ['须由另一人确认', 'Another person has to confirm it'],
  verify: ['在服务器上复核', 'Verify on the server'],
  verifying: ['正在重新计算并逐行比较', 'Computing it again and comparing'],
  holds: ['复核通过：文件未改动，重新计算结果完全相同', 'It holds: every file is as written and every amount follows from the facts'],
  broken: ['复核不通过', 'It does not hold'],
  bundle: ['下载结算包', 'Download the bundle'],
  compare: ['与其他结算比较', 'Compare'],
  whatIf: ['测算', 'What if'],
  failed: ['结算失败', 'It failed'],
  period: ['期间', 'Period'],
  purpose: ['用途', 'Purpose'],
  by: ['发起', 'Asked'],
  ruled: ['确认', 'Ruled'],
  frozen: ['数据冻结于', 'Facts frozen'],
  snapshot: ['冻结数据', 'Snapshot'],
  see: ['查看报送与检查结果', 'Submissions and findings'],
  submissions: ['所含报送', 'Submissions'],
  to: ['至', ' to '],
  paid: ['拨付', 'Paid'],
  entitled: ['应得', 'Entitled'],
  linesN: ['明细', 'Lines'],
  payeesN: ['收款人次', 'Payees'],
  waiting: ['待补', 'Waiting'],
  excluded: ['排除', 'Excluded'],
  wan: ['万元', '×10k yuan'],
  changed: ['与政策包不同之处', 'Otherwise than the pack says'],
  hashes: ['指纹', 'Hashes'],
  packHash: ['政策包', 'Pack'],
  resultHash: ['结果', 'Result'],
  bundleHash: ['结算包', 'Bundle'],
  facts: ['所用数据', 'Facts'],
  table: ['表', 'Table'],
  rows: ['行数', 'Rows'],
  offline: ['审计人员可下载结算包，在任何电脑上用 changrong verify 离线复核。', 'An auditor may download the bundle and run changrong verify on any computer.'],
})

export type Run = Answer<'/api/runs/{id}'>

export default function RunPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const run = useGet('/api/runs/{id}', { path: { id } }, { refetchInterval: (r) => (r && r.state !== 'done' && r.state !== 'failed' ? 4_000 : false) })
  return (
    <Page title={run.data ? t.title(String(run.data.no)) : t.title('')} about={run.data?.title} back={{ to: '/runs', name: t.back }} actions={run.data && <Actions run={run.data} />}>
      <Shown of={run}>{(r) => <Known run={r} />}</Shown>
    </Page>
  )
}

function Actions({ run }: { run: Run }) {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const verify = useChange('post', '/api/runs/{id}/verification', ['/api/runs'])
  const others = useGet('/api/runs', { query: { pack: run.pack, limit: 50 } }, { enabled: may('run.whole') && run.state === 'done' })
  const comparable = (others.data?.items ?? []).filter((r) => r.id !== run.id && r.state === 'done')
  if (run.state !== 'done') return null
  return (
    <>
      {may('whatif.ask') && <Button icon={<Icon name="flow" size={16} />} onClick={() => go(`/what-if/new?run=${run.id}`)}>{t.whatIf}</Button>}
      {comparable.length > 0 && (
        <Dropdown trigger={['click']} menu={{ items: comparable.map((r) => ({ key: r.id, label: `#${r.no} · ${r.from_on} – ${r.to_on}` })), onClick: ({ key }) => go(`/runs/${run.id}/compare/${key}`) }}>
          <Button icon={<Icon name="compare" size={16} />} aria-haspopup="menu">{t.compare}</Button>
        </Dropdown>
      )}
      {may('run.whole') && <Button icon={<Icon name="shield" size={16} />} loading={verify.isPending || run.check?.state === 'queued' || run.check?.state === 'settling'} onClick={() => verify.mutate({ path: { id: run.id } })}>{t.verify}</Button>}
      {may('run.whole') && <Button icon={<Icon name="download" size={16} />} href={`/api/runs/${run.id}/bundle`}>{t.bundle}</Button>}
    </>
  )
}

function Known({ run }: { run: Run }) {
  const t = useWords(said)
  const { lang } = useLang()
  const state = useCode(stateWords)
  const standing = useCode(standingWords)
  const purpose = useCode(purposeWords)
  const job = useJob(run.id)
  const may = useMay()
  const going = run.state !== 'done' && run.state !== 'failed'
  const checking = run.check && run.check.state !== 'done' && run.check.state !== 'failed'
  return (
    <>
      {run.standing === 'proposed' && <Rule run={run} />}
      {checking && <div className="notice"><Progress note={t.verifying} /></div>}
      {run.check?.state === 'done' && (run.check.holds
        ? <div className="notice good"><Icon name="check" size={15} /> {t.holds} <span className="quiet small"><At ms={run.check.at_ms} /> {run.check.by}</span></div>
        : <div className="notice bad"><b>{t.broken}</b><ul style={{ paddingLeft: 18 }}>{(run.check.problems ?? []).map((p, i) => <li key={i}>{p.file} {lang === 'zh' ? p.zh : p.en}</li>)}</ul></div>)}
      <Card>
        <div className="row" style={{ marginBottom: 14 }}>
          <Tag>{purpose(run.purpose)}</Tag>
          <Tag tone={stateTones[run.state]}>{state(run.state)}</Tag>
          {run.standing && <Tag tone={standingTones[run.standing]}>{standing(run.standing)}</Tag>}
          <span className="quiet num">{run.from_on}{t.to}{run.to_on}</span>
        </div>
        {going && <Progress done={job?.done} total={job?.total} note={job?.note || state(run.state)} />}
        {run.failure && (
          <div className="failed" role="alert">
            <strong>{t.failed}：{lang === 'zh' ? run.failure.zh : run.failure.en}</strong>
            <code>{run.failure.code} {run.failure.file}{run.failure.line ? `:${run.failure.line}` : ''} {run.failure.value}</code>
          </div>
        )}
        {run.sums && (
          <div className="figures">
            <Stat name={t.paid} value={<Wan fen={run.sums.paid_fen} />} unit={t.wan} />
            <Stat name={t.entitled} value={<Wan fen={run.sums.entitled_fen} />} unit={t.wan} />
            <Stat name={t.linesN} value={count(run.sums.lines)} />
            <Stat name={t.payeesN} value={count(run.sums.payees)} />
            <Stat name={t.waiting} value={count(run.sums.set_aside)} late={run.sums.set_aside > 0} />
            <Stat name={t.excluded} value={count(run.sums.excluded)} />
          </div>
        )}
      </Card>
      {run.standing === 'official' && may('claim.draft') && <Drafting run={run.id} />}
      {run.state === 'done' && (
        <Tabs of={[
          { key: 'overview', name: t.overview, show: <Overview id={run.id} /> },
          { key: 'payees', name: t.payees, show: <Payees run={run.id} /> },
          { key: 'lines', name: t.lines, show: <Lines run={run.id} /> },
          { key: 'asides', name: t.asides, show: <Asides run={run.id} /> },
          ...(may('run.whole') ? [{ key: 'proof', name: t.proof, show: <Proof run={run} /> }] : []),
        ]} />
      )}
      {run.state !== 'done' && <Proof run={run} />}
    </>
  )
}

function Rule({ run }: { run: Run }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const required = useRequired()
  const { message } = App.useApp()
  const [open, setOpen] = useState<'' | 'confirm' | 'reject'>('')
  const confirm = useChange('post', '/api/runs/{id}/confirmation')
  const reject = useChange('post', '/api/runs/{id}/rejection')
  if (!may('run.confirm')) return null
  const mine = run.asked_by === me.account
  return (
    <div className="notice wait spread">
      <span>{mine ? t.own : t.confirmAbout}</span>
      {!mine && (
        <span className="row">
          <Button type="primary" onClick={() => setOpen('confirm')}>{t.confirm}</Button>
          <Button onClick={() => setOpen('reject')}>{t.reject}</Button>
        </span>
      )}
      <Ask<{ note?: string }> open={open !== ''} close={() => setOpen('')} title={open === 'reject' ? t.reject : t.confirm} ok={open === 'reject' ? t.reject : t.confirm} danger={open === 'reject'} about={open === 'confirm' ? t.confirmAbout : undefined}
        done={() => message.success(open === 'reject' ? t.reject : t.confirm)}
        send={(v) => (open === 'reject' ? reject : confirm).mutateAsync({ path: { id: run.id }, body: { version: run.version, note: v.note } })}>
        <Form.Item name="note" label={open === 'reject' ? t.reason : t.note} rules={open === 'reject' ? [required] : []}><Input.TextArea rows={3} maxLength={200} /></Form.Item>
      </Ask>
    </div>
  )
}

function Proof({ run }: { run: Run }) {
  const t = useWords(said)
  const may = useMay()
  const policy = usePolicy(run.pack)
  const title = (name: string) => policy.data?.readings?.find((r) => r.name === name)?.title ?? policy.data?.parameters?.find((p) => p.name === name)?.title ?? name
  const say = (name: string, v: string) => policy.data?.readings?.find((r) => r.name === name)?.values?.find((x) => x.value === v)?.title ?? v
  const changed = Object.entries({ ...(run.changed.readings as Record<string, string>), ...(run.changed.parameters as Record<string, string>) })
  return (
    <>
      <Card>
        <Facts of={[
          [t.by, <span key="b">{run.asked_by_name} <At ms={run.asked_at_ms} /></span>],
          [t.ruled, run.ruled_by_name ? <span key="r">{run.ruled_by_name} <At ms={run.ruled_at_ms} /></span> : ''],
          [t.frozen, <At key="f" ms={run.frozen_at_ms} />],
          ...(run.snapshot && may('snapshot.read') ? [[t.snapshot, <Link key="d" to={`/snapshots/${run.snapshot}`}>{t.see}</Link>] as [string, ReactNode]] : []),
          [t.submissions, run.sealed ? String(run.sealed.submissions) : ''],
          [t.note, run.note || run.ruled_note || '—'],
        ]} />
      </Card>
      {changed.length > 0 && (
        <Card title={t.changed}>
          <Facts of={changed.map(([k, v]) => [title(k), say(k, v)])} />
        </Card>
      )}
      {run.sealed && (
        <>
          <Card title={t.hashes} extra={<span className="quiet small">{t.offline}</span>}>
            <Facts of={[
              [t.packHash, <code key="p" className="small"><Link to={`/policies/${run.pack}?run=${run.id}`}>{run.sealed.pack_sha256}</Link></code>],
              [t.resultHash, <code key="r" className="small">{run.sealed.result_sha256}</code>],
              [`${t.bundleHash}（${size(run.sealed.bundle_size)}）`, <code key="b" className="small">{run.sealed.bundle_sha256}</code>],
            ]} />
          </Card>
          <Card title={t.facts} flush>
            <div className="table-scroll" tabIndex={0} role="group" aria-label={t.facts}>
              <table className="data">
                <thead><tr><th>{t.table}</th><th className="right">{t.rows}</th><th>SHA-256</th></tr></thead>
                <tbody>
                  {(run.sealed.facts ?? []).map((f) => <tr key={f.table}><td>{f.table}</td><td className="right num">{count(f.rows)}</td><td><code className="small">{f.sha256}</code></td></tr>)}
                </tbody>
              </table>
            </div>
          </Card>
        </>
      )}
    </>
  )
}
