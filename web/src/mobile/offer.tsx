// One offer: what it costs, what is paid when, and to accept it.
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import Button from 'antd-mobile/es/components/button'
import type { Answer } from '../api/client'
import { useChange, useGet } from '../api/query'
import { useOfferCosts, useSchedule } from '../domain/origination/cost'
import { dayCountWords, methodWords, securityWords } from '../domain/origination/words'
import { Icon } from '../kit/icon'
import { now } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { Long } from './field'
import { Card, Page, Shown } from './page'
import { Rows, Sums, sumOf, sumOfCost } from './schedule'
import { Sheet } from './sheet'
import { At, Call, Facts, Rate, Tag, Wan, Yuan } from './show'
import { Talk } from './talk'

const said = words({
  title: ['报价', 'Offer'],
  amount: ['能借多少', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  term: ['借多久', 'Term'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  method: ['还款方式', 'Repayment'],
  basis: ['利息怎么算', 'Day count'],
  over: ['已过期', 'over'],
  first: ['首次还款日', 'First due'],
  security: ['担保', 'Security'],
  until: ['有效期至', 'Valid until'],
  version: ['第几次报价', 'Version'],
  times: [(n: number) => `第${n}次`, (n: number) => `no. ${n}`],
  conditions: ['附加条件', 'Conditions'],
  fees: ['费用', 'Fees'],
  once: ['一次', 'once'],
  yearly: ['每年', 'every year'],
  payee: [(who: string) => `收取方：${who}`, (who: string) => `to ${who}`],
  cost: ['算下来', 'What it comes to'],
  plan: ['还款计划', 'Schedule'],
  estimate: ['假定今天放款。估算，以借款合同为准；补贴是预计数，以主管部门核定为准。', 'As if paid out today. An estimate: the contract decides.'],
  accept: ['接受这份报价', 'Accept this offer'],
  sure: ['确定接受？', 'Accept it?'],
  sureText: [(bank: string) => `接受后，${bank}会联系您签合同；其他银行的办理会终止，它们只知道“申请人已终止本件”。`, (bank: string) => `${bank} will call you to sign. The other banks stop, and learn only that the applicant ended it.`],
  later: ['先不决定：不用做什么，到期自动失效；也可以给银行留言商量。', 'Not now: do nothing and it lapses by itself, or write to the bank.'],
  decline: ['谢绝这份报价', 'Decline this offer'],
  declineSure: ['确定谢绝？', 'Decline it?'],
  declineText: [(bank: string) => `${bank}会知道您谢绝了，可以重新报价，也可以不再办理。其他银行不受影响，也不知道。`, (bank: string) => `${bank} learns it, and may offer something better or stop. The other banks go on and do not learn it.`],
  why: ['希望怎样改（可不填）', 'What should be better (if you like)'],
  declined: ['您已谢绝这份报价；银行可以重新报价。', 'You have declined it; the bank may make another.'],
  expired: ['报价已过有效期，不能再接受。请给银行留言重新报价，或转投其他银行。', 'It is past its last moment. Ask the bank for another, or send your application elsewhere.'],
  superseded: ['银行已给出新的报价，请看最新一版。', 'The bank has made a newer offer; look at that one.'],
  newest: ['看最新报价', 'The newest offer'],
  taken: ['您已接受这份报价，银行会联系您签合同。', 'You have accepted it; the bank will call you to sign.'],
  contact: ['联系银行', 'Reach the bank'],
  closed: ['这份报价已不能接受。', 'It can no longer be accepted.'],
})

export default function OfferPage() {
  const t = useWords(said)
  const id = useParams().id ?? ''
  const offer = useGet('/api/offers/{id}', { path: { id } })
  const referral = useGet('/api/referrals/{id}', { path: { id: offer.data?.referral ?? '' } }, { enabled: offer.data !== undefined })
  return (
    <Page title={offer.data ? `${offer.data.bank_name} · ${t.title}` : t.title} back="/applications" foot={offer.data && referral.data && <Foot of={offer.data} at={referral.data} />}>
      <Shown of={offer} rows={8}>{(o) => <Whole of={o} />}</Shown>
      {referral.data && <Card title={t.contact}>{referral.data.bank_phone && <Call who={referral.data.bank_name} number={referral.data.bank_phone} />}<Talk of={referral.data} /></Card>}
    </Page>
  )
}

type Offer = Answer<'/api/offers/{id}'>

function Whole({ of: o }: { of: Offer }) {
  const t = useWords(said)
  const method = useCode(methodWords)
  const basis = useCode(dayCountWords)
  const security = useCode(securityWords)
  const p = o.price
  const schedule = useSchedule(p)
  const cost = useOfferCosts([o.id]).data?.get(o.id)
  const sum = cost ? sumOfCost(cost, p.method) : schedule.data && sumOf(schedule.data, p.method)
  return (
    <>
      <Card>
        <div className="spread"><span><small className="quiet">{t.amount}</small><br /><b className="figure"><Wan fen={p.amount_fen} /></b></span><span><small className="quiet">{t.rate}</small><br /><b className="figure"><Rate ppb={p.rate_ppb} /></b></span></div>
        <Facts of={[
          [t.term, t.months(p.term_months)], [t.method, method(p.method)], [t.security, security(p.security)], [t.basis, basis(p.day_count)], [t.first, p.first_due_on],
          [t.until, <><At ms={p.valid_til_ms} />{p.valid_til_ms < now() && <> <Tag tone="bad">{t.over}</Tag></>}</>], ...(o.n > 1 ? [[t.version, t.times(o.n)] as [string, React.ReactNode]] : []),
        ]} />
        {p.conditions && <div><h3>{t.conditions}</h3><p>{p.conditions}</p></div>}
        {(p.fees ?? []).length > 0 && (
          <div><h3>{t.fees}</h3><Facts of={p.fees!.map((f): [string, React.ReactNode] => [`${f.name}（${f.yearly ? t.yearly : t.once}，${t.payee(f.payee)}）`, <Yuan fen={f.amount_fen} />])} /></div>
        )}
      </Card>
      <Card title={t.cost}><Shown of={schedule}>{(s) => sum && <Sums of={sum} ends={s.ends_on} />}</Shown><p className="quiet small">{t.estimate}</p></Card>
      {schedule.data && <Card title={t.plan}><Rows of={schedule.data} /></Card>}
    </>
  )
}

function Foot({ of: o, at }: { of: Offer; at: Answer<'/api/referrals/{id}'> }) {
  const t = useWords(said)
  const go = useNavigate()
  const [asking, setAsking] = useState<'accept' | 'decline'>()
  const [why, setWhy] = useState('')
  const accept = useChange('post', '/api/offers/{id}/acceptance', ['/api/offers', '/api/applications', '/api/referrals'])
  const decline = useChange('post', '/api/offers/{id}/refusal', ['/api/offers', '/api/applications', '/api/referrals'])
  const note = (text: string, good?: boolean) => <p className={good ? 'notice good' : 'notice wait'}><Icon name={good ? 'check' : 'warn'} />{text}</p>
  if (o.state === 'accepted') return note(t.taken, true)
  if (o.state === 'superseded') {
    const newest = at.offers?.find((x) => x.state === 'open')
    return <>{note(t.superseded)}{newest && <Button block onClick={() => go(`/offers/${newest.id}`)}>{t.newest}</Button>}</>
  }
  if (o.state === 'declined') return note(t.declined)
  if (o.state !== 'open') return note(t.closed)
  if (o.price.valid_til_ms < now()) return note(t.expired)
  return (
    <>
      <Button color="primary" block size="large" onClick={() => setAsking('accept')}>{t.accept}</Button>
      <Button block onClick={() => setAsking('decline')}>{t.decline}</Button>
      <small className="quiet">{t.later}</small>
      <Sheet open={asking === 'accept'} title={t.sure} ok={t.accept} close={() => setAsking(undefined)} send={() => accept.mutateAsync({ path: { id: o.id } })}>
        <p>{t.sureText(o.bank_name)}</p>
        <Facts of={[[t.amount, <Wan fen={o.price.amount_fen} />], [t.rate, <Rate ppb={o.price.rate_ppb} />], [t.term, t.months(o.price.term_months)]]} />
      </Sheet>
      <Sheet open={asking === 'decline'} title={t.declineSure} ok={t.decline} danger close={() => setAsking(undefined)} send={() => decline.mutateAsync({ path: { id: o.id }, body: { words: why.trim() } })}>
        <p>{t.declineText(o.bank_name)}</p>
        <Long label={t.why} value={why} onChange={setWhy} maxLength={500} />
      </Sheet>
    </>
  )
}
