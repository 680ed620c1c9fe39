// Lists: paged by the server, filters and order in the address, columns to choose,
// a file to take along, rows to walk with the keyboard, cards on a phone.
import { Button, Checkbox, Dropdown, Input, Pagination, Popover, Select, Tooltip } from 'antd'
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { type CsvCell, csv, save, saveBlob } from './csv'
import { Icon, type IconName } from './icon'
import { count, type Fen, yuan } from './money'
import { Empty, Failed, Loading } from './page'
import { useSay } from './say'
import { Yuan } from './show'
import { today } from './time'
import { useWide } from './wide'
import { useWords, words } from './words'

const said = words({
  rows: [(n: string) => `共 ${n} 条`, (n: string) => `${n} rows`],
  columns: ['列', 'Columns'],
  export: ['导出', 'Export'],
  xlsx: ['Excel 文件（全部列）', 'Excel file, all columns'],
  csv: ['CSV 文件（全部列）', 'CSV file, all columns'],
  shown: ['CSV 文件（按此处显示）', 'CSV file, as shown here'],
  print: ['打印', 'Print'],
  filters: ['筛选与排序', 'Filter and sort'],
  search: ['搜索', 'Search'],
  any: [(label: string) => `${label}：全部`, (label: string) => `${label}: all`],
  clear: ['清除筛选', 'Clear filters'],
  none: ['没有符合条件的内容', 'Nothing matches'],
  noneHint: ['换一个条件试试', 'Try other filters'],
  tooMany: [(n: string) => `超过 ${n} 条，请先筛选再排序`, (n: string) => `more than ${n} rows: filter before sorting`],
  tooManyOut: [(n: string) => `超过 ${n} 条，请先筛选再导出`, (n: string) => `more than ${n} rows: filter before exporting`],
  sortBy: ['排序', 'Sort'],
  keys: ['用上下方向键移动，回车打开', 'Arrow keys move, Enter opens'],
  picked: [(n: string) => `已选 ${n} 条`, (n: string) => `${n} chosen`],
  unpick: ['取消选择', 'Choose none'],
  pick: ['选择', 'Choose'],
  yuan: [(name: string) => `${name}（元）`, (name: string) => `${name}, yuan`],
  acts: ['操作', 'Actions'],
  pickAll: ['选择本页全部', 'Choose all on this page'],
})

/** Cell is what rows are sorted by, and shown by unless there is `show`: a value, or an
 * amount of money, which is shown in yuan here and in files. */
type Cell<R> = { value: (r: R) => CsvCell; fen?: undefined } | { value?: undefined; fen: (r: R) => Fen | null | undefined }

const valueOf = <R,>(c: Column<R>, r: R): CsvCell => (c.fen ? c.fen(r) : c.value(r))

/** fileOf is what the file says in a cell. */
export function fileOf<R>(c: Column<R>, r: R): CsvCell {
  if (c.file) return c.file(r)
  if (!c.fen) return c.value(r)
  const fen = c.fen(r)
  return fen === null || fen === undefined ? null : yuan(fen).replaceAll(',', '')
}

const right = <R,>(c: Column<R>) => c.right || c.fen !== undefined

/** Column is one column of a list. */
export type Column<R> = Cell<R> & {
  key: string
  /** What it is called; the unit of an amount is added. */
  title: string
  /** What stands in the file, where that is not the value. */
  file?: (r: R) => CsvCell
  show?: (r: R) => ReactNode
  right?: boolean
  width?: number
  hidden?: boolean // at first
  /** false: the order of its values means nothing. */
  sort?: boolean
}

/** Filter is one condition above a list; its value stands in the address under its key. */
export type Filter =
  | { kind: 'search'; key: string; label: string }
  | { kind: 'choice'; key: string; label: string; options: { value: string; label: string }[]; first?: string }
  | { kind: 'day'; key: string; label: string }

/** Part is a part of a longer list. */
export type Part<R> = { items: R[] | null; total: number }
export type Window = { limit: number; offset: number }

/** Source is where a list comes from. */
export type Source<R> = {
  /** What the answers are kept under; changes below it read the list again. */
  key: unknown[]
  load: (filters: Record<string, string>, w: Window, signal?: AbortSignal) => Promise<Part<R>>
  /** The whole list as the server writes it, which notes that it was taken. */
  file?: (filters: Record<string, string>, format: 'xlsx' | 'csv') => Promise<Blob>
  /** A short list: it is read as a whole, and the browser filters it. */
  whole?: boolean
  /** Orders that the server knows, however long the list is: it is told the order as the filter "order". */
  orders?: string[]
}

type Props<R> = {
  /** Name of the list: of its file, and under which chosen columns are kept. */
  name: string
  label: string
  source: Source<R>
  /** Of a short list: tells whether a row is wanted, instead of what the filters say. */
  match?: (r: R, filters: Record<string, string>) => boolean
  columns: Column<R>[]
  rowKey: (r: R) => string
  filters?: Filter[]
  to?: (r: R) => string | undefined
  act?: (r: R) => ReactNode
  /** Rows that can be chosen, and what can be done with those that are. */
  pick?: { can?: (r: R) => boolean; bar: (chosen: R[], clear: () => void) => ReactNode }
  empty: { icon?: IconName; title: string; hint?: ReactNode; action?: ReactNode }
  tools?: ReactNode
  order?: string // at first: "key" or "-key"
  size?: number
  foot?: (rows: R[]) => ReactNode
  every?: number // milliseconds after which it is read again
}

const most = 200 // rows that the API gives at once
const sortable = 2_000 // rows sorted in the browser
const exportable = 20_000

/** compare orders two cells: unknown last, numbers by size, texts as a Chinese dictionary does. */
export function compare(a: CsvCell, b: CsvCell): number {
  const none = (v: CsvCell) => v === null || v === undefined || v === ''
  if (none(a) || none(b)) return Number(none(a)) - Number(none(b))
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'zh-CN', { numeric: true })
}

/** ordered sorts rows by a column; unknown values are last in either direction. */
export function ordered<R>(rows: R[], columns: Column<R>[], order: string): R[] {
  const column = columns.find((c) => c.key === order.replace(/^-/, ''))
  if (!column) return rows
  const sign = order.startsWith('-') ? -1 : 1
  const none = (v: CsvCell) => v === null || v === undefined || v === ''
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(column, a), valueOf(column, b)]
    return none(x) || none(y) ? compare(x, y) : sign * compare(x, y)
  })
}

async function everything<R>(load: (w: Window) => Promise<Part<R>>, limit: number): Promise<R[]> {
  const rows: R[] = []
  for (;;) {
    const part = await load({ limit: most, offset: rows.length })
    rows.push(...(part.items ?? []))
    if (!part.items?.length || rows.length >= Math.min(part.total, limit)) return rows
  }
}

/** DataTable is a list. */
export function DataTable<R>(given: Props<R>) {
  const t = useWords(said)
  const p = { ...given, columns: useMemo(() => given.columns.map((c) => (c.fen ? { ...c, title: t.yuan(c.title) } : c)), [given.columns, t]) }
  const wide = useWide()
  const [address, setAddress] = useSearchParams()
  const filters = useMemo(() => {
    const f: Record<string, string> = {}
    for (const x of p.filters ?? []) {
      const v = address.get(x.key) ?? (x.kind === 'choice' ? x.first : undefined)
      if (v) f[x.key] = v
    }
    return f
  }, [address, p.filters])
  const order = address.get('order') ?? p.order ?? ''
  const size = Math.min(most, Number(address.get('size')) || p.size || 50)
  const page = Math.max(1, Number(address.get('page')) || 1)
  const set = (changes: Record<string, string | undefined>, keepPage = false) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before)
        if (!keepPage) next.delete('page')
        for (const [k, v] of Object.entries(changes)) v === undefined ? next.delete(k) : next.set(k, v)
        return next
      },
      { replace: true, preventScrollReset: true },
    )

  const asked = useQuery({
    queryKey: [...p.source.key, 'rows', ...(p.source.whole ? [] : [filters, order, page, size])],
    refetchInterval: p.every,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<{ rows: R[]; total: number; whole: boolean }> => {
      const load = (w: Window) => p.source.load(p.source.whole ? {} : filters, w, signal)
      if (p.source.whole) {
        const rows = await everything(load, exportable)
        return { rows, total: rows.length, whole: true }
      }
      if (p.source.orders?.includes(order)) {
        const part = await p.source.load({ ...filters, order }, { limit: size, offset: (page - 1) * size }, signal)
        return { rows: part.items ?? [], total: part.total, whole: false }
      }
      const first = await load({ limit: size, offset: order ? 0 : (page - 1) * size })
      if (!order || first.total > sortable) {
        const part = order && page > 1 ? await load({ limit: size, offset: (page - 1) * size }) : first
        return { rows: part.items ?? [], total: part.total, whole: false }
      }
      const rows = first.total <= (first.items ?? []).length ? (first.items ?? []) : await everything(load, sortable)
      return { rows, total: rows.length, whole: true }
    },
  })

  const matching = useMemo(() => {
    const rows = asked.data?.rows ?? []
    const kept = p.source.whole ? rows.filter((r) => matches(r, p, filters)) : rows
    return asked.data?.whole ? ordered(kept, p.columns, order) : kept
  }, [asked.data, p, filters, order])
  const total = asked.data?.whole ? matching.length : (asked.data?.total ?? 0)
  // on paper there are no pages to turn: all rows are printed, where they can be
  const [paper, setPaper] = useState<R[]>()
  useEffect(() => {
    if (!paper) return
    window.print()
    setPaper(undefined)
  }, [paper])
  const rows = paper ?? (asked.data?.whole ? matching.slice((page - 1) * size, page * size) : matching)
  // the rest of a list that is shown in an order of the server's, in that order
  const inOrder = p.source.orders?.includes(order) ? { ...filters, order } : filters
  const print = async () => setPaper(asked.data?.whole ? matching : total > sortable ? rows : await everything((w) => p.source.load(inOrder, w), sortable))
  const canSort = p.source.whole || total <= sortable
  const chosen = useChosen(p.name, p.columns)
  const columns = p.columns.filter((c) => chosen.has(c.key))
  const filtered = Object.keys(filters).length > 0
  const [picked, setPicked] = useState<Map<string, R>>(new Map())

  const out = async (format: 'xlsx' | 'csv' | 'shown') => {
    if (format !== 'shown') {
      saveBlob(`${p.label}-${today()}.${format}`, await p.source.file!(filters, format))
      return
    }
    const all = asked.data?.whole ? matching : await everything((w) => p.source.load(inOrder, w), exportable)
    save(`${p.label}-${today()}.csv`, csv([p.columns.map((c) => c.title), ...ordered(all, p.columns, order).map((r) => p.columns.map((c) => fileOf(c, r)))]))
  }

  if (asked.data === undefined && asked.error) return <Failed error={asked.error} retry={() => asked.refetch()} />
  const nothing = asked.data !== undefined && total === 0
  return (
    <section className="card flush" aria-label={p.label}>
      {!(nothing && !filtered) && (
        <Tools {...p} filters_={filters} set={set} filtered={filtered} chosen={chosen} out={out} print={print} total={total} wide={wide} canSort={canSort} order={order} />
      )}
      {asked.data !== undefined && asked.error ? <Failed error={asked.error} retry={() => asked.refetch()} /> : null}
      {asked.data === undefined ? (
        <div style={{ padding: 20 }}>
          <Loading rows={6} />
        </div>
      ) : nothing ? (
        filtered ? (
          <Empty icon="search" title={t.none} hint={t.noneHint} action={<Button onClick={() => set(Object.fromEntries((p.filters ?? []).map((f) => [f.key, undefined])))}>{t.clear}</Button>} />
        ) : (
          <Empty {...p.empty} />
        )
      ) : (
        <>
          {p.pick && picked.size > 0 && (
            <div className="pick-bar" role="status">
              <span>{t.picked(count(picked.size))}</span>
              {p.pick.bar([...picked.values()], () => setPicked(new Map()))}
              <Button type="text" size="small" onClick={() => setPicked(new Map())}>{t.unpick}</Button>
            </div>
          )}
          <div className={asked.isPlaceholderData ? 'table-busy' : undefined} aria-busy={asked.isPlaceholderData}>
            {wide ? (
              <Rows {...p} columns={columns} rows={rows} order={order} set={set} canSort={canSort} picked={picked} setPicked={setPicked} />
            ) : (
              <Cards {...p} columns={columns} rows={rows} picked={picked} setPicked={setPicked} />
            )}
          </div>
          <div className="table-foot">
            <span aria-live="polite">{t.rows(count(total))}</span>
            {total > size && (
              <Pagination className="pager" size="small" current={page} pageSize={size} total={total} showSizeChanger={wide} pageSizeOptions={[20, 50, 100, 200]} simple={!wide}
                onChange={(n, s) => set({ page: s === size && n > 1 ? String(n) : undefined, size: s === (p.size ?? 50) ? undefined : String(s) }, true)} />
            )}
          </div>
        </>
      )}
    </section>
  )
}

function matches<R>(r: R, p: Props<R>, filters: Record<string, string>): boolean {
  if (p.match) return p.match(r, filters)
  return (p.filters ?? []).every((f) => {
    const want = filters[f.key]
    if (!want) return true
    if (f.kind === 'search') return p.columns.some((c) => String(fileOf(c, r) ?? '').toLowerCase().includes(want.toLowerCase()))
    return String((r as Record<string, unknown>)[f.key] ?? '') === want
  })
}

// useChosen keeps which columns are shown.
function useChosen<R>(name: string, columns: Column<R>[]) {
  const key = `changrong.columns.${name}`
  const [kept, keep] = useState<string[] | null>(() => {
    try {
      const v: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
      return Array.isArray(v) ? v.map(String) : null
    } catch {
      return null
    }
  })
  const shown = new Set(kept ?? columns.filter((c) => !c.hidden).map((c) => c.key))
  return Object.assign(shown, {
    choose: (keys: string[]) => {
      localStorage.setItem(key, JSON.stringify(keys))
      keep(keys)
    },
  })
}

type Set_ = (changes: Record<string, string | undefined>) => void

function Tools<R>(p: Props<R> & { filters_: Record<string, string>; set: Set_; filtered: boolean; chosen: Set<string> & { choose: (k: string[]) => void }; out: (format: 'xlsx' | 'csv' | 'shown') => Promise<void>; print: () => Promise<void>; total: number; wide: boolean; canSort: boolean; order: string }) {
  const t = useWords(said)
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const tooMany = p.total > exportable
  const [unfolded, unfold] = useState(false)
  const folded = !p.wide && !unfolded && !p.filtered
  const wait = async (f: () => Promise<void>) => {
    setBusy(true)
    setWrong(undefined)
    try {
      await f()
    } catch (e) {
      setWrong(say(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="table-tools">
      {folded && <Button type="text" icon={<Icon name="search" size={16} />} onClick={() => unfold(true)}>{t.filters}</Button>}
      {!folded && (p.filters ?? []).map((f) => (
        <FilterBox key={f.key} f={f} value={p.filters_[f.key] ?? ''} set={(v) => p.set({ [f.key]: v || undefined })} />
      ))}
      {p.filtered && (
        <Button type="text" size="small" onClick={() => p.set(Object.fromEntries((p.filters ?? []).map((f) => [f.key, undefined])))}>
          {t.clear}
        </Button>
      )}
      {!p.wide && !folded && p.canSort && (
        <Select aria-label={t.sortBy} value={p.order || undefined} placeholder={t.sortBy} allowClear onChange={(v?: string) => p.set({ order: v })}
          options={p.columns.filter((c) => c.sort !== false).flatMap((c) => [{ value: c.key, label: `${c.title} ↑` }, { value: `-${c.key}`, label: `${c.title} ↓` }])} />
      )}
      {wrong && <span role="alert" className="tag bad">{wrong}</span>}
      <span className="acts">
        {p.tools}
        {p.wide && (
          <Popover trigger="click" placement="bottomRight" content={
            <Checkbox.Group style={{ display: 'grid', gap: 6 }} value={[...p.chosen]} onChange={(v) => v.length > 0 && p.chosen.choose(v.map(String))}
              options={p.columns.map((c) => ({ value: c.key, label: c.title }))} />
          }>
            <Button type="text" icon={<Icon name="columns" size={16} />}>{t.columns}</Button>
          </Popover>
        )}
        <Dropdown trigger={['click']} menu={{
          onClick: ({ key }) => wait(() => p.out(key as 'xlsx')),
          items: [
            ...(p.source.file ? [{ key: 'xlsx', label: t.xlsx }, { key: 'csv', label: t.csv }] : []),
            { key: 'shown', label: tooMany ? t.tooManyOut(count(exportable)) : t.shown, disabled: tooMany },
          ],
        }}>
          <Button type="text" icon={<Icon name="download" size={16} />} loading={busy} aria-haspopup="menu">{t.export}</Button>
        </Dropdown>
        {p.wide && <Button type="text" icon={<Icon name="print" size={16} />} loading={busy} onClick={() => wait(p.print)}>{t.print}</Button>}
      </span>
    </div>
  )
}

function FilterBox({ f, value, set }: { f: Filter; value: string; set: (v: string) => void }) {
  const t = useWords(said)
  if (f.kind === 'search') return <SearchBox label={f.label} value={value} set={set} />
  if (f.kind === 'day') {
    return (
      <label className="day">
        <span className="quiet small">{f.label}</span>
        <Input type="date" value={value} onChange={(e) => set(e.target.value)} />
      </label>
    )
  }
  return (
    <Select aria-label={f.label} value={value || ''} onChange={set} popupMatchSelectWidth={false} showSearch={f.options.length > 8 ? { optionFilterProp: 'label' } : false}
      options={[{ value: '', label: t.any(f.label) }, ...f.options]} />
  )
}

// SearchBox waits until the typing pauses.
function SearchBox({ label, value, set }: { label: string; value: string; set: (v: string) => void }) {
  const [text, setText] = useState(value)
  const latest = useRef(set)
  latest.current = set
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => latest.current(text.trim()), 300)
    return () => clearTimeout(timer)
  }, [text, value])
  return <Input aria-label={label} placeholder={label} allowClear value={text} prefix={<Icon name="search" size={15} />} onChange={(e) => setText(e.target.value)} onPressEnter={() => set(text.trim())} />
}

type RowsProps<R> = Props<R> & { rows: R[]; picked: Map<string, R>; setPicked: (m: Map<string, R>) => void }

// toggled returns the chosen rows with some put in or taken out.
function toggled<R>(p: RowsProps<R>, rows: R[], on: boolean) {
  const next = new Map(p.picked)
  for (const r of rows) on ? next.set(p.rowKey(r), r) : next.delete(p.rowKey(r))
  return next
}

function Rows<R>(p: RowsProps<R> & { order: string; set: Set_; canSort: boolean }) {
  const t = useWords(said)
  const go = useNavigate()
  const pickable = p.pick ? p.rows.filter((r) => p.pick!.can?.(r) ?? true) : []
  const onKey = (e: KeyboardEvent<HTMLTableRowElement>, to?: string) => {
    if (e.target !== e.currentTarget) return
    const row = e.currentTarget
    const next = e.key === 'ArrowDown' ? row.nextElementSibling : e.key === 'ArrowUp' ? row.previousElementSibling : null
    if (next instanceof HTMLElement) {
      e.preventDefault()
      next.focus()
    } else if (e.key === 'Enter' && to) go(to)
  }
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={`${p.label}，${t.keys}`}>
      <table className="data">
        <thead>
          <tr>
            {p.pick && (
              <th className="no-print" style={{ width: 1 }}>
                <Checkbox aria-label={t.pickAll} checked={pickable.length > 0 && pickable.every((r) => p.picked.has(p.rowKey(r)))} indeterminate={pickable.some((r) => p.picked.has(p.rowKey(r))) && !pickable.every((r) => p.picked.has(p.rowKey(r)))}
                  disabled={pickable.length === 0} onChange={(e) => p.setPicked(toggled(p, pickable, e.target.checked))} />
              </th>
            )}
            {p.columns.map((c) => (
              <Heading key={c.key} c={c as Column<unknown>} order={p.order} set={p.set} canSort={p.canSort} />
            ))}
            {p.act && <th className="no-print" style={{ width: 1 }}><span className="hidden-text">{t.acts}</span></th>}
          </tr>
        </thead>
        <tbody>
          {p.rows.map((r) => {
            const to = p.to?.(r)
            return (
              <tr key={p.rowKey(r)} tabIndex={-1} className={to ? 'opens' : undefined} onKeyDown={(e) => onKey(e, to)}
                onClick={(e) => to && !(e.target as HTMLElement).closest('a,button,input,label') && !getSelection()?.toString() && go(to)}>
                {p.pick && <td className="no-print">{(p.pick.can?.(r) ?? true) && <Checkbox aria-label={`${t.pick} ${String(p.columns[0] ? valueOf(p.columns[0], r) ?? '' : '')}`} checked={p.picked.has(p.rowKey(r))} onChange={(e) => p.setPicked(toggled(p, [r], e.target.checked))} />}</td>}
                {p.columns.map((c, i) => (
                  <td key={c.key} className={right(c) ? 'right num' : undefined} style={c.width ? { minWidth: c.width } : undefined}>
                    {i === 0 && to ? <LinkTo to={to}>{content(c, r)}</LinkTo> : content(c, r)}
                  </td>
                ))}
                {p.act && <td className="right no-print">{p.act(r)}</td>}
              </tr>
            )
          })}
        </tbody>
        {p.foot && <tfoot>{p.foot(p.rows)}</tfoot>}
      </table>
    </div>
  )
}

function LinkTo({ to, children }: { to: string; children: ReactNode }) {
  const go = useNavigate()
  return (
    <a href={to} onClick={(e) => {
      if (e.metaKey || e.ctrlKey || e.shiftKey) return
      e.preventDefault()
      go(to)
    }}>
      {children}
    </a>
  )
}

function Heading({ c, order, set, canSort }: { c: Column<unknown>; order: string; set: Set_; canSort: boolean }) {
  const t = useWords(said)
  const by = order === c.key ? 'ascending' : order === `-${c.key}` ? 'descending' : undefined
  const next = by === 'ascending' ? `-${c.key}` : by === 'descending' ? undefined : c.key
  if (c.sort === false) return <th className={right(c) ? 'right' : undefined}>{c.title}</th>
  return (
    <th className={right(c) ? 'right' : undefined} aria-sort={by}>
      <Tooltip title={canSort ? '' : t.tooMany(count(sortable))}>
        <button type="button" disabled={!canSort} onClick={() => set({ order: next })}>
          {c.title}
          <Icon name={by === 'ascending' ? 'up' : by === 'descending' ? 'down' : 'both'} size={13} />
        </button>
      </Tooltip>
    </th>
  )
}

function content<R>(c: Column<R>, r: R): ReactNode {
  if (c.show) return c.show(r)
  if (c.fen) return <Yuan fen={c.fen(r)} />
  const v = c.value(r)
  if (v === null || v === undefined || v === '') return <span className="quiet">—</span>
  // days and instants stay on one line
  return /^\d{4}-\d\d/.test(String(v)) ? <span className="num">{v}</span> : String(v)
}

function Cards<R>(p: RowsProps<R>) {
  const t = useWords(said)
  const [lead, ...others] = p.columns
  return (
    <ul className="row-cards">
      {p.rows.map((r) => {
        const to = p.to?.(r)
        return (
          <li key={p.rowKey(r)}>
            <div className="lead">{p.pick && (p.pick.can?.(r) ?? true) && <Checkbox style={{ marginRight: 8 }} aria-label={`${t.pick} ${String(p.columns[0] ? valueOf(p.columns[0], r) ?? '' : '')}`} checked={p.picked.has(p.rowKey(r))} onChange={(e) => p.setPicked(toggled(p, [r], e.target.checked))} />}{to ? <LinkTo to={to}>{content(lead!, r)}</LinkTo> : content(lead!, r)}</div>
            <dl>
              {others.map((c) => (
                <CardLine key={c.key} name={c.title}>{content(c, r)}</CardLine>
              ))}
            </dl>
            {p.act && <div className="act">{p.act(r)}</div>}
          </li>
        )
      })}
    </ul>
  )
}

function CardLine({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
