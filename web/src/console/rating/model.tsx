// One model: how far it has come, what it still lacks, what it looks at, how well it does,
// and what was done with it.
import { Button, Dropdown, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { grave, type Model, modelStates, modelTones, modelVerbs, modelVerbsAbout, modelWay, reasoned, stale } from '../../domain/rating/model'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Facts, StageLine, Tag } from '../../kit/show'
import { Tabs } from '../../kit/tabs'
import { day } from '../../kit/time'
import { Timeline } from '../../kit/timeline'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Looks } from './looks'
import { ManifestPart } from './manifest'
import { Plots } from './plots'

const said = words({
  title: ['评级模型', 'Rating model'],
  back: ['评级模型', 'models'],
  named: [(name: string, n: string) => `${name}（第 ${n} 版）`, (name: string, n: string) => `${name}, edition ${n}`],
  about: ['评分供银行参考，不是征信评级，不替银行决定。', 'Scores are a reference for banks: no bureau rating, and no decision.'],
  card: ['模型卡', 'Model card'],
  export: ['导出评分卡', 'Export the card'],
  json: ['JSON（原样，可再导入）', 'JSON, as it is kept; it may be imported again'],
  pmml: ['PMML（其他评分系统）', 'PMML, for other scoring systems'],
  sql: ['SQL（在数据库里评分）', 'SQL, to score in a database'],
  missing: ['还缺下列内容，补全后才能启用', 'It may be put into use when this is there'],
  missingNow: ['提交评审前须补全', 'To be completed before it is submitted'],
  words: ['意见或理由', 'Why'],
  imported: ['导入', 'imported'],
  origin: ['由谁、在哪里做成', 'Who made it, and where'],
  importedBy: ['导入人', 'Imported by'],
  maker: ['操作人', 'Made by'],
  state: ['状态', 'State'],
  auc: ['把坏企业排在好企业后面的机会', 'Chance to rank a bad firm behind a good one'],
  within: [(d: string) => `上下约 ${d}，样本外；抛硬币是 50%`, (d: string) => `some ${d} more or less, on rows it was not made of; a coin has 50%`],
  sampled: [(rows: string, bad: string) => `${rows} 户，其中坏的 ${bad} 户`, (rows: string, bad: string) => `${rows} firms, ${bad} of them bad`],
  trained: ['训练样本', 'Made of'],
  besideUsed: ['与在用的比较', 'Compare with the one in use'],
  besideShadow: ['与影子比较', 'Compare with the shadows'],
  months: ['监测', 'Monitoring'],
  supposed: [(factor: string, auc: string) => `训练时推断了被拒绝企业的结果，假设其违约率是同分的获批企业的 ${factor} 倍；这是假设，数据不能证实。只用获批企业做的卡，训练样本上的 AUC 是 ${auc}。`, (factor: string, auc: string) => `What would have become of refused firms was inferred, supposing ${factor} times the bad rate of accepted ones of the same score: no data can prove that. The card of accepted firms alone has an AUC of ${auc} on its own rows.`],
  manifest: ['模型清单', 'Manifest'],
  looks: ['评分项与分值', 'What is looked at'],
  does: ['表现', 'How well it does'],
  done: ['经过', 'What was done'],
  untried: ['还没有验证', 'Not validated yet'],
  try: ['用样本验证', 'Validate on a sample'],
  tryAgain: ['换一份样本验证', 'Validate on another sample'],
  tryAbout: ['样本的列名应与评分项的标识相同，并有一列写明后来是好是坏。样本不能是做卡时用过的企业，否则结果偏高。', 'Columns are named as the characteristics are, and one tells what came of each firm. Firms that the card was made of would flatter it.'],
  tried: [(name: string, rows: string, bad: string, refused: string) => `在样本“${name}”上验证：${rows} 户，其中坏的 ${bad} 户；评分卡不能评分的 ${refused} 户，未计入。`, (name: string, rows: string, bad: string, refused: string) => `Validated on the sample ${name}: ${rows} firms, ${bad} of them bad; ${refused} that the card does not score count for nothing.`],
  sample: ['样本', 'Sample'],
  sampleOf: [(name: string, rows: string) => `${name}（${rows} 户）`, (name: string, rows: string) => `${name}, ${rows} firms`],
  noSamples: ['还没有样本，请先在“训练”中上传。', 'There is no sample yet: hand one in under training.'],
  target: ['结果列', 'Column of the outcome'],
  targetHint: ['只有两种值的列才能是结果', 'Only a column of two values can be one'],
  badValue: ['表示坏的值', 'Value of bad firms'],
  valueOf: [(v: string, rows: string) => `${v}（${rows} 户）`, (v: string, rows: string) => `${v}, ${rows} firms`],
  untriedHint: ['导入的评分卡须先在本平台的样本上验证，才知道它区分好坏的能力。', 'An imported card has to be validated on a sample of the platform before it is known how well it does.'],
})


export default function ModelPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const model = useGet('/api/rating-models/{id}', { path: { id } })
  const m = model.data?.model
  return (
    <Page title={m ? t.named(m.name, String(m.edition)) : t.title} about={t.about} back={{ to: '/rating/models', name: t.back }} actions={m && <Actions of={m} />}>
      <Shown of={model} rows={10}>{(d) => <Known of={d} />}</Shown>
    </Page>
  )
}

function Actions({ of }: { of: Model['model'] }) {
  const t = useWords(said)
  const { lang } = useLang()
  const go = useNavigate()
  const base = `/api/rating-models/${of.id}`
  const menu = (['json', 'pmml', 'sql'] as const).map((as) => ({ key: as, label: <a href={`${base}/export?as=${as}`} download>{t[as]}</a> }))
  const used = useGet('/api/rating-models', { query: { state: 'active' } }).data?.items ?? []
  const shadows = useGet('/api/rating-models', { query: { state: 'shadow' } }).data?.items ?? []
  const beside = [...new Set([...used, ...shadows.slice(0, 2)].map((m) => m.id).filter((id) => id !== of.id))] // a comparison has four at most
  const watched = ['shadow', 'active', 'retired'].includes(of.state)
  return (
    <>
      {beside.length > 0 && <Button icon={<Icon name="compare" size={16} />} onClick={() => go(`/rating/compare?ids=${(of.state === 'active' ? [of.id, ...beside] : [...beside, of.id]).join(',')}`)}>{of.state === 'active' ? t.besideShadow : t.besideUsed}</Button>}
      {watched && <Button icon={<Icon name="clock" size={16} />} onClick={() => go(`/rating/months/${of.id}`)}>{t.months}</Button>}
      <Dropdown trigger={['click']} menu={{ items: menu }}>
        <Button icon={<Icon name="download" size={16} />} aria-haspopup="menu">{t.export}</Button>
      </Dropdown>
      <Button icon={<Icon name="print" size={16} />} href={`${base}/card-page?lang=${lang}`} target="_blank">{t.card}</Button>
    </>
  )
}

function Known({ of }: { of: Model }) {
  const t = useWords(said)
  const state = useCode(modelStates)
  const verb = useCode(modelVerbs)
  const { lang } = useLang()
  const m = of.model
  const missing = (of.missing ?? []).filter((x) => x.field !== 'review' || m.state !== 'made')
  return (
    <>
      <Card>
        <Line of={of} />
        <Facts of={[
          [t.state, <span key="s" className="tags"><Tag tone={modelTones[m.state as keyof typeof modelTones]}>{state(m.state)}</Tag>{m.manifest.origin && <Tag>{t.imported}</Tag>}</span>],
          ...(m.manifest.origin ? [[t.origin, m.manifest.origin], [t.importedBy, m.manifest.operator_name]] as [string, string][] : [[t.maker, m.manifest.operator_name]] as [string, string][]),
          [t.auc, m.validation ? <span key="a"><b className="num">{(100 * m.validation.held.auc).toFixed(1)}%</b> <span className="quiet small">{t.within(`${(100 * m.validation.held.auc_deviation).toFixed(1)}%`)}</span></span> : t.untried],
          [t.trained, m.manifest.rows ? t.sampled(count(m.manifest.rows), count(m.manifest.bad)) : undefined],
        ]} />
        {missing.length > 0 && m.state !== 'retired' && (
          <div className="notice wait" style={{ marginTop: 12 }}>
            {m.state === 'made' ? t.missingNow : t.missing}：{missing.map((x) => (lang === 'zh' ? x.title : x.title_en)).join(lang === 'zh' ? '、' : ', ')}
          </div>
        )}
        <Act of={of} />
      </Card>
      <Tabs of={[
        { key: 'manifest', name: t.manifest, show: <ManifestPart of={of} /> },
        { key: 'looks', name: t.looks, show: <Looks of={m} /> },
        { key: 'does', name: t.does, show: <Does of={of} /> },
        { key: 'done', name: t.done, show: <Timeline of={(m.acts ?? []).map((a, seq) => ({ ...a, seq, reason: a.words }))} what={(a) => verb(a.verb)} role={(r) => r} /> },
      ]} />
    </>
  )
}

function Does({ of }: { of: Model }) {
  const t = useWords(said)
  const may = useMay()
  const [open, setOpen] = useState(false)
  const { report, validation, state, manifest } = of.model
  const tried = validation?.tried
  const again = manifest.origin && state === 'made' && may('rating_model.make') && <Button type={tried ? 'default' : 'primary'} onClick={() => setOpen(true)}>{tried ? t.tryAgain : t.try}</Button>
  return (
    <>
      {!validation && <Card><Empty icon="chart" title={t.untried} hint={t.untriedHint} action={again} /></Card>}
      {tried && <Card extra={again}><p>{t.tried(tried.name, count(tried.rows), count(tried.bad), count(tried.refused))}</p><code className="small" style={{ overflowWrap: 'anywhere' }}>SHA-256 {tried.sha256}</code></Card>}
      {report?.rejects?.accepted && <div className="notice wait">{t.supposed(String(report.rejects.factor), report.rejects.accepted.auc.toFixed(3))}</div>}
      {(report ?? validation) && <Plots report={report} validation={validation} />}
      {open && <Try of={of} close={() => setOpen(false)} />}
    </>
  )
}

function Try({ of, close }: { of: Model; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const samples = useGet('/api/rating-samples', { query: { limit: 200 } })
  const assess = useChange('post', '/api/rating-models/{id}/validations', stale)
  const list = samples.data?.items ?? []
  const outcomes = (id: string) => (list.find((x) => x.id === id)?.columns ?? []).filter((c) => c.values?.length === 2)
  return (
    <Ask<{ sample: string; target: string; bad: string }> open close={close} title={t.try} about={t.tryAbout} ok={t.try}
      send={(v) => assess.mutateAsync({ path: { id: of.model.id }, body: { ...v, version: of.model.version } })}>
      <Form.Item name="sample" label={t.sample} rules={[required]} extra={samples.data && list.length === 0 ? t.noSamples : undefined}>
        <Select loading={samples.isPending} options={list.map((x) => ({ value: x.id, label: t.sampleOf(x.name, count(x.rows)) }))} />
      </Form.Item>
      <Form.Item noStyle dependencies={['sample', 'target']}>
        {({ getFieldValue }) => {
          const columns = outcomes(getFieldValue('sample') as string)
          const values = columns.find((c) => c.name === getFieldValue('target'))?.values ?? []
          return (
            <>
              <Form.Item name="target" label={t.target} extra={t.targetHint} rules={[required]}><Select disabled={columns.length === 0} options={columns.map((c) => ({ value: c.name, label: c.name }))} /></Form.Item>
              <Form.Item name="bad" label={t.badValue} rules={[required]}><Select disabled={values.length === 0} options={values.map((v) => ({ value: v.text, label: t.valueOf(v.text, count(v.rows)) }))} /></Form.Item>
            </>
          )
        }}
      </Form.Item>
    </Ask>
  )
}

/** Line shows how far a model has come; what has been in use and is not any more ends there. */
function Line({ of }: { of: Model }) {
  const state = useCode(modelStates)
  const m = of.model
  const reached: Record<string, string> = { submit: 'submitted', approve: 'approved', cast: 'shadow', activate: 'active' }
  const at: Record<string, string> = {}
  for (const a of m.acts ?? []) {
    if (a.verb === 'return') for (const s of modelWay) delete at[s]
    else if (reached[a.verb]) at[reached[a.verb]!] = day(a.at_ms)
  }
  const over = m.state === 'retired'
  const now = modelWay.indexOf(m.state as (typeof modelWay)[number])
  const stages = modelWay
    .filter((s) => s !== 'shadow' || at.shadow || m.state === 'approved')
    .filter((s) => !over || s === 'made' || at[s])
    .map((s) => ({ key: s as string, name: state(s), state: over || modelWay.indexOf(s) < now || (s === m.state && s === 'active') ? ('done' as const) : s === m.state ? ('now' as const) : ('next' as const), note: at[s] }))
  if (over) stages.push({ key: 'retired', name: state('retired'), state: 'done', note: day(m.changed_ms) })
  return <StageLine stages={stages} />
}

function Act({ of }: { of: Model }) {
  const t = useWords(said)
  const verb = useCode(modelVerbs)
  const about = useCode(modelVerbsAbout)
  const required = useRequired()
  const may = useMay()
  const [open, setOpen] = useState('')
  const act = useChange('post', '/api/rating-models/{id}/decisions', stale)
  const m = of.model
  const can = (of.can ?? []).filter((v) => may('rating_model.act') && !(v === 'submit' && of.missing?.some((x) => x.field !== 'review')))
  if (can.length === 0) return null
  return (
    <div className="row no-print" style={{ marginTop: 14 }}>
      {can.map((v) => <Button key={v} type={['submit', 'approve', 'activate'].includes(v) ? 'primary' : 'default'} danger={grave.includes(v)} onClick={() => setOpen(v)}>{verb(v)}</Button>)}
      <Ask<{ words?: string }> open={open !== ''} close={() => setOpen('')} title={`${verb(open)}：${m.name}`} about={about(open)} ok={verb(open)} danger={grave.includes(open)}
        send={(v) => act.mutateAsync({ path: { id: m.id }, body: { verb: open as 'submit', words: v.words?.trim(), version: m.version } })}>
        {reasoned.includes(open) && <Form.Item name="words" label={t.words} rules={[required]}><Input.TextArea rows={3} maxLength={2000} autoFocus /></Form.Item>}
      </Ask>
    </div>
  )
}
