// An offer as it is being made: what the firm would pay is shown as one types.
import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useChange } from '../../api/query'
import { later, type Price, type Schedule, useSchedule } from '../../domain/origination/cost'
import { type Detail, stale } from '../../domain/origination/desk'
import { dayCountWords, methodWords, securityWords } from '../../domain/origination/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import type { Fen, Ppb } from '../../kit/money'
import { Failed } from '../../kit/page'
import { Facts, Rate, Yuan } from '../../kit/show'
import { type Day, startOf, today } from '../../kit/time'
import { useWords, words } from '../../kit/words'
import { CodeField, MonthsField, RateField } from './fields'

const said = words({
  title: ['报价', 'Offer'],
  about: ['报价发出后不能改，只能另发新的一版；企业在有效期内选择。', 'An offer does not change; a newer one takes its place. The enterprise chooses while it holds.'],
  send: ['发出报价', 'Make the offer'],
  amount: ['授信金额', 'Amount'],
  rate: ['年利率', 'Rate a year'],
  months: ['期限（月）', 'Term, months'],
  method: ['还款方式', 'Repaid by'],
  basis: ['计息', 'Days counted'],
  first: ['首次还款日', 'First due'],
  security: ['担保方式', 'Security'],
  valid: ['有效天数', 'Holds, days'],
  fees: ['利息以外的费用', 'Fees beside interest'],
  feeName: ['费用名称', 'Fee'],
  payee: ['收取方', 'Paid to'],
  fee: ['金额', 'Amount'],
  when: ['收取', 'When'],
  once: ['一次', 'Once'],
  yearly: ['每年', 'Yearly'],
  add: ['增加费用', 'Add a fee'],
  drop: ['删除', 'Remove'],
  conditions: ['条件说明（可不填）', 'Conditions in words (optional)'],
  live: ['企业将这样还款', 'What the enterprise would pay'],
  fill: ['填好金额、利率、期限后显示', 'Shown once amount, rate and term are there'],
  interest: ['利息合计', 'Interest'],
  fees_: ['费用合计', 'Fees'],
  total: ['还款合计', 'Paid in all'],
  yearCost: ['年化综合成本', 'Cost a year'],
  estimate: ['按今日放款测算，不含财政贴息', 'Reckoned as if paid out today, before any subsidy'],
  no: ['期', 'No.'],
  on: ['还款日', 'On'],
  payment: ['应还（元）', 'Payment, yuan'],
  principal: ['本金（元）', 'Principal, yuan'],
  interestPart: ['利息（元）', 'Interest, yuan'],
  left: ['剩余本金（元）', 'Left, yuan'],
  plan: ['还款计划', 'Schedule'],
})

type Fee = { name: string; payee: string; amount_fen: Fen; yearly?: boolean }
type Fields = { amount_fen: Fen; rate_ppb: Ppb; term_months: number; method: string; day_count: 'act_360'; first_due_on: Day; security: string; fees?: Fee[]; days: number; conditions?: string }

/** OfferForm makes an offer, from the one before or from what was asked. */
export function OfferForm({ of, close }: { of: Detail; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const make = useChange('post', '/api/referrals/{id}/offers', stale)
  const need = of.referral.need
  const before = of.offers?.at(-1)?.price
  const initial = {
    amount_fen: before?.amount_fen ?? need.amount_fen, rate_ppb: before?.rate_ppb, term_months: before?.term_months ?? need.term_months, method: before?.method ?? need.method ?? 'equal_instalments',
    day_count: before?.day_count ?? 'act_360', first_due_on: before && before.first_due_on > today() ? before.first_due_on : later(today(), 1), security: before?.security ?? need.security?.[0] ?? 'credit',
    fees: before?.fees ?? [], days: 7, conditions: before?.conditions,
  } as Partial<Fields>
  return (
    <Ask<Fields> open close={close} title={`${t.title}：${of.referral.firm}`} about={t.about} ok={t.send} width={860} initial={initial}
      send={({ days, conditions, fees, ...v }) => make.mutateAsync({ path: { id: of.referral.id }, body: {
        version: of.referral.version,
        price: { ...v, fees: (fees ?? []).map((f) => ({ ...f, yearly: f.yearly ?? false })), conditions: conditions?.trim() ?? '', valid_til_ms: startOf(today(), days + 1) - 1 },
      } })}>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <AmountField name="amount_fen" label={t.amount} />
        <RateField name="rate_ppb" label={t.rate} />
        <MonthsField name="term_months" label={t.months} />
        <CodeField name="method" label={t.method} of={methodWords} />
        <CodeField name="day_count" label={t.basis} of={dayCountWords} />
        <Form.Item name="first_due_on" label={t.first} rules={[required]}><Input type="date" min={later(today(), 0)} /></Form.Item>
        <CodeField name="security" label={t.security} of={securityWords} />
        <Form.Item name="days" label={t.valid} rules={[{ required: true, type: 'number' }]}><InputNumber min={1} max={89} precision={0} style={{ width: '100%' }} /></Form.Item>
      </div>
      <Fees />
      <Form.Item name="conditions" label={t.conditions}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
      <Live />
    </Ask>
  )
}

function Fees() {
  const t = useWords(said)
  const required = useRequired()
  return (
    <Form.List name="fees">
      {(fields, { add, remove }) => (
        <div style={{ marginBottom: 16 }}>
          {fields.map((f) => (
            <div key={f.key} className="row" style={{ alignItems: 'flex-start', gap: 12 }}>
              <Form.Item name={[f.name, 'name']} label={t.feeName} rules={[required]}><Input maxLength={60} /></Form.Item>
              <Form.Item name={[f.name, 'payee']} label={t.payee} rules={[required]}><Input maxLength={60} /></Form.Item>
              <AmountField name={[f.name, 'amount_fen']} label={t.fee} zero />
              <Form.Item name={[f.name, 'yearly']} label={t.when}><Select style={{ width: 90 }} options={[{ value: false, label: t.once }, { value: true, label: t.yearly }]} /></Form.Item>
              <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t.drop} style={{ marginTop: 30 }} onClick={() => remove(f.name)} />
            </div>
          ))}
          <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => add({ yearly: false })}>{t.add}</Button>
        </div>
      )}
    </Form.List>
  )
}

/** Live is the schedule of what stands in the form. */
function Live() {
  const t = useWords(said)
  const v = Form.useWatch([], Form.useFormInstance<Fields>()) as Partial<Fields> | undefined
  const whole = v !== undefined && typeof v.amount_fen === 'number' && v.amount_fen > 0 && typeof v.rate_ppb === 'number' && !!v.term_months && !!v.method && !!v.day_count
  const price = whole ? ({ ...v, fees: (v.fees ?? []).filter((f) => f && typeof f.amount_fen === 'number').map((f) => ({ ...f, name: f.name ?? '' })) } as Price) : undefined
  const schedule = useSchedule(price)
  return (
    <section aria-label={t.live}>
      <h3>{t.live}</h3>
      {!price ? <p className="quiet">{t.fill}</p> : schedule.error ? <Failed error={schedule.error} /> : schedule.data && <><Sums of={schedule.data} /><Plan of={schedule.data} /></>}
    </section>
  )
}

/** Sums are what a loan costs in all and a year. */
export function Sums({ of: s }: { of: Schedule }) {
  const t = useWords(said)
  return (
    <>
      <Facts of={[
        [t.yearCost, <b key="c"><Rate ppb={s.cost.compound_ppb} short /></b>],
        [t.interest, <Yuan key="i" fen={s.interest_fen} unit />],
        [t.fees_, <Yuan key="f" fen={s.cost.fees_fen} unit />],
        [t.total, <Yuan key="t" fen={(s.paid_fen + s.cost.fees_fen) as Fen} unit />],
      ]} />
      <p className="quiet small">{t.estimate}</p>
    </>
  )
}

/** Plan is a schedule, row by row. */
export function Plan({ of: s }: { of: Schedule }) {
  const t = useWords(said)
  const rows = (s.rows ?? []).filter((r) => r.payment_fen > 0)
  return (
    <div className="table-scroll" tabIndex={0} style={{ maxHeight: 260 }}>
      <table className="data">
        <caption className="hidden-text">{t.plan}</caption>
        <thead>
          <tr>{[t.no, t.on, t.payment, t.principal, t.interestPart, t.left].map((h, i) => <th key={h} scope="col" className={i > 1 ? 'right' : undefined}>{h}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((r, i) => (
            <tr key={i}>
              <td className="num">{r.no ?? i + 1}</td>
              <td className="num">{r.on}</td>
              {[r.payment_fen, r.principal_fen, r.interest_fen, r.balance_fen].map((fen, j) => <td key={j} className="right"><Yuan fen={fen} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

