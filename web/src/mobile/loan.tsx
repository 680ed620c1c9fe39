// One loan: each note with what is paid when, how its bank says it stands, and whom to call.
import { useQueries } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { type Answer, call } from '../api/client'
import { useGet } from '../api/query'
import { monthsBetween, type Schedule, termsOf } from '../domain/origination/cost'
import { loanStatus, methodWords, nextWords, stageWords } from '../domain/origination/words'
import type { Fen, Ppb } from '../kit/money'
import { type Day, today } from '../kit/time'
import { useCode, useWords, words } from '../kit/words'
import { Card, Page, Shown } from './page'
import { Rows } from './schedule'
import { Call, Clock, Facts, Rate, Tag, type Tone, Wan, Yuan } from './show'
import { Talk } from './talk'

const said = words({
  title: ['贷款', 'Loan'],
  next: ['下次还款', 'Next payment'],
  pay: ['应还', 'To pay'],
  contract: ['合同编号', 'Contract'],
  signed: ['签约日', 'Signed'],
  amount: ['合同金额', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  method: ['还款方式', 'Repayment'],
  note: [(no: string) => `借据 ${no}`, (no: string) => `Note ${no}`],
  drawn: ['放款', 'Paid out'],
  on: ['放款日', 'On'],
  due: ['到期日', 'Due'],
  plan: ['还款计划', 'Schedule'],
  status: ['银行登记的状态', 'As the bank reports it'],
  balance: ['剩余本金', 'Principal left'],
  asOf: ['截至', 'As of'],
  days: ['逾期天数', 'Days overdue'],
  estimate: ['按合同利率和您接受的还款方式推算；实际每期金额以银行账单为准。', 'Reckoned from the contract and the way you accepted to repay; the bank’s statement decides.'],
  wait: ['银行还没有登记放款', 'The bank has not registered that it was paid out'],
  contact: ['联系银行', 'Reach the bank'],
})

type Detail = Answer<'/api/referrals/{id}'>

const loanTones: Record<string, Tone> = { current: 'good', overdue: 'bad', repaid: 'plain' }

// How a note is repaid: as was accepted, from the day on which it was paid out.
function noteTerms(d: Detail, n: NonNullable<Detail['drawdowns']>[number]) {
  const price = (d.offers ?? []).find((o) => o.state === 'accepted')?.price
  return price && termsOf({
    amount_fen: n.amount_fen, rate_ppb: n.rate_ppb, term_months: monthsBetween(n.drawn_on, n.due_on), method: price.method, day_count: price.day_count, first_due_on: price.first_due_on,
  }, n.drawn_on)
}

function useSchedules(d: Detail | undefined): { ready: boolean; all: (Schedule | undefined)[] } {
  const got = useQueries({
    queries: (d?.drawdowns ?? []).map((n) => {
      const body = noteTerms(d!, n)
      return { queryKey: ['/api/schedules', body], enabled: body !== undefined, staleTime: Infinity, queryFn: ({ signal }: { signal: AbortSignal }) => call('post', '/api/schedules', { body: body! }, signal) }
    }),
  })
  return { ready: d !== undefined && got.every((q) => !q.isFetching), all: got.map((q) => q.data) }
}

// due returns the first payment of a schedule from a day on.
const due = (s: Schedule | undefined, from: Day) => (s?.rows ?? []).find((r) => r.payment_fen > 0 && r.on >= from)

/** useLoan returns of a loan what a list says of it. */
export function useLoan(id: string) {
  const one = useGet('/api/referrals/{id}', { path: { id } }, { staleTime: 60_000 })
  const schedules = useSchedules(one.data)
  const next = schedules.all.map((s) => due(s, today())).filter((r) => r !== undefined).sort((a, b) => (a.on < b.on ? -1 : 1))
  const sum = (of: { amount_fen: Fen }[] | null | undefined) => (of ?? []).reduce((all, x) => all + x.amount_fen, 0) as Fen
  const first = next[0]
  return {
    bank: one.data?.bank_name, contract: one.data?.contract?.amount_fen, drawn: sum(one.data?.drawdowns), ready: schedules.ready,
    next: first && { on: first.on as Day, payment: next.filter((r) => r.on === first.on).reduce((all, r) => all + r.payment_fen, 0) as Fen },
  }
}

export default function Loan() {
  const t = useWords(said)
  const id = useParams().id ?? ''
  const one = useGet('/api/referrals/{id}', { path: { id } })
  return <Page title={one.data?.bank_name ?? t.title} back="/loans" tabs><Shown of={one} rows={8}>{(d) => <Whole of={d} />}</Shown></Page>
}

function Whole({ of: d }: { of: Detail }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const next = useCode(nextWords)
  const method = useCode(methodWords)
  const loan = useLoan(d.referral.id)
  const schedules = useSchedules(d)
  const price = (d.offers ?? []).find((o) => o.state === 'accepted')?.price
  const tone: Tone = d.referral.stage === 'overdue' ? 'bad' : d.referral.stage === 'disbursed' ? 'good' : 'plain'
  const notes = d.drawdowns ?? []
  return (
    <>
      <Card title={d.referral.product_name || t.title} extra={<Tag tone={tone}>{stage(d.referral.stage)}</Tag>}>
        {d.referral.stage !== 'repaid' && loan.next && <p className="pays">{t.next} <Clock on={loan.next.on} /><br /><b className="figure"><Yuan fen={loan.next.payment} /></b></p>}
        {d.referral.stage === 'overdue' && <p className="notice bad" role="alert">{next('overdue')}</p>}
        {notes.length === 0 && <p>{t.wait}</p>}
        <Facts of={[
          [t.amount, <Wan fen={d.contract?.amount_fen} />], [t.rate, <Rate ppb={d.contract?.rate_ppb as Ppb | undefined} />], [t.method, price ? method(price.method) : ''], [t.contract, d.contract?.no], [t.signed, d.contract?.signed_on],
        ]} />
        {d.bank_phone && <Call who={d.bank_name} number={d.bank_phone} />}
      </Card>
      {notes.map((n, i) => <Note key={n.id} of={n} d={d} schedule={schedules.all[i]} />)}
      <Card title={t.contact}><Talk of={d} /></Card>
    </>
  )
}

function Note({ of: n, d, schedule }: { of: NonNullable<Detail['drawdowns']>[number]; d: Detail; schedule: Schedule | undefined }) {
  const t = useWords(said)
  const status = useCode(loanStatus)
  const report = (d.reports ?? []).filter((r) => r.note_no === n.note_no).sort((a, b) => (a.as_of_on === b.as_of_on ? a.at_ms - b.at_ms : a.as_of_on < b.as_of_on ? -1 : 1)).at(-1)
  const repaid = report?.status === 'repaid'
  return (
    <Card title={t.note(n.note_no)} extra={report && <Tag tone={loanTones[report.status] ?? 'plain'}>{status(report.status)}</Tag>}>
      <Facts of={[
        [t.drawn, <Wan fen={n.amount_fen} />], [t.on, n.drawn_on], [t.due, n.due_on], [t.rate, <Rate ppb={n.rate_ppb} />],
        ...(report ? [[t.status, status(report.status)], [t.balance, <Yuan fen={report.balance_fen} />], ...(report.days_overdue ? [[t.days, `${report.days_overdue}`]] : []), [t.asOf, report.as_of_on]] as [string, React.ReactNode][] : []),
      ]} />
      {schedule && !repaid && <details className="plain"><summary>{t.plan}</summary><p className="quiet small">{t.estimate}</p><Rows of={schedule} next={today()} /></details>}
    </Card>
  )
}
