// What is said about a case, and the place to say more.
import { Button, Checkbox, Form, Input } from 'antd'
import { useRequired, useSubmit, Wrong } from './form'
import { Card } from './page'
import { At, Tag } from './show'
import type { Instant } from './time'
import { useWords, words } from './words'

const said = words({
  title: ['留言', 'Messages'],
  none: ['无', 'None'],
  send: ['发送', 'Send'],
})

/** Message is what somebody said; inside is for their own side alone. */
export interface Message {
  id: string
  name: string
  at_ms: Instant
  text: string
  inside?: boolean
}

/** Talk shows messages. Where send is given one may write; inside is how one says, and how it
 * is marked, that a message is for one's own side alone. */
export function Talk({ of, hint, inside, send }: {
  of: readonly Message[] | null | undefined
  hint: string
  inside: { tag: string; choice?: string | false }
  send?: (message: { text: string; inside: boolean }) => Promise<unknown>
}) {
  const t = useWords(said)
  const all = of ?? []
  return (
    <Card title={t.title}>
      {all.length === 0 && <p className="quiet">{t.none}</p>}
      <ul className="todo">
        {all.map((m) => (
          <li key={m.id}>
            <div className="grow">
              <div className="spread"><b style={{ fontWeight: 550 }}>{m.name}</b><span className="quiet small">{m.inside && <Tag>{inside.tag}</Tag>} <At ms={m.at_ms} /></span></div>
              <p style={{ whiteSpace: 'pre-wrap' }}>{m.text}</p>
            </div>
          </li>
        ))}
      </ul>
      {send && <Write hint={hint} inside={inside.choice} send={send} />}
    </Card>
  )
}

function Write({ hint, inside, send }: { hint: string; inside?: string | false; send: (message: { text: string; inside: boolean }) => Promise<unknown> }) {
  const t = useWords(said)
  const required = useRequired()
  const [form] = Form.useForm<{ text: string; inside?: boolean }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await send({ text: v.text.trim(), inside: v.inside ?? false })
    form.resetFields()
  })
  return (
    <Form form={form} onFinish={submit} style={{ marginTop: 10 }}>
      <Wrong text={wrong} />
      <Form.Item name="text" rules={[required]} style={{ marginBottom: 8 }}><Input.TextArea rows={2} maxLength={2000} placeholder={hint} aria-label={hint} /></Form.Item>
      <div className="spread">
        {inside ? <Form.Item name="inside" valuePropName="checked" noStyle><Checkbox>{inside}</Checkbox></Form.Item> : <span />}
        <Button htmlType="submit" loading={busy}>{t.send}</Button>
      </div>
    </Form>
  )
}
