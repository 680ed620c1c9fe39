import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { kindWords, roleWords } from '../../domain/access/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'
import { OneTime } from './onetime'

const said = words({
  title: ['账号与角色', 'Accounts and roles'],
  about: ['系统管理员开通账号，安全管理员授予角色：一个人做不完两件事。', 'The system administrator makes accounts, the security administrator gives roles: nobody does both.'],
  add: ['新增账号', 'Add an account'],
  addAbout: ['平台生成一次性密码，由您告知本人；之后请安全管理员授予角色。', 'The platform makes a password for one use, which you hand over; the security administrator then gives roles.'],
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
  kind: ['机构类别', 'Kind'],
  search: ['登录名、姓名、机构或信用代码开头', 'Beginning of login, name, organisation or its code'],
  none: ['还没有账号', 'No accounts yet'],
})

type Account = Item<'/api/accounts'>
type Org = Item<'/api/orgs'>

export default function Accounts() {
  const t = useWords(said)
  const role = useCode(roleWords)
  const may = useMay()
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { enabled: may('org.read') })
  const kind = useCode(kindWords)
  const [adding, setAdding] = useState(false)
  const columns: Column<Account>[] = [
    { key: 'login', title: t.login, value: (a) => a.login },
    { key: 'name', title: t.name, value: (a) => a.name },
    { key: 'org', title: t.org, value: (a) => a.org_name },
    { key: 'kind', title: t.kind, value: (a) => kind(a.org_kind) },
    {
      key: 'roles', title: t.roles, value: (a) => (a.roles ?? []).map(role).join('、'),
      show: (a) => <span className="tags">{a.roles?.length ? a.roles.map((r) => <Tag key={r} tone="brand">{role(r)}</Tag>) : <Tag tone="wait">{t.noRoles}</Tag>}</span>,
    },
    { key: 'totp', title: t.factor, value: (a) => (a.totp ? t.yes : t.no), show: (a) => <Tag tone={a.totp ? 'good' : 'plain'}>{a.totp ? t.yes : t.no}</Tag> },
    { key: 'state', title: t.state, value: (a) => (a.suspended ? t.suspended : t.active), show: (a) => <Tag tone={a.suspended ? 'bad' : 'good'}>{a.suspended ? t.suspended : t.active}</Tag> },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    { kind: 'choice', key: 'kind', label: t.kind, options: Object.keys(kindWords.zh).map((k) => ({ value: k, label: kind(k) })) },
    { kind: 'choice', key: 'role', label: t.roles, options: [{ value: '-', label: t.noRoles }, ...Object.keys(roleWords.zh).map((r) => ({ value: r, label: role(r) }))] },
  ]
  const add = may('account.write') && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  )
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="accounts" label={t.title} source={listOf('/api/accounts')} columns={columns} filters={filters} rowKey={(a) => a.id}
        empty={{ icon: 'people', title: t.none, action: add }} to={(a) => `/accounts/${a.id}`} />
      <AddAccount open={adding} close={() => setAdding(false)} orgs={orgs.data?.items ?? []} />
    </Page>
  )
}

function AddAccount({ open, close, orgs }: { open: boolean; close: () => void; orgs: Org[] }) {
  const t = useWords(said)
  const required = useRequired()
  const add = useChange('post', '/api/accounts', ['/api/accounts'])
  const [made, setMade] = useState({ login: '', password: '' })
  return (
    <>
      <Ask<{ org: string; login: string; name: string }> open={open} close={close} title={t.add} about={t.addAbout} ok={t.add}
        send={async (v) => {
          const a = await add.mutateAsync({ body: { org: v.org, login: v.login.trim().toLowerCase(), name: v.name.trim() } })
          setMade({ login: a.login, password: a.one_time ?? '' })
        }}>
        <Form.Item name="org" label={t.org} rules={[required]}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={orgs.map((o) => ({ value: o.id, label: o.name }))} />
        </Form.Item>
        <Form.Item name="name" label={t.name} rules={[required]}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="login" label={t.login} extra={t.loginHint} rules={[required]}>
          <Input maxLength={40} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
      </Ask>
      <OneTime login={made.login} password={made.password} close={() => setMade({ login: '', password: '' })} />
    </>
  )
}
