import { App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { roleWords } from '../../domain/access/words'
import { useItemNames } from '../../domain/policy/packs'
import { lineStates, lineTones, orderStages, orderTones, verbWords } from '../../domain/subsidy/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count, type Fen } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Due, Stat, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { today } from '../../kit/time'
import { Timeline } from '../../kit/timeline'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['支付单', 'Payment order'],
  back: ['支付单', 'payment orders'],
  pdf: ['PDF（大写金额）', 'PDF'],
  xlsx: ['Excel', 'Excel'],
  release: ['签发', 'Release'],
  releaseAbout: ['签发后资金记为已开单，支付单可导出送国库支付。', 'The money is booked as ordered, and the order can be exported for the treasury.'],
  cancel: ['作废', 'Cancel'],
  reason: ['理由', 'Reason'],
  match: ['匹配银行回单', 'Match the bank’s lines'],
  matchAbout: ['用已导入的银行回单逐笔匹配：收款人、账号尾号和金额都一致才登记。', 'The imported lines are matched by payee, account and amount; only what fits is registered.'],
  first: ['起始日', 'From'],
  last: ['截止日', 'To'],
  matched: [(n: string) => `登记了 ${n} 笔回单`, (n: string) => `${n} receipts registered`],
  total: ['合计', 'Total'],
  payments: [(n: string) => `${n} 笔`, (n: string) => `${n} payments`],
  paid: ['已支付', 'Paid'],
  open: ['待支付', 'Open'],
  yuan: ['元', 'yuan'],
  lines: ['支付明细', 'Lines'],
  payee: ['收款人', 'Payee'],
  bank: ['开户行', 'Bank'],
  account: ['账号尾号', 'Account'],
  item: ['项目', 'Item'],
  amount: ['金额', 'Amount'],
  state: ['状态', 'State'],
  receipt: ['回单', 'Receipt'],
  on: ['支付日期', 'Paid on'],
  register: ['登记回单', 'Register receipt'],
  failed: ['支付未成', 'Not paid'],
  failedAbout: ['登记后申报回到待开单，可重新开支付单。', 'The claim goes back and can be put on another order.'],
  receiptNo: ['回单编号', 'Receipt number'],
  tail: ['收款账号后四位', 'Last four of the account'],
  none: ['没有明细', 'No lines'],
  save: ['登记', 'Register'],
})

type View = Answer<'/api/payment-orders/{id}'>
type Line = NonNullable<View['lines']>[number]
const stale = ['/api/payment-orders', '/api/claims', '/api/claim-sums', '/api/fund', '/api/waiting']

export default function OrderPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const order = useGet('/api/payment-orders/{id}', { path: { id } })
  return (
    <Page title={order.data ? `${t.title} ${order.data.order.number}` : t.title} about={order.data?.order.purpose} back={{ to: '/orders', name: t.back }} actions={order.data && <Actions of={order.data} />}>
      <Shown of={order}>{(o) => <Known of={o} />}</Shown>
    </Page>
  )
}

function Actions({ of }: { of: View }) {
  const t = useWords(said)
  const may = useMay()
  const required = useRequired()
  const { message } = App.useApp()
  const [open, setOpen] = useState<'' | 'release' | 'cancel' | 'match'>('')
  const path = { path: { id: of.order.id } }
  const release = useChange('post', '/api/payment-orders/{id}/release', stale)
  const cancel = useChange('post', '/api/payment-orders/{id}/cancellation', stale)
  const match = useChange('post', '/api/payment-orders/{id}/receipts', stale)
  const can = of.can ?? []
  const close = () => setOpen('')
  return (
    <>
      {may('payment_order.export') && <Button icon={<Icon name="download" size={16} />} href={`/api/payment-orders/${of.order.id}/pdf`}>{t.pdf}</Button>}
      {may('payment_order.export') && <Button icon={<Icon name="download" size={16} />} href={`/api/payment-orders/${of.order.id}/xlsx`}>{t.xlsx}</Button>}
      {of.order.stage === 'released' && may('payment_order.write') && <Button type="primary" onClick={() => setOpen('match')}>{t.match}</Button>}
      {can.includes('release') && may('payment_order.release') && <Button type="primary" onClick={() => setOpen('release')}>{t.release}</Button>}
      {can.includes('cancel') && may('payment_order.write') && <Button danger onClick={() => setOpen('cancel')}>{t.cancel}</Button>}
      <Ask open={open === 'release'} close={close} title={t.release} about={t.releaseAbout} ok={t.release} send={() => release.mutateAsync({ ...path, body: { version: of.order.version } })}>{null}</Ask>
      <Ask<{ reason: string }> open={open === 'cancel'} close={close} title={t.cancel} ok={t.cancel} danger send={(v) => cancel.mutateAsync({ ...path, body: { version: of.order.version, reason: v.reason } })}>
        <Form.Item name="reason" label={t.reason} rules={[required]}><Input.TextArea rows={3} /></Form.Item>
      </Ask>
      <Ask<{ first: string; last: string }> open={open === 'match'} close={close} title={t.match} about={t.matchAbout} ok={t.match} initial={{ first: `${today().slice(0, 7)}-01`, last: today() }}
        send={async (v) => {
          const r = await match.mutateAsync({ ...path, body: { first_on: v.first, last_on: v.last } })
          message.success(t.matched(String((r.items ?? []).filter((x) => x.line !== '').length)))
        }}>
        <div className="grid2" style={{ gap: '0 14px' }}>
          <Form.Item name="first" label={t.first} rules={[required]}><Input type="date" /></Form.Item>
          <Form.Item name="last" label={t.last} rules={[required]}><Input type="date" /></Form.Item>
        </div>
      </Ask>
    </>
  )
}

function Known({ of }: { of: View }) {
  const t = useWords(said)
  const stage = useCode(orderStages)
  const verb = useCode(verbWords)
  const role = useCode(roleWords)
  const lines = of.lines ?? []
  const sum = (s: string) => lines.filter((l) => l.state === s).reduce((n, l) => n + l.amount_fen, 0) as Fen
  return (
    <>
      <Card>
        <div className="row" style={{ marginBottom: 12 }}>
          <Tag tone={orderTones[of.order.stage]}>{stage(of.order.stage)}</Tag>
          {of.order.due_on && <Due on={of.order.due_on} />}
        </div>
        <div className="figures">
          <Stat name={`${t.total}（${t.payments(count(lines.length))}）`} value={<Yuan fen={of.order.amount_fen} />} unit={t.yuan} />
          <Stat name={t.paid} value={<Yuan fen={sum('paid')} />} unit={t.yuan} />
          <Stat name={t.open} value={<Yuan fen={sum('open')} />} unit={t.yuan} />
        </div>
      </Card>
      <Lines of={of} />
      <Timeline of={of.decisions} what={(d) => verb(d.verb)} role={role} />
    </>
  )
}

function Lines({ of }: { of: View }) {
  const t = useWords(said)
  const state = useCode(lineStates)
  const item = useItemNames()
  const may = useMay()
  const required = useRequired()
  const [open, setOpen] = useState<{ what: 'receipt' | 'failure'; line: Line }>()
  const receipt = useChange('post', '/api/payments/{id}/receipt', stale)
  const failure = useChange('post', '/api/payments/{id}/failure', stale)
  const lines = of.lines ?? []
  const columns: Column<Line>[] = [
    { key: 'payee', title: t.payee, value: (l) => l.payee_name, show: (l) => <Link to={`/claims/${l.claim}`}>{l.payee_name}</Link> },
    { key: 'item', title: t.item, value: (l) => item(l.item) },
    { key: 'amount', title: t.amount, fen: (l) => l.amount_fen, show: (l) => <b><Yuan fen={l.amount_fen} /></b> },
    { key: 'bank', title: t.bank, value: (l) => l.bank_name },
    { key: 'tail', title: t.account, value: (l) => l.tail, show: (l) => <span className="num">···{l.tail}</span> },
    { key: 'state', title: t.state, value: (l) => state(l.state), show: (l) => <Tag tone={lineTones[l.state]}>{state(l.state)}</Tag> },
    { key: 'receipt', title: t.receipt, value: (l) => l.receipt_no },
    { key: 'on', title: t.on, value: (l) => l.paid_on },
  ]
  const acts = may('payment_order.write') && of.order.stage === 'released'
  return (
    <>
      <DataTable name="order-lines" label={t.lines} columns={columns} rowKey={(l) => l.id} filters={[{ kind: 'search', key: 'q', label: t.payee }]} empty={{ icon: 'pay', title: t.none }}
        source={{ key: ['/api/payment-orders/{id}', 'lines', of.order.id, of.order.version, lines.map((l) => l.state).join('')], whole: true, load: () => Promise.resolve({ items: lines, total: lines.length }) }}
        act={acts ? (l) => l.state === 'open' && (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            <Button size="small" type="primary" onClick={() => setOpen({ what: 'receipt', line: l })}>{t.register}</Button>
            <Button size="small" onClick={() => setOpen({ what: 'failure', line: l })}>{t.failed}</Button>
          </span>
        ) : undefined} />
      {open?.what === 'receipt' && (
        <Ask<{ no: string; tail: string; on: string }> open close={() => setOpen(undefined)} title={`${t.register}：${open.line.payee_name}`} ok={t.save} initial={{ tail: open.line.tail.slice(-4), on: today() }}
          send={(v) => receipt.mutateAsync({ path: { id: open.line.id }, body: { no: v.no.trim(), payee: open.line.payee_name, tail: v.tail.trim(), amount_fen: open.line.amount_fen, on: v.on } })}>
          <p style={{ marginBottom: 12 }}><Yuan fen={open.line.amount_fen} unit /></p>
          <Form.Item name="no" label={t.receiptNo} rules={[required]}><Input /></Form.Item>
          <div className="grid2" style={{ gap: '0 14px' }}>
            <Form.Item name="tail" label={t.tail} rules={[required]}><Input maxLength={4} /></Form.Item>
            <Form.Item name="on" label={t.on} rules={[required]}><Input type="date" /></Form.Item>
          </div>
        </Ask>
      )}
      {open?.what === 'failure' && (
        <Ask<{ reason: string }> open close={() => setOpen(undefined)} title={`${t.failed}：${open.line.payee_name}`} about={t.failedAbout} ok={t.save} danger
          send={(v) => failure.mutateAsync({ path: { id: open.line.id }, body: { reason: v.reason } })}>
          <Form.Item name="reason" label={t.reason} rules={[required]}><Input.TextArea rows={3} /></Form.Item>
        </Ask>
      )}
    </>
  )
}
