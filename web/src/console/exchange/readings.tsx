import { Link } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMay, useMe } from '../../domain/access/me'
import { useDatasets } from '../../domain/exchange/datasets'
import { outcomeWords, purposeWords } from '../../domain/exchange/words'
import { Page } from '../../kit/page'
import { Tag, type Tone } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { second } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['数据查询记录', 'Readings'],
  about: ['谁在什么时候、为什么用途、凭什么授权或依据，查询了哪家企业的哪些数据。', 'Who read which data of which enterprise, when, what for, and by what consent or basis.'],
  at: ['时间', 'Time'],
  firm: ['企业', 'Enterprise'],
  uscc: ['统一社会信用代码', 'Credit code'],
  who: ['查询机构', 'Reader'],
  own: ['（本企业）', ' (itself)'],
  purpose: ['用途', 'Purpose'],
  dataset: ['数据集', 'Dataset'],
  outcome: ['结果', 'Outcome'],
  fields: ['数据项', 'Fields'],
  masked: [(n: number, m: number) => (m > 0 ? `${n}项，其中脱敏${m}项` : `${n}项`), (n: number, m: number) => (m > 0 ? `${n}, ${m} masked` : `${n}`)],
  records: ['记录数', 'Records'],
  ground: ['授权或依据', 'Consent or basis'],
  consent: ['企业授权', 'Consent'],
  asOf: ['数据日期', 'As of'],
  from: ['起始日', 'From'],
  to: ['截止日', 'To'],
  search: ['企业名称或统一社会信用代码', 'Enterprise, by name or credit code'],
  others: ['查询人', 'Readers'],
  othersOnly: ['不含企业本身', 'not the enterprise itself'],
  none: ['还没有查询记录', 'Nothing has been read yet'],
})

type Reading = Item<'/api/readings'>

const tones: Record<string, Tone> = { asked: 'good', kept: 'good', last: 'wait', refused: 'bad', away: 'wait', unknown: 'plain' }

export default function Readings() {
  const t = useWords(said)
  return <Page title={t.title} about={t.about}><Log /></Page>
}

/** Log is the log of readings: all that one may see, or those by one consent. */
export function Log({ consent }: { consent?: string }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const dataset = useDatasets()
  const purpose = useCode(purposeWords)
  const outcome = useCode(outcomeWords)
  const columns: Column<Reading>[] = [
    { key: 'at', title: t.at, value: (r) => second(r.at_ms), show: (r) => <span className="num">{second(r.at_ms)}</span> },
    { key: 'firm', title: t.firm, value: (r) => r.firm_name || r.firm, show: (r) => <>{r.firm_name}<div className={r.firm_name ? 'quiet small num' : 'num'}>{r.firm}</div></> },
    { key: 'uscc', title: t.uscc, value: (r) => r.firm, hidden: true },
    { key: 'who', title: t.who, value: (r) => r.reader_name + (r.own ? t.own : '') },
    { key: 'purpose', title: t.purpose, value: (r) => purpose(r.purpose) },
    { key: 'dataset', title: t.dataset, value: (r) => dataset(r.dataset) },
    { key: 'outcome', title: t.outcome, value: (r) => outcome(r.outcome), show: (r) => <Tag tone={tones[r.outcome] ?? 'plain'}>{outcome(r.outcome)}</Tag> },
    { key: 'fields', title: t.fields, sort: false, value: (r) => (r.fields?.length ? t.masked(r.fields.length, r.masked?.length ?? 0) : ''), show: (r) => <span title={(r.fields ?? []).join(' ')}>{r.fields?.length ? t.masked(r.fields.length, r.masked?.length ?? 0) : ''}</span> },
    { key: 'records', title: t.records, right: true, value: (r) => r.records, hidden: true },
    { key: 'ground', title: t.ground, sort: false, width: 180, value: (r) => (r.consent ? t.consent : r.basis), show: (r) => (r.consent && may('consent.read') ? <Link to={`/consents/${r.consent}`}>{t.consent}</Link> : <span className="small">{r.consent ? t.consent : r.basis}</span>) },
    { key: 'as_of', title: t.asOf, value: (r) => r.as_of_on ?? '', hidden: true },
  ]
  const filters: Filter[] = [
    ...(me.org_kind === 'enterprise' ? [] : [{ kind: 'search', key: 'text', label: t.search } as Filter]),
    { kind: 'choice', key: 'purpose', label: t.purpose, options: Object.keys(purposeWords.zh).map((p) => ({ value: p, label: purpose(p) })) },
    { kind: 'choice', key: 'outcome', label: t.outcome, options: Object.keys(outcomeWords.zh).map((o) => ({ value: o, label: outcome(o) })) },
    { kind: 'choice', key: 'others', label: t.others, options: [{ value: 'true', label: t.othersOnly }] },
    { kind: 'day', key: 'first_on', label: t.from },
    { kind: 'day', key: 'last_on', label: t.to },
  ]
  return (
    <DataTable name="readings" label={t.title} columns={columns} filters={consent ? [] : filters} rowKey={(r) => r.id}
      source={listOf('/api/readings', consent ? { query: { consent } } : {})} empty={{ icon: 'audit', title: t.none }} />
  )
}
