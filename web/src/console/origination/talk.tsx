// What bank and enterprise say to each other about a referral, and the papers.
import { Button, Checkbox, Form, Input } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { address, call, send } from '../../api/client'
import { useMay, useMe } from '../../domain/access/me'
import type { Detail } from '../../domain/origination/desk'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card } from '../../kit/page'
import { size } from '../../kit/sending'
import { At, Tag } from '../../kit/show'
import { Sends } from '../../kit/upload'
import { useWords, words } from '../../kit/words'

const said = words({
  messages: ['留言', 'Messages'],
  text: ['写给对方', 'A message'],
  send: ['发送', 'Send'],
  inside: ['仅本行可见', 'for the bank alone'],
  insideTag: ['行内', 'inside'],
  none: ['无', 'None'],
  papers: ['材料', 'Papers'],
  needed: ['必需', 'needed'],
  other: ['其他材料', 'Others'],
  add: ['上传', 'Add'],
})

const over = (of: Detail) => ['declined', 'ended', 'repaid'].includes(of.referral.stage)

/** useReread returns what reads a referral again. */
function useReread() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/referrals') })
}

export function Messages({ of }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const required = useRequired()
  const reread = useReread()
  const [form] = Form.useForm<{ text: string; inside?: boolean }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await call('post', '/api/referrals/{id}/messages', { path: { id: of.referral.id }, body: { text: v.text.trim(), inside: v.inside ?? false } })
    form.resetFields()
    await reread()
  })
  const all = of.messages ?? []
  return (
    <Card title={t.messages}>
      {all.length === 0 && <p className="quiet">{t.none}</p>}
      <ul className="todo">
        {all.map((c) => (
          <li key={c.id}>
            <div className="grow">
              <div className="spread"><b style={{ fontWeight: 550 }}>{c.name}</b><span className="quiet small">{c.inside && <Tag>{t.insideTag}</Tag>} <At ms={c.at_ms} /></span></div>
              <p style={{ whiteSpace: 'pre-wrap' }}>{c.text}</p>
            </div>
          </li>
        ))}
      </ul>
      {may('referral.message') && !over(of) && (
        <Form form={form} onFinish={submit} style={{ marginTop: 10 }}>
          <Wrong text={wrong} />
          <Form.Item name="text" rules={[required]} style={{ marginBottom: 8 }}><Input.TextArea rows={2} maxLength={2000} placeholder={t.text} aria-label={t.text} /></Form.Item>
          <div className="spread">
            {me.org === of.referral.org ? <Form.Item name="inside" valuePropName="checked" noStyle><Checkbox>{t.inside}</Checkbox></Form.Item> : <span />}
            <Button htmlType="submit" loading={busy}>{t.send}</Button>
          </div>
        </Form>
      )}
    </Card>
  )
}

export function Papers({ of }: { of: Detail }) {
  const t = useWords(said)
  const can = useMay()('referral.message') && !over(of)
  const files = (of.files ?? []).filter((f) => !f.dropped_ms)
  const papers = of.papers ?? []
  const others = files.filter((f) => !papers.some((p) => p.code === f.paper))
  const line = (f: (typeof files)[number]) => (
    <div key={f.id} className="row small" style={{ gap: 6 }}>
      <Icon name="file" size={14} />
      <a href={`/api/referrals/${of.referral.id}/attachments/${f.id}`} download={f.name} style={{ overflowWrap: 'anywhere' }}>{f.name}</a>
      <span className="quiet">{size(f.size)} · <At ms={f.at_ms} /></span>
    </div>
  )
  return (
    <Card title={t.papers}>
      <ul className="todo">
        {papers.map((p) => (
          <li key={p.code} style={{ alignItems: 'flex-start' }}>
            <div className="grow">
              {p.title} {p.needed && <Tag tone={p.files > 0 ? 'good' : 'wait'}>{t.needed}</Tag>}
              {files.filter((f) => f.paper === p.code).map(line)}
            </div>
            {can && <Attach referral={of.referral.id} paper={p.code} name={p.title} />}
          </li>
        ))}
        <li style={{ alignItems: 'flex-start' }}>
          <div className="grow">{t.other}{others.length === 0 ? <div className="quiet small">{t.none}</div> : others.map(line)}</div>
          {can && <Attach referral={of.referral.id} paper="" name={t.other} />}
        </li>
      </ul>
    </Card>
  )
}

function Attach({ referral, paper, name }: { referral: string; paper: string; name: string }) {
  const t = useWords(said)
  const reread = useReread()
  return <Sends of={t.add} label={`${t.add}：${name}`} take={async (file) => {
    await send(address('/api/referrals/{id}/attachments', { path: { id: referral }, query: { name: file.name, paper } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
    await reread()
  }} />
}
