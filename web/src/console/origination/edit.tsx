import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Input as Of } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { feeKinds } from '../../domain/origination/codes'
import { dayCountWords, methodWords, purposeWords, securityWords } from '../../domain/origination/words'
import { AmountField } from '../../kit/amount'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Page, Shown } from '../../kit/page'
import { useCode, useWords, words } from '../../kit/words'
import { ConditionField } from './condition'
import type { Terms } from './terms'

const said = words({
  fresh: ['新建产品', 'New product'],
  edit: ['修改产品', 'Edit the product'],
  about: ['先保存，再由负责人发布。', 'Save it; your lead publishes it.'],
  back: ['金融产品', 'products'],
  basics: ['基本信息', 'In short'],
  name: ['产品名称', 'Name'],
  summary: ['简介', 'Summary'],
  phone: ['咨询电话', 'Telephone'],
  phoneHint: ['企业在手机上点一下就能拨打', 'Enterprises call it with one tap on their phones'],
  days: ['承诺答复（工作日）', 'Answers within (working days)'],
  price: ['额度、期限、价格', 'Amount, term, price'],
  minAmount: ['最低额度', 'Least amount'],
  maxAmount: ['最高额度', 'Greatest amount'],
  minMonths: ['最短期限（月）', 'Shortest (months)'],
  maxMonths: ['最长期限（月）', 'Longest (months)'],
  minRate: ['最低年利率（%）', 'Lowest rate (%)'],
  maxRate: ['最高年利率（%）', 'Highest rate (%)'],
  rateHint: ['年化综合成本按最高利率估算', 'Costs are reckoned with the highest'],
  basis: ['计息方式', 'Days counted'],
  methods: ['还款方式', 'Repaid by'],
  securities: ['担保方式（满足其一）', 'Security (any one)'],
  purposes: ['用途', 'For'],
  any: ['不限', 'anything'],
  towns: ['适用区域代码', 'Areas'],
  townsHint: ['六位县区代码或九位乡镇街道代码；不填为全市', 'Codes of six or nine digits; none: everywhere'],
  branches: ['办理网点', 'Branches'],
  branchesHint: ['不填为全部网点', 'None: all'],
  conditions: ['准入条件', 'Conditions'],
  conditionsAbout: ['每条一行，边写边检查，下面显示它的意思。企业会看到符合哪条、差多少。', 'One line each, checked as you type, with its meaning below. Enterprises see which hold and by how much they miss.'],
  addCondition: ['添加条件', 'Add a condition'],
  fees: ['费用', 'Fees'],
  feesAbout: ['利息以外企业要付的都写上，计入年化综合成本。', 'All that is paid beside interest; it counts in the yearly cost.'],
  addFee: ['添加费用', 'Add a fee'],
  feeTitle: ['名称', 'Name'],
  payee: ['收取方', 'To whom'],
  kind: ['收取方式', 'When'],
  feeAmount: ['金额', 'Amount'],
  feeRate: ['占贷款（%）', 'Of the loan (%)'],
  papers: ['材料', 'Papers'],
  addPaper: ['添加材料', 'Add a paper'],
  paperCode: ['代码', 'Code'],
  paperTitle: ['名称', 'Name'],
  needed: ['必备', 'Needed'],
  drop: ['删除', 'Remove'],
  save: ['保存', 'Save'],
})

type Body = Of<'/api/products', 'post'>['body']
type Fields = Omit<Body, 'min_rate_ppb' | 'max_rate_ppb' | 'fees'> & { min_rate: number; max_rate: number; fees: (Omit<NonNullable<Body['fees']>[number], 'rate_ppb'> & { rate?: number })[] }

const one = 10_000_000 // ppb of a percent
const ppb = (percent?: number | null) => Math.round((percent ?? 0) * one)

/** fresh is where a new product begins. */
const fresh = {
  name: '', summary: '', min_months: 3, max_months: 36, basis: 'act_360', methods: ['equal_instalments'], securities: ['credit'],
  purposes: [], towns: [], branches: [], fees: [], conditions: [], papers: [], promise_days: 3,
} as unknown as Partial<Fields>

const fieldsOf = (x: Terms): Partial<Fields> => ({
  ...(x as unknown as Fields),
  min_rate: x.min_rate_ppb / one, max_rate: x.max_rate_ppb / one,
  fees: (x.fees ?? []).map((f) => ({ ...f, rate: f.rate_ppb / one })) as unknown as Fields['fees'],
})

function bodyOf({ min_rate, max_rate, ...v }: Fields): Body {
  return {
    ...v, summary: v.summary ?? '', min_rate_ppb: ppb(min_rate), max_rate_ppb: ppb(max_rate),
    conditions: (v.conditions ?? []).map((c) => ({ when: c.when.trim(), words: c.words?.trim() ?? '' })),
    fees: (v.fees ?? []).map(({ rate, ...f }) => ({ ...f, amount_fen: f.amount_fen ?? 0, rate_ppb: ppb(rate) })),
    papers: (v.papers ?? []).map((p) => ({ ...p, needed: p.needed ?? false })),
    purposes: v.purposes ?? [], towns: v.towns ?? [], branches: v.branches ?? [],
  } as Body
}

export default function EditProduct() {
  const { id } = useParams()
  return id ? <Existing id={id} /> : <Editor />
}

function Existing({ id }: { id: string }) {
  const t = useWords(said)
  const product = useGet('/api/products/{id}', { path: { id } })
  if (!product.data) return <Page title={t.edit}><Shown of={product}>{() => null}</Shown></Page>
  const p = product.data
  return <Editor id={id} version={p.version} terms={(p.draft ?? p.terms) as Terms} />
}

function Editor({ id, version = 0, terms }: { id?: string; version?: number; terms?: Terms }) {
  const t = useWords(said)
  const go = useNavigate()
  const [form] = Form.useForm<Fields>()
  const [initial] = useState(() => (terms ? fieldsOf(terms) : fresh)) // as it was when the page was opened
  const add = useChange('post', '/api/products', ['/api/products'])
  const edit = useChange('put', '/api/products/{id}', ['/api/products'])
  const { submit, busy, wrong } = useSubmit<Fields>(form, async (v) => {
    const body = bodyOf(v)
    const p = id ? await edit.mutateAsync({ path: { id }, body: { version, terms: body } }) : await add.mutateAsync({ body })
    go(`/products/${p.id}`)
  })
  return (
    <Page title={id ? t.edit : t.fresh} about={t.about} back={{ to: id ? `/products/${id}` : '/products', name: t.back }}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={submit} scrollToFirstError>
        <div className="stack">
          <Basics />
          <Price />
          <Card title={t.conditions}>
            <p className="quiet" style={{ marginBottom: 12 }}>{t.conditionsAbout}</p>
            <Form.List name="conditions">
              {(fields, { add: more, remove }) => (
                <>
                  {fields.map((f) => <ConditionField key={f.key} name={f.name} drop={() => remove(f.name)} />)}
                  <Button icon={<Icon name="plus" size={16} />} onClick={() => more({ when: '', words: '' })}>{t.addCondition}</Button>
                </>
              )}
            </Form.List>
          </Card>
          <Fees />
          <Papers />
          <div>
            <Wrong text={wrong} />
            <Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button>
          </div>
        </div>
      </Form>
    </Page>
  )
}

function Basics() {
  const t = useWords(said)
  const required = useRequired()
  return (
    <Card title={t.basics}>
      <Form.Item name="name" label={t.name} rules={[required]}><Input maxLength={60} /></Form.Item>
      <Form.Item name="summary" label={t.summary}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
      <Form.Item name="phone" label={t.phone} extra={t.phoneHint}><Input maxLength={30} inputMode="tel" /></Form.Item>
      <Form.Item name="promise_days" label={t.days}><InputNumber min={1} max={90} precision={0} /></Form.Item>
    </Card>
  )
}

function Price() {
  const t = useWords(said)
  const { message } = useRequired()
  // not "required": a group of boxes may not say so to a screen reader
  const some = { validator: (_: unknown, v?: string[]) => (v?.length ? Promise.resolve() : Promise.reject(new Error(message))) }
  const method = useCode(methodWords)
  const security = useCode(securityWords)
  const purpose = useCode(purposeWords)
  const basis = useCode(dayCountWords)
  const options = (dictionary: { zh: Record<string, string> }, say: (c: string) => string) => Object.keys(dictionary.zh).map((value) => ({ value, label: say(value) }))
  const percent = <InputNumber min={0} max={100} step={0.05} precision={4} style={{ width: 160 }} />
  return (
    <Card title={t.price}>
      <div className="row" style={{ alignItems: 'flex-start', gap: 24 }}>
        <AmountField name="min_amount_fen" label={t.minAmount} zero />
        <AmountField name="max_amount_fen" label={t.maxAmount} />
        <Form.Item name="min_months" label={t.minMonths}><InputNumber min={1} max={480} precision={0} /></Form.Item>
        <Form.Item name="max_months" label={t.maxMonths}><InputNumber min={1} max={480} precision={0} /></Form.Item>
      </div>
      <div className="row" style={{ alignItems: 'flex-start', gap: 24 }}>
        <Form.Item name="min_rate" label={t.minRate} rules={[{ required: true, type: 'number' }]}>{percent}</Form.Item>
        <Form.Item name="max_rate" label={t.maxRate} extra={t.rateHint} rules={[{ required: true, type: 'number' }]}>{percent}</Form.Item>
        <Form.Item name="basis" label={t.basis}><Select options={options(dayCountWords, basis)} style={{ width: 180 }} /></Form.Item>
      </div>
      <Form.Item name="methods" label={t.methods} rules={[some]}><Checkbox.Group options={options(methodWords, method)} /></Form.Item>
      <Form.Item name="securities" label={t.securities} rules={[some]}><Checkbox.Group options={options(securityWords, security)} /></Form.Item>
      <Form.Item name="purposes" label={t.purposes}><Select mode="multiple" placeholder={t.any} options={options(purposeWords, purpose)} /></Form.Item>
      <Form.Item name="towns" label={t.towns} extra={t.townsHint}><Select mode="tags" tokenSeparators={[' ', '，', ',']} open={false} suffixIcon={null} /></Form.Item>
      <Form.Item name="branches" label={t.branches} extra={t.branchesHint}><Select mode="tags" tokenSeparators={['，', ',']} open={false} suffixIcon={null} /></Form.Item>
    </Card>
  )
}

function Fees() {
  const t = useWords(said)
  const required = useRequired()
  const kind = useCode(feeKinds)
  return (
    <Card title={t.fees}>
      <p className="quiet" style={{ marginBottom: 12 }}>{t.feesAbout}</p>
      <Form.List name="fees">
        {(fields, { add, remove }) => (
          <>
            {fields.map((f) => (
              <div key={f.key} className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
                <Form.Item name={[f.name, 'title']} label={t.feeTitle} rules={[required]}><Input maxLength={60} /></Form.Item>
                <Form.Item name={[f.name, 'payee']} label={t.payee} rules={[required]}><Input maxLength={60} /></Form.Item>
                <Form.Item name={[f.name, 'kind']} label={t.kind}><Select options={['once', 'yearly'].map((k) => ({ value: k, label: kind(k) }))} style={{ width: 130 }} /></Form.Item>
                <AmountField name={[f.name, 'amount_fen']} label={t.feeAmount} optional zero />
                <Form.Item name={[f.name, 'rate']} label={t.feeRate}><InputNumber min={0} max={100} step={0.1} precision={4} /></Form.Item>
                <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t.drop} style={{ marginTop: 30 }} onClick={() => remove(f.name)} />
              </div>
            ))}
            <Button icon={<Icon name="plus" size={16} />} onClick={() => add({ kind: 'once' })}>{t.addFee}</Button>
          </>
        )}
      </Form.List>
    </Card>
  )
}

function Papers() {
  const t = useWords(said)
  const required = useRequired()
  return (
    <Card title={t.papers}>
      <Form.List name="papers">
        {(fields, { add, remove }) => (
          <>
            {fields.map((f) => (
              <div key={f.key} className="row" style={{ alignItems: 'flex-start', gap: 16 }}>
                <Form.Item name={[f.name, 'title']} label={t.paperTitle} rules={[required]}><Input maxLength={60} /></Form.Item>
                <Form.Item name={[f.name, 'code']} label={t.paperCode} rules={[required]}><Input maxLength={40} spellCheck={false} /></Form.Item>
                <Form.Item name={[f.name, 'needed']} valuePropName="checked" style={{ paddingTop: 30 }}><Checkbox>{t.needed}</Checkbox></Form.Item>
                <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t.drop} style={{ marginTop: 30 }} onClick={() => remove(f.name)} />
              </div>
            ))}
            <Button icon={<Icon name="plus" size={16} />} onClick={() => add({ needed: true, code: `paper_${fields.length + 1}` })}>{t.addPaper}</Button>
          </>
        )}
      </Form.List>
    </Card>
  )
}
