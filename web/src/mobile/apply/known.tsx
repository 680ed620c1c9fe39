import { useGet } from '../../api/query'
import { useMe } from '../../domain/access/me'
import type { Draft } from '../../domain/origination/draft'
import type { Form } from '../../domain/origination/need'
import { useWords, words } from '../../kit/words'
import { Text } from '../field'
import { FirmData, useFirmData } from '../firmdata'
import { Card } from '../page'

const said = words({
  about: ['这些是各部门掌握的本企业数据，用来匹配产品，不用您再填。这一步只有您自己看到，还没有给任何银行。', 'This is what departments know of your enterprise; products are matched with it, so that you need not type it. You alone see it; no bank has been given anything.'],
  wrong: ['数据不对？', 'Something is wrong?'],
  wrongText: ['请向数据来源部门申请更正；也可以先继续，在最后一步的备注里向银行说明。', 'Ask the department to correct it; you may go on, and tell the banks in the remark at the end.'],
  region: ['所在乡镇街道', 'Where the enterprise is'],
  regionHint: ['登记数据里没有，请填写', 'The registry does not say'],
  ok: ['看过没有问题，点“下一步”确认。', 'When it is right, go on: that confirms it.'],
})

export function Known({ draft }: { draft: Draft<Form> }) {
  const t = useWords(said)
  const me = useMe()
  const orgs = useGet('/api/orgs', { query: { limit: 5 } }, { staleTime: 300_000 })
  const data = useFirmData(orgs.data?.items?.find((o) => o.id === me.org)?.uscc, 'prefill')
  const town = data.data?.datasets?.find((p) => p.dataset === 'market.licence')?.records?.[0]?.cells?.town
  return (
    <>
      <p>{t.about}</p>
      <FirmData of={data} />
      {data.data && !town && <Card><Text label={t.region} hint={t.regionHint} optional maxLength={60} value={draft.values.region} onChange={(v) => draft.set('region', v)} /></Card>}
      <details className="card"><summary>{t.wrong}</summary><p>{t.wrongText}</p></details>
      <p>{t.ok}</p>
    </>
  )
}
