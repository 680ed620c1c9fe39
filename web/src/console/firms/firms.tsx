import { Link } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMay } from '../../domain/access/me'
import { firmKinds, firmStatus, statusTones } from '../../domain/firm/words'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['企业登记库', 'Registry of firms'],
  about: ['市场主体登记信息，由市场监管部门提供。名称从开头查起，可略去省、市、县、区；也可输入统一社会信用代码的前几位。', 'Firms as the market regulation department has registered them. Names are found by their beginning, with or without the place, or by the first characters of the credit code.'],
  imports: ['导入记录', 'Imports'],
  text: ['名称或代码（开头几个字）', 'Name or code, from its beginning'],
  name: ['名称', 'Name'],
  uscc: ['统一社会信用代码', 'Credit code (USCC)'],
  kind: ['类别', 'Kind'],
  status: ['登记状态', 'Standing'],
  registered: ['成立日期', 'Registered on'],
  person: ['法定代表人', 'Legal representative'],
  asOf: ['截止日期', 'As of'],
  none: ['没有找到企业', 'No firm was found'],
  noneHint: ['换个开头试试，或请市场监管部门导入最新的登记库', 'Try another beginning, or ask the department for the latest register'],
})

type Firm = Item<'/api/firms'>

export default function Firms() {
  const t = useWords(said)
  const may = useMay()
  const kind = useCode(firmKinds)
  const status = useCode(firmStatus)
  const columns: Column<Firm>[] = [
    { key: 'name', title: t.name, value: (f) => f.name },
    { key: 'uscc', title: t.uscc, value: (f) => f.uscc, show: (f) => <span className="num">{f.uscc}</span> },
    { key: 'kind', title: t.kind, value: (f) => kind(f.kind) },
    { key: 'status', title: t.status, value: (f) => status(f.status), show: (f) => <Tag tone={statusTones[f.status]}>{status(f.status)}</Tag> },
    { key: 'registered', title: t.registered, value: (f) => f.registered_on || null },
    { key: 'person', title: t.person, value: (f) => f.legal_representative || null },
    { key: 'as_of', title: t.asOf, value: (f) => f.as_of, hidden: true },
  ]
  const filters: Filter[] = [
    { kind: 'search', key: 'text', label: t.text },
    { kind: 'choice', key: 'status', label: t.status, options: Object.keys(firmStatus.zh).map((s) => ({ value: s, label: status(s) })) },
  ]
  return (
    <Page title={t.title} about={t.about} actions={may('firm_import.read') && <Link to="/firms/imports">{t.imports}</Link>}>
      <DataTable name="firms" label={t.title} columns={columns} filters={filters} rowKey={(f) => f.uscc} to={(f) => `/firms/${f.uscc}`}
        source={{ ...listOf('/api/firms'), file: undefined }} empty={{ icon: 'org', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
