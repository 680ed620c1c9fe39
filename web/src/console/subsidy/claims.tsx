import { App, Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { useItemNames, usePacks } from '../../domain/policy/packs'
import { grave, here, originWords, stageTones, stageWords, verbWords } from '../../domain/subsidy/words'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import type { Fen } from '../../kit/money'
import { Page } from '../../kit/page'
import { Due, Tag, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Publish } from './publish'
import { PrepareOrder } from './prepare'
import { Stages } from './stages'
import { itemsOf, usePolicies } from '../../domain/policy/packs'

const said = words({
  title: ['申报与兑付', 'Claims'],
  about: ['结算自动生成申报，逐级审核、征求意见、公示、审批，到付款为止，每一步谁办、几天办完都看得见。', 'Settlement drafts claims; review, comments, notice, approval and payment follow, each with its owner and clock.'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  amount: ['金额', 'Amount'],
  computed: ['测算', 'Computed'],
  kept: ['已付净额', 'Paid, less what came back'],
  stage: ['环节', 'Stage'],
  due: ['办理期限', 'Due'],
  bank: ['申报机构', 'Filed by'],
  period: ['期间', 'Period'],
  policy: ['政策', 'Policy'],
  origin: ['来源', 'Origin'],
  since: ['到达本环节', 'Here since'],
  mine: ['待我办理', 'For me'],
  only: ['只看待我办理的', 'Only mine'],
  late: ['逾期', 'Late'],
  onlyLate: ['只看逾期的', 'Only late ones'],
  who: ['经办', 'Whose'],
  clock: ['时限', 'Clock'],
  ready: ['开单', 'Payable'],
  onlyReady: ['只看可开支付单的', 'Only payable ones'],
  none: ['还没有申报', 'No claims yet'],
  noneHint: ['正式结算确认后自动生成', 'They are drafted when a settlement is confirmed'],
  file: ['新增申报', 'File a claim'],
  fileAbout: ['结算未覆盖的项目可自行申报；材料在申报单上传。', 'For what settlement does not cover; papers are added on the claim.'],
  payeeCode: ['收款人代码', 'Payee’s code'],
  papers: ['须上传的材料', 'Papers to add'],
  needed: ['必需', 'needed'],
  payeeKind: ['收款人类别', 'Kind of payee'],
  institution: ['金融机构', 'Institution'],
  enterprise: ['企业', 'Enterprise'],
  note: ['说明', 'Note'],
  optional: ['（可不填）', ' (optional)'],
  batch: ['批量办理', 'Act on these'],
  act: ['办理', 'Act'],
  verb: ['办理意见', 'What'],
  reason: ['理由', 'Reason'],
  publish: ['发布公示', 'Publish a notice'],
  order: ['开支付单', 'Payment order'],
  acted: [(n: string, of: string) => `${of} 条中 ${n} 条已办理`, (n: string, of: string) => `${n} of ${of} done`],
  some: ['部分未能办理', 'Some could not be done'],
  draft: ['按结算生成', 'Draft from a run'],
})

export type Claim = Item<'/api/claims'>

export default function Claims() {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const origin = useCode(originWords)
  const item = useItemNames()
  const packs = usePacks()
  const may = useMay()
  const me = useMe()
  const [filing, setFiling] = useState(false)
  const everybody = (me.permissions as Record<string, string>)['claim.read'] === 'all'
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { enabled: everybody })
  const org = (id: string) => orgs.data?.items?.find((o) => o.id === id)?.name ?? (id === me.org ? me.org_name : '')
  const columns: Column<Claim>[] = [
    { key: 'payee', title: t.payee, value: (c) => c.payee_name || c.payee },
    { key: 'item', title: t.item, value: (c) => c.item_title || item(c.item) },
    { key: 'amount', title: t.amount, fen: (c) => c.amount_fen, show: (c) => <b><Yuan fen={c.amount_fen} /></b> },
    { key: 'computed', title: t.computed, fen: (c) => c.computed_fen, hidden: true },
    { key: 'paid', title: t.kept, fen: (c) => c.paid_fen, hidden: true },
    { key: 'stage', title: t.stage, value: (c) => stage(c.stage), show: (c) => <Tag tone={stageTones[c.stage]}>{stage(c.stage)}</Tag> },
    { key: 'due', title: t.due, value: (c) => c.due_on, show: (c) => (c.due_on ? <Due on={c.due_on} /> : <span className="quiet">—</span>) },
    ...(everybody ? [{ key: 'bank', title: t.bank, value: (c: Claim) => org(c.org), hidden: true }] : []),
    { key: 'period', title: t.period, value: (c) => c.period, hidden: true },
    { key: 'origin', title: t.origin, value: (c) => origin(c.origin) },
    { key: 'since', title: t.since, value: (c) => minute(c.since_ms) },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'mine', label: t.who, options: [{ value: 'true', label: t.only }] },
    { kind: 'choice', key: 'stage', label: t.stage, options: Object.keys(stageWords.zh).map((s) => ({ value: s, label: stage(s) })) },
    { kind: 'choice', key: 'late', label: t.clock, options: [{ value: 'true', label: t.onlyLate }] },
    ...(may('payment_order.write') ? [{ kind: 'choice' as const, key: 'ready', label: t.ready, options: [{ value: 'true', label: t.onlyReady }] }] : []),
    ...(everybody ? [{ kind: 'choice' as const, key: 'bank', label: t.bank, options: (orgs.data?.items ?? []).filter((o) => ['bank', 'office'].includes(o.kind)).map((o) => ({ value: o.id, label: o.name })) }] : []),
    ...((packs.data?.items?.length ?? 0) > 1 ? [{ kind: 'choice' as const, key: 'policy', label: t.policy, options: packs.data!.items!.map((p) => ({ value: p.id, label: p.title })) }] : []),
    { kind: 'choice', key: 'origin', label: t.origin, options: Object.keys(originWords.zh).map((o) => ({ value: o, label: origin(o) })) },
  ]
  const file = may('claim.write') && <Button icon={<Icon name="plus" size={16} />} onClick={() => setFiling(true)}>{t.file}</Button>
  return (
    <Page title={t.title} about={t.about} actions={file}>
      <ByStage />
      <DataTable name="claims" label={t.title} source={listOf('/api/claims')} columns={columns} filters={filters} rowKey={(c) => c.id} to={(c) => `/claims/${c.id}`}
        pick={may('claim.act') ? { bar: (chosen, clear) => <Bar chosen={chosen} clear={clear} /> } : undefined}
        empty={{ icon: 'claim', title: t.none, hint: t.noneHint }} />
      {filing && <File_ close={() => setFiling(false)} />}
    </Page>
  )
}

// ByStage leads to the claims of one stage.
function ByStage() {
  const [at, setAt] = useSearchParams()
  const chosen = at.get('stage')
  const choose = (s: string) => setAt((b) => { chosen === s ? b.delete('stage') : b.set('stage', s); b.delete('page'); return b }, { replace: true })
  return <Stages policy={at.get('policy') ?? undefined} chosen={chosen} choose={choose} />
}

function Bar({ chosen, clear }: { chosen: Claim[]; clear: () => void }) {
  const t = useWords(said)
  const may = useMay()
  const [open, setOpen] = useState<'' | 'act' | 'publish' | 'order'>('')
  const all = (s: string) => chosen.every((c) => c.stage === s)
  const one = new Set(chosen.map((c) => c.policy)).size === 1
  return (
    <>
      <Button size="small" type="primary" onClick={() => setOpen('act')}>{t.batch}</Button>
      {may('notice.write') && one && all('cleared') && <Button size="small" type="primary" onClick={() => setOpen('publish')}>{t.publish}</Button>}
      {may('payment_order.write') && one && all('approved') && <Button size="small" type="primary" onClick={() => setOpen('order')}>{t.order}</Button>}
      {open === 'act' && <Act chosen={chosen} close={() => setOpen('')} done={clear} />}
      {open === 'publish' && <Publish claims={chosen} close={() => setOpen('')} />}
      {open === 'order' && <PrepareOrder claims={chosen} close={() => setOpen('')} />}
    </>
  )
}

function Act({ chosen, close, done }: { chosen: Claim[]; close: () => void; done: () => void }) {
  const t = useWords(said)
  const { lang } = useLang()
  const verb = useCode(verbWords)
  const required = useRequired()
  const { message, modal } = App.useApp()
  const [chosenVerb, setVerb] = useState<string>()
  const act = useChange('post', '/api/claim-decisions', ['/api/claims', '/api/claim-sums', '/api/waiting', '/api/fund'])
  return (
    <Ask<{ verb: string; reason?: string }> open close={close} title={`${t.batch}（${chosen.length}）`} ok={t.act}
      send={async (v) => {
        const r = await act.mutateAsync({ body: { claims: chosen.map((c) => c.id), verb: v.verb, reason: v.reason } })
        const all = r.items ?? []
        const wrong = all.filter((x) => x.code !== '')
        if (wrong.length > 0) {
          modal.warning({
            title: t.some, width: 560,
            content: <><p>{t.acted(String(all.length - wrong.length), String(all.length))}</p><ul style={{ paddingLeft: 18, maxHeight: 300, overflow: 'auto' }}>{wrong.map((w) => <li key={w.id}>{chosen.find((c) => c.id === w.id)?.payee_name}：{lang === 'zh' ? w.title : w.code}</li>)}</ul></>,
          })
        } else message.success(t.acted(String(all.length), String(all.length)))
        done()
      }}>
      <Form.Item name="verb" label={t.verb} rules={[required]}>
        <Select onChange={setVerb} options={here.map((v) => ({ value: v, label: verb(v) }))} />
      </Form.Item>
      <Form.Item name="reason" label={chosenVerb && grave.includes(chosenVerb) ? t.reason : t.reason + t.optional} rules={chosenVerb && grave.includes(chosenVerb) ? [required] : []}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </Ask>
  )
}

type New = { policy: string; item: string; payee: string; payee_name: string; amount: Fen; note?: string }

function File_({ close }: { close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const policies = usePolicies()
  const file = useChange('post', '/api/claims', ['/api/claims', '/api/claim-sums', '/api/waiting'])
  const [policy, setPolicy] = useState<string>()
  const [item, setItem] = useState<string>()
  const chosen = policies.find((p) => p.id === policy) ?? policies[0]
  const rules = useGet('/api/claim-rules/{policy}', { path: { policy: chosen?.id ?? '' } }, { enabled: chosen !== undefined })
  if (!chosen) return null
  const kind = itemsOf(chosen).find((i) => i.id === item)?.payee
  const papers = (rules.data?.papers ?? []).filter((p) => kind && (!p.payee || p.payee === kind) && (!p.items?.length || p.items.includes(item!)))
  return (
    <Ask<New> open close={close} title={t.file} about={t.fileAbout} ok={t.file} width={560} initial={{ policy: chosen.id }}
      send={async (v) => {
        const { amount, ...rest } = v
        const c = await file.mutateAsync({ body: { ...rest, payee_kind: kind!, amount_fen: amount } })
        go(`/claims/${c.id}`)
      }}>
      <Form.Item name="policy" label={t.policy} rules={[required]}><Select onChange={setPolicy} options={policies.map((p) => ({ value: p.id, label: p.title }))} /></Form.Item>
      <Form.Item name="item" label={t.item} rules={[required]}><Select onChange={setItem} options={itemsOf(chosen).map((i) => ({ value: i.id, label: i.title }))} /></Form.Item>
      {papers.length > 0 && (
        <div className="notice" style={{ marginBottom: 14 }}>
          <b>{t.papers}</b>
          <ul style={{ paddingLeft: 18, margin: '4px 0 0' }}>{papers.map((p) => <li key={p.code}>{p.title}{p.needed && <> <Tag tone="wait">{t.needed}</Tag></>}</li>)}</ul>
        </div>
      )}
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item label={t.payeeKind}><Input disabled value={kind ? (kind === 'institution' ? t.institution : t.enterprise) : ''} /></Form.Item>
        <Form.Item name="payee" label={t.payeeCode} rules={[required]}><Input maxLength={18} spellCheck={false} /></Form.Item>
      </div>
      <Form.Item name="payee_name" label={t.payee} rules={[required]}><Input maxLength={100} /></Form.Item>
      <AmountField name="amount" label={t.amount} />
      <Form.Item name="note" label={t.note + t.optional}><Input.TextArea rows={2} /></Form.Item>
    </Ask>
  )
}
