// The credit report of an enterprise that applies to the bank: its grade, why it is no
// better, what each figure is and where it comes from. It prints.
import { Button } from 'antd'
import { useMemo } from 'react'
import { useParams } from 'react-router'
import { attempt } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { type Input, pd, type Rating, type Score, useValue } from '../../domain/rating/score'
import { useMay } from '../../domain/access/me'
import { axis, Picture, quiet, tip } from '../../kit/chart'
import { Card, Empty, Failed, Page, Shown } from '../../kit/page'
import { PrintButton } from '../../kit/paper'
import { At, Facts, Unknown } from '../../kit/show'
import { colour } from '../../kit/theme'
import { minute } from '../../kit/time'
import { useLang, useWords, words } from '../../kit/words'
import './report.css'

const said = words({
  title: ['评级报告', 'Credit report'],
  of: [(firm: string) => `${firm}：评级报告`, (firm: string) => `${firm}: credit report`],
  back: ['受理件', 'the referral'],
  only: ['仅供参考', 'For reference only'],
  ask: ['请求评级', 'Ask for a rating'],
  again: ['重新评级', 'Rate again'],
  none: ['还没有评级', 'No rating yet'],
  noneHint: ['请求后，平台以本行名义、按企业的授权向部门查询模型需要的数据，用在用的模型计算。查询和评级都有记录，企业看得到。', 'The platform then reads for your bank, under the firm’s consent, what the model looks at, and rates by the model in use. The firm sees both in its log.'],
  noModel: ['还没有启用的评级模型', 'No model is in use yet'],
  noModelHint: ['金融办启用模型后，这里就可以请求评级。没有评级不影响办理。', 'Once the finance office has put a model to use a rating can be asked for here. Nothing else depends on it.'],
  withheld: ['此前为本行作出的评级不再显示，也不得再用于本次决定。需要时请企业重新授权。', 'What was rated for your bank is shown no more, and is not to be used for this decision. Ask for a new consent if you need one.'],
  refused: ['没有评出等级', 'No grade'],
  refusedHint: ['模型按清单规定不对数据不足的企业评分。这不表示企业不好，请按其他材料审查。', 'The model does not rate where data are not enough. That says nothing against the firm: go by other papers.'],
  grade: ['等级', 'Grade'],
  score: ['评分', 'Score'],
  range: [(low: number, high: number) => `分数在 ${low} 至 ${high} 之间`, (low: number, high: number) => `between ${low} and ${high}`],
  pd: ['预计违约率', 'Expected default rate'],
  pdHint: [(p: string) => `本等级在主标尺上代表 ${p}`, (p: string) => `the grade stands for ${p} on the master scale`],
  made: ['评级时间', 'Rated'],
  model: ['模型', 'Model'],
  edition: [(name: string, n: number) => `${name} 第${n}版`, (name: string, n: number) => `${name}, edition ${n}`],
  scale: ['主标尺', 'Master scale'],
  from: [(n: number) => `${n} 分起`, (n: number) => `from ${n}`],
  rest: ['其余', 'below'],
  here: ['本企业', 'this firm'],
  reasons: ['为什么不是更高', 'Why it is no better'],
  noReasons: ['企业能改进的各项都已得到最高分。', 'Everything that the owner can change has the most points.'],
  next: ['怎样到上一级', 'What would bring the next grade'],
  best: ['已是最高一级。', 'It has the best grade.'],
  missing: [(n: number, grade: string) => `到 ${grade} 级还差 ${n} 分。`, (n: number, grade: string) => `${n} points are missing to grade ${grade}.`],
  enough: ['改进下列各项即可：', 'These would do:'],
  notEnough: ['只靠企业自己能改进的几项还不够，还要看经营本身的变化。', 'What the owner can do is not enough by itself.'],
  gained: [(n: number) => `加 ${n} 分`, (n: number) => `${n} points more`],
  data: ['用了哪些数据', 'What it is made of'],
  item: ['指标', 'Figure'],
  value: ['数值', 'Value'],
  bin: ['所在区间', 'Bin'],
  points: ['得分', 'Points'],
  source: ['来源', 'Source'],
  asOf: ['数据日期', 'As of'],
  unknown: ['未知', 'unknown'],
  why: [(w: string) => `原因：${w}`, (w: string) => `because: ${w}`],
  history: ['历次评级', 'Ratings so far'],
  historySays: ['线上升表示评分变好；忽高忽低多半是数据时有时无，请看各次所用的数据。', 'A rising line is a better score; ups and downs mostly mean data that come and go.'],
  historyAbout: ['为本行就这家企业作出的评级。换了模型的，分数不能直接比较。', 'What was made for your bank of this firm. Scores of different models are not to be compared.'],
  points_: ['分', 'points'],
  about: ['这是什么模型', 'What the model is'],
  target: ['什么算违约', 'What counts as default'],
  use: ['用途和限制', 'Use and limits'],
  objective: ['为什么不偏向哪一类企业', 'Why it favours no group'],
  used: ['启用时间', 'In use since'],
  sha: ['评分卡校验值', 'Checksum of the card'],
})

export default function ReportPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const rating = useGet('/api/referrals/{id}/rating', { path: { id } })
  const r = rating.data
  return (
    <Page title={r ? t.of(r.firm_name) : t.title} about={r && <span className="num">{r.firm}</span>} back={{ to: `/referrals/${id}`, name: t.back }}
      actions={r && <>{r.latest && <Ask id={id} of={r} />}{r.latest && <PrintButton />}</>}>
      <Shown of={rating} rows={12}>{(r) => <Told id={id} of={r} />}</Shown>
    </Page>
  )
}

function Ask({ id, of, large }: { id: string; of: Rating; large?: boolean }) {
  const t = useWords(said)
  const may = useMay()
  const ask = useChange('post', '/api/referrals/{id}/rating', ['/api/referrals/{id}/rating', '/api/readings'])
  if (!may('rating.ask')) return null
  return (
    <>
      <Button type={large ? 'primary' : 'default'} loading={ask.isPending} disabled={of.cannot_ask !== undefined} onClick={() => ask.mutate({ path: { id }, headers: { 'Idempotency-Key': attempt() } })}>{of.latest ? t.again : t.ask}</Button>
      {ask.error && <Failed error={ask.error} />}
    </>
  )
}

function Told({ id, of }: { id: string; of: Rating }) {
  const t = useWords(said)
  const { lang } = useLang()
  const say = (r: { title: string; title_en: string }) => (lang === 'zh' ? r.title : r.title_en)
  const notice = <div className="notice"><b>{t.only}</b>{lang === 'zh' ? '。' : '. '}{lang === 'zh' ? of.notice.text : of.notice.text_en}</div>
  if (of.withheld) return <>{notice}<div className="notice bad" role="alert"><p>{say(of.withheld)}</p><p>{t.withheld}</p></div></>
  if (!of.latest) {
    const none = of.cannot_ask?.code === 'rating.no_model'
    return <>{notice}<Card><Empty icon="chart" title={none ? t.noModel : t.none} hint={none ? t.noModelHint : of.cannot_ask ? say(of.cannot_ask) : t.noneHint} action={none ? undefined : <Ask id={id} of={of} large />} /></Card></>
  }
  const x = of.latest
  return (
    <>
      {notice}
      {of.cannot_ask && <p className="quiet no-print">{say(of.cannot_ask)}</p>}
      {x.refused ? <Card title={t.refused}><p>{say(x.refused)}</p><p className="quiet">{t.refusedHint}</p></Card> : <Graded of={of} score={x} />}
      <Data of={x} />
      {of.history && of.history.length > 1 && <History of={of} />}
      {of.model && (
        <section id="model" className="card">
          <div className="card-head"><h2 className="h2">{t.about}</h2></div>
          <Facts of={[
            [t.model, t.edition(of.model.name, of.model.edition)], [t.used, <At key="u" ms={of.model.used_ms} />], [t.target, of.model.target], [t.use, of.model.use], [t.objective, of.model.objective],
            [t.sha, <code key="s" className="small">{of.model.card_sha256}</code>],
          ]} />
        </section>
      )}
    </>
  )
}

function Graded({ of, score: x }: { of: Rating; score: Score }) {
  const t = useWords(said)
  const { lang } = useLang()
  const model = of.model
  const grades = model?.grades ?? []
  const at = grades.findIndex((g) => g.name === x.grade)
  return (
    <>
      <Card>
        <div className="credit">
          <div className="credit-grade"><span className="quiet small">{t.grade}</span><b>{x.grade}</b></div>
          <Facts of={[
            [t.score, <span key="s"><b className="num" style={{ fontSize: 20 }}>{x.score}</b>{model && <div className="quiet small">{t.range(model.low, model.high)}</div>}</span>],
            [t.pd, <span key="p"><b className="num" style={{ fontSize: 20 }}>{pd(x.pd_ppb)}</b>{at >= 0 && <div className="quiet small">{t.pdHint(pd(grades[at]!.pd_ppb))}</div>}</span>],
            [t.made, <At key="m" ms={x.at_ms} />],
            [t.model, <a key="a" href="#model">{t.edition(x.name, x.edition)}</a>],
          ]} />
        </div>
        <h3 className="quiet small" style={{ marginTop: 16 }}>{t.scale}</h3>
        <ol className="credit-scale" aria-label={t.scale}>
          {grades.map((g, i) => (
            <li key={g.name} className={i === at ? 'here' : undefined} aria-current={i === at ? 'true' : undefined}>
              <b>{g.name}</b>
              <span className="num small">{i === grades.length - 1 ? t.rest : t.from(g.from)}</span>
              <span className="num small">{pd(g.pd_ppb)}</span>
              {i === at && <span className="small">{t.here}</span>}
            </li>
          ))}
        </ol>
      </Card>
      <div className="grid2" style={{ alignItems: 'start' }}>
        <Card title={t.reasons}>
          {(x.reasons ?? []).length === 0 ? <p>{t.noReasons}</p> : <ol className="credit-list">{x.reasons!.map((r) => <li key={r.name}>{r[lang]}</li>)}</ol>}
        </Card>
        <Card title={t.next}>
          {!x.next.grade ? <p>{t.best}</p> : (
            <>
              <p>{t.missing(x.next.missing, x.next.grade)}{(x.next.changes ?? []).length > 0 ? t.enough : t.notEnough}</p>
              <ol className="credit-list">{(x.next.changes ?? []).map((c) => <li key={c.name}>{c[lang]} <span className="quiet">{t.gained(c.gained)}</span></li>)}</ol>
            </>
          )}
        </Card>
      </div>
    </>
  )
}

function Data({ of: x }: { of: Score }) {
  const t = useWords(said)
  const { lang } = useLang()
  const value = useValue()
  const row = (i: Input, n: number) => {
    const p = x.parts?.[n]
    return (
      <tr key={i.name}>
        <td>{lang === 'zh' ? i.title : i.title_en}</td>
        <td className="num">{i.known ? value(i) : <><span className="quiet">{t.unknown}</span>{i.because && <div className="quiet small">{t.why(i.because)}</div>}</>}</td>
        <td>{i.bin ?? <Unknown />}</td>
        <td className="right num">{p ? `${p.points} / ${p.most}` : <Unknown />}</td>
        <td>{i.source || <Unknown />}</td>
        <td className="num">{i.as_of ?? <Unknown />}</td>
      </tr>
    )
  }
  return (
    <Card title={t.data} flush>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.data}>
        <table className="data credit-table">
          <thead><tr><th>{t.item}</th><th>{t.value}</th><th>{t.bin}</th><th className="right">{t.points}</th><th>{t.source}</th><th>{t.asOf}</th></tr></thead>
          <tbody>{(x.inputs ?? []).map(row)}</tbody>
        </table>
      </div>
    </Card>
  )
}

function History({ of }: { of: Rating }) {
  const t = useWords(said)
  const { lang } = useLang()
  const all = useMemo(() => of.history ?? [], [of.history])
  const scored = useMemo(() => all.filter((p) => !p.refused).reverse(), [all])
  const option = useMemo(() => ({
    grid: { left: 8, right: 24, top: 16, bottom: 8, containLabel: true },
    tooltip: { ...tip, valueFormatter: (v: unknown) => `${String(v)} ${t.points_}` },
    xAxis: { type: 'category', data: scored.map((p) => minute(p.at_ms)), ...axis, axisLabel: { ...quiet, hideOverlap: true } },
    yAxis: { type: 'value', scale: true, minInterval: 1, ...axis },
    series: [{ name: t.score, type: 'line', data: scored.map((p) => p.score), symbolSize: 7, lineStyle: { color: colour.brand, width: 2 }, itemStyle: { color: colour.brand } }],
  }), [scored, t])
  return (
    <Card title={t.history}>
      <p className="quiet small">{t.historyAbout}</p>
      {scored.length > 1 && <><p>{t.historySays}</p><Picture label={t.history} unit={t.points_} head={[t.made, t.score, t.grade]} height={180} option={option} rows={scored.map((p) => [minute(p.at_ms), p.score, p.grade])} /></>}
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.history}>
        <table className="data">
          <thead><tr><th>{t.made}</th><th>{t.grade}</th><th className="right">{t.score}</th><th className="right">{t.pd}</th><th>{t.model}</th></tr></thead>
          <tbody>
            {all.map((p) => (
              <tr key={p.id}>
                <td><At ms={p.at_ms} /></td>
                {p.refused ? <td colSpan={3}><span className="quiet">{t.refused}：{lang === 'zh' ? p.refused.title : p.refused.title_en}</span></td> : <><td><b>{p.grade}</b></td><td className="right num">{p.score}</td><td className="right num">{pd(p.pd_ppb)}</td></>}
                <td>{t.edition(p.name, p.edition)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
