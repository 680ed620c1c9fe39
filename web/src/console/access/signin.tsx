// The door: a password, then whatever else is due: a code, a password of one's own,
// a second factor.
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Navigate, useNavigate, useSearchParams } from 'react-router'
import { call } from '../../api/client'
import { useGet } from '../../api/query'
import type { Me } from '../../domain/access/me'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Failed, Loading } from '../../kit/page'
import { useTitle } from '../../kit/say'
import { useWords, words } from '../../kit/words'
import { FactorSetup } from './factor'
import { Gate } from './gate'
import { PasswordFields } from './password'

const said = words({
  title: ['登录', 'Sign in'],
  about: ['使用本单位为您开通的账号', 'With the account your organisation gave you'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  enter: ['登录', 'Sign in'],
  or: ['或者', 'or'],
  code: ['动态口令', 'Second factor'],
  codeAbout: ['请输入身份验证器上显示的 6 位口令；手机不在身边时，可用一个恢复码', 'The six digits your authenticator shows; without your phone, one of your recovery codes'],
  codeLabel: ['口令或恢复码', 'Code or recovery code'],
  go: ['继续', 'Go on'],
  own: ['设置您自己的密码', 'Choose a password of your own'],
  ownAbout: ['当前密码由管理员生成或已到期，须先修改', 'The password you have was made by an administrator or has run out; change it first'],
  factor: ['启用动态口令', 'Set up a second factor'],
  factorAbout: ['您的角色涉及平台管理或资金，须启用动态口令', 'Your role runs the platform or decides about money, so it needs one'],
  other: ['换一个账号', 'Use another account'],
  notLinked: ['该外部身份尚未关联账号，请把下面的编号告诉安全管理员：', 'This identity belongs to no account yet; tell the security administrator this number: '],
  elsewhere: ['外部登录没有成功，请重试', 'Signing in elsewhere did not succeed; try again'],
})

// within keeps a way back that leads to this console and nowhere else.
const within = (next: string | null) => (next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/')

export default function SignIn() {
  const t = useWords(said)
  useTitle(t.title)
  const platform = useGet('/api/platform', {})
  const me = useGet('/api/session', {})
  const [address] = useSearchParams()
  const [old, setOld] = useState('') // the password just given, so that it need not be typed twice
  if (platform.data?.empty) return <Navigate to="/begin" replace />
  const stage = (!me.error && me.data?.stage) || 'nobody' // the answer before a session ended is kept beside the error
  if (stage === 'signed_in') return <Navigate to={within(address.get('next'))} replace />
  return (
    <Gate>
      {!platform.data || me.isPending ? (
        platform.error ? <Failed error={platform.error} retry={() => platform.refetch()} /> : <Loading />
      ) : stage === 'awaits_code' ? (
        <Code />
      ) : stage === 'awaits_password' ? (
        <Own old={old} />
      ) : stage === 'awaits_factor' ? (
        <Factor />
      ) : (
        <Door keep={setOld} />
      )}
    </Gate>
  )
}

// useRisen goes on with who has come a step further.
function useRisen() {
  const queries = useQueryClient()
  return (me: Me | undefined) => {
    queries.removeQueries({ predicate: (q) => q.queryKey[0] !== '/api/platform' && q.queryKey[0] !== '/api/session' })
    queries.setQueryData(['/api/session', {}], me)
  }
}

function Door({ keep }: { keep: (password: string) => void }) {
  const t = useWords(said)
  const required = useRequired()
  const risen = useRisen()
  const [form] = Form.useForm<{ login: string; password: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const me = await call('post', '/api/session', { body: { login: v.login.trim().toLowerCase(), password: v.password } })
    keep(v.password)
    risen(me)
  })
  return (
    <>
      <h2>{t.title}</h2>
      <p>{t.about}</p>
      <FromElsewhere />
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
      <Providers />
    </>
  )
}

function Providers() {
  const t = useWords(said)
  const providers = useGet('/api/signin', {})
  const [address] = useSearchParams()
  const next = within(address.get('next'))
  const items = providers.data?.items ?? []
  if (items.length === 0) return null
  return (
    <div className="stack" style={{ marginTop: 22, gap: 10 }}>
      <div className="quiet small" style={{ textAlign: 'center' }}>{t.or}</div>
      {items.map((p) => (
        <Button key={p.id} block size="large" href={`${p.start}?next=${encodeURIComponent(next)}`}>
          {p.title}
        </Button>
      ))}
    </div>
  )
}

// FromElsewhere says why signing in at an identity provider did not end well.
function FromElsewhere() {
  const t = useWords(said)
  const [address] = useSearchParams()
  const error = address.get('error')
  if (!error) return null
  return (
    <div className="notice bad" role="alert" style={{ marginBottom: 16, overflowWrap: 'anywhere' }}>
      {error === 'access.not_linked' ? <>{t.notLinked}<code>{`${address.get('provider')} / ${address.get('subject')}`}</code></> : <>{t.elsewhere}（{error}）</>}
    </div>
  )
}

function Other() {
  const t = useWords(said)
  const risen = useRisen()
  return (
    <div style={{ textAlign: 'center', marginTop: 14 }}>
      <button type="button" className="link-button" onClick={async () => {
        await call('delete', '/api/session', {}).catch(() => undefined) // it has ended already
        risen(undefined)
        location.assign('/sign-in')
      }}>
        {t.other}
      </button>
    </div>
  )
}

function Code() {
  const t = useWords(said)
  const required = useRequired()
  const risen = useRisen()
  const [form] = Form.useForm<{ code: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => risen(await call('post', '/api/session/code', { body: { code: v.code.trim() } })))
  return (
    <>
      <h2>{t.code}</h2>
      <p>{t.codeAbout}</p>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} size="large" onFinish={submit}>
        <Form.Item name="code" label={t.codeLabel} rules={[required]}>
          <Input autoComplete="one-time-code" inputMode="text" spellCheck={false} autoFocus maxLength={40} prefix={<Icon name="key" size={16} />} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>{t.go}</Button>
      </Form>
      <Other />
    </>
  )
}

function Own({ old }: { old: string }) {
  const t = useWords(said)
  const risen = useRisen()
  const [form] = Form.useForm<{ old?: string; password: string; again: string }>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => risen(await call('put', '/api/me/password', { body: { old: v.old ?? old, password: v.password } })))
  return (
    <>
      <h2>{t.own}</h2>
      <p>{t.ownAbout}</p>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} size="large" onFinish={submit}>
        <PasswordFields old={old === ''} />
        <Button type="primary" htmlType="submit" block loading={busy}>{t.go}</Button>
      </Form>
      <Other />
    </>
  )
}

function Factor() {
  const t = useWords(said)
  const risen = useRisen()
  const go = useNavigate()
  return (
    <>
      <h2>{t.factor}</h2>
      <p>{t.factorAbout}</p>
      <FactorSetup done={(me) => {
        risen(me)
        go('/', { replace: true })
      }} />
      <Other />
    </>
  )
}
