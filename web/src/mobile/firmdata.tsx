// What departments know of one's enterprise, each with its day and source.
import { useQuery } from '@tanstack/react-query'
import { type Answer, call, type Problem } from '../api/client'
import { useCell } from '../domain/exchange/cell'
import { useLang, useWords, words } from '../kit/words'
import { Empty, Shown } from './page'
import { Facts, Tag } from './show'

const said = words({
  asOf: [(on: string) => `截至 ${on}`, (on: string) => `as of ${on}`],
  source: [(s: string) => `来源：${s}`, (s: string) => `Source: ${s}`],
  none: ['没有记录', 'No records'],
  more: [(n: number) => `共 ${n} 条，显示最近一条`, (n: number) => `${n} records; the latest is shown`],
  old: ['不是最新', 'not the latest'],
  away: ['暂时查不到', 'not available now'],
  awayText: ['这项数据现在查不到，不影响继续申请；银行需要时会向您要材料。', 'It cannot be read now; you may go on. A bank will ask for a paper if it needs one.'],
  nothing: ['平台还没有接入部门数据', 'No department is connected yet'],
  nothingHint: ['可以继续申请，银行需要时会向您要材料', 'You may go on; banks will ask for papers'],
})

type Data = Answer<'/api/firm-data', 'post'>
type Part = NonNullable<Data['datasets']>[number]

/** useFirmData reads one's own data for a purpose. */
export function useFirmData(firm: string | undefined, purpose: 'prefill' | 'benefit_check') {
  return useQuery<Data, Problem>({
    queryKey: ['/api/firm-data', firm, purpose],
    enabled: firm !== undefined,
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const { items } = await call('get', '/api/datasets', {}, signal)
      return call('post', '/api/firm-data', { body: { firm: firm!, purpose, datasets: (items ?? []).slice(0, 40).map((d) => d.id) } }, signal)
    },
  })
}

/** FirmData shows it. */
export function FirmData({ of }: { of: ReturnType<typeof useFirmData> }) {
  const t = useWords(said)
  return (
    <Shown of={of} rows={8}>
      {(data) => {
        const parts = data.datasets ?? []
        if (parts.every((p) => p.reason?.code === 'exchange.not_connected')) return <Empty icon="inbox" title={t.nothing} hint={t.nothingHint} />
        const first = (p: Part) => (open.includes(p.dataset) ? 0 : 1)
        return <div className="stack">{parts.filter((p) => p.reason?.code !== 'exchange.not_connected').sort((a, b) => first(a) - first(b)).map((p) => <One key={p.dataset} of={p} />)}</div>
      }}
    </Shown>
  )
}

// What one looks at first; the rest opens when it is asked for.
const open = ['market.licence', 'tax.filing']

function One({ of: p }: { of: Part }) {
  const t = useWords(said)
  const { lang } = useLang()
  const cell = useCell()
  const records = p.records ?? []
  const last = records.at(-1)
  const given = ['asked', 'kept', 'last'].includes(p.outcome)
  return (
    <details className="card" open={open.includes(p.dataset)}>
      <summary>
        <b>{p.title}</b> {p.outcome === 'last' ? <Tag tone="wait">{t.old}</Tag> : !given ? <Tag tone="wait">{t.away}</Tag> : records.length === 0 ? <Tag>{t.none}</Tag> : null}
      </summary>
      {given ? (
        <>
          {last && <Facts of={(p.fields ?? []).filter((f) => last.cells?.[f.name]).map((f): [string, string] => [lang === 'zh' ? f.title : f.title_en, cell(f, last.cells[f.name] ?? '')])} />}
          {records.length > 1 && <p className="quiet">{t.more(records.length)}</p>}
          <p className="quiet small">{lang === 'zh' ? p.department.name : p.department.name_en} · {p.as_of_on && t.asOf(p.as_of_on)}{p.source && ` · ${t.source(p.source)}`}</p>
        </>
      ) : <p>{(lang === 'zh' ? p.reason?.text : p.reason?.text_en) ?? ''} {t.awayText}</p>}
    </details>
  )
}
