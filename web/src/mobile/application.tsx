// One application: what became of it at each bank, side by side.
import Button from 'antd-mobile/es/components/button'
import { useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { type Answer, attempt } from '../api/client'
import { useChange, useGet } from '../api/query'
import { endWords, methodWords, nextWords, purposeWords, refusalWords, securityWords, stageWords, stateWords } from '../domain/origination/words'
import type { Day } from '../kit/time'
import { useCode, useLang, useWords, words } from '../kit/words'
import { Icon } from '../kit/icon'
import { borrowed } from './loans'
import { Compare } from './compare'
import { Card, Empty, Page, Shown } from './page'
import { Sheet } from './sheet'
import { At, Call, Clock, Facts, Tag, type Tone, Wan } from './show'
import { Talk } from './talk'

const said = words({
  title: ['申请进度', 'How it stands'],
  sent: ['已提交。各银行会分别与您联系，进度在这里看。', 'It has been handed in. Each bank will call you; how it stands is shown here.'],
  need: ['申请内容', 'What you asked for'],
  number: ['编号', 'Number'],
  amount: ['金额', 'Amount'],
  term: ['期限', 'Term'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  purpose: ['用途', 'Purpose'],
  security: ['担保', 'Security'],
  method: ['还款方式', 'Repayment'],
  contact: ['联系人', 'Contact'],
  at: ['提交时间', 'Handed in'],
  state: ['状态', 'State'],
  any: ['不限', 'Any'],
  toLoan: ['看这笔贷款和还款计划', 'The loan and its schedule'],
  bankWords: [(w: string) => `银行说明：${w}`, (w: string) => `In the bank’s words: ${w}`],
  youWithdrew: ['您已撤回申请，这家银行停止办理。', 'You withdrew the application; the bank has stopped.'],
  youChose: ['您选了别的银行，或不再找这家，这家银行停止办理。', 'You chose another bank, or left this one; it has stopped.'],
  asks: [(why: string) => `银行在等您：${why}`, (why: string) => `The bank waits for you: ${why}`],
  offers: ['报价比较', 'Offers side by side'],
  taken: ['您接受的报价', 'The offer you accepted'],
  banks: ['各银行进度', 'At each bank'],
  onWay: ['正在送达银行', 'On its way to the banks'],
  onWayHint: ['通常几秒钟就到', 'It takes a few seconds'],
  due: ['银行办理期限', 'The bank has until'],
  late: ['银行已超时，平台已在督办', 'The bank is late; the platform has reminded it'],
  stopped: ['期限暂停：等您补齐材料', 'The clock is stopped until your papers are complete'],
  steps: ['办理经过', 'Step by step'],
  refusal: ['原因', 'Reason'],
  again: ['转投其他银行', 'Send it to another bank'],
  withdraw: ['撤回申请', 'Withdraw it'],
  withdrawTitle: ['确定撤回申请？', 'Withdraw the application?'],
  withdrawText: ['各银行会停止办理，只知道“申请人已终止本件”。您给出的数据授权可在“数据”页撤回。撤回后可以重新申请。', 'Banks stop dealing with it and learn only that the applicant ended it. Your consents can be withdrawn under “Data”. You may apply again.'],
  loan: ['放款', 'Paid out'],
  note: ['借据编号', 'Note'],
  drawn: ['放款日', 'On'],
  dueOn: ['到期日', 'Due'],
  rate: ['年利率', 'Rate'],
  product: [(name: string) => `产品：${name}`, (name: string) => `Product: ${name}`],
})

export type Folder = Answer<'/api/applications/{id}'>
export type Detail = NonNullable<Folder['referrals']>[number]

const tones: Record<string, Tone> = { offered: 'brand', offer_accepted: 'good', contracted: 'good', disbursed: 'good', repaid: 'good', overdue: 'bad', declined: 'bad', ended: 'plain' }

export default function Application() {
  const t = useWords(said)
  const id = useParams().id ?? ''
  const [address] = useSearchParams()
  const one = useGet('/api/applications/{id}', { path: { id } }, { refetchInterval: (f) => (f && (f.application.targets?.length ?? 0) > (f.referrals?.length ?? 0) ? 2000 : false) })
  return (
    <Page title={t.title} back="/applications" tabs>
      {address.get('sent') && <p className="notice good" role="status"><Icon name="check" />{t.sent}</p>}
      <Shown of={one} rows={8}>{(f) => <Whole of={f} />}</Shown>
    </Page>
  )
}

function Whole({ of: f }: { of: Folder }) {
  const t = useWords(said)
  const state = useCode(stateWords)
  const purpose = useCode(purposeWords)
  const security = useCode(securityWords)
  const method = useCode(methodWords)
  const [leaving, setLeaving] = useState(false)
  const withdraw = useChange('post', '/api/applications/{id}/withdrawal', ['/api/applications', '/api/referrals'])
  const a = f.application
  // what one has chosen comes first, and the others, which are over, last
  const taken = a.state === 'accepted'
  const over = (r: Detail) => (['ended', 'declined'].includes(r.referral.stage) ? 1 : 0)
  const referrals = [...(f.referrals ?? [])].sort((x, y) => over(x) - over(y))
  const offers = referrals.flatMap((r) => (r.offers ?? []).filter((o) => o.state === 'accepted' || (o.state === 'open' && !taken)))
  const lent = referrals.find((r) => borrowed.includes(r.referral.stage))
  const compared = offers.length > 0 && <Card title={taken ? t.taken : t.offers}><Compare offers={offers} /></Card>
  return (
    <>
      {lent && <Link className="press primary block large" to={`/loans/${lent.referral.id}`}>{t.toLoan}</Link>}
      {!taken && compared}
      <h2>{t.banks}</h2>
      {referrals.length === 0 && <Empty icon="clock" title={t.onWay} hint={t.onWayHint} />}
      {referrals.map((r) => <AtBank key={r.referral.id} of={r} withdrawn={a.state === 'withdrawn'} />)}
      {taken && compared}
      <details className="card">
        <summary><b>{t.need}</b> <Tag tone={a.state === 'submitted' ? 'info' : a.state === 'accepted' ? 'good' : 'plain'}>{state(a.state)}</Tag></summary>
        <Facts of={[
          [t.amount, <Wan fen={a.need.amount_fen} />], [t.term, t.months(a.need.term_months)], [t.purpose, [purpose(a.need.purpose), a.need.purpose_text].filter(Boolean).join('：')],
          [t.security, (a.need.security ?? []).map(security).join('、') || t.any], [t.method, a.need.method ? method(a.need.method) : t.any],
          [t.contact, f.contact ? `${f.contact.name} ${f.contact.phone}` : ''], [t.at, <At ms={a.submitted_ms} />], [t.number, a.number],
        ]} />
      </details>
      {f.can?.includes('reroute') && <Link className="press block" to={`/applications/${a.id}/again`}>{t.again}</Link>}
      {f.can?.includes('withdraw') && <Button block fill="none" color="danger" onClick={() => setLeaving(true)}>{t.withdraw}</Button>}
      <Sheet open={leaving} title={t.withdrawTitle} ok={t.withdraw} danger close={() => setLeaving(false)}
        send={() => withdraw.mutateAsync({ path: { id: a.id }, body: { version: a.version }, headers: { 'Idempotency-Key': `"${attempt()}"` } })}>
        <p>{t.withdrawText}</p>
      </Sheet>
    </>
  )
}

function AtBank({ of: d, withdrawn }: { of: Detail; withdrawn: boolean }) {
  const t = useWords(said)
  const { lang } = useLang()
  const stage = useCode(stageWords)
  const next = useCode(nextWords)
  const r = d.referral
  const end = useCode(endWords)
  const refusal = useCode(refusalWords)
  const last = (d.decisions ?? []).at(-1)
  const live = !['declined', 'ended', 'repaid'].includes(r.stage)
  const clock = r.due_on && r.due_on < ('9000' as Day) ? r.due_on : undefined
  return (
    <section className="card" aria-label={d.bank_name}>
      <div className="card-head"><h3>{d.bank_name}</h3><Tag tone={tones[r.stage] ?? 'info'}>{stage(r.stage)}</Tag></div>
      {r.product_name && <p className="quiet">{t.product(r.product_name)}</p>}
      {d.refusal_zh && <p>{t.refusal}：{lang === 'zh' ? d.refusal_zh : refusal(r.refusal)}</p>}
      {r.stage === 'declined' && last?.reason && <p>{t.bankWords(last.reason)}</p>}
      {d.ended_zh && <p>{r.end_reason === 'ended_by_applicant' ? (withdrawn ? t.youWithdrew : t.youChose) : lang === 'zh' ? d.ended_zh : end(r.end_reason)}</p>}
      {next(r.stage) && <p>{next(r.stage)}</p>}
      {clock && <p>{t.due} <Clock on={clock} /></p>}
      {r.left >= 0 && <p className="notice wait">{last?.verb === 'pause' && last.reason ? t.asks(last.reason) : t.stopped}</p>}
      {d.bank_phone && live && <Call who={d.bank_name} number={d.bank_phone} />}
      {d.late && <p className="notice wait">{t.late}</p>}
      {(d.drawdowns ?? []).map((x) => (
        <Facts key={x.id} of={[[t.loan, <Wan fen={x.amount_fen} />], [t.drawn, x.drawn_on], [t.dueOn, x.due_on], [t.note, x.note_no]]} />
      ))}
      <details className="plain">
        <summary>{t.steps}</summary>
        <ol className="timeline">
          {(d.decisions ?? []).map((s) => <li key={s.id} className="done"><b>{stage(s.to)}</b><br /><small className="quiet"><At ms={s.at_ms} /></small>{s.reason && lang === 'zh' && <p>{s.reason}</p>}</li>)}
        </ol>
      </details>
      <Talk of={d} />
    </section>
  )
}
