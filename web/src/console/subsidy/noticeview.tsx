// A public notice as everybody sees it, and the form to object.
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/client'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card } from '../../kit/page'
import { PrintButton } from '../../kit/paper'
import { At, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { useWords, words } from '../../kit/words'
import type { Instant } from '../../kit/time'
import { NoticeSheet, Objecting, type View } from './noticesheet'

const said = words({
  open: ['公示中', 'Open'],
  closed: ['已结束', 'Ended'],
  days: [(a: string, b: string) => `公示期 ${a} 至 ${b}`, (a: string, b: string) => `from ${a} to ${b}`],
  contact: ['联系方式', 'Contact'],
  policy: ['依据', 'By'],
  list: ['公示名单', 'List'],
  payee: ['名称', 'Name'],
  item: ['项目', 'Item'],
  amount: ['金额', 'Amount'],
  total: ['合计', 'Total'],
  object: ['提出异议', 'Object'],
  objectAbout: ['请写明事实和理由，并留下联系方式以便答复；您的姓名和联系方式不公开。', 'Say what and why, and how to answer you; your name and contact are not published.'],
  about: ['针对', 'About'],
  whole: ['整个公示', 'the notice as a whole'],
  name: ['姓名或单位', 'Your name or organisation'],
  how: ['联系方式', 'How to answer you'],
  text: ['异议内容', 'What is wrong'],
  send: ['提交异议', 'Send'],
  sent: ['已收到您的异议', 'Your objection has been received'],
  number: ['编号（可凭此查询）', 'Number, to ask after it by'],
  none: ['名单为空', 'Nobody'],
})

type Line = NonNullable<View['lines']>[number]

export function NoticeView({ of, form }: { of: View; form: boolean }) {
  const t = useWords(said)
  const columns: Column<Line>[] = [
    { key: 'payee', title: t.payee, value: (l) => l.payee_name },
    { key: 'item', title: t.item, value: (l) => l.item_title },
    { key: 'amount', title: t.amount, fen: (l) => l.amount_fen },
  ]
  const lines = of.lines ?? []
  return (
    <>
      <Card>
        <div className="spread">
          <span className="row"><Tag tone={of.open ? 'good' : 'plain'}>{of.open ? t.open : t.closed}</Tag>{t.days(of.notice.first_on, of.notice.last_on)}</span>
          <span>{t.total} <b style={{ fontSize: 18 }}><Yuan fen={of.total_fen} unit /></b></span>
        </div>
        {of.policy_title && <p style={{ marginTop: 10 }}><span className="quiet">{t.policy}</span> {of.policy_title}{of.policy_number && <span className="quiet"> {of.policy_number}</span>}</p>}
        <div style={{ marginTop: 10 }}>{of.open ? <Objecting of={of} /> : <p style={{ whiteSpace: 'pre-wrap' }}><span className="quiet">{t.contact}：</span>{of.notice.contact}</p>}</div>
        <div style={{ marginTop: 10 }}><PrintButton /></div>
      </Card>
      <DataTable name="notice" label={t.list} columns={columns} rowKey={(l) => l.claim} filters={[{ kind: 'search', key: 'q', label: t.payee }]}
        source={{ key: ['/api/notices/{id}', 'lines', of.notice.id, lines.length], whole: true, load: () => Promise.resolve({ items: lines, total: lines.length }) }} empty={{ icon: 'notice', title: t.none }} />
      {form && of.open && <ObjectForm of={of} />}
      <NoticeSheet of={of} />
    </>
  )
}

function ObjectForm({ of }: { of: View }) {
  const t = useWords(said)
  const required = useRequired()
  const [made, setMade] = useState<{ id: string; at: Instant }>()
  const [form] = Form.useForm<{ claim?: string; name: string; contact: string; text: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const o = await call('post', '/api/notices/{id}/objections', { path: { id: of.notice.id }, body: { claim: v.claim || undefined, name: v.name.trim(), contact: v.contact.trim(), text: v.text.trim() } })
    setMade({ id: o.id, at: o.at_ms })
  })
  if (made) {
    return (
      <div className="notice good" role="status">
        <b><Icon name="check" size={15} /> {t.sent}</b> <At ms={made.at} />
        <div>{t.number}：<code>{made.id}</code></div>
      </div>
    )
  }
  return (
    <Card title={t.object}>
      <p className="quiet" style={{ marginBottom: 14 }}>{t.objectAbout}</p>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} initialValues={{ claim: '' }} style={{ maxWidth: 620 }}>
        <Form.Item name="claim" label={t.about}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={[{ value: '', label: t.whole }, ...(of.lines ?? []).map((l) => ({ value: l.claim, label: `${l.payee_name} · ${l.item_title}` }))]} />
        </Form.Item>
        <div className="grid2" style={{ gap: '0 14px' }}>
          <Form.Item name="name" label={t.name} rules={[required]}><Input maxLength={60} autoComplete="name" /></Form.Item>
          <Form.Item name="contact" label={t.how} rules={[required]}><Input maxLength={100} /></Form.Item>
        </div>
        <Form.Item name="text" label={t.text} rules={[required]}><Input.TextArea rows={4} maxLength={2000} /></Form.Item>
        <Button type="primary" htmlType="submit" loading={busy}>{t.send}</Button>
      </Form>
    </Card>
  )
}
