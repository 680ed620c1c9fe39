import { totalWords } from '../../domain/ledger/words'
import type { Fen } from '../../kit/money'
import { Stat, Wan } from '../../kit/show'
import { useWords, words } from '../../kit/words'

const said = words({ wan: ['万元', '×10k yuan'], label: ['资金使用', 'How the money stands'] })

/** Totals is where the money of a source stands. */
export type Totals = { granted_fen: Fen; available_fen: Fen; reserved_fen: Fen; approved_fen: Fen; ordered_fen: Fen; paid_fen: Fen; returned_fen: Fen; recalled_fen: Fen; carried_fen: Fen }

const parts = [
  ['paid_fen', '#0b6b66'], ['ordered_fen', '#3f9a8c'], ['approved_fen', '#7fb9ae'], ['reserved_fen', '#b9d9d2'],
  ['returned_fen', '#e0a15f'], ['recalled_fen', '#b8a58f'], ['carried_fen', '#9aa6c4'], ['available_fen', '#edf2f0'],
] as const

/** Stand shows where the money of a source stands: figures, and a bar of its parts. */
export function Stand({ of }: { of: Totals }) {
  const t = useWords(said)
  const name = useWords(totalWords)
  return (
    <div className="stack">
      <div className="figures">
        {(['granted_fen', 'available_fen', 'reserved_fen', 'approved_fen', 'ordered_fen', 'paid_fen'] as const).map((k) => (
          <Stat key={k} name={name[k]} value={<Wan fen={of[k]} />} unit={t.wan} />
        ))}
      </div>
      <PartsBar of={of} />
      <ul className="legend small">
        {parts.filter(([k]) => of[k] > 0).map(([k, c]) => (
          <li key={k}><i style={{ background: c }} />{name[k]} <Wan fen={of[k]} /></li>
        ))}
      </ul>
    </div>
  )
}

/** PartsBar is the bar alone. */
export function PartsBar({ of }: { of: Totals }) {
  const t = useWords(said)
  if (of.granted_fen <= 0) return null
  return (
    <div className="parts" role="img" aria-label={t.label}>
      {parts.filter(([k]) => of[k] > 0).map(([k, c]) => <i key={k} style={{ background: c, flexGrow: of[k] }} />)}
    </div>
  )
}
