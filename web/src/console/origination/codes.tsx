import { Button, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay, useMe, useReach } from '../../domain/access/me'
import { codeKinds, codePlaces, codeStates, codeTones } from '../../domain/origination/codes'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count, type Fen } from '../../kit/money'
import { Page } from '../../kit/page'
import { Tag, Wan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['贷款码', 'Loan codes'],
  about: ['张贴在网点、园区、窗口，企业扫码即可申请；每个码带来的扫码、申请、放款分别统计。', 'Hung up at branches, parks and counters; what comes of each code is counted.'],
  make: ['制作码', 'Make a code'],
  number: ['编号', 'Number'],
  kind: ['类别', 'Kind'],
  place: ['位置', 'Place'],
  name: ['名称', 'Title'],
  nameHint: ['印在码上，如“大洋支行”；不得含个人姓名电话', 'Printed below the code; no names or phones of persons'],
  org: ['机构', 'Organisation'],
  state: ['状态', 'State'],
  expires: ['有效期至', 'Holds until'],
  days: ['有效天数', 'Days'],
  scans: ['扫码', 'Scans'],
  applications: ['申请', 'Applications'],
  loans: ['放款', 'Loans'],
  lent: ['放款金额', 'Lent'],
  search: ['名称或编号', 'Title or number'],
  none: ['还没有码', 'No codes yet'],
  noneHint: ['为本行、每个网点、每个窗口各做一个，便于看出哪里来的企业多。', 'One for each place shows where enterprises come from.'],
})

type Row = Item<'/api/codes'>

/** placesOf are the places that an organisation of a kind makes codes for. */
const placesOf: Record<string, string[]> = { bank: ['bank', 'branch', 'counter'], office: ['park', 'counter'] }

export default function Codes() {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const go = useNavigate()
  const all = useReach()('code.read') === 'all'
  const kind = useCode(codeKinds)
  const place = useCode(codePlaces)
  const state = useCode(codeStates)
  const required = useRequired()
  const [asking, setAsking] = useState(false)
  const make = useChange('post', '/api/codes', ['/api/codes'])
  const places = placesOf[me.org_kind ?? ''] ?? []
  const columns: Column<Row>[] = [
    { key: 'title', title: t.name, value: (c) => c.title },
    { key: 'number', title: t.number, value: (c) => c.number },
    ...(all ? [{ key: 'org', title: t.org, value: (c: Row) => c.org_name }, { key: 'kind', title: t.kind, value: (c: Row) => kind(c.kind) }] : []),
    { key: 'place', title: t.place, value: (c) => place(c.place) },
    { key: 'state', title: t.state, value: (c) => state(c.state), show: (c) => <Tag tone={codeTones[c.state]}>{state(c.state)}</Tag> },
    { key: 'expires', title: t.expires, value: (c) => c.expires_on },
    { key: 'scans', title: t.scans, right: true, value: (c) => c.scans, show: (c) => count(c.scans) },
    { key: 'applications', title: t.applications, right: true, value: (c) => c.applications, show: (c) => count(c.applications) },
    { key: 'loans', title: t.loans, right: true, value: (c) => c.loans, show: (c) => count(c.loans) },
    { key: 'lent', title: t.lent, right: true, value: (c) => c.loans_fen as Fen, show: (c) => <Wan fen={c.loans_fen as Fen} unit /> },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.search },
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(codeStates.zh).map((s) => ({ value: s, label: state(s) })) },
    ...(all ? [{ kind: 'choice' as const, key: 'place', label: t.place, options: Object.keys(codePlaces.zh).map((s) => ({ value: s, label: place(s) })) }] : []),
  ]
  const add = may('code.write') && places.length > 0 && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAsking(true)}>{t.make}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="codes" label={t.title} columns={columns} filters={filters} rowKey={(c) => c.id} to={(c) => `/codes/${c.id}`} source={listOf('/api/codes')}
        empty={{ icon: 'code', title: t.none, hint: t.noneHint, action: add }} />
      <Ask<{ place: 'bank' | 'branch' | 'park' | 'counter' | 'firm'; title?: string; days: number }> open={asking} close={() => setAsking(false)} title={t.make} ok={t.make}
        initial={{ place: places[1] as 'branch', days: 366 }}
        send={async (v) => {
          const made = await make.mutateAsync({ body: { place: v.place, title: v.title?.trim() ?? '', days: v.days } })
          go(`/codes/${made.id}`)
        }}>
        <Form.Item name="place" label={t.place}><Select options={places.map((p) => ({ value: p, label: place(p) }))} /></Form.Item>
        <Form.Item noStyle shouldUpdate={(a, b) => a.place !== b.place}>
          {({ getFieldValue }) => getFieldValue('place') !== 'bank' && (
            <Form.Item name="title" label={t.name} extra={t.nameHint} rules={[required]}><Input maxLength={40} /></Form.Item>
          )}
        </Form.Item>
        <Form.Item name="days" label={t.days}><InputNumber min={1} max={1098} precision={0} style={{ width: 160 }} /></Form.Item>
      </Ask>
    </Page>
  )
}
