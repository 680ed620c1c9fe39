import { App, Button, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { useOrgs } from '../../domain/access/people'
import { deliveryStates, deliveryTones } from '../../domain/interfaces/words'
import { Ask } from '../../kit/form'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { useSay } from '../../kit/say'
import { At, Facts, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute, now, second } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { AskWebhook, SecretOnce, useKinds, useWebhookState, type Webhook } from './webhooks'

const said = words({
  title: ['推送地址', 'Webhook'],
  back: ['推送地址', 'webhooks'],
  url: ['地址', 'Address'],
  org: ['机构', 'Organisation'],
  kinds: ['事项', 'About'],
  all: ['全部事项', 'everything'],
  state: ['状态', 'State'],
  rest: ['暂停至', 'rests until'],
  failures: ['连续失败', 'Failures in a row'],
  good: ['最近送达', 'Last delivered'],
  public: ['验签公钥（v1a）', 'Public key (v1a)'],
  old: ['原密钥同时有效至', 'Former secret good until'],
  added: ['新增时间', 'Added'],
  ping: ['试推送', 'Ping'],
  pinged: ['已发出，结果见推送记录', 'Sent; see the deliveries'],
  edit: ['修改', 'Edit'],
  rotate: ['更换密钥', 'Rotate the secret'],
  rotateAbout: ['新密钥只显示一次；原密钥一天内同时有效，以便更换。', 'The new secret is shown once; the former one signs too for a day.'],
  off: ['停用', 'Turn off'],
  offAbout: ['停用期间的消息不会推送，也不补发。', 'Nothing is sent while it is off, nor afterwards.'],
  on: ['启用', 'Turn on'],
  isOn: ['已启用', 'It is on'],
  drop: ['删除', 'Delete'],
  dropAbout: ['地址、密钥和推送记录一并删除。', 'The address, its secret and its deliveries go.'],
  deliveries: ['推送记录', 'Deliveries'],
  what: ['事项', 'What'],
  at: ['产生时间', 'Since'],
  tries: ['尝试次数', 'Tries'],
  next: ['下次尝试', 'Next try'],
  id: ['消息编号', 'Message'],
  none: ['还没有推送', 'Nothing sent yet'],
  noneHint: ['点“试推送”检查地址是否收得到。', 'Ping it to see whether it receives.'],
  replay: ['重新推送', 'Replay'],
  replayed: ['已重新推送', 'Sent again'],
  attempts: ['尝试', 'Attempts'],
  noAttempts: ['还没有尝试', 'Not tried yet'],
  status: ['结果', 'Result'],
  noAnswer: ['没有回答', 'no answer'],
  took: ['用时', 'Took'],
  when: ['时间', 'When'],
  wrong: ['原因', 'What went wrong'],
  body: ['消息内容', 'The message'],
  close: ['关闭', 'Close'],
})

export default function WebhookPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const webhook = useGet('/api/webhooks/{id}', { path: { id } })
  return (
    <Page title={t.title} about={webhook.data && <span style={{ overflowWrap: 'anywhere' }}>{webhook.data.url}</span>} back={{ to: '/webhooks', name: t.back }}>
      <Shown of={webhook}>{(w) => <><Known of={w} /><Deliveries of={w} /></>}</Shown>
    </Page>
  )
}

const stale = ['/api/webhooks', '/api/deliveries']

function Known({ of }: { of: Webhook }) {
  const t = useWords(said)
  const may = useMay()
  const org = useOrgs()
  const kind = useKinds()
  const state = useWebhookState()(of)
  return (
    <Card>
      {of.why && <div className="notice bad" style={{ marginBottom: 14 }}>{of.why}</div>}
      <Facts of={[
        [t.org, org(of.org)],
        [t.kinds, of.kinds?.length ? of.kinds.map(kind).join('、') : t.all],
        [t.state, (
          <span key="s" className="tags">
            <Tag tone={state.tone}>{state.text}</Tag>
            {!of.off && of.rest_til_ms > now() && <span className="quiet">{t.rest} <At ms={of.rest_til_ms} /></span>}
          </span>
        )],
        [t.failures, count(of.failures)],
        [t.good, <At key="g" ms={of.good_at_ms} />],
        [t.added, <At key="a" ms={of.added_ms} />],
        ...(of.old_til_ms > now() ? [[t.old, <At key="o" ms={of.old_til_ms} />] as [string, ReactNode]] : []),
        [t.public, <code key="p" className="small">{of.public}</code>],
      ]} />
      {may('webhook.write') && <Actions of={of} />}
    </Card>
  )
}

function Actions({ of }: { of: Webhook }) {
  const t = useWords(said)
  const say = useSay()
  const go = useNavigate()
  const { message } = App.useApp()
  const [open, setOpen] = useState<'' | 'edit' | 'rotate' | 'off' | 'drop'>('')
  const [secret, setSecret] = useState('')
  const edit = useChange('put', '/api/webhooks/{id}', stale)
  const rotate = useChange('post', '/api/webhooks/{id}/secret', stale)
  const ping = useChange('post', '/api/webhooks/{id}/ping', stale)
  const drop = useChange('delete', '/api/webhooks/{id}', [])
  const path = { path: { id: of.id } }
  const close = () => setOpen('')
  const kinds = of.kinds ?? []
  const put = (url: string, kinds: string[], off: boolean) => edit.mutateAsync({ ...path, body: { version: of.version, url, kinds, off } })
  const told = (p: Promise<unknown>, well: string) => p.then(() => void message.success(well), (e: unknown) => void message.error(say(e)))
  return (
    <div className="row no-print" style={{ marginTop: 18 }}>
      {!of.off && <Button type="primary" loading={ping.isPending} onClick={() => told(ping.mutateAsync(path), t.pinged)}>{t.ping}</Button>}
      {of.off && <Button type="primary" loading={edit.isPending} onClick={() => told(put(of.url, kinds, false), t.isOn)}>{t.on}</Button>}
      <Button onClick={() => setOpen('edit')}>{t.edit}</Button>
      <Button onClick={() => setOpen('rotate')}>{t.rotate}</Button>
      {!of.off && <Button onClick={() => setOpen('off')}>{t.off}</Button>}
      <Button danger onClick={() => setOpen('drop')}>{t.drop}</Button>
      <AskWebhook open={open === 'edit'} close={close} title={t.edit} initial={{ url: of.url, kinds }} send={(v) => put(v.url, v.kinds ?? [], of.off)} />
      <Ask open={open === 'rotate'} close={close} title={t.rotate} about={t.rotateAbout} ok={t.rotate} send={async () => setSecret((await rotate.mutateAsync({ ...path, body: { version: of.version } })).secret)}>{null}</Ask>
      <Ask open={open === 'off'} close={close} title={t.off} about={t.offAbout} ok={t.off} danger send={() => put(of.url, kinds, true)}>{null}</Ask>
      <Ask open={open === 'drop'} close={close} title={t.drop} about={t.dropAbout} ok={t.drop} danger send={() => drop.mutateAsync(path)} done={() => go('/webhooks')}>{null}</Ask>
      <SecretOnce secret={secret} close={() => setSecret('')} />
    </div>
  )
}

type Delivery = Item<'/api/webhooks/{id}/deliveries'>

function Deliveries({ of }: { of: Webhook }) {
  const t = useWords(said)
  const may = useMay()
  const say = useSay()
  const { message } = App.useApp()
  const kind = useKinds()
  const state = useCode(deliveryStates)
  const [shown, setShown] = useState<Delivery>()
  const replay = useChange('post', '/api/deliveries/{id}/replay', stale)
  const columns: Column<Delivery>[] = [
    { key: 'at', title: t.at, value: (d) => second(d.added_ms), show: (d) => <span className="num">{second(d.added_ms)}</span> },
    { key: 'kind', title: t.what, value: (d) => kind(d.kind) },
    { key: 'state', title: t.state, value: (d) => state(d.state), show: (d) => <Tag tone={deliveryTones[d.state]}>{state(d.state)}</Tag> },
    { key: 'tries', title: t.tries, right: true, value: (d) => d.tries },
    { key: 'next', title: t.next, value: (d) => (d.state === 'waiting' && d.next_ms ? minute(d.next_ms) : ''), show: (d) => (d.state === 'waiting' && d.next_ms ? minute(d.next_ms) : <span className="quiet">—</span>) },
    { key: 'id', title: t.id, value: (d) => d.id, show: (d) => <code className="small" style={{ overflowWrap: 'anywhere' }}>{d.id}</code> },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'state', label: t.state, options: Object.keys(deliveryStates.zh).map((s) => ({ value: s, label: state(s) })) }]
  return (
    <>
      <DataTable name="deliveries" label={t.deliveries} columns={columns} filters={filters} rowKey={(d) => d.id} source={listOf('/api/webhooks/{id}/deliveries', { path: { id: of.id } })} every={5_000}
        empty={{ icon: 'flow', title: t.none, hint: may('webhook.write') && !of.off ? t.noneHint : undefined }}
        act={(d) => (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            <Button size="small" onClick={() => setShown(d)}>{t.attempts}</Button>
            {may('webhook.write') && !of.off && (
              <Button size="small" loading={replay.isPending && replay.variables?.path.id === d.id} onClick={() => replay.mutate({ path: { id: d.id } }, { onSuccess: () => message.success(t.replayed), onError: (e) => message.error(say(e)) })}>{t.replay}</Button>
            )}
          </span>
        )} />
      {shown && <Attempts of={shown} close={() => setShown(undefined)} />}
    </>
  )
}

const pretty = (body: string) => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

function Attempts({ of, close }: { of: Delivery; close: () => void }) {
  const t = useWords(said)
  const kind = useKinds()
  const attempts = useGet('/api/deliveries/{id}/attempts', { path: { id: of.id } })
  return (
    <Modal open title={`${t.attempts}：${kind(of.kind)}`} onCancel={close} width={640} footer={<Button onClick={close}>{t.close}</Button>}>
      <div className="stack">
        <Shown of={attempts} rows={2}>
          {(list) => list?.length ? (
            <div className="table-scroll" tabIndex={0} role="group" aria-label={t.attempts}>
              <table className="data">
                <thead><tr><th>{t.when}</th><th>{t.status}</th><th className="right">{t.took}</th><th>{t.wrong}</th></tr></thead>
                <tbody>
                  {list.map((a) => (
                    <tr key={a.n}>
                      <td className="num">{second(a.at_ms)}</td>
                      <td><Tag tone={a.status >= 200 && a.status < 300 ? 'good' : 'bad'}>{a.status ? `HTTP ${a.status}` : t.noAnswer}</Tag></td>
                      <td className="right num">{count(a.took_ms)} ms</td>
                      <td>{a.note || <span className="quiet">—</span>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : <p className="quiet">{t.noAttempts}</p>}
        </Shown>
        <div>
          <div className="quiet small">{t.body}</div>
          <pre className="small" tabIndex={0} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 280, overflow: 'auto', margin: 0 }}>{pretty(of.body)}</pre>
        </div>
      </div>
    </Modal>
  )
}
