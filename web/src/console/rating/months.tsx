// How a scorecard does from month to month: whether the firms are still those that it was
// made of, whether it still tells good from bad, whether its probabilities hold, and what
// somebody must look at. Each picture has one sentence.
import { App, Button, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { axis, Picture, quiet, shrunk, tip, told } from '../../kit/chart'
import { Ask, useRequired } from '../../kit/form'
import { count } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { At, Facts, Stat, Tag, type Tone } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { colour } from '../../kit/theme'
import { useLang, useWords, words } from '../../kit/words'
import { Plot } from './plots'

const said = words({
  title: ['模型监测', 'Scorecards month by month'],
  about: [
    '每月结束后自动计算：来评分的企业变了没有，观察期满后评分还准不准。评分供银行参考，不是征信评级。',
    'Computed once a month is over: whether the firms are still the same, and, when the time of observation has passed, whether the scores hold. Scores are a reference for banks, no bureau rating.',
  ],
  model: ['模型', 'Model'],
  edition: [(name: string, n: number, state: string) => `${name} 第${n}版（${state}）`, (name: string, n: number, state: string) => `${name}, edition ${n} (${state})`],
  active: ['使用中', 'in use'],
  shadow: ['影子运行', 'in the shadow'],
  retired: ['已停用', 'retired'],
  noModel: ['还没有投入使用的模型', 'No model is in use yet'],
  noModelHint: ['模型启用或影子运行后，每月结束时自动监测', 'Once a model is in use or in the shadow, each month is watched when it is over'],
  noMonths: ['还没有结束的月份', 'No month is over yet'],
  noMonthsHint: ['本月结束后自动计算', 'It is computed once this month is over'],

  alarms: ['预警', 'Alarms'],
  noAlarms: ['没有待处理的预警', 'No alarm is open'],
  all: ['含已处理的', 'Also those dealt with'],
  grave: ['须处理', 'act'],
  watch: ['留意', 'watch'],
  done: ['已处理', 'dealt with'],
  lapsed: ['不再成立', 'no longer holds'],
  todo: ['怎么办', 'What to do'],
  deal: ['处理', 'Deal with it'],
  dealAbout: ['写明查了什么、怎样处理；记录保留，他人可见。', 'Say what was looked into and what was done; it is kept and others see it.'],
  words: ['处理情况', 'What was done'],
  answered: ['预警已处理', 'The alarm has been dealt with'],

  psi: ['企业构成与训练时的差别（PSI）', 'Firms beside those of training (PSI)'],
  psiSays: ['线在绿色区内，来评分的企业与训练时相似；进入橙色区要留意；进入红色区（0.25以上）说明已是另一批企业或数据变了口径，评分不可照旧信。', 'In the green the firms are like those of training; in the amber look again; in the red (above 0.25) they are others, or the data have changed meaning: do not trust the scores as before.'],
  grades: ['评分等级', 'The grades'],
  band: [(a: string, b: string) => `${a}至${b}`, (a: string, b: string) => `${a} to ${b}`],
  above: ['0.25以上', 'above 0.25'],
  few: ['企业不足30户，不计算', 'Fewer than 30 firms say nothing'],

  auc: ['区分好坏的能力（AUC）', 'Telling good from bad (AUC)'],
  aucSays: ['点是各月企业观察期满后的结果，竖线是偶然的范围（两倍标准差）；点连同竖线都落在验证时的虚线以下，说明评分变钝了，应重新训练。', 'Each dot is a month whose time of observation has passed, the bar is the range of chance (two deviations); a dot whose whole bar lies below the dashed line of validation means that the scores have become blunt.'],
  validated: ['验证时', 'At validation'],
  chance: ['偶然的范围', 'Range of chance'],
  notMatured: ['还没有观察期满的月份', 'No month has matured yet'],
  notMaturedHint: [(n: number) => `评分后观察 ${n} 个月，再等一个月银行报送，才知道企业是好是坏`, (n: number) => `Firms are observed for ${n} months, and banks have one more to report, before it is known what became of them`],

  calibration: ['各等级坏账率与其违约率', 'Bad rates beside what grades stand for'],
  calibrationSays: ['点应落在横线附近；实际坏账率高出等级违约率、且不像偶然时标红：该级比它的名称更险，照此放贷会低估风险。纵轴每格十倍，没有坏户的点在最下方。', 'Dots should lie near the dashes; one that lies above by more than chance is red: the grade is riskier than its name. Each step is ten times the one below; without bad firms the dot lies at the foot.'],
  observed: ['实际坏账率', 'Bad rate'],
  worse: ['明显偏高', 'Worse than its name'],
  stands: ['等级违约率', 'What it stands for'],

  spread: ['各等级企业占比', 'Firms by grade'],
  spreadSays: ['两色高低相近为好；整体向差等级移动，说明企业变差或数据有误。', 'The two should be alike; a shift to the worse grades means worse firms or wrong data.'],
  training: ['训练时', 'At training'],
  now: ['当月', 'That month'],

  month: ['月份', 'Month'],
  one: ['一个月的详情', 'One month'],
  firms: ['评分企业', 'Firms scored'],
  refused: ['不能评分', 'Not scored'],
  good: ['好', 'Good'],
  bad: ['坏', 'Bad'],
  noLoan: ['没有贷款，好坏不知', 'No loan: not known'],
  short: ['贷款时间不够，好坏不知', 'Too short a loan: not known'],
  already: ['评分前已经不良', 'Bad before'],
  expected: ['预计违约率', 'Expected'],
  came: [(from: string, until: string) => `${from}评分的企业，观察至${until}`, (from: string, until: string) => `Firms scored in ${from}, observed until ${until}`],
  ruleSays: [(n: number, held: number, days: number) => `坏：${n}个月内逾期超过${days}天、被列为次级及以下或核销；好：其间至少${held}个月末有贷款且没有变坏。没有贷款的企业不算好也不算坏，所以这里只说明银行放过贷款的企业。`, (n: number, held: number, days: number) => `Bad: within ${n} months overdue for more than ${days} days, substandard or worse, or written off. Good: a loan at ${held} month-ends at least, and none of that. A firm without a loan is neither, so this speaks of firms that banks lent to alone.`],
  beside: [(name: string, n: number) => `与使用中的 ${name} 第${n}版相比（同一批企业）`, (name: string, n: number) => `Beside ${name}, edition ${n}, in use (the same firms)`],
  both: ['两个模型都评过的企业', 'Firms that both scored'],
  same: ['等级相同', 'Same grade'],
  safer: ['影子评得更好', 'Better in the shadow'],
  riskier: ['影子评得更差', 'Worse in the shadow'],
  besideAuc: ['影子模型 AUC', 'AUC of the shadow'],
  usedAuc: ['使用中模型 AUC', 'AUC in use'],
  besideSays: ['两个AUC相差不到两倍标准差时，不能说哪个更好。', 'Where the two differ by less than two deviations neither is better.'],
  use: ['银行参考情况', 'What banks made of it'],
  useSays: ['银行自行决定是否放贷；等级与银行的决定常常相反时，应问问银行为什么。', 'Banks decide by themselves; where their decisions often go against the grade, ask them why.'],
  grade: ['等级', 'Grade'],
  asked: ['参考评分的申请', 'Applications'],
  offered: ['已报价', 'Offered'],
  declined: ['已拒绝', 'Declined'],
  waiting: ['尚未决定', 'Open'],

  table: ['逐月', 'Month by month'],
  score: ['等级 PSI', 'PSI of grades'],
  worst: ['变化最大的指标', 'The item moved most'],
  rate: ['坏账率', 'Bad rate'],
  state: ['状态', 'State'],
  closed: ['观察中', 'observed'],
  matured: ['观察期满', 'matured'],
  at: ['计算时间', 'Computed'],
  again: ['重新计算', 'Compute again'],
  asking: ['已安排重新计算，算好后自动更新', 'It will be computed again, and shown here'],
  alarmsN: ['预警数', 'Alarms'],

  rule: ['观察规则', 'Rule of observation'],
  ruleAbout: ['按模型清单中的好坏定义设定。已有月份重新计算后才按新规则。', 'As the manifest defines good and bad. Months that are there follow once they are computed again.'],
  observe: ['观察期（月）', 'Months observed'],
  held: ['至少几个月末有贷款余额', 'Month-ends with a loan, at least'],
  days: ['逾期超过几天算坏', 'Days overdue that are bad'],
  saved: ['规则已保存', 'The rule is kept'],
  save: ['保存', 'Save'],
  percent: ['%', 'per cent'],
  index: ['指数', 'index'],
})

type Month = Item<'/api/rating-models/{id}/months'>
type Alarm = Item<'/api/rating-alarms'>

const share = (x: number) => `${(x * 100).toFixed(1)}%`
const fixed = (x: number | undefined | null, n = 3) => (x === undefined || x === null ? '—' : x.toFixed(n))
const ppb = (x: number) => x / 1e9
const rateOf = (x: { good: number; bad: number }) => (x.good + x.bad > 0 ? x.bad / (x.good + x.bad) : undefined)

export default function Months() {
  const t = useWords(said)
  const { id } = useParams()
  const go = useNavigate()
  const models = useGet('/api/rating-models', { query: { limit: 200 } })
  const list = useMemo(() => {
    const order = ['active', 'shadow', 'retired']
    return (models.data?.items ?? []).filter((m) => order.includes(m.state)).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  }, [models.data])
  const shown = list.find((m) => m.id === id) ?? list[0]
  const name = (m: (typeof list)[number]) => t.edition(m.name, m.edition, t[m.state as 'active'])
  return (
    <Page title={t.title} about={t.about}
      actions={shown && (
        <>
          <Select aria-label={t.model} style={{ minWidth: 230 }} value={shown.id} onChange={(v) => go(`/rating/months/${v}`)} options={list.map((m) => ({ value: m.id, label: name(m) }))} />
          <Rule model={shown.id} />
        </>
      )}>
      <Shown of={models} rows={8}>
        {() => (shown ? <Watched key={shown.id} model={shown.id} /> : <Card><Empty icon="clock" title={t.noModel} hint={t.noModelHint} /></Card>)}
      </Shown>
    </Page>
  )
}

// anew is when what may have been computed again is read again.
const anew = 30_000

function Watched({ model }: { model: string }) {
  const t = useWords(said)
  const months = useGet('/api/rating-models/{id}/months', { path: { id: model }, query: { limit: 36 } }, { refetchInterval: anew })
  const rule = useGet('/api/rating-models/{id}/watch', { path: { id: model } })
  return (
    <Shown of={months} rows={8}>
      {(data) => {
        const list = [...(data.items ?? [])].reverse() // the first first
        if (list.length === 0) return <Card><Empty icon="clock" title={t.noMonths} hint={t.noMonthsHint} /></Card>
        return (
          <>
            <Alarms model={model} />
            <Card>
              <div className="plots">
                <Shares of={list} />
                <Blunt of={list} observe={rule.data?.observe_months ?? 12} />
              </div>
            </Card>
            <Table model={model} />
            <One of={list} />
          </>
        )
      }}
    </Shown>
  )
}

// standing is how an alarm is marked.
function standing(a: Alarm): { tone: Tone; word: 'grave' | 'watch' | 'done' | 'lapsed' } {
  if (a.state === 'acknowledged') return { tone: 'good', word: 'done' }
  if (a.state === 'lapsed') return { tone: 'plain', word: 'lapsed' }
  return a.grave ? { tone: 'bad', word: 'grave' } : { tone: 'wait', word: 'watch' }
}

function Alarms({ model }: { model: string }) {
  const t = useWords(said)
  const { lang } = useLang()
  const may = useMay()
  const { message } = App.useApp()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<Alarm>()
  const required = useRequired()
  const alarms = useGet('/api/rating-alarms', { query: { model, limit: 100, ...(all ? {} : { state: 'open' as const }) } })
  const act = useChange('post', '/api/rating-alarms/{id}/acknowledgement', ['/api/rating'])
  return (
    <Card title={t.alarms} extra={<label className="row small" style={{ gap: 8 }}><Switch size="small" checked={all} onChange={setAll} />{t.all}</label>}>
      <Shown of={alarms} rows={2}>
        {(data) => data.items?.length ? (
          <ul className="todo">
            {data.items.map((a) => {
              const s = standing(a)
              return (
                <li key={a.id} className="case" style={{ alignItems: 'flex-start' }}>
                  <div className="grow">
                    <div className="row" style={{ gap: 8 }}><Tag tone={s.tone}>{t[s.word]}</Tag><span className="num quiet">{a.month}</span><b style={{ fontWeight: 550 }}>{lang === 'zh' ? a.title : a.title_en}</b><span className="num quiet">{a.value.toFixed(3)}</span></div>
                    <p className="small">{t.todo}：{lang === 'zh' ? a.todo : a.todo_en}</p>
                    {a.words && <p className="small quiet">{a.by_name} · <At ms={a.acted_ms} />：{a.words}</p>}
                  </div>
                  {a.state === 'open' && may('rating_model.use') && <Button className="no-print" onClick={() => setOpen(a)}>{t.deal}</Button>}
                </li>
              )
            })}
          </ul>
        ) : <p className="quiet">{t.noAlarms}</p>}
      </Shown>
      {open && (
        <Ask<{ words: string }> open close={() => setOpen(undefined)} title={lang === 'zh' ? open.title : open.title_en} about={t.dealAbout} ok={t.deal}
          send={(v) => act.mutateAsync({ path: { id: open.id }, body: { version: open.version, words: v.words } })} done={() => message.success(t.answered)}>
          <Form.Item name="words" label={t.words} rules={[required]}><Input.TextArea rows={4} autoFocus maxLength={1000} /></Form.Item>
        </Ask>
      )}
    </Card>
  )
}

const grid = { left: 4, right: 14, top: 14, bottom: 4, containLabel: true }
const height = 280
const hues = ['#1f5c99', '#8a5a9e', '#7c8a2e', '#5b6b7a']

// limits of PSI, and how what lies between them is coloured
const bands = [{ from: 0, to: 0.1, colour: '#dff0e5' }, { from: 0.1, to: 0.25, colour: '#fdebd3' }, { from: 0.25, to: 0, colour: '#f8d9d5' }]

/** Shares are how far the firms of each month lie from those of training. */
function Shares({ of }: { of: Month[] }) {
  const t = useWords(said)
  const { lang } = useLang()
  const { lines, top } = useMemo(() => {
    const at = (m: Month, name: string) => m.items?.find((i) => i.name === name)?.shift?.psi
    const last = of.at(-1)
    const items = (last?.items ?? []).map((i) => ({ name: i.name, title: lang === 'zh' ? i.title : i.title_en, most: Math.max(0, ...of.map((m) => at(m, i.name) ?? 0)) }))
    const chosen = items.sort((a, b) => b.most - a.most).slice(0, hues.length)
    const lines = [
      { title: t.grades, colour: colour.brand, width: 3, psi: of.map((m) => m.shift?.psi) },
      ...chosen.map((i, k) => ({ title: i.title, colour: hues[k]!, width: 1.5, psi: of.map((m) => at(m, i.name)) })),
    ].filter((l) => l.psi.some((x) => x !== undefined))
    return { lines, top: Math.max(0.35, ...lines.flatMap((l) => l.psi.map((x) => x ?? 0))) * 1.05 }
  }, [of, lang, t])
  const option = useMemo(() => ({
    grid,
    tooltip: { ...tip, axisPointer: { type: 'line' }, formatter: (ps: { dataIndex: number }[]) => {
      const i = ps[0]?.dataIndex ?? 0
      return told(of[i]!.month, ...lines.map((l) => `${l.title} ${fixed(l.psi[i])}`))
    } },
    xAxis: { type: 'category', boundaryGap: false, data: of.map((m) => m.month), ...axis, axisLabel: { ...quiet, hideOverlap: true } },
    yAxis: { type: 'value', min: 0, max: top, ...axis, splitLine: { show: false }, axisLabel: { ...quiet, formatter: (v: number) => v.toFixed(2), showMaxLabel: false } },
    series: [
      ...bands.map((b) => ({ type: 'line', stack: 'band', silent: true, showSymbol: false, lineStyle: { width: 0 }, areaStyle: { color: b.colour, opacity: 1 }, tooltip: { show: false }, data: of.map(() => (b.to || top) - b.from) })),
      ...lines.map((l) => ({ name: l.title, type: 'line', symbolSize: 5, data: l.psi.map((x) => x ?? null), lineStyle: { color: l.colour, width: l.width }, itemStyle: { color: l.colour }, z: 3 })),
    ],
  }), [of, lines, top])
  return (
    <Plot title={t.psi} says={t.psiSays} marks={lines.map((l) => ({ name: l.title, colour: l.colour }))}>
      {lines.length === 0 ? <p className="quiet">{t.few}</p> : (
        <Picture label={t.psi} unit={t.index} head={[t.month, ...lines.map((l) => l.title)]} height={height} option={option} rows={of.map((m, i) => [m.month, ...lines.map((l) => fixed(l.psi[i]))])} />
      )}
    </Plot>
  )
}

/** Blunt is how well the scores of each month told good from bad. */
function Blunt({ of, observe }: { of: Month[]; observe: number }) {
  const t = useWords(said)
  const list = useMemo(() => of.flatMap((m) => (m.came?.auc === undefined ? [] : [{ month: m.month, auc: m.came.auc, room: 2 * (m.came.auc_deviation ?? 0), validated: m.came.validated }])), [of])
  const validated = list.at(-1)?.validated
  const option = useMemo(() => ({
    grid,
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const x = list[ps[0]?.dataIndex ?? 0]!
      return told(x.month, `AUC ${fixed(x.auc)}（±${fixed(x.room)}）`, ...(x.validated === undefined ? [] : [`${t.validated} ${fixed(x.validated)}`]))
    } },
    xAxis: { type: 'category', data: list.map((x) => x.month), ...axis, axisLabel: { ...quiet, hideOverlap: true } },
    yAxis: { type: 'value', min: (v: { min: number }) => Math.max(0, Math.floor(Math.min(0.5, v.min, ...list.map((x) => x.auc - x.room)) * 10) / 10), max: 1, ...axis },
    series: [
      { type: 'bar', stack: 'range', silent: true, itemStyle: { color: 'transparent' }, barMaxWidth: 10, data: list.map((x) => x.auc - x.room) },
      { name: t.chance, type: 'bar', stack: 'range', silent: true, itemStyle: { color: '#c7dcd8', borderRadius: 3 }, barMaxWidth: 10, data: list.map((x) => Math.min(1, x.auc + x.room) - (x.auc - x.room)) },
      ...(validated === undefined ? [] : [{ name: t.validated, type: 'line', showSymbol: list.length === 1, symbolSize: 5, silent: true, lineStyle: { type: 'dashed', width: 1.5, color: colour.quiet }, itemStyle: { color: colour.quiet }, data: list.map((x) => x.validated ?? null) }]),
      { name: 'AUC', type: 'scatter', symbolSize: 9, itemStyle: { color: colour.brand, borderColor: '#fff', borderWidth: 1 }, data: list.map((x) => x.auc), z: 4 },
    ],
  }), [list, validated, t])
  if (list.length === 0) return <Plot title={t.auc} marks={[]}><Empty icon="clock" title={t.notMatured} hint={t.notMaturedHint(observe)} /></Plot>
  return (
    <Plot title={t.auc} says={t.aucSays} marks={[{ name: 'AUC', colour: colour.brand, shape: 'dot' }, { name: t.chance, colour: '#c7dcd8' }, ...(validated === undefined ? [] : [{ name: t.validated, colour: colour.quiet, shape: 'dashed' as const }])]}>
      <Picture label={t.auc} unit={t.index} head={[t.month, 'AUC', t.chance, t.validated]} height={height} option={option} rows={list.map((x) => [x.month, fixed(x.auc), `${fixed(x.auc - x.room)} – ${fixed(Math.min(1, x.auc + x.room))}`, fixed(x.validated)])} />
    </Plot>
  )
}

/** One is one month: the last that has matured, or else in which firms were scored, unless another is chosen. */
function One({ of }: { of: Month[] }) {
  const t = useWords(said)
  const [at, setAt] = useSearchParams()
  const chosen = at.get('month')
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) box.current?.scrollIntoView({ block: 'start' })
  }, [chosen])
  const late = [...of].reverse()
  const m = of.find((x) => x.month === chosen) ?? late.find((x) => (x.came?.good ?? 0) + (x.came?.bad ?? 0) > 0) ?? late.find((x) => x.firms > 0) ?? late[0]!
  const rate = m.came && rateOf(m.came)
  const asked = (m.grades ?? []).filter((g) => g.asked > 0)
  return (
    <div ref={box} style={{ scrollMarginTop: 70 }}>
      <Card title={t.one} extra={<Select aria-label={t.month} style={{ minWidth: 120 }} value={m.month} onChange={(v) => setAt({ month: v }, { replace: true })} options={[...of].reverse().map((x) => ({ value: x.month, label: x.month }))} />}>
        <div className="stack">
          <div className="figures">
            <Stat name={t.firms} value={count(m.firms)} />
            <Stat name={t.refused} value={count(m.refused)} />
            {m.came && <Stat name={t.observed} value={rate === undefined ? '—' : share(rate)} />}
            {m.came && <Stat name={t.expected} value={rate === undefined ? '—' : share(m.came.expected)} />}
            {m.came && <Stat name="AUC" value={fixed(m.came.auc)} />}
            {m.came && <Stat name="KS" value={fixed(m.came.ks)} />}
          </div>
          {m.came && (
            <div>
              <p className="small"><b style={{ fontWeight: 550 }}>{t.came(m.month, m.came.until)}</b></p>
              <p className="small quiet" style={{ marginBottom: 10 }}>{t.ruleSays(m.came.rule.observe_months, m.came.rule.held_months, m.came.rule.overdue_days)}</p>
              <Facts of={[[t.good, count(m.came.good)], [t.bad, count(m.came.bad)], [t.noLoan, count(m.came.no_loan)], [t.short, count(m.came.short)], [t.already, count(m.came.already)]]} />
            </div>
          )}
          <div className="plots">
            <ByGrade of={m} />
            {rate !== undefined && <Names of={m} />}
          </div>
          {m.beside && (
            <div>
              <h3 className="h3">{t.beside(m.beside.name, m.beside.edition)}</h3>
              <Facts of={[[t.both, count(m.beside.firms)], [t.same, count(m.beside.same)], [t.safer, count(m.beside.safer)], [t.riskier, count(m.beside.riskier)],
                ...(m.beside.auc === undefined ? [] : [[t.besideAuc, `${fixed(m.beside.auc)}（±${fixed(m.beside.auc_deviation)}）`], [t.usedAuc, `${fixed(m.beside.used_auc)}（±${fixed(m.beside.used_auc_deviation)}）`]] as [string, string][])]} />
              {m.beside.auc !== undefined && <p className="small quiet">{t.besideSays}</p>}
            </div>
          )}
          {asked.length > 0 && (
            <div style={{ minWidth: 0 }}>
              <h3 className="h3">{t.use}</h3>
              <p className="small quiet">{t.useSays}</p>
              <div className="table-scroll" tabIndex={0}>
                <table className="data">
                  <caption className="hidden-text">{t.use}</caption>
                  <thead><tr>{[t.grade, t.asked, t.offered, t.declined, t.waiting].map((h, i) => <th key={h} scope="col" className={i > 0 ? 'right' : undefined}>{h}</th>)}</tr></thead>
                  <tbody>
                    {asked.map((g) => <tr key={g.grade}><th scope="row">{g.grade}</th>{[g.asked, g.offered, g.declined, g.asked - g.offered - g.declined].map((n, i) => <td key={i} className="right num">{count(n)}</td>)}</tr>)}
                  </tbody>
                </table>
              </div>
            </div>
          )}
        </div>
      </Card>
    </div>
  )
}

/** ByGrade are the shares of grades beside those of training. */
function ByGrade({ of }: { of: Month }) {
  const t = useWords(said)
  const { rows, known } = useMemo(() => {
    const grades = of.grades ?? []
    const all = Math.max(1, grades.reduce((n, g) => n + g.trained, 0))
    return { rows: grades.map((g) => ({ grade: g.grade, firms: g.firms, now: g.firms / Math.max(1, of.firms), was: g.trained / all })), known: grades.some((g) => g.trained > 0) }
  }, [of])
  const option = useMemo(() => ({
    grid,
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const r = rows[ps[0]?.dataIndex ?? 0]!
      return told(r.grade, `${t.now} ${share(r.now)}（${count(r.firms)}）`, ...(known ? [`${t.training} ${share(r.was)}`] : []))
    } },
    xAxis: { type: 'category', data: rows.map((r) => r.grade), ...axis },
    yAxis: { type: 'value', min: 0, splitNumber: 4, ...axis, axisLabel: { ...quiet, formatter: (v: number) => `${Math.round(v * 100)}%` } },
    series: [
      ...(known ? [{ name: t.training, type: 'bar', barMaxWidth: 18, itemStyle: { color: '#bcc9c6', borderRadius: [3, 3, 0, 0] }, data: rows.map((r) => r.was) }] : []),
      { name: t.now, type: 'bar', barMaxWidth: 18, itemStyle: { color: colour.brand, borderRadius: [3, 3, 0, 0] }, data: rows.map((r) => r.now) },
    ],
  }), [rows, known, t])
  return (
    <Plot title={t.spread} says={t.spreadSays} marks={[...(known ? [{ name: t.training, colour: '#bcc9c6' }] : []), { name: t.now, colour: colour.brand }]}>
      <Picture label={t.spread} unit={t.percent} head={[t.grade, t.firms, t.now, t.training]} height={height} option={option} rows={rows.map((r) => [r.grade, count(r.firms), share(r.now), known ? share(r.was) : '—'])} />
    </Plot>
  )
}

const least = 0.001 // at the foot of the picture: no bad firm, or fewer than that

/** Names holds what came of each grade against what it stands for. */
function Names({ of }: { of: Month }) {
  const t = useWords(said)
  const rows = useMemo(() => (of.grades ?? []).map((g) => ({ ...g, rate: rateOf(g), stands: ppb(g.pd_ppb), worse: (of.alarms ?? []).some((a) => a.code === 'grade' && a.item === g.grade && a.state !== 'lapsed') })), [of])
  const option = useMemo(() => ({
    grid,
    tooltip: { ...tip, formatter: (ps: { dataIndex: number }[]) => {
      const r = rows[ps[0]?.dataIndex ?? 0]!
      return told(r.grade, `${t.observed} ${r.rate === undefined ? '—' : share(r.rate)}（${count(r.bad)}/${count(r.good + r.bad)}）`, `${t.stands} ${share(r.stands)}`, ...(r.worse ? [t.worse] : []))
    } },
    xAxis: { type: 'category', data: rows.map((r) => r.grade), ...axis },
    yAxis: { type: 'log', min: least, max: 1, ...axis, axisLabel: { ...quiet, formatter: (v: number) => `${Number((v * 100).toPrecision(1))}%` } },
    series: [
      { name: t.stands, type: 'scatter', symbol: 'rect', symbolSize: [26, 3], itemStyle: { color: colour.ink, opacity: 1 }, data: rows.map((r) => r.stands) },
      { name: t.observed, type: 'scatter', symbolSize: 10, itemStyle: { opacity: 1 }, data: rows.map((r) => ({ value: r.rate === undefined ? null : Math.max(least, r.rate), itemStyle: { color: r.worse ? colour.bad : shrunk, borderColor: '#fff', borderWidth: 1 } })), z: 4 },
    ],
  }), [rows, t])
  return (
    <Plot title={t.calibration} says={t.calibrationSays} marks={[{ name: t.observed, colour: shrunk, shape: 'dot' }, { name: t.worse, colour: colour.bad, shape: 'dot' }, { name: t.stands, colour: colour.ink }]}>
      <Picture label={t.calibration} unit={t.percent} head={[t.grade, t.good, t.bad, t.observed, t.stands]} height={height} option={option} rows={rows.map((r) => [<span key="g">{r.grade}{r.worse && <span className="small" style={{ color: colour.bad }}> {t.worse}</span>}</span>, count(r.good), count(r.bad), r.rate === undefined ? '—' : share(r.rate), share(r.stands)])} />
    </Plot>
  )
}

function Table({ model }: { model: string }) {
  const t = useWords(said)
  const { lang } = useLang()
  const may = useMay()
  const { message } = App.useApp()
  const again = useChange('post', '/api/rating-models/{id}/months', [])
  const worst = (m: Month) => (m.items ?? []).reduce<{ title: string; psi: number } | undefined>((a, i) => (i.shift && i.shift.psi > (a?.psi ?? 0) ? { title: lang === 'zh' ? i.title : i.title_en, psi: i.shift.psi } : a), undefined)
  const columns: Column<Month>[] = [
    { key: 'month', title: t.month, value: (m) => m.month },
    { key: 'state', title: t.state, value: (m) => t[m.state], show: (m) => <Tag tone={m.state === 'matured' ? 'good' : 'plain'}>{t[m.state]}</Tag> },
    { key: 'firms', title: t.firms, right: true, value: (m) => m.firms, show: (m) => count(m.firms) },
    { key: 'refused', title: t.refused, right: true, value: (m) => m.refused, show: (m) => count(m.refused) },
    { key: 'psi', title: t.score, right: true, value: (m) => fixed(m.shift?.psi) },
    { key: 'worst', title: t.worst, value: (m) => { const w = worst(m); return w ? `${w.title} ${fixed(w.psi)}` : '—' } },
    { key: 'bad', title: t.rate, right: true, value: (m) => { const r = m.came && rateOf(m.came); return r === undefined ? '—' : share(r) } },
    { key: 'expected', title: t.expected, right: true, value: (m) => (m.came && rateOf(m.came) !== undefined ? share(m.came.expected) : '—') },
    { key: 'auc', title: 'AUC', right: true, value: (m) => (m.came?.auc === undefined ? '—' : `${fixed(m.came.auc)} ±${fixed(m.came.auc_deviation)}`) },
    { key: 'ks', title: 'KS', right: true, value: (m) => fixed(m.came?.ks), hidden: true },
    { key: 'alarms', title: t.alarmsN, right: true, value: (m) => (m.alarms ?? []).filter((a) => a.state !== 'lapsed').length },
    { key: 'at', title: t.at, value: (m) => m.at_ms, show: (m) => <At ms={m.at_ms} />, hidden: true },
  ]
  return (
    <Card title={t.table}>
      <DataTable name="rating-months" label={t.table} source={listOf('/api/rating-models/{id}/months', { path: { id: model } })} columns={columns} rowKey={(m) => m.month} to={(m) => `/rating/months/${model}?month=${m.month}`} size={12} every={anew} empty={{ icon: 'clock', title: t.noMonths }}
        act={may('rating_model.use') ? (m) => <Button size="small" loading={again.isPending && again.variables?.body.month === m.month} onClick={() => again.mutate({ path: { id: model }, body: { month: m.month } }, { onSuccess: () => message.info(t.asking) })}>{t.again}</Button> : undefined} />
    </Card>
  )
}

function Rule({ model }: { model: string }) {
  const t = useWords(said)
  const may = useMay()
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const rule = useGet('/api/rating-models/{id}/watch', { path: { id: model } })
  const put = useChange('put', '/api/rating-models/{id}/watch', ['/api/rating-models/{id}/watch'])
  const required = useRequired()
  type Rule = { observe_months: number; held_months: number; overdue_days: number }
  if (!may('rating_model.use') || !rule.data) return null
  const number = { ...required, whitespace: undefined, type: 'number' as const }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t.rule}</Button>
      {open && (
        <Ask<Rule> open close={() => setOpen(false)} title={t.rule} about={t.ruleAbout} ok={t.save} initial={rule.data}
          send={(v) => put.mutateAsync({ path: { id: model }, body: { ...v, version: rule.data!.version } })} done={() => message.success(t.saved)}>
          <Form.Item name="observe_months" label={t.observe} rules={[number]}><InputNumber min={3} max={36} precision={0} /></Form.Item>
          <Form.Item name="held_months" label={t.held} rules={[number]}><InputNumber min={1} max={36} precision={0} /></Form.Item>
          <Form.Item name="overdue_days" label={t.days} rules={[number]}><InputNumber min={1} max={360} precision={0} /></Form.Item>
        </Ask>
      )}
    </>
  )
}
