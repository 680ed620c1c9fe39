import { Button, Input, Form } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { attempt } from '../../api/client'
import { useJob } from '../../api/live'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { trendWords } from '../../domain/rating/model'
import { ended, paths, plain, type Report, type Run, runStates, runTones, share, steps } from '../../domain/rating/training'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { At, Diff, Facts, StageLine, Stat, Tag } from '../../kit/show'
import { Tabs } from '../../kit/tabs'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Adjust } from './binning'
import { Plots } from './plots'
import { Sheet } from './sheet'

const said = words({
  back: ['模型训练', 'training'],
  title: ['训练', 'Training'],
  by: [(name: string) => `${name}发起`, (name: string) => `asked for by ${name}`],
  reference: ['评分供银行参考，不是征信评级，不替银行决定。', 'Scores are a reference for banks: no bureau rating, and no decision.'],
  cancel: ['取消训练', 'Cancel'],
  again: ['修改后重来', 'Mend and do it again'],
  keep: ['保存为模型', 'Keep as a model'],
  keepAbout: ['保存后到模型页补全清单，再提交他人评审。清单中的数据量、校验值、参数、起止时间由程序填写。', 'Then complete its manifest and submit it to somebody else’s review. Volume, checksum, parameters and times are filled in by the program.'],
  model: ['查看模型', 'The model'],
  name: ['模型名称', 'Name of the model'],
  nameHint: ['与已有模型同名的，成为它的下一版', 'Of a name that there is, it is the next edition'],
  failed: ['训练没有成功：样本或方案有误', 'The run failed: the sample or the plan is wrong'],
  failedHint: ['没有做出评分卡。请按下面逐项修改样本或声明，再重来。', 'No card was made. Mend each of these and do it again.'],
  line: [(n: string) => `第 ${n} 行`, (n: string) => `line ${n}`],
  cancelled: ['这次训练已取消，没有结果。', 'This run was cancelled; nothing came of it.'],
  stuck: ['后台任务没有完成，请取消后重来，或联系系统管理员。', 'The job behind it has failed; cancel it and do it again.'],

  report: ['报告', 'Report'],
  bins: ['分箱', 'Bins'],
  plots: ['表现', 'How it does'],
  plan: ['样本与方案', 'Sample and plan'],
  auc: ['样本外 AUC', 'AUC held out'],
  ks: ['样本外 KS', 'KS held out'],
  rows: ['企业', 'Firms'],
  bad: ['坏企业', 'Bad firms'],
  used: ['入选指标', 'Features used'],
  score: ['评分范围', 'Range of scores'],
  aucHint: ['任取一家好企业、一家坏企业，评分能分对的机会；低于 65% 不宜使用，95% 以上多半是结果混进了指标。', 'How often the score tells a good firm from a bad one; below 65% do not use it, above 95% the outcome has likely crept into a feature.'],
  chosen: ['入选的指标', 'Features that are used'],
  out: ['没有入选的指标', 'Features that are left out'],
  feature: ['指标', 'Feature'],
  iv: ['信息值', 'IV'],
  beta: ['系数（标准误）', 'Weight (deviation)'],
  trend: ['方向', 'Direction'],
  points: ['分值', 'Points'],
  from: [(a: string, b: string) => `${a} 至 ${b}`, (a: string, b: string) => `${a} to ${b}`],
  why: ['原因', 'Why'],
  none: ['全部入选', 'All are used'],
  undeclared: ['没有写明', 'not declared'],
  byData: ['由数据定', 'as the data say'],
  ivHint: ['信息值说明单看这一项能分开好坏的程度：0.02 以下几乎没有用，0.5 以上要核实是否泄露了结果。', 'IV tells how far the feature alone parts good from bad: below 0.02 hardly, above 0.5 check whether it knows the outcome.'],

  changes: ['手工调整', 'Changes by hand'],
  changesHint: ['调整分箱的人看过全部样本，交叉验证的数字因此略偏乐观。', 'Whoever changed bins has seen all rows, so that cross-validation flatters the card a little.'],
  changed: [(name: string, by: string) => `${name}：${by}改`, (name: string, by: string) => `${name}: changed by ${by}`],
  ivs: [(a: string, b: string) => `信息值 ${a} → ${b}`, (a: string, b: string) => `IV ${a} → ${b}`],
  origin: ['调整前的训练', 'The run before'],

  rejects: ['拒绝推断：两张卡并列', 'Rejects: both cards'],
  rejectsSay: [(n: string, bad: string, f: string) => `另有 ${n} 家被拒企业，按倍数 ${f} 假设其中 ${bad} 家会坏。没有人知道它们实际会怎样，倍数无法由数据证实；含被拒企业的那一列，坏账率和表现都建立在假设上，不能当作实际。上面的样本外 AUC 和 KS 只在每次留出的获批企业上看。`, (n: string, bad: string, f: string) => `${n} refused firms more, of which ${bad} are taken for bad by the factor ${f}. Nobody knows what they would have done, and no data confirm the factor: what stands below “with refused firms” rests on it. AUC and KS above are of accepted firms that were held out.`],
  refusedOut: [(n: string) => `${n} 家被拒企业无法评分，没有用。`, (n: string) => `${n} refused firms could not be scored and are left out.`],
  accepted: ['只用获批企业', 'Accepted firms alone'],
  both: ['含被拒企业（假设）', 'With refused firms (assumed)'],
  badRate: ['坏企业占比', 'Share of bad'],
  trainAuc: ['训练样本上的 AUC', 'AUC on its own rows'],
  trainKs: ['训练样本上的 KS', 'KS on its own rows'],
  bands: ['假设了多少', 'What was assumed'],
  band: ['评分不低于', 'Score from'],
  acceptedN: ['获批', 'Accepted'],
  acceptedBad: ['其中坏', 'Bad'],
  rejectedN: ['被拒', 'Refused'],
  assumed: ['假设坏', 'Taken for bad'],

  sample: ['样本', 'Sample'],
  target: ['结果列', 'Outcome'],
  badIs: ['坏的值', 'Bad is'],
  features: ['指标由谁写明', 'Features from'],
  ownColumns: ['逐列写明', 'column by column'],
  set: ['指标集', 'a set'],
  absent: ['指标集中样本没有的', 'Of the set, not in the sample'],
  times: ['起止时间', 'Times'],
  folds: ['交叉验证', 'Cross-validation'],
  foldsOf: [(n: string, m: string) => `${n} 份，${m} 次`, (n: string, m: string) => `${n} folds, ${m} times`],
  minShare: ['每箱至少', 'Least share of a bin'],
  minIV: ['最低信息值', 'Least IV'],
  tendency: ['中心违约率', 'Central tendency'],
  ofSample: ['样本中的占比', 'the sample’s'],
  scale: ['刻度', 'Scale'],
  scaleOf: [(b: string, o: string, p: string) => `${b} 分时好坏比 ${o}，每 ${p} 分翻倍`, (b: string, o: string, p: string) => `odds of ${o} at ${b}, doubled by ${p} points`],
})

export default function TrainingPage() {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const go = useNavigate()
  const state = useCode(runStates)
  const { id = '' } = useParams()
  const [keeping, setKeeping] = useState(false)
  const run = useGet('/api/rating-trainings/{id}', { path: { id } }, { refetchInterval: (r) => (r && !ended(r.state) ? 1_500 : false) })
  const cancel = useChange('post', '/api/rating-trainings/{id}/cancel', paths)
  const keep = useChange('post', '/api/rating-trainings/{id}/model', [...paths, '/api/rating-models'])
  const required = useRequired()
  const r = run.data
  const make = may('rating_model.make')
  const actions = r && (
    <>
      {make && !ended(r.state) && <Button danger loading={cancel.isPending} onClick={() => cancel.mutate({ path: { id } })}>{t.cancel}</Button>}
      {make && ended(r.state) && <Button onClick={() => go(`/rating/trainings/new?from=${id}`)}>{t.again}</Button>}
      {r.model ? <Button type="primary" onClick={() => go(`/rating/models/${r.model}`)}>{t.model}</Button>
        : make && r.state === 'done' && r.by === me.account && <Button type="primary" icon={<Icon name="check" size={16} />} onClick={() => setKeeping(true)}>{t.keep}</Button>}
    </>
  )
  return (
    <Page title={r?.name || t.title} back={{ to: '/rating/trainings', name: t.back }} actions={actions}
      about={r && <span className="row"><Tag tone={runTones[r.state]}>{state(r.state)}</Tag><span>{r.sample_name} · {t.by(r.by_name)} · <At ms={r.at_ms} /></span></span>}>
      <Shown of={run}>{(x) => (x.state === 'done' ? <Done of={x} /> : x.state === 'failed' ? <Failed of={x} /> : x.state === 'cancelled' ? <p className="notice">{t.cancelled}</p> : <Going of={x} />)}</Shown>
      <Ask open={keeping} title={t.keep} about={t.keepAbout} ok={t.keep} close={() => setKeeping(false)} initial={{ name: r?.name }}
        send={async (v: { name: string }) => go(`/rating/models/${(await keep.mutateAsync({ path: { id }, body: { name: v.name.trim() }, headers: { 'Idempotency-Key': attempt() } })).id}`)}>
        <Form.Item name="name" label={t.name} extra={t.nameHint} rules={[required]}><Input maxLength={60} /></Form.Item>
      </Ask>
    </Page>
  )
}

function Going({ of }: { of: Run }) {
  const t = useWords(said)
  const step = useWords(steps)
  const job = useJob(of.id) ?? of.job
  const keys = Object.keys(steps.zh) as (keyof typeof step)[]
  // what the job says is newer than what was read of the run
  const at = Math.max(0, keys.findIndex((k) => job?.note?.startsWith(steps.zh[k])), keys.indexOf((of.step || 'reading') as keyof typeof step))
  return (
    <Card>
      <div className="stack">
        <StageLine stages={keys.map((k, i) => ({ key: k, name: step[k], state: of.state === 'queued' || i > at ? 'next' : i === at ? 'now' : 'done' }))} />
        {job?.state === 'failed' ? <p className="notice bad">{t.stuck} {job.zh}</p> : <Progress done={job?.done} total={job?.total} note={job?.note || runStates.zh[of.state]} />}
      </div>
    </Card>
  )
}

function Failed({ of }: { of: Run }) {
  const t = useWords(said)
  const { lang } = useLang()
  return (
    <div className="failed" role="alert">
      <strong>{t.failed}</strong>
      <p>{t.failedHint}</p>
      <ul style={{ paddingLeft: 20, display: 'grid', gap: 6 }}>
        {(of.faults ?? []).map((f, i) => (
          <li key={i}>{f.field && !f.title.includes(f.field) && <b>{f.field}　</b>}{lang === 'zh' ? f.title : f.title_en}{f.line ? `（${t.line(String(f.line))}）` : ''}{f.value ? `：${f.value}` : ''} <code>{f.code}</code></li>
        ))}
      </ul>
    </div>
  )
}

function Done({ of }: { of: Run }) {
  const t = useWords(said)
  const report = of.report!
  return (
    <>
      <p className="notice">{t.reference}</p>
      <Tabs keep={['feature']} of={[
        { key: 'report', name: t.report, show: <ReportTab of={of} report={report} /> },
        { key: 'bins', name: t.bins, show: <Adjust run={of} report={report} /> },
        { key: 'plots', name: t.plots, show: <Plots report={report} validation={of.validation} /> },
        { key: 'plan', name: t.plan, show: <PlanTab of={of} /> },
      ]} />
    </>
  )
}

function ReportTab({ of, report }: { of: Run; report: Report }) {
  const t = useWords(said)
  const { lang } = useLang()
  const trend = useCode(trendWords)
  const f = of.figures!
  const items = report.items ?? []
  const chosen = items.filter((i) => !i.out_zh)
  const out = items.filter((i) => i.out_zh)
  const card = of.card?.characteristics ?? []
  const span = (name: string) => {
    const all = (card.find((c) => c.name === name)?.bins ?? []).map((b) => b.points)
    return all.length > 0 ? t.from(String(Math.min(...all)), String(Math.max(...all))) : '—'
  }
  const low = card.reduce((n, c) => n + Math.min(...allBins(c).map((b) => b.points)), 0)
  const high = card.reduce((n, c) => n + Math.max(...allBins(c).map((b) => b.points)), 0)
  const direction = (name: string) => {
    const b = report.bins?.find((x) => x.name === name)
    if (!b?.trend) return trend('category')
    return b.trend !== 'auto' ? trend(b.trend) : of.ask.features || of.ask.columns?.[name]?.trend ? t.byData : <Tag tone="wait">{t.undeclared}</Tag>
  }
  const link = (i: { zh: string; name: string }) => <Link to={`?tab=bins&feature=${encodeURIComponent(i.name)}`}>{lang === 'zh' ? i.zh : i.name}</Link>
  return (
    <>
      <Card>
        <div className="figures">
          <Stat name={t.auc} value={f.auc.toFixed(3)} />
          <Stat name={t.ks} value={f.ks.toFixed(3)} />
          <Stat name={t.rows} value={count(f.rows)} />
          <Stat name={t.bad} value={count(f.bad)} unit={share(f.bad / f.rows)} />
          <Stat name={t.used} value={f.used} />
          <Stat name={t.score} value={t.from(String(low), String(high))} />
        </div>
        <p className="quiet small" style={{ marginTop: 10 }}>{t.aucHint}</p>
      </Card>
      {of.rejects && <Rejects of={of} report={report} />}
      {(of.changes?.length ?? 0) > 0 && (
        <Card title={t.changes} extra={of.from && <Link to={`/rating/trainings/${of.from}`}>{t.origin}</Link>}>
          <div className="stack">
            {of.changes!.map((c, i) => (
              <div key={i}>
                <p><b>{t.changed(c.title, c.by_name)}</b> <At ms={c.at_ms} /> · {t.ivs(c.iv_before.toFixed(3), c.iv_after.toFixed(3))}</p>
                <Diff of={[{ name: t.bins, before: (c.before ?? []).join('｜'), after: (c.after ?? []).join('｜') }]} />
              </div>
            ))}
            <p className="quiet small">{t.changesHint}</p>
          </div>
        </Card>
      )}
      <Card title={t.chosen}>
        <p className="quiet small" style={{ marginBottom: 8 }}>{t.ivHint}</p>
        <Sheet label={t.chosen} head={[t.feature, t.iv, t.trend, t.points, t.beta]} right={[1, 3, 4]}
          rows={chosen.map((i) => ({ key: i.name, cells: [link(i), i.iv.toFixed(3), direction(i.name), span(i.name), `${i.beta?.toFixed(3)} (${i.deviation?.toFixed(3)})`] }))} />
      </Card>
      <Card title={t.out}>
        {out.length === 0 ? <p className="quiet">{t.none}</p>
          : <Sheet label={t.out} head={[t.feature, t.iv, t.why]} right={[1]} rows={out.map((i) => ({ key: i.name, cells: [link(i), i.iv.toFixed(3), lang === 'zh' ? i.out_zh : i.out_en] }))} />}
      </Card>
    </>
  )
}

type Pointed = { points: number }
const allBins = (c: { bins: Pointed[] | null; specials?: Pointed[] | null; unknown?: Pointed | null }) => [...(c.bins ?? []), ...(c.specials ?? []), ...(c.unknown ? [c.unknown] : [])]

function Rejects({ of, report }: { of: Run; report: Report }) {
  const t = useWords(said)
  const p = of.rejects!
  const bands = p.bands ?? []
  const a = p.accepted!
  const rate = (r: Pick<Report, 'total'>) => share(r.total.bad / (r.total.good + r.total.bad))
  const lines: [string, string, string][] = [
    [t.rows, count(a.total.good + a.total.bad), count(report.total.good + report.total.bad)],
    [t.badRate, rate(a), rate(report)],
    [t.used, String((a.items ?? []).filter((i) => !i.out_zh).length), String((report.items ?? []).filter((i) => !i.out_zh).length)],
    [t.trainAuc, a.auc.toFixed(3), report.auc.toFixed(3)],
    [t.trainKs, a.ks.toFixed(3), report.ks.toFixed(3)],
  ]
  return (
    <Card title={t.rejects}>
      <div className="stack">
        <p className="notice wait">{t.rejectsSay(count(bands.reduce((n, b) => n + b.rejected, 0)), count(bands.reduce((n, b) => n + b.assumed_bad, 0)), plain(p.factor))} {p.refused > 0 && t.refusedOut(count(p.refused))}</p>
        <Sheet label={t.rejects} head={['', t.accepted, t.both]} right={[1, 2]} rows={lines.map((l) => ({ key: l[0], cells: l }))} />
        <h3 className="h3">{t.bands}</h3>
        <Sheet label={t.bands} head={[t.band, t.acceptedN, t.acceptedBad, t.rejectedN, t.assumed]} right={[1, 2, 3, 4]}
          rows={bands.map((b) => ({ key: String(b.from), cells: [b.from, count(b.accepted), share(b.bad / Math.max(1, b.accepted)), count(b.rejected), count(b.assumed_bad)] }))} />
      </div>
    </Card>
  )
}

function PlanTab({ of }: { of: Run }) {
  const t = useWords(said)
  const { ask } = of
  const p = ask.plan!
  return (
    <Card>
      <Facts of={[
        [t.sample, of.sample_name], [t.target, ask.target], [t.badIs, ask.bad], [t.features, ask.features ? t.set : t.ownColumns],
        ...(of.absent?.length ? [[t.absent, of.absent.join('、')] as [string, string]] : []),
        [t.times, <><At ms={of.started_ms} /> – <At ms={of.ended_ms} /></>], [t.folds, t.foldsOf(String(ask.folds), String(ask.seeds))],
        [t.minShare, share(p.min_share)], [t.minIV, plain(p.min_iv)], [t.tendency, p.tendency ? share(p.tendency) : t.ofSample],
        [t.scale, t.scaleOf(String(p.scale.base), plain(p.scale.odds), plain(p.scale.pdo))],
      ]} />
    </Card>
  )
}
