import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { call, type Item } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { sharingTones, sharingWords } from '../../domain/exchange/catalogue'
import { useDatasets } from '../../domain/exchange/datasets'
import { purposeWords } from '../../domain/exchange/words'
import { Ask } from '../../kit/form'
import { count } from '../../kit/money'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { Tabs } from '../../kit/tabs'
import { minute } from '../../kit/time'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['数据目录', 'Data catalogue'],
  about: ['各部门提供哪些涉企数据、怎样共享、多久更新。查询须有企业授权或法律依据，每次查询都有记录。', 'What departments have about enterprises, how it is shared, how fresh it is. Whoever reads has a consent or a legal basis, and every reading is in the log.'],
  catalogue: ['数据集', 'Datasets'],
  name: ['名称', 'Name'],
  id: ['标识', 'Id'],
  department: ['部门', 'Department'],
  level: ['级别', 'Level'],
  sharing: ['共享属性', 'Sharing'],
  fresh: ['有效天数', 'Fresh for, days'],
  fields: ['数据项', 'Fields'],
  rules: ['质量规则', 'Rules of quality'],
  personal: ['含个人信息', 'Personal'],
  yes: ['是', 'yes'],
  no: ['否', 'no'],
  search: ['名称、标识', 'Name, id'],
  none: ['数据目录是空的', 'The catalogue is empty'],
  usage: ['使用情况', 'Use'],
  who: ['查询机构', 'Reader'],
  purpose: ['用途', 'Purpose'],
  firms: ['企业数', 'Enterprises'],
  given: ['已提供', 'Given'],
  refused: ['未提供', 'Refused'],
  away: ['部门不可用', 'Department away'],
  last: ['最近一次', 'Last'],
  noUse: ['近90天没有机构查询', 'Nobody has read anything for 90 days'],
  quality: ['数据质量', 'Quality'],
  rule: ['规则', 'Rule'],
  broken: ['不符合的企业', 'Enterprises that break it'],
  records: ['不符合的记录', 'Records that break it'],
  checked: ['已核查企业', 'Enterprises checked'],
  noBroken: ['留存的数据都符合规则', 'Everything that is kept is as the rules say'],
  departments: ['提供部门', 'Departments'],
  org: ['平台上的机构', 'Organisation here'],
  assign: ['指定', 'Choose'],
  assignAbout: ['指定后，该机构的人员可以看到谁在使用本部门的数据。', 'Its people then see who reads what the department publishes.'],
  nobody: ['未指定', 'none'],
})

type Dataset = Item<'/api/datasets'>
type Use = Item<'/api/dataset-usage'>
type Quality = Item<'/api/data-quality'>
type Seat = Item<'/api/data-departments'>

export default function Datasets() {
  const t = useWords(said)
  const may = useMay()
  const tabs = [{ key: 'all', name: t.catalogue, show: <Catalogue /> }]
  if (may('dataset.usage')) tabs.push({ key: 'usage', name: t.usage, show: <Usage /> }, { key: 'quality', name: t.quality, show: <QualityOf /> })
  if (may('dataset.assign')) tabs.push({ key: 'departments', name: t.departments, show: <Departments /> })
  return (
    <Page title={t.title} about={t.about}>
      {tabs.length > 1 ? <Tabs of={tabs} /> : <Catalogue />}
    </Page>
  )
}

function Catalogue() {
  const t = useWords(said)
  const { lang } = useLang()
  const sharing = useCode(sharingWords)
  const departments = useGet('/api/data-departments', {})
  const columns: Column<Dataset>[] = [
    { key: 'name', title: t.name, value: (d) => (lang === 'zh' ? d.title : d.title_en) },
    { key: 'department', title: t.department, value: (d) => (lang === 'zh' ? d.department.name : d.department.name_en) },
    { key: 'level', title: t.level, right: true, value: (d) => d.level },
    { key: 'sharing', title: t.sharing, value: (d) => sharing(d.sharing), show: (d) => <Tag tone={sharingTones[d.sharing] ?? 'plain'}>{sharing(d.sharing)}</Tag> },
    { key: 'fresh', title: t.fresh, right: true, value: (d) => d.fresh_days },
    { key: 'fields', title: t.fields, right: true, value: (d) => d.fields?.length ?? 0 },
    { key: 'rules', title: t.rules, right: true, value: (d) => d.rules?.length ?? 0 },
    { key: 'personal', title: t.personal, value: (d) => (d.fields?.some((f) => f.personal) ? t.yes : t.no) },
    { key: 'id', title: t.id, value: (d) => d.id, show: (d) => <code className="small">{d.id}</code> },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'q', label: t.search },
    { kind: 'choice', key: 'department', label: t.department, options: (departments.data?.items ?? []).map((d) => ({ value: d.id, label: lang === 'zh' ? d.name : d.name_en })) },
    { kind: 'choice', key: 'sharing', label: t.sharing, options: Object.keys(sharingWords.zh).map((k) => ({ value: k, label: sharing(k) })) },
  ]
  return (
    <DataTable name="datasets" label={t.catalogue} columns={columns} filters={filters} rowKey={(d) => d.id} to={(d) => `/datasets/${d.id}`}
      source={{ key: ['/api/datasets'], whole: true, load: (_f, _w, signal) => call('get', '/api/datasets', {}, signal) }} empty={{ icon: 'ledger', title: t.none }}
      match={(d, f) => (!f.department || d.department.id === f.department) && (!f.sharing || d.sharing === f.sharing)
        && (!f.q || [d.id, d.title, d.title_en].some((s) => s.toLowerCase().includes(f.q!.toLowerCase())))} />
  )
}

function Usage() {
  const t = useWords(said)
  const dataset = useDatasets()
  const purpose = useCode(purposeWords)
  const columns: Column<Use>[] = [
    { key: 'dataset', title: t.catalogue, value: (u) => dataset(u.dataset) },
    { key: 'who', title: t.who, value: (u) => u.reader_name },
    { key: 'purpose', title: t.purpose, value: (u) => purpose(u.purpose) },
    { key: 'firms', title: t.firms, right: true, value: (u) => u.firms, show: (u) => count(u.firms) },
    { key: 'given', title: t.given, right: true, value: (u) => u.given, show: (u) => count(u.given) },
    { key: 'refused', title: t.refused, right: true, value: (u) => u.refused, show: (u) => count(u.refused) },
    { key: 'away', title: t.away, right: true, value: (u) => u.away, show: (u) => (u.away > 0 ? <Tag tone="bad">{count(u.away)}</Tag> : 0) },
    { key: 'last', title: t.last, value: (u) => minute(u.last_ms) },
  ]
  return (
    <DataTable name="dataset-usage" label={t.usage} columns={columns} rowKey={(u) => `${u.dataset} ${u.reader} ${u.purpose}`}
      source={{ key: ['/api/dataset-usage'], whole: true, load: (_f, _w, signal) => call('get', '/api/dataset-usage', {}, signal) }} empty={{ icon: 'chart', title: t.noUse }} />
  )
}

function QualityOf() {
  const t = useWords(said)
  const { lang } = useLang()
  const dataset = useDatasets()
  const all = useGet('/api/datasets', {}, { staleTime: 300_000 })
  const rules = new Map((all.data?.items ?? []).flatMap((d) => (d.rules ?? []).map((r) => [r.id, lang === 'zh' ? r.title : r.title_en] as const)))
  const columns: Column<Quality>[] = [
    { key: 'dataset', title: t.catalogue, value: (q) => dataset(q.dataset) },
    { key: 'rule', title: t.rule, value: (q) => rules.get(q.rule) ?? q.rule },
    { key: 'broken', title: t.broken, right: true, value: (q) => q.firms, show: (q) => count(q.firms) },
    { key: 'records', title: t.records, right: true, value: (q) => q.records, show: (q) => count(q.records) },
    { key: 'checked', title: t.checked, right: true, value: (q) => q.checked, show: (q) => count(q.checked) },
  ]
  return (
    <DataTable name="data-quality" label={t.quality} columns={columns} rowKey={(q) => `${q.dataset} ${q.rule}`}
      source={{ key: ['/api/data-quality'], whole: true, load: (_f, _w, signal) => call('get', '/api/data-quality', {}, signal) }} empty={{ icon: 'check', title: t.noBroken }} />
  )
}

function Departments() {
  const t = useWords(said)
  const { lang } = useLang()
  const [choosing, setChoosing] = useState<Seat>()
  const orgs = useGet('/api/orgs', { query: { limit: 200 } })
  const set = useChange('put', '/api/data-departments/{id}', ['/api/data-departments'])
  const columns: Column<Seat>[] = [
    { key: 'department', title: t.department, value: (d) => (lang === 'zh' ? d.name : d.name_en) },
    { key: 'org', title: t.org, value: (d) => d.org_name, show: (d) => d.org_name || <span className="quiet">{t.nobody}</span> },
  ]
  return (
    <>
      <DataTable name="data-departments" label={t.departments} columns={columns} rowKey={(d) => d.id}
        source={{ key: ['/api/data-departments'], whole: true, load: (_f, _w, signal) => call('get', '/api/data-departments', {}, signal) }} empty={{ icon: 'org', title: t.none }}
        act={(d) => <Button size="small" onClick={() => setChoosing(d)}>{t.assign}</Button>} />
      {choosing && (
        <Ask<{ org?: string }> open close={() => setChoosing(undefined)} title={`${t.assign} · ${lang === 'zh' ? choosing.name : choosing.name_en}`} ok={t.assign}
          initial={{ org: choosing.org || undefined }} send={(v) => set.mutateAsync({ path: { id: choosing.id }, body: { org: v.org ?? '' } })}>
          <Form.Item name="org" label={t.org} extra={t.assignAbout}>
            <Select allowClear placeholder={t.nobody} options={(orgs.data?.items ?? []).filter((o) => o.kind === 'department').map((o) => ({ value: o.id, label: o.name }))} />
          </Form.Item>
        </Ask>
      )}
    </>
  )
}
