// White lists: the office writes a rule, tries it, and somebody else publishes it; a bank
// reads who is on a list and consents to be named.
import { App, Button, Form, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { attempt, call, type Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useNames } from '../../api/names'
import { useChange, useGet } from '../../api/query'
import { useMay, useReach } from '../../domain/access/me'
import { cityStates, listStates, listTones, type WhiteList } from '../../domain/rating/city'
import { Ask, useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { useSay } from '../../kit/say'
import { At, Facts, Stat, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { type Day, day, startOf, today } from '../../kit/time'
import { Timeline } from '../../kit/timeline'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['白名单', 'White lists'],
  about: ['按规则从全市评级中选出企业，供银行主动联系。银行只看得到同意推荐的企业；所有银行看到的相同。列入不代表同意贷款。', 'Firms that a rule picks from a rating of the city, for banks to approach. Banks see only those that agree, and all banks the same. To be on a list promises no loan.'],
  bankAbout: ['市里按规则选出、并同意由您联系的企业。名单供主动联系参考，不是授信依据；每次查看都有记录，企业看得到。', 'Firms that the office picks by a rule and that agree to be approached. No ground for credit; each reading is recorded, and the firm sees it.'],
  add: ['拟定白名单', 'New list'],
  name: ['名称', 'Name'],
  state: ['状态', 'State'],
  rule: ['规则', 'Rule'],
  on: ['所据评级', 'Of the rating'],
  valid: ['有效期', 'Valid'],
  over: ['已过期', 'over'],
  soon: ['未生效', 'not yet'],
  firms: ['企业', 'Firms'],
  agreed: ['同意推荐', 'Agree to be named'],
  silent: ['未同意', 'Do not'],
  changed: ['更新时间', 'Changed'],
  none: ['还没有白名单', 'No lists yet'],
  noneHint: ['完成一次全市评级后，在这里拟定规则', 'Rate the city first, then write a rule here'],
  noneBank: ['现在没有有效的白名单', 'No list is valid now'],
  noneBankHint: ['发布后会通知您', 'You are told when one is published'],
  back: ['白名单', 'lists'],
  what: ['给银行的说明', 'To banks'],
  whatHint: ['例如：纳税信用好、经营稳定的小微企业，供主动联系首贷', 'Say what the list is for'],
  run: ['据哪次全市评级', 'Which rating'],
  from: ['生效日期', 'From'],
  until: ['截止日期', 'Until'],
  ruleHint: ['如 rating.grade in ["AAA", "AA", "A"] && firm.size in ["small", "micro"]', 'such as rating.grade in ["AAA", "AA", "A"]'],
  insert: ['插入数据项', 'Insert a fact'],
  means: ['意思是：', 'It says: '],
  fits: [(n: string, all: string) => `${all} 家中有 ${n} 家符合`, (n: string, all: string) => `${n} of ${all} firms fit`],
  lacks: [(n: string) => `；另有 ${n} 家因数据未知不能判断，不列入`, (n: string) => `; of ${n} it is not known, and they are left out`],
  save: ['保存', 'Save'],
  cancel: ['取消', 'Cancel'],
  edit: ['修改', 'Edit'],
  publish: ['发布', 'Publish'],
  publishAbout: [(n: string) => `发布后立即按规则确定名单，生效日起各银行可见同意推荐的企业（${n}）。发布人不能是拟定人。`, (n: string) => `Who is on the list is computed now; banks see those that agree (${n}). Who wrote it does not publish it.`],
  revoke: ['撤销', 'Revoke'],
  revokeAbout: ['撤销后银行不能再看。', 'Banks see it no more.'],
  reason: ['理由', 'Why'],
  own: ['您拟定了这份名单，须由另一位负责人发布。', 'You wrote it; another lead publishes it.'],
  listed: ['同意推荐的企业', 'Firms that agree'],
  noListed: ['还没有企业同意推荐', 'No firm agrees yet'],
  noListedHint: ['企业在手机“我的评级”中同意后出现在这里', 'They appear once they agree on their phones'],
  uscc: ['统一社会信用代码', 'Credit code'],
  firm: ['企业', 'Firm'],
  size: ['规模', 'Size'],
  town: ['乡镇街道', 'Town'],
  industry: ['行业', 'Industry'],
  draftFirms: ['发布时按规则确定', 'when it is published'],
})

const sizes = words({ large: ['大型', 'large'], medium: ['中型', 'medium'], small: ['小型', 'small'], micro: ['微型', 'micro'] })
const verbs = words({ write: ['拟定', 'wrote it'], publish: ['发布', 'published it'], revoke: ['撤销', 'revoked it'] })
const paths = ['/api/white-lists']

export default function WhiteLists() {
  const { id } = useParams()
  if (id === 'new') return <Edit />
  return id ? <One id={id} /> : <All />
}

function All() {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const office = useReach()('white_list.read') === 'all'
  const state = useCode(listStates)
  type Row = Item<'/api/white-lists'>
  const columns: Column<Row>[] = [
    { key: 'name', title: t.name, value: (l) => l.name },
    ...(office ? [{ key: 'state', title: t.state, value: (l: Row) => state(l.state), show: (l: Row) => <State of={l} /> }] : []),
    { key: 'rule', title: t.rule, value: (l) => l.rule_zh, sort: false },
    ...(office ? [{ key: 'firms', title: t.firms, right: true, value: (l: Row) => l.firms || null, show: (l: Row) => (l.firms ? count(l.firms) : '—') }] : []),
    { key: 'agreed', title: t.agreed, right: true, value: (l) => l.agreed, show: (l) => count(l.agreed) },
    { key: 'valid', title: t.valid, value: (l) => `${l.from_on} – ${l.until_on}` },
    ...(office ? [{ key: 'changed', title: t.changed, value: (l: Row) => l.changed_ms, show: (l: Row) => <At ms={l.changed_ms} /> }] : []),
  ]
  const filters: Filter[] = office ? [{ kind: 'choice', key: 'state', label: t.state, options: Object.keys(listStates.zh).map((s) => ({ value: s, label: state(s) })) }] : []
  const add = may('white_list.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => go('/rating/white-lists/new')}>{t.add}</Button>
  return (
    <Page title={t.title} about={office ? t.about : t.bankAbout} actions={add}>
      <DataTable name="white-lists" label={t.title} columns={columns} filters={filters} rowKey={(l) => l.id} to={(l) => `/rating/white-lists/${l.id}`} source={listOf('/api/white-lists')}
        empty={{ icon: 'check', title: office ? t.none : t.noneBank, hint: office ? t.noneHint : t.noneBankHint, action: add }} />
    </Page>
  )
}

function State({ of: l }: { of: { state: WhiteList['state']; from_on: string; until_on: string } }) {
  const t = useWords(said)
  const state = useCode(listStates)
  return (
    <span className="tags">
      <Tag tone={listTones[l.state]}>{state(l.state)}</Tag>
      {l.state === 'published' && l.until_on < today() && <Tag>{t.over}</Tag>}
      {l.state === 'published' && l.from_on > today() && <Tag>{t.soon}</Tag>}
    </span>
  )
}

function One({ id }: { id: string }) {
  const t = useWords(said)
  const { message } = App.useApp()
  const office = useReach()('white_list.read') === 'all'
  const required = useRequired()
  const may = useMay()
  const verb = useCode(verbs)
  const [editing, setEditing] = useState(false)
  const [asking, setAsking] = useState<'publish' | 'revoke'>()
  const list = useGet('/api/white-lists/{id}', { path: { id } })
  const act = useChange('post', '/api/white-lists/{id}/decisions', paths)
  const l = list.data
  const can = (l?.can ?? []) as string[]
  if (l && editing) return <Edit of={l} close={() => setEditing(false)} />
  const actions = l && office && (
    <>
      {can.includes('write') && <Button onClick={() => setEditing(true)}>{t.edit}</Button>}
      {can.includes('revoke') && <Button danger onClick={() => setAsking('revoke')}>{t.revoke}</Button>}
      {can.includes('publish') && <Button type="primary" onClick={() => setAsking('publish')}>{t.publish}</Button>}
    </>
  )
  return (
    <Page title={l?.name ?? t.title} back={{ to: '/rating/white-lists', name: t.back }} actions={actions} about={l && office ? <State of={l} /> : t.bankAbout}>
      <Shown of={list}>
        {(x) => (
          <>
            {office && x.state === 'draft' && may('white_list.rule') && !can.includes('publish') && <p className="notice">{t.own}</p>}
            <Card>
              <Facts of={[[t.what, x.words], [t.rule, x.rule_zh], [t.on, x.on], [t.valid, `${x.from_on} – ${x.until_on}`]]} />
              {office && x.rule && <p className="small quiet"><code>{x.rule}</code></p>}
            </Card>
            {office && (
              <div className="figures">
                <Stat name={t.firms} value={x.state === 'draft' ? t.draftFirms : count(x.firms)} />
                {x.state !== 'draft' && <><Stat name={t.agreed} value={count(x.agreed)} /><Stat name={t.silent} value={count(x.firms - x.agreed)} /></>}
              </div>
            )}
            {x.state === 'published' && <><h2>{t.listed}</h2><Firms id={id} /></>}
            {office && <Timeline of={(x.acts ?? []).map((a, seq) => ({ ...a, seq, reason: a.words }))} what={(a) => verb(a.verb)} role={() => ''} />}
          </>
        )}
      </Shown>
      <Ask<{ words?: string }> open={asking !== undefined} close={() => setAsking(undefined)} title={asking === 'revoke' ? t.revoke : t.publish} ok={asking === 'revoke' ? t.revoke : t.publish} danger={asking === 'revoke'}
        about={asking === 'revoke' ? t.revokeAbout : t.publishAbout(l ? `${l.from_on} – ${l.until_on}` : '')}
        send={async (v) => { await act.mutateAsync({ path: { id }, body: { version: l!.version, verb: asking!, words: v.words }, headers: { 'Idempotency-Key': `"${attempt()}"` } }) }} done={() => void message.success(asking === 'revoke' ? t.revoke : t.publish)}>
        {asking === 'revoke' && <Form.Item name="words" label={t.reason} rules={[required]}><Input.TextArea rows={3} maxLength={2000} /></Form.Item>}
      </Ask>
    </Page>
  )
}

function Firms({ id }: { id: string }) {
  const t = useWords(said)
  const name = useNames()
  const size = useCode(sizes)
  type Row = Item<'/api/white-lists/{id}/firms'>
  const columns: Column<Row>[] = [
    { key: 'name', title: t.firm, value: (f) => f.name },
    { key: 'uscc', title: t.uscc, value: (f) => f.uscc, show: (f) => <code>{f.uscc}</code> },
    { key: 'size', title: t.size, value: (f) => (f.size ? size(f.size) : '') },
    { key: 'town', title: t.town, value: (f) => f.town && name('town', f.town) },
    { key: 'industry', title: t.industry, value: (f) => f.industry && name('industry', f.industry) },
  ]
  return <DataTable name="white-list-firms" label={t.listed} columns={columns} rowKey={(f) => f.uscc} to={(f) => `/firms/${f.uscc}`} source={listOf('/api/white-lists/{id}/firms', { path: { id } })} empty={{ icon: 'org', title: t.noListed, hint: t.noListedHint }} />
}

type Terms = { name: string; words: string; rule: string; run: string; from_on: Day; until_on: Day }

function Edit({ of: l, close }: { of?: WhiteList; close?: () => void }) {
  const t = useWords(said)
  const go = useNavigate()
  const [query] = useSearchParams()
  const [form] = Form.useForm<Terms>()
  const required = useRequired()
  const runs = useGet('/api/rating-runs', { query: { limit: 50 } })
  const done = (runs.data?.items ?? []).filter((r) => r.state === 'done')
  const write = useChange('post', '/api/white-lists', paths)
  const rewrite = useChange('put', '/api/white-lists/{id}', paths)
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const terms = { name: v.name, words: v.words, rule: v.rule, run: v.run, from_on: v.from_on, until_on: v.until_on }
    if (l) {
      await rewrite.mutateAsync({ path: { id: l.id }, body: { version: l.version, terms } })
      close?.()
      return
    }
    go(`/rating/white-lists/${(await write.mutateAsync({ body: terms, headers: { 'Idempotency-Key': `"${attempt()}"` } })).id}`, { replace: true })
  })
  const first = query.get('run') ?? done[0]?.id
  useEffect(() => {
    if (!l && first && !form.getFieldValue('run')) form.setFieldValue('run', first)
  }, [first, form, l])
  return (
    <Page title={l ? l.name : t.add} about={t.about} back={{ to: '/rating/white-lists', name: t.back }}>
      <Card>
        <Wrong text={wrong} />
        <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 860 }}
          initialValues={l ?? { run: first, from_on: today(), until_on: day(startOf(today(), 180)) }}>
          <Form.Item name="name" label={t.name} rules={[required]}><Input maxLength={60} /></Form.Item>
          <Form.Item name="words" label={t.what} extra={t.whatHint} rules={[required]}><Input.TextArea rows={2} maxLength={2000} /></Form.Item>
          <RunField options={done.map((r) => ({ value: r.id, label: `${r.on} · ${r.name} · ${count(r.rated)}` }))} />
          <RuleField />
          <div className="row" style={{ alignItems: 'flex-start', gap: '0 24px' }}>
            <Form.Item name="from_on" label={t.from} rules={[required]}><Input type="date" /></Form.Item>
            <Form.Item name="until_on" label={t.until} rules={[required]}><Input type="date" /></Form.Item>
          </div>
          <div className="row">
            <Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button>
            <Button onClick={() => (close ? close() : go(-1))}>{t.cancel}</Button>
          </div>
        </Form>
      </Card>
    </Page>
  )
}

function RunField({ options }: { options: { value: string; label: string }[] }) {
  const t = useWords(said)
  const state = useCode(cityStates)
  const required = useRequired()
  return <Form.Item name="run" label={t.run} rules={[required]}><Select options={options} placeholder={state('done')} /></Form.Item>
}

const pause = 400 // milliseconds after the last key

type Tried = { zh?: string; fits?: number; unknown?: number; firms?: number; wrong?: string }

// useTried tries a rule over a run when typing pauses.
function useTried(run: string, rule: string): Tried {
  const say = useSay()
  const [found, setFound] = useState<Tried>({})
  useEffect(() => {
    if (!rule.trim() || !run) {
      setFound({})
      return
    }
    const stop = new AbortController()
    const later = setTimeout(async () => {
      try {
        const p = await call('post', '/api/rating-runs/{id}/preview', { path: { id: run }, body: { rule: rule.trim() } }, stop.signal)
        setFound({ zh: p.rule_zh, fits: p.fits, unknown: p.unknown, firms: p.firms })
      } catch (e) {
        if (!stop.signal.aborted) setFound({ wrong: say(e) })
      }
    }, pause)
    return () => {
      clearTimeout(later)
      stop.abort()
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- say is the same while the language is
  }, [run, rule])
  return found
}

function RuleField() {
  const t = useWords(said)
  const { lang } = useLang()
  const form = Form.useFormInstance<Terms>()
  const required = useRequired()
  const rule: string = Form.useWatch('rule', form) ?? ''
  const run: string = Form.useWatch('run', form) ?? ''
  const { zh, fits, unknown, firms, wrong } = useTried(run, rule)
  const facts = useGet('/api/rating-runs/{id}/words', { path: { id: run } }, { enabled: run !== '', staleTime: 3_600_000 })
  const options = (facts.data?.items ?? []).map((table) => ({
    label: lang === 'zh' ? table.title : table.title_en,
    options: (table.columns ?? []).map((c) => ({ value: c.name, label: `${lang === 'zh' ? c.title : c.title_en} · ${c.name}（${c.codes?.length ? c.codes.map((x) => x.Code).join(' ') : c.type}）` })),
  }))
  return (
    <div className="row" style={{ alignItems: 'flex-start', gap: '0 16px' }}>
      <Form.Item className="grow" name="rule" label={t.rule} rules={[required]} validateStatus={wrong ? 'error' : undefined} help={wrong && <span role="status">{wrong}</span>}
        extra={<span role="status">{zh && <>{t.means}{zh}。<br /><b>{t.fits(count(fits ?? 0), count(firms ?? 0))}</b>{unknown ? t.lacks(count(unknown)) : ''}</>}</span>}>
        <Input spellCheck={false} autoComplete="off" placeholder={t.ruleHint} maxLength={2000} style={{ fontFamily: 'monospace' }} />
      </Form.Item>
      <Select aria-label={t.insert} placeholder={t.insert} value={null} options={options} showSearch={{ optionFilterProp: 'label' }} style={{ width: 180, marginTop: 30 }} popupMatchSelectWidth={460}
        onChange={(v: string | null) => v && form.setFieldValue('rule', `${rule.trim()}${rule.trim() ? ' ' : ''}${v} `)} />
    </div>
  )
}
