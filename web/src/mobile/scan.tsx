// What somebody sees who has scanned a code: what it is, and what can be done with it.
import { useEffect } from 'react'
import { Link, useParams } from 'react-router'
import { call } from '../api/client'
import { useGet } from '../api/query'
import { Icon } from '../kit/icon'
import { useWords, words } from '../kit/words'
import { Failed, Loading, Page } from './page'
import { Facts } from './show'

const said = words({
  title: ['扫码结果', 'The code you scanned'],
  loan: ['贷款码', 'Loan code'],
  firm: ['企业码', 'Firm code'],
  bankAbout: [(bank: string) => `这是${bank}的贷款码。您可以直接申请，不用先注册；也可以同时选择其他银行，多家比较。`, (bank: string) => `A loan code of ${bank}. You may apply at once, without an account, and choose other banks as well.`],
  officeAbout: ['这是金融工作中心的贷款码。您可以直接申请，不用先注册，可同时选择多家银行比较。', 'A loan code of the finance office. You may apply at once, without an account, at several banks.'],
  firmAbout: ['这是一家企业出示的企业码，供银行工作人员办理业务时扫描。码里没有企业的经营数据；要查数据，还须企业授权。', 'An enterprise shows this code to the people of a bank. There is no data of the enterprise in it; to read any, a bank needs the enterprise’s consent.'],
  firmStaff: ['银行工作人员请登录后在控制台打开', 'People of a bank: sign in and open it in the console'],
  console: ['在控制台打开', 'Open in the console'],
  signIn: ['工作人员登录', 'Staff sign in'],
  place: ['地点', 'Place'],
  org: ['发码机构', 'Given by'],
  number: ['编号', 'Number'],
  expires: ['有效期至', 'Valid until'],
  begin: ['开始申请', 'Apply'],
  other: ['不用这个码，直接申请', 'Apply without this code'],
  bad: ['这个码不能用', 'This code cannot be used'],
  badHint: ['您仍可以直接申请，银行由您自己选。', 'You may apply all the same, and choose the banks yourself.'],
  safe: ['平台不会通过二维码收费，也不会要您的银行卡密码。', 'No code asks you for money, or for the password of a card.'],
})

export default function Scan() {
  const t = useWords(said)
  const token = useParams().token ?? ''
  const scan = useGet('/api/scan/{token}', { path: { token } }, { staleTime: 600_000 })
  const known = scan.data?.code
  useEffect(() => {
    if (known) void call('post', '/api/scans', { body: { token } }).catch(() => undefined) // it is counted another time
  }, [known, token])
  if (scan.error && scan.error.status !== 0 && scan.error.status < 500) {
    return (
      <Page title={t.bad} back="/">
        <Failed error={scan.error} />
        <p>{t.badHint}</p>
        <Link className="press primary block large" to="/apply">{t.other}</Link>
      </Page>
    )
  }
  if (!scan.data) return <Page title={t.title} back="/">{scan.error ? <Failed error={scan.error} retry={() => scan.refetch()} /> : <Loading rows={6} />}</Page>
  const s = scan.data
  const loan = s.kind === 'loan'
  return (
    <Page title={loan ? t.loan : t.firm} back="/">
      <section className={loan ? 'card hero' : 'card'}>
        <h2>{s.title}</h2>
        <p>{!loan ? t.firmAbout : s.bank ? t.bankAbout(s.org_name) : t.officeAbout}</p>
        {loan && <Link className="press block large" to={`/apply?code=${encodeURIComponent(token)}`}>{t.begin}</Link>}
        {!loan && (s.go ? <a className="press primary block large" href={s.go}>{t.console}</a> : <><p>{t.firmStaff}</p><a className="press block" href={`/sign-in?next=${encodeURIComponent(`/m/scan/${token}`)}`}>{t.signIn}</a></>)}
      </section>
      <section className="card"><Facts of={[[t.org, s.org_name], [t.number, s.number], [t.expires, <span className="num">{s.expires_on}</span>]]} /></section>
      <p className="notice"><Icon name="shield" />{t.safe}</p>
    </Page>
  )
}
