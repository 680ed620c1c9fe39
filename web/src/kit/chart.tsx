// Charts, each with a table that says the same in words: for screen readers, and
// for whoever unfolds it.
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { Loading } from './page'
import { colour, series as colours } from './theme'
import { type Fen, wan, yuan } from './money'
import { useWide } from './wide'
import { useWords, words } from './words'

const Drawn = lazy(() => import('./drawn'))

const said = words({
  table: ['以表格查看', 'As a table'],
  chart: ['以图查看', 'As a chart'],
  wan: ['万元', '×10k yuan'],
  up: ['增加', 'more'],
  down: ['减少', 'less'],
  total: ['合计', 'total'],
})

type Head = [first: string, ...others: string[]]

/** Picture is a chart with its table. */
function Picture({ label, head, rows, height, option, onPick }: { label: string; head: Head; rows: ReactNode[][]; height: number; option: Record<string, unknown>; onPick?: (name: string) => void }) {
  const t = useWords(said)
  const [open, setOpen] = useState(false)
  return (
    <figure aria-label={label} style={{ position: 'relative' }}>
      {!open && (
        <Suspense fallback={<div style={{ height }}><Loading /></div>}>
          <Drawn option={option} height={height} onPick={onPick} />
        </Suspense>
      )}
      <div className={open ? 'table-scroll' : 'hidden-text'} tabIndex={open ? 0 : undefined} style={open ? { maxHeight: height } : undefined}>
        <table className="data">
          <caption className="hidden-text">{label}</caption>
          <thead>
            <tr>
              {head.map((h, i) => (
                <th key={h} scope="col" className={i > 0 ? 'right' : undefined}>{h}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((r, i) => (
              <tr key={i}>
                {r.map((v, j) => (j === 0 ? <th key={j} scope="row" style={{ position: 'static', background: 'none' }}>{v}</th> : <td key={j} className="right num">{v}</td>))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div style={{ textAlign: 'right' }} className="no-print">
        <button type="button" className="link-button small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t.chart : t.table}
        </button>
      </div>
    </figure>
  )
}

const quiet = { color: colour.quiet, fontSize: 12 }
const axis = { axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false }, axisLabel: quiet, splitLine: { lineStyle: { color: '#e9efed' } } }
const short = (fen: number) => wan(Math.round(fen) as Fen).replace(/\.00$/, '')
// What a chart writes at its axis is between two fen at most where lines are drawn.
const tip = { trigger: 'axis', axisPointer: { type: 'shadow' }, borderColor: colour.line, textStyle: { color: colour.ink, fontSize: 13 }, confine: true }

export type Bar = { name: string; values: (Fen | null)[] }

/** Bars compares amounts of things, lying down so that long names have room. */
export function Bars({ label, of, series, onPick }: { label: string; of: Bar[]; series: string[]; onPick?: (name: string) => void }) {
  const t = useWords(said)
  const wide = useWide()
  const height = Math.max(120, of.length * (series.length > 1 ? 20 + 14 * series.length : 34) + (series.length > 1 ? 64 : 40))
  const option = useMemo(
    () => ({
      color: colours,
      grid: { left: 8, right: wide ? 86 : 64, top: series.length > 1 ? 34 : 8, bottom: 8, containLabel: true },
      legend: series.length > 1 ? { top: 0, left: 0, textStyle: { color: colour.ink } } : undefined,
      tooltip: { ...tip, valueFormatter: (v: unknown) => (typeof v === 'number' ? `${yuan(v as Fen)}` : '—') },
      xAxis: { type: 'value', ...axis, axisLabel: { ...quiet, formatter: short, hideOverlap: true } },
      yAxis: { type: 'category', inverse: true, data: of.map((b) => b.name), ...axis, splitLine: { show: false }, axisLabel: { color: colour.ink, fontSize: 12.5, width: wide ? 190 : 104, overflow: 'truncate' } },
      series: series.map((name, i) => ({
        name, type: 'bar', barMaxWidth: 16, itemStyle: { borderRadius: [0, 4, 4, 0] }, data: of.map((b) => b.values[i] ?? null),
        label: { show: series.length === 1, position: 'right', color: colour.ink, fontSize: 12, formatter: (d: { value: number | null }) => (d.value === null ? '—' : short(d.value)) },
      })),
    }),
    [of, series, wide],
  )
  return <Picture label={`${label}（${t.wan}）`} head={['', ...series]} height={height} option={option} onPick={onPick} rows={of.map((b) => [b.name, ...b.values.map((v) => (v === null ? '—' : wan(v)))])} />
}

/** Lines shows amounts over months. */
export function Lines({ label, at, of }: { label: string; at: string[]; of: Bar[] }) {
  const t = useWords(said)
  const option = useMemo(
    () => ({
      color: colours,
      grid: { left: 8, right: 16, top: of.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
      legend: of.length > 1 ? { top: 0, left: 0, textStyle: { color: colour.ink } } : undefined,
      tooltip: { ...tip, axisPointer: { type: 'line' }, valueFormatter: (v: unknown) => (typeof v === 'number' ? yuan(v as Fen) : '—') },
      xAxis: { type: 'category', data: at, boundaryGap: false, ...axis },
      yAxis: { type: 'value', ...axis, axisLabel: { ...quiet, formatter: short } },
      series: of.map((l) => ({ name: l.name, type: 'line', data: l.values, symbolSize: 5, lineStyle: { width: 2.2 }, connectNulls: false })),
    }),
    [at, of],
  )
  return <Picture label={`${label}（${t.wan}）`} head={['', ...of.map((l) => l.name)]} height={260} option={option} rows={at.map((a, i) => [a, ...of.map((l) => (l.values[i] === null || l.values[i] === undefined ? '—' : wan(l.values[i])))])} />
}

export type Fall = { name: string; kind: 'total' | 'change'; fen: Fen; note?: string }

/** Waterfall shows how one amount becomes another, step by step. A change stands on
 * what was before it; a total stands on the ground. */
export function Waterfall({ label, of }: { label: string; of: Fall[] }) {
  const t = useWords(said)
  const wide = useWide()
  const option = useMemo(() => {
    let level = 0
    const bars = of.map((f) => {
      const from = f.kind === 'total' ? 0 : level
      level = f.kind === 'total' ? f.fen : level + f.fen
      return { low: Math.min(from, level), size: Math.abs(level - from), ...f }
    })
    const part = (of_: (b: (typeof bars)[number]) => boolean, c: string, name: string) => ({
      name, type: 'bar', stack: 'all', barMaxWidth: 54, itemStyle: { color: c, borderRadius: 3 },
      data: bars.map((b) => (of_(b) ? { value: b.size, fen: b.fen } : null)),
      label: { show: true, position: 'top', color: colour.ink, fontSize: 12, formatter: (d: { data: { fen: Fen } | null }) => (d.data ? yuan(d.data.fen) : '') },
    })
    return {
      grid: { left: 8, right: 12, top: 28, bottom: 8, containLabel: true },
      tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
        const b = bars[ps[0]?.dataIndex ?? 0]!
        const box = document.createElement('div')
        box.style.maxWidth = '280px'
        box.style.whiteSpace = 'normal'
        const head = document.createElement('b')
        head.textContent = `${b.name}  ${yuan(b.fen)}`
        box.append(head)
        if (b.note) box.append(document.createElement('br'), b.note)
        return box
      } },
      xAxis: { type: 'category', data: of.map((f) => f.name), ...axis, axisLabel: { color: colour.ink, fontSize: 12, interval: 0, width: wide ? 96 : 54, overflow: 'break' } },
      yAxis: { type: 'value', ...axis, axisLabel: { ...quiet, formatter: short } },
      series: [
        { name: '', type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: bars.map((b) => b.low), tooltip: { show: false } },
        part((b) => b.kind === 'total', colour.brand, t.total),
        part((b) => b.kind === 'change' && b.fen >= 0, '#3f9a8c', t.up),
        part((b) => b.kind === 'change' && b.fen < 0, '#d9803a', t.down),
      ],
    }
  }, [of, wide, t])
  return <Picture label={label} head={['', '']} height={320} option={option} rows={of.map((f) => [<span key="n">{f.name}{f.note && <div className="quiet small" style={{ fontWeight: 400 }}>{f.note}</div>}</span>, yuan(f.fen)])} />
}

/** Heat shows amounts by two things at once. */
export function Heat({ label, across, down, cells }: { label: string; across: string[]; down: string[]; cells: (Fen | null)[][] }) {
  const t = useWords(said)
  const top = Math.max(1, ...cells.flat().map((v) => v ?? 0))
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      tooltip: { confine: true, formatter: (d: { value: [number, number, number] }) => `${down[d.value[1]]} · ${across[d.value[0]]}<br/>${yuan(d.value[2] as Fen)}` },
      xAxis: { type: 'category', data: across, ...axis, axisLabel: { ...quiet, interval: 0, rotate: across.length > 8 ? 30 : 0 } },
      yAxis: { type: 'category', data: down, inverse: true, ...axis, axisLabel: { color: colour.ink, fontSize: 12, width: 150, overflow: 'truncate' } },
      visualMap: { show: false, min: 0, max: top, inRange: { color: ['#eef5f3', '#8cc4b8', '#0b6b66'] } },
      series: [{ type: 'heatmap', data: cells.flatMap((r, y) => r.map((v, x) => [x, y, v ?? '-'])), itemStyle: { borderColor: '#fff', borderWidth: 2, borderRadius: 3 } }],
    }),
    [across, down, cells, top],
  )
  return <Picture label={`${label}（${t.wan}）`} head={['', ...across]} height={Math.max(140, down.length * 26 + 50)} option={option} rows={down.map((d, y) => [d, ...(cells[y] ?? []).map((v) => (v === null ? '—' : wan(v)))])} />
}
