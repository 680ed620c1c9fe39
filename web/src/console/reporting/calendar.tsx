// Who owes what, and how it stands: the office sees everybody, a bank itself.
import { Button, Select } from 'antd'
import { useMemo } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { monthsOf, thisYear } from '../../domain/reporting/period'
import { cellStates, cellTones } from '../../domain/reporting/words'
import { csv, save } from '../../kit/csv'
import { Icon } from '../../kit/icon'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Stat, Tag } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['报送日历', 'Reporting calendar'],
  about: ['每一格是一个机构一个报送期：交了没有，是否按时；缺的点一下就能补，未到期的写着截止日。', 'Each cell is one organisation and period: whether it came and whether in time; what is not due yet shows its last day.'],
  year: ['年度', 'Year'],
  org: ['机构', 'Organisation'],
  what: ['报送要求', 'What'],
  obligations: ['报送要求', 'Obligations'],
  none: ['还没有报送要求', 'Nothing is owed yet'],
  noneHint: ['金融工作中心设定谁在什么时候前报什么', 'The finance office decides who owes what until when'],
  due: ['截止', 'due'],
  late: ['迟报', 'late'],
  accepted: ['已接收', 'Accepted'],
  owed: ['尚欠', 'Owed'],
  lateN: ['逾期', 'Late'],
  month: [(n: number) => `${n} 月`, (n: number) => ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][n - 1]!],
  export: ['导出', 'Export'],
  state: ['状态', 'State'],
  period: ['报送期', 'Period'],
})

type Cell = NonNullable<Answer<'/api/reporting/calendar'>['items']>[number]

export default function Calendar() {
  const t = useWords(said)
  const state = useCode(cellStates)
  const may = useMay()
  const [at, setAt] = useSearchParams()
  const year = Number(at.get('year')) || thisYear()
  const months = monthsOf(year)
  const cells = useGet('/api/reporting/calendar', { query: { from: months[0]!, to: months[11]! } })
  const all = cells.data?.items ?? []
  const out = () => save(`${t.title}-${year}.csv`, csv([[t.org, t.what, t.period, t.due, t.state], ...all.map((c) => [c.org_name, c.title, c.period, c.due_on, state(c.state) + (c.late ? ` ${t.late}` : '')])]))
  return (
    <Page title={t.title} about={t.about} actions={
      <>
        <Select aria-label={t.year} value={year} onChange={(v) => setAt({ year: String(v) })} options={Array.from({ length: 8 }, (_, i) => thisYear() - i).map((y) => ({ value: y, label: String(y) }))} />
        {all.length > 0 && <Button icon={<Icon name="download" size={16} />} onClick={out}>{t.export}</Button>}
        {may('obligation.write') && <Link to="/reporting/obligations">{t.obligations}</Link>}
      </>
    }>
      <Shown of={cells} rows={8}>
        {() => all.length === 0 ? <Card><Empty icon="calendar" title={t.none} hint={t.noneHint} action={may('obligation.write') && <Link to="/reporting/obligations">{t.obligations}</Link>} /></Card> : (
          <>
            <Card>
              <div className="figures">
                <Stat name={t.accepted} value={all.filter((c) => c.state === 'accepted').length} />
                <Stat name={t.owed} value={all.filter((c) => c.state !== 'accepted' && c.state !== 'not_due').length} />
                <Stat name={t.lateN} value={all.filter((c) => c.state === 'late').length} late={all.some((c) => c.state === 'late')} />
              </div>
            </Card>
            <Matrix cells={all} months={months} />
          </>
        )}
      </Shown>
    </Page>
  )
}

// columnOf is the column of a cell: its month, or the obligation of a whole year.
const columnOf = (c: Cell) => (c.period.length === 4 ? c.obligation : c.period)

function Matrix({ cells, months }: { cells: Cell[]; months: string[] }) {
  const t = useWords(said)
  const rows = useMemo(() => {
    const by = new Map<string, { org: string; cells: Map<string, Cell[]> }>()
    for (const c of cells) {
      if (!by.has(c.org)) by.set(c.org, { org: c.org_name, cells: new Map() })
      const row = by.get(c.org)!.cells
      row.set(columnOf(c), [...(row.get(columnOf(c)) ?? []), c])
    }
    return [...by.values()].sort((a, b) => a.org.localeCompare(b.org, 'zh-CN', { numeric: true }))
  }, [cells])
  const periods = new Set(cells.map((c) => c.period))
  const yearly = new Map(cells.filter((c) => c.period.length === 4).map((c) => [columnOf(c), c.title]))
  const columns = [...months.filter((m) => periods.has(m)), ...yearly.keys()]
  const named = new Set(cells.filter((c) => c.period.length > 4).map((c) => c.obligation)).size > 1
  return (
    <section className="card flush" aria-label={t.title}>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.title}>
        <table className="data matrix">
          <thead>
            <tr>
              <th className="stick">{t.org}</th>
              {columns.map((m) => <th key={m}>{yearly.get(m) ?? t.month(Number(m.slice(5)))}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.org}>
                <th scope="row" className="stick">{r.org}</th>
                {columns.map((m) => <td key={m}>{(r.cells.get(m) ?? []).map((c) => <CellOf key={c.obligation} of={c} named={named} />)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function CellOf({ of, named }: { of: Cell; named: boolean }) {
  const t = useWords(said)
  const state = useCode(cellStates)
  const may = useMay()
  const me = useMe()
  const go = useNavigate()
  const name = named && of.period.length > 4 ? `${of.title} ` : ''
  const day = `${name}${of.due_on.slice(5)}`
  const can = of.submission ? may('submission.read') : of.org === me.org && may('submission.write')
  const label = `${of.org_name} ${of.title} ${of.period} ${state(of.state)}${of.late ? ` ${t.late}` : ''}，${t.due} ${of.due_on}`
  const shown = of.state === 'not_due' ? <span className="quiet small num">{day}</span> : (
    <Tag tone={cellTones[of.state]}>{name}{state(of.state)}{of.late && of.state === 'accepted' ? ` · ${t.late}` : ''}</Tag>
  )
  if (!can || (of.state === 'not_due' && !of.submission)) return <span title={label}>{shown}</span>
  return (
    <button type="button" className="link-button" aria-label={label} title={label} onClick={() => go(of.submission ? `/submissions/${of.submission}` : `/submissions/new?set=${of.set}&period=${of.period}`)}>
      {shown}
    </button>
  )
}
