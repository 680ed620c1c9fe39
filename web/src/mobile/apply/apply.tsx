// One application, in five screens: what is needed, who asks, what is known already,
// which banks, and consent. What is typed is kept as it is typed.
import Button from 'antd-mobile/es/components/button'
import { useContext, useEffect, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { attempt } from '../../api/client'
import { useGet } from '../../api/query'
import { MeContext } from '../../domain/access/me'
import type { State } from '../../domain/origination/draft'
import { type Field, reached, wrongIn } from '../../domain/origination/need'
import { useSay } from '../../kit/say'
import { useWords, words } from '../../kit/words'
import { Failed, Page } from '../page'
import { Banks } from './banks'
import { useDraft } from './draft'
import { Firm } from './firm'
import { Known } from './known'
import { Need } from './need'
import { Send } from './send'
import { wishOf } from './wish'

const said = words({
  title: ['融资申请', 'Apply for a loan'],
  step: [(n: number, name: string) => `第 ${n} 步，共 5 步：${name}`, (n: number, name: string) => `Step ${n} of 5: ${name}`],
  one: ['融资需求', 'What you need'],
  two: ['企业和联系人', 'Who asks'],
  three: ['核对数据', 'Check what is known'],
  four: ['选择银行', 'Choose banks'],
  five: ['授权并提交', 'Consent and send'],
  next: ['下一步', 'Next'],
  back: ['上一步', 'Back'],
  empty: ['', ''],
  phone: ['已存在这部手机', 'Kept on this phone'],
  saving: ['正在保存…', 'Saving…'],
  saved: ['已保存，换部手机也能接着填', 'Saved; you can go on elsewhere'],
  waiting: ['已存在这部手机，网络恢复后自动上传', 'Kept on this phone; it is sent when the network is back'],
  missing: ['还有几项没有填好，请看标红的地方', 'Some fields are not filled in yet; see those in red'],
})

const names = ['one', 'two', 'three', 'four', 'five'] as const

export default function Apply() {
  const t = useWords(said)
  const me = useContext(MeContext)
  const go = useNavigate()
  const [address, setAddress] = useSearchParams()
  const draft = useDraft(me?.roles?.includes('enterprise') === true)
  const f = draft.values
  const most = reached(f, me?.roles?.includes('enterprise') === true)
  const asked = Number(address.get('step') ?? 1)
  const step = Math.min(Math.max(1, Number.isInteger(asked) ? asked : 1), most)
  const [tried, setTried] = useState(0) // the step that was tried to be left
  const wrong: Field[] = tried === step ? wrongIn(step, f) : []
  const token = address.get('code')
  const scanned = useGet('/api/scan/{token}', { path: { token: token ?? '' } }, { enabled: token !== null && token !== f.token, staleTime: 600_000 })
  const code = scanned.data?.code
  useEffect(() => {
    if (!code || !token) return
    draft.set('code', code)
    draft.set('token', token)
  }, [code, token, draft])
  const to = (n: number) => {
    setTried(0)
    setAddress((old) => { old.set('step', String(n)); return old })
    scrollTo(0, 0)
    document.getElementById('main')?.focus({ preventScroll: true })
  }
  const next = () => {
    if (step === 3) {
      draft.set('confirmed', true)
      if (!f.key) draft.set('key', attempt())
    } else if (wrongIn(step, f).length > 0) {
      setTried(step)
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.field.wrong input, .field.wrong textarea')?.focus())
      return
    }
    void draft.push()
    to(step + 1)
  }
  const needsDoor = step === 2 && !me?.roles?.includes('enterprise')
  return (
    <Page title={t.title} back={step === 1 ? '/' : `/apply?step=${step - 1}`} foot={step < 5 && !needsDoor && (
      <>
        {wrong.length > 0 && <p className="notice bad" role="alert">{t.missing}</p>}
        <Button color="primary" block size="large" onClick={next}>{t.next}</Button>
      </>
    )}>
      <div className="steps-line">
        <b aria-live="polite">{t.step(step, t[names[step - 1]!])}</b>
        <div className="track" aria-hidden="true">{names.map((n, i) => <i key={n} className={i < step ? 'done' : undefined} />)}</div>
        <Saved state={draft.state} wrong={draft.wrong} />
      </div>
      {scanned.error && <Failed error={scanned.error} />}
      {step === 1 && <Need draft={draft} wrong={wrong} />}
      {step === 2 && <Firm draft={draft} wrong={wrong} />}
      {step === 3 && <Known draft={draft} />}
      {step === 4 && <Banks wish={wishOf(f)} chosen={f.products} choose={(p) => draft.set('products', p)} wrong={wrong.includes('products')} />}
      {step === 5 && <Send draft={draft} back={() => to(4)} done={(id) => go(`/applications/${id}?sent=1`, { replace: true })} />}
    </Page>
  )
}

function Saved({ state, wrong }: { state: State; wrong: unknown }) {
  const t = useWords(said)
  const say = useSay()
  return <p className="saved no-voice" role="status">{state === 'refused' ? say(wrong) : t[state]}</p>
}
