// What a loan would cost, for everybody.
import { useDeferredValue, useState } from 'react'
import type { Fen } from '../kit/money'
import { methodHints, methodWords } from '../domain/origination/words'
import { type Price, useSchedule } from '../domain/origination/cost'
import { useWords, words } from '../kit/words'
import { Amount, Choice, Text } from './field'
import { Card, Empty, Page, Shown } from './page'
import { rateOf } from './rate'
import { Rows, Sums, sumOf } from './schedule'

const said = words({
  title: ['还款试算', 'What would it cost'],
  amount: ['借多少', 'How much'],
  term: ['借多久', 'For how long'],
  months: [(n: number) => (n % 12 === 0 ? `${n / 12}年` : `${n}个月`), (n: number) => (n % 12 === 0 ? `${n / 12} ${n === 12 ? 'year' : 'years'}` : `${n} months`)],
  rate: ['年利率', 'Rate a year'],
  rateWrong: ['请填写0至36之间的数，最多四位小数', 'A number from 0 to 36 with at most four decimals'],
  fee: ['担保费等费用（每年）', 'Fees such as a guarantee (a year)'],
  method: ['怎么还', 'How it is repaid'],
  result: ['算下来', 'It comes to'],
  plan: ['还款计划', 'Schedule'],
  note: ['假定今天放款、按月还款，按实际天数计息、一年按360天算。只是试算，以银行合同为准。', 'As if paid out today, repaid monthly, actual/360. An estimate: the bank’s contract decides.'],
  empty: ['填写金额和年利率，就能看到每月还多少', 'Give an amount and a rate to see what you would pay'],
  amountWrong: ['请填写金额，如 50 或 50.5', 'Give an amount, such as 50 or 50.5'],
  feeName: ['费用', 'Fee'],
})

export default function Calculator() {
  const t = useWords(said)
  const methods = useWords(methodWords)
  const hints = useWords(methodHints)
  const [amount, setAmount] = useState<Fen | undefined>(100_000_000 as Fen)
  const [months, setMonths] = useState(12)
  const [rate, setRate] = useState('3.65')
  const [fee, setFee] = useState<Fen | undefined>()
  const [method, setMethod] = useState('equal_instalments')
  const ppb = rateOf(rate)
  const price: Price | undefined = amount && ppb !== null
    ? { amount_fen: amount, rate_ppb: ppb, term_months: months, method, day_count: 'act_360', fees: fee ? [{ name: t.feeName, amount_fen: fee, yearly: true }] : [] } : undefined
  const schedule = useSchedule(useDeferredValue(price))
  return (
    <Page title={t.title} back="/">
      <Card>
        <Amount label={t.amount} value={amount} onChange={setAmount} wrong={amount ? undefined : t.amountWrong} />
        <Choice label={t.term} columns value={months} onChange={setMonths} of={[6, 12, 24, 36, 60].map((n): [number, string] => [n, t.months(n)])} />
        <Text label={t.rate} value={rate} onChange={setRate} inputMode="decimal" unit="%" maxLength={7} wrong={ppb === null ? t.rateWrong : undefined} />
        <Amount label={t.fee} optional value={fee} onChange={setFee} />
        <Choice label={t.method} value={method} onChange={setMethod} of={Object.entries(methods).map(([code, name]): [string, React.ReactNode] => [code, <>{name}<small className="quiet"> {hints[code as keyof typeof hints]}</small></>])} />
      </Card>
      {!price && <Empty icon="calc" title={t.empty} />}
      {price && (
        <>
          <Card title={t.result}><Shown of={schedule}>{(s) => { const sum = sumOf(s, price.method); return sum && <Sums of={sum} ends={s.ends_on} /> }}</Shown><p className="quiet small">{t.note}</p></Card>
          {schedule.data && <Card title={t.plan}><Rows of={schedule.data} /></Card>}
        </>
      )}
    </Page>
  )
}
