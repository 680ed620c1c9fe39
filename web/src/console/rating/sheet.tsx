// A small table on a page: as cards where there is no room for it.
import type { ReactNode } from 'react'
import { useWide } from '../../kit/wide'

/** Sheet is a table whose rows are known; of each the first cell says what it is of. */
export function Sheet({ label, head, rows, right = [] }: { label: string; head: ReactNode[]; rows: { key: string; cells: ReactNode[] }[]; right?: number[] }) {
  const wide = useWide()
  if (!wide) {
    return (
      <ul className="row-cards" aria-label={label}>
        {rows.map((r) => (
          <li key={r.key} style={{ paddingInline: 0 }}>
            <div className="lead">{r.cells[0]}</div>
            <dl>{r.cells.slice(1).map((c, i) => (c === null || c === undefined ? null : <div key={i} style={{ display: 'contents' }}><dt>{head[i + 1]}</dt><dd>{c}</dd></div>))}</dl>
          </li>
        ))}
      </ul>
    )
  }
  const side = (i: number) => (right.includes(i) ? 'right num' : undefined)
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="data">
        <thead><tr>{head.map((h, i) => <th key={i} scope="col" className={right.includes(i) ? 'right' : undefined}>{h}</th>)}</tr></thead>
        <tbody>{rows.map((r) => <tr key={r.key}>{r.cells.map((c, i) => (i === 0 ? <th key={i} scope="row" style={lead}>{c}</th> : <td key={i} className={side(i)}>{c}</td>))}</tr>)}</tbody>
      </table>
    </div>
  )
}

/** lead is how the first cell of a row looks. */
export const lead = { position: 'static', background: 'none', whiteSpace: 'normal', overflowWrap: 'anywhere', minWidth: 110, color: 'var(--ink)', fontSize: 'inherit', borderColor: '#ebf0ee' } as const
