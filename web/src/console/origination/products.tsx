import { Button } from 'antd'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMay, useReach } from '../../domain/access/me'
import { productStates, productTones } from '../../domain/origination/codes'
import { Icon } from '../../kit/icon'
import { type Fen, type Ppb, percent2, wan } from '../../kit/money'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['金融产品', 'Products'],
  about: ['发布后按统一规则匹配给企业：先看是否符合，再看年化综合成本，再看承诺天数；不能付费提前。', 'Matched to enterprises by one rule: what fits, then what it costs a year, then the days promised. No place can be bought.'],
  add: ['新建产品', 'New product'],
  figures: ['展示份额', 'Shares'],
  name: ['产品', 'Product'],
  bank: ['银行', 'Bank'],
  state: ['状态', 'State'],
  edition: ['版本', 'Edition'],
  writing: ['下一版待发布', 'next edition being written'],
  amount: ['额度（万元）', 'Amount (10k yuan)'],
  term: ['期限（月）', 'Months'],
  rate: ['年利率', 'Rate a year'],
  search: ['产品名称', 'Name'],
  next: ['下一版', 'Next edition'],
  waits: ['待发布', 'to be published'],
  none: ['还没有产品', 'No products yet'],
  noneHint: ['写明额度、期限、利率和准入条件，由负责人发布。', 'Write the terms and conditions; your lead publishes them.'],
})

type Row = Item<'/api/products'>

/** nameOf is what a product is called. */
export const nameOf = (p: { terms?: { name: string }; draft?: { name: string } }): string => p.terms?.name ?? p.draft?.name ?? ''

export default function Products() {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const all = useReach()('product.read') === 'all'
  const state = useCode(productStates)
  const terms = (p: Row) => p.terms ?? p.draft
  const span = (a: string, b: string) => (a === b ? a : `${a}–${b}`)
  const columns: Column<Row>[] = [
    { key: 'name', title: t.name, value: nameOf },
    ...(all ? [{ key: 'bank', title: t.bank, value: (p: Row) => p.bank_name }] : []),
    {
      key: 'state', title: t.state, value: (p) => state(p.state),
      show: (p) => <span className="tags"><Tag tone={productTones[p.state]}>{state(p.state)}</Tag>{p.terms && p.draft && <span className="quiet small">{t.writing}</span>}</span>,
    },
    { key: 'edition', title: t.edition, right: true, value: (p) => p.edition || null },
    { key: 'amount', title: t.amount, right: true, sort: false, value: (p) => span(wan((terms(p)?.min_amount_fen ?? 0) as Fen), wan((terms(p)?.max_amount_fen ?? 0) as Fen)) },
    { key: 'term', title: t.term, right: true, sort: false, value: (p) => span(String(terms(p)?.min_months), String(terms(p)?.max_months)) },
    { key: 'rate', title: t.rate, right: true, sort: false, value: (p) => span(percent2((terms(p)?.min_rate_ppb ?? 0) as Ppb), percent2((terms(p)?.max_rate_ppb ?? 0) as Ppb)) },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(productStates.zh).map((s) => ({ value: s, label: state(s) })) },
    { kind: 'choice', key: 'draft', label: t.next, options: [{ value: 'true', label: t.waits }] },
  ]
  const add = may('product.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => go('/products/new')}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={<>{may('product.figures') && <Button onClick={() => go('/product-figures')}>{t.figures}</Button>}{add}</>}>
      <DataTable name="products" label={t.title} columns={columns} filters={filters} rowKey={(p) => p.id} to={(p) => `/products/${p.id}`} source={listOf('/api/products')}
        empty={{ icon: 'pay', title: t.none, hint: t.noneHint, action: add }} />
    </Page>
  )
}
