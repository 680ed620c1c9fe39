import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { call } from '../../api/client'
import { useGet } from '../../api/query'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Failed, Loading, useTitle } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { Gate } from './gate'

const said = words({
  title: ['登录', 'Sign in'],
  about: ['使用本单位为您开通的账号', 'With the account your organisation gave you'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  enter: ['登录', 'Sign in'],
})

// within keeps a way back that leads to this console and nowhere else.
const within = (next: string | null) => (next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/')

export default function SignIn() {
  const t = useWords(said)
  useTitle(t.title)
  const platform = useGet('/api/platform', {})
  if (platform.data?.empty) return <Navigate to="/begin" replace />
  return (
    <Gate>
      <h2>{t.title}</h2>
      <p>{t.about}</p>
      {platform.data ? <Door /> : platform.error ? <Failed error={platform.error} retry={() => platform.refetch()} /> : <Loading />}
    </Gate>
  )
}

function Door() {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const queries = useQueryClient()
  const [address] = useSearchParams()
  const [form] = Form.useForm<{ login: string; password: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const me = await call('post', '/api/session', { body: { login: v.login.trim().toLowerCase(), password: v.password } })
    queries.clear()
    queries.setQueryData(['/api/session', {}], me)
    if (me.stage === 'signed_in') go(within(address.get('next')), { replace: true })
  })
  return (
    <>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} size="large" onFinish={submit}>
        <Form.Item name="login" label={t.login} rules={[required]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t.password} rules={[{ required: true, message: required.message }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t.enter}
        </Button>
      </Form>
    </>
  )
}
