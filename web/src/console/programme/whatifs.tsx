import { Button } from 'antd'
import { useNavigate } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useMay } from '../../domain/access/me'
import { stateWords } from '../../domain/programme/words'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'
import { stateTones } from './runs'

const said = words({
  title: ['政策测算', 'What if'],
  about: ['换一种理解、换一个参数，钱会多多少、少多少，谁得谁失。出台之前先看清楚。', 'Another reading, another figure: what it would cost, and who would gain and lose. Look before it is issued.'],
  ask: ['新的测算', 'New trial'],
  name: ['名称', 'Title'],
  run: ['依据的结算', 'Beside run'],
  alternatives: ['方案', 'Alternatives'],
  state: ['状态', 'State'],
  by: ['发起人', 'By'],
  at: ['时间', 'When'],
  none: ['还没有测算', 'No trials yet'],
  noneHint: ['需要先有一次完成的结算', 'It needs a settlement that is done'],
})

type WhatIf = Item<'/api/whatifs'>

export default function WhatIfs() {
  const t = useWords(said)
  const state = useCode(stateWords)
  const may = useMay()
  const go = useNavigate()
  const columns: Column<WhatIf>[] = [
    { key: 'title', title: t.name, value: (w) => w.title || (w.alternatives ?? []).map((a) => a.title).join('；') },
    { key: 'run', title: t.run, value: (w) => w.run_no, show: (w) => `#${w.run_no}` },
    { key: 'alternatives', title: t.alternatives, right: true, value: (w) => w.alternatives?.length ?? 0 },
    { key: 'state', title: t.state, value: (w) => state(w.state), show: (w) => <Tag tone={stateTones[w.state]}>{state(w.state)}</Tag> },
    { key: 'by', title: t.by, value: (w) => w.asked_by_name },
    { key: 'at', title: t.at, value: (w) => minute(w.asked_at_ms) },
  ]
  const ask = may('whatif.ask') && <Button type="primary" icon={<Icon name="flow" size={16} />} onClick={() => go('/what-if/new')}>{t.ask}</Button>
  return (
    <Page title={t.title} about={t.about} actions={ask}>
      <DataTable name="whatifs" label={t.title} source={listOf('/api/whatifs')} columns={columns} rowKey={(w) => w.id} to={(w) => `/what-if/${w.id}`} empty={{ icon: 'flow', title: t.none, hint: t.noneHint, action: ask }} />
    </Page>
  )
}
