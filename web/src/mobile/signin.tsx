// The door: the enterprise's identity elsewhere first, a password where the counter
// has given one.
import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd-mobile/es/components/button'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { call, type Problem } from '../api/client'
import { useGet } from '../api/query'
import type { Me } from '../domain/access/me'
import { useSay } from '../kit/say'
import { useWords, words } from '../kit/words'
import { Text } from './field'
import { Card, Failed, Loading, Page } from './page'

const said = words({
  title: ['登录', 'Sign in'],
  about: ['用企业（法人）身份登录后，申请、报价和数据都在这里。', 'Sign in as your enterprise; its applications, offers and data are here.'],
  kept: ['您填写的内容已保存，登录后接着办。', 'What you typed is kept; it goes on after you have signed in.'],
  byPassword: ['用账号密码登录', 'With a login and a password'],
  byPasswordAbout: ['账号由金融工作中心或银行柜台开通', 'The finance office or a bank’s counter gives the login'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  enter: ['登录', 'Sign in'],
  code: ['动态口令', 'Second factor'],
  codeLabel: ['口令或恢复码', 'Code or recovery code'],
  codeHint: ['身份验证器上显示的6位数字', 'The six digits of your authenticator'],
  own: ['设置您自己的密码', 'Choose a password of your own'],
  ownAbout: ['现在的密码是柜台给的，只能用一次。', 'The password you have was given by the counter, to be used once.'],
  old: ['当前密码', 'Current password'],
  fresh: ['新密码', 'New password'],
  freshHint: ['至少10位', 'At least 10 characters'],
  again: ['再输一次新密码', 'New password again'],
  differ: ['两次输入不一样', 'The two are not the same'],
  required: ['请填写', 'Please fill this in'],
  go: ['继续', 'Go on'],
  other: ['换一个账号', 'Use another account'],
  factor: ['此账号须先在控制台启用动态口令', 'This account needs a second factor, set up in the console'],
  console: ['打开控制台', 'Open the console'],
  elsewhere: ['没有登录成功，请再试一次；若一直不行，请联系金融工作中心。', 'Signing in did not succeed; try again, and ask the finance office if it goes on.'],
})

// within keeps a way back that leads to these pages and nowhere else.
const within = (next: string | null) => (next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/')

export default function SignIn() {
  const t = useWords(said)
  const [address] = useSearchParams()
  const me = useGet('/api/session', {})
  const [old, setOld] = useState('')
  const next = within(address.get('next'))
  const stage = (!me.error && me.data?.stage) || 'nobody'
  if (stage === 'signed_in') return <Navigate to={next} replace />
  return (
    <Page title={stage === 'awaits_code' ? t.code : stage === 'awaits_password' ? t.own : t.title} back="/">
      {me.isPending ? <Loading /> : stage === 'awaits_code' ? <Code /> : stage === 'awaits_password' ? <Own old={old} /> : stage === 'awaits_factor' ? (
        <Card><p>{t.factor}</p><a className="press primary block" href="/sign-in">{t.console}</a></Card>
      ) : <Door next={next} keep={setOld} />}
      {stage !== 'nobody' && <Other />}
    </Page>
  )
}

// useRisen goes on with who has come a step further.
function useRisen() {
  const queries = useQueryClient()
  return (me: Me | undefined) => {
    queries.removeQueries({ predicate: (q) => q.queryKey[0] !== '/api/session' })
    queries.setQueryData(['/api/session', {}], me)
  }
}

// Form sends what it asks for, and says what is wrong with it.
function Form({ send, ok, children }: { send: () => Promise<unknown>; ok: string; children: ReactNode }) {
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<unknown>()
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setWrong(undefined)
    await send().catch((problem: Problem) => setWrong(problem)).finally(() => setBusy(false))
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {children}
      {wrong !== undefined && <Failed error={wrong} />}
      <Button type="submit" color="primary" block size="large" loading={busy}>{ok}</Button>
    </form>
  )
}

function Door({ next, keep }: { next: string; keep: (password: string) => void }) {
  const t = useWords(said)
  const [address] = useSearchParams()
  const risen = useRisen()
  const providers = useGet('/api/signin', {}, { staleTime: 300_000 })
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const items = providers.data?.items ?? []
  const send = async () => {
    setAsked(true)
    if (!login.trim() || !password) return
    const me = await call('post', '/api/session', { body: { login: login.trim().toLowerCase(), password } })
    keep(password)
    risen(me)
  }
  const missing = (v: string) => (asked && v.trim() === '' ? t.required : undefined)
  return (
    <>
      {address.get('error') && <p className="notice bad" role="alert">{t.elsewhere}<code>{address.get('error')}</code></p>}
      <p>{t.about}{next.startsWith('/apply') && ` ${t.kept}`}</p>
      {providers.isPending && <Loading rows={2} />}
      {items.map((p) => <a key={p.id} className="press primary block large" href={`${p.start}?next=${encodeURIComponent(`/m${next}`)}`}>{p.title}</a>)}
      <Card title={t.byPassword}>
        <p className="quiet">{t.byPasswordAbout}</p>
        <Form send={send} ok={t.enter}>
          <Text label={t.login} name="username" autoComplete="username" value={login} onChange={setLogin} wrong={missing(login)} maxLength={64} />
          <Text label={t.password} name="password" type="password" autoComplete="current-password" value={password} onChange={setPassword} wrong={missing(password)} maxLength={256} />
        </Form>
      </Card>
    </>
  )
}

function Code() {
  const t = useWords(said)
  const risen = useRisen()
  const [code, setCode] = useState('')
  return (
    <Card>
      <Form ok={t.go} send={async () => risen(await call('post', '/api/session/code', { body: { code: code.trim() } }))}>
        <Text label={t.codeLabel} hint={t.codeHint} value={code} onChange={setCode} autoComplete="one-time-code" maxLength={40} />
      </Form>
    </Card>
  )
}

function Own({ old: known }: { old: string }) {
  const t = useWords(said)
  const risen = useRisen()
  const say = useSay()
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const [wrong, setWrong] = useState<Problem>()
  const [asked, setAsked] = useState(false)
  const send = async () => {
    setAsked(true)
    setWrong(undefined)
    if (fresh === '' || fresh !== again) return
    await call('put', '/api/me/password', { body: { old: known || old, password: fresh } }).then(risen, (e: Problem) => {
      if (e.field?.endsWith('password')) setWrong(e)
      else throw e
    })
  }
  return (
    <Card>
      <p>{t.ownAbout}</p>
      <Form ok={t.go} send={send}>
        {!known && <Text label={t.old} type="password" autoComplete="current-password" value={old} onChange={setOld} maxLength={256} />}
        <Text label={t.fresh} hint={t.freshHint} type="password" autoComplete="new-password" value={fresh} onChange={setFresh} wrong={wrong ? say(wrong) : asked && !fresh ? t.required : undefined} maxLength={256} />
        <Text label={t.again} type="password" autoComplete="new-password" value={again} onChange={setAgain} wrong={asked && fresh !== again ? t.differ : undefined} maxLength={256} />
      </Form>
    </Card>
  )
}

function Other() {
  const t = useWords(said)
  const risen = useRisen()
  return (
    <Button fill="none" onClick={async () => {
      await call('delete', '/api/session', {}).catch(() => undefined) // it has ended already
      risen(undefined)
      location.assign('/m/sign-in')
    }}>{t.other}</Button>
  )
}
