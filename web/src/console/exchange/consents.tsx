import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMe } from '../../domain/access/me'
import { channelWords } from '../../domain/exchange/catalogue'
import { useDatasets } from '../../domain/exchange/datasets'
import { purposeWords } from '../../domain/exchange/words'
import { Page } from '../../kit/page'
import { Tag, type Tone } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute, today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['数据授权', 'Consents'],
  about: ['企业授权哪个机构、为什么用途、查询哪些数据，到什么时候为止。撤回后立即失效。', 'Whom an enterprise lets read what, what for and until when. Withdrawn, it ends at once.'],
  firm: ['企业', 'Enterprise'],
  uscc: ['统一社会信用代码', 'Credit code'],
  recipient: ['被授权机构', 'Recipient'],
  purpose: ['用途', 'Purpose'],
  datasets: ['数据集', 'Datasets'],
  personal: ['个人信息', 'Personal'],
  whole: ['完整查看', 'whole'],
  masked: ['脱敏', 'masked'],
  given: ['授权时间', 'Given'],
  until: ['有效至', 'Until'],
  state: ['状态', 'State'],
  valid: ['有效', 'Valid'],
  withdrawn: ['已撤回', 'Withdrawn'],
  expired: ['已到期', 'Ended'],
  channel: ['渠道', 'Channel'],
  live: ['只看', 'Only'],
  liveOnly: ['有效的', 'valid ones'],
  search: ['企业名称或统一社会信用代码', 'Enterprise, by name or credit code'],
  some: [(names: string, n: number) => `${names}等${n}项`, (names: string, n: number) => `${names} and others, ${n} in all`],
  none: ['还没有授权', 'No consents yet'],
  noneHint: ['企业在手机上申请融资时授权，授权后在这里看到。', 'Enterprises give them on their phones as they apply.'],
})

export type Consent = Item<'/api/consents'>

/** useConsentState tells how a consent stands. */
export function useConsentState(): (c: Pick<Consent, 'withdrawn_ms' | 'expires_on'>) => { text: string; tone: Tone } {
  const t = useWords(said)
  return (c) => {
    if (c.withdrawn_ms) return { text: t.withdrawn, tone: 'bad' }
    return c.expires_on < today() ? { text: t.expired, tone: 'plain' } : { text: t.valid, tone: 'good' }
  }
}

export default function Consents() {
  const t = useWords(said)
  const me = useMe()
  const dataset = useDatasets()
  const purpose = useCode(purposeWords)
  const channel = useCode(channelWords)
  const state = useConsentState()
  const namesOf = (c: Consent) => (c.datasets ?? []).map(dataset)
  const columns: Column<Consent>[] = [
    { key: 'firm', title: t.firm, width: 200, value: (c) => c.firm_name },
    { key: 'uscc', title: t.uscc, value: (c) => c.firm, show: (c) => <span className="num">{c.firm}</span>, hidden: true },
    { key: 'recipient', title: t.recipient, value: (c) => c.recipient_name, hidden: me.org_kind === 'bank' }, // its own
    { key: 'purpose', title: t.purpose, value: (c) => purpose(c.purpose) },
    { key: 'datasets', title: t.datasets, sort: false, width: 240, value: (c) => namesOf(c).join('、'), show: (c) => <span title={namesOf(c).join('、')}>{namesOf(c).length > 3 ? t.some(namesOf(c).slice(0, 2).join('、'), namesOf(c).length) : namesOf(c).join('、')}</span> },
    { key: 'personal', title: t.personal, value: (c) => (c.personal ? t.whole : t.masked) },
    { key: 'state', title: t.state, value: (c) => state(c).text, show: (c) => <Tag tone={state(c).tone}>{state(c).text}</Tag> },
    { key: 'given', title: t.given, value: (c) => minute(c.given_ms) },
    { key: 'until', title: t.until, value: (c) => c.expires_on },
    { key: 'channel', title: t.channel, value: (c) => channel(c.channel), hidden: true },
  ]
  const filters: Filter[] = [
    ...(me.org_kind === 'enterprise' ? [] : [{ kind: 'search', key: 'text', label: t.search } as Filter]),
    { kind: 'choice', key: 'purpose', label: t.purpose, options: ['loan_application', 'loan_management', 'city_rating', 'bank_naming'].map((p) => ({ value: p, label: purpose(p) })) },
    { kind: 'choice', key: 'live', label: t.live, options: [{ value: 'true', label: t.liveOnly }] },
  ]
  return (
    <Page title={t.title} about={t.about}>
      <DataTable name="consents" label={t.title} columns={columns} filters={filters} rowKey={(c) => c.id} to={(c) => `/consents/${c.id}`}
        source={listOf('/api/consents')} empty={{ icon: 'shield', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
