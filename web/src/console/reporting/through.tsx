import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useMe } from '../../domain/access/me'
import { matchStates, matchTones } from '../../domain/reporting/words'
import { count, percent } from '../../kit/money'
import { Card, Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['平台贷款核对', 'Loans through the platform'],
  about: [
    '经平台申请并放款的贷款，自动进入台账，与银行报送逐笔核对。银行报送的为准；尚未报送的，结算用平台登记的。',
    'Loans applied for and paid out here enter the loan book by themselves and are compared with what banks report, which counts; until then settlements take what was registered here.',
  ],
  loans: ['逐笔', 'Loans'],
  counts: ['按银行和月份', 'By bank and month'],
  bank: ['银行', 'Bank'],
  note: ['借据编号', 'Note'],
  firm: ['企业', 'Firm'],
  uscc: ['统一社会信用代码', 'Credit code'],
  amount: ['放款金额', 'Amount'],
  rate: ['年利率', 'Rate'],
  drawn: ['放款日期', 'Drawn'],
  due: ['到期日期', 'Due'],
  state: ['核对结果', 'Compared'],
  found: ['说明', 'What was found'],
  month: ['放款月份', 'Month'],
  number: ['笔数', 'Loans'],
  search: ['借据、合同、企业', 'Note, contract, firm'],
  which: ['范围', 'Which'],
  open: ['只看需处理的', 'To be dealt with alone'],
  none: ['没有这样的贷款', 'No such loans'],
})

type Loan = Item<'/api/through-loans'>
type Count = Item<'/api/through-counts'>

export default function Through() {
  const t = useWords(said)
  return (
    <Page title={t.title} about={t.about}>
      <Tabs of={[
        { key: 'loans', name: t.loans, show: <Loans /> },
        { key: 'counts', name: t.counts, show: <Counts /> },
      ]} />
    </Page>
  )
}

function Loans() {
  const t = useWords(said)
  const { lang } = useLang()
  const state = useCode(matchStates)
  const me = useMe()
  const all = (me.permissions as Record<string, string>)['through.read'] === 'all'
  const orgs = useGet('/api/through-counts', { query: { limit: 200 } }, { enabled: all })
  const banks = new Map((orgs.data?.items ?? []).map((x) => [x.bank, x.bank_name]))
  const columns: Column<Loan>[] = [
    ...(all ? [{ key: 'bank', title: t.bank, value: (l: Loan) => l.bank_name }] : []),
    { key: 'note', title: t.note, value: (l) => l.note_no },
    { key: 'firm', title: t.firm, value: (l) => l.firm },
    { key: 'uscc', title: t.uscc, value: (l) => l.uscc, hidden: true },
    { key: 'amount', title: t.amount, fen: (l) => l.amount_fen },
    { key: 'rate', title: t.rate, right: true, value: (l) => percent(l.rate_ppb) },
    { key: 'drawn', title: t.drawn, value: (l) => l.drawn_on },
    { key: 'due', title: t.due, value: (l) => l.due_on, hidden: true },
    { key: 'state', title: t.state, value: (l) => state(l.match.state), show: (l) => <Tag tone={matchTones[l.match.state]}>{state(l.match.state)}</Tag> },
    { key: 'found', title: t.found, value: (l) => (lang === 'zh' ? l.match.zh : l.match.en), width: 320 },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    ...(all ? [{ kind: 'choice' as const, key: 'bank', label: t.bank, options: [...banks].map(([value, label]) => ({ value, label })) }] : []),
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(matchStates.zh).map((v) => ({ value: v, label: state(v) })) },
    { kind: 'choice', key: 'open', label: t.which, options: [{ value: 'true', label: t.open }] },
  ]
  return (
    <DataTable name="through" label={t.title} source={listOf('/api/through-loans')} columns={columns} filters={filters} rowKey={(l) => l.id} empty={{ icon: 'check', title: t.none }} />
  )
}

function Counts() {
  const t = useWords(said)
  const state = useCode(matchStates)
  const one = (key: 'missing' | 'differs' | 'renamed' | 'waiting' | 'agrees'): Column<Count> => ({ key, title: state(key), right: true, value: (c) => c[key], show: (c) => count(c[key]) })
  const columns: Column<Count>[] = [
    { key: 'bank', title: t.bank, value: (c) => c.bank_name },
    { key: 'month', title: t.month, value: (c) => c.month },
    { key: 'loans', title: t.number, right: true, value: (c) => c.loans, show: (c) => count(c.loans) },
    one('agrees'), one('differs'), one('missing'), one('renamed'), one('waiting'),
  ]
  return (
    <Card>
      <DataTable name="through-counts" label={t.counts} source={listOf('/api/through-counts')} columns={columns} rowKey={(c) => c.bank + c.month} empty={{ icon: 'check', title: t.none }} />
    </Card>
  )
}
