import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { kindWords } from '../../domain/access/words'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['机构', 'Organisations'],
  about: ['使用平台的政府部门、银行、担保机构。每个账号属于一个机构，能看到什么由机构和角色决定。', 'Departments, banks and guarantors that use the platform. Every account belongs to one; what it sees follows from organisation and role.'],
  add: ['新增机构', 'Add an organisation'],
  name: ['名称', 'Name'],
  kind: ['类别', 'Kind'],
  uscc: ['统一社会信用代码', 'Credit code (USCC)'],
  usccHint: ['银行、担保机构报送数据时据此识别；企业必须填写', 'Banks and guarantors are known by it in what they report; enterprises must have one'],
  search: ['名称或代码', 'Name or code'],
  none: ['还没有机构', 'No organisations yet'],
  noneHint: ['先新增金融工作中心和财政局，再新增银行', 'Add the finance office and the finance bureau first, then the banks'],
  optional: ['（可不填）', ' (optional)'],
})

type Org = Item<'/api/orgs'>

export default function Orgs() {
  const t = useWords(said)
  const kind = useCode(kindWords)
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const columns: Column<Org>[] = [
    { key: 'name', title: t.name, value: (o) => o.name },
    { key: 'kind', title: t.kind, value: (o) => kind(o.kind), show: (o) => <Tag tone="brand">{kind(o.kind)}</Tag> },
    { key: 'uscc', title: t.uscc, value: (o) => o.uscc, show: (o) => (o.uscc ? <span className="num">{o.uscc}</span> : <span className="quiet">—</span>) },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'q', label: t.search },
    { kind: 'choice', key: 'kind', label: t.kind, options: Object.keys(kindWords.zh).filter((k) => k !== 'enterprise').map((k) => ({ value: k, label: kind(k) })) },
  ]
  const add = may('org.write') && (
    <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
      {t.add}
    </Button>
  )
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="orgs" label={t.title} source={listOf('/api/orgs', {}, { whole: true })} columns={columns} filters={filters} rowKey={(o) => o.id}
        empty={{ icon: 'org', title: t.none, hint: t.noneHint, action: add }} />
      <AddOrg open={adding} close={() => setAdding(false)} />
    </Page>
  )
}

function AddOrg({ open, close }: { open: boolean; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const kind = useCode(kindWords)
  const add = useChange('post', '/api/orgs', ['/api/orgs'])
  return (
    <Ask<{ kind: string; name: string; uscc?: string }> open={open} close={close} title={t.add} ok={t.add} initial={{ kind: 'bank' }}
      send={(v) => add.mutateAsync({ body: { kind: v.kind, name: v.name.trim(), uscc: v.uscc?.trim().toUpperCase() || undefined } })}>
      <Form.Item name="kind" label={t.kind} rules={[required]}>
        <Select options={Object.keys(kindWords.zh).map((k) => ({ value: k, label: kind(k) }))} />
      </Form.Item>
      <Form.Item name="name" label={t.name} rules={[required]}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="uscc" label={t.uscc + t.optional} extra={t.usccHint}>
        <Input maxLength={18} spellCheck={false} autoCapitalize="characters" />
      </Form.Item>
    </Ask>
  )
}
