import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { Link } from 'react-router'
import { useMay } from '../../domain/access/me'
import { orderStages, orderTones } from '../../domain/subsidy/words'
import { Page } from '../../kit/page'
import { Due, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['支付单', 'Payment orders'],
  about: ['一人编制、另一人签发；导出后由国库支付，再登记银行回单。', 'One prepares, another releases; the treasury pays, and the bank’s receipts are registered.'],
  toClaims: ['可开单的申报', 'Payable claims'],
  accounts: ['收款账户', 'Payee accounts'],
  number: ['编号', 'Number'],
  purpose: ['用途', 'Purpose'],
  amount: ['金额', 'Amount'],
  stage: ['状态', 'State'],
  due: ['期限', 'Due'],
  made: ['编制时间', 'Prepared'],
  none: ['还没有支付单', 'No orders yet'],
  noneHint: ['批准后的申报可开支付单', 'Approved claims can be put on one'],
})

type Order = Item<'/api/payment-orders'>

export default function Orders() {
  const t = useWords(said)
  const stage = useCode(orderStages)
  const may = useMay()
  const columns: Column<Order>[] = [
    { key: 'number', title: t.number, value: (o) => o.number },
    { key: 'purpose', title: t.purpose, value: (o) => o.purpose },
    { key: 'amount', title: t.amount, fen: (o) => o.amount_fen, show: (o) => <b><Yuan fen={o.amount_fen} /></b> },
    { key: 'stage', title: t.stage, value: (o) => stage(o.stage), show: (o) => <Tag tone={orderTones[o.stage]}>{stage(o.stage)}</Tag> },
    { key: 'due', title: t.due, value: (o) => o.due_on, show: (o) => (o.due_on ? <Due on={o.due_on} /> : <span className="quiet">—</span>) },
    { key: 'made', title: t.made, value: (o) => minute(o.made_ms) },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'stage', label: t.stage, options: ['prepared', 'released', 'done', 'cancelled'].map((s) => ({ value: s, label: stage(s) })) }]
  return (
    <Page title={t.title} about={t.about} actions={<>{may('payment_order.write') && <Link to="/claims?ready=true">{t.toClaims}</Link>}<Link to="/payees">{t.accounts}</Link></>}>
      <DataTable name="orders" label={t.title} source={listOf('/api/payment-orders')} columns={columns} filters={filters} rowKey={(o) => o.id} to={(o) => `/orders/${o.id}`} empty={{ icon: 'pay', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
