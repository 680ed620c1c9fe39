import { Button, Form, Input, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import type { Answer, Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay, useMe, useReach } from '../../domain/access/me'
import { useOrgs, usePeople } from '../../domain/access/people'
import { algWords, keyStates, keyTones } from '../../domain/interfaces/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Once } from '../../kit/once'
import { Page } from '../../kit/page'
import { Facts, Tag } from '../../kit/show'
import { isPrivate, pemOf } from '../../kit/spki'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute, now } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { Guide } from './guide'

const said = words({
  title: ['接口密钥', 'API keys'],
  about: ['本机构的系统用密钥给请求签名，以经办身份办事，不必登录。登记人之外须由平台安全管理员核对指纹。', 'Systems sign their requests with a key and act as a clerk, without signing in. The security administrator holds each key’s fingerprint against what its organisation says.'],
  add: ['登记密钥', 'Add a key'],
  addAbout: ['只登记公钥，私钥留在贵机构的系统里。', 'The public key alone; the private key stays in your system.'],
  name: ['用途', 'What it is for'],
  nameHint: ['如：信贷系统每日报送', 'such as: daily submissions of the lending system'],
  alg: ['签名算法', 'Algorithm'],
  public: ['公钥', 'Public key'],
  publicHint: ['粘贴 PEM（BEGIN PUBLIC KEY）或 JWK', 'Paste PEM (BEGIN PUBLIC KEY) or a JWK'],
  private: ['这是私钥，不能交给任何人；请粘贴公钥', 'This is a private key, which nobody else may have; paste the public one'],
  org: ['机构', 'Organisation'],
  id: ['密钥编号（keyid）', 'Key id (keyid)'],
  print: ['指纹', 'Fingerprint'],
  state: ['状态', 'State'],
  added: ['登记', 'Added'],
  decided: ['确认或吊销', 'Confirmed or revoked'],
  expires: ['有效至', 'Good until'],
  colleague: ['本机构人员', 'a colleague'],
  theirs: ['登记机构人员', 'somebody of the organisation'],
  security: ['安全管理员', 'security administrator'],
  confirm: ['确认', 'Confirm'],
  confirmAbout: ['请电话联系登记机构，把对方报出的指纹填在下面；与登记的不一致时不能确认。', 'Telephone the organisation and write down the fingerprint that they read to you; another than the registered one is refused.'],
  printHint: ['SHA-256，64 位十六进制', 'SHA-256, 64 hexadecimal digits'],
  revoke: ['吊销', 'Revoke'],
  revokeAbout: ['立即生效，用它签名的请求不再受理，且不能恢复。', 'At once: requests signed with it are refused, and it cannot be undone.'],
  madeTitle: ['已登记，待确认', 'Registered; to be confirmed'],
  made: ['请用电话把指纹告诉平台的安全管理员，由其确认后生效。', 'Tell the security administrator the fingerprint by telephone; it is good once confirmed.'],
  madeSecret: ['请用电话把指纹告诉平台的安全管理员。下面的共享密钥只显示这一次，请存入贵机构的系统。', 'Tell the security administrator the fingerprint by telephone. The shared secret below is shown this once; put it into your system.'],
  done: ['知道了', 'Done'],
  search: ['用途、编号或指纹', 'Purpose, id or fingerprint'],
  none: ['还没有接口密钥', 'No keys yet'],
  noneHint: ['登记后，贵机构的系统可自动报送数据、查询结果。', 'With one, your system hands in data and reads results by itself.'],
  noneAll: ['各机构登记的密钥在这里确认。', 'Keys that organisations register are confirmed here.'],
})

type Key = Item<'/api/keys'>

const stateOf = (k: Key) => (k.state === 'active' && k.expires_ms <= now() ? 'expired' : k.state)

export default function Keys() {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const all = useReach()('apikey.read') === 'all'
  const org = useOrgs()
  const person = usePeople()
  const state = useCode(keyStates)
  const alg = useCode(algWords)
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ key: Key; what: 'confirm' | 'revoke' }>()
  const by = (k: Key) => person(k.added_by) ?? (k.org === me.org ? t.colleague : t.theirs)
  const decider = (k: Key) => person(k.decided_by) ?? (k.state === 'active' ? t.security : '')
  const columns: Column<Key>[] = [
    { key: 'name', title: t.name, value: (k) => k.name },
    ...(all ? [{ key: 'org', title: t.org, value: (k: Key) => org(k.org) }] : []),
    { key: 'state', title: t.state, value: (k) => state(stateOf(k)), show: (k) => <Tag tone={keyTones[stateOf(k)]}>{state(stateOf(k))}</Tag> },
    { key: 'alg', title: t.alg, value: (k) => alg(k.alg) },
    { key: 'id', title: t.id, value: (k) => k.id, hidden: all, show: (k) => <Code text={k.id} /> },
    // who confirms is to hear it from the organisation, not to read it here
    { key: 'print', title: t.print, value: (k) => k.fingerprint, hidden: all, show: (k) => <Code text={k.fingerprint} />, width: 220 },
    { key: 'added', title: t.added, value: (k) => minute(k.added_ms), show: (k) => <When ms={k.added_ms} who={by(k)} /> },
    { key: 'decided', title: t.decided, value: (k) => (k.decided_ms ? minute(k.decided_ms) : ''), show: (k) => (k.decided_ms ? <When ms={k.decided_ms} who={decider(k)} /> : <span className="quiet">—</span>) },
    { key: 'expires', title: t.expires, value: (k) => minute(k.expires_ms) },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'q', label: t.search },
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(keyStates.zh).map((s) => ({ value: s, label: state(s) })) },
  ]
  const match = (k: Key, f: Record<string, string>) =>
    (!f.state || stateOf(k) === f.state) && (!f.q || [k.name, k.id, k.fingerprint, org(k.org)].some((s) => s.toLowerCase().includes(f.q!.toLowerCase())))
  const add = may('apikey.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="keys" label={t.title} columns={columns} filters={filters} match={match} rowKey={(k) => k.id} source={listOf('/api/keys', {}, { whole: true })}
        empty={{ icon: 'key', title: t.none, hint: all ? t.noneAll : t.noneHint, action: add }}
        act={(k) => (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            {may('apikey.confirm') && k.state === 'waiting' && k.org !== me.org && <Button size="small" type="primary" onClick={() => setAsked({ key: k, what: 'confirm' })}>{t.confirm}</Button>}
            {may('apikey.revoke') && k.state !== 'revoked' && <Button size="small" danger onClick={() => setAsked({ key: k, what: 'revoke' })}>{t.revoke}</Button>}
          </span>
        )} />
      {!all && <Guide />}
      <AddKey open={adding} close={() => setAdding(false)} />
      {asked?.what === 'confirm' && <Confirm of={asked.key} org={org(asked.key.org)} close={() => setAsked(undefined)} />}
      {asked?.what === 'revoke' && <Revoke of={asked.key} close={() => setAsked(undefined)} />}
    </Page>
  )
}

const Code = ({ text }: { text: string }): ReactNode => <code className="small" style={{ overflowWrap: 'anywhere' }}>{text}</code>

const When = ({ ms, who }: { ms: Key['added_ms']; who: string }) => <span className="num">{minute(ms)}<div className="quiet small">{who}</div></span>

type Made = Answer<'/api/keys', 'post'>

function AddKey({ open, close }: { open: boolean; close: () => void }) {
  const t = useWords(said)
  const alg = useCode(algWords)
  const required = useRequired()
  const add = useChange('post', '/api/keys', ['/api/keys'])
  const [made, setMade] = useState<Made>()
  return (
    <>
      <Ask<{ name: string; alg: Key['alg']; public?: string }> open={open} close={close} title={t.add} about={t.addAbout} ok={t.add} width={560} initial={{ alg: 'ed25519' }}
        send={async (v) => setMade(await add.mutateAsync({ body: { name: v.name.trim(), alg: v.alg, public: v.public && pemOf(v.public) } }))}>
        <Form.Item name="name" label={t.name} extra={t.nameHint} rules={[required]}><Input maxLength={60} autoComplete="off" /></Form.Item>
        <Form.Item name="alg" label={t.alg}><Select options={Object.keys(algWords.zh).map((a) => ({ value: a, label: alg(a) }))} /></Form.Item>
        <Form.Item noStyle dependencies={['alg']}>
          {(form) => form.getFieldValue('alg') !== 'hmac-sha256' && (
            <Form.Item name="public" label={t.public} extra={t.publicHint} rules={[required, { validator: (_, v: string = '') => (isPrivate(v) ? Promise.reject(new Error(t.private)) : Promise.resolve()) }]}>
              <Input.TextArea rows={6} maxLength={4000} spellCheck={false} autoComplete="off" style={{ fontFamily: 'ui-monospace, monospace', fontSize: 13 }} />
            </Form.Item>
          )}
        </Form.Item>
      </Ask>
      <Once open={made !== undefined} title={t.madeTitle} about={made?.secret ? t.madeSecret : t.made} secret={made?.secret ?? ''} done={t.done} close={() => setMade(undefined)}>
        {made && <Facts of={[[t.id, <Code key="i" text={made.id} />], [t.print, <Code key="p" text={made.fingerprint} />]]} />}
      </Once>
    </>
  )
}

function Confirm({ of, org, close }: { of: Key; org: string; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const confirm = useChange('post', '/api/keys/{id}/confirm', ['/api/keys'])
  return (
    <Ask<{ fingerprint: string }> open close={close} title={`${t.confirm}：${org}`} about={t.confirmAbout} ok={t.confirm} width={560}
      send={(v) => confirm.mutateAsync({ path: { id: of.id }, body: { version: of.version, fingerprint: v.fingerprint.replace(/[\s:]/g, '').toLowerCase() } })}>
      <Form.Item name="fingerprint" label={t.print} extra={t.printHint} rules={[required]}><Input.TextArea rows={2} maxLength={200} spellCheck={false} autoComplete="off" /></Form.Item>
    </Ask>
  )
}

function Revoke({ of, close }: { of: Key; close: () => void }) {
  const t = useWords(said)
  const revoke = useChange('post', '/api/keys/{id}/revoke', ['/api/keys'])
  return (
    <Ask open close={close} title={`${t.revoke}：${of.name}`} about={t.revokeAbout} ok={t.revoke} danger send={() => revoke.mutateAsync({ path: { id: of.id }, body: { version: of.version } })}>{null}</Ask>
  )
}
