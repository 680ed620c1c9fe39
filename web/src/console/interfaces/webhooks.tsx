import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay, useReach } from '../../domain/access/me'
import { useOrgs } from '../../domain/access/people'
import { aboutWords, eventWords } from '../../domain/event/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { Once } from '../../kit/once'
import { Tag, type Tone } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { minute, now } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { Guide } from './guide'

const said = words({
  title: ['推送地址', 'Webhooks'],
  about: ['有新情况时，平台把消息推送到贵机构的系统：签名、失败后重试、可以重新推送。', 'When something happens the platform tells your system: signed, tried again when it fails, replayed when you ask.'],
  add: ['新增地址', 'Add'],
  url: ['地址', 'Address'],
  urlHint: ['https 开头，可从互联网到达', 'https, and reachable from the internet'],
  kinds: ['事项', 'About'],
  all: ['全部事项', 'everything'],
  every: [(name: string) => `${name}（全部）`, (name: string) => `${name}, all`],
  org: ['机构', 'Organisation'],
  state: ['状态', 'State'],
  on: ['启用', 'On'],
  off: ['停用', 'Off'],
  stopped: ['因失败停用', 'Turned off after failures'],
  rests: ['暂停，稍后重试', 'Rests after failures'],
  failures: ['连续失败', 'Failures in a row'],
  good: ['最近送达', 'Last delivered'],
  added: ['新增时间', 'Added'],
  none: ['还没有推送地址', 'No webhooks yet'],
  noneHint: ['登记后，报送结果、申报进展等消息会自动送到贵机构的系统，不必反复查询。', 'With one, results of submissions and the progress of claims come to your system by themselves.'],
  noneAll: ['各机构登记的推送地址在这里查看。', 'What organisations register is seen here.'],
  secretTitle: ['签名密钥', 'Secret'],
  secret: ['用它核对消息的签名（v1）。只显示这一次，请存入接收消息的系统。', 'Messages are signed with it (v1). It is shown this once; put it into the system that receives them.'],
  kept: ['已保存', 'Kept'],
})

export type Webhook = Item<'/api/webhooks'>

/** useWebhookState tells how an address is doing. */
export function useWebhookState(): (w: Webhook) => { text: string; tone: Tone } {
  const t = useWords(said)
  return (w) => {
    if (w.off) return w.why ? { text: t.stopped, tone: 'bad' } : { text: t.off, tone: 'plain' }
    return w.rest_til_ms > now() ? { text: t.rests, tone: 'wait' } : { text: t.on, tone: 'good' }
  }
}

/** useKinds says what an address is told of. */
export function useKinds(): (kind: string) => string {
  const t = useWords(said)
  const event = useCode(eventWords)
  const about = useCode(aboutWords)
  return (kind) => (kind.endsWith('.*') ? t.every(about(kind.slice(0, -2))) : event(kind))
}

export default function Webhooks() {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const all = useReach()('webhook.read') === 'all'
  const org = useOrgs()
  const kind = useKinds()
  const state = useWebhookState()
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState({ id: '', secret: '' })
  const create = useChange('post', '/api/webhooks', ['/api/webhooks'])
  const columns: Column<Webhook>[] = [
    { key: 'url', title: t.url, value: (w) => w.url, show: (w) => <span style={{ overflowWrap: 'anywhere' }}>{w.url}</span> },
    ...(all ? [{ key: 'org', title: t.org, value: (w: Webhook) => org(w.org) }] : []),
    { key: 'kinds', title: t.kinds, value: (w) => (w.kinds?.length ? w.kinds.map(kind).join('、') : t.all) },
    { key: 'state', title: t.state, value: (w) => state(w).text, show: (w) => <Tag tone={state(w).tone}>{state(w).text}</Tag> },
    { key: 'failures', title: t.failures, right: true, value: (w) => w.failures, show: (w) => count(w.failures) },
    { key: 'good', title: t.good, value: (w) => (w.good_at_ms ? minute(w.good_at_ms) : ''), show: (w) => (w.good_at_ms ? minute(w.good_at_ms) : <span className="quiet">—</span>) },
    { key: 'added', title: t.added, value: (w) => minute(w.added_ms), hidden: true },
  ]
  const add = may('webhook.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="webhooks" label={t.title} columns={columns} rowKey={(w) => w.id} to={(w) => `/webhooks/${w.id}`} source={listOf('/api/webhooks', {}, { whole: true })}
        empty={{ icon: 'flow', title: t.none, hint: all ? t.noneAll : t.noneHint, action: add }} />
      {!all && <Guide />}
      <AskWebhook open={adding} close={() => setAdding(false)} title={t.add}
        send={async (v) => {
          const w = await create.mutateAsync({ body: v })
          setMade({ id: w.id, secret: w.secret })
        }} />
      <SecretOnce secret={made.secret} close={() => {
        setMade({ id: '', secret: '' })
        go(`/webhooks/${made.id}`)
      }} />
    </Page>
  )
}

/** SecretOnce shows what an address's messages are signed with. */
export function SecretOnce({ secret, close }: { secret: string; close: () => void }) {
  const t = useWords(said)
  return <Once open={secret !== ''} title={t.secretTitle} about={t.secret} secret={secret} done={t.kept} close={close} />
}

type Asked = { url: string; kinds?: string[] }

/** AskWebhook asks for an address and what it is told of. */
export function AskWebhook({ open, close, title, initial, send }: { open: boolean; close: () => void; title: string; initial?: Asked; send: (v: Asked) => Promise<unknown> }) {
  const t = useWords(said)
  const required = useRequired()
  const event = useCode(eventWords)
  const about = useCode(aboutWords)
  const options = Object.keys(aboutWords.zh).filter((a) => a !== 'webhook').map((a) => ({
    label: about(a),
    options: [{ value: `${a}.*`, label: t.every(about(a)) }, ...Object.keys(eventWords.zh).filter((k) => k.startsWith(`${a}.`)).map((k) => ({ value: k, label: event(k) }))],
  }))
  return (
    <Ask<Asked> open={open} close={close} title={title} ok={title} width={560} initial={initial} send={(v) => send({ url: v.url.trim(), kinds: v.kinds ?? [] })}>
      <Form.Item name="url" label={t.url} extra={t.urlHint} rules={[required]}><Input type="url" maxLength={500} placeholder="https://" spellCheck={false} autoComplete="off" /></Form.Item>
      <Form.Item name="kinds" label={t.kinds}><Select mode="multiple" options={options} placeholder={t.all} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
    </Ask>
  )
}
