// Two to four models side by side: how well each does, what each looks at, how it cuts and
// weighs that, and what they said of the same firms at the same time.
import { Select } from 'antd'
import { useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { modelStates, modelTones } from '../../domain/rating/model'
import { axis, Picture, quiet, shrunk, tip, told } from '../../kit/chart'
import { count } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Stat, Tag } from '../../kit/show'
import { Tabs } from '../../kit/tabs'
import { colour } from '../../kit/theme'
import { minute } from '../../kit/time'
import { useWide } from '../../kit/wide'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Binning, Plot, Rocs, useBins } from './plots'

const said = words({
  title: ['比较模型', 'Compare models'],
  about: ['评分供银行参考，不是征信评级，不替银行决定。', 'Scores are a reference for banks: no bureau rating, and no decision.'],
  back: ['评级模型', 'models'],
  choose: ['选二至四个模型；其余与第一个比较', 'Choose two to four models; the others are held against the first'],
  few: ['请选至少两个模型', 'Choose two models at least'],
  named: [(name: string, n: string) => `${name}（第 ${n} 版）`, (name: string, n: string) => `${name}, edition ${n}`],
  figures: ['表现', 'How well they do'],
  looks: ['评分项', 'What they look at'],
  bins: ['分箱与分值', 'Bins and points'],
  firms: ['同一批企业', 'The same firms'],
  model: ['模型', 'Model'],
  state: ['状态', 'State'],
  auc: ['AUC（没有用来训练的企业）', 'AUC on firms it was not made of'],
  folds: ['各次留出的平均', 'Mean of what was held out'],
  ks: ['KS', 'KS'],
  brier: ['Brier（越小越好）', 'Brier (less is better)'],
  rows: ['训练样本（户）', 'Firms in training'],
  bad: ['其中坏的', 'Of them bad'],
  items: ['评分项（个）', 'Characteristics'],
  range: ['可能的评分', 'Possible scores'],
  target: ['好坏定义', 'What counts as bad'],
  span: [(a: string, b: string) => `${a} 至 ${b}`, (a: string, b: string) => `${a} to ${b}`],
  untried: ['没有样本外验证', 'not validated on others'],
  close: ['AUC 之差小于各自的误差之和时，不能说哪个更好。', 'Where AUC differ by less than their deviations together, neither can be called better.'],
  other: ['训练样本不同：表现的差别可能来自样本，不一定来自模型。', 'They were trained on other samples: what differs may be the samples, not the models.'],
  common: ['各模型都有', 'In all of them'],
  some: ['只有部分模型有', 'In some of them'],
  pointsOf: ['分值范围：范围越大，这一项越重要。', 'The span of points: the wider, the more it counts.'],
  characteristic: ['评分项', 'Characteristic'],
  absent: ['没有', 'no'],
  pick: ['选一个评分项', 'Choose a characteristic'],
  value: ['取值', 'Value'],
  points: ['得分', 'Points'],
  notIn: ['这个模型没有这一项', 'This model does not look at it'],
  pair: [(b: string, a: string) => `“${b}”与“${a}”`, (b: string, a: string) => `${b} beside ${a}`],
  nobody: ['这两个模型没有在同一时间给同一家企业评过分', 'These two have never rated the same firm at the same time'],
  nobodyHint: ['让新模型影子运行，与在用的模型一起计算，几天后再来看。', 'Cast the new one into the shadow of the one in use, and look again in some days.'],
  span2: [(n: string, from: string, to: string) => `${n} 户企业，${from} 至 ${to}，每户取最近一次`, (n: string, from: string, to: string) => `${n} firms, ${from} to ${to}, the last time of each`],
  both: ['都有评分', 'Both give a score'],
  better: ['等级变好', 'Better grade'],
  same: ['等级相当', 'As good a grade'],
  worse: ['等级变差', 'Worse grade'],
  only: [(m: string) => `只有“${m}”能评`, (m: string) => `Only ${m} does`],
  neither: ['都不能评', 'Neither does'],
  differences: ['评分之差', 'Difference of scores'],
  differencesSays: [(b: string, a: string) => `“${b}”比“${a}”高多少分：集中在 0 附近说明两者看法一致；拉得很开，或整体偏在一边，启用前要弄清原因。`, (b: string, a: string) => `By how many points ${b} is above ${a}: near 0 they agree; a wide spread, or all on one side, has to be understood before it is put to use.`],
  under: [(x: string) => `不到 ${x}`, (x: string) => `below ${x}`],
  over: [(x: string) => `${x} 及以上`, (x: string) => `${x} or more`],
  firmsN: ['企业（户）', 'Firms'],
  moved: ['等级迁移', 'Grades from one to the other'],
  movedSays: [(b: string, a: string) => `每行是“${a}”给的等级，每列是“${b}”给的；离着色的格越远，变动越大。多半移到一侧时，依等级定的额度和白名单会随之变化。`, (b: string, a: string) => `A row is a grade by ${a}, a column one by ${b}; the farther from the shaded cells, the more it moves. Where most move to one side, limits and white lists that go by grades move with them.`],
  corner: ['原 ＼ 现', 'From ＼ to'],
})

type Model = Answer<'/api/rating-models/{id}'>['model']
type Pair = NonNullable<Answer<'/api/rating-models/compare'>['pairs']>[number]

const most = 4
const fixed = (x: number) => x.toFixed(3)
const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length

export default function Compare() {
  const t = useWords(said)
  const [at, setAt] = useSearchParams()
  const ids = [...new Set((at.get('ids') ?? '').split(',').filter(Boolean))].slice(0, most)
  const list = useGet('/api/rating-models', { query: { limit: 200 } })
  return (
    <Page title={t.title} about={t.about} back={{ to: '/rating/models', name: t.back }}>
      <Select mode="multiple" maxCount={most} className="no-print" style={{ width: '100%' }} aria-label={t.choose} placeholder={t.choose} loading={list.isPending} value={ids}
        options={(list.data?.items ?? []).map((m) => ({ value: m.id, label: t.named(m.name, String(m.edition)) }))}
        onChange={(v: string[]) => setAt((b) => {
          const next = new URLSearchParams(b)
          next.set('ids', v.join(','))
          return next
        }, { replace: true })} />
      {ids.length < 2 ? <Card><Empty icon="chart" title={t.few} /></Card> : <Chosen key={ids.join()} ids={ids} />}
    </Page>
  )
}

function Chosen({ ids }: { ids: string[] }) {
  const t = useWords(said)
  const at = (i: number) => ids[i] ?? ''
  const asked = [
    useGet('/api/rating-models/{id}', { path: { id: at(0) } }), useGet('/api/rating-models/{id}', { path: { id: at(1) } }),
    useGet('/api/rating-models/{id}', { path: { id: at(2) } }, { enabled: ids.length > 2 }), useGet('/api/rating-models/{id}', { path: { id: at(3) } }, { enabled: ids.length > 3 }),
  ].slice(0, ids.length)
  const models = asked.flatMap((a) => (a.data ? [a.data.model] : []))
  if (models.length < ids.length) return <Shown of={asked.find((a) => !a.data)!}>{() => null}</Shown>
  return (
    <Tabs keep={['ids']} of={[
      { key: 'figures', name: t.figures, show: <Figures of={models} /> },
      { key: 'looks', name: t.looks, show: <Looks of={models} /> },
      { key: 'bins', name: t.bins, show: <Bins of={models} /> },
      { key: 'firms', name: t.firms, show: <Firms of={models} /> },
    ]} />
  )
}

function useNamed() {
  const t = useWords(said)
  return (m: Model) => t.named(m.name, String(m.edition))
}

const items = (m: Model) => m.card.characteristics ?? []
const binsOf = (c: ReturnType<typeof items>[number]) => [...(c.bins ?? []), ...(c.specials ?? []), ...(c.unknown ? [c.unknown] : [])]
const spanOf = (c: ReturnType<typeof items>[number]) => {
  const points = binsOf(c).map((b) => b.points)
  return [Math.min(...points), Math.max(...points)] as const
}

/** Beside is a table with a row a thing and a column a model; on a phone one below the other. */
function Beside({ of, rows, first }: { of: Model[]; rows: { name: React.ReactNode; cells: React.ReactNode[] }[]; first: string }) {
  const named = useNamed()
  const link = (m: Model) => <Link to={`/rating/models/${m.id}`}>{named(m)}</Link>
  if (!useWide()) {
    return (
      <div className="stack">
        {rows.map((r, i) => (
          <table key={i} className="data plain">
            <caption style={{ textAlign: 'left', fontWeight: 600, overflowWrap: 'anywhere' }}>{r.name}</caption>
            <tbody>{of.map((m, j) => <tr key={m.id}><th scope="row">{link(m)}</th><td className="right num">{r.cells[j]}</td></tr>)}</tbody>
          </table>
        ))}
      </div>
    )
  }
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={first}>
      <table className="data plain">
        <thead><tr><th scope="col">{first}</th>{of.map((m) => <th key={m.id} scope="col" className="right">{link(m)}</th>)}</tr></thead>
        <tbody>{rows.map((r, i) => <tr key={i}><th scope="row">{r.name}</th>{r.cells.map((c, j) => <td key={j} className="right num">{c}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}

function Figures({ of }: { of: Model[] }) {
  const t = useWords(said)
  const named = useNamed()
  const state = useCode(modelStates)
  const held = of.map((m) => m.validation?.held)
  const best = Math.max(...held.map((h) => h?.auc ?? 0))
  const samples = new Set(of.map((m) => m.manifest.sha256))
  const row = (name: string, cell: (m: Model, i: number) => React.ReactNode) => ({ name, cells: of.map(cell) })
  return (
    <Card>
      <div className="stack">
        {samples.size > 1 && <p className="notice wait">{t.other}</p>}
        <Beside of={of} first={t.model} rows={[
          row(t.state, (m) => <Tag tone={modelTones[m.state as keyof typeof modelTones]}>{state(m.state)}</Tag>),
          row(t.auc, (_, i) => { const h = held[i]; return h ? <span style={h.auc === best ? { fontWeight: 650 } : undefined}>{fixed(h.auc)} ± {fixed(h.auc_deviation)}</span> : <span className="quiet">{t.untried}</span> }),
          row(t.folds, (m) => { const x = m.validation?.card?.auc ?? []; return x.length > 0 ? fixed(mean(x)) : '—' }),
          row(t.ks, (_, i) => held[i] ? fixed(held[i].ks) : '—'),
          row(t.brier, (_, i) => held[i] ? fixed(held[i].brier) : '—'),
          row(t.rows, (m) => count(m.manifest.rows)),
          row(t.bad, (m) => count(m.manifest.bad)),
          row(t.items, (m) => items(m).length),
          row(t.range, (m) => { const all = items(m).map(spanOf); return t.span(String(all.reduce((n, s) => n + s[0], 0)), String(all.reduce((n, s) => n + s[1], 0))) }),
          row(t.target, (m) => <span style={{ whiteSpace: 'normal' }}>{m.manifest.target || '—'}</span>),
        ]} />
        <p className="quiet small">{t.close}</p>
        <div style={{ maxWidth: 640 }}><Rocs of={of.flatMap((m, i) => (held[i] ? [{ name: named(m), of: held[i] }] : []))} /></div>
      </div>
    </Card>
  )
}

function useCharacteristics(of: Model[]) {
  const { lang } = useLang()
  return useMemo(() => {
    const names = [...new Set(of.flatMap((m) => items(m).map((c) => c.name)))]
    return names.map((name) => {
      const each = of.map((m) => items(m).find((c) => c.name === name))
      return { name, title: each.find((c) => c)![lang], each, all: each.every((c) => c) }
    })
  }, [of, lang])
}

function Looks({ of }: { of: Model[] }) {
  const t = useWords(said)
  const { lang } = useLang()
  const list = useCharacteristics(of)
  const out = (m: Model, name: string) => m.report?.items?.find((i) => i.name === name)
  return (
    <>
      {([[t.common, list.filter((c) => c.all)], [t.some, list.filter((c) => !c.all)]] as const).map(([title, part]) => part.length > 0 && (
        <Card key={title} title={title}>
          <p className="quiet small">{t.pointsOf}</p>
          <Beside of={of} first={t.characteristic} rows={part.map((c) => ({
            name: c.title,
            cells: c.each.map((x, i) => {
              if (x) return t.span(...(spanOf(x).map(String) as [string, string]))
              const why = out(of[i]!, c.name)
              return <span className="quiet small" style={{ whiteSpace: 'normal' }}>{t.absent}{why?.out_zh && `：${lang === 'zh' ? why.out_zh : why.out_en}`}</span>
            }),
          }))} />
        </Card>
      ))}
    </>
  )
}

function Bins({ of }: { of: Model[] }) {
  const t = useWords(said)
  const named = useNamed()
  const bins = useBins()
  const list = useCharacteristics(of)
  const [at, setAt] = useSearchParams()
  const chosen = list.find((c) => c.name === at.get('of')) ?? list.find((c) => c.all) ?? list[0]
  if (!chosen) return null
  return (
    <Card>
      <div className="stack">
        <Select className="no-print" aria-label={t.pick} style={{ maxWidth: 420 }} value={chosen.name} options={list.map((c) => ({ value: c.name, label: c.title }))}
          onChange={(v) => setAt((b) => {
            const next = new URLSearchParams(b)
            next.set('of', v)
            return next
          }, { replace: true })} />
        <div className="plots">
          {chosen.each.map((c, i) => {
            if (!c) return <section key={of[i]!.id} className="plot"><h3 className="h3">{named(of[i]!)}</h3><p className="quiet">{t.notIn}</p></section>
            const list = bins({ ...c, splits: c.splits ?? undefined, groups: c.groups?.map((g) => g ?? []), bins: c.bins ?? [], specials: c.specials ?? undefined })
            return (
              <section key={of[i]!.id} className="plot">
                <h3 className="h3">{named(of[i]!)}</h3>
                <table className="data plain">
                  <thead><tr><th scope="col">{t.value}</th><th scope="col" className="right" style={{ whiteSpace: 'nowrap' }}>{t.points}</th></tr></thead>
                  <tbody>{list.map((b) => <tr key={b.name}><td>{b.name}</td><td className="right num"><b>{b.points}</b></td></tr>)}</tbody>
                </table>
                <Binning name={chosen.title} of={list} brief />
              </section>
            )
          })}
        </div>
      </div>
    </Card>
  )
}

function Firms({ of }: { of: Model[] }) {
  const pairs = useGet('/api/rating-models/compare', { query: { ids: of.map((m) => m.id) } })
  return <Shown of={pairs} rows={8}>{(d) => <>{(d.pairs ?? []).map((p) => <Both key={p.b} of={p} a={of.find((m) => m.id === p.a)!} b={of.find((m) => m.id === p.b)!} />)}</>}</Shown>
}

function Both({ of, a, b }: { of: Pair; a: Model; b: Model }) {
  const t = useWords(said)
  const named = useNamed()
  const title = t.pair(named(b), named(a))
  if (of.firms === 0) return <Card title={title}><Empty icon="clock" title={t.nobody} hint={t.nobodyHint} /></Card>
  return (
    <Card title={title}>
      <div className="stack">
        <p className="quiet">{t.span2(count(of.firms), minute(of.from_ms), minute(of.to_ms))}</p>
        <div className="figures">
          {([[t.both, of.both], [t.better, of.better], [t.same, of.same], [t.worse, of.worse], [t.only(named(a)), of.only_a], [t.only(named(b)), of.only_b], [t.neither, of.neither]] as const).map(([name, n]) => <Stat key={name} name={name} value={count(n)} />)}
        </div>
        {of.both > 0 && (
          <div className="plots">
            <Differences of={of} a={named(a)} b={named(b)} />
            <Moved of={of} a={a} b={b} />
          </div>
        )}
      </div>
    </Card>
  )
}

function Differences({ of, a, b }: { of: Pair; a: string; b: string }) {
  const t = useWords(said)
  const bars = useMemo(() => {
    const list = of.differences ?? []
    const signed = (n: number) => (n > 0 ? `+${n}` : String(n))
    return list.map((d, i) => ({
      ...d, short: signed(d.from),
      name: i === 0 ? t.under(signed(list[1]!.from)) : i === list.length - 1 ? t.over(signed(d.from)) : t.span(signed(d.from), signed(list[i + 1]!.from - 1)),
    })).filter((_, i, all) => all.slice(0, i + 1).some((x) => x.firms > 0) && all.slice(i).some((x) => x.firms > 0))
  }, [of, t])
  const option = useMemo(() => ({
    grid: { left: 4, right: 14, top: 14, bottom: 4, containLabel: true },
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => { const d = bars[ps[0]?.dataIndex ?? 0]!; return told(d.name, `${count(d.firms)} ${t.firmsN}`) } },
    xAxis: { type: 'category', data: bars.map((d) => d.short), ...axis, axisLabel: { ...quiet, hideOverlap: true } },
    yAxis: { type: 'value', minInterval: 1, ...axis },
    series: [{ type: 'bar', barMaxWidth: 64, barCategoryGap: '12%', data: bars.map((d) => ({ value: d.firms, itemStyle: { color: d.from < 0 ? shrunk : colour.brand, borderRadius: [3, 3, 0, 0] } })) }],
  }), [bars, t])
  return (
    <Plot title={t.differences} says={t.differencesSays(b, a)} marks={[]}>
      <Picture label={t.differences} unit={t.firmsN} head={[t.differences, t.firmsN]} height={260} option={option} rows={bars.map((d) => [d.name, count(d.firms)])} />
    </Plot>
  )
}

function Moved({ of, a, b }: { of: Pair; a: Model; b: Model }) {
  const t = useWords(said)
  const named = useNamed()
  const moved = of.moved ?? []
  const down = (a.card.grades ?? []).filter((g) => moved.some((m) => m.a === g.name))
  const across = (b.card.grades ?? []).filter((g) => moved.some((m) => m.b === g.name))
  return (
    <section className="plot">
      <h3 className="h3">{t.moved}</h3>
      <p className="small quiet">{t.movedSays(named(b), named(a))}</p>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.moved}>
        <table className="data plain" style={{ minWidth: 'max-content' }}>
          <caption className="hidden-text">{t.moved}：{named(a)} → {named(b)}</caption>
          <thead><tr><th scope="col" style={{ whiteSpace: 'nowrap' }}>{t.corner}</th>{across.map((g) => <th key={g.name} scope="col" className="right">{g.name}</th>)}</tr></thead>
          <tbody>
            {down.map((g) => (
              <tr key={g.name}>
                <th scope="row">{g.name}</th>
                {across.map((h) => {
                  const n = moved.find((m) => m.a === g.name && m.b === h.name)?.firms ?? 0
                  return <td key={h.name} className="right num" style={g.pd_ppb === h.pd_ppb ? { background: colour.brandSoft, fontWeight: 650 } : undefined}>{n > 0 ? count(n) : '·'}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
