import { useContext, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd-mobile/es/components/button'
import { Link, useNavigate } from 'react-router'
import { call } from '../api/client'
import { useChange, useGet } from '../api/query'
import { Live } from '../api/live'
import { MeContext, useMe } from '../domain/access/me'
import { stageWords } from '../domain/origination/words'
import { Icon } from '../kit/icon'
import { day } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { Line } from './applications'
import { forgetDraft } from './apply/draft'
import { Card, Empty, Failed, Page, Shown } from './page'
import { Clock, Rate, Wan } from './show'

const said = words({
  title: ['企业融资', 'Finance for your business'],
  hero: ['一次申请，多家银行报价', 'Apply once, several banks make offers'],
  heroText: ['不用先注册。填写需求、授权查询、选好银行就能提交；政策补贴直接算进成本里。', 'No account is needed to begin. Say what you need, consent, choose banks; subsidies are counted into the cost.'],
  begin: ['开始申请', 'Begin'],
  signIn: ['企业登录', 'Sign in'],
  calculator: ['还款试算', 'What would it cost'],
  calculatorText: ['看看每期还多少、一年成本多少', 'Each instalment, and the cost of a year'],
  notices: ['补贴公示', 'Public notices'],
  noticesText: ['哪些企业得了什么补贴', 'Who got which subsidy'],
  scan: ['有贷款码？', 'You have a loan code?'],
  scanText: ['用手机相机或微信扫一扫，直接打开，不用在这里输入', 'Scan it with your phone’s camera; it opens by itself'],
  offers: ['等您选择的报价', 'Offers that wait for you'],
  going: ['正在办理', 'Under way'],
  none: ['没有正在办理的申请', 'Nothing is under way'],
  noneHint: ['需要资金时，申请一次就能问多家银行', 'When you need money, apply once at several banks'],
  all: ['全部申请', 'All applications'],
  loans: ['我的贷款', 'My loans'],
  code: ['我的企业码', 'My firm code'],
  codeText: ['在银行柜台出示，工作人员扫一下就知道是哪家企业。码里没有经营数据。', 'Show it at a bank’s counter: it says which enterprise this is, and nothing else.'],
  makeCode: ['生成企业码', 'Make the code'],
  showCode: ['出示企业码', 'Show the code'],
  hideCode: ['收起', 'Hide it'],
  codeAlt: ['企业码二维码', 'The code'],
  until: [(on: string) => `有效期至 ${on}`, (on: string) => `valid until ${on}`],
  out: ['退出登录', 'Sign out'],
  outHint: ['这部手机上的草稿也会清除', 'The draft on this phone goes with it'],
  valid: ['有效期至', 'until'],
  staff: ['工作人员请用控制台', 'Staff: use the console'],
})

export default function Home() {
  const me = useContext(MeContext)
  return me?.roles?.includes('enterprise') ? <Live><Mine /></Live> : <Open />
}

function Services() {
  const t = useWords(said)
  return (
    <nav className="menu" aria-label={t.title}>
      <Link to="/calculator"><Icon name="calc" size={26} /><span className="grow"><b>{t.calculator}</b><small>{t.calculatorText}</small></span></Link>
      <a href="/notice"><Icon name="notice" size={26} /><span className="grow"><b>{t.notices}</b><small>{t.noticesText}</small></span></a>
    </nav>
  )
}

function Open() {
  const t = useWords(said)
  const me = useContext(MeContext)
  return (
    <Page title={t.title}>
      <section className="card hero">
        <h2>{t.hero}</h2>
        <p>{t.heroText}</p>
        <Link className="press block large" to="/apply">{t.begin}</Link>
        {me ? <a className="press block plain" href="/">{t.staff}</a> : <Link className="press block plain" to="/sign-in">{t.signIn}</Link>}
      </section>
      <Services />
      <Card title={t.scan}><p>{t.scanText}</p></Card>
    </Page>
  )
}

function Mine() {
  const t = useWords(said)
  const me = useMe()
  const open = useGet('/api/applications', { query: { limit: 20, state: ['submitted', 'accepted'] } })
  return (
    <Page title={me.org_name} tabs>
      <Offers />
      <section className="stack" aria-label={t.going}>
        <div className="spread"><h2>{t.going}</h2><Link className="quiet-button" to="/applications">{t.all}</Link></div>
        <Shown of={open}>
          {({ items }) => (items?.length ? items.map((a) => <Line key={a.id} of={a} />) : <Empty icon="file" title={t.none} hint={t.noneHint} />)}
        </Shown>
      </section>
      <Link className="press primary block large" to="/apply">{t.begin}</Link>
      <Loans />
      <Code />
      <Services />
      <Out />
    </Page>
  )
}

// Offers are those that can be accepted now.
function Offers() {
  const t = useWords(said)
  const list = useGet('/api/referrals', { query: { stage: ['offered'], limit: 20 } })
  const items = (list.data?.items ?? []).filter((r) => r.offer)
  if (items.length === 0) return null
  return (
    <Card title={t.offers}>
      <nav className="menu" aria-label={t.offers}>
        {items.map((r) => <OfferLine key={r.id} id={r.offer} />)}
      </nav>
    </Card>
  )
}

function OfferLine({ id }: { id: string }) {
  const t = useWords(said)
  const o = useGet('/api/offers/{id}', { path: { id } }).data
  return (
    <Link to={`/offers/${id}`}>
      <Icon name="compare" size={26} />
      {o ? <span className="grow"><b>{o.bank_name}</b><span><Rate ppb={o.price.rate_ppb} /> · <Wan fen={o.price.amount_fen} /></span><small>{t.valid} <Clock on={day(o.price.valid_til_ms)} /></small></span> : <span className="grow quiet">…</span>}
      <Icon name="right" />
    </Link>
  )
}

function Loans() {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const list = useGet('/api/referrals', { query: { stage: ['contracted', 'disbursed', 'overdue', 'repaid'], limit: 20 } })
  const items = list.data?.items ?? []
  if (items.length === 0) return null
  return <Card title={t.loans}><ul className="stack">{items.map((r) => <li key={r.id} className="spread"><span><Wan fen={r.amount_fen} /> · {r.product_name || r.title}</span><span>{stage(r.stage)}</span></li>)}</ul></Card>
}

// Code is the enterprise's own code, to be shown at a counter.
function Code() {
  const t = useWords(said)
  const [shown, setShown] = useState(false)
  const list = useGet('/api/codes', { query: { kind: 'firm', state: 'live', limit: 1 } })
  const make = useChange('post', '/api/codes', ['/api/codes'])
  const code = list.data?.items?.[0]
  return (
    <Card title={t.code}>
      <p>{t.codeText}</p>
      {make.error && <Failed error={make.error} />}
      {shown && code && <figure className="qr"><img src={`/api/codes/${code.id}/picture?format=svg`} alt={t.codeAlt} /><figcaption>{code.number} · {t.until(code.expires_on)}</figcaption></figure>}
      <Button block loading={make.isPending} disabled={list.isPending} aria-expanded={shown} onClick={() => {
        if (code) return setShown(!shown)
        make.mutate({ body: { place: 'firm' } }, { onSuccess: () => setShown(true) })
      }}>{shown ? t.hideCode : code ? t.showCode : t.makeCode}</Button>
    </Card>
  )
}

function Out() {
  const t = useWords(said)
  const queries = useQueryClient()
  const go = useNavigate()
  return (
    <div>
      <Button block fill="none" onClick={async () => {
        await call('delete', '/api/session', {}).catch(() => undefined) // an ended session is out already
        forgetDraft()
        queries.clear()
        go('/sign-in')
      }}>{t.out}</Button>
      <p className="quiet small center">{t.outHint}</p>
    </div>
  )
}
