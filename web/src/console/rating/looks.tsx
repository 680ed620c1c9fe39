// What a model looks at: each characteristic with its direction, its bins and their points,
// and what training has left out.
import type { Branded } from '../../api/client'
import type { components } from '../../api/schema'
import { trendWords } from '../../domain/rating/model'
import { count } from '../../kit/money'
import { Card } from '../../kit/page'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Binning, useBins } from './plots'

const said = words({
  scale: [(base: string, odds: string, pdo: string) => `各项得分相加为总分。${base} 分表示每 1 户坏的对 ${odds} 户好的；每多 ${pdo} 分，好坏比翻一倍。`, (base: string, odds: string, pdo: string) => `Points are summed. ${base} stands for ${odds} good firms to each bad one; every ${pdo} points more double that.`],
  characteristics: ['评分项', 'Characteristics'],
  opens: ['横条越长，这一项对总分的影响越大；点开看各取值的得分。', ' The longer the bar, the more it moves the score; open one for its points.'],
  bin: ['取值', 'Value'],
  points: ['得分', 'Points'],
  rows: ['训练样本（户）', 'Firms in training'],
  rate: ['其中坏的占比', 'Share of bad'],
  span: [(low: string, high: string) => `${low} 至 ${high} 分`, (low: string, high: string) => `${low} to ${high} points`],
  advice: ['企业可以做的：', 'What a firm can do: '],
  grades: ['等级', 'Grades'],
  grade: ['等级', 'Grade'],
  from: ['最低分', 'From'],
  any: ['不限', 'any'],
  pd: ['代表的违约率', 'Stands for a default rate of'],
  out: ['没有采用的指标', 'Features that were left out'],
  outAbout: ['训练时剔除的指标和理由。', 'What training has left out, and why.'],
  feature: ['指标', 'Feature'],
  why: ['理由', 'Why'],
})

type Whole = Branded<components['schemas']['WholeModel']>

export function Looks({ of }: { of: Whole }) {
  const t = useWords(said)
  const { lang } = useLang()
  const trend = useCode(trendWords)
  const bins = useBins()
  const card = of.card
  const all = (card.characteristics ?? []).map((c) => {
    const list = bins({ ...c, splits: c.splits ?? undefined, groups: c.groups?.map((g) => g ?? []), bins: c.bins ?? [], specials: c.specials ?? undefined })
    const points = list.map((b) => b.points ?? 0)
    return { c, list, low: Math.min(...points), high: Math.max(...points) }
  })
  const widest = Math.max(1, ...all.map((x) => x.high - x.low))
  const out = (of.report?.items ?? []).filter((x) => x.out_zh)
  return (
    <>
      <Card title={t.characteristics}>
        <p className="quiet small">{t.scale(String(card.scale.base), String(card.scale.odds), String(card.scale.pdo))}{t.opens}</p>
        {all.map(({ c, list, low, high }) => (
          <details key={c.name} className="looks">
            <summary>
              <b>{c[lang]}</b>
              <span className="quiet small">{trend(c.groups ? 'category' : (c.trend ?? ''))}</span>
              <span className="bar" aria-hidden="true"><i style={{ width: `${(100 * (high - low)) / widest}%` }} /></span>
              <span className="small num">{t.span(String(low), String(high))}</span>
            </summary>
            <div className="grid2" style={{ alignItems: 'start' }}>
              <div>
                <table className="data plain">
                  <thead><tr><th>{t.bin}</th><th className="right">{t.points}</th><th className="right">{t.rows}</th><th className="right">{t.rate}</th></tr></thead>
                  <tbody>
                    {list.map((b) => (
                      <tr key={b.name}><td>{b.name}</td><td className="right num"><b>{b.points}</b></td><td className="right num">{count(b.good + b.bad)}</td><td className="right num">{b.good + b.bad > 0 ? `${((100 * b.bad) / (b.good + b.bad)).toFixed(1)}%` : '—'}</td></tr>
                    ))}
                  </tbody>
                </table>
                {c.owner && <p className="small quiet">{t.advice}{lang === 'zh' ? c.advice_zh : c.advice_en}</p>}
              </div>
              <Binning name={c[lang]} of={list} brief />
            </div>
          </details>
        ))}
      </Card>
      <Card title={t.grades}>
        <table className="data plain">
          <thead><tr><th>{t.grade}</th><th className="right">{t.from}</th><th className="right">{t.pd}</th></tr></thead>
          <tbody>
            {(card.grades ?? []).map((g, i, all) => <tr key={g.name}><td>{g.name}</td><td className="right num">{i === all.length - 1 ? t.any : g.from}</td><td className="right num">{(g.pd_ppb / 1e7).toFixed(2)}%</td></tr>)}
          </tbody>
        </table>
      </Card>
      {out.length > 0 && (
        <Card title={t.out}>
          <p className="quiet small">{t.outAbout}</p>
          <table className="data plain">
            <thead><tr><th>{t.feature}</th><th style={{ paddingLeft: 10 }}>{t.why}</th></tr></thead>
            <tbody>{out.map((x) => <tr key={x.name}><td>{lang === 'zh' ? x.zh : x.name}</td><td>{lang === 'zh' ? x.out_zh : x.out_en}</td></tr>)}</tbody>
          </table>
        </Card>
      )}
    </>
  )
}
