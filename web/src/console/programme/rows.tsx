import { useSearchParams } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useCounted, useItemNames } from '../../domain/policy/packs'
import { type Fen, percent, yuan } from '../../kit/money'
import { Rate, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useWords, words } from '../../kit/words'

const said = words({
  payees: ['收款人汇总', 'Payees'],
  lines: ['结算明细', 'Lines'],
  asides: ['待补与排除', 'Waiting and excluded'],
  item: ['项目', 'Item'],
  payee: ['收款人', 'Payee'],
  payeeID: ['收款人代码', 'Payee’s code'],
  rows: ['笔数', 'Rows'],
  amount: ['应得', 'Entitled'],
  pooled: ['资金池后', 'After the pool'],
  paid: ['拨付', 'Paid'],
  bank: ['金融机构', 'Bank'],
  bankID: ['机构代码', 'Bank’s code'],
  subject: ['借据或对象编号', 'Subject'],
  enterprise: ['企业', 'Enterprise'],
  enterpriseID: ['企业代码', 'Enterprise’s code'],
  town: ['乡镇街道', 'Town'],
  base: ['基数', 'Base'],
  limited: ['限额后', 'After limits'],
  rate: ['比例', 'Rate'],
  computed: ['金额', 'Amount'],
  deducted: ['扣除', 'Deducted'],
  capped: ['封顶后', 'Capped'],
  changed: ['限额等影响', 'Limits'],
  only: ['只看受限额、扣除、封顶、资金池影响的', 'Only what a limit, deduction, cap or pool touched'],
  outcome: ['结果', 'Outcome'],
  waiting: ['待补', 'Waiting'],
  excluded: ['排除', 'Excluded'],
  reason: ['原因', 'Reason'],
  detail: ['详情', 'Detail'],
  none: ['没有记录', 'Nothing'],
  count: [(n: string) => `${n} 个`, (n: string) => n],
  fixed: ['定额', 'fixed'],
  order: ['排序', 'Order'],
  byPaid: ['按拨付从大到小', 'Most paid first'],
  byAmount: ['按应得从大到小', 'Most entitled first'],
  byBase: ['按基数从大到小', 'Largest base first'],
})

type Line = Item<'/api/runs/{id}/lines'>
type Total = Item<'/api/runs/{id}/totals'>
type Aside = Item<'/api/runs/{id}/asides'>

// Rows are sorted by the server, which knows them all.
const sorted = (f: Record<string, string>) => {
  const { by, ...rest } = f
  return by ? { ...rest, sort: by, descending: true } : rest
}

function useFilters(run: string) {
  const t = useWords(said)
  const item = useItemNames()
  const overview = useGet('/api/runs/{id}/overview', { path: { id: run } })
  const items = [...new Set([...(overview.data?.items ?? []), ...(overview.data?.banks ?? [])].map((s) => s.item))]
  const banks = [...new Map((overview.data?.banks ?? []).map((b) => [b.key, b.name || b.key])).entries()]
  const towns = [...new Map((overview.data?.towns ?? []).map((b) => [b.key, b.name || b.key])).entries()]
  return {
    item: { kind: 'choice', key: 'item', label: t.item, options: items.map((i) => ({ value: i, label: item(i) })) } as Filter,
    bank: { kind: 'choice', key: 'institution', label: t.bank, options: banks.map(([value, label]) => ({ value, label })) } as Filter,
    town: { kind: 'choice', key: 'town', label: t.town, options: towns.filter(([k]) => k).map(([value, label]) => ({ value, label })) } as Filter,
    enterprise: { kind: 'search', key: 'enterprise', label: t.enterprise } as Filter,
    subject: { kind: 'search', key: 'subject', label: t.subject } as Filter,
    order: { kind: 'choice', key: 'by', label: t.order, options: [{ value: 'paid', label: t.byPaid }, { value: 'amount', label: t.byAmount }, { value: 'base', label: t.byBase }] } as Filter,
  }
}

export function Payees({ run }: { run: string }) {
  const t = useWords(said)
  const item = useItemNames()
  const f = useFilters(run)
  const columns: Column<Total>[] = [
    { key: 'payee', title: t.payee, value: (r) => r.payee || r.payee_id },
    { key: 'payee_id', title: t.payeeID, value: (r) => r.payee_id, hidden: true },
    { key: 'item', title: t.item, value: (r) => item(r.item) },
    { key: 'rows', title: t.rows, right: true, value: (r) => r.rows },
    { key: 'amount', title: t.amount, fen: (r) => r.amount_fen },
    { key: 'pooled', title: t.pooled, fen: (r) => r.pooled_fen, hidden: true },
    { key: 'paid', title: t.paid, fen: (r) => r.paid_fen, show: (r) => <b><Yuan fen={r.paid_fen} /></b> },
  ]
  return (
    <DataTable name="run-payees" label={t.payees} source={listOf('/api/runs/{id}/totals', { path: { id: run } }, { query: sorted })} columns={columns} filters={[f.item, f.order]}
      rowKey={(r) => String(r.n)} to={(r) => `/runs/${run}/explain?payee=${encodeURIComponent(r.payee_id)}&item=${encodeURIComponent(r.item)}`} empty={{ icon: 'calc', title: t.none }} />
  )
}

export function Lines({ run }: { run: string }) {
  const t = useWords(said)
  const item = useItemNames()
  const counted = useCounted()
  const f = useFilters(run)
  const [at] = useSearchParams()
  // a base is an amount, or a count where the item counts
  const written = (r: Line, base: Fen) => (counted(r.item) ? t.count(String(base)) : yuan(base).replaceAll(',', ''))
  const columns: Column<Line>[] = [
    { key: 'subject', title: t.subject, value: (r) => r.subject_id },
    { key: 'item', title: t.item, value: (r) => item(r.item), hidden: at.has('item') },
    { key: 'bank', title: t.bank, value: (r) => r.institution || r.institution_id },
    { key: 'bank_id', title: t.bankID, value: (r) => r.institution_id, hidden: true },
    { key: 'enterprise', title: t.enterprise, value: (r) => r.enterprise || r.enterprise_id },
    { key: 'enterprise_id', title: t.enterpriseID, value: (r) => r.enterprise_id, hidden: true },
    { key: 'town', title: t.town, value: (r) => r.town_name || r.town, hidden: true },
    { key: 'base', title: t.base, fen: (r) => r.base_fen, file: (r) => written(r, r.base_fen), show: (r) => (counted(r.item) ? <span className="quiet">{t.count(String(r.base_fen))}</span> : <Yuan fen={r.base_fen} />) },
    { key: 'limited', title: t.limited, fen: (r) => r.limited_base_fen, file: (r) => written(r, r.limited_base_fen), show: (r) => counted(r.item) ? t.count(String(r.limited_base_fen)) : <Changed was={r.base_fen} is={r.limited_base_fen} />, hidden: true },
    { key: 'rate', title: t.rate, right: true, value: (r) => r.rate_ppb, file: (r) => (r.rate_ppb === 0 ? t.fixed : percent(r.rate_ppb)), show: (r) => (r.rate_ppb === 0 ? <span className="quiet">{t.fixed}</span> : <Rate ppb={r.rate_ppb} />) },
    { key: 'amount', title: t.computed, fen: (r) => r.amount_fen },
    { key: 'deducted', title: t.deducted, fen: (r) => r.deducted_fen, hidden: true },
    { key: 'capped', title: t.capped, fen: (r) => r.capped_fen, hidden: true },
    { key: 'pooled', title: t.pooled, fen: (r) => r.pooled_fen, hidden: true },
    { key: 'paid', title: t.paid, fen: (r) => r.paid_fen, show: (r) => <b><Yuan fen={r.paid_fen} /></b> },
  ]
  const changed: Filter = { kind: 'choice', key: 'changed', label: t.changed, options: [{ value: 'true', label: t.only }] }
  return (
    <DataTable name="run-lines" label={t.lines} source={listOf('/api/runs/{id}/lines', { path: { id: run } }, { query: sorted })} columns={columns} filters={[f.item, f.bank, f.town, f.enterprise, f.subject, changed, f.order]}
      rowKey={(r) => String(r.n)} to={(r) => `/runs/${run}/explain?subject=${encodeURIComponent(r.subject_id)}&institution=${encodeURIComponent(r.institution_id)}&item=${encodeURIComponent(r.item)}`} empty={{ icon: 'calc', title: t.none }} />
  )
}

function Changed({ was, is }: { was: Fen; is: Fen }) {
  return was === is ? <Yuan fen={is} /> : <span style={{ color: 'var(--tangerine)' }}><Yuan fen={is} /></span>
}

export function Asides({ run }: { run: string }) {
  const t = useWords(said)
  const item = useItemNames()
  const f = useFilters(run)
  const columns: Column<Aside>[] = [
    { key: 'subject', title: t.subject, value: (r) => r.subject_id },
    { key: 'outcome', title: t.outcome, value: (r) => (r.waiting ? t.waiting : t.excluded), show: (r) => <Tag tone={r.waiting ? 'wait' : 'plain'}>{r.waiting ? t.waiting : t.excluded}</Tag> },
    { key: 'reason', title: t.reason, value: (r) => r.reason_zh },
    { key: 'detail', title: t.detail, value: (r) => r.detail_zh.split('、').map(item).join('、'), width: 160 },
    { key: 'item', title: t.item, value: (r) => item(r.item) },
    { key: 'bank', title: t.bank, value: (r) => r.institution || r.institution_id },
    { key: 'enterprise', title: t.enterprise, value: (r) => r.enterprise || r.enterprise_id },
  ]
  const outcome: Filter = { kind: 'choice', key: 'outcome', label: t.outcome, options: [{ value: 'set_aside', label: t.waiting }, { value: 'excluded', label: t.excluded }] }
  return (
    <DataTable name="run-asides" label={t.asides} source={listOf('/api/runs/{id}/asides', { path: { id: run } })} columns={columns} filters={[outcome, f.item, f.bank, f.enterprise, f.subject]}
      rowKey={(r) => String(r.n)} to={(r) => `/runs/${run}/explain?subject=${encodeURIComponent(r.subject_id)}&institution=${encodeURIComponent(r.institution_id)}&item=${encodeURIComponent(r.item)}`} empty={{ icon: 'check', title: t.none }} />
  )
}
