// The first page: what waits for me, what is late, what I was told.
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { useChange, useGet } from '../api/query'
import { useMay, useMe, useReach } from '../domain/access/me'
import { roleWords } from '../domain/access/words'
import { recentMonths } from '../domain/reporting/period'
import { stageTones as referralTones } from '../domain/origination/desk'
import { stageWords as referralStages } from '../domain/origination/words'
import { backStages, orderStages, stageTones, stageWords } from '../domain/subsidy/words'
import { Stages } from './subsidy/stages'
import { Icon, type IconName } from '../kit/icon'
import { count } from '../kit/money'
import { Card, Empty, Page, Shown } from '../kit/page'
import { At, Due, Tag, Yuan } from '../kit/show'
import { today } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'

const said = words({
  title: [(name: string) => `${name}，您好`, (name: string) => `Good day, ${name}`],
  waits: ['等您办理', 'Waits for you'],
  none: ['没有等您办理的事项', 'Nothing waits for you'],
  noneHint: ['新的事项会出现在这里', 'What comes will appear here'],
  messages: ['消息', 'Messages'],
  noMessages: ['没有消息', 'No messages'],
  read: ['全部已读', 'Mark all as read'],
  unread: ['未读', 'unread'],
  allMessages: ['全部消息', 'All messages'],
  handIn: ['新的报送', 'Hand in'],
  owedTitle: ['待报送', 'To be reported'],
  report: ['去报送', 'Hand in'],
  calendar: ['报送日历', 'Calendar'],
  confirming: ['报送警告待确认', 'Submissions to confirm'],
  rejected: ['报送被退回', 'Submissions sent back'],
  proposed: ['结算待确认', 'Settlements to confirm'],
  proposals: ['资金事项待复核', 'Fund matters to confirm'],
  objections: ['异议待答复', 'Objections to answer'],
  banksLate: ['机构逾期未报', 'Reports overdue'],
  payees: ['收款账户待核对', 'Payee accounts to confirm'],
  toReturn: ['须退回的款项', 'Money to return'],
  claims: ['申报', 'Claims'],
  orders: ['支付单', 'Orders'],
  clawbacks: ['追回', 'Clawbacks'],
  referrals: ['融资受理', 'Referrals'],
  lateOnes: ['逾期', 'late'],
  overdue: ['融资受理超时', 'Referrals overdue'],
  differing: ['平台贷款待核对', 'Loans to compare'],
  written: ['产品待发布', 'Products to publish'],
  ratingAlarms: ['评级模型预警', 'Alarms of scorecards'],
  noRoles: ['账号待授权', 'Accounts without roles'],
  setUp: ['开始使用', 'To begin with'],
  orgs: ['新增机构', 'Add organisations'],
  accounts: ['新增账号', 'Add accounts'],
  roles: ['为账号授予角色', 'Give roles to accounts'],
  audit: ['查看审计日志', 'Look at the audit log'],
})

export default function Home() {
  const t = useWords(said)
  const role = useCode(roleWords)
  const me = useMe()
  const may = useMay()
  const go = useNavigate()
  const reports = may('submission.write') && me.org_kind !== 'office'
  return (
    <Page title={t.title(me.name)} about={`${me.org_name} · ${(me.roles ?? []).map(role).join('、')}`}
      actions={reports ? <Button type="primary" icon={<Icon name="upload" size={16} />} onClick={() => go('/submissions/new')}>{t.handIn}</Button>
        : undefined}>
      <div className="home">
        <div className="stack">
          <Tasks />
          {reports && <Owed />}
          <Waiting />
          {may('claim.read') && <Stages />}
        </div>
        <div className="stack">
          <Quick />
          <Messages />
        </div>
      </div>
    </Page>
  )
}

type Task = { key: string; name: string; n: number; to: string; icon: IconName; late?: boolean }

// useTasks counts what waits for somebody with these permissions.
function useTasks(): Task[] {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const reports = may('submission.write') && me.org_kind !== 'office'
  const months = recentMonths(13)
  const one = { limit: 1 }
  const confirming = useGet('/api/submissions', { query: { state: 'confirming', ...one } }, { enabled: may('submission.confirm') })
  const rejected = useGet('/api/submissions', { query: { state: 'rejected', current: undefined, limit: 200 } }, { enabled: reports })
  const latest = useGet('/api/submissions', { query: { limit: 200 } }, { enabled: reports })
  const runs = useGet('/api/runs', { query: { limit: 50 } }, { enabled: may('run.confirm') })
  const proposals = useGet('/api/fund/proposals', { query: { state: 'prepared', limit: 200 } }, { enabled: may('fund.confirm') })
  const objections = useGet('/api/objections', { query: { open: true, ...one } }, { enabled: may('objection.answer') })
  const oversees = (me.permissions as Record<string, string>)['calendar.read'] === 'all'
  const banks = useGet('/api/reporting/owed', { query: { from: months.at(-1)!, to: months[0]!, limit: 200 } }, { enabled: oversees })
  const payees = useGet('/api/payee-accounts', { query: { limit: 200 } }, { enabled: may('payee_account.confirm') })
  const toReturn = useGet('/api/clawbacks', { query: { stage: 'collecting', ...one } }, { enabled: me.org_kind === 'bank' && may('claim.read') })
  const accounts = useGet('/api/accounts', { query: { role: '-', active: true, ...one } }, { enabled: may('account.grant') })
  // what of lending waits beside cases of one's own: late ones of any bank for who oversees
  // them, what the platform and a bank say differently, editions to publish
  const overdue = useGet('/api/referrals', { query: { late: true, ...one } }, { enabled: useReach()('referral.read') === 'all' })
  const differing = useGet('/api/through-loans', { query: { open: true, ...one } }, { enabled: may('through.read') })
  const written = useGet('/api/products', { query: { draft: true, ...one } }, { enabled: may('product.publish') })
  const alarms = useGet('/api/rating-alarms', { query: { state: 'open', ...one } }, { enabled: may('rating_model.use') })
  // sent back, and no newer version has come since
  const back = (rejected.data?.items ?? []).filter((s) => !(latest.data?.items ?? []).some((o) => o.org === s.org && o.set === s.set && o.period === s.period && o.version > s.version))
  const ruled = (runs.data?.items ?? []).filter((r) => r.standing === 'proposed' && r.asked_by !== me.account)
  const others = (proposals.data?.items ?? []).filter((p) => p.prepared_by !== me.account)
  const all: Task[] = [
    { key: 'rejected', name: t.rejected, n: back.length, to: '/submissions?state=rejected', icon: 'warn', late: true },
    { key: 'confirming', name: t.confirming, n: confirming.data?.total ?? 0, to: '/submissions?state=confirming', icon: 'check' },
    { key: 'proposed', name: t.proposed, n: ruled.length, to: ruled[0] ? `/runs/${ruled[0].id}` : '/runs', icon: 'calc' },
    { key: 'proposals', name: t.proposals, n: others.length, to: '/fund/proposals?state=prepared', icon: 'ledger' },
    { key: 'objections', name: t.objections, n: objections.data?.total ?? 0, to: '/objections?open=true', icon: 'notice', late: true },
    { key: 'banks', name: t.banksLate, n: (banks.data?.items ?? []).filter((c) => c.due_on < today()).length, to: '/reporting/calendar', icon: 'calendar', late: true },
    { key: 'payees', name: t.payees, n: (payees.data?.items ?? []).filter((p) => !p.confirmed_by && p.entered_by !== me.account).length, to: '/payees?state=open', icon: 'shield' },
    { key: 'return', name: t.toReturn, n: toReturn.data?.total ?? 0, to: '/clawbacks?stage=collecting', icon: 'out', late: true },
    { key: 'overdue', name: t.overdue, n: overdue.data?.total ?? 0, to: '/referrals?late=true', icon: 'clock', late: true },
    { key: 'differing', name: t.differing, n: differing.data?.total ?? 0, to: '/through?open=true', icon: 'compare', late: true },
    { key: 'written', name: t.written, n: written.data?.total ?? 0, to: '/products?draft=true', icon: 'pay' },
    { key: 'alarms', name: t.ratingAlarms, n: alarms.data?.total ?? 0, to: `/rating/months/${alarms.data?.items?.[0]?.model ?? ''}`, icon: 'chart', late: true },
    { key: 'roles', name: t.noRoles, n: accounts.data?.total ?? 0, to: '/accounts?role=-', icon: 'people' },
  ]
  return all.filter((x) => x.n > 0)
}

function Tasks() {
  const tasks = useTasks()
  if (tasks.length === 0) return null
  return (
    <div className="tasks">
      {tasks.map((x) => (
        <Link key={x.key} to={x.to} className={`card task${x.late ? ' late' : ''}`}>
          <Icon name={x.icon} size={22} />
          <span>
            <small>{x.name}</small>
            <b>{count(x.n)}</b>
          </span>
        </Link>
      ))}
    </div>
  )
}

// Owed lists what one's organisation has to report next, the earliest first.
function Owed() {
  const t = useWords(said)
  const months = recentMonths(13)
  const owed = useGet('/api/reporting/owed', { query: { from: months.at(-1)!, to: months[0]!, limit: 5 } })
  if (!owed.data?.items?.length) return null
  return (
    <Card title={t.owedTitle} extra={<Link to="/reporting/calendar">{t.calendar}</Link>}>
      <ul className="todo">
        {owed.data.items.map((o) => (
          <li key={`${o.obligation}/${o.period}`} className="case">
            <div className="grow"><b style={{ fontWeight: 550 }}>{o.title}</b> <span className="num">{o.period}</span></div>
            <Due on={o.due_on} />
            <Link to={`/submissions/new?set=${o.set}&period=${o.period}`}>{t.report}</Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

// kinds of cases that may wait for somebody: who has them, where one is, and the list
// of those that wait.
const kinds = {
  claim: { need: 'claim.read', to: '/claims', all: '/claims?mine=true', late: '/claims?mine=true&late=true', name: 'claims' },
  payment_order: { need: 'payment_order.read', to: '/orders', all: '/orders?stage=prepared', late: '/orders?stage=prepared', name: 'orders' },
  clawback: { need: 'clawback.write', to: '/clawbacks', all: '/clawbacks?mine=true', late: '/clawbacks?mine=true&late=true', name: 'clawbacks' },
  referral: { need: 'referral.act', to: '/referrals', all: '/referrals?mine=true', late: '/referrals?mine=true&late=true', name: 'referrals' },
} as const
type Kind = keyof typeof kinds

function Waiting() {
  const t = useWords(said)
  const stage = { claim: useCode(stageWords), payment_order: useCode(orderStages), clawback: useCode(backStages), referral: useCode(referralStages) }
  const may = useMay()
  const tasks = useTasks()
  const waiting = useGet('/api/waiting', { query: { limit: 12 } })
  const mine = (Object.keys(kinds) as Kind[]).filter((k) => may(kinds[k].need))
  if (mine.length === 0 && tasks.length > 0) return null
  return (
    <Card title={t.waits} extra={(waiting.data?.total ?? 0) > 0 && <span className="row">{mine.map((k) => <Count key={k} kind={k} />)}</span>}>
      <Shown of={waiting} rows={4}>
        {(data) => data.items?.length ? (
          <ul className="todo">
            {data.items.map((w) => (
              <li key={w.id} className="case">
                <div className="grow">
                  <Link to={`${kinds[w.kind as Kind].to}/${w.id}`} style={{ fontWeight: 550 }}>{w.title || w.id}</Link>
                  <div className="row small" style={{ gap: 8 }}>
                    <Tag tone={(w.kind === 'referral' ? referralTones : stageTones)[w.stage] ?? 'wait'}>{stage[w.kind as Kind](w.stage)}</Tag>
                    <span className="quiet"><At ms={w.since_ms} /></span>
                  </div>
                </div>
                <span className="amount">
                  <b><Yuan fen={w.amount_fen} unit /></b>
                  {w.due_on && <Due on={w.due_on} />}
                </span>
              </li>
            ))}
          </ul>
        ) : tasks.length > 0 ? <p className="quiet">{t.none}</p> : <Empty icon="check" title={t.none} hint={t.noneHint} />}
      </Shown>
    </Card>
  )
}

// Count says how many cases of a kind wait, and how many of them are late, and leads to
// them.
function Count({ kind }: { kind: Kind }) {
  const t = useWords(said)
  const all = useGet('/api/waiting', { query: { kind, limit: 1 } })
  const late = useGet('/api/waiting', { query: { kind, late: true, limit: 1 } })
  if (!all.data?.total) return null
  return (
    <span>
      <Link to={kinds[kind].all}>{t[kinds[kind].name]} {count(all.data.total)}</Link>
      {(late.data?.total ?? 0) > 0 && <> · <Link to={kinds[kind].late} style={{ color: 'var(--tangerine)', fontWeight: 600 }}>{t.lateOnes} {count(late.data!.total)}</Link></>}
    </span>
  )
}

// Quick leads to what somebody new has to do first.
function Quick() {
  const t = useWords(said)
  const may = useMay()
  const links: [string, string, IconName][] = []
  if (may('org.write')) links.push(['/orgs', t.orgs, 'org'])
  if (may('account.write')) links.push(['/accounts', t.accounts, 'people'])
  if (may('account.grant')) links.push(['/accounts?role=-', t.roles, 'key'])
  if (may('audit.read') && may('audit.verify')) links.push(['/audit', t.audit, 'audit'])
  if (links.length === 0) return null
  return (
    <Card title={t.setUp}>
      <ul className="todo">
        {links.map(([to, name, icon]) => <li key={to}><Icon name={icon} /><Link to={to} className="grow">{name}</Link></li>)}
      </ul>
    </Card>
  )
}

function Messages(): ReactNode {
  const t = useWords(said)
  const messages = useGet('/api/messages', { query: { limit: 6 } }, { refetchInterval: 120_000 })
  const read = useChange('post', '/api/messages/read', ['/api/messages'])
  return (
    <Card title={t.messages} extra={(messages.data?.unread ?? 0) > 0 && <Button size="small" loading={read.isPending} onClick={() => read.mutate({ body: { all: true } })}>{t.read}</Button>}>
      <Shown of={messages} rows={3}>
        {(data) => data.items?.length ? (
          <ul className="todo">
            {data.items.map((m) => (
              <li key={m.id}>
                <span className={m.read_ms ? 'dot' : 'dot new'}><span className="hidden-text">{m.read_ms ? '' : t.unread}</span></span>
                <div className="grow">
                  {m.link ? <Link to={m.link} onClick={() => m.read_ms || read.mutate({ body: { ids: [m.id] } })}>{m.title}</Link> : m.title}
                  <div className="quiet small"><At ms={m.at_ms} /></div>
                </div>
              </li>
            ))}
          </ul>
        ) : <p className="quiet">{t.noMessages}</p>}
      </Shown>
      {(messages.data?.total ?? 0) > 6 && <Link to="/messages" className="more">{t.allMessages}（{count(messages.data!.total)}）</Link>}
    </Card>
  )
}

