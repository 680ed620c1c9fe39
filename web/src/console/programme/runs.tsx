import { Button, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { attempt, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useJob } from '../../api/live'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { type Policy, usePacks, usePolicies } from '../../domain/policy/packs'
import { purposeWords, standingWords, stateWords } from '../../domain/programme/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { Tag, type Tone } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { Changes, type Chosen, chosenOf } from './changes'

const said = words({
  title: ['结算', 'Settlement'],
  about: ['冻结各行已报送的数据，按政策逐笔计算。同样的数据和选择，任何人再算一遍，结果一分不差。', 'The facts the banks reported are frozen and settled by the policy. The same facts and choices give the same fen, whoever computes them.'],
  ask: ['发起结算', 'Settle'],
  no: ['编号', 'No.'],
  policy: ['政策', 'Policy'],
  period: ['期间', 'Period'],
  purpose: ['用途', 'Purpose'],
  state: ['进展', 'Progress'],
  standing: ['效力', 'Standing'],
  paid: ['拨付', 'Paid'],
  lines: ['笔数', 'Lines'],
  by: ['发起人', 'Asked by'],
  at: ['发起时间', 'Asked'],
  note: ['说明', 'Note'],
  none: ['还没有结算', 'No settlement yet'],
  noneHint: ['各行数据报送齐后即可发起；也可先试算', 'Settle when the banks have reported; or try first'],
  to: ['至', ' to '],
  trial: ['试算：只看结果，不生效', 'Trial: to look at'],
  official: ['正式：完成后由另一人确认生效', 'For the record: another person confirms it'],
  whole: ['整个适用期', 'All that the policy pays for'],
  part: ['其中一段', 'A part of it'],
  from: ['起始日', 'First day'],
  until: ['截止日', 'Last day'],
  optional: ['（可不填）', ' (optional)'],
  changes: ['调整理解或参数', 'Change readings or parameters'],
  asPack: ['按政策包', 'as the pack says'],
})

export type Run = Item<'/api/runs'>
export const stateTones: Record<string, Tone> = { queued: 'plain', freezing: 'info', settling: 'info', done: 'good', failed: 'bad' }
export const standingTones: Record<string, Tone> = { proposed: 'wait', official: 'brand', superseded: 'plain', rejected: 'bad' }

export default function Runs() {
  const t = useWords(said)
  const purpose = useCode(purposeWords)
  const standing = useCode(standingWords)
  const packs = usePacks()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const columns: Column<Run>[] = [
    { key: 'no', title: t.no, value: (r) => r.no, show: (r) => `#${r.no}` },
    { key: 'title', title: t.policy, value: (r) => r.title },
    { key: 'period', title: t.period, value: (r) => `${r.from_on}${t.to}${r.to_on}`, show: (r) => <span className="num">{r.from_on}{t.to}{r.to_on}</span> },
    { key: 'purpose', title: t.purpose, value: (r) => purpose(r.purpose), show: (r) => <Tag>{purpose(r.purpose)}</Tag> },
    { key: 'state', title: t.state, value: (r) => r.state, width: 120, show: (r) => <State run={r} /> },
    { key: 'standing', title: t.standing, value: (r) => standing(r.standing), show: (r) => (r.standing ? <Tag tone={standingTones[r.standing]}>{standing(r.standing)}</Tag> : <span className="quiet">—</span>) },
    { key: 'paid', title: t.paid, fen: (r) => r.sums?.paid_fen },
    { key: 'lines', title: t.lines, right: true, value: (r) => r.sums?.lines ?? null },
    { key: 'by', title: t.by, value: (r) => r.asked_by_name },
    { key: 'at', title: t.at, value: (r) => minute(r.asked_at_ms) },
    { key: 'note', title: t.note, value: (r) => r.note, hidden: true },
  ]
  const filters: Filter[] = (packs.data?.items?.length ?? 0) > 1
    ? [{ kind: 'choice', key: 'pack', label: t.policy, options: packs.data!.items!.map((p) => ({ value: p.id, label: p.title })) }] : []
  const ask = may('run.write') && <Button type="primary" icon={<Icon name="calc" size={16} />} onClick={() => setAsking(true)}>{t.ask}</Button>
  return (
    <Page title={t.title} about={t.about} actions={ask}>
      <DataTable name="runs" label={t.title} source={listOf('/api/runs')} columns={columns} filters={filters} rowKey={(r) => r.id} to={(r) => `/runs/${r.id}`}
        empty={{ icon: 'calc', title: t.none, hint: t.noneHint, action: ask }} />
      {asking && <AskRun close={() => setAsking(false)} />}
    </Page>
  )
}

function State({ run }: { run: Run }) {
  const state = useCode(stateWords)
  const job = useJob(run.id)
  if (run.state === 'done' || run.state === 'failed' || !job) return <Tag tone={stateTones[run.state]}>{state(run.state)}</Tag>
  return <Progress done={job.done} total={job.total} note={job.note || state(run.state)} />
}

type Ask_ = { pack: string; purpose: 'trial' | 'official'; period: 'whole' | 'part'; from?: string; to?: string; note?: string; changes?: Chosen }

function AskRun({ close }: { close: () => void }) {
  const policies = usePolicies()
  if (policies.length === 0) return null
  return <AskForm policies={policies} close={close} />
}

function AskForm({ policies, close }: { policies: Policy[]; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const ask = useChange('post', '/api/runs', ['/api/runs'])
  const [pack, setPack] = useState(policies[0]!.id)
  const policy = policies.find((p) => p.id === pack)!
  const [part, setPart] = useState(false)
  return (
    <Ask<Ask_> open close={close} title={t.ask} ok={t.ask} width={640} initial={{ pack, purpose: 'trial', period: 'whole', from: policy.scope.from_on, to: policy.scope.to_on }}
      send={async (v) => {
        const r = await ask.mutateAsync({
          body: { pack: v.pack, purpose: v.purpose, note: v.note, ...(v.period === 'part' ? { from_on: v.from, to_on: v.to } : {}), ...chosenOf(v.changes) },
          headers: { 'Idempotency-Key': attempt() },
        })
        go(`/runs/${r.id}`)
      }}>
      <Form.Item name="pack" label={t.policy}>
        <Select options={policies.map((p) => ({ value: p.id, label: p.title }))} onChange={setPack} />
      </Form.Item>
      <Form.Item name="purpose" label={t.purpose}>
        <Radio.Group options={[{ value: 'trial', label: t.trial }, { value: 'official', label: t.official }]} style={{ display: 'grid', gap: 4 }} />
      </Form.Item>
      <Form.Item name="period" label={t.period}>
        <Radio.Group onChange={(e) => setPart(e.target.value === 'part')} options={[{ value: 'whole', label: `${t.whole}（${policy.scope.from_on}${t.to}${policy.scope.to_on}）` }, { value: 'part', label: t.part }]} style={{ display: 'grid', gap: 4 }} />
      </Form.Item>
      {part && (
        <div className="grid2" style={{ gap: '0 14px' }}>
          <Form.Item name="from" label={t.from} rules={[required]}><Input type="date" /></Form.Item>
          <Form.Item name="to" label={t.until} rules={[required]}><Input type="date" /></Form.Item>
        </div>
      )}
      <Form.Item name="changes" label={t.changes + t.optional}><Changes policy={policy} /></Form.Item>
      <Form.Item name="note" label={t.note + t.optional}><Input.TextArea rows={2} maxLength={200} /></Form.Item>
    </Ask>
  )
}
