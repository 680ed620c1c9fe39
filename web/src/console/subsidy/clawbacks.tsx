import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { backStages, backTones } from '../../domain/subsidy/words'
import { Page } from '../../kit/page'
import { Due, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['追回', 'Money taken back'],
  about: ['一人提请、另一人审定并下达；退回款按银行回单登记，可分次退回，按原出资比例退回各资金来源。', 'One proposes, another issues; what comes back is registered by receipts, in parts if need be, and goes to the sources that paid in their proportion.'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  number: ['通知书编号', 'Order'],
  amount: ['应追回', 'To come back'],
  returned: ['已退回', 'Came back'],
  rest: ['尚未退回', 'Outstanding'],
  stage: ['环节', 'Stage'],
  due: ['期限', 'Due'],
  why: ['事由', 'Why'],
  who: ['经办', 'Whose'],
  only: ['只看待我办理的', 'Only mine'],
  clock: ['时限', 'Clock'],
  onlyLate: ['只看逾期的', 'Only late ones'],
  none: ['没有追回事项', 'Nothing is taken back'],
  noneHint: ['在已支付的申报上提请，或由事后抽查的结论带出', 'It is proposed on a paid claim, or comes of a finding'],
})

type Back = Item<'/api/clawbacks'>

export default function Clawbacks() {
  const t = useWords(said)
  const stage = useCode(backStages)
  const columns: Column<Back>[] = [
    { key: 'payee', title: t.payee, value: (b) => b.payee_name },
    { key: 'item', title: t.item, value: (b) => b.item_title },
    { key: 'number', title: t.number, value: (b) => b.number },
    { key: 'amount', title: t.amount, fen: (b) => b.amount_fen, show: (b) => <b><Yuan fen={b.amount_fen} /></b> },
    { key: 'returned', title: t.returned, fen: (b) => b.returned_fen },
    { key: 'stage', title: t.stage, value: (b) => stage(b.stage), show: (b) => <Tag tone={backTones[b.stage]}>{stage(b.stage)}</Tag> },
    { key: 'due', title: t.due, value: (b) => b.due_on, show: (b) => (b.due_on ? <Due on={b.due_on} /> : <span className="quiet">—</span>) },
    { key: 'why', title: t.why, value: (b) => b.why, hidden: true, width: 260 },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'mine', label: t.who, options: [{ value: 'true', label: t.only }] },
    { kind: 'choice', key: 'stage', label: t.stage, options: Object.keys(backStages.zh).map((s) => ({ value: s, label: stage(s) })) },
    { kind: 'choice', key: 'late', label: t.clock, options: [{ value: 'true', label: t.onlyLate }] },
  ]
  return (
    <Page title={t.title} about={t.about}>
      <DataTable name="clawbacks" label={t.title} source={listOf('/api/clawbacks')} columns={columns} filters={filters} rowKey={(b) => b.id} to={(b) => `/clawbacks/${b.id}`} empty={{ icon: 'out', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
