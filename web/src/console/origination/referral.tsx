// One referral: what the enterprise asks, how long the step may take, what is done next.
import { Link, useParams } from 'react-router'
import { useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { roleWords } from '../../domain/access/words'
import { classWords, type Detail, endWords, loanStatus, loanTones, offerStates, offerTones, refusalWords, stageTones, verbWords, way } from '../../domain/origination/desk'
import { useSchedule } from '../../domain/origination/cost'
import { methodWords, purposeWords, securityWords, stageWords } from '../../domain/origination/words'
import { Card, Page, Shown } from '../../kit/page'
import { At, Due, Facts, Mask, Rate, StageLine, Tag, Yuan } from '../../kit/show'
import { day } from '../../kit/time'
import { Timeline } from '../../kit/timeline'
import { useCode, useWords, words } from '../../kit/words'
import { Rated } from '../rating/rated'
import { Acts } from './act'
import { FirmFile } from './firmfile'
import { Plan, Sums } from './offering'
import { Messages, Papers } from './talk'

const said = words({
  title: ['受理件', 'Referral'],
  back: ['融资受理', 'referrals'],
  number: [(n: string) => `受理号 ${n}`, (n: string) => `No. ${n}`],
  left: [(n: number) => `还有 ${n} 个工作日`, (n: number) => `${n} working ${n === 1 ? 'day' : 'days'} left`],
  stopped: [(n: number) => `计时已暂停，剩 ${n} 个工作日`, (n: number) => `the clock is stopped, ${n} working days left`],
  lateSteps: [(n: number) => `已有 ${n} 步超时`, (n: number) => `${n} steps were late`],
  assignee: ['经办', 'Assigned to'],
  nobody: ['待领取', 'nobody yet'],
  asks: ['企业需求', 'What it asks for'],
  bank: ['银行', 'Bank'],
  firm: ['企业', 'Enterprise'],
  sole: ['个体工商户：经营者信息是个人信息', 'A sole trader: what is known of the owner is personal'],
  amount: ['申请金额', 'Amount'],
  months: ['期限', 'Term'],
  monthsOf: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  purpose: ['用途', 'Purpose'],
  security: ['可提供的担保', 'Security it can give'],
  notSaid: ['未说明', 'it does not say'],
  method: ['希望的还款方式', 'Would repay by'],
  region: ['所在地', 'Where'],
  product: ['申请的产品', 'Product'],
  any: ['不限产品', 'any'],
  contact: ['联系人', 'Contact'],
  phone: ['联系电话', 'Telephone'],
  remark: ['备注', 'Remark'],
  came: ['送达时间', 'Came'],
  declined: ['未通过原因', 'Declined for'],
  offers: ['报价', 'Offers'],
  version: [(n: number) => `第 ${n} 版`, (n: number) => `version ${n}`],
  until: ['有效期至', 'holds until'],
  plan: ['还款计划与综合成本', 'Schedule and cost'],
  contract: ['合同', 'Contract'],
  no: ['合同编号', 'Number'],
  contractAmount: ['合同金额', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  signed: ['签约日期', 'Signed on'],
  securedBy: ['担保方式', 'Security'],
  first: ['首贷户', 'First loan'],
  yes: ['是', 'yes'],
  notFirst: ['否', 'no'],
  unknown: ['不清楚', 'not known'],
  branch: ['经办网点', 'Branch'],
  notes: ['放款与贷款状态', 'Money paid out, and how it stands'],
  balance: ['余额', 'left'],
  asOf: ['截至', 'as of'],
  overdue: [(n: number) => `逾期 ${n} 天`, (n: number) => `${n} days overdue`],
  none: ['无', 'None'],
  closed: ['留言和材料只有企业和经办银行可见。', 'Messages and papers are for the enterprise and its bank alone.'],
})

export default function ReferralPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const referral = useGet('/api/referrals/{id}', { path: { id } })
  const r = referral.data?.referral
  return (
    <Page title={r?.firm ?? t.title} about={r && t.number(String(r.number))} back={{ to: '/referrals', name: t.back }}>
      <Shown of={referral} rows={10}>{(d) => <Known of={d} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const stage = useCode(stageWords)
  const end = useCode(endWords)
  const refusal = useCode(refusalWords)
  const verb = useCode(verbWords)
  const role = useCode(roleWords)
  const r = of.referral
  const party = me.org === r.org || may('offer.accept')
  return (
    <>
      {of.warning && <div className="notice bad" role="alert">{of.warning}</div>}
      <Card>
        <Line of={of} />
        <div className="spread" style={{ marginTop: 6 }}>
          <span className="row">
            <Tag tone={stageTones[r.stage]}>{stage(r.stage)}</Tag>
            {r.due_on && <Due on={r.due_on} />}
            {of.left_days >= 0 && <span className="quiet small">{t.left(of.left_days)}</span>}
            {r.left >= 0 && <Tag tone="wait">{t.stopped(r.left)}</Tag>}
            {r.late_steps > 0 && <Tag tone="bad">{t.lateSteps(r.late_steps)}</Tag>}
            <span className="small">{t.assignee}：{r.assignee_name || t.nobody}</span>
          </span>
          <span style={{ fontSize: 22, fontWeight: 640 }}><Yuan fen={r.amount_fen} unit /></span>
        </div>
        {r.refusal && <p style={{ marginTop: 8 }}>{t.declined}：{refusal(r.refusal)}</p>}
        {r.end_reason && <p style={{ marginTop: 8 }}>{end(r.end_reason)}</p>}
        <Acts of={of} />
      </Card>
      <div className="grid2" style={{ alignItems: 'start' }}>
        <div className="stack">
          <Asks of={of} />
          <FirmFile of={of} />
          <Rated referral={r.id} org={r.org} />
          {(of.offers?.length ?? 0) > 0 && <Offers of={of} />}
          {of.contract && <Contract of={of.contract} />}
          {(of.drawdowns?.length ?? 0) > 0 && <Notes of={of} />}
        </div>
        <div className="stack">
          {party ? <><Papers of={of} /><Messages of={of} /></> : <Card><p className="quiet">{t.closed}</p></Card>}
          <Timeline of={of.decisions} what={(d) => `${verb(d.verb)} → ${stage(d.to)}`} role={role} />
        </div>
      </div>
    </>
  )
}

function Line({ of }: { of: Detail }) {
  const stage = useCode(stageWords)
  const r = of.referral
  const steps = of.decisions ?? []
  const at = way.indexOf(r.stage)
  // a referral off the usual way stands behind the last stage that it has been at
  const reached = at >= 0 ? at : Math.max(0, ...steps.map((d) => way.indexOf(d.stage)))
  const bad = ['declined', 'ended', 'overdue'].includes(r.stage)
  const stages = way.map((s, i) => ({ key: s, name: stage(s), state: i < reached || (at < 0 && i === reached) ? ('done' as const) : i === at ? (s === 'repaid' ? ('done' as const) : ('now' as const)) : ('next' as const), note: undefined as React.ReactNode }))
  if (at < 0) stages.splice(reached + 1, ['declined', 'ended'].includes(r.stage) ? stages.length : 0, { key: r.stage, name: stage(r.stage), state: bad ? ('bad' as 'now') : 'now', note: undefined })
  for (const s of stages) {
    const d = [...steps].reverse().find((x) => x.to === s.key)
    if (s.state !== 'next' && (d || s.key === 'pushed')) s.note = day(d?.at_ms ?? r.pushed_ms)
  }
  return <StageLine stages={stages} />
}

function Asks({ of }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const purpose = useCode(purposeWords)
  const security = useCode(securityWords)
  const method = useCode(methodWords)
  const r = of.referral
  const n = r.need
  return (
    <Card title={t.asks}>
      <Facts of={[
        [t.firm, <span key="f">{may('firm.read') ? <Link to={`/firms/${r.uscc}`}>{r.firm}</Link> : r.firm}<div className="quiet small num">{r.uscc}</div>{r.sole_trader && <div className="quiet small">{t.sole}</div>}</span>],
        ...(me.org === r.org ? [] : [[t.bank, of.bank_name] as [string, string]]),
        [t.amount, <Yuan key="a" fen={n.amount_fen} unit />],
        [t.months, t.monthsOf(n.term_months)],
        [t.purpose, [purpose(n.purpose), n.purpose_text].filter(Boolean).join('：')],
        [t.security, (n.security ?? []).map(security).join('、') || t.notSaid],
        [t.method, n.method ? method(n.method) : t.notSaid],
        ...(n.region ? [[t.region, n.region] as [string, string]] : []),
        [t.product, r.product && may('product.read') ? <Link key="p" to={`/products/${r.product}`}>{r.product_name}</Link> : r.product_name || t.any],
        ...(of.contact ? [[t.contact, of.contact.name] as [string, string], [t.phone, <Mask key="m" text={of.contact.phone} />] as [string, React.ReactNode]] : []),
        ...(n.remark ? [[t.remark, n.remark] as [string, string]] : []),
        [t.came, <At key="c" ms={r.pushed_ms} />],
      ]} />
    </Card>
  )
}

function Offers({ of }: { of: Detail }) {
  const t = useWords(said)
  const state = useCode(offerStates)
  const method = useCode(methodWords)
  const security = useCode(securityWords)
  const all = [...of.offers!].reverse()
  return (
    <Card title={t.offers}>
      <ul className="todo">
        {all.map((o) => (
          <li key={o.id} style={{ alignItems: 'flex-start' }}>
            <div className="grow">
              <div><b><Yuan fen={o.price.amount_fen} unit /></b> · <Rate ppb={o.price.rate_ppb} /> · {t.monthsOf(o.price.term_months)} · {method(o.price.method)} · {security(o.price.security)}</div>
              {(o.price.fees ?? []).map((f, i) => <div key={i} className="small">{f.name}：<Yuan fen={f.amount_fen} unit /> → {f.payee}</div>)}
              {o.price.conditions && <p className="small" style={{ whiteSpace: 'pre-wrap' }}>{o.price.conditions}</p>}
              <div className="quiet small">{t.version(o.n)} · {o.by} · <At ms={o.made_ms} /> · {t.until} <At ms={o.price.valid_til_ms} /></div>
            </div>
            <Tag tone={offerTones[o.state]}>{state(o.state)}</Tag>
          </li>
        ))}
      </ul>
      <Reckoned of={all[0]!.price} />
    </Card>
  )
}

function Reckoned({ of }: { of: NonNullable<Detail['offers']>[number]['price'] }) {
  const t = useWords(said)
  const schedule = useSchedule(of)
  return (
    <details>
      <summary>{t.plan}</summary>
      <Shown of={schedule}>{(s) => <><Sums of={s} /><Plan of={s} /></>}</Shown>
    </details>
  )
}

function Contract({ of: c }: { of: NonNullable<Detail['contract']> }) {
  const t = useWords(said)
  const security = useCode(securityWords)
  return (
    <Card title={t.contract}>
      <Facts of={[
        [t.no, c.no],
        [t.contractAmount, <Yuan key="a" fen={c.amount_fen} unit />],
        [t.rate, <Rate key="r" ppb={c.rate_ppb} />],
        [t.months, t.monthsOf(c.term_months)],
        [t.signed, c.signed_on],
        [t.securedBy, security(c.security)],
        [t.first, c.first_loan === undefined ? t.unknown : c.first_loan ? t.yes : t.notFirst],
        [t.branch, c.branch],
      ]} />
    </Card>
  )
}

function Notes({ of }: { of: Detail }) {
  const t = useWords(said)
  const status = useCode(loanStatus)
  const grade = useCode(classWords)
  return (
    <Card title={t.notes}>
      <ul className="todo">
        {of.drawdowns!.map((d) => {
          const last = (of.reports ?? []).filter((x) => x.note_no === d.note_no).at(-1)
          return (
            <li key={d.id}>
              <div className="grow">
                <Yuan fen={d.amount_fen} unit /> · <Rate ppb={d.rate_ppb} /> <span className="quiet small">{d.note_no}</span>
                <div className="quiet small">{d.drawn_on} → {d.due_on} {d.branch}</div>
                {last && <div className="small">{t.balance} <Yuan fen={last.balance_fen} unit /> · {t.asOf} {last.as_of_on}{last.class && ` · ${grade(last.class)}`}{last.days_overdue ? ` · ${t.overdue(last.days_overdue)}` : ''}</div>}
              </div>
              {last && <Tag tone={loanTones[last.status]}>{status(last.status)}</Tag>}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
