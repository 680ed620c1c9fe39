// One claim: how far it has come, what is to be done, what was decided and why.
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { address, type Answer, call, send } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { roleWords } from '../../domain/access/words'
import { backStages, backTones, grave, here, lineStates, lineTones, originWords, stageTones, stageWords, taken, verbWords, way } from '../../domain/subsidy/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import type { Fen } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Due, Facts, StageLine, Tag, Yuan } from '../../kit/show'
import { day } from '../../kit/time'
import { size } from '../../kit/sending'
import { Talk } from '../../kit/talk'
import { Timeline } from '../../kit/timeline'
import { Sends } from '../../kit/upload'
import { useCode, useWords, words } from '../../kit/words'
import { Found, TakeBack } from './propose'

const said = words({
  title: ['申报', 'Claim'],
  back: ['申报与兑付', 'claims'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  amount: ['金额', 'Amount'],
  computed: ['测算金额', 'Computed'],
  reduced: ['已核减', 'Reduced'],
  period: ['期间', 'Period'],
  origin: ['来源', 'Origin'],
  rows: ['明细笔数', 'Rows'],
  note: ['说明', 'Note'],
  waits: ['等待', 'Waits for'],
  due: ['期限', 'Due'],
  nobody: ['无人（自动进行或已结束）', 'nobody'],
  lines: ['计算说明', 'Why this amount'],
  notice: ['公示', 'Notice'],
  seeNotice: ['查看公示', 'See the notice'],
  seeOrder: ['查看支付单', 'See the order'],
  account: ['收款账户', 'Payee’s account'],
  noAccount: ['未登记', 'Not known'],
  unconfirmed: ['待核对', 'not confirmed'],
  act: ['办理', 'What to do'],
  reason: ['理由', 'Reason'],
  optional: ['（可不填）', ' (optional)'],
  reduce: ['核减后金额', 'Lowered to'],
  reduceHint: ['只能低于现金额，须说明理由', 'below what it is, with a reason'],
  missing: ['提交前还缺', 'Missing before it can be submitted'],
  papers: ['申报材料', 'Papers'],
  needed: ['必需', 'needed'],
  other: ['其他材料', 'Others'],
  add: ['上传', 'Add'],
  drop: ['删除', 'Delete'],
  none: ['无', 'None'],
  inside: ['仅政府部门可见', 'for the authorities only'],
  insideTag: ['内部', 'inside'],
  text: ['写下意见或疑问', 'A remark or a question'],
  payments: ['支付', 'Payments'],
  objections: [(n: string) => `${n} 条异议待答复`, (n: string) => `${n} objections wait for an answer`],
  amend: ['修改', 'Amend'],
  save: ['保存', 'Save'],
  found: ['登记抽查结论', 'Record the finding'],
  takeBack: ['提请追回', 'Take money back'],
  clawbacks: ['追回', 'Money taken back'],
  kept: ['收款人现有', 'The payee has now'],
  cameBack: ['已退回', 'came back'],
  earlier: ['替代了此前的草稿', 'It took the place of'],
  round: [(n: string) => `第 ${n} 轮`, (n: string) => `round ${n}`],
  elsewhere: ['其他办理', 'Done elsewhere'],
  noCalendar: [(y: string) => `${y} 年的调休安排尚未录入，期限按周末休息计算`, (y: string) => `the days off of ${y} are not known; weekends alone count as off`],
})

type Detail = Answer<'/api/claims/{id}'>
const stale = ['/api/claims', '/api/claim-sums', '/api/waiting', '/api/fund', '/api/objections', '/api/clawbacks']

export default function ClaimPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const claim = useGet('/api/claims/{id}', { path: { id } })
  const c = claim.data?.claim
  return (
    <Page title={c ? c.payee_name || c.payee : t.title} about={c?.item_title} back={{ to: '/claims', name: t.back }}>
      <Shown of={claim} rows={10}>{(d) => <Known of={d} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: Detail }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const origin = useCode(originWords)
  const role = useCode(roleWords)
  const verb = useCode(verbWords)
  const may = useMay()
  const c = of.claim
  const waits = (of.owners ?? []).map((o) => role(o.role)).join('、')
  return (
    <>
      {(of.no_calendar ?? []).map((y) => <div key={y} className="notice wait">{t.noCalendar(String(y))}</div>)}
      {of.objections > 0 && <div className="notice wait"><Link to={`/objections?claim=${c.id}`}>{t.objections(String(of.objections))}</Link></div>}
      <Card>
        <Line of={of} />
        <div className="spread" style={{ marginTop: 6 }}>
          <span className="row">
            <Tag tone={stageTones[c.stage]}>{stage(c.stage)}</Tag>
            {waits && <span>{t.waits} {waits}</span>}
            {c.due_on && <Due on={c.due_on} />}
            {c.round > 1 && <Tag>{t.round(String(c.round))}</Tag>}
          </span>
          <span style={{ fontSize: 22, fontWeight: 640 }}><Yuan fen={c.amount_fen} unit /></span>
        </div>
        <Act of={of} />
      </Card>
      <div className="grid2" style={{ alignItems: 'start' }}>
        <div className="stack">
          <Card>
            <Facts of={[
              [t.payee, <span key="p">{c.payee_name} <span className="quiet small">{c.payee}</span></span>],
              [t.item, c.item_title],
              [t.computed, <span key="c"><Yuan fen={c.computed_fen} unit />{c.amount_fen < c.computed_fen && <> <Tag tone="wait">{t.reduced}</Tag></>}</span>],
              [t.period, c.period],
              [t.origin, origin(c.origin)],
              [t.rows, c.run && may('run.read') ? <Link key="r" to={`/runs/${c.run}/explain?payee=${encodeURIComponent(c.payee)}&item=${encodeURIComponent(c.item)}`}>{c.rows} · {t.lines}</Link> : String(c.rows)],
              [t.account, of.account ? <span key="a">{of.account.bank_name} ···{of.account.tail}{!of.account.confirmed_by && <> <Tag tone="wait">{t.unconfirmed}</Tag></>}</span> : t.noAccount],
              ...(c.notice ? [[t.notice, <Link key="n" to={`/notices/${c.notice}`}>{t.seeNotice}</Link>] as [string, React.ReactNode]] : []),
              [t.note, c.note || '—'],
            ]} />
          </Card>
          <Papers of={of} />
          {(of.payments?.length ?? 0) > 0 && <Payments of={of} />}
          <Clawbacks of={of} />
        </div>
        <div className="stack">
          <Timeline of={of.decisions} what={(d) => `${verb(d.verb)} → ${stage(d.to)}`} role={role} />
          <Comments of={of} />
        </div>
      </div>
    </>
  )
}

function Line({ of }: { of: Detail }) {
  const stage = useCode(stageWords)
  const c = of.claim
  const at = way.indexOf(c.stage)
  // a claim off the usual way stands behind the last stage that it has been at
  const reached = at >= 0 ? at : Math.max(0, ...(of.decisions ?? []).filter((d) => d.round === c.round).map((d) => way.indexOf(d.stage)))
  const bad = ['refused', 'clawback', 'returned', 'withdrawn', 'superseded'].includes(c.stage)
  const stages = way.map((s, i) => ({ key: s, name: stage(s), state: i < reached || (at < 0 && i === reached) ? ('done' as const) : i === at ? (s === 'paid' ? ('done' as const) : ('now' as const)) : ('next' as const), note: undefined as React.ReactNode }))
  if (at < 0) stages.splice(reached + 1, bad ? stages.length : 0, { key: c.stage, name: stage(c.stage), state: bad ? ('bad' as 'now') : 'now', note: undefined })
  for (const s of stages) {
    const d = [...(of.decisions ?? [])].reverse().find((x) => x.to === s.key)
    if (d && s.state !== 'next') s.note = day(d.at_ms)
  }
  return <StageLine stages={stages} />
}

function Act({ of }: { of: Detail }) {
  const t = useWords(said)
  const verb = useCode(verbWords)
  const required = useRequired()
  const [open, setOpen] = useState('')
  const act = useChange('post', '/api/claims/{id}/decisions', stale)
  const may = useMay()
  const [after, setAfter] = useState<'' | 'found' | 'back'>('')
  const can = (of.can ?? []).filter((v) => here.includes(v))
  const c = of.claim
  const back = may('clawback.write') && taken.includes(c.stage) && c.paid_fen > 0
  const found = may('clawback.write') && c.stage === 'follow_up'
  const mayReduce = ['accept', 'pass', 'approve'].includes(open)
  const bad = ['return', 'refuse', 'withdraw', 'object', 'revoke']
  return (
    <>
      {(of.missing?.length ?? 0) > 0 && can.includes('submit') && <div className="notice wait" style={{ marginTop: 12 }}>{t.missing}：{of.missing!.join('、')}</div>}
      {(can.length > 0 || back || found) && (
        <div className="row no-print" style={{ marginTop: 14 }}>
          {can.map((v, i) => <Button key={v} type={i === 0 && !bad.includes(v) ? 'primary' : 'default'} danger={bad.includes(v)} onClick={() => setOpen(v)}>{verb(v)}</Button>)}
          {found && <Button type="primary" onClick={() => setAfter('found')}>{t.found}</Button>}
          {back && <Button danger onClick={() => setAfter('back')}>{t.takeBack}</Button>}
        </div>
      )}
      {(of.elsewhere_zh?.length ?? 0) > 0 && <p className="quiet small" style={{ marginTop: 8 }}>{t.elsewhere}：{of.elsewhere_zh!.join('；')}</p>}
      {after === 'found' && <Found claim={c.id} name={c.payee_name} has={c.paid_fen} close={() => setAfter('')} />}
      {after === 'back' && <TakeBack claim={c.id} has={c.paid_fen} close={() => setAfter('')} />}
      <Ask<{ reason?: string; reduce?: Fen }> open={open !== ''} close={() => setOpen('')} title={`${verb(open)}：${c.payee_name}`} ok={verb(open)} danger={bad.includes(open)}
        send={(v) => act.mutateAsync({ path: { id: c.id }, body: { verb: open, reason: v.reason, reduce_to_fen: v.reduce, version: c.version } })}>
        {mayReduce && <AmountField name="reduce" label={t.reduce + t.optional} optional zero />}
        <Form.Item name="reason" label={grave.includes(open) ? t.reason : t.reason + t.optional} rules={grave.includes(open) ? [required] : []}>
          <Input.TextArea rows={3} autoFocus />
        </Form.Item>
      </Ask>
    </>
  )
}

function Papers({ of }: { of: Detail }) {
  const t = useWords(said)
  const files = (of.attachments ?? []).filter((a) => !a.dropped_ms)
  const papers = of.papers ?? []
  const can = useMay()('claim.write')
  const others = files.filter((f) => !papers.some((p) => p.code === f.paper))
  return (
    <Card title={t.papers} extra={can && !papers.some((p) => p.code === 'other') && <Attach claim={of.claim.id} paper="" />}>
      <ul className="todo">
        {papers.map((p) => (
          <li key={p.code} style={{ alignItems: 'flex-start' }}>
            <div className="grow">
              {p.title} {p.needed && <Tag tone={p.files > 0 ? 'good' : 'wait'}>{t.needed}</Tag>}
              {files.filter((f) => f.paper === p.code).map((f) => <FileLine key={f.id} of={f} can={can} />)}
            </div>
            {can && <Attach claim={of.claim.id} paper={p.code} />}
          </li>
        ))}
        {others.length > 0 && <li><div className="grow">{t.other}{others.map((f) => <FileLine key={f.id} of={f} can={can} />)}</div></li>}
      </ul>
    </Card>
  )
}

type File_ = NonNullable<Detail['attachments']>[number]

function FileLine({ of, can }: { of: File_; can: boolean }) {
  const t = useWords(said)
  const me = useMe()
  const drop = useChange('delete', '/api/claim-attachments/{id}', ['/api/claims'])
  return (
    <div className="row small" style={{ gap: 6 }}>
      <Icon name="file" size={14} />
      <a href={`/api/claim-attachments/${of.id}`} download={of.name} style={{ overflowWrap: 'anywhere' }}>{of.name}</a>
      <span className="quiet">{size(of.size)}</span>
      {can && of.person === me.account && <Button type="text" size="small" loading={drop.isPending} aria-label={`${t.drop} ${of.name}`} icon={<Icon name="close" size={13} />} onClick={() => drop.mutate({ path: { id: of.id } })} />}
    </div>
  )
}

function Attach({ claim, paper }: { claim: string; paper: string }) {
  const t = useWords(said)
  const queries = useQueryClient()
  return <Sends of={t.add} take={async (file) => {
    await send(address('/api/claims/{id}/attachments', { path: { id: claim }, query: { name: file.name, paper } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
    await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/claims') })
  }} />
}

function Comments({ of }: { of: Detail }) {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const queries = useQueryClient()
  const say = async (body: { text: string; inside: boolean }) => {
    await call('post', '/api/claims/{id}/comments', { path: { id: of.claim.id }, body })
    await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/claims/') })
  }
  return <Talk of={of.comments} hint={t.text} inside={{ tag: t.insideTag, choice: me.org_kind !== 'bank' && t.inside }} send={may('claim.act') ? say : undefined} />
}

// Clawbacks shows what of the claim has to come back, and what has.
function Clawbacks({ of }: { of: Detail }) {
  const t = useWords(said)
  const stage = useCode(backStages)
  const paid = (of.payments ?? []).some((p) => p.state === 'paid')
  const backs = useGet('/api/clawbacks', { query: { claim: of.claim.id } }, { enabled: paid })
  if (!backs.data?.items?.length) return null
  return (
    <Card title={t.clawbacks} extra={<span>{t.kept} <b><Yuan fen={of.claim.paid_fen} unit /></b></span>}>
      <ul className="todo">
        {backs.data.items.map((b) => (
          <li key={b.id}>
            <div className="grow">
              <Link to={`/clawbacks/${b.id}`}><Yuan fen={b.amount_fen} unit /></Link> <span className="quiet small">{b.number} · {t.cameBack} <Yuan fen={b.returned_fen} unit /></span>
              <div className="quiet small">{b.why}</div>
            </div>
            <Tag tone={backTones[b.stage]}>{stage(b.stage)}</Tag>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Payments({ of }: { of: Detail }) {
  const t = useWords(said)
  const state = useCode(lineStates)
  const may = useMay()
  return (
    <Card title={t.payments}>
      <ul className="todo">
        {of.payments!.map((p) => (
          <li key={p.id}>
            <div className="grow">
              <Yuan fen={p.amount_fen} unit /> <span className="quiet small">{p.bank_name} ···{p.tail} {p.receipt_no} {p.paid_on}</span>
            </div>
            <Tag tone={lineTones[p.state]}>{state(p.state)}</Tag>
            {may('payment_order.read') && <Link to={`/orders/${p.order}`}>{t.seeOrder}</Link>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
