// Charts, each with a table that says the same in words: for screen readers, and
// for whoever unfolds it.
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react'
import { Loading } from './page'
import { colour } from './theme'
import { count, type Fen, wan, yuan } from './money'
import { useWide } from './wide'
import { useWords, words } from './words'

const Drawn = lazy(() => import('./drawn'))

const said = words({
  table: ['以表格查看', 'As a table'],
  chart: ['以图查看', 'As a chart'],
  unit: [(u: string) => `单位：${u}`, (u: string) => `in ${u}`],
  wan: ['万元', '×10k yuan'],
  yuan: ['元', 'yuan'],
  before: ['原', 'Before'],
  after: ['现', 'After'],
  difference: ['变化', 'Change'],
  same: [(n: string) => `另有 ${n} 项没有变化`, (n: string) => `${n} others do not change`],
  none: ['没有变化', 'Nothing changes'],
  up: ['增加', 'more'],
  down: ['减少', 'less'],
  total: ['合计', 'total'],
})

type Head = [first: string, ...others: string[]]

/** Picture is a chart with its table. */
export function Picture({ label, unit, head, rows, height, option, note, onPick }: { label: string; unit: string; head: Head; rows: ReactNode[][]; height: number; option: Record<string, unknown>; note?: string; onPick?: (name: string) => void }) {
  const t = useWords(said)
  const [open, setOpen] = useState(false)
  return (
    <figure aria-label={`${label}（${unit}）`} style={{ position: 'relative' }}>
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
      <div className="spread small">
        <span className="quiet">{t.unit(unit)}{note && ` · ${note}`}</span>
        <button type="button" className="link-button no-print" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t.chart : t.table}
        </button>
      </div>
    </figure>
  )
}

/** quiet is how figures at an axis are written. */
export const quiet = { color: colour.quiet, fontSize: 12 }
/** shrunk is the colour of what grows less, or turns out bad. */
export const shrunk = '#c86a1b'
/** axis is how an axis looks. */
export const axis = { axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false }, axisLabel: quiet, splitLine: { lineStyle: { color: '#e9efed' } } }
const signed = (text: string) => (text.startsWith('-') ? text : `+${text}`)
// names at the side: in two lines where there is little room
const names = (wide: boolean) => ({ color: colour.ink, fontSize: wide ? 12.5 : 12, lineHeight: 15, width: wide ? 190 : 124, overflow: wide ? 'truncate' : 'break' })
/** tip is how what stands under the pointer is told. */
export const tip = { trigger: 'axis', axisPointer: { type: 'shadow' }, borderColor: colour.line, textStyle: { color: colour.ink, fontSize: 13 }, confine: true }

type Lying = { label: string; of: { name: string; n: number | null }[]; what: string; unit: string; short: (n: number) => string; whole: (n: number) => string; onPick?: (name: string) => void }

// Lying draws bars that lie down, so that long names have room.
function Lying({ label, of, what, unit, short, whole, onPick }: Lying) {
  const wide = useWide()
  const height = Math.max(120, of.length * (wide ? 34 : 40) + 40)
  const option = useMemo(
    () => ({
      color: [colour.brand],
      grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
      tooltip: { ...tip, valueFormatter: (v: unknown) => (typeof v === 'number' ? whole(v) : '—') },
      xAxis: { type: 'value', splitNumber: wide ? 5 : 3, ...axis, axisLabel: { ...quiet, formatter: (v: number) => short(v).replace(/\.00$/, ''), hideOverlap: true } },
      yAxis: { type: 'category', inverse: true, data: of.map((b) => b.name), ...axis, splitLine: { show: false }, axisLabel: names(wide) },
      series: [{
        name: what, type: 'bar', barMaxWidth: 16, itemStyle: { borderRadius: [0, 4, 4, 0] }, data: of.map((b) => b.n),
        label: { show: true, position: 'right', color: colour.ink, fontSize: 12, formatter: (d: { value: number | null }) => (d.value === null ? '—' : short(d.value)) },
      }],
    }),
    [of, what, wide, short, whole],
  )
  return <Picture label={label} unit={unit} head={['', what]} height={height} option={option} onPick={onPick} rows={of.map((b) => [b.name, b.n === null ? '—' : short(b.n)])} />
}

// what a chart writes at its axis is between two fen at most where lines are drawn
const inWan = (n: number) => wan(Math.round(n) as Fen)
const inCounts = (n: number) => (Number.isInteger(n) ? count(n) : '')

/** Bars compares amounts of things. */
export function Bars({ label, of, what, onPick }: { label: string; of: { name: string; fen: Fen | null }[]; what: string; onPick?: (name: string) => void }) {
  const t = useWords(said)
  const all = useMemo(() => of.map((b) => ({ name: b.name, n: b.fen })), [of])
  const whole = useMemo(() => (n: number) => `${yuan(n as Fen)} ${t.yuan}`, [t])
  return <Lying label={label} of={all} what={what} unit={t.wan} short={inWan} whole={whole} onPick={onPick} />
}

/** Counts compares how many there are of things. */
export function Counts({ label, of, what, unit, onPick }: { label: string; of: { name: string; n: number }[]; what: string; unit: string; onPick?: (name: string) => void }) {
  return <Lying label={label} of={of} what={what} unit={unit} short={inCounts} whole={inCounts} onPick={onPick} />
}

/** told is what a tooltip says; names are text, never markup. */
export function told(name: string, ...lines: string[]) {
  const box = document.createElement('div')
  box.style.maxWidth = '280px'
  box.style.whiteSpace = 'normal'
  const head = document.createElement('b')
  head.textContent = name
  box.append(head, ...lines.flatMap((l) => [document.createElement('br'), l]))
  return box
}

export type Shift = { name: string; before: Fen; after: Fen }

/** Shifts shows by how much amounts change: what grows to the right, what shrinks to the left. */
export function Shifts({ label, of }: { label: string; of: Shift[] }) {
  const t = useWords(said)
  const wide = useWide()
  const { moved, large } = useMemo(() => {
    const by = (s: Shift) => Math.abs(s.after - s.before)
    const moved = of.filter((s) => by(s) > 0).sort((a, b) => by(b) - by(a)).slice(0, 20)
    return { moved, large: moved.some((s) => by(s) >= 10_000_000) }
  }, [of])
  const option = useMemo(() => {
    const say = (fen: number) => (large ? wan : yuan)(Math.round(fen) as Fen)
    // room for the figures beside the bars
    const ends = [Math.min(0, ...moved.map((s) => s.after - s.before)), Math.max(0, ...moved.map((s) => s.after - s.before))] as const
    const room = (ends[1] - ends[0]) * (wide ? 0.12 : 0.5)
    return {
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
        const s = moved[ps[0]?.dataIndex ?? 0]!
        return told(s.name, `${yuan(s.before)} → ${yuan(s.after)} ${t.yuan}`)
      } },
      xAxis: { type: 'value', splitNumber: wide ? 5 : 2, min: ends[0] < 0 ? ends[0] - room : 0, max: ends[1] > 0 ? ends[1] + room : 0, ...axis, axisLabel: { ...quiet, showMinLabel: ends[0] === 0, showMaxLabel: ends[1] === 0, formatter: (v: number) => say(v).replace(/\.00$/, ''), hideOverlap: true } },
      yAxis: { type: 'category', inverse: true, data: moved.map((s) => s.name), ...axis, splitLine: { show: false }, axisLine: { show: false }, axisLabel: names(wide) },
      series: [{
        name: t.difference, type: 'bar', barMaxWidth: 18,
        data: moved.map((s) => {
          const up = s.after > s.before
          return { value: s.after - s.before, itemStyle: { color: up ? colour.brand : shrunk, borderRadius: up ? [0, 4, 4, 0] : [4, 0, 0, 4] }, label: { position: up ? 'right' : 'left' } }
        }),
        label: { show: true, color: colour.ink, fontSize: 12, formatter: (d: { value: number }) => signed(say(d.value)) },
      }],
    }
  }, [moved, large, wide, t])
  if (moved.length === 0) return <p className="quiet">{t.none}</p>
  const still = of.filter((s) => s.after === s.before).length
  return (
    <Picture label={label} unit={large ? t.wan : t.yuan} note={still > 0 ? t.same(String(still)) : undefined} head={['', `${t.before}（${t.yuan}）`, `${t.after}（${t.yuan}）`, `${t.difference}（${t.yuan}）`]}
      height={Math.max(110, moved.length * (wide ? 36 : 42) + 40)} option={option}
      rows={of.map((s) => [s.name, yuan(s.before), yuan(s.after), signed(yuan((s.after - s.before) as Fen))])} />
  )
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
        return told(`${b.name}  ${yuan(b.fen)} ${t.yuan}`, ...(b.note ? [b.note] : []))
      } },
      xAxis: { type: 'category', data: of.map((f) => f.name), ...axis, axisLabel: { color: colour.ink, fontSize: 12, interval: 0, width: wide ? 96 : 54, overflow: 'break' } },
      yAxis: { type: 'value', ...axis, axisLabel: { ...quiet, formatter: (v: number) => yuan(Math.round(v) as Fen).replace(/\.00$/, '') } },
      series: [
        { name: '', type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: bars.map((b) => b.low), tooltip: { show: false } },
        part((b) => b.kind === 'total', colour.brand, t.total),
        part((b) => b.kind === 'change' && b.fen >= 0, '#3f9a8c', t.up),
        part((b) => b.kind === 'change' && b.fen < 0, shrunk, t.down),
      ],
    }
  }, [of, wide, t])
  return <Picture label={label} unit={t.yuan} head={['', t.yuan]} height={320} option={option} rows={of.map((f) => [<span key="n">{f.name}{f.note && <div className="quiet small" style={{ fontWeight: 400 }}>{f.note}</div>}</span>, yuan(f.fen)])} />
}

/** Heat shows amounts by two things at once; small ones are told apart too. */
export function Heat({ label, across, down, cells }: { label: string; across: string[]; down: string[]; cells: (Fen | null)[][] }) {
  const t = useWords(said)
  const top = Math.sqrt(Math.max(1, ...cells.flat().map((v) => v ?? 0)))
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      tooltip: { ...tip, trigger: 'item', formatter: (d: { value: [number, number, number] }) => told(down[d.value[1]]!, across[d.value[0]]!, `${yuan(d.value[2] as Fen)} ${t.yuan}`) },
      xAxis: { type: 'category', position: 'top', data: across, ...axis, axisLabel: { ...quiet, interval: 0, lineHeight: 15, width: Math.floor(Math.min(960, innerWidth - 440) / across.length), overflow: 'break' } },
      yAxis: { type: 'category', data: down, inverse: true, ...axis, axisLabel: { color: colour.ink, fontSize: 12, width: 150, overflow: 'truncate' } },
      visualMap: { show: false, dimension: 3, min: 0, max: top, inRange: { color: ['#eef5f3', '#8cc4b8', '#0b6b66'] } },
      series: [{
        type: 'heatmap', itemStyle: { borderColor: '#fff', borderWidth: 2, borderRadius: 3 },
        data: cells.flatMap((r, y) => r.flatMap((v, x) => (v === null ? [] : [{ value: [x, y, v, Math.sqrt(Math.max(0, v))], label: { color: Math.sqrt(Math.max(0, v)) > 0.72 * top ? '#fff' : colour.ink } }]))),
        label: { show: true, fontSize: 11.5, formatter: (d: { value: [number, number, number] }) => (d.value[2] < 10_000 ? '<0.01' : wan(d.value[2] as Fen)) },
      }],
    }),
    [across, down, cells, top, t],
  )
  return <Picture label={label} unit={t.wan} head={['', ...across]} height={Math.max(140, down.length * 28 + 70)} option={option} rows={down.map((d, y) => [d, ...(cells[y] ?? []).map((v) => (v === null ? '—' : wan(v)))])} />
}
