import { Button } from 'antd'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe, useReach } from '../../domain/access/me'
import { refusalWords, stageTones } from '../../domain/origination/desk'
import { stageWords } from '../../domain/origination/words'
import { Page } from '../../kit/page'
import { Due, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['融资受理', 'Referrals'],
  about: ['企业的融资申请：1个工作日内受理，3个工作日内对接，材料齐全后5个工作日内放款。快到期和已超时的排在前面。', 'What enterprises ask for: accept within one working day, call within three, pay out within five once papers are complete. What is due soonest comes first.'],
  number: ['受理号', 'No.'],
  firm: ['企业', 'Enterprise'],
  uscc: ['统一社会信用代码', 'Credit code (USCC)'],
  amount: ['金额', 'Amount'],
  asked: ['申请金额', 'Asked for'],
  months: ['期限（月）', 'Term, months'],
  product: ['产品', 'Product'],
  stage: ['环节', 'Stage'],
  due: ['办理期限', 'Due'],
  assignee: ['经办', 'Assigned to'],
  nobody: ['待领取', 'nobody yet'],
  pushed: ['送达时间', 'Came'],
  late: ['超时步数', 'Late steps'],
  refusal: ['未通过原因', 'Declined for'],
  bank: ['银行', 'Bank'],
  search: ['企业、信用代码或受理号', 'Enterprise, credit code or number'],
  who: ['经办', 'Whose'],
  mine: ['只看待我办理的', 'Only those for me'],
  taken: ['领取', 'Taken'],
  clock: ['时限', 'Clock'],
  onlyLate: ['只看超时的', 'Only late ones'],
  state: ['状态', 'State'],
  live: ['办理中', 'Under way'],
  from: ['送达不早于', 'Came from'],
  to: ['送达不晚于', 'Came until'],
  take: ['领取', 'Take'],
  none: ['还没有融资申请', 'No applications yet'],
  noneHint: ['企业提交申请并选择本行后出现在这里', 'They appear when an enterprise chooses the bank'],
})

type Referral = Item<'/api/referrals'>

export default function Referrals() {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const refusal = useCode(refusalWords)
  const me = useMe()
  const may = useMay()
  const everybody = useReach()('referral.read') === 'all'
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { enabled: everybody, staleTime: 300_000 })
  const bank = (id: string) => orgs.data?.items?.find((o) => o.id === id)?.name ?? ''
  const columns: Column<Referral>[] = [
    { key: 'firm', title: t.firm, width: 180, value: (r) => r.firm },
    { key: 'number', title: t.number, right: true, value: (r) => r.number },
    { key: 'uscc', title: t.uscc, value: (r) => r.uscc, hidden: true },
    ...(everybody ? [{ key: 'bank', title: t.bank, value: (r: Referral) => bank(r.org) }] : []),
    { key: 'amount', title: t.amount, fen: (r) => r.amount_fen },
    { key: 'asked', title: t.asked, fen: (r) => r.need.amount_fen, hidden: true },
    { key: 'months', title: t.months, right: true, value: (r) => r.need.term_months },
    { key: 'product', title: t.product, value: (r) => r.product_name },
    { key: 'stage', title: t.stage, value: (r) => stage(r.stage), show: (r) => <Tag tone={stageTones[r.stage]}>{stage(r.stage)}</Tag> },
    { key: 'due', title: t.due, value: (r) => r.due_on, show: (r) => (r.due_on ? <Due on={r.due_on} /> : <span className="quiet">—</span>) },
    { key: 'assignee', title: t.assignee, value: (r) => r.assignee_name, show: (r) => r.assignee_name || <span className="quiet">{t.nobody}</span> },
    { key: 'late', title: t.late, right: true, value: (r) => r.late_steps, hidden: true },
    { key: 'refusal', title: t.refusal, value: (r) => (r.refusal ? refusal(r.refusal) : ''), hidden: true },
    { key: 'pushed', title: t.pushed, value: (r) => minute(r.pushed_ms) },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    ...(may('referral.act') ? [{ kind: 'choice' as const, key: 'mine', label: t.who, options: [{ value: 'true', label: t.mine }] }] : []),
    { kind: 'choice', key: 'assignee', label: t.taken, options: [{ value: '-', label: t.nobody }] },
    { kind: 'choice', key: 'stage', label: t.stage, options: Object.keys(stageWords.zh).map((s) => ({ value: s, label: stage(s) })) },
    { kind: 'choice', key: 'late', label: t.clock, options: [{ value: 'true', label: t.onlyLate }] },
    { kind: 'choice', key: 'live', label: t.state, options: [{ value: 'true', label: t.live }] },
    ...(everybody ? [{ kind: 'choice' as const, key: 'bank', label: t.bank, options: (orgs.data?.items ?? []).filter((o) => o.kind === 'bank').map((o) => ({ value: o.id, label: o.name })) }] : []),
    { kind: 'choice', key: 'refusal', label: t.refusal, options: Object.keys(refusalWords.zh).map((c) => ({ value: c, label: refusal(c) })) },
    { kind: 'day', key: 'from', label: t.from },
    { kind: 'day', key: 'to', label: t.to },
  ]
  const act = (r: Referral) => (may('referral.act') && !r.assignee && !['declined', 'ended', 'repaid'].includes(r.stage) ? <Take id={r.id} account={me.account} /> : null)
  return (
    <Page title={t.title} about={t.about}>
      <DataTable name="referrals" label={t.title} source={listOf('/api/referrals', {}, { orders: ['due'] })} columns={columns} filters={filters} rowKey={(r) => r.id} to={(r) => `/referrals/${r.id}`} order="due"
        act={may('referral.act') ? act : undefined} every={60_000}
        empty={{ icon: 'inbox', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}

function Take({ id, account }: { id: string; account: string }) {
  const t = useWords(said)
  const assign = useChange('put', '/api/referrals/{id}/assignee', ['/api/referrals'])
  return <Button size="small" loading={assign.isPending} onClick={() => assign.mutate({ path: { id }, body: { account } })}>{t.take}</Button>
}
