import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { Page } from '../../kit/page'
import { type Column, DataTable } from '../../kit/table'
import { minute } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['冻结数据', 'Snapshots'],
  about: ['每次结算先把当时已接收的报送冻结下来，据此计算：以后补报或撤回，都不改变已算的结果。', 'Each settlement first freezes what has been accepted by then and is computed from that: nothing handed in or withdrawn later changes it.'],
  at: ['冻结时间', 'Frozen'],
  from: ['自', 'From'],
  to: ['至', 'To'],
  hash: ['指纹', 'Hash'],
  id: ['编号', 'Id'],
  none: ['还没有冻结数据', 'No snapshots yet'],
  noneHint: ['发起结算时自动生成。', 'They are made when a settlement is asked for.'],
})

type Snapshot = Item<'/api/reporting/snapshots'>

export default function Snapshots() {
  const t = useWords(said)
  const columns: Column<Snapshot>[] = [
    { key: 'at', title: t.at, value: (s) => minute(s.at_ms) },
    { key: 'from', title: t.from, value: (s) => s.from },
    { key: 'to', title: t.to, value: (s) => s.to },
    { key: 'hash', title: t.hash, value: (s) => s.sha256, show: (s) => <code className="small" title={s.sha256}>{s.sha256.slice(0, 16)}…</code> },
    { key: 'id', title: t.id, value: (s) => s.id, hidden: true },
  ]
  return (
    <Page title={t.title} about={t.about}>
      <DataTable name="snapshots" label={t.title} columns={columns} rowKey={(s) => s.id} to={(s) => `/snapshots/${s.id}`} source={listOf('/api/reporting/snapshots')} empty={{ icon: 'file', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}
