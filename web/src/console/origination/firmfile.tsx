// What departments know of the enterprise, read under its consent: each field with its
// source and day. It is kept nowhere but on this screen.
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { useCell } from '../../domain/exchange/cell'
import { useDatasets } from '../../domain/exchange/datasets'
import { consentStates, consentTones, type Detail } from '../../domain/origination/desk'
import { Card, Failed } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['企业档案（部门数据）', 'Enterprise file (department data)'],
  consent: ['数据授权', 'Consent'],
  since: [(state: string) => ({ given: '授权于', withdrawn: '撤回于', expired: '到期于' })[state] ?? '', (state: string) => (state ? 'since' : '')],
  none: ['企业没有授权本行查询数据', 'The enterprise has given no consent to the bank'],
  withdrawn: ['企业已撤回数据授权：不能再查询，此前查到的数据不得再用于本次决定。需要时请企业重新授权。', 'The enterprise has withdrawn its consent: nothing more can be read, and what was read is not to be used for this decision. Ask for a new consent if you need one.'],
  expired: ['数据授权已到期：不能再查询，此前查到的数据不得再用于本次决定。需要时请企业重新授权。', 'The consent has run out: nothing more can be read, and what was read is not to be used for this decision. Ask for a new consent if you need one.'],
  over: ['本件已办结，不再查询企业数据。', 'This is over; no more is read.'],
  about: ['每次查询都会记录，企业看得到谁查了什么。', 'Every reading is logged, and the enterprise sees who read what.'],
  which: ['查询哪些数据', 'What to read'],
  read: ['查询', 'Read'],
  again: ['重新查询', 'Read again'],
  log: ['查询记录', 'Log of readings'],
  asOf: [(on: string) => `截至 ${on}`, (on: string) => `as of ${on}`],
  source: [(s: string) => `来源：${s}`, (s: string) => `source: ${s}`],
  old: ['部门暂不可用，这是最近一次的数据', 'the department is away; this is the last known'],
  notGiven: ['未提供', 'not given'],
  noRecords: ['部门没有记录', 'no records'],
  records: [(n: number) => `共 ${n} 条`, (n: number) => `${n} records`],
  all: [(n: number) => `显示全部 ${n} 条`, (n: number) => `Show all ${n}`],
  empty: ['（空）', '(empty)'],
  masked: ['已遮盖', 'masked'],
})

type Part = NonNullable<Answer<'/api/firm-data', 'post'>['datasets']>[number]

export function FirmFile({ of }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const state = useCode(consentStates)
  if (me.org !== of.referral.org || !may('firm_data.read')) return null
  const c = of.consent
  const over = ['declined', 'ended'].includes(of.referral.stage)
  return (
    <Card title={t.title} extra={<Link to={`/readings?text=${of.referral.uscc}`}>{t.log}</Link>}>
      {c && (
        <p>
          {c.id ? <Link to={`/consents/${c.id}`}>{t.consent}</Link> : t.consent} <Tag tone={consentTones[c.state]}>{state(c.state)}</Tag>{' '}
          {c.since_ms > 0 && <span className="quiet small">{t.since(c.state)} <At ms={c.since_ms} /></span>}
        </p>
      )}
      {over ? <p className="quiet">{t.over}</p>
        : !c || c.state === 'none' ? <p className="quiet">{t.none}</p>
          : c.state !== 'given' ? <div className="notice bad">{c.state === 'withdrawn' ? t.withdrawn : t.expired}</div>
            : <Reading uscc={of.referral.uscc} datasets={c.datasets ?? []} />}
    </Card>
  )
}

function Reading({ uscc, datasets }: { uscc: string; datasets: string[] }) {
  const t = useWords(said)
  const name = useDatasets()
  const [chosen, setChosen] = useState(datasets)
  // what is stale after it: the log alone
  const read = useChange('post', '/api/firm-data', ['/api/readings'])
  return (
    <>
      <p className="quiet small">{t.about}</p>
      <details className="no-print" open={!read.data} style={{ marginBottom: 12 }}>
        <summary>{t.which}（{chosen.length}/{datasets.length}）</summary>
        <Checkbox.Group aria-label={t.which} style={{ display: 'grid', gap: 6, gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))', padding: '8px 0' }} value={chosen} onChange={(v) => setChosen(v as string[])} options={datasets.map((d) => ({ value: d, label: name(d) }))} />
      </details>
      <Button className="no-print" loading={read.isPending} disabled={chosen.length === 0} onClick={() => read.mutate({ body: { firm: uscc, purpose: 'loan_application', datasets: chosen.slice(0, 40) } })}>{read.data ? t.again : t.read}</Button>
      {read.error && <Failed error={read.error} />}
      {read.data && <div className="stack" style={{ marginTop: 14 }}>{(read.data.datasets ?? []).map((p) => <Dataset key={p.dataset} of={p} />)}</div>}
    </>
  )
}

function Dataset({ of: p }: { of: Part }) {
  const t = useWords(said)
  const { lang } = useLang()
  const records = p.records ?? []
  const fields = p.fields ?? []
  const [all, setAll] = useState(false)
  const shown = (all ? [...records] : records.slice(-few)).reverse() // departments put the latest last
  const given = ['asked', 'kept', 'last'].includes(p.outcome)
  const where = (asOf?: string, source?: string) => [lang === 'zh' ? p.department.name : p.department.name_en, asOf && t.asOf(asOf), source && t.source(source)].filter(Boolean).join(' · ')
  return (
    <section aria-label={p.title}>
      <h3 className="row" style={{ gap: 8 }}>
        {p.title}
        {p.outcome === 'last' && <Tag tone="wait">{t.old}</Tag>}
        {!given && <Tag tone="wait">{t.notGiven}</Tag>}
        {given && <span className="quiet small">{records.length === 0 ? t.noRecords : t.records(records.length)}</span>}
      </h3>
      {p.reason && <p className="quiet">{lang === 'zh' ? p.reason.text : p.reason.text_en}</p>}
      {given && records.length === 0 && <p className="quiet small">{where(p.as_of_on, p.source)}</p>}
      {records.length === 1 && <Facts of={fields.map((f): [string, React.ReactNode] => [lang === 'zh' ? f.title : f.title_en, <Cell key={f.name} of={p} field={f} text={records[0]!.cells[f.name] ?? ''} />])} />}
      {records.length > 1 && (
        <div className="table-scroll" tabIndex={0} role="group" aria-label={p.title}>
          <table className="data plain">
            <thead><tr>{fields.map((f) => <th key={f.name} scope="col">{lang === 'zh' ? f.title : f.title_en}</th>)}</tr></thead>
            <tbody>
              {shown.map((r, i) => <tr key={i} title={where(r.as_of_on || p.as_of_on, r.source || p.source)}>{fields.map((f) => <td key={f.name}><Cell of={p} field={f} text={r.cells[f.name] ?? ''} /></td>)}</tr>)}
            </tbody>
          </table>
        </div>
      )}
      {records.length > shown.length && <Button size="small" type="link" onClick={() => setAll(true)}>{t.all(records.length)}</Button>}
      {[...new Set(shown.map((r) => where(r.as_of_on || p.as_of_on, r.source || p.source)))].map((from) => <p key={from} className="quiet small">{from}</p>)}
    </section>
  )
}

// So many records are shown at first.
const few = 6

function Cell({ of: p, field: f, text }: { of: Part; field: NonNullable<Part['fields']>[number]; text: string }) {
  const t = useWords(said)
  const cell = useCell()
  return <>{cell(f, text) || <span className="quiet">{t.empty}</span>}{p.masked?.includes(f.name) && <span className="quiet small"> {t.masked}</span>}</>
}
