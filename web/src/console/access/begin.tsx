import { Button, Form, Input } from 'antd'
import { Navigate, useNavigate } from 'react-router'
import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/client'
import { useGet } from '../../api/query'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Failed, Loading } from '../../kit/page'
import { useTitle } from '../../kit/say'
import { useWords, words } from '../../kit/words'
import { Gate } from './gate'

const said = words({
  title: ['启用平台', 'Set up the platform'],
  about: ['这里还没有账号。先确定两位管理员：一位管账号，一位管授权，任何一位都不能单独做完。', 'Nobody has an account yet. Name two administrators first: one makes accounts, the other gives roles; neither can do both.'],
  org: ['运行平台的机构', 'Organisation that runs the platform'],
  orgHint: ['例如大数据中心', 'for example the data centre'],
  code: ['初始化码', 'Setup code'],
  codeHint: ['服务启动时显示在服务器上', 'shown on the server when it starts'],
  system: ['系统管理员', 'System administrator'],
  systemAbout: ['管理机构和账号', 'manages organisations and accounts'],
  security: ['安全管理员', 'Security administrator'],
  securityAbout: ['授予角色、管理会话', 'gives roles, ends sessions'],
  login: ['登录名', 'Login'],
  loginHint: ['3 位以上小写字母、数字、点、横线', 'at least 3 lower-case letters, digits, dots, dashes'],
  name: ['姓名', 'Name'],
  password: ['密码', 'Password'],
  passwordHint: ['至少 10 位，含大写、小写、数字、符号中的三种', 'at least 10 characters of three kinds'],
  make: ['启用平台', 'Set up'],
})

type Person = { login: string; name: string; password: string }
type First = { org: string; code?: string; system: Person; security: Person }

export default function Begin() {
  const t = useWords(said)
  useTitle(t.title)
  const platform = useGet('/api/platform', {})
  if (platform.data && !platform.data.empty) return <Navigate to="/sign-in" replace />
  return (
    <Gate wide>
      <h2>{t.title}</h2>
      <p>{t.about}</p>
      {platform.data ? <FirstForm asks={platform.data.asks ?? []} /> : platform.error ? <Failed error={platform.error} retry={() => platform.refetch()} /> : <Loading />}
    </Gate>
  )
}

function FirstForm({ asks }: { asks: string[] }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const queries = useQueryClient()
  const [form] = Form.useForm<First>()
  const person = (p: Person) => ({ login: p.login.trim(), name: p.name.trim(), password: p.password })
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await call('post', '/api/platform', { body: { org: v.org.trim(), code: v.code?.trim(), system: person(v.system), security: person(v.security) } })
    queries.clear()
    go('/sign-in', { replace: true })
  })
  return (
    <>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        {asks.includes('code') && (
          <Form.Item name="code" label={t.code} extra={t.codeHint} rules={[required]}>
            <Input autoFocus autoComplete="off" spellCheck={false} />
          </Form.Item>
        )}
        <Form.Item name="org" label={t.org} extra={t.orgHint} rules={[required]}>
          <Input maxLength={60} autoFocus={!asks.includes('code')} />
        </Form.Item>
        <PersonFields of="system" title={t.system} about={t.systemAbout} />
        <PersonFields of="security" title={t.security} about={t.securityAbout} />
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {t.make}
        </Button>
      </Form>
    </>
  )
}

function PersonFields({ of, title, about }: { of: 'system' | 'security'; title: string; about: string }) {
  const t = useWords(said)
  const required = useRequired()
  return (
    <fieldset className="fieldset">
      <legend>
        {title}
        <span className="quiet small"> {about}</span>
      </legend>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name={[of, 'name']} label={t.name} rules={[required]}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
        <Form.Item name={[of, 'login']} label={t.login} rules={[required]} tooltip={t.loginHint}>
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={40} />
        </Form.Item>
      </div>
      <Form.Item name={[of, 'password']} label={t.password} extra={t.passwordHint} rules={[{ required: true, message: required.message }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </fieldset>
  )
}
