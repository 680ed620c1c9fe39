import { Button, Checkbox, Collapse, Form, type FormInstance, Input, InputNumber, Radio, Select } from 'antd'
import { cloneElement, type ReactElement, useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useQueryClient } from '@tanstack/react-query'
import { type Answer, attempt } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { trendWords } from '../../domain/rating/model'
import { addSample, type Column, paths, plain, type Run, type Sample, share, unfit } from '../../domain/rating/training'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { useSay } from '../../kit/say'
import { Tag } from '../../kit/show'
import { useWide } from '../../kit/wide'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { lead } from './sheet'

const said = words({
  title: ['新的训练', 'New training'],
  about: ['先选样本，看清每一列，再定结果、指标和方案。', 'Choose a sample, look at each column, then say what the outcome, the features and the plan are.'],
  back: ['模型训练', 'training'],

  sample: ['样本', 'Sample'],
  sampleHint: ['CSV（UTF-8），第一行为列名，一行一家企业，未知请留空；最大 200 MB。文件加密保存，只用于训练。', 'CSV in UTF-8, names in the first line, a row a firm, unknown cells empty; 200 MB at most. It is kept sealed and used for training only.'],
  choose: ['已上传的样本', 'Samples that are here'],
  upload: ['上传样本', 'Send a sample'],
  rows: [(n: string, m: string) => `${n} 行，${m} 列`, (n: string, m: string) => `${n} rows, ${m} columns`],

  outcome: ['结果', 'Outcome'],
  target: ['结果所在的列', 'Column of the outcome'],
  targetHint: ['例如“12个月内逾期90天以上”。只列出每行都写明、恰好两种值的列。', 'Say, 90 days late within 12 months. Columns that are never empty and have two values are shown.'],
  bad: ['哪个值是坏的', 'Which value is bad'],
  value: [(v: string, n: string, p: string) => `${v}（${n} 行，${p}）`, (v: string, n: string, p: string) => `${v} (${n} rows, ${p})`],
  period: ['时期所在的列', 'Column of periods'],
  periodHint: ['填了则要求每个时期里分箱次序一致；值为从 0 起的整数', 'Bins then keep their order in each; whole numbers from 0'],
  optional: ['（可不填）', ' (optional)'],

  features: ['指标', 'Features'],
  how: ['指标的含义由谁写明', 'Who says what columns mean'],
  columns: ['在下面逐列写明', 'Column by column, below'],
  shipped: ['随程序的小微企业评级指标（列名与指标标识相同）', 'The shipped features of small firms (columns are named as they are)'],
  file: ['上传指标文件（YAML）', 'A declaration (YAML)'],
  only: ['只有指标集里的指标有部门数据来源，能给企业评分；逐列写明的卡只能用于研究和离线评分。', 'Features of a set have departments as their source and can rate firms; a card of columns is for study and for scoring files.'],
  policy: ['方向由政策定，不由数据定：欠税越多风险越高，即使这批样本碰巧相反。没有写明方向的指标可以先训练看看，但含有它的卡不能保存为模型。', 'Directions are set by policy, not by data. A column without one may be looked at; no model is made of a card that has it.'],
  used: [(n: string, m: string) => `用 ${n} 列，其中 ${m} 列没有写明方向`, (n: string, m: string) => `${n} columns, ${m} without a direction`],
  use: ['使用', 'Use'],
  column: ['列', 'Column'],
  zh: ['名称', 'Called'],
  kind: ['类型', 'Kind'],
  missing: ['空缺', 'Missing'],
  distinct: ['不同的值', 'Values'],
  range: ['最小至最大', 'Least to largest'],
  trend: ['方向', 'Direction'],
  noTrend: ['请写明', 'Say which'],
  auto: ['说不准，由数据定', 'Unsure: as the data say'],
  least: ['可能最小', 'Least'],
  most: ['可能最大', 'Most'],
  number: ['数', 'number'],
  category: ['类别', 'category'],
  isCategory: ['数字代表类别', 'Numbers are names'],
  infinite: [(n: string) => `${n} 行无穷大`, (n: string) => `${n} infinite`],
  unfit_missing: ['全部为空，不能用', 'empty everywhere'],
  unfit_constant: ['只有一个值，没有区分能力', 'the same everywhere'],
  unfit_names: ['超过 50 种文字，像名称或编号', 'more than 50 texts: names'],
  more: [(n: string) => `${n} 以上`, (n: string) => `${n} or more`],
  there: [(n: string, m: string) => `样本有其中 ${n} 项，另 ${m} 项没有，训练时不用`, (n: string, m: string) => `${n} are in the sample; ${m} are not, and are left out`],

  plan: ['方案', 'Plan'],
  name: ['评分卡名称', 'Name of the card'],
  finer: ['细节（通常不用改）', 'Finer points (mostly left as they are)'],
  min_share: ['每箱至少占样本', 'Least share of a bin'],
  max_bins: ['每项最多几箱（0 为不限）', 'Most bins (0: any)'],
  max_leaves: ['初始分箱最多', 'Most pre-bins'],
  min_iv: ['信息值低于此剔除', 'Leave out below this IV'],
  max_correlation: ['相关系数高于此只留一个', 'Keep one above this correlation'],
  ridge: ['岭惩罚', 'Ridge'],
  base: ['基准分', 'Base score'],
  odds: ['基准分处好坏比', 'Odds at the base'],
  pdo: ['好坏比翻倍的分', 'Points that double the odds'],
  tendency: ['中心违约率（0 为样本中的占比）', 'Central tendency (0: the sample’s)'],
  folds: ['交叉验证分几份', 'Folds'],
  seeds: ['做几次', 'How often'],
  seed: ['随机种子', 'Seed'],
  grades: ['等级 AAA 至 C，各级最高违约率从 0.5% 起逐级翻倍。', 'Grades AAA to C: the highest probability doubles from 0.5%.'],

  rejects: ['拒绝推断（可不填）', 'Rejects (optional)'],
  rejectsAbout: ['只用获批企业训练，会低估被拒企业的风险。可以另给一份被拒企业的样本（同样的指标列，不看结果列），按同分获批企业坏账率的若干倍假设其中多少会坏。', 'A card of accepted firms alone understates the risk of refused ones. Give a sample of those (same columns; its outcome is not read); so many are taken for bad as the bad rate of accepted firms of the same score, times a factor, says.'],
  rejectsLimit: ['倍数是假设，数据不能证实，见效通常有限；报告会把只用获批企业的卡并列给出，请比较后再决定用哪一张。', 'The factor is a guess that no data confirm, and gains are mostly modest; the report sets the card of accepted firms beside it.'],
  rejected: ['被拒企业的样本', 'Sample of refused firms'],
  factor: ['坏账倍数（1 至 10）', 'Factor (1 to 10)'],

  go: ['开始训练', 'Train'],
  failed: ['上一次训练没有成功，请按下面所说修改', 'The last run failed; mend what is said below'],
  vouch: [(name: string) => `若“${name}”在放款前就能知道，写明为什么；否则请剔除`, (name: string) => `If ${name} is known before the loan is given, say why; else leave it out`],
  leave: ['不用的指标', 'Features to leave out'],
})

type Declared = { use?: boolean; zh?: string; unit?: string; trend?: string; low?: number | null; high?: number | null; category?: boolean }
type Plan = Answer<'/api/rating-training-plan'>
type Values = {
  name: string; sample: string; target: string; bad: string; period?: string; mode: 'columns' | 'shipped' | 'file'; features?: string
  columns?: Record<string, Declared>; leave?: string[]; vouched?: Record<string, string>; rejects?: string; factor?: number; folds: number; seeds: number
  seed: number; max_leaves: number; min_share: number; max_bins: number; min_iv: number; max_correlation: number; ridge: number; base: number; odds: number; pdo: number; tendency?: number
}

const shipped = 'smefeatures'

export default function NewTraining() {
  const t = useWords(said)
  const [at] = useSearchParams()
  const from = at.get('from') ?? ''
  const plan = useGet('/api/rating-training-plan', {}, { staleTime: Infinity })
  const before = useGet('/api/rating-trainings/{id}', { path: { id: from } }, { enabled: from !== '' })
  return (
    <Page title={t.title} about={t.about} back={{ to: '/rating/trainings', name: t.back }}>
      <Shown of={plan}>{(p) => (from === '' ? <Asking plan={p} sample={at.get('sample') ?? undefined} /> : <Shown of={before}>{(run) => <Asking plan={(run.ask.plan as Plan | undefined) ?? p} before={run} sample={run.sample} />}</Shown>)}</Shown>
    </Page>
  )
}

/** first are the values that a form begins with. */
function first(plan: Plan, sample?: string, before?: Run): Partial<Values> {
  const { scale, ...p } = plan
  const ask = before?.ask
  return {
    ...p, ...scale, min_share: p.min_share * 100, tendency: (p.tendency ?? 0) * 100, name: ask?.name ?? '', sample, target: ask?.target, bad: ask?.bad, period: ask?.period,
    mode: !ask?.features ? 'columns' : ask.features === shipped ? 'shipped' : 'file', features: ask?.features === shipped ? undefined : ask?.features,
    leave: (ask?.leave as string[] | undefined) ?? [], vouched: p.vouched as Record<string, string> | undefined, rejects: ask?.rejects?.sample, factor: ask?.rejects?.factor ?? 2, folds: ask?.folds ?? 5, seeds: ask?.seeds ?? 3,
  }
}

function Asking({ plan, sample, before }: { plan: Plan; sample?: string; before?: Run }) {
  const t = useWords(said)
  const { lang } = useLang()
  const go = useNavigate()
  const required = useRequired()
  const [form] = Form.useForm<Values>()
  const ask = useChange('post', '/api/rating-trainings', paths)
  const samples = useGet('/api/rating-samples', { query: { limit: 200 } })
  const chosen = Form.useWatch('sample', form)
  const all = useMemo(() => samples.data?.items ?? [], [samples.data])
  const of = all.find((x) => x.id === chosen)
  const mode = Form.useWatch('mode', form)
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const run = await ask.mutateAsync({ body: bodyOf(v, plan, of!), headers: { 'Idempotency-Key': attempt() } })
    go(`/rating/trainings/${run.id}`)
  })
  const faults = before?.faults ?? []
  const mended = useMemo(() => new Map((before?.faults ?? []).map((f) => [f.field ?? '', lang === 'zh' ? f.title : f.title_en])), [before, lang])
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} initialValues={first(plan, sample, before)} scrollToFirstError>
      <div className="stack">
        {faults.length > 0 && (
          <div className="notice bad">
            <b>{t.failed}</b>
            <ul style={{ paddingLeft: 18 }}>
              {faults.map((f, i) => (
                <li key={i}>
                  {lang === 'zh' ? f.title : f.title_en}
                  {f.code === 'rating.leak' && <Form.Item name={['vouched', f.field!]} label={t.vouch(f.field!)} style={{ margin: '6px 0 12px' }}><Input maxLength={200} /></Form.Item>}
                </li>
              ))}
            </ul>
          </div>
        )}
        <Card title={t.sample}>
          <p className="quiet" style={{ marginBottom: 12 }}>{t.sampleHint}</p>
          <SampleField form={form} name="sample" label={t.choose} all={all} />
        </Card>
        {of && (
          <>
            <Outcome form={form} of={of} />
            <Card title={t.features}>
              <Form.Item name="mode" label={t.how} extra={t.only}>
                <Radio.Group options={[{ value: 'columns', label: t.columns }, { value: 'shipped', label: t.shipped }, { value: 'file', label: t.file }]} className="choices" />
              </Form.Item>
              {mode === 'file' && <Form.Item name="features" label={t.file} rules={[required]}><YamlField /></Form.Item>}
              {mode === 'columns' ? <Columns key={of.id} form={form} of={of} before={before?.sample === of.id ? before : undefined} wrong={mended} /> : <Matched of={of.id} mode={mode} form={form} />}
            </Card>
            <PlanFields />
            <Card title={t.rejects}>
              <p className="quiet" style={{ marginBottom: 8 }}>{t.rejectsAbout}</p>
              <p className="notice wait" style={{ marginBottom: 14 }}>{t.rejectsLimit}</p>
              <SampleField form={form} name="rejects" label={t.rejected} all={all} optional />
              <Form.Item name="factor" label={t.factor}><InputNumber min={1} max={10} step={0.5} /></Form.Item>
            </Card>
            <Wrong text={wrong} />
            <div><Button type="primary" size="large" htmlType="submit" loading={busy}>{t.go}</Button></div>
          </>
        )}
      </div>
    </Form>
  )
}

/** bodyOf is what is asked for. */
function bodyOf(v: Values, plan: Plan, of: Sample) {
  const declared = Object.entries(v.columns ?? {}).filter(([name]) => name !== v.target && name !== v.period)
  const used = declared.filter(([, d]) => d.use)
  return {
    name: v.name.trim(), sample: v.sample, target: v.target, bad: v.bad, period: v.period || undefined, folds: v.folds, seeds: v.seeds,
    features: v.mode === 'columns' ? undefined : v.mode === 'shipped' ? shipped : v.features,
    columns: v.mode !== 'columns' ? undefined : Object.fromEntries(used.map(([name, { use: _, ...d }]) => [name, {
      ...d, zh: d.zh?.trim() || undefined, low: d.low ?? undefined, high: d.high ?? undefined, trend: (isCategory(of, name, d) ? undefined : d.trend) as 'auto' | undefined,
    }])),
    leave: v.mode === 'columns' ? declared.filter(([, d]) => !d.use).map(([name]) => name) : v.leave,
    plan: {
      ...plan, seed: v.seed, max_leaves: v.max_leaves, min_share: v.min_share / 100, max_bins: v.max_bins, min_iv: v.min_iv, max_correlation: v.max_correlation, ridge: v.ridge,
      scale: { base: v.base, odds: v.odds, pdo: v.pdo }, tendency: v.tendency ? v.tendency / 100 : undefined, cuts: undefined, groups: undefined,
      vouched: Object.fromEntries(Object.entries(v.vouched ?? {}).map(([name, why]) => [name, why.trim()] as const).filter(([, why]) => why !== '')),
    },
    rejects: v.rejects ? { sample: v.rejects, factor: v.factor ?? 2 } : undefined,
  }
}

const isCategory = (of: Sample, name: string, d?: Declared) => d?.category || of.columns?.find((c) => c.name === name)?.kind === 'text'

/** SampleField chooses a sample that is here, or sends one. */
function SampleField({ form, name, label, all, optional }: { form: FormInstance<Values>; name: 'sample' | 'rejects'; label: string; all: Sample[]; optional?: boolean }) {
  const t = useWords(said)
  const say = useSay()
  const required = useRequired()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const send = async (file: File) => {
    setBusy(true)
    setWrong(undefined)
    try {
      const x = await addSample(file)
      await queries.invalidateQueries({ queryKey: ['/api/rating-samples'] })
      form.setFieldValue(name, x.id)
    } catch (e) {
      setWrong(say(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Wrong text={wrong} />
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <div className="grow">
          <Form.Item name={name} label={label} rules={optional ? [] : [required]} style={{ marginBottom: 12 }}>
            <Select allowClear={optional} options={all.map((x) => ({ value: x.id, label: `${x.name} · ${t.rows(count(x.rows), String(x.columns?.length ?? 0))}` }))} />
          </Form.Item>
        </div>
        <Button loading={busy} icon={<Icon name="upload" size={16} />} onClick={() => input.current?.click()} style={{ marginBottom: 12 }}>{t.upload}</Button>
        <input ref={input} type="file" hidden accept=".csv,text/csv" aria-label={`${t.upload} ${label}`} onChange={(e) => {
          const f = e.target.files?.[0]
          e.target.value = ''
          if (f) void send(f)
        }} />
      </div>
    </>
  )
}

/** YamlField takes the text of a file. */
function YamlField({ value, onChange }: { value?: string; onChange?: (text: string) => void }) {
  const t = useWords(said)
  return (
    <div className="stack">
      <input type="file" accept=".yaml,.yml" aria-label={t.file} onChange={async (e) => onChange?.((await e.target.files?.[0]?.text()) ?? '')} />
      {value && <Input.TextArea value={value} onChange={(e) => onChange?.(e.target.value)} autoSize={{ minRows: 4, maxRows: 14 }} style={{ fontFamily: 'monospace' }} aria-label={t.file} />}
    </div>
  )
}

function Outcome({ form, of }: { form: FormInstance<Values>; of: Sample }) {
  const t = useWords(said)
  const required = useRequired()
  const target = Form.useWatch('target', form)
  const columns = of.columns ?? []
  const values = columns.find((c) => c.name === target)?.values ?? []
  return (
    <Card title={t.outcome}>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="target" label={t.target} extra={t.targetHint} rules={[required]}>
          <Select showSearch onChange={() => form.setFieldValue('bad', undefined)} options={columns.filter((c) => c.missing === 0 && c.values?.length === 2).map((c) => ({ value: c.name, label: c.name }))} />
        </Form.Item>
        <Form.Item name="bad" label={t.bad} rules={[required]}>
          <Select options={values.map((v) => ({ value: v.text, label: t.value(v.text, count(v.rows), share(v.rows / of.rows)) }))} />
        </Form.Item>
        <Form.Item name="period" label={t.period + t.optional} extra={t.periodHint}>
          <Select allowClear showSearch options={columns.filter((c) => c.kind === 'number' && c.missing === 0 && c.name !== target).map((c) => ({ value: c.name, label: c.name }))} />
        </Form.Item>
      </div>
    </Card>
  )
}

/** Matched says which features of a set the sample has. */
function Matched({ of, mode, form }: { of: string; mode?: string; form: FormInstance<Values> }) {
  const t = useWords(said)
  const say = useSay()
  const trend = useCode(trendWords)
  const text = Form.useWatch('features', form)
  const features = mode === 'shipped' ? shipped : text
  const match = useChange('post', '/api/rating-samples/{id}/features', [])
  const { mutate, data, error } = match
  useEffect(() => {
    if (features) mutate({ path: { id: of }, body: { features } })
  }, [of, features, mutate])
  if (!features) return null
  if (error) return <Wrong text={say(error)} />
  const list = data?.features ?? []
  const there = list.filter((f) => f.there)
  return (
    <div className="stack">
      <p>{data?.name}：{t.there(String(there.length), String(list.length - there.length))}</p>
      {there.length > 0 && <ul className="tags" style={{ listStyle: 'none' }}>{there.map((f) => <li key={f.name}><Tag tone="brand">{f.zh} · {trend(f.trend ?? 'category')}</Tag></li>)}</ul>}
      <Form.Item name="leave" label={t.leave + t.optional} style={{ maxWidth: 640 }}><Select mode="multiple" optionFilterProp="label" options={there.map((f) => ({ value: f.name, label: f.zh }))} /></Form.Item>
    </div>
  )
}

function Columns({ form, of, before, wrong }: { form: FormInstance<Values>; of: Sample; before?: Run; wrong: Map<string, string> }) {
  const t = useWords(said)
  const wide = useWide()
  const target = Form.useWatch('target', form)
  const period = Form.useWatch('period', form)
  const declared = Form.useWatch('columns', form)
  const columns = useMemo(() => of.columns ?? [], [of])
  useEffect(() => {
    const had = (before?.ask.columns ?? {}) as Record<string, Declared>
    form.setFieldValue('columns', Object.fromEntries(columns.map((c) => [c.name, { ...had[c.name], use: before ? c.name in had : !unfit(c, of.rows) }])))
  }, [form, of, columns, before])
  const shown = columns.filter((c) => c.name !== target && c.name !== period)
  const used = shown.filter((c) => declared?.[c.name]?.use)
  const without = used.filter((c) => !isCategory(of, c.name, declared?.[c.name]) && !declared?.[c.name]?.trend)
  const row = (c: Column) => ({ c, d: declared?.[c.name], of, wrong: wrong.get(c.name) })
  return (
    <div className="stack">
      <p className="notice">{t.policy}</p>
      <p aria-live="polite"><b>{t.used(String(used.length), String(without.length))}</b></p>
      {wide ? (
        <div className="table-scroll" tabIndex={0} aria-label={t.columns} role="region">
          <table className="data">
            <thead><tr><th scope="col">{t.use}</th><th scope="col">{t.column}</th><th scope="col">{t.zh}</th><th scope="col">{t.kind}</th><th scope="col" className="right">{t.missing}</th><th scope="col" className="right">{t.distinct}</th><th scope="col" className="right">{t.range}</th><th scope="col">{t.trend}</th><th scope="col">{t.least}</th><th scope="col">{t.most}</th></tr></thead>
            <tbody>{shown.map((c) => <Row key={c.name} {...row(c)} />)}</tbody>
          </table>
        </div>
      ) : shown.map((c) => <Small key={c.name} {...row(c)} />)}
    </div>
  )
}

type About = { c: Column; d?: Declared; of: Sample; wrong?: string }

function useFields({ c, d, of, wrong }: About) {
  const t = useWords(said)
  const trend = useCode(trendWords)
  const bad = unfit(c, of.rows)
  const category = isCategory(of, c.name, d)
  const field = (key: keyof Declared, label: string, input: ReactElement<{ 'aria-label'?: string }>, more: object = {}) => <Form.Item name={['columns', c.name, key]} noStyle {...more}>{cloneElement(input, { 'aria-label': `${label} ${c.name}` })}</Form.Item>
  return {
    use: field('use', t.use, <Checkbox disabled={bad !== undefined} />, { valuePropName: 'checked' }),
    zh: field('zh', t.zh, <Input placeholder={c.name} maxLength={40} style={{ minWidth: 110 }} />),
    trend: category ? <span className="quiet">{t.category}</span> : field('trend', t.trend, <Select allowClear placeholder={t.noTrend} style={{ minWidth: 170 }} options={(['ascending', 'descending', 'peak', 'valley'] as const).map((v) => ({ value: v as string, label: trend(v) })).concat({ value: 'auto', label: t.auto })} />),
    low: category ? null : field('low', t.least, <InputNumber style={{ width: 96 }} />),
    high: category ? null : field('high', t.most, <InputNumber style={{ width: 96 }} />),
    kind: <>{category ? t.category : t.number}{c.kind === 'number' && (c.values?.length ?? 0) > 0 && field('category', t.isCategory, <Checkbox style={{ display: 'flex' }} className="small">{t.isCategory}</Checkbox>, { valuePropName: 'checked' })}</>,
    missing: share(c.missing / of.rows),
    distinct: c.many ? t.more(count(c.distinct)) : count(c.distinct),
    range: c.min === undefined || c.max === undefined ? '—' : `${plain(c.min)} – ${plain(c.max)}`,
    said: [wrong, c.infinite > 0 ? t.infinite(count(c.infinite)) : undefined].filter((x) => x !== undefined),
    bad: bad && t[`unfit_${bad}`],
  }
}

function Row(a: About) {
  const f = useFields(a)
  return (
    <tr>
      <td>{f.use}</td>
      <th scope="row" style={lead}>{a.c.name}<Note of={f} /></th>
      <td>{f.zh}</td><td className="nowrap">{f.kind}</td><td className="right num">{f.missing}</td><td className="right num">{f.distinct}</td><td className="right num">{f.range}</td><td>{f.trend}</td><td>{f.low}</td><td>{f.high}</td>
    </tr>
  )
}

function Note({ of }: { of: { said: string[]; bad?: string } }) {
  return <>{of.bad && <div className="small quiet" style={{ fontWeight: 400 }}>{of.bad}</div>}{of.said.map((s) => <div key={s} className="small" style={{ color: 'var(--bad)', fontWeight: 400 }}>{s}</div>)}</>
}

function Small(a: About) {
  const t = useWords(said)
  const f = useFields(a)
  return (
    <fieldset className="fieldset" style={{ paddingBottom: 12, marginBottom: 0 }}>
      <legend style={{ overflowWrap: 'anywhere', maxWidth: '100%' }}>{a.c.name}</legend>
      <Note of={f} />
      <div className="spread"><label className="row">{f.use} {t.use}</label><span className="quiet small">{f.kind}</span></div>
      <p className="quiet small">{t.missing} {f.missing} · {t.distinct} {f.distinct} · {t.range} {f.range}</p>
      {a.d?.use && <div className="stack" style={{ gap: 8 }}>{f.zh}{f.low && f.trend}{f.low && <div className="grid2" style={{ gap: 8 }}><div className="quiet small">{t.least}<br />{f.low}</div><div className="quiet small">{t.most}<br />{f.high}</div></div>}</div>}
    </fieldset>
  )
}

function PlanFields() {
  const t = useWords(said)
  const required = useRequired()
  const n = (name: keyof Values & keyof typeof t, min: number, max: number, step: number, suffix?: string) => (
    <Form.Item name={name} label={t[name] as string} rules={[{ required: true, type: 'number', message: required.message }]}><InputNumber min={min} max={max} step={step} suffix={suffix} style={{ width: '100%' }} /></Form.Item>
  )
  return (
    <Card title={t.plan}>
      <Form.Item name="name" label={t.name} rules={[required]} style={{ maxWidth: 420 }}><Input maxLength={60} /></Form.Item>
      <Collapse ghost items={[{
        key: 'finer', label: t.finer, forceRender: true,
        children: (
          <>
            <div className="grid3" style={{ gap: '0 14px' }}>
              {n('min_share', 0, 50, 0.5, '%')}{n('max_bins', 0, 90, 1)}{n('max_leaves', 2, 200, 1)}
              {n('min_iv', 0, 10, 0.01)}{n('max_correlation', 0.1, 1, 0.05)}{n('ridge', 0, 1e6, 1)}
              {n('base', -1e5, 1e5, 10)}{n('odds', 0.001, 1e6, 1)}{n('pdo', 1, 1000, 5)}
              {n('tendency', 0, 99, 0.1, '%')}{n('folds', 2, 20, 1)}{n('seeds', 1, 10, 1)}{n('seed', 0, 1e9, 1)}
            </div>
            <p className="quiet small">{t.grades}</p>
          </>
        ),
      }]} />
    </Card>
  )
}
