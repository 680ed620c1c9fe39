// Rating all firms of the city: runs, and one of them with its grades, what has moved since
// the last, and why firms were not rated.
import { App, Button } from 'antd'
import { useMemo } from 'react'
import { useNavigate, useParams } from 'react-router'
import { attempt, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useNames } from '../../api/names'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { cityStates, cityTones, type Run, share } from '../../domain/rating/city'
import { axis, Picture, quiet, shrunk, tip } from '../../kit/chart'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { useSay } from '../../kit/say'
import { At, Stat, Tag } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { colour } from '../../kit/theme'
import { useCode, useWords, words } from '../../kit/words'
import { Plot } from './plots'

const said = words({
  title: ['全市评级', 'Rating the city'],
  about: [
    '用启用的模型给登记库中存续的企业逐户评分，只看公开数据和企业授权的数据。结果仅供参考，不是征信机构的评级，不向银行提供。',
    'Every open firm of the registry is scored by the model in use, from public data and what firms have consented to. For reference only: no bureau rating, and not given to banks.',
  ],
  start: ['开始全市评级', 'Rate the city'],
  resume: ['继续', 'Go on'],
  started: ['已开始，可以离开本页', 'It has begun; you may leave this page'],
  none: ['还没有做过全市评级', 'The city has not been rated yet'],
  noneHint: ['启用一个模型后即可开始；中断后会接着评，不会重复', 'Put a model into use first; a run that is cut short goes on where it was'],
  model: ['模型', 'Model'],
  edition: [(name: string, n: number) => `${name} 第${n}版`, (name: string, n: number) => `${name}, edition ${n}`],
  on: ['评级日期', 'As of'],
  state: ['状态', 'State'],
  firms: ['存续企业', 'Open firms'],
  rated: ['已评级', 'Rated'],
  unrated: ['未评级', 'Not rated'],
  mean: ['平均分', 'Mean score'],
  known: ['平均已知项', 'Items known'],
  ofItems: [(n: string, all: number) => `${n} / ${all}`, (n: string, all: number) => `${n} of ${all}`],
  by: ['发起人', 'By'],
  at: ['发起时间', 'Asked for'],
  back: ['全市评级', 'runs'],
  stuck: ['评级中断了。点“继续”会从中断处接着评，已评的不会重复。', 'The run was cut short. Go on: it begins where it was, and scores nobody twice.'],
  gaveUp: ['这次评级没有做完就停了（模型已更换，或搁置超过一周），结果不完整，不能用于公平性报告和白名单。', 'This run was given up (another model, or a week has passed); it is not whole and serves no report and no list.'],
  fairness: ['公平性报告', 'Fairness'],
  whiteList: ['拟定白名单', 'New white list'],

  grades: ['各等级企业数', 'Firms by grade'],
  gradesSay: ['看企业落在哪些等级、与上次相比向哪边移动；大量企业一下子向差等级移动，多半是数据有误或模型更换，应先查明再使用。', 'Where firms stand, and which way they have moved: a sudden shift to the worse grades is more often wrong data or another model than worse firms.'],
  now: ['本次', 'Now'],
  before: [(day: string) => `上次（${day}）`, (day: string) => `The last (${day})`],
  grade: ['等级', 'Grade'],
  from: ['最低分', 'From'],
  pd: ['对应违约率', 'Stands for'],
  unit: ['户', 'firms'],

  moved: ['与上次相比', 'Since the last run'],
  up: ['上升', 'Better'],
  same: ['不变', 'The same'],
  down: ['下降', 'Worse'],
  fresh: ['新评上', 'Newly rated'],
  gone: ['不再有评级', 'No longer rated'],
  otherModel: [(m: string) => `上次用的是${m}，等级变化也可能是因为换了模型。`, (m: string) => `The last run was by ${m}: a firm may have moved for that alone.`],
  matrix: ['从（行）到（列）', 'From row to column'],
  matrixSays: ['对角线以上是下降的企业，以下是上升的；绝大多数企业应在对角线上或紧挨着它。', 'Above the diagonal firms are worse, below better; most should be on it or next to it.'],

  reasons: ['为什么没有评级', 'Why firms were not rated'],
  reasonsSay: ['缺授权的，可请企业在手机上授权；数据缺失或超出范围的，请数据部门核对。', 'Where a consent lacks, firms can give it on their phones; where data lack or are out of range, have the department look.'],
  reason: ['原因', 'Why'],
  all: ['全部评级了', 'All were rated'],

  list: ['逐户结果', 'Firm by firm'],
  uscc: ['统一社会信用代码', 'Credit code'],
  score: ['分数', 'Score'],
  knownItems: ['已知项', 'Items known'],
  why: ['未评级原因', 'Why not'],
  town: ['乡镇街道', 'Town'],
  industry: ['行业', 'Industry'],
  noFirms: ['还没有企业', 'No firms yet'],
})

export default function City() {
  const { id } = useParams()
  return id ? <One id={id} /> : <All />
}

function useStart() {
  const t = useWords(said)
  const { message } = App.useApp()
  const say = useSay()
  const go = useNavigate()
  const start = useChange('post', '/api/rating-runs', ['/api/rating-runs'])
  return {
    busy: start.isPending,
    begin: async () => {
      try {
        const r = await start.mutateAsync({ headers: { 'Idempotency-Key': `"${attempt()}"` } })
        void message.success(t.started)
        go(`/rating/city/${r.id}`)
      } catch (e) {
        void message.error(say(e))
      }
    },
  }
}

function All() {
  const t = useWords(said)
  const may = useMay()
  const state = useCode(cityStates)
  const { begin, busy } = useStart()
  const columns: Column<Run>[] = [
    { key: 'on', title: t.on, value: (r) => r.on },
    { key: 'state', title: t.state, value: (r) => state(r.state), show: (r) => <Tag tone={cityTones[r.state]}>{state(r.state)}</Tag> },
    { key: 'model', title: t.model, value: (r) => t.edition(r.name, r.edition) },
    { key: 'firms', title: t.firms, right: true, value: (r) => r.firms, show: (r) => count(r.firms) },
    { key: 'rated', title: t.rated, right: true, value: (r) => r.rated, show: (r) => count(r.rated) },
    { key: 'mean', title: t.mean, right: true, value: (r) => (r.rated ? Math.round(r.scores / r.rated) : null) },
    { key: 'by', title: t.by, value: (r) => r.by_name },
    { key: 'at', title: t.at, value: (r) => r.asked_ms, show: (r) => <At ms={r.asked_ms} /> },
  ]
  const add = may('rating_run.write') && <Button type="primary" loading={busy} icon={<Icon name="calc" size={16} />} onClick={begin}>{t.start}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="rating-runs" label={t.title} columns={columns} rowKey={(r) => r.id} to={(r) => `/rating/city/${r.id}`} source={listOf('/api/rating-runs')} every={10_000}
        empty={{ icon: 'chart', title: t.none, hint: t.noneHint, action: add }} />
    </Page>
  )
}

function One({ id }: { id: string }) {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const state = useCode(cityStates)
  const run = useGet('/api/rating-runs/{id}', { path: { id } }, { refetchInterval: (r) => (r?.state === 'running' ? 2_000 : false) })
  const { begin, busy } = useStart()
  const r = run.data
  const dead = r?.state === 'running' && (!r.job || r.job.state === 'failed' || r.job.state === 'cancelled')
  const actions = r && (
    <>
      {dead && may('rating_run.write') && <Button type="primary" loading={busy} onClick={begin}>{t.resume}</Button>}
      {r.state === 'done' && <Button icon={<Icon name="compare" size={16} />} onClick={() => go(`/rating/city/${id}/fairness`)}>{t.fairness}</Button>}
      {r.state === 'done' && may('white_list.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => go(`/rating/white-lists/new?run=${id}`)}>{t.whiteList}</Button>}
    </>
  )
  return (
    <Page title={r ? `${t.title} ${r.on}` : t.title} back={{ to: '/rating/city', name: t.back }} actions={actions}
      about={r && <span className="row"><Tag tone={cityTones[r.state]}>{state(r.state)}</Tag><span>{t.edition(r.name, r.edition)} · {r.by_name} · <At ms={r.asked_ms} /></span></span>}>
      <p className="notice">{t.about}</p>
      <Shown of={run}>
        {(x) => (
          <>
            {x.state === 'running' && !dead && <Progress done={x.looked} total={x.firms} note={x.job?.note} />}
            {dead && <p className="notice bad">{t.stuck}</p>}
            {x.state === 'stopped' && <p className="notice bad">{t.gaveUp}</p>}
            <div className="figures">
              <Stat name={t.firms} value={count(x.firms)} />
              <Stat name={t.rated} value={count(x.rated)} />
              <Stat name={t.unrated} value={count(x.looked - x.rated)} />
              <Stat name={t.mean} value={x.rated ? Math.round(x.scores / x.rated) : '—'} />
              <Stat name={t.known} value={x.rated ? t.ofItems((x.known / x.rated).toFixed(1), x.items) : '—'} />
            </div>
            <Grades of={x} />
            {x.against && <Moved of={x} />}
            <Card title={t.reasons}>
              {(x.reasons ?? []).length === 0 ? <p className="quiet">{t.all}</p> : (
                <>
                  <p className="small quiet">{t.reasonsSay}</p>
                  <div className="table-scroll"><table className="data plain">
                    <thead><tr><th>{t.reason}</th><th className="right">{t.unit}</th></tr></thead>
                    <tbody>{(x.reasons ?? []).map((w) => <tr key={w.title}><td>{w.title}</td><td className="right num">{count(w.firms)}</td></tr>)}</tbody>
                  </table></div>
                </>
              )}
            </Card>
            <h2>{t.list}</h2>
            <Firms id={id} />
          </>
        )}
      </Shown>
    </Page>
  )
}

function Grades({ of }: { of: Run }) {
  const t = useWords(said)
  const grades = useMemo(() => of.grades ?? [], [of.grades])
  const before = useMemo(() => new Map((of.against?.before ?? []).map((g) => [g.name, g.firms])), [of.against])
  const marks = [{ name: t.now, colour: colour.brand }, ...(of.against ? [{ name: t.before(of.against.on), colour: '#b9c7c3' }] : [])]
  const option = useMemo(() => ({
    grid: { left: 4, right: 14, top: 20, bottom: 4, containLabel: true },
    tooltip: tip,
    xAxis: { type: 'category', data: grades.map((g) => g.name), ...axis, splitLine: { show: false } },
    yAxis: { type: 'value', minInterval: 1, ...axis, axisLabel: { ...quiet, formatter: (v: number) => count(v) } },
    series: marks.map((m, i) => ({ name: m.name, type: 'bar', barMaxWidth: 34, itemStyle: { color: m.colour, borderRadius: [4, 4, 0, 0] }, data: grades.map((g) => (i === 0 ? g.firms : (before.get(g.name) ?? null))) })),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- marks follow from the words and the run
  }), [grades, before, t])
  return (
    <Card>
      <Plot title={t.grades} says={t.gradesSay} marks={marks}>
        <Picture label={t.grades} unit={t.unit} height={260} option={option} head={[t.grade, t.from, t.pd, ...marks.map((m) => m.name)]}
          rows={grades.map((g) => [g.name, g.from, share(g.pd_ppb), count(g.firms), ...(of.against ? [count(before.get(g.name) ?? 0)] : [])])} />
      </Plot>
    </Card>
  )
}

function Moved({ of }: { of: Run }) {
  const t = useWords(said)
  const a = of.against
  if (!a) return null
  const other = a.name !== of.name || a.edition !== of.edition
  return (
    <Card title={t.moved}>
      {other && <p className="notice">{t.otherModel(t.edition(a.name, a.edition))}</p>}
      <div className="figures">
        {a.moved && <><Stat name={t.up} value={count(a.up)} /><Stat name={t.same} value={count(a.same)} /><Stat name={t.down} value={count(a.down)} late={a.down > a.up + a.same} /></>}
        <Stat name={t.fresh} value={count(a.new)} />
        <Stat name={t.gone} value={count(a.gone)} />
      </div>
      {a.moved && (
        <details>
          <summary>{t.matrix}</summary>
          <p className="small quiet">{t.matrixSays}</p>
          <div className="table-scroll"><table className="data plain">
            <thead><tr><th />{(of.grades ?? []).map((g) => <th key={g.name} className="right">{g.name}</th>)}</tr></thead>
            <tbody>{a.moved.map((row, i) => (
              <tr key={i}><th scope="row">{of.grades?.[i]?.name}</th>{(row ?? []).map((n, j) => <td key={j} className="right num" style={i === j ? { fontWeight: 600 } : j > i && n > 0 ? { color: shrunk } : undefined}>{n ? count(n) : '·'}</td>)}</tr>
            ))}</tbody>
          </table></div>
        </details>
      )}
    </Card>
  )
}

function Firms({ id }: { id: string }) {
  const t = useWords(said)
  const name = useNames()
  type Row = Item<'/api/rating-runs/{id}/export'>
  const columns: Column<Row>[] = [
    { key: 'uscc', title: t.uscc, value: (f) => f.uscc, show: (f) => <code>{f.uscc}</code> },
    { key: 'grade', title: t.grade, value: (f) => f.grade || '—' },
    { key: 'score', title: t.score, right: true, value: (f) => (f.grade ? f.score : null), show: (f) => (f.grade ? f.score : '—') },
    { key: 'known', title: t.knownItems, right: true, value: (f) => f.known },
    { key: 'town', title: t.town, value: (f) => f.town && name('town', f.town) },
    { key: 'industry', title: t.industry, value: (f) => f.industry && name('industry', f.industry) },
    { key: 'why', title: t.why, value: (f) => f.why },
  ]
  return <DataTable name="rating-run-firms" label={t.list} columns={columns} rowKey={(f) => f.uscc} to={(f) => `/firms/${f.uscc}`} source={listOf('/api/rating-runs/{id}/export', { path: { id } })} empty={{ icon: 'org', title: t.noFirms }} />
}
