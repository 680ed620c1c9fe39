import { useContext, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd-mobile/es/components/button'
import { Link, useNavigate } from 'react-router'
import { call, type Item } from '../api/client'
import { useChange, useGet } from '../api/query'
import { Live } from '../api/live'
import { MeContext, useMe } from '../domain/access/me'
import { Icon, type IconName } from '../kit/icon'
import { day, type Instant, now } from '../kit/time'
import { useWords, words } from '../kit/words'
import { Line } from './applications'
import { forgetDraft } from './apply/draft'
import { borrowed, LoanLine } from './loans'
import { Card, Empty, Failed, Page, Shown } from './page'
import { Clock, Wan } from './show'

const said = words({
  title: ['企业融资', 'Finance for your business'],
  hero: ['一次申请，多家银行报价', 'Apply once, several banks make offers'],
  heroText: ['不用先注册。填写需求、授权查询、选好银行就能提交；政策补贴直接算进成本里。', 'No account is needed to begin. Say what you need, consent, choose banks; subsidies are counted into the cost.'],
  begin: ['开始申请', 'Begin'],
  signIn: ['企业登录', 'Sign in'],
  calculator: ['还款试算', 'What would it cost'],
  calculatorText: ['看看每期还多少、一年成本多少', 'Each instalment, and the cost of a year'],
  notices: ['补贴公示', 'Public notices'],
  rating: ['我的评级', 'My rating'],
  ratingText: ['等级、为什么、怎样提高、谁看得到', 'The grade, why, what would help, who sees it'],
  noticesText: ['哪些企业得了什么补贴', 'Who got which subsidy'],
  scan: ['有贷款码？', 'You have a loan code?'],
  scanText: ['用手机相机或微信扫一扫，直接打开，不用在这里输入', 'Scan it with your phone’s camera; it opens by itself'],
  waiting: ['等您办的事', 'What waits for you'],
  nothing: ['现在没有要您办的事', 'Nothing waits for you now'],
  late: ['有贷款逾期，请尽快还款', 'A loan is overdue; repay it soon'],
  choose: [(n: number) => (n === 1 ? '有银行报价，请您选择' : `${n} 家银行报价，请您比较选择`), (n: number) => (n === 1 ? 'A bank has made an offer' : `${n} banks have made offers`)],
  compare: ['点开比较', 'Compare them'],
  papers: ['银行在等您补材料', 'A bank waits for papers'],
  messages: ['消息', 'Messages'],
  unread: [(n: number) => `${n} 条新消息`, (n: number) => `${n} new ${n === 1 ? 'message' : 'messages'}`],
  noUnread: ['没有新消息', 'Nothing new'],
  closed: ['登记信息显示本企业已注销或吊销，不能再申请融资；已有的贷款请按合同办理。登记有误请找市场监督管理部门更正。', 'The register has this enterprise as closed: it can no longer apply; loans go on as contracted. If the register is wrong, the market regulation department corrects it.'],
  going: ['正在办理', 'Under way'],
  none: ['没有正在办理的申请', 'Nothing is under way'],
  noneHint: ['需要资金时，申请一次就能问多家银行', 'When you need money, apply once at several banks'],
  all: ['全部申请', 'All applications'],
  loans: ['我的贷款', 'My loans'],
  allLoans: ['全部贷款', 'All loans'],
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

function Services({ own }: { own?: boolean }) {
  const t = useWords(said)
  return (
    <nav className="menu" aria-label={t.title}>
      {own && <Link to="/ratings"><Icon name="chart" size={26} /><span className="grow"><b>{t.rating}</b><small>{t.ratingText}</small></span></Link>}
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
  const applications = useGet('/api/applications', { query: { limit: 50, state: ['submitted', 'accepted'] } })
  const referrals = useGet('/api/referrals', { query: { limit: 200 } })
  const all = referrals.data?.items ?? []
  const loans = all.filter((r) => borrowed.includes(r.stage))
  // what has become a loan is below, among the loans
  const going = (applications.data?.items ?? []).filter((a) => !(a.targets ?? []).some((x) => loans.some((r) => r.id === x.referral)))
  return (
    <Page title={me.org_name} tabs>
      <Standing />
      {referrals.data && <Waiting of={all} applications={applications.data?.items ?? []} />}
      {loans.length > 0 && (
        <section className="stack" aria-label={t.loans}>
          <div className="spread"><h2>{t.loans}</h2><Link className="quiet-button" to="/loans">{t.allLoans}</Link></div>
          {loans.filter((r) => r.stage !== 'repaid').slice(0, 3).map((r) => <LoanLine key={r.id} of={r} />)}
        </section>
      )}
      <section className="stack" aria-label={t.going}>
        <div className="spread"><h2>{t.going}</h2><Link className="quiet-button" to="/applications">{t.all}</Link></div>
        <Shown of={applications}>
          {() => (going.length ? going.slice(0, 5).map((a) => <Line key={a.id} of={a} at={all} />) : <Empty icon="file" title={t.none} hint={t.noneHint} />)}
        </Shown>
      </section>
      <Link className="press primary block large" to="/apply">{t.begin}</Link>
      <Code />
      <Services own />
      <Out />
    </Page>
  )
}

// Standing says when the registry has the enterprise as closed.
function Standing() {
  const t = useWords(said)
  const own = useGet('/api/firms', { query: { limit: 1 } }, { staleTime: 600_000 }).data?.items?.[0]
  if (!own || own.status === 'open') return null
  return <p className="notice bad" role="alert"><Icon name="warn" />{t.closed}</p>
}

type Referral = Item<'/api/referrals'>

// Waiting is what waits for the enterprise itself: offers, papers, money that is late.
function Waiting({ of: all, applications }: { of: Referral[]; applications: Item<'/api/applications'>[] }) {
  const t = useWords(said)
  const messages = useGet('/api/messages', { query: { limit: 1 } }, { staleTime: 0 })
  const unread = messages.data?.unread ?? 0
  const of = (r: Referral) => applications.find((a) => (a.targets ?? []).some((x) => x.referral === r.id))
  const bank = (r: Referral) => of(r)?.targets?.find((x) => x.referral === r.id)?.bank_name ?? ''
  const open = all.filter((r) => r.stage === 'offered' && r.valid_til_ms > now())
  const choosing = [...new Set(open.map((r) => of(r)?.id))].flatMap((id) => {
    const mine = open.filter((r) => of(r)?.id === id)
    return id ? [{ id, mine, until: Math.min(...mine.map((r) => r.valid_til_ms)) as Instant }] : []
  })
  const paused = all.filter((r) => r.left >= 0)
  const late = all.filter((r) => r.stage === 'overdue')
  return (
    <Card title={t.waiting}>
      <nav className="menu" aria-label={t.waiting}>
        {late.map((r) => <Todo key={r.id} to={`/loans/${r.id}`} icon="warn" title={t.late} text={<>{bank(r)} · <Wan fen={r.amount_fen} /></>} />)}
        {choosing.map((x) => <Todo key={x.id} to={`/applications/${x.id}`} icon="compare" title={t.choose(x.mine.length)} text={<>{x.mine.length === 1 ? bank(x.mine[0]!) : t.compare} · {t.valid} <Clock on={day(x.until)} /></>} />)}
        {paused.map((r) => <Todo key={r.id} to={`/applications/${of(r)?.id ?? ''}`} icon="upload" title={t.papers} text={bank(r)} />)}
        <Todo to="/messages" icon="bell" title={unread > 0 ? t.unread(unread) : t.messages} text={unread > 0 ? messages.data?.items?.[0]?.title : t.noUnread} />
      </nav>
      {late.length + choosing.length + paused.length === 0 && <p className="quiet">{t.nothing}</p>}
    </Card>
  )
}

function Todo({ to, icon, title, text }: { to: string; icon: IconName; title: string; text: React.ReactNode }) {
  return <Link to={to}><Icon name={icon} size={26} /><span className="grow"><b>{title}</b><span>{text}</span></span><Icon name="right" /></Link>
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
