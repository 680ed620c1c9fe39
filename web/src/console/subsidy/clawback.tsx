// Money that a payee has to give back: the order, what has come, what was decided.
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { roleWords } from '../../domain/access/words'
import { backGrave, backStages, backTones, backVerbs } from '../../domain/subsidy/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import type { Fen } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Due, Facts, Stat, Tag, Yuan } from '../../kit/show'
import { today } from '../../kit/time'
import { Timeline } from '../../kit/timeline'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['追回', 'Money taken back'],
  back: ['追回', 'money taken back'],
  pdf: ['责令退回通知书（PDF）', 'Order to return (PDF)'],
  claim: ['申报', 'Claim'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  number: ['通知书编号', 'Order'],
  notIssued: ['未下达', 'not issued'],
  why: ['事由', 'Why'],
  basis: ['依据', 'Rule'],
  deadline: ['退回期限', 'To be returned by'],
  amount: ['应追回', 'To come back'],
  returned: ['已退回', 'Came back'],
  rest: ['尚未退回', 'Outstanding'],
  yuan: ['元', 'yuan'],
  reason: ['理由', 'Reason'],
  optional: ['（可不填）', ' (optional)'],
  receive: ['登记退回款', 'Register what came back'],
  receiveAbout: ['按银行回单登记；可为尚未退回金额的一部分。', 'By the bank’s receipt; a part of what is outstanding will do.'],
  part: ['退回金额', 'Amount'],
  no: ['回单编号', 'Receipt'],
  payer: ['付款人（按回单）', 'Who paid, as on the receipt'],
  on: ['日期', 'Day'],
  receipts: ['退回款', 'What came back'],
  none: ['还没有退回款', 'Nothing came back yet'],
})

type View = Answer<'/api/clawbacks/{id}'>
const stale = ['/api/clawbacks', '/api/claims', '/api/claim-sums', '/api/claim-samples', '/api/waiting', '/api/fund']

export default function ClawbackPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const back = useGet('/api/clawbacks/{id}', { path: { id } })
  const b = back.data?.clawback
  return (
    <Page title={b ? `${t.title}：${b.payee_name}` : t.title} about={b?.item_title} back={{ to: '/clawbacks', name: t.back }} actions={back.data && <Actions of={back.data} />}>
      <Shown of={back} rows={8}>{(v) => <Known of={v} />}</Shown>
    </Page>
  )
}

function Actions({ of }: { of: View }) {
  const t = useWords(said)
  const verb = useCode(backVerbs)
  const may = useMay()
  const required = useRequired()
  const [open, setOpen] = useState('')
  const act = useChange('post', '/api/clawbacks/{id}/decisions', stale)
  const receive = useChange('post', '/api/clawbacks/{id}/receipts', stale)
  const b = of.clawback
  const path = { path: { id: b.id } }
  const can = may('clawback.write') ? (of.can ?? []) : []
  const bad = ['refuse', 'withdraw', 'give_up', 'end']
  const collecting = ['collecting', 'ending'].includes(b.stage) && may('payment_order.write')
  const verbs = backVerbs.zh as Record<string, string>
  return (
    <>
      {b.number && <Button icon={<Icon name="download" size={16} />} href={`/api/clawbacks/${b.id}/pdf`}>{t.pdf}</Button>}
      {collecting && <Button type="primary" onClick={() => setOpen('receive')}>{t.receive}</Button>}
      {can.map((v) => <Button key={v} type={bad.includes(v) ? 'default' : 'primary'} danger={bad.includes(v)} onClick={() => setOpen(v)}>{verb(v)}</Button>)}
      <Ask<{ reason?: string }> open={open in verbs} close={() => setOpen('')} title={`${verb(open)}：${b.payee_name}`} ok={verb(open)} danger={bad.includes(open)}
        send={(v) => act.mutateAsync({ ...path, body: { verb: open as 'issue', reason: v.reason, version: b.version } })}>
        <p style={{ marginBottom: 12 }}>{t.rest} <Yuan fen={of.outstanding_fen} unit /></p>
        <Form.Item name="reason" label={backGrave.includes(open) ? t.reason : t.reason + t.optional} rules={backGrave.includes(open) ? [required] : []}><Input.TextArea rows={3} /></Form.Item>
      </Ask>
      <Ask<{ no: string; payer?: string; amount: Fen; on: string }> open={open === 'receive'} close={() => setOpen('')} title={t.receive} about={t.receiveAbout} ok={t.receive}
        initial={{ amount: of.outstanding_fen, payer: b.payee_name, on: today() }}
        send={(v) => receive.mutateAsync({ ...path, body: { no: v.no.trim(), payer: v.payer?.trim(), amount_fen: v.amount, on: v.on } })}>
        <AmountField name="amount" label={t.part} />
        <Form.Item name="no" label={t.no} rules={[required]}><Input maxLength={100} /></Form.Item>
        <Form.Item name="payer" label={t.payer}><Input maxLength={100} /></Form.Item>
        <Form.Item name="on" label={t.on} rules={[required]}><Input type="date" max={today()} /></Form.Item>
      </Ask>
    </>
  )
}

function Known({ of }: { of: View }) {
  const t = useWords(said)
  const verb = useCode(backVerbs)
  const role = useCode(roleWords)
  const stage = useCode(backStages)
  const b = of.clawback
  return (
    <>
      <Card>
        <div className="row" style={{ marginBottom: 12 }}>
          <Tag tone={backTones[b.stage]}>{stage(b.stage)}</Tag>
          {b.due_on && <Due on={b.due_on} />}
        </div>
        <div className="figures">
          <Stat name={t.amount} value={<Yuan fen={b.amount_fen} />} unit={t.yuan} />
          <Stat name={t.returned} value={<Yuan fen={b.returned_fen} />} unit={t.yuan} />
          <Stat name={t.rest} value={<Yuan fen={of.outstanding_fen} />} unit={t.yuan} late={of.late} />
        </div>
      </Card>
      <div className="grid2" style={{ alignItems: 'start' }}>
        <div className="stack">
          <Card>
            <Facts of={[
              [t.payee, <span key="p">{b.payee_name} <span className="quiet small">{b.payee}</span></span>],
              [t.item, b.item_title],
              [t.claim, <Link key="c" to={`/claims/${b.claim}`}>{t.claim}</Link>],
              [t.number, b.number || <span key="n" className="quiet">{t.notIssued}</span>],
              [t.deadline, b.deadline_on],
              [t.why, b.why],
              [t.basis, b.basis],
            ]} />
          </Card>
          <Card title={t.receipts}>
            {(of.receipts ?? []).length === 0 ? <p className="quiet">{t.none}</p> : (
              <ul className="todo">
                {of.receipts!.map((r) => (
                  <li key={r.id}>
                    <div className="grow">{r.no} <span className="quiet small">{r.payer} {r.on}</span></div>
                    <b><Yuan fen={r.amount_fen} unit /></b>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
        {(of.decisions ?? []).length > 0 && <Timeline of={of.decisions} what={(d) => verb(d.verb)} role={role} />}
      </div>
    </>
  )
}
