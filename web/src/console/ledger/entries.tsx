import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { entryWords } from '../../domain/ledger/words'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import type { Fen } from '../../kit/money'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { second } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['分录', 'Entries'],
  back: ['资金台账', 'the fund ledger'],
  about: ['每一笔都借贷相等，只增不改；错了就冲销。', 'Each balances and is never changed; what was wrong is reversed.'],
  seq: ['编号', 'No.'],
  at: ['记账时间', 'Posted'],
  on: ['业务日期', 'Day'],
  kind: ['事项', 'What'],
  amount: ['金额', 'Amount'],
  document: ['文号', 'Document'],
  order: ['支付单', 'Order'],
  receipt: ['回单', 'Receipt'],
  memo: ['备注', 'Note'],
  reverses: ['冲销', 'Reverses'],
  source: ['资金来源', 'Source'],
  from: ['起始日', 'From'],
  to: ['截止日', 'To'],
  none: ['还没有分录', 'No entries yet'],
  noneHint: ['下达指标、核定、支付时自动记账', 'They are posted as money is granted, approved and paid'],
})

type Entry = Item<'/api/fund/entries'>

export default function Entries() {
  const t = useWords(said)
  const kind = useCode(entryWords)
  const sources = useGet('/api/fund/sources', { query: { limit: 200 } })
  const columns: Column<Entry>[] = [
    { key: 'seq', title: t.seq, value: (e) => e.seq },
    { key: 'at', title: t.at, value: (e) => second(e.at_ms), show: (e) => <span className="num">{second(e.at_ms)}</span> },
    { key: 'on', title: t.on, value: (e) => e.on },
    { key: 'kind', title: t.kind, value: (e) => kind(e.kind), show: (e) => <Tag>{kind(e.kind)}</Tag> },
    { key: 'amount', title: t.amount, fen: moved },
    { key: 'document', title: t.document, value: (e) => e.document },
    { key: 'order', title: t.order, value: (e) => e.order, hidden: true },
    { key: 'receipt', title: t.receipt, value: (e) => e.receipt.no },
    { key: 'reverses', title: t.reverses, value: (e) => e.reverses || '', hidden: true },
    { key: 'memo', title: t.memo, value: (e) => e.memo },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'source', label: t.source, options: (sources.data?.items ?? []).map((s) => ({ value: s.source.id, label: s.source.title })) },
    { kind: 'choice', key: 'kind', label: t.kind, options: Object.keys(entryWords.zh).map((k) => ({ value: k, label: kind(k) })) },
    { kind: 'day', key: 'first_on', label: t.from },
    { kind: 'day', key: 'last_on', label: t.to },
  ]
  return (
    <Page title={t.title} about={t.about} back={{ to: '/fund', name: t.back }}>
      <DataTable name="fund-entries" label={t.title} source={listOf('/api/fund/entries')} columns={columns} filters={filters} rowKey={(e) => String(e.seq)} empty={{ icon: 'ledger', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}

// moved is what an entry moves: its postings sum to zero, so it is the part above.
const moved = (e: Entry): Fen => (e.postings ?? []).reduce((n, p) => n + Math.max(0, p.amount_fen), 0) as Fen
