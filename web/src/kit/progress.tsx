import { useWords, words } from './words'

const said = words({ label: ['进度', 'Progress'] })

/** Progress shows how far something is; without a total, that it goes on. */
export function Progress({ done, total, note }: { done?: number; total?: number; note?: string }) {
  const t = useWords(said)
  const known = total !== undefined && total > 0
  const part = known ? Math.min(100, Math.floor((100 * (done ?? 0)) / total)) : undefined
  return (
    <div role="status">
      <div className={known ? 'bar' : 'bar going'} role="progressbar" aria-label={t.label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={part}>
        <i style={{ width: known ? `${part}%` : '35%' }} />
      </div>
      <div className="spread small quiet" style={{ marginTop: 4 }}>
        <span>{note}</span>
        {known && <span className="num">{part}%</span>}
      </div>
    </div>
  )
}
