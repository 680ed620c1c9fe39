import { Button, Form, Input } from 'antd'
import { Navigate, useNavigate } from 'react-router'
import { call } from '../../api/client'
import { useGet } from '../../api/query'
import { useQueryClient } from '@tanstack/react-query'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Failed, Loading, useTitle } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { Gate } from './gate'

const said = words({
  title: ['启用平台', 'Set up the platform'],
  about: ['这里还没有账号。先建立系统管理员，由其开通机构与其他账号。', 'Nobody has an account yet. Make the system administrator, who then adds organisations and accounts.'],
  org: ['运行平台的机构', 'Organisation that runs the platform'],
  orgHint: ['例如大数据中心', 'for example the data centre'],
  login: ['登录名', 'Login'],
  loginHint: ['3 位以上小写字母、数字、点、横线', 'lower-case letters, digits, dots, dashes; at least 3'],
  name: ['姓名', 'Name'],
  password: ['密码', 'Password'],
  passwordHint: ['至少 10 位，含大写、小写、数字、符号中的三种', 'at least 10 characters of three kinds: upper case, lower case, digits, others'],
  again: ['再输一次密码', 'Password again'],
  differ: ['两次输入不一致', 'The two differ'],
  make: ['建立并登录', 'Make it and sign in'],
})

type First = { org: string; login: string; name: string; password: string; again: string }

export default function Begin() {
  const t = useWords(said)
  useTitle(t.title)
  const platform = useGet('/api/platform', {})
  if (platform.data && !platform.data.empty) return <Navigate to="/sign-in" replace />
  return (
    <Gate wide>
      <h2>{t.title}</h2>
      <p>{t.about}</p>
      {platform.data ? <FirstForm /> : platform.error ? <Failed error={platform.error} retry={() => platform.refetch()} /> : <Loading />}
    </Gate>
  )
}

function FirstForm() {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const queries = useQueryClient()
  const [form] = Form.useForm<First>()
  const { submit, busy, wrong } = useSubmit(form, async ({ org, login, name, password }) => {
    await call('post', '/api/platform', { body: { org: org.trim(), login: login.trim(), name: name.trim(), password } })
    await call('post', '/api/session', { body: { login: login.trim(), password } })
    queries.clear()
    go('/', { replace: true })
  })
  return (
    <>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} size="large" onFinish={submit}>
        <Form.Item name="org" label={t.org} extra={t.orgHint} rules={[required]}>
          <Input autoFocus maxLength={60} />
        </Form.Item>
        <Form.Item name="name" label={t.name} rules={[required]}>
          <Input autoComplete="name" maxLength={60} />
        </Form.Item>
        <Form.Item name="login" label={t.login} extra={t.loginHint} rules={[required]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={40} />
        </Form.Item>
        <Form.Item name="password" label={t.password} extra={t.passwordHint} rules={[{ required: true, message: required.message }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="again" label={t.again} dependencies={['password']}
          rules={[({ getFieldValue }) => ({ validator: (_, v) => (v === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t.differ))) })]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t.make}
        </Button>
      </Form>
    </>
  )
}
