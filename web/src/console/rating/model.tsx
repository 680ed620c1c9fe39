// One model: how far it has come, what it still lacks, what it looks at, how well it does,
// and what was done with it.
import { Button, Dropdown, Form, Input } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { grave, modelStates, modelTones, modelVerbs, modelVerbsAbout, modelWay, reasoned } from '../../domain/rating/model'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
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
  checksum: ['评分卡校验值', 'Checksum of the card'],
  manifest: ['模型清单', 'Manifest'],
  looks: ['评分项与分值', 'What is looked at'],
  does: ['表现', 'How well it does'],
  done: ['经过', 'What was done'],
  untried: ['还没有验证', 'Not validated yet'],
  untriedHint: ['导入的评分卡须先在本平台的样本上验证，才知道它区分好坏的能力。', 'An imported card has to be validated on a sample of the platform before it is known how well it does.'],
})

export type Model = Answer<'/api/rating-models/{id}'>
export const stale = ['/api/rating-models']

export default function ModelPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const model = useGet('/api/rating-models/{id}', { path: { id } })
  const m = model.data?.model
  return (
    <Page title={m ? t.named(m.name, String(m.edition)) : t.title} about={t.about} back={{ to: '/rating/models', name: t.back }} actions={m && <Actions id={m.id} />}>
      <Shown of={model} rows={10}>{(d) => <Known of={d} />}</Shown>
    </Page>
  )
}

function Actions({ id }: { id: string }) {
  const t = useWords(said)
  const { lang } = useLang()
  const base = `/api/rating-models/${id}`
  const menu = (['json', 'pmml', 'sql'] as const).map((as) => ({ key: as, label: <a href={`${base}/export?as=${as}`} download>{t[as]}</a> }))
  return (
    <>
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
          [t.checksum, <code key="c" className="small" style={{ overflowWrap: 'anywhere' }}>{m.card_sha256}</code>],
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
  const { report, validation } = of.model
  if (!report && !validation) return <Card><Empty icon="chart" title={t.untried} hint={t.untriedHint} /></Card>
  return <Plots report={report} validation={validation} />
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
