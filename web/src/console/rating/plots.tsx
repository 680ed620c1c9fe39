// What a scorecard does, drawn: how well it tells good firms from bad ones, whether its
// probabilities hold, what a least score would take, and how a characteristic is cut. Each
// picture has one sentence on what it tells and on what would be bad.
import { Segmented, Slider } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import { isCounted, useQuantity } from '../../domain/rating/score'
import { axis, Picture, quiet, shrunk, tip, told } from '../../kit/chart'
import { count } from '../../kit/money'
import { Card } from '../../kit/page'
import { Stat } from '../../kit/show'
import { colour } from '../../kit/theme'
import { useWide } from '../../kit/wide'
import { useLang, useWords, words } from '../../kit/words'

const said = words({
  good: ['好企业', 'good firms'],
  bad: ['坏企业', 'bad firms'],
  chance: ['全凭运气', 'by chance alone'],
  score: ['评分', 'Score'],
  upTo: ['评分不高于', 'Score up to'],
  share: ['占各自企业的百分比', 'per cent of each kind'],
  percent: ['%', 'per cent'],
  rows: ['企业', 'Firms'],
  held: ['没有用来训练的企业', 'Firms it was not made of'],
  trained: ['训练用的企业', 'Firms it was made of'],
  flatters: ['评分卡对训练用过的企业总是显得更好，只供对照；请以没有用来训练的企业为准。', 'On firms that it was made of a card always looks better. Go by those that it was not made of.'],
  whose: ['看哪些企业', 'Which firms'],

  auc: ['AUC（辨别力）', 'AUC'],
  ks: ['KS（最大差距）', 'KS'],
  brier: ['Brier（误差，越小越好）', 'Brier (error: less is better)'],
  deviation: [(d: string) => `换一批企业上下约 ${d}`, (d: string) => `other firms: some ${d} more or less`],
  folds: [(n: number, mean: string, d: string) => `轮流留出 ${n} 次：平均 ${mean}，标准差 ${d}`, (n: number, mean: string, d: string) => `held out ${n} times: ${mean} on average, deviation ${d}`],
  plain: [(mean: string) => `普通逻辑回归 ${mean}`, (mean: string) => `plain logistic regression ${mean}`],
  at: [(n: string) => `在 ${n} 分处`, (n: string) => `at ${n} points`],

  roc: ['辨别力曲线（ROC）', 'ROC curve'],
  rocSays: [(auc: string) => `任取一家好企业、一家坏企业，坏企业得分更低的机会是 ${auc}；曲线贴近虚线就是全凭运气，低于 65% 不宜使用，高得出奇（95% 以上）多半是结果混进了指标。`, (auc: string) => `Of one good and one bad firm the bad one has the lower score in ${auc} of cases; a curve near the dashed line is chance, below 65% do not use it, above 95% the outcome has likely crept into a feature.`],
  rocsSays: ['曲线越靠左上角越好；互相交叉的，低分段和高分段各有优劣；贴近虚线就是全凭运气。', 'The nearer to the upper left the better; where curves cross, one is better among low scores and the other among high ones; near the dotted line it is chance.'],
  goodBelow: ['评分不高于此的好企业', 'Good firms up to the score'],
  badBelow: ['评分不高于此的坏企业', 'Bad firms up to the score'],
  ksTitle: ['好坏累计曲线（KS）', 'Good and bad up to a score (KS)'],
  ksSays: [(score: string, bad: string, good: string) => `${score} 分及以下有 ${bad} 的坏企业，只有 ${good} 的好企业；两条线隔得越开越好，处处挨着说明评分没有用。`, (score: string, bad: string, good: string) => `Up to ${score} points lie ${bad} of the bad firms and only ${good} of the good ones; the wider apart the better, lines that touch everywhere mean a score of no use.`],
  gap: ['最大差距', 'Widest gap'],

  calibration: ['违约率预计与实际', 'Expected and observed'],
  calibrationSays: [(within: number, all: number) => `按预计违约率从低到高分成 ${all} 组，有 ${within} 组的实际违约率与预计之差可以用偶然解释；实际一再高于预计，说明风险被低估。`, (within: number, all: number) => `Of ${all} groups from low to high expected default, in ${within} what came lies within chance of what was expected; where more comes again and again, risk is understated.`],
  moved: ['方案把预计移到了中心违约率，本来就与这批企业的实际不同。', 'The plan has moved what is expected to the central tendency; it differs from these firms on purpose.'],
  expected: ['预计', 'Expected'],
  observed: ['实际', 'Observed'],
  chanceRange: ['偶然的范围', 'Range of chance'],
  group: ['组', 'Group'],
  badN: ['其中坏企业', 'Of them bad'],

  spread: ['评分分布', 'Where scores lie'],
  spreadSays: ['坏企业应集中在左边的低分，好企业在右边的高分；两堆叠在一起，或都挤在一处，说明评分分不开好坏。', 'Bad firms belong to the left, good ones to the right; two heaps on top of each other, or all in one place, mean a score that does not part them.'],
  band: [(a: string, b: string) => `${a}至${b}`, (a: string, b: string) => `${a} to ${b}`],

  cut: ['分数线', 'Cut-off'],
  cutSays: ['分数线越低，通过的企业越多，其中的坏企业也越多；违约率的线应随分数线降低而上升，平着走说明评分没有用。', 'The lower the line, the more firms pass and the more of them are bad; a bad rate that does not rise means a score of no use.'],
  cutAt: [(score: string, pass: string, rate: string) => `分数线 ${score} 分：通过 ${pass}，其中坏企业 ${rate}`, (score: string, pass: string, rate: string) => `From ${score} points: ${pass} pass, of them ${rate} bad`],
  choose: ['选一条分数线', 'Choose a line'],
  pass: ['通过率', 'Pass'],
  badRate: ['通过的企业中坏企业', 'Bad among those that pass'],

  binning: [(name: string) => `${name}的分箱`, (name: string) => `Bins of ${name}`],
  binSays: ['每箱的坏企业占比应顺着所声明的方向变化，各箱都有足够的企业；忽高忽低说明切得太细，或数据有误。', 'The share of bad firms should change in the declared direction, with firms enough in every bin; ups and downs mean cuts too fine, or wrong data.'],
  bin: ['分箱', 'Bin'],
  rate: ['坏企业占比', 'Share of bad'],
  points: ['分值', 'Points'],
  woe: ['证据权重（WOE）', 'WOE'],
  all: ['占全部企业', 'Of all firms'],
  unknown: ['未知', 'unknown'],
  known: ['已知', 'known'],
  below: [(x: string) => `不到${x}`, (x: string) => `below ${x}`],
  between: [(a: string, b: string) => `${a}至不到${b}`, (a: string, b: string) => `${a} to below ${b}`],
  from: [(x: string) => `${x}及以上`, (x: string) => `${x} or more`],
})

type List<T> = T[] | null | undefined

/** Series are what is drawn of a population that a card has scored. */
export type Series = {
  auc: number
  auc_deviation: number
  ks: number
  ks_score: number
  brier: number
  curve: List<{ risk: number; good: number; bad: number }>
  heaps: List<{ from: number; good: number; bad: number }>
  calibration: List<{ rows: number; bad: number; pd: number }>
  cut_offs: List<{ score: number; approved: number; bad_rate: number }>
}

/** Report is what training says of a card. */
export type Report = Series & { shift: number }

/** Validation is how cards did on firms that they were not made of. */
export type Validation = { card: { auc: List<number> }; plain: { auc: List<number> }; held: Series }

const share = (x: number) => `${(x * 100).toFixed(1)}%`
const fixed = (x: number) => x.toFixed(3)
const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / Math.max(1, x.length)
const spreadOf = (x: number[]) => Math.sqrt(x.reduce((a, b) => a + (b - mean(x)) ** 2, 0) / Math.max(1, x.length - 1))
const points = (n: number) => count(Math.round(n))

/** some are at most n of a list, evenly, the last among them: a table shows no more. */
function some<T>(list: T[], n: number): T[] {
  const every = Math.max(1, Math.ceil(list.length / n))
  return list.filter((_, i) => i % every === every - 1 || i === list.length - 1)
}

const percents = { type: 'value', min: 0, max: 1, ...axis, axisLabel: { ...quiet, formatter: (v: number) => `${Math.round(v * 100)}%` } }
const rates = { ...percents, max: undefined, splitNumber: 4 }
const grid = { left: 4, right: 14, top: 14, bottom: 4, containLabel: true }
const height = 280

const line = (name: string, c: string, data: [number, number][], more: object = {}) => ({ name, type: 'line', showSymbol: false, data, lineStyle: { color: c, width: 2 }, itemStyle: { color: c }, ...more })
const dashes = { type: 'dashed', width: 1.5, color: colour.quiet }

type Mark = { name: string; colour: string; shape?: 'dashed' | 'dot' }

/** Plot is a picture with its heading, its sentence and what its colours mean. */
export function Plot({ title, says, marks, children }: { title: string; says?: ReactNode; marks: Mark[]; children: ReactNode }) {
  return (
    <section className="plot">
      <h3 className="h3">{title}</h3>
      {says && <p className="small quiet">{says}</p>}
      <ul className="legend small" aria-hidden="true">
        {marks.map((m) => (
          <li key={m.name}><i style={m.shape === 'dashed' ? { background: 'none', border: 0, borderTop: `2px dashed ${m.colour}`, height: 0, width: 18, verticalAlign: 'middle', borderRadius: 0 } : { background: m.colour, borderRadius: m.shape === 'dot' ? '50%' : undefined }} />{m.name}</li>
        ))}
      </ul>
      {children}
    </section>
  )
}

/** Roc is the share of bad firms below a score against that of good ones. */
export function Roc({ of }: { of: Series }) {
  const t = useWords(said)
  const curve = useMemo(() => of.curve ?? [], [of])
  const option = useMemo(() => ({
    grid,
    tooltip: { ...tip, axisPointer: { type: 'line' }, formatter: (ps: { seriesIndex: number; dataIndex: number }[]) => {
      const p = curve[ps.find((x) => x.seriesIndex === 0)?.dataIndex ?? 0]!
      return told(p.risk > 1e300 ? t.roc : `${t.upTo} ${points(-p.risk)}`, `${t.bad} ${share(p.bad)}`, `${t.good} ${share(p.good)}`)
    } },
    xAxis: percents, yAxis: percents,
    series: [
      line(t.roc, colour.brand, curve.map((p) => [p.good, p.bad]), { areaStyle: { color: colour.brand, opacity: 0.08 } }),
      line(t.chance, colour.quiet, [[0, 0], [1, 1]], { lineStyle: dashes, silent: true }),
    ],
  }), [curve, t])
  return (
    <Plot title={t.roc} says={t.rocSays(share(of.auc))} marks={[{ name: `${t.bad} / ${t.good}`, colour: colour.brand }, { name: t.chance, colour: colour.quiet, shape: 'dashed' }]}>
      <Picture label={t.roc} unit={t.share} head={[t.upTo, t.goodBelow, t.badBelow]} height={height} option={option} rows={some(curve.slice(1), 25).map((p) => [points(-p.risk), share(p.good), share(p.bad)])} />
    </Plot>
  )
}

const several = [colour.brand, shrunk, colour.info, colour.ink]

/** Rocs are the curves of several cards. */
export function Rocs({ of }: { of: { name: string; of: Series }[] }) {
  const t = useWords(said)
  const option = useMemo(() => ({
    grid,
    xAxis: percents, yAxis: percents,
    series: [
      ...of.map((m, i) => line(m.name, several[i]!, (m.of.curve ?? []).map((p) => [p.good, p.bad]), { lineStyle: { color: several[i], width: 2, type: i % 2 ? 'dashed' : 'solid' } })),
      line(t.chance, colour.quiet, [[0, 0], [1, 1]], { lineStyle: { ...dashes, type: 'dotted' }, silent: true }),
    ],
  }), [of, t])
  // of each, the share of bad firms where so many good ones lie below
  const at = (curve: Series['curve'], good: number) => (curve ?? []).filter((p) => p.good <= good).at(-1)?.bad ?? 0
  if (of.length === 0) return null
  return (
    <Plot title={t.roc} says={t.rocsSays} marks={of.map((m, i) => ({ name: m.name, colour: several[i]!, shape: i % 2 ? 'dashed' : undefined }))}>
      <Picture label={t.roc} unit={t.share} head={[t.good, ...of.map((m) => m.name)]} height={height} option={option} rows={[0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9].map((x) => [share(x), ...of.map((m) => share(at(m.of.curve, x)))])} />
    </Plot>
  )
}

/** Ks are the shares of good and of bad firms up to a score, and where they differ most. */
export function Ks({ of }: { of: Series }) {
  const t = useWords(said)
  const curve = useMemo(() => (of.curve ?? []).slice(1), [of])
  const gap = curve.find((p) => -p.risk >= of.ks_score) ?? { good: 0, bad: 0 }
  const option = useMemo(() => ({
    grid: { ...grid, bottom: 22 },
    tooltip: { ...tip, axisPointer: { type: 'line' }, formatter: (ps: { seriesIndex: number; dataIndex: number }[]) => {
      const p = curve[ps.find((x) => x.seriesIndex < 2)?.dataIndex ?? 0]!
      return told(`${t.upTo} ${points(-p.risk)}`, `${t.bad} ${share(p.bad)}`, `${t.good} ${share(p.good)}`)
    } },
    xAxis: { type: 'value', scale: true, splitNumber: 4, ...axis, name: t.score, nameLocation: 'middle', nameGap: 26, nameTextStyle: quiet }, yAxis: percents,
    series: [
      line(t.bad, shrunk, curve.map((p) => [-p.risk, p.bad])),
      line(t.good, colour.brand, curve.map((p) => [-p.risk, p.good])),
      line(t.gap, colour.ink, [[of.ks_score, gap.good], [of.ks_score, gap.bad]], { lineStyle: { ...dashes, color: colour.ink }, silent: true, endLabel: { show: true, formatter: share(of.ks), color: colour.ink, fontSize: 12, position: 'top' } }),
    ],
  }), [curve, gap.good, gap.bad, of, t])
  return (
    <Plot title={t.ksTitle} says={t.ksSays(points(of.ks_score), share(gap.bad), share(gap.good))} marks={[{ name: t.bad, colour: shrunk }, { name: t.good, colour: colour.brand }, { name: `${t.gap} ${share(of.ks)}`, colour: colour.ink, shape: 'dashed' }]}>
      <Picture label={t.ksTitle} unit={t.share} head={[t.upTo, t.bad, t.good, t.gap]} height={height} option={option} rows={some(curve, 25).map((p) => [points(-p.risk), share(p.bad), share(p.good), share(Math.abs(p.bad - p.good))])} />
    </Plot>
  )
}

/** Calibration holds probabilities against what came of them, group by group. */
export function Calibration({ of, moved }: { of: Series; moved?: boolean }) {
  const t = useWords(said)
  const groups = useMemo(() => (of.calibration ?? []).map((c) => {
    const room = 1.96 * Math.sqrt((c.pd * (1 - c.pd)) / c.rows)
    return { ...c, observed: c.bad / c.rows, low: Math.max(0, c.pd - room), high: Math.min(1, c.pd + room) }
  }), [of])
  const within = groups.filter((g) => g.observed >= g.low && g.observed <= g.high).length
  const option = useMemo(() => ({
    grid: { ...grid, bottom: 22 },
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const g = groups[ps[0]?.dataIndex ?? 0]!
      return told(`${t.expected} ${share(g.pd)} · ${t.observed} ${share(g.observed)}`, `${t.chanceRange} ${share(g.low)} – ${share(g.high)}`, `${t.rows} ${count(g.rows)}，${t.badN} ${count(g.bad)}`)
    } },
    xAxis: { type: 'category', data: groups.map((g) => share(g.pd)), ...axis, axisLabel: { ...quiet, hideOverlap: true }, name: t.expected, nameLocation: 'middle', nameGap: 26, nameTextStyle: quiet },
    yAxis: rates,
    series: [
      { type: 'bar', stack: 'range', silent: true, itemStyle: { color: 'transparent' }, barCategoryGap: '22%', data: groups.map((g) => g.low) },
      { name: t.chanceRange, type: 'bar', stack: 'range', silent: true, itemStyle: { color: '#d9e8e4', borderRadius: 2 }, data: groups.map((g) => g.high - g.low) },
      { name: t.expected, type: 'scatter', symbol: 'rect', symbolSize: [20, 3], itemStyle: { color: colour.brand, opacity: 1 }, data: groups.map((g) => g.pd) },
      { name: t.observed, type: 'scatter', symbolSize: 9, itemStyle: { color: shrunk, borderColor: '#fff', borderWidth: 1, opacity: 1 }, data: groups.map((g) => g.observed) },
    ],
  }), [groups, t])
  return (
    <Plot title={t.calibration} says={<>{t.calibrationSays(within, groups.length)}{moved && ` ${t.moved}`}</>} marks={[{ name: t.observed, colour: shrunk, shape: 'dot' }, { name: t.expected, colour: colour.brand }, { name: t.chanceRange, colour: '#d9e8e4' }]}>
      <Picture label={t.calibration} unit={t.percent} head={[t.group, t.expected, t.observed, t.chanceRange, t.rows, t.badN]} height={height} option={option} rows={groups.map((g, i) => [String(i + 1), share(g.pd), share(g.observed), `${share(g.low)} – ${share(g.high)}`, count(g.rows), count(g.bad)])} />
    </Plot>
  )
}

/** Spread shows where the scores of good and of bad firms lie. */
export function Spread({ of }: { of: Series }) {
  const t = useWords(said)
  const { heaps, all } = useMemo(() => {
    const list = of.heaps ?? []
    const width = list.length > 1 ? list[1]!.from - list[0]!.from : 1
    const sum = (what: 'good' | 'bad') => Math.max(1, list.reduce((a, h) => a + h[what], 0))
    return { heaps: list.map((h) => ({ ...h, name: width > 1 ? t.band(points(h.from), points(h.from + width - 1)) : points(h.from) })), all: { good: sum('good'), bad: sum('bad') } }
  }, [of, t])
  const option = useMemo(() => ({
    grid: { ...grid, bottom: 22 },
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const h = heaps[ps[0]?.dataIndex ?? 0]!
      return told(`${t.score} ${h.name}`, `${t.bad} ${count(h.bad)}（${share(h.bad / all.bad)}）`, `${t.good} ${count(h.good)}（${share(h.good / all.good)}）`)
    } },
    xAxis: { type: 'category', data: heaps.map((h) => points(h.from)), ...axis, axisLabel: { ...quiet, hideOverlap: true }, name: t.score, nameLocation: 'middle', nameGap: 26, nameTextStyle: quiet },
    yAxis: rates,
    series: (['good', 'bad'] as const).map((what) => ({
      name: t[what], type: 'bar', barGap: '-100%', barCategoryGap: '8%', itemStyle: { color: what === 'bad' ? shrunk : colour.brand, opacity: 0.6 }, data: heaps.map((h) => h[what] / all[what]),
    })),
  }), [heaps, all, t])
  return (
    <Plot title={t.spread} says={t.spreadSays} marks={[{ name: t.bad, colour: shrunk }, { name: t.good, colour: colour.brand }]}>
      <Picture label={t.spread} unit={t.share} head={[t.score, t.bad, `${t.bad} %`, t.good, `${t.good} %`]} height={height} option={option} rows={heaps.map((h) => [h.name, count(h.bad), share(h.bad / all.bad), count(h.good), share(h.good / all.good)])} />
    </Plot>
  )
}

/** CutOffs show what a least score would take and what it would bring. */
export function CutOffs({ of }: { of: Series }) {
  const t = useWords(said)
  const cuts = useMemo(() => [...(of.cut_offs ?? [])].reverse(), [of]) // the lowest line first
  const [at, setAt] = useState<number>()
  const chosen = cuts.find((c) => c.score >= (at ?? of.ks_score + 1)) ?? cuts.at(-1)
  const option = useMemo(() => ({
    grid: { ...grid, bottom: 22 },
    tooltip: { ...tip, axisPointer: { type: 'line' }, formatter: (ps: { seriesIndex: number; dataIndex: number }[]) => {
      const c = cuts[ps.find((x) => x.seriesIndex < 2)?.dataIndex ?? 0]!
      return told(`${t.cut} ${points(c.score)}`, `${t.pass} ${share(c.approved)}`, `${t.badRate} ${share(c.bad_rate)}`)
    } },
    xAxis: { type: 'value', scale: true, splitNumber: 4, ...axis, name: t.cut, nameLocation: 'middle', nameGap: 26, nameTextStyle: quiet }, yAxis: percents,
    series: [
      line(t.pass, colour.brand, cuts.map((c) => [c.score, c.approved])),
      line(t.badRate, shrunk, cuts.map((c) => [c.score, c.bad_rate])),
      chosen && line(t.cut, colour.ink, [[chosen.score, 0], [chosen.score, 1]], { lineStyle: { ...dashes, color: colour.ink }, silent: true }),
    ],
  }), [cuts, chosen, t])
  if (!chosen) return null
  return (
    <Plot title={t.cut} says={t.cutSays} marks={[{ name: t.pass, colour: colour.brand }, { name: t.badRate, colour: shrunk }]}>
      <p aria-live="polite"><b>{t.cutAt(points(chosen.score), share(chosen.approved), share(chosen.bad_rate))}</b></p>
      <div className="no-print"><Slider ariaLabelForHandle={t.choose} min={cuts[0]!.score} max={cuts.at(-1)!.score} value={chosen.score} onChange={setAt} tooltip={{ open: false }} /></div>
      <Picture label={t.cut} unit={t.percent} head={[t.cut, t.pass, t.badRate]} height={height} option={option} rows={some(cuts, 30).map((c) => [points(c.score), share(c.approved), share(c.bad_rate)])} />
    </Plot>
  )
}

/** Bin is one bin of a characteristic, in words; apart: no step of its order, as the unknown is. */
export type Bin = { name: string; good: number; bad: number; woe: number; points?: number; apart?: boolean }

/** Binning shows how many firms each bin of a characteristic has, and how many of them are
 * bad; brief, where what that tells was said already. */
export function Binning({ name, of, brief }: { name: string; of: Bin[]; brief?: boolean }) {
  const t = useWords(said)
  const wide = useWide()
  const { bins, all } = useMemo(() => ({
    bins: of.map((b) => ({ ...b, rows: b.good + b.bad, rate: b.good + b.bad > 0 ? b.bad / (b.good + b.bad) : null })),
    all: Math.max(1, of.reduce((n, b) => n + b.good + b.bad, 0)),
  }), [of])
  const option = useMemo(() => ({
    grid: { ...grid, right: 44 },
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const b = bins[ps[0]?.dataIndex ?? 0]!
      return told(b.name, `${t.rows} ${count(b.rows)}（${share(b.rows / all)}）`, `${t.rate} ${b.rate === null ? '—' : share(b.rate)}`, `WOE ${fixed(b.woe)}`, ...(b.points === undefined ? [] : [`${t.points} ${b.points}`]))
    } },
    xAxis: { ...rates, splitNumber: wide ? 4 : 3, axisLabel: { ...rates.axisLabel, hideOverlap: true } },
    yAxis: { type: 'category', inverse: true, data: bins.map((b) => b.name), ...axis, splitLine: { show: false }, axisLabel: { color: colour.ink, fontSize: 12, lineHeight: 15, interval: 0, width: wide ? 150 : 116, overflow: 'break', formatter: (n: string) => (n.length > 42 ? `${n.slice(0, 40)}…` : n) } },
    series: [
      { name: t.all, type: 'bar', barMaxWidth: 18, itemStyle: { color: '#a9cec6', borderRadius: [0, 3, 3, 0] }, data: bins.map((b) => b.rows / all) },
      ...[false, true].map((apart) => ({
        name: t.rate, type: apart ? 'scatter' : 'line', symbolSize: 8, symbol: 'circle', lineStyle: { color: shrunk, width: 1.5 }, itemStyle: { color: shrunk, opacity: 1 }, data: bins.map((b) => (!b.apart === apart ? null : b.rate)),
        label: { show: true, position: 'right', color: colour.ink, fontSize: 12, formatter: (p: { value: number | null }) => (p.value === null ? '' : share(p.value)) },
      })),
    ],
  }), [bins, all, wide, t])
  const pointed = bins.some((b) => b.points !== undefined)
  return (
    <Plot title={t.binning(name)} says={brief ? undefined : t.binSays} marks={[{ name: t.all, colour: '#a9cec6' }, { name: t.rate, colour: shrunk, shape: 'dot' }]}>
      <Picture label={t.binning(name)} unit={t.percent} head={[t.bin, t.rows, t.all, t.badN, t.rate, t.woe, ...(pointed ? [t.points] : [])]} height={Math.max(110, bins.length * 44 + 36)} option={option}
        rows={bins.map((b) => [b.name, count(b.rows), share(b.rows / all), count(b.bad), b.rate === null ? '—' : share(b.rate), fixed(b.woe), ...(pointed ? [String(b.points ?? '—')] : [])])} />
    </Plot>
  )
}

type Counted = { good: number; bad: number; woe: number; points: number }

/** Characteristic is one of a card, as its file has it. */
export type Characteristic = {
  name: string
  zh: string
  en: string
  unit?: string
  splits?: number[]
  groups?: string[][]
  bins: Counted[]
  specials?: (Counted & { zh: string; en: string })[]
  unknown?: Counted
}

/** useBins returns what says the bins of a characteristic in words. */
export function useBins(): (c: Characteristic) => Bin[] {
  const t = useWords(said)
  const { lang } = useLang()
  const quantity = useQuantity()
  return (c) => {
    const cuts = (c.splits ?? []).map((x) => (isCounted(c.unit) ? Math.ceil(x) : x))
    const name = (i: number) => {
      if (c.groups) return c.groups[i]!.join(lang === 'zh' ? '、' : ', ')
      if (cuts.length === 0) return t.known
      if (i === 0) return t.below(quantity(cuts[0]!, c.unit))
      const from = quantity(cuts[i - 1]!, c.unit)
      if (i === cuts.length) return t.from(from)
      if (!isCounted(c.unit)) return t.between(from, quantity(cuts[i]!, c.unit))
      const last = cuts[i]! - 1
      return last <= cuts[i - 1]! ? from : t.band(String(cuts[i - 1]), quantity(last, c.unit))
    }
    return [
      ...(c.specials ?? []).map((s) => ({ ...s, name: s[lang], apart: true })),
      ...(c.unknown ? [{ ...c.unknown, name: t.unknown, apart: true }] : []),
      ...c.bins.map((b, i) => ({ ...b, name: name(i) })),
    ]
  }
}

/** Plots are all pictures of a card: of firms that it was not made of, where it was tried on
 * such, or of those that it was made of. */
export function Plots({ report, validation }: { report?: Report; validation?: Validation | null }) {
  const t = useWords(said)
  const [trained, setTrained] = useState(false)
  const held = !trained && validation?.held ? validation.held : undefined
  const of = held ?? report
  if (!of) return null
  const tried = validation?.card.auc ?? []
  return (
    <Card>
      <div className="stack">
        {validation?.held && report && (
          <Segmented className="no-print" aria-label={t.whose} value={trained ? 'trained' : 'held'} onChange={(v) => setTrained(v === 'trained')} options={[{ value: 'held', label: t.held }, { value: 'trained', label: t.trained }]} />
        )}
        {held ? <p className="print-only">{t.held}</p> : <p className="notice wait">{t.flatters}</p>}
        <div className="figures">
          <Stat name={t.auc} value={fixed(of.auc)} unit={t.deviation(fixed(of.auc_deviation))} />
          <Stat name={t.ks} value={fixed(of.ks)} unit={t.at(points(of.ks_score))} />
          <Stat name={t.brier} value={fixed(of.brier)} />
        </div>
        {held && tried.length > 1 && <p className="quiet small">{t.auc} · {t.folds(tried.length, fixed(mean(tried)), fixed(spreadOf(tried)))} · {t.plain(fixed(mean(validation?.plain.auc ?? [])))}</p>}
        <div className="plots">
          <Roc of={of} />
          <Ks of={of} />
          <Calibration of={of} moved={!!report?.shift} />
          <Spread of={of} />
          <CutOffs of={of} />
        </div>
      </div>
    </Card>
  )
}
