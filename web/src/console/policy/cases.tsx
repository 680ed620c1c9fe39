import { useGet } from '../../api/query'
import { Shown } from '../../kit/page'
import { Tag } from '../../kit/show'
import { useWords, words } from '../../kit/words'

const said = words({
  passed: ['各执行器结果一致', 'All executors agree'],
  failed: ['不符', 'Differs'],
})

/** Cases shows the cases worked by hand for an item, and how the executors did. */
export function Cases({ pack, item }: { pack: string; item: string }) {
  const t = useWords(said)
  const cases = useGet('/api/policies/{id}/cases', { path: { id: pack }, query: { item } }, { staleTime: 600_000 })
  return (
    <Shown of={cases} rows={3}>
      {(data) => (
        <ul className="todo" style={{ marginTop: 6 }}>
          {(data.items ?? []).map((c, i) => (
            <li key={i} style={{ alignItems: 'flex-start' }}>
              <div className="grow small">
                <b>{c.name}</b> <Tag tone={c.passed ? 'good' : 'bad'}>{c.passed ? t.passed : t.failed}</Tag>
                <div className="quiet">{c.why}</div>
                {(c.expected ?? []).map((e) => <div key={e} className="num" style={{ whiteSpace: 'normal' }}>{e}</div>)}
                {(c.wrong ?? []).map((w) => <div key={w} style={{ color: 'var(--bad)' }}>{w}</div>)}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Shown>
  )
}
