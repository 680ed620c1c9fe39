// Whether the model treats groups of firms alike: by size, age, town and sector, each with
// a picture and one sentence.
import { Select } from 'antd'
import { useMemo, useState } from 'react'
import { useParams } from 'react-router'
import { useGet } from '../../api/query'
import { type Fairness, share } from '../../domain/rating/city'
import { axis, Picture, quiet, shrunk, tip } from '../../kit/chart'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Stat, Tag } from '../../kit/show'
import { colour } from '../../kit/theme'
import { useWords, words } from '../../kit/words'
import { Plot } from './plots'

const said = words({
  title: ['评级公平性', 'Fairness of ratings'],
  about: [
    '同样的模型对各类企业是否一视同仁。差别本身不等于不公：可能是经营状况不同，也可能是模型或数据有偏差，要查明。仅供参考。',
    'Whether one model treats all sorts of firms alike. A difference is no proof: firms may differ, or the model or its data may lean; find out which. For reference only.',
  ],
  back: ['本次评级', 'the run'],
  pass: ['以哪一级及以上为通过', 'Passing is this grade or better'],
  limit: ['低于最高组的多少为警示', 'A sign is below'],
  ofBest: [(p: string) => `${p}`, (p: string) => `${p} of the best`],
  firms: ['企业', 'Firms'],
  rated: ['已评级', 'Rated'],
  passed: ['通过', 'Would pass'],
  known: ['已知还款结果', 'Outcome known'],
  signs: [(n: number) => `${n}组须查明`, (n: number) => `${n} to look into`],
  fine: ['没有警示', 'No sign'],
  unable: ['无从判断', 'Cannot be told'],
  chart: ['通过率', 'Share that would pass'],
  ok: ['通过率', 'Would pass'],
  sign: ['低于警示线', 'Below the line'],
  few: ['不足30户，不作判断', 'Fewer than 30 firms: says nothing'],
  line: ['警示线', 'Line'],
  group: ['组别', 'Group'],
  mean: ['平均分', 'Mean score'],
  rate: ['通过率', 'Would pass'],
  ratio: ['与最高组之比', 'Of the best'],
  grades: ['各等级占比', 'Share of each grade'],
  gradesSay: ['每条是一组企业，颜色越深等级越好；各条相近为好，某一组整条偏浅说明它普遍评得低。', 'Each bar is a group, darker is a better grade: bars should be alike; one that is paler throughout is rated low as a whole.'],
  outcomes: ['评分与实际', 'Scores beside what became of firms'],
  outcomesSay: ['实际坏账率应接近评分所示；一组明显低于所示，说明评分对它偏严，是对它不公。', 'The bad rate should be near what scores stand for; a group clearly below is rated too strictly, which is unfair to it.'],
  noOutcomes: ['这次评级的观察期还没有满，企业还款好坏尚不知道；满后这里会列出各组实际坏账率与评分所示之比。', 'It is not yet known what became of these firms; once their time of observation is over, bad rates stand here beside what the scores said.'],
  bad: ['坏', 'Bad'],
  badRate: ['实际坏账率', 'Bad rate'],
  expected: ['评分所示', 'As scored'],
  off: ['判断', 'So'],
  worse: ['偏高', 'worse'],
  safer: ['偏低（评分偏严）', 'better: too strict'],
  near: ['相符', 'as scored'],
  share: ['占比', 'share'],
})

type Dimension = NonNullable<Fairness['dimensions']>[number]

export default function FairnessPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const [pass, setPass] = useState<string>()
  const [limit, setLimit] = useState(800_000_000)
  const run = useGet('/api/rating-runs/{id}', { path: { id } })
  const found = useGet('/api/rating-runs/{id}/fairness', { path: { id }, query: { pass, limit_ppb: limit } })
  const grades = (run.data?.grades ?? []).map((g) => g.name)
  return (
    <Page title={t.title} about={t.about} back={{ to: `/rating/city/${id}`, name: t.back }}>
      <div className="row" style={{ gap: '8px 24px', marginBottom: 16 }}>
        <label className="row">{t.pass}<Select aria-label={t.pass} value={pass ?? found.data?.pass} style={{ width: 110 }} onChange={setPass} options={grades.map((g) => ({ value: g, label: g }))} /></label>
        <label className="row">{t.limit}<Select aria-label={t.limit} value={limit} style={{ width: 110 }} onChange={setLimit} options={[700_000_000, 800_000_000, 900_000_000].map((p) => ({ value: p, label: `${p / 1e7}%` }))} /></label>
      </div>
      <Shown of={found}>
        {(f) => (
          <>
            <div className="figures">
              <Stat name={t.firms} value={count(f.firms)} />
              <Stat name={t.rated} value={count(f.rated)} />
              <Stat name={t.passed} value={`${count(f.passed)}（${f.rated ? share((f.passed / f.rated) * 1e9) : '—'}）`} />
              <Stat name={t.known} value={count(f.outcomes)} />
            </div>
            {(f.dimensions ?? []).map((d) => <Part key={d.name} of={d} in={f} grades={grades} />)}
            {f.outcomes === 0 && <p className="quiet">{t.noOutcomes}</p>}
          </>
        )}
      </Shown>
    </Page>
  )
}

const pale = '#c9d3d0'

function Part({ of: d, in: f, grades }: { of: Dimension; in: Fairness; grades: string[] }) {
  const t = useWords(said)
  const groups = useMemo(() => d.groups ?? [], [d.groups])
  const rated = useMemo(() => groups.filter((g) => g.rated > 0), [groups])
  const option = useMemo(() => {
    const best = Math.max(0, ...rated.filter((g) => !g.few && g.key).map((g) => g.rate_ppb))
    return {
      grid: { left: 4, right: 60, top: 8, bottom: 8, containLabel: true },
      tooltip: { ...tip, valueFormatter: (v: unknown) => (typeof v === 'number' ? `${v.toFixed(1)}%` : '—') },
      xAxis: { type: 'value', min: 0, max: 100, ...axis, axisLabel: { ...quiet, formatter: '{value}%' } },
      yAxis: { type: 'category', inverse: true, data: rated.map((g) => g.title), ...axis, splitLine: { show: false }, axisLabel: { ...quiet, color: colour.ink, width: 124, overflow: 'break' } },
      series: [{
        name: t.chart, type: 'bar', barMaxWidth: 18,
        data: rated.map((g) => ({ value: g.rate_ppb / 1e7, itemStyle: { color: g.few ? pale : g.sign ? shrunk : colour.brand, borderRadius: [0, 4, 4, 0] } })),
        label: { show: true, position: 'right', color: colour.ink, fontSize: 12, formatter: (p: { value: number }) => `${p.value.toFixed(0)}%` },
        markLine: best > 0 ? { silent: true, symbol: 'none', label: { show: false }, lineStyle: { type: 'dashed', color: shrunk, width: 1.5 }, data: [{ xAxis: (best * f.limit_ppb) / 1e16 }] } : undefined,
      }],
    }
  }, [rated, f.limit_ppb, t])
  const marks = [
    { name: t.ok, colour: colour.brand },
    { name: t.sign, colour: shrunk },
    { name: t.few, colour: pale },
    { name: t.line, colour: shrunk, shape: 'dashed' as const },
  ]
  return (
    <Card title={d.title} extra={d.signs > 0 ? <Tag tone="bad">{t.signs(d.signs)}</Tag> : groups.filter((g) => !g.few).length > 1 ? <Tag tone="good">{t.fine}</Tag> : <Tag>{t.unable}</Tag>}>
      <p style={{ marginBottom: 12 }}><b>{d.says}</b></p>
      <Plot title={t.chart} marks={marks}>
        <Picture label={`${d.title}：${t.chart}`} unit="%" height={Math.max(120, rated.length * 34 + 40)} option={option} head={[t.group, t.firms, t.rated, t.mean, t.rate, t.ratio]}
          rows={groups.map((g) => [g.title, count(g.firms), count(g.rated), g.rated ? g.mean : '—', g.rated ? share(g.rate_ppb) : '—', g.ratio_ppb ? share(g.ratio_ppb) : '—'])} />
      </Plot>
      <details>
        <summary>{t.grades}</summary>
        <Grades of={groups} name={d.title} grades={grades} />
      </details>
      {groups.some((g) => g.outcomes > 0) && (
        <details open={groups.some((g) => g.off)}>
          <summary>{t.outcomes}</summary>
          <p className="small quiet">{t.outcomesSay}</p>
          <div className="table-scroll"><table className="data plain">
            <thead><tr><th>{t.group}</th><th className="right">{t.known}</th><th className="right">{t.bad}</th><th className="right">{t.badRate}</th><th className="right">{t.expected}</th><th>{t.off}</th></tr></thead>
            <tbody>{groups.filter((g) => g.outcomes > 0).map((g) => (
              <tr key={g.key}><td>{g.title}</td><td className="right num">{count(g.outcomes)}</td><td className="right num">{count(g.bad)}</td><td className="right num">{share(g.bad_ppb)}</td><td className="right num">{share(g.expected_ppb)}</td>
                <td>{g.outcomes < f.few ? t.few : g.off ? <Tag tone="bad">{t[g.off]}</Tag> : t.near}</td></tr>
            ))}</tbody>
          </table></div>
        </details>
      )}
    </Card>
  )
}

// Grades draws the share of each grade in each group.
function Grades({ of: groups, name, grades }: { of: NonNullable<Dimension['groups']>; name: string; grades: string[] }) {
  const t = useWords(said)
  const rated = useMemo(() => groups.filter((g) => g.rated > 0), [groups])
  const option = useMemo(() => ({
    grid: { left: 4, right: 14, top: 8, bottom: 8, containLabel: true },
    tooltip: { ...tip, valueFormatter: (v: unknown) => (typeof v === 'number' ? `${v.toFixed(1)}%` : '—') },
    xAxis: { type: 'value', min: 0, max: 100, ...axis, axisLabel: { ...quiet, formatter: '{value}%' } },
    yAxis: { type: 'category', inverse: true, data: rated.map((g) => g.title), ...axis, splitLine: { show: false }, axisLabel: { ...quiet, color: colour.ink, width: 124, overflow: 'break' } },
    series: grades.map((grade, i) => ({
      name: grade, type: 'bar', stack: 'all', barMaxWidth: 18, itemStyle: { color: colour.brand, opacity: 1 - (0.85 * i) / Math.max(1, grades.length - 1) },
      data: rated.map((g) => (100 * (g.grades?.[i] ?? 0)) / g.rated),
    })),
  }), [rated, grades])
  return (
    <Plot title={t.grades} says={t.gradesSay} marks={[]}>
      <Picture label={`${name}：${t.grades}`} unit="%" height={Math.max(120, rated.length * 30 + 40)} option={option} head={[t.group, ...grades]}
        rows={rated.map((g) => [g.title, ...grades.map((_, i) => share((1e9 * (g.grades?.[i] ?? 0)) / g.rated))])} />
    </Plot>
  )
}
