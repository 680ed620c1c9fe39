import { App, Button, Checkbox, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { alone, roleWords, rolesOf } from '../../domain/access/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['账号与角色', 'Accounts and roles'],
  about: ['系统管理员开通账号，安全管理员授予角色：一个人做不完两件事。', 'The system administrator makes accounts, the security administrator gives roles: nobody does both.'],
  add: ['新增账号', 'Add an account'],
  added: ['账号已开通，请安全管理员授予角色', 'The account is made; the security administrator now gives it roles'],
  login: ['登录名', 'Login'],
  loginHint: ['3 位以上小写字母、数字、点、横线', 'lower-case letters, digits, dots, dashes; at least 3'],
  name: ['姓名', 'Name'],
  org: ['机构', 'Organisation'],
  roles: ['角色', 'Roles'],
  noRoles: ['待授权', 'None yet'],
  state: ['状态', 'State'],
  active: ['正常', 'Active'],
  suspended: ['已停用', 'Suspended'],
  factor: ['动态口令', 'Second factor'],
  yes: ['已启用', 'Yes'],
  no: ['未启用', 'No'],
  password: ['初始密码', 'First password'],
  passwordHint: ['至少 10 位，含大写、小写、数字、符号中的三种；请当面告知，并提醒本人修改', 'at least 10 characters of three kinds; hand it over in person and have it changed'],
  search: ['登录名、姓名或机构', 'Login, name or organisation'],
  grant: ['授予角色', 'Give roles'],
  grantAbout: ['更改后，该账号须重新登录。', 'The account has to sign in again afterwards.'],
  alone: ['不能与其他角色兼任', 'not together with another'],
  save: ['保存', 'Save'],
  none: ['还没有账号', 'No accounts yet'],
  granted: ['角色已更新', 'Roles changed'],
})

type Account = Item<'/api/accounts'>
type Org = Item<'/api/orgs'>

export default function Accounts() {
  const t = useWords(said)
  const role = useCode(roleWords)
  const may = useMay()
  const me = useMe()
  const orgs = useGet('/api/orgs', {}, { enabled: may('org.read') })
  const byID = new Map((orgs.data?.items ?? []).map((o) => [o.id, o]))
  const [adding, setAdding] = useState(false)
  const [granting, setGranting] = useState<Account>()
  const org = (a: Account) => byID.get(a.org)?.name ?? (a.org === me.org ? me.org_name : a.org)
  const columns: Column<Account>[] = [
    { key: 'login', title: t.login, value: (a) => a.login },
    { key: 'name', title: t.name, value: (a) => a.name },
    { key: 'org', title: t.org, value: org },
    {
      key: 'roles', title: t.roles, value: (a) => (a.roles ?? []).map(role).join('、'),
      show: (a) => <span className="tags">{a.roles?.length ? a.roles.map((r) => <Tag key={r} tone="brand">{role(r)}</Tag>) : <Tag tone="wait">{t.noRoles}</Tag>}</span>,
    },
    { key: 'totp', title: t.factor, value: (a) => (a.totp ? t.yes : t.no), show: (a) => <Tag tone={a.totp ? 'good' : 'plain'}>{a.totp ? t.yes : t.no}</Tag> },
    { key: 'state', title: t.state, value: (a) => (a.suspended ? t.suspended : t.active), show: (a) => <Tag tone={a.suspended ? 'bad' : 'good'}>{a.suspended ? t.suspended : t.active}</Tag> },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'q', label: t.search },
    { kind: 'choice', key: 'role', label: t.roles, options: [{ value: '-', label: t.noRoles }, ...Object.keys(roleWords.zh).map((r) => ({ value: r, label: role(r) }))] },
  ]
  const match = (a: Account, f: Record<string, string>) =>
    (!f.role || (f.role === '-' ? !a.roles?.length : (a.roles ?? []).includes(f.role))) && (!f.q || [a.login, a.name, org(a)].some((s) => s.toLowerCase().includes(f.q!.toLowerCase())))
  const add = may('account.write') && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  )
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="accounts" label={t.title} source={listOf('/api/accounts', {}, true)} columns={columns} filters={filters} match={match} rowKey={(a) => a.id}
        empty={{ icon: 'people', title: t.none, action: add }}
        act={may('account.grant') ? (a) => a.id !== me.account && <Button size="small" onClick={() => setGranting(a)}>{t.grant}</Button> : undefined} />
      <AddAccount open={adding} close={() => setAdding(false)} orgs={orgs.data?.items ?? []} />
      {granting && <Grant account={granting} kind={byID.get(granting.org)?.kind ?? ''} org={org(granting)} close={() => setGranting(undefined)} />}
    </Page>
  )
}

function AddAccount({ open, close, orgs }: { open: boolean; close: () => void; orgs: Org[] }) {
  const t = useWords(said)
  const required = useRequired()
  const { message } = App.useApp()
  const add = useChange('post', '/api/accounts', ['/api/accounts'])
  return (
    <Ask<{ org: string; login: string; name: string; password: string }> open={open} close={close} title={t.add} ok={t.add} done={() => message.success(t.added)}
      send={(v) => add.mutateAsync({ body: { org: v.org, login: v.login.trim().toLowerCase(), name: v.name.trim(), password: v.password } })}>
      <Form.Item name="org" label={t.org} rules={[required]}>
        <Select showSearch={{ optionFilterProp: 'label' }} options={orgs.map((o) => ({ value: o.id, label: o.name }))} />
      </Form.Item>
      <Form.Item name="name" label={t.name} rules={[required]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="login" label={t.login} extra={t.loginHint} rules={[required]}>
        <Input maxLength={40} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="password" label={t.password} extra={t.passwordHint} rules={[{ required: true, message: required.message }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </Ask>
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
