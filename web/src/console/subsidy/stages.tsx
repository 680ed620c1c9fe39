// How many claims stand where, and how much money is in them.
import { useMemo } from 'react'
import { Link } from 'react-router'
import { useGet } from '../../api/query'
import { stageWords, way } from '../../domain/subsidy/words'
import { count, type Fen, wan } from '../../kit/money'
import { Card } from '../../kit/page'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['申报进度', 'Claims'],
  all: ['全部申报', 'All claims'],
  stages: ['各环节', 'By stage'],
  wan: ['万元', '×10k yuan'],
})

/** Stages shows the stages that claims stand at. With `choose` they are buttons of a
 * filter; without it they lead to the list. */
export function Stages({ policy, chosen, choose }: { policy?: string; chosen?: string | null; choose?: (stage: string) => void }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const sums = useGet('/api/claim-sums', { query: { policy } })
  const by = useMemo(() => {
    const m = new Map<string, { claims: number; fen: number }>()
    for (const s of sums.data?.items ?? []) {
      const had = m.get(s.stage) ?? { claims: 0, fen: 0 }
      m.set(s.stage, { claims: had.claims + s.claims, fen: had.fen + s.amount_fen })
    }
    return m
  }, [sums.data])
  if (by.size === 0) return null
  const order = [...way, ...[...by.keys()].filter((s) => !way.includes(s))].filter((s) => by.has(s))
  const of = (s: string) => (
    <>
      <small>{stage(s)}</small>
      <b>{count(by.get(s)!.claims)}</b>
      <span className="quiet small">{wan(by.get(s)!.fen as Fen)} {t.wan}</span>
    </>
  )
  const query = policy ? `&policy=${encodeURIComponent(policy)}` : ''
  return (
    <Card title={choose ? undefined : t.title} extra={<Link to="/claims">{t.all}</Link>}>
      <ul className="stages" aria-label={t.stages}>
        {order.map((s) => (
          <li key={s}>
            {choose ? <button type="button" aria-pressed={chosen === s} onClick={() => choose(s)}>{of(s)}</button> : <Link to={`/claims?stage=${s}${query}`}>{of(s)}</Link>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
