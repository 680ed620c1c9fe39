import { App, Button, Checkbox, Form, Input } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { call, type Answer, type Item } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useQueryClient } from '@tanstack/react-query'
import { eventWords } from '../../domain/event/words'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Card, Page, Shown } from '../../kit/page'
import { Tag, Unknown } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { minute } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['消息', 'Messages'],
  what: ['内容', 'What'],
  at: ['时间', 'When'],
  state: ['状态', 'State'],
  read: ['已读', 'read'],
  unread: ['未读', 'unread'],
  only: ['只看未读', 'Unread alone'],
  all: ['全部已读', 'Mark all as read'],
  none: ['没有消息', 'No messages'],
  noneHint: ['办理进展、到期提醒会发到这里', 'What moves and what is due is told here'],
  settings: ['提醒方式', 'How I am told'],
  mail: ['邮箱', 'E-mail'],
  mailHint: ['填写后会收到确认码', 'a code is sent to it'],
  sure: ['已确认', 'confirmed'],
  notSure: ['待确认', 'not confirmed'],
  phone: ['手机号', 'Mobile'],
  code: ['确认码', 'Code'],
  confirm: ['确认', 'Confirm'],
  save: ['保存', 'Save'],
  saved: ['已保存', 'Saved'],
  kinds: ['事项', 'About'],
  byMail: ['邮件', 'e-mail'],
  bySMS: ['短信', 'SMS'],
  noSMS: ['这类消息不发短信', 'No SMS about this'],
})

type Message = Item<'/api/messages'>

export default function Messages() {
  const t = useWords(said)
  const read = useChange('post', '/api/messages/read', ['/api/messages'])
  const columns: Column<Message>[] = [
    { key: 'title', title: t.what, value: (m) => m.title, show: (m) => (m.link ? <Link to={m.link} onClick={() => m.read_ms || read.mutate({ body: { ids: [m.id] } })} style={{ fontWeight: m.read_ms ? 400 : 600 }}>{m.title}</Link> : m.title) },
    { key: 'state', title: t.state, value: (m) => (m.read_ms ? t.read : t.unread), show: (m) => <Tag tone={m.read_ms ? 'plain' : 'wait'}>{m.read_ms ? t.read : t.unread}</Tag> },
    { key: 'at', title: t.at, value: (m) => minute(m.at_ms) },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'unread', label: t.state, options: [{ value: 'true', label: t.only }] }]
  return (
    <Page title={t.title} actions={<Button loading={read.isPending} onClick={() => read.mutate({ body: { all: true } })}>{t.all}</Button>}>
      <Tabs of={[
        { key: 'all', name: t.title, show: <DataTable name="messages" label={t.title} columns={columns} filters={filters} rowKey={(m) => m.id} empty={{ icon: 'bell', title: t.none, hint: t.noneHint }}
        source={{ key: ['/api/messages'], load: (f, w, signal) => call('get', '/api/messages', { query: { unread: f.unread === 'true' || undefined, ...w } }, signal) }} /> },
        { key: 'settings', name: t.settings, show: <Settings /> },
      ]} />
    </Page>
  )
}

type Settings_ = Answer<'/api/messages/settings'>

function Settings() {
  const settings = useGet('/api/messages/settings', {})
  return <Shown of={settings}>{(s) => <SettingsForm key={`${s.mail}${s.mail_confirmed}`} of={s} />}</Shown>
}

function SettingsForm({ of }: { of: Settings_ }) {
  const t = useWords(said)
  const name = useWords(eventWords) as Record<string, string>
  const required = useRequired()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: ['/api/messages/settings'] })
  const chosen = (kind: string) => (of.choices ?? []).find((c) => c.kind === kind)
  const [choices, setChoices] = useState(() => (of.kinds ?? []).map((k) => ({ kind: k.kind, mail: chosen(k.kind)?.mail ?? k.mail, sms: chosen(k.kind)?.sms ?? false, can: k.sms })))
  const [form] = Form.useForm<{ mail?: string; phone?: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await call('put', '/api/messages/settings', { body: { mail: v.mail?.trim() ?? '', phone: v.phone?.trim() ?? '', choices: choices.map(({ kind, mail, sms }) => ({ kind, mail, sms })) } })
    await again()
    message.success(t.saved)
  })
  const [codeForm] = Form.useForm<{ code: string }>()
  const code = useSubmit(codeForm, async (v) => {
    await call('post', '/api/messages/settings/code', { body: { code: v.code.trim() } })
    await again()
  })
  const set = (i: number, change: object) => setChoices((all) => all.map((c, j) => (j === i ? { ...c, ...change } : c)))
  return (
    <Card>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} initialValues={{ mail: of.mail, phone: of.phone }} style={{ maxWidth: 640 }}>
        <div className="grid2" style={{ gap: '0 14px' }}>
          <Form.Item name="mail" label={<>{t.mail}{of.mail && <>&nbsp;<Tag tone={of.mail_confirmed ? 'good' : 'wait'}>{of.mail_confirmed ? t.sure : t.notSure}</Tag></>}</>} extra={t.mailHint}><Input type="email" autoComplete="email" maxLength={254} /></Form.Item>
          <Form.Item name="phone" label={t.phone}><Input inputMode="tel" maxLength={11} autoComplete="tel" /></Form.Item>
        </div>
        <table className="data plain" style={{ marginBottom: 16 }}>
          <thead><tr><th>{t.kinds}</th><th>{t.byMail}</th><th>{t.bySMS}</th></tr></thead>
          <tbody>
            {choices.map((c, i) => (
              <tr key={c.kind}>
                <th scope="row">{name[c.kind] ?? c.kind}</th>
                <td><Checkbox aria-label={`${name[c.kind] ?? c.kind} ${t.byMail}`} checked={c.mail} onChange={(e) => set(i, { mail: e.target.checked })} /></td>
                <td>{c.can ? <Checkbox aria-label={`${name[c.kind] ?? c.kind} ${t.bySMS}`} checked={c.sms} onChange={(e) => set(i, { sms: e.target.checked })} /> : <Unknown why={t.noSMS} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button>
      </Form>
      {of.mail && !of.mail_confirmed && (
        <Form form={codeForm} layout="inline" onFinish={code.submit} style={{ marginTop: 16 }}>
          <Wrong text={code.wrong} />
          <Form.Item name="code" label={t.code} rules={[required]}><Input autoComplete="one-time-code" /></Form.Item>
          <Button htmlType="submit" loading={code.busy}>{t.confirm}</Button>
        </Form>
      )}
    </Card>
  )
}
