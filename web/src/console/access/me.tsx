import { App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { call, type Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { type Me, useMe } from '../../domain/access/me'
import { kindWords, roleWords } from '../../domain/access/words'
import { Ask, useRequired, useSubmit, Wrong } from '../../kit/form'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { day } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { FactorSetup } from './factor'
import { PasswordFields } from './password'
import { browser } from './agent'

const said = words({
  title: ['我的账号', 'My account'],
  who: ['身份', 'Who I am'],
  name: ['姓名', 'Name'],
  login: ['登录名', 'Login'],
  org: ['机构', 'Organisation'],
  kind: ['机构类别', 'Kind'],
  roles: ['角色', 'Roles'],
  password: ['密码', 'Password'],
  change: ['修改密码', 'Change password'],
  changed: ['密码已修改，其他地方的登录已结束', 'Changed; you are signed out everywhere else'],
  til: [(on: string) => `请在 ${on} 前修改`, (on: string) => `to be changed by ${on}`],
  factor: ['动态口令', 'Second factor'],
  factorOn: ['已启用', 'On'],
  factorOff: ['未启用', 'Off'],
  factorAbout: ['登录时除密码外再输入手机上显示的口令，密码泄露也不会被他人登录。', 'Besides the password, a code from your phone: a stolen password alone lets nobody in.'],
  left: [(n: string) => `还有 ${n} 个恢复码`, (n: string) => `${n} recovery codes left`],
  setUp: ['启用', 'Set up'],
  drop: ['停用', 'Turn off'],
  dropAbout: ['输入当前口令以确认。', 'Give a code to confirm.'],
  code: ['口令或恢复码', 'Code or recovery code'],
  sessions: ['登录中的设备', 'Where I am signed in'],
  here: ['本次登录', 'This one'],
  since: ['登录于', 'since'],
  seen: ['最近活动', 'last seen'],
  end: ['结束', 'Sign out'],
  endAll: ['结束其他全部', 'Sign out all others'],
})

export default function MyAccount() {
  const t = useWords(said)
  const me = useMe()
  const role = useCode(roleWords)
  const kind = useCode(kindWords)
  return (
    <Page title={t.title}>
      <Card title={t.who}>
        <Facts of={[
          [t.name, me.name],
          [t.login, me.login],
          [t.org, me.org_name],
          [t.kind, kind(me.org_kind)],
          [t.roles, <span className="tags" key="r">{(me.roles ?? []).map((r) => <Tag key={r} tone="brand">{role(r)}</Tag>)}</span>],
        ]} />
      </Card>
      <div className="grid2">
        <Password />
        <Factor />
      </div>
      <Sessions />
    </Page>
  )
}

// useRenewed keeps who one is after a step that gave a new session.
function useRenewed() {
  const queries = useQueryClient()
  return (me: Me) => {
    queries.setQueryData(['/api/session', {}], me)
    return queries.invalidateQueries({ queryKey: ['/api/me/sessions'] })
  }
}

function Password() {
  const t = useWords(said)
  const me = useMe()
  const renewed = useRenewed()
  const { message } = App.useApp()
  const [form] = Form.useForm<{ old: string; password: string; again: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await renewed(await call('put', '/api/me/password', { body: { old: v.old, password: v.password } }))
    form.resetFields()
    message.success(t.changed)
  })
  if (!me.password_til_ms) return null
  return (
    <Card title={t.password} extra={<span className="quiet small">{t.til(day(me.password_til_ms))}</span>}>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 380 }}>
        <PasswordFields old />
        <Button type="primary" htmlType="submit" loading={busy}>{t.change}</Button>
      </Form>
    </Card>
  )
}

function Factor() {
  const t = useWords(said)
  const me = useMe()
  const required = useRequired()
  const renewed = useRenewed()
  const [setting, setSetting] = useState(false)
  const [dropping, setDropping] = useState(false)
  const queries = useQueryClient()
  return (
    <Card title={t.factor} extra={<Tag tone={me.totp ? 'good' : 'plain'}>{me.totp ? t.factorOn : t.factorOff}</Tag>}>
      {setting ? (
        <FactorSetup done={(m) => renewed(m).then(() => setSetting(false))} />
      ) : (
        <div className="stack">
          <p className="quiet">{t.factorAbout}</p>
          {me.totp && <p>{t.left(String(me.recovery))}</p>}
          <div>{me.totp ? <Button onClick={() => setDropping(true)}>{t.drop}</Button> : <Button type="primary" onClick={() => setSetting(true)}>{t.setUp}</Button>}</div>
        </div>
      )}
      <Ask<{ code: string }> open={dropping} close={() => setDropping(false)} title={t.drop} about={t.dropAbout} ok={t.drop} danger
        send={async (v) => {
          await call('post', '/api/me/factor/drop', { body: { code: v.code.trim() } })
          await queries.invalidateQueries({ queryKey: ['/api/session'] })
        }}>
        <Form.Item name="code" label={t.code} rules={[required]}>
          <Input autoComplete="one-time-code" maxLength={40} />
        </Form.Item>
      </Ask>
    </Card>
  )
}

type Session = NonNullable<Answer<'/api/me/sessions'>['items']>[number]

function Sessions() {
  const t = useWords(said)
  const me = useMe()
  const sessions = useGet('/api/me/sessions', {})
  const end = useChange('delete', '/api/me/sessions/{session}', ['/api/me/sessions'])
  const endAll = useChange('delete', '/api/me/sessions', ['/api/me/sessions'])
  return (
    <Card title={t.sessions} extra={(sessions.data?.total ?? 0) > 1 && <Button size="small" loading={endAll.isPending} onClick={() => endAll.mutate({})}>{t.endAll}</Button>}>
      <Shown of={sessions} rows={2}>
        {(data) => (
          <ul className="todo">
            {(data.items ?? []).map((s: Session) => (
              <li key={s.id}>
                <div className="grow">
                  <b style={{ fontWeight: 550 }}>{browser(s.agent)}</b> {s.id === me.session && <Tag tone="good">{t.here}</Tag>}
                  <div className="quiet small">
                    {s.address} · {t.since} <At ms={s.started_ms} /> · {t.seen} <At ms={s.last_seen_ms} />
                  </div>
                </div>
                {s.id !== me.session && <Button size="small" onClick={() => end.mutate({ path: { session: s.id } })}>{t.end}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Card>
  )
}
