// How claims of a policy are dealt with: who is asked, how long each stage may take,
// which papers are asked for; and the working days that terms are reckoned by.
import { App, Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { itemsOf, usePacks, usePolicy } from '../../domain/policy/packs'
import { daysOf, ranges } from '../../domain/subsidy/days'
import { termWords } from '../../domain/subsidy/words'
import { Ask, useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Page, Shown } from '../../kit/page'
import { Tag } from '../../kit/show'
import type { Day } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['办理规则', 'Rules'],
  about: ['各环节几天办完、征求谁的意见、要哪些材料；在办的申报沿用原来的期限。', 'How long each stage may take, who is asked, which papers are needed; claims under way keep their due days.'],
  policy: ['政策', 'Policy'],
  terms: ['各环节期限（工作日）', 'Terms, in working days'],
  panel: ['征求意见', 'Asked for comments'],
  pboc: ['人民银行', 'PBoC'],
  regulator: ['金融监管', 'Regulator'],
  silence: ['逾期未提意见视为无异议', 'Silence is consent'],
  papers: ['申报材料', 'Papers'],
  papersAbout: ['必需的材料没有上传，申报不能提交；平台已有的数据不再要求提供。', 'A claim is not submitted without those that are needed; what the platform has already is not asked for again.'],
  code: ['代码', 'Code'],
  name: ['材料名称', 'Paper'],
  payee: ['收款人', 'Payee'],
  any: ['不限', 'any'],
  institution: ['金融机构', 'Institution'],
  enterprise: ['企业', 'Enterprise'],
  items: ['只限项目', 'Only for items'],
  allItems: ['全部项目', 'all items'],
  needed: ['必需', 'Needed'],
  add: ['增加材料', 'Add a paper'],
  drop: ['删除', 'Delete'],
  year: ['预算年度', 'Budget year'],
  contact: ['公示联系方式', 'Contact on notices'],
  save: ['保存', 'Save'],
  saved: ['已保存', 'Saved'],
  calendar: ['工作日历', 'Working days'],
  calendarAbout: ['周末之外的放假日和调休上班日，按国务院办公厅当年通知；未录入的年份只按周末休息计算。', 'Days off besides weekends, and weekend days that are worked, by the yearly notice; a year without one counts weekends alone.'],
  missing: [(y: string) => `${y} 年的安排尚未录入`, (y: string) => `${y} is not known yet`],
  off: ['放假', 'Off'],
  on: ['调休上班', 'Worked'],
  source: ['依据', 'Notice'],
  edit: ['修改', 'Edit'],
  addYear: ['录入一年', 'Add a year'],
  theYear: ['年份', 'Year'],
  daysHint: ['每行一天或一段，如 2027-02-05 或 2027-02-05 至 2027-02-11', 'one day or range a line: 2027-02-05, or 2027-02-05 to 2027-02-11'],
  to: [' 至 ', ' to '],
  wrongDay: ['日期格式应为 2027-02-05', 'a day is written 2027-02-05'],
})

type Rules = Answer<'/api/claim-rules/{policy}'>
type Year = NonNullable<Answer<'/api/workdays'>['years']>[number]

export default function RulesPage() {
  const t = useWords(said)
  const may = useMay()
  const packs = usePacks()
  const [at, setAt] = useSearchParams()
  const policy = at.get('policy') ?? packs.data?.items?.[0]?.id ?? ''
  const rules = useGet('/api/claim-rules/{policy}', { path: { policy } }, { enabled: policy !== '' && may('claim.read') })
  return (
    <Page title={t.title} about={t.about} actions={(packs.data?.items?.length ?? 0) > 1 && (
      <Select aria-label={t.policy} style={{ minWidth: 220, maxWidth: 'min(420px, 100%)' }} value={policy} onChange={(v) => setAt({ policy: v })} options={packs.data!.items!.map((p) => ({ value: p.id, label: p.title }))} />
    )}>
      {may('claim.read') && <Shown of={rules} rows={8}>{(r) => <Edit key={`${r.policy}.${r.version}`} of={r} />}</Shown>}
      <Calendar />
    </Page>
  )
}

function Edit({ of }: { of: Rules }) {
  const t = useWords(said)
  const term = useCode(termWords)
  const may = useMay()
  const { message } = App.useApp()
  const required = useRequired()
  const policy = usePolicy(of.policy)
  const set = useChange('put', '/api/claim-rules/{policy}', ['/api/claim-rules', '/api/claims'])
  const [form] = Form.useForm<Rules>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await set.mutateAsync({ path: { policy: of.policy }, body: { ...of, ...v, panel: v.panel ?? [], papers: (v.papers ?? []).map((p) => ({ ...p, payee: p.payee ?? '', items: p.items ?? [], needed: p.needed ?? false })) } })
    message.success(t.saved)
  })
  const fixed = !may('claim_rules.write')
  const terms = Object.keys(termWords.zh).filter((k) => k in of.terms)
  const items = policy.data ? itemsOf(policy.data).map((i) => ({ value: i.id, label: i.title })) : []
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={of} onFinish={submit} disabled={fixed}>
      <div className="stack">
        <Card title={t.terms}>
          <div className="figures">
            {terms.map((k) => (
              <Form.Item key={k} name={['terms', k]} label={term(k)} style={{ marginBottom: 4 }}><InputNumber min={1} max={200} precision={0} style={{ width: '100%' }} /></Form.Item>
            ))}
          </div>
        </Card>
        <Card title={t.panel}>
          <Form.Item name="panel" style={{ marginBottom: 4 }}><Checkbox.Group options={[{ value: 'pboc', label: t.pboc }, { value: 'regulator', label: t.regulator }]} /></Form.Item>
          <Form.Item name="silence" valuePropName="checked"><Checkbox>{t.silence}</Checkbox></Form.Item>
          <div className="grid2" style={{ gap: '0 14px' }}>
            <Form.Item name="year" label={t.year} rules={[{ required: true }]}><InputNumber min={2000} max={2199} precision={0} style={{ width: '100%' }} /></Form.Item>
            <Form.Item name="contact" label={t.contact}><Input maxLength={200} /></Form.Item>
          </div>
        </Card>
        <Card title={t.papers}>
          <p className="quiet" style={{ marginBottom: 10 }}>{t.papersAbout}</p>
          <Form.List name="papers">
            {(rows, { add, remove }) => (
              <div className="stack" style={{ gap: 8 }}>
                {rows.map((r) => (
                  <div key={r.key} className="row" style={{ alignItems: 'flex-start' }}>
                    <Form.Item name={[r.name, 'code']} rules={[required]} style={{ width: 130, marginBottom: 0 }}><Input aria-label={t.code} placeholder={t.code} maxLength={40} spellCheck={false} /></Form.Item>
                    <Form.Item name={[r.name, 'title']} rules={[required]} style={{ flex: '1 1 200px', marginBottom: 0 }}><Input aria-label={t.name} placeholder={t.name} maxLength={100} /></Form.Item>
                    <Form.Item name={[r.name, 'payee']} style={{ width: 120, marginBottom: 0 }}><Select aria-label={t.payee} options={[{ value: '', label: t.any }, { value: 'institution', label: t.institution }, { value: 'enterprise', label: t.enterprise }]} /></Form.Item>
                    <Form.Item name={[r.name, 'items']} style={{ flex: '1 1 220px', marginBottom: 0 }}><Select mode="multiple" aria-label={t.items} placeholder={t.allItems} options={items} maxTagCount="responsive" /></Form.Item>
                    <Form.Item name={[r.name, 'needed']} valuePropName="checked" style={{ marginBottom: 0 }}><Checkbox>{t.needed}</Checkbox></Form.Item>
                    {!fixed && <Button type="text" aria-label={t.drop} icon={<Icon name="close" size={14} />} onClick={() => remove(r.name)} />}
                  </div>
                ))}
                {!fixed && <div><Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => add({ code: '', title: '', payee: '', items: [], needed: true })}>{t.add}</Button></div>}
              </div>
            )}
          </Form.List>
        </Card>
        <Wrong text={wrong} />
        {!fixed && <div><Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button></div>}
      </div>
    </Form>
  )
}

function Calendar() {
  const t = useWords(said)
  const may = useMay()
  const years = useGet('/api/workdays', {})
  const [editing, setEditing] = useState<Partial<Year>>()
  const can = may('workday.write')
  return (
    <Card title={t.calendar} extra={can && <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => setEditing({})}>{t.addYear}</Button>}>
      <p className="quiet">{t.calendarAbout}</p>
      <Shown of={years} rows={4}>
        {(w) => (
          <>
            {(w.missing ?? []).map((y) => <div key={y} className="notice wait" style={{ marginTop: 8 }}>{t.missing(String(y))}</div>)}
            <ul className="todo">
              {[...(w.years ?? [])].sort((a, b) => b.year - a.year).map((y) => (
                <li key={y.year} style={{ alignItems: 'flex-start' }}>
                  <div className="grow">
                    <b>{y.year}</b> <span className="quiet small">{y.source}</span>
                    <div className="row small" style={{ gap: 6, marginTop: 4 }}>{ranges((y.off ?? []) as Day[], ' – ').map((r) => <Tag key={r} tone="good">{r}</Tag>)}</div>
                    <div className="row small" style={{ gap: 6, marginTop: 4 }}>{ranges((y.on ?? []) as Day[], ' – ').map((r) => <Tag key={r} tone="wait">{t.on} {r}</Tag>)}</div>
                  </div>
                  {can && <Button size="small" onClick={() => setEditing(y)}>{t.edit}</Button>}
                </li>
              ))}
            </ul>
          </>
        )}
      </Shown>
      {editing && <EditYear of={editing} close={() => setEditing(undefined)} />}
    </Card>
  )
}

function EditYear({ of, close }: { of: Partial<Year>; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const set = useChange('put', '/api/workdays/{year}', ['/api/workdays'])
  const days = { validator: (_: unknown, v?: string) => (daysOf(v ?? '') ? Promise.resolve() : Promise.reject(new Error(t.wrongDay))) }
  return (
    <Ask<{ year: number; off: string; on: string; source: string }> open close={close} title={`${t.calendar} ${of.year ?? ''}`} about={t.daysHint} ok={t.save} width={520}
      initial={{ year: of.year, source: of.source, off: ranges((of.off ?? []) as Day[], t.to).join('\n'), on: ranges((of.on ?? []) as Day[], t.to).join('\n') }}
      send={(v) => set.mutateAsync({ path: { year: v.year }, body: { year: v.year, off: daysOf(v.off) ?? [], on: daysOf(v.on) ?? [], source: v.source.trim(), version: of.version ?? 0 } })}>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="year" label={t.theYear} rules={[{ required: true }]}><InputNumber min={1900} max={2199} precision={0} disabled={of.year !== undefined} style={{ width: '100%' }} /></Form.Item>
        <Form.Item name="source" label={t.source} rules={[required]}><Input maxLength={200} /></Form.Item>
      </div>
      <Form.Item name="off" label={t.off} rules={[days]}><Input.TextArea rows={8} spellCheck={false} /></Form.Item>
      <Form.Item name="on" label={t.on} rules={[days]}><Input.TextArea rows={4} spellCheck={false} /></Form.Item>
    </Ask>
  )
}
