import { Form, Input } from 'antd'
import { useNavigate } from 'react-router'
import { attempt } from '../../api/client'
import { useChange } from '../../api/query'
import { Ask, useRequired } from '../../kit/form'
import type { Fen } from '../../kit/money'
import { Yuan } from '../../kit/show'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['编制支付单', 'Prepare a payment order'],
  about: ['编制后由财政局负责人另行签发；平台不划转资金，支付单导出后由国库支付。', 'Another person releases it. The platform moves no money; the order is exported and paid by the treasury.'],
  claims: [(n: string) => `${n} 条申报，合计`, (n: string) => `${n} claims, in all`],
  purpose: ['用途', 'Purpose'],
})

/** PrepareOrder makes a payment order of approved claims. */
export function PrepareOrder({ claims, close }: { claims: { id: string; policy: string; amount_fen: Fen }[]; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const prepare = useChange('post', '/api/payment-orders')
  return (
    <Ask<{ purpose: string }> open close={close} title={t.title} about={t.about} ok={t.title}
      send={async (v) => {
        const o = await prepare.mutateAsync({ body: { policy: claims[0]!.policy, purpose: v.purpose.trim(), claims: claims.map((c) => c.id) }, headers: { 'Idempotency-Key': attempt() } })
        go(`/orders/${o.id}`)
      }}>
      <p style={{ marginBottom: 12 }}>{t.claims(String(claims.length))} <b><Yuan fen={claims.reduce((n, c) => n + c.amount_fen, 0) as Fen} unit /></b></p>
      <Form.Item name="purpose" label={t.purpose} rules={[required]}><Input maxLength={100} /></Form.Item>
    </Ask>
  )
}
