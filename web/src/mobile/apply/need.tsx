import type { Draft } from '../../domain/origination/draft'
import type { Field, Form } from '../../domain/origination/need'
import { methodHints, methodWords, purposeWords, securityWords } from '../../domain/origination/words'
import { useWords, words } from '../../kit/words'
import { Amount, Choice, Long, Text, Tick } from '../field'
import { Card } from '../page'

const said = words({
  amount: ['想借多少', 'How much'],
  amountHint: ['按实际需要填，银行会据此报价', 'What you need; banks make offers for it'],
  amountWrong: ['请填写金额，如 50 或 50.5', 'Give an amount, such as 50 or 50.5'],
  term: ['想借多久', 'For how long'],
  months: [(n: number) => (n % 12 === 0 ? `${n / 12}年` : `${n}个月`), (n: number) => (n % 12 === 0 ? `${n / 12} ${n === 12 ? 'year' : 'years'}` : `${n} months`)],
  other: ['其他', 'Other'],
  termOther: ['多少个月', 'How many months'],
  termUnit: ['个月', 'months'],
  termWrong: ['请选择期限，或填写1至480个月', 'Choose a term, or give 1 to 480 months'],
  purpose: ['借来做什么', 'What for'],
  purposeWrong: ['请选择一项用途', 'Choose a purpose'],
  purposeText: ['用途说明', 'About the purpose'],
  purposeTextHint: ['如：采购一批不锈钢板，货款60万元', 'For instance: steel sheets worth 600,000 yuan'],
  purposeTextWrong: ['请写明用途，不超过500字', 'Say what it is for, in at most 500 characters'],
  security: ['能提供什么担保', 'What it may rest on'],
  securityHint: ['可以多选；都没有也能申请', 'Any of these; none is fine too'],
  method: ['希望怎么还', 'How you would repay'],
  any: ['都可以', 'Any way'],
  more: ['担保和还款方式（选填）', 'Security and repayment (optional)'],
})

const terms = [6, 12, 24, 36, 60]
const other = -1

export function Need({ draft, wrong }: { draft: Draft<Form>; wrong: Field[] }) {
  const t = useWords(said)
  const purposes = useWords(purposeWords)
  const securities = useWords(securityWords)
  const methods = useWords(methodWords)
  const hints = useWords(methodHints)
  const f = draft.values
  const says = (field: Field, text: string) => (wrong.includes(field) ? text : undefined)
  const own = f.term_months !== null && !terms.includes(f.term_months)
  return (
    <>
      <Card>
        <Amount label={t.amount} hint={t.amountHint} value={f.amount_fen ?? undefined} onChange={(v) => draft.set('amount_fen', v ?? null)} wrong={says('amount_fen', t.amountWrong)} />
        <Choice label={t.term} columns value={own ? other : f.term_months ?? undefined} wrong={says('term_months', t.termWrong)}
          of={[...terms.map((n): [number, string] => [n, t.months(n)]), [other, t.other]]} onChange={(v) => draft.set('term_months', v === other ? 0 : v)} />
        {own && <Text label={t.termOther} unit={t.termUnit} inputMode="numeric" maxLength={3} value={f.term_months ? String(f.term_months) : ''} onChange={(v) => draft.set('term_months', /^\d+$/.test(v.trim()) ? Number(v) : 0)} />}
      </Card>
      <Card>
        <Choice label={t.purpose} columns value={f.purpose || undefined} onChange={(v) => draft.set('purpose', v)} of={Object.entries(purposes)} wrong={says('purpose', t.purposeWrong)} />
        <Long label={t.purposeText} optional={f.purpose !== 'other'} hint={t.purposeTextHint} maxLength={600} value={f.purpose_text} onChange={(v) => draft.set('purpose_text', v)} wrong={says('purpose_text', t.purposeTextWrong)} />
      </Card>
      <details className="card">
        <summary><b>{t.more}</b></summary>
        <fieldset className="field choice">
          <legend>{t.security}</legend>
          <p className="hint">{t.securityHint}</p>
          <div className="options columns">
            {Object.entries(securities).map(([code, name]) => (
              <Tick key={code} value={f.security.includes(code)} onChange={(on) => draft.set('security', on ? [...f.security, code] : f.security.filter((s) => s !== code))}>{name}</Tick>
            ))}
          </div>
        </fieldset>
        <Choice label={t.method} value={f.method} onChange={(v) => draft.set('method', v)}
          of={[['', t.any], ...Object.entries(methods).map(([code, name]): [string, React.ReactNode] => [code, <>{name}<small className="quiet"> {hints[code as keyof typeof hints]}</small></>])]} />
      </details>
    </>
  )
}
