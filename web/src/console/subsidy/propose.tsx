// Dialogs of what comes after payment: to take money back, and to say what was found.
import { Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { useChange } from '../../api/query'
import { findingWords } from '../../domain/subsidy/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import type { Fen } from '../../kit/money'
import { yuan } from '../../kit/money'
import { day, startOf, today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['提请追回', 'Propose to take money back'],
  about: [(n: string) => `收款人处现有 ${n} 元，可追回全部或一部分；另一人审定后下达责令退回通知书。`, (n: string) => `The payee has ${n} yuan of it; all or a part can be taken back. Another person decides, and the order is issued.`],
  amount: ['追回金额', 'Amount to come back'],
  why: ['事由', 'What was found'],
  basis: ['依据（条款或文件）', 'Rule or document it follows from'],
  deadline: ['退回期限', 'To be returned by'],
  ok: ['提请', 'Propose'],
  found: ['登记抽查结论', 'Record the finding'],
  outcome: ['结论', 'What it came to'],
  text: ['核查了什么、发现了什么', 'What was looked at and found'],
  save: ['登记', 'Record'],
})

type Back = { amount: Fen; why: string; basis: string; deadline: string }
const stale = ['/api/claims', '/api/claim-sums', '/api/claim-samples', '/api/clawbacks', '/api/waiting', '/api/fund']
const month = () => day(startOf(today(), 30))

function Fields({ why }: { why: boolean }) {
  const t = useWords(said)
  const required = useRequired()
  return (
    <>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <AmountField name="amount" label={t.amount} />
        <Form.Item name="deadline" label={t.deadline} rules={[required]}><Input type="date" min={today()} /></Form.Item>
      </div>
      {why && <Form.Item name="why" label={t.why} rules={[required]}><Input.TextArea rows={3} maxLength={2000} /></Form.Item>}
      <Form.Item name="basis" label={t.basis} rules={[required]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
    </>
  )
}

/** TakeBack asks how much of a claim is to come back, why, and by when. */
export function TakeBack({ claim, has, close }: { claim: string; has: Fen; close: () => void }) {
  const t = useWords(said)
  const propose = useChange('post', '/api/clawbacks', stale)
  return (
    <Ask<Back> open close={close} title={t.title} about={t.about(yuan(has))} ok={t.ok} danger width={560} initial={{ amount: has, deadline: month() }}
      send={(v) => propose.mutateAsync({ body: { claim, amount_fen: v.amount, why: v.why.trim(), basis: v.basis.trim(), deadline_on: v.deadline } })}>
      <Fields why />
    </Ask>
  )
}

/** Found asks what looking at a drawn claim came to. */
export function Found({ claim, name, has, close }: { claim: string; name: string; has: Fen; close: () => void }) {
  const t = useWords(said)
  const outcome = useCode(findingWords)
  const required = useRequired()
  const [back, setBack] = useState(false)
  const record = useChange('post', '/api/claims/{id}/findings', stale)
  return (
    <Ask<Back & { outcome: 'clean' | 'minor' | 'return'; text: string }> open close={close} title={`${t.found}：${name}`} ok={t.save} width={560} initial={{ outcome: 'clean', amount: has, deadline: month() }}
      send={(v) => record.mutateAsync({
        path: { id: claim },
        body: { outcome: v.outcome, text: v.text.trim(), clawback: v.outcome === 'return' ? { claim, amount_fen: v.amount, why: v.text.trim(), basis: v.basis.trim(), deadline_on: v.deadline } : undefined },
      })}>
      <Form.Item name="outcome" label={t.outcome}>
        <Radio.Group onChange={(e) => setBack(e.target.value === 'return')} options={['clean', 'minor', 'return'].map((o) => ({ value: o, label: outcome(o) }))} />
      </Form.Item>
      <Form.Item name="text" label={t.text} rules={[required]}><Input.TextArea rows={4} maxLength={2000} /></Form.Item>
      {back && <Fields why={false} />}
    </Ask>
  )
}
