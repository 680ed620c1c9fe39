import { useState } from 'react'
import { Segmented } from 'antd'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useReach } from '../../domain/access/me'
import { count, type Ppb, percent2 } from '../../kit/money'
import { Page } from '../../kit/page'
import { type Column, DataTable } from '../../kit/table'
import { today } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['展示份额', 'Shares of exposure'],
  about: ['各银行的产品作为“符合”展示、排在首位、被企业选中、最终成交的次数。同一申请看多少遍只计一次。', 'How often products were shown as fitting, shown first, chosen and won. An application counts once however often it is looked at.'],
  back: ['金融产品', 'products'],
  span: ['统计时段', 'Time'],
  year: ['今年', 'This year'],
  last: ['去年', 'Last year'],
  bank: ['银行', 'Bank'],
  products: ['展示过的产品', 'Products shown'],
  shown: ['展示', 'Shown'],
  first: ['排首位', 'First'],
  chosen: ['被选', 'Chosen'],
  won: ['成交', 'Won'],
  none: ['还没有展示', 'Nothing shown yet'],
  noneHint: ['企业匹配产品后，这里显示各银行的份额。', 'Shares appear once enterprises look for products.'],
})

type Row = Item<'/api/product-figures'>

export default function Figures() {
  const t = useWords(said)
  const all = useReach()('product.figures') === 'all'
  const [last, setLast] = useState(false)
  const year = Number(today().slice(0, 4)) - (last ? 1 : 0)
  const part = (n: number, share?: number) => (all && share !== undefined ? `${count(n)}（${percent2(share as Ppb)}）` : count(n))
  const columns: Column<Row>[] = [
    { key: 'bank', title: t.bank, value: (f) => f.bank_name },
    { key: 'products', title: t.products, right: true, value: (f) => f.products, show: (f) => count(f.products) },
    { key: 'shown', title: t.shown, right: true, value: (f) => f.shown, show: (f) => part(f.shown, f.shown_share_ppb) },
    { key: 'first', title: t.first, right: true, value: (f) => f.first, show: (f) => part(f.first, f.first_share_ppb) },
    { key: 'chosen', title: t.chosen, right: true, value: (f) => f.chosen, show: (f) => part(f.chosen, f.chosen_share_ppb) },
    { key: 'won', title: t.won, right: true, value: (f) => f.won, show: (f) => part(f.won, f.won_share_ppb) },
  ]
  return (
    <Page title={t.title} about={t.about} back={{ to: '/products', name: t.back }}>
      <Segmented aria-label={t.span} value={last ? 'last' : 'year'} onChange={(v) => setLast(v === 'last')} options={[{ value: 'year', label: t.year }, { value: 'last', label: t.last }]} />
      <DataTable name="product-figures" label={t.title} columns={columns} rowKey={(f) => f.bank} order="-shown"
        source={listOf('/api/product-figures', { query: { from: `${year}-01-01`, to: `${year}-12-31` } }, { whole: true })}
        empty={{ icon: 'chart', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
