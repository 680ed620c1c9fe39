// What a bank can do with a referral next, each with its form.
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { classWords, decided, type Detail, loanStatus, reasoned, refusalWords, stale, verbWords } from '../../domain/origination/desk'
import { later } from '../../domain/origination/cost'
import { securityWords } from '../../domain/origination/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import type { Fen, Ppb } from '../../kit/money'
import { type Day, today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { CodeField, MonthsField, RateField } from './fields'
import { OfferForm } from './offering'

const said = words({
  code: ['未通过原因', 'Declined for'],
  reason: ['说明', 'In words'],
  why: ['还缺什么材料', 'Which papers are missing'],
  optional: ['（可不填）', ' (optional)'],
  declineAbout: ['企业会看到原因和说明，可转投其他银行。', 'The enterprise reads it and may turn to another bank.'],
  offer: ['报价', 'Make an offer'],
  again: ['修改报价', 'Change the offer'],
  contract: ['登记合同', 'Register the contract'],
  contractAbout: ['金额、利率、期限不得劣于企业接受的报价。', 'Not more, not dearer and not longer than what was accepted.'],
  no: ['合同编号', 'Number of the contract'],
  amount: ['金额', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  months: ['期限（月）', 'Term, months'],
  signed: ['签约日期', 'Signed on'],
  security: ['担保方式', 'Security'],
  first: ['是否首贷户', 'First loan'],
  yes: ['是', 'yes'],
  notFirst: ['否', 'no'],
  unknown: ['不清楚', 'not known'],
  branch: ['经办网点', 'Branch'],
  drawdown: ['登记放款', 'Register money paid out'],
  more: ['再次放款', 'Another drawdown'],
  drawdownAbout: ['登记后自动进入贷款台账，可分次放款。', 'It enters the loan book by itself; there may be several.'],
  note: ['借据编号', 'Number of the note'],
  drawn: ['放款日期', 'Paid out on'],
  due: ['到期日', 'Due on'],
  status: ['登记贷款状态', 'Report how it stands'],
  statusOf: ['状态', 'Standing'],
  balance: ['余额', 'Balance'],
  days: ['逾期天数', 'Days overdue'],
  grade: ['五级分类', 'Class'],
  asOf: ['截至', 'As of'],
  assign: ['改派', 'Assign to another'],
  give: ['分派', 'Assign'],
  take: ['领取', 'Take it'],
  person: ['经办人', 'Who'],
  save: ['保存', 'Save'],
})


type Kind = '' | 'offer' | 'contract' | 'drawdown' | 'status' | 'assign'

export function Acts({ of }: { of: Detail }) {
  const t = useWords(said)
  const verb = useCode(verbWords)
  const me = useMe()
  const may = useMay()
  const [deciding, setDeciding] = useState('')
  const [open, setOpen] = useState<Kind>('')
  const assign = useChange('put', '/api/referrals/{id}/assignee', stale)
  const r = of.referral
  if (me.org !== r.org || !may('referral.act')) return null
  const can = of.can ?? []
  const close = () => setOpen('')
  const over = ['declined', 'ended', 'repaid'].includes(r.stage)
  const lent = (of.drawdowns?.length ?? 0) > 0 && ['disbursed', 'overdue'].includes(r.stage)
  const done = decided.filter((v) => can.includes(v))
  return (
    <div className="row no-print" style={{ marginTop: 14 }}>
      {can.includes('offer') && may('offer.write') && <Button type="primary" onClick={() => setOpen('offer')}>{r.stage === 'offered' ? t.again : t.offer}</Button>}
      {can.includes('contract') && <Button type="primary" onClick={() => setOpen('contract')}>{t.contract}</Button>}
      {can.includes('disburse') && <Button type={lent ? 'default' : 'primary'} onClick={() => setOpen('drawdown')}>{lent ? t.more : t.drawdown}</Button>}
      {lent && <Button onClick={() => setOpen('status')}>{t.status}</Button>}
      {done.map((v) => <Button key={v} type={['accept', 'contact', 'review'].includes(v) ? 'primary' : 'default'} danger={v === 'decline'} onClick={() => setDeciding(v)}>{verb(v)}</Button>)}
      {!over && !r.assignee && <Button loading={assign.isPending} onClick={() => assign.mutate({ path: { id: r.id }, body: { account: me.account } })}>{t.take}</Button>}
      {!over && me.roles?.includes('bank_lead') && <Button onClick={() => setOpen('assign')}>{r.assignee ? t.assign : t.give}</Button>}
      <Decide of={of} verb={deciding} close={() => setDeciding('')} />
      {open === 'offer' && <OfferForm of={of} close={close} />}
      {open === 'contract' && <ContractForm of={of} close={close} />}
      {open === 'drawdown' && <DrawdownForm of={of} close={close} />}
      {open === 'status' && <StatusForm of={of} close={close} />}
      {open === 'assign' && <AssignForm of={of} close={close} />}
    </div>
  )
}

function Decide({ of, verb, close }: { of: Detail; verb: string; close: () => void }) {
  const t = useWords(said)
  const name = useCode(verbWords)
  const required = useRequired()
  const act = useChange('post', '/api/referrals/{id}/decisions', stale)
  const must = reasoned.includes(verb)
  const text = verb === 'pause' ? t.why : t.reason
  return (
    <Ask<{ code?: string; reason?: string }> open={verb !== ''} close={close} title={`${name(verb)}：${of.referral.firm}`} about={verb === 'decline' ? t.declineAbout : undefined} ok={name(verb)} danger={verb === 'decline'}
      send={(v) => act.mutateAsync({ path: { id: of.referral.id }, body: { verb, code: v.code, reason: v.reason?.trim(), version: of.referral.version } })}>
      {verb === 'decline' && <CodeField name="code" label={t.code} of={refusalWords} />}
      <Form.Item name="reason" label={must ? text : text + t.optional} rules={must ? [required] : []}><Input.TextArea rows={3} maxLength={500} /></Form.Item>
    </Ask>
  )
}

type Contract = { no: string; amount_fen: Fen; rate_ppb: Ppb; term_months: number; signed_on: Day; security: string; first: 'yes' | 'no' | 'unknown'; branch?: string }

function ContractForm({ of, close }: { of: Detail; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const register = useChange('post', '/api/referrals/{id}/contract', stale)
  const p = of.offers?.find((o) => o.state === 'accepted')?.price
  const initial: Partial<Contract> = { amount_fen: p?.amount_fen, rate_ppb: p?.rate_ppb, term_months: p?.term_months, security: p?.security, signed_on: today(), first: 'unknown' }
  return (
    <Ask<Contract> open close={close} title={t.contract} about={t.contractAbout} ok={t.contract} width={560} initial={initial}
      send={({ first, ...v }) => register.mutateAsync({ path: { id: of.referral.id }, body: { ...v, ...(first !== 'unknown' && { first_loan: first === 'yes' }), version: of.referral.version } })}>
      <Form.Item name="no" label={t.no} rules={[required]}><Input maxLength={60} spellCheck={false} /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <AmountField name="amount_fen" label={t.amount} />
        <RateField name="rate_ppb" label={t.rate} />
        <MonthsField name="term_months" label={t.months} />
        <Form.Item name="signed_on" label={t.signed} rules={[required]}><Input type="date" max={today()} /></Form.Item>
        <CodeField name="security" label={t.security} of={securityWords} />
        <Form.Item name="first" label={t.first}><Select options={[{ value: 'yes', label: t.yes }, { value: 'no', label: t.notFirst }, { value: 'unknown', label: t.unknown }]} /></Form.Item>
      </div>
      <Form.Item name="branch" label={t.branch + t.optional}><Input maxLength={60} /></Form.Item>
    </Ask>
  )
}

type Drawdown = { note_no: string; amount_fen: Fen; rate_ppb: Ppb; drawn_on: Day; due_on: Day; branch?: string }

function DrawdownForm({ of, close }: { of: Detail; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const register = useChange('post', '/api/referrals/{id}/drawdowns', [...stale, '/api/through'])
  const c = of.contract
  const out = (of.drawdowns ?? []).reduce((sum, d) => sum + d.amount_fen, 0)
  const initial: Partial<Drawdown> = c ? { amount_fen: Math.max(0, c.amount_fen - out) as Fen, rate_ppb: c.rate_ppb, drawn_on: today(), due_on: later(today(), c.term_months), branch: c.branch } : {}
  return (
    <Ask<Drawdown> open close={close} title={t.drawdown} about={t.drawdownAbout} ok={t.drawdown} width={560} initial={initial}
      send={(v) => register.mutateAsync({ path: { id: of.referral.id }, body: { ...v, version: of.referral.version } })}>
      <Form.Item name="note_no" label={t.note} rules={[required]}><Input maxLength={60} spellCheck={false} /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <AmountField name="amount_fen" label={t.amount} />
        <RateField name="rate_ppb" label={t.rate} />
        <Form.Item name="drawn_on" label={t.drawn} rules={[required]}><Input type="date" max={today()} /></Form.Item>
        <Form.Item name="due_on" label={t.due} rules={[required]}><Input type="date" /></Form.Item>
      </div>
      <Form.Item name="branch" label={t.branch + t.optional}><Input maxLength={60} /></Form.Item>
    </Ask>
  )
}

type Status = { note_no: string; status: 'current' | 'overdue' | 'repaid'; class?: 'normal'; balance_fen: Fen; days_overdue?: number; as_of_on: Day }

function StatusForm({ of, close }: { of: Detail; close: () => void }) {
  const t = useWords(said)
  const report = useChange('post', '/api/referrals/{id}/reports', stale)
  const notes = of.drawdowns ?? []
  // as it was last reported, or paid out
  const left = (note?: string) => (of.reports ?? []).filter((r) => r.note_no === note).at(-1)?.balance_fen ?? notes.find((d) => d.note_no === note)?.amount_fen
  const first = notes[0]?.note_no
  return (
    <Ask<Status> open close={close} title={t.status} ok={t.save} width={560} initial={{ note_no: first, status: 'current', balance_fen: left(first), as_of_on: today() }}
      send={(v) => report.mutateAsync({ path: { id: of.referral.id }, body: v })}>
      <StatusFields notes={notes.map((d) => d.note_no)} left={left} />
    </Ask>
  )
}

function StatusFields({ notes, left }: { notes: string[]; left: (note?: string) => Fen | undefined }) {
  const t = useWords(said)
  const required = useRequired()
  const say = useCode(loanStatus)
  const form = Form.useFormInstance<Status>()
  const status = Form.useWatch('status', form)
  // nothing is left of what is repaid
  const follow = (note: string, now: string) => form.setFieldValue('balance_fen', now === 'repaid' ? 0 : left(note))
  return (
    <div className="grid2" style={{ gap: '0 14px' }}>
      <Form.Item name="note_no" label={t.note} rules={[required]}><Select onChange={(v: string) => follow(v, status)} options={notes.map((value) => ({ value, label: value }))} /></Form.Item>
      <Form.Item name="status" label={t.statusOf} rules={[required]}><Select onChange={(v: string) => follow(form.getFieldValue('note_no'), v)} options={Object.keys(loanStatus.zh).map((value) => ({ value, label: say(value) }))} /></Form.Item>
      <AmountField name="balance_fen" label={t.balance} zero />
      <Form.Item name="as_of_on" label={t.asOf} rules={[required]}><Input type="date" max={today()} /></Form.Item>
      {status === 'overdue' && <Form.Item name="days_overdue" label={t.days} rules={[{ required: true, type: 'number', message: required.message }]}><InputNumber min={1} precision={0} style={{ width: '100%' }} /></Form.Item>}
      <CodeField name="class" label={t.grade + t.optional} of={classWords} optional />
    </div>
  )
}

function AssignForm({ of, close }: { of: Detail; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const people = useGet('/api/accounts', { query: { org: of.referral.org, active: true, limit: 200 } })
  const assign = useChange('put', '/api/referrals/{id}/assignee', stale)
  return (
    <Ask<{ account: string }> open close={close} title={`${of.referral.assignee ? t.assign : t.give}：${of.referral.firm}`} ok={of.referral.assignee ? t.assign : t.give} initial={{ account: of.referral.assignee || undefined }}
      send={(v) => assign.mutateAsync({ path: { id: of.referral.id }, body: v })}>
      <Form.Item name="account" label={t.person} rules={[required]}>
        <Select loading={people.isPending} showSearch={{ optionFilterProp: 'label' }} options={(people.data?.items ?? []).filter((a) => a.roles?.some((r) => r === 'bank' || r === 'bank_lead')).map((a) => ({ value: a.id, label: a.name }))} />
      </Form.Item>
    </Ask>
  )
}
