import { App, Button, Checkbox, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { type Answer, call, type Item } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { alone, roleWords, rolesOf } from '../../domain/access/words'
import { Ask, useRequired } from '../../kit/form'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'
import { browser } from './agent'
import { OneTime } from './onetime'

const said = words({
  title: ['账号', 'Account'],
  accounts: ['账号与角色', 'accounts and roles'],
  login: ['登录名', 'Login'],
  name: ['姓名', 'Name'],
  org: ['机构', 'Organisation'],
  roles: ['角色', 'Roles'],
  noRoles: ['待授权', 'None yet'],
  state: ['状态', 'State'],
  active: ['正常', 'Active'],
  suspended: ['已停用', 'Suspended'],
  locked: ['登录失败过多，锁定至', 'Locked after failures, until'],
  mustChange: ['首次登录须修改密码', 'The password must be changed at first use'],
  factor: ['动态口令', 'Second factor'],
  on: ['已启用', 'On'],
  off: ['未启用', 'Off'],
  grant: ['授予角色', 'Give roles'],
  grantAbout: ['更改后，该账号须重新登录。', 'The account has to sign in again afterwards.'],
  alone: ['不能与其他角色兼任', 'not together with another'],
  save: ['保存', 'Save'],
  granted: ['角色已更新', 'Roles changed'],
  rename: ['修改姓名', 'Change the name'],
  suspend: ['停用', 'Suspend'],
  suspendAbout: ['停用后立即退出，不能再登录；已办事项保留。', 'It is signed out at once and cannot sign in; what was done stays.'],
  resume: ['恢复', 'Resume'],
  reset: ['重置密码', 'Reset password'],
  resetAbout: ['生成一个一次性密码，三日内有效，首次登录须修改。', 'Makes a password for one use, good for three days, to be changed at first use.'],
  resetFactor: ['重置动态口令', 'Reset second factor'],
  resetFactorAbout: ['手机丢失且恢复码用完时使用；请先核实本人身份。', 'For when phone and recovery codes are lost; make sure who is asking.'],
  sessions: ['登录中的设备', 'Where it is signed in'],
  none: ['目前没有登录', 'Nowhere now'],
  seen: ['最近活动', 'last seen'],
  end: ['结束', 'Sign out'],
  endAll: ['全部结束', 'Sign out everywhere'],
  identities: ['外部身份', 'Identities elsewhere'],
  noIdentity: ['没有关联；只能用登录名和密码登录', 'None: it signs in with login and password alone'],
  noProvider: ['平台没有配置外部登录', 'The platform has no sign-in elsewhere'],
  link: ['关联', 'Link'],
  linkTitle: ['关联外部身份', 'Link an identity'],
  linkAbout: ['本人用该方式登录一次，登录页会显示编号；请先核实本人身份。', 'The person tries to sign in there once and is shown the number; make sure who is asking.'],
  provider: ['登录方式', 'Where'],
  subject: ['编号', 'Number'],
  linked: ['关联于', 'linked'],
  unlink: ['解除', 'Unlink'],
  unlinkAbout: ['解除后不能再用它登录。', 'It can no longer sign in with it.'],
})

type Account = Answer<'/api/accounts/{id}'>

export default function AccountPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const account = useGet('/api/accounts/{id}', { path: { id } })
  return (
    <Page title={account.data?.name ?? t.title} back={{ to: '/accounts', name: t.accounts }}>
      <Shown of={account}>{(a) => <Known account={a} />}</Shown>
    </Page>
  )
}

type Dialog = 'grant' | 'rename' | 'suspend' | 'reset' | 'factor' | ''

function Known({ account }: { account: Account }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const role = useCode(roleWords)
  const required = useRequired()
  const [open, setOpen] = useState<Dialog>('')
  const [password, setPassword] = useState('')
  const close = () => setOpen('')
  const stale = ['/api/accounts']
  const path = { path: { id: account.id } }
  const rename = useChange('put', '/api/accounts/{id}', stale)
  const suspend = useChange('post', '/api/accounts/{id}/suspend', stale)
  const resume = useChange('post', '/api/accounts/{id}/resume', stale)
  const resetFactor = useChange('delete', '/api/accounts/{id}/factor', stale)
  const mine = account.id === me.account
  return (
    <>
      <Card>
        <Facts of={[
          [t.login, account.login],
          [t.name, account.name],
          [t.org, account.org_name],
          [t.roles, <span className="tags" key="r">{account.roles?.length ? account.roles.map((r) => <Tag key={r} tone="brand">{role(r)}</Tag>) : <Tag tone="wait">{t.noRoles}</Tag>}</span>],
          [t.factor, <Tag key="f" tone={account.totp ? 'good' : 'plain'}>{account.totp ? t.on : t.off}</Tag>],
          [t.state, (
            <span key="s" className="tags">
              <Tag tone={account.suspended ? 'bad' : 'good'}>{account.suspended ? t.suspended : t.active}</Tag>
              {account.must_change && <Tag tone="wait">{t.mustChange}</Tag>}
              {account.locked_til_ms > 0 && <Tag tone="bad">{t.locked} <At ms={account.locked_til_ms} /></Tag>}
            </span>
          )],
        ]} />
        {!mine && (
          <div className="row no-print" style={{ marginTop: 18 }}>
            {may('account.grant') && <Button type="primary" onClick={() => setOpen('grant')}>{t.grant}</Button>}
            {may('account.write') && <Button onClick={() => setOpen('rename')}>{t.rename}</Button>}
            {may('account.reset') && <Button onClick={() => setOpen('reset')}>{t.reset}</Button>}
            {may('account.grant') && account.totp && <Button onClick={() => setOpen('factor')}>{t.resetFactor}</Button>}
            {may('account.write') && (account.suspended
              ? <Button loading={resume.isPending} onClick={() => resume.mutate(path)}>{t.resume}</Button>
              : <Button danger onClick={() => setOpen('suspend')}>{t.suspend}</Button>)}
          </div>
        )}
      </Card>
      {may('account.grant') && <Identities id={account.id} />}
      {may('account.grant') && <Sessions id={account.id} />}
      {open === 'grant' && <Grant account={account} kind={account.org_kind} org={account.org_name} close={close} />}
      <Ask<{ name: string }> open={open === 'rename'} close={close} title={t.rename} ok={t.save} initial={{ name: account.name }}
        send={(v) => rename.mutateAsync({ ...path, body: { version: account.version, name: v.name.trim() } })}>
        <Form.Item name="name" label={t.name} rules={[required]}>
          <Input maxLength={60} />
        </Form.Item>
      </Ask>
      <Ask open={open === 'suspend'} close={close} title={`${t.suspend}：${account.name}`} about={t.suspendAbout} ok={t.suspend} danger send={() => suspend.mutateAsync(path)}>{null}</Ask>
      <Ask open={open === 'factor'} close={close} title={`${t.resetFactor}：${account.name}`} about={t.resetFactorAbout} ok={t.resetFactor} danger send={() => resetFactor.mutateAsync(path)}>{null}</Ask>
      <Ask open={open === 'reset'} close={close} title={`${t.reset}：${account.name}`} about={t.resetAbout} ok={t.reset}
        send={async () => setPassword((await call('post', '/api/accounts/{id}/password', path)).password)}>{null}</Ask>
      <OneTime login={account.login} password={password} close={() => setPassword('')} />
    </>
  )
}

function Grant({ account, kind, org, close }: { account: Account; kind: string; org: string; close: () => void }) {
  const t = useWords(said)
  const role = useCode(roleWords)
  const { message } = App.useApp()
  const [chosen, setChosen] = useState<string[]>(account.roles ?? [])
  const grant = useChange('put', '/api/accounts/{id}/roles', ['/api/accounts'])
  const blocked = (r: string) => !chosen.includes(r) && chosen.length > 0 && (alone.includes(r) || chosen.some((c) => alone.includes(c)))
  return (
    <Ask<{ roles: string[] }> open close={close} title={`${t.grant}：${account.name}`} about={`${org}。${t.grantAbout}`} ok={t.save} initial={{ roles: account.roles ?? [] }} done={() => message.success(t.granted)}
      send={(v) => grant.mutateAsync({ path: { id: account.id }, body: { version: account.version, roles: v.roles } })}>
      <Form.Item name="roles" label={t.roles}>
        <Checkbox.Group style={{ display: 'grid', gap: 8 }} onChange={(v) => setChosen(v.map(String))}
          options={(rolesOf[kind] ?? []).map((r) => ({ value: r, disabled: blocked(r), label: <>{role(r)}{alone.includes(r) && <span className="quiet small">（{t.alone}）</span>}</> }))} />
      </Form.Item>
    </Ask>
  )
}

function Sessions({ id }: { id: string }) {
  const t = useWords(said)
  const sessions = useGet('/api/accounts/{id}/sessions', { path: { id } })
  const end = useChange('delete', '/api/accounts/{id}/sessions/{session}', ['/api/accounts'])
  const endAll = useChange('delete', '/api/accounts/{id}/sessions', ['/api/accounts'])
  return (
    <Card title={t.sessions} extra={(sessions.data?.total ?? 0) > 0 && <Button size="small" loading={endAll.isPending} onClick={() => endAll.mutate({ path: { id } })}>{t.endAll}</Button>}>
      <Shown of={sessions} rows={2}>
        {(data) => data.items?.length ? (
          <ul className="todo">
            {data.items.map((s) => (
              <li key={s.id}>
                <div className="grow">
                  {browser(s.agent)}
                  <div className="quiet small">{s.address} · {t.seen} <At ms={s.last_seen_ms} /></div>
                </div>
                <Button size="small" onClick={() => end.mutate({ path: { id, session: s.id } })}>{t.end}</Button>
              </li>
            ))}
          </ul>
        ) : <p className="quiet">{t.none}</p>}
      </Shown>
    </Card>
  )
}

type Identity = Item<'/api/accounts/{id}/identities'>

function Identities({ id }: { id: string }) {
  const t = useWords(said)
  const required = useRequired()
  const identities = useGet('/api/accounts/{id}/identities', { path: { id } })
  const providers = useGet('/api/signin', {})
  const known = providers.data?.items ?? []
  const link = useChange('post', '/api/accounts/{id}/identities', ['/api/accounts'])
  const unlink = useChange('delete', '/api/accounts/{id}/identities/{identity}', ['/api/accounts'])
  const [linking, setLinking] = useState(false)
  const [leaving, setLeaving] = useState<Identity>()
  const title = (x: Identity) => known.find((p) => p.id === x.provider)?.title ?? x.provider
  return (
    <Card title={t.identities} extra={known.length > 0 && <Button size="small" onClick={() => setLinking(true)}>{t.link}</Button>}>
      <Shown of={identities} rows={2}>
        {(data) => data.items?.length ? (
          <ul className="todo">
            {data.items.map((x) => (
              <li key={x.id}>
                <div className="grow">
                  {title(x)} <code className="small" style={{ overflowWrap: 'anywhere' }}>{x.subject}</code>
                  <div className="quiet small">{t.linked} <At ms={x.linked_ms} /></div>
                </div>
                <Button size="small" danger onClick={() => setLeaving(x)}>{t.unlink}</Button>
              </li>
            ))}
          </ul>
        ) : <p className="quiet">{t.noIdentity}{providers.data && known.length === 0 && <> · {t.noProvider}</>}</p>}
      </Shown>
      <Ask<{ provider: string; subject: string }> open={linking} close={() => setLinking(false)} title={t.linkTitle} about={t.linkAbout} ok={t.link} initial={{ provider: known[0]?.id }}
        send={(v) => link.mutateAsync({ path: { id }, body: { provider: v.provider, subject: v.subject.trim() } })}>
        <Form.Item name="provider" label={t.provider} rules={[required]}><Select options={known.map((p) => ({ value: p.id, label: p.title }))} /></Form.Item>
        <Form.Item name="subject" label={t.subject} rules={[required]}><Input maxLength={200} autoComplete="off" autoCapitalize="none" spellCheck={false} /></Form.Item>
      </Ask>
      {leaving && <Ask open close={() => setLeaving(undefined)} title={`${t.unlink}：${title(leaving)}`} about={t.unlinkAbout} ok={t.unlink} danger send={() => unlink.mutateAsync({ path: { id, identity: leaving.id } })}>{null}</Ask>}
    </Card>
  )
}
