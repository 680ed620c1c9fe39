// How long each step of a loan application may take, and when one lapses that nobody
// works at: for the office's lead.
import { App, Button, Form, InputNumber } from 'antd'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { useSubmit, Wrong } from '../../kit/form'
import { Card, Page, Shown } from '../../kit/page'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['办理时限', 'Time limits'],
  about: ['银行每一步几个工作日办完；逾期先提醒经办，再督办负责人，再报市金融工作中心。在办的受理件沿用原来的期限。', 'How many working days a bank has for each step. What is late is told to its people, then to its lead, then to the finance office. Referrals under way keep their days.'],
  terms: ['各环节期限（工作日）', 'Terms, in working days'],
  hint: ['0 为不限时', '0: no limit'],
  idle: ['无银行办理的申请，几天后失效', 'Days after which an application lapses at which no bank works'],
  save: ['保存', 'Save'],
  saved: ['已保存', 'Saved'],
})

const termWords = words({
  accept: ['受理', 'Accept'],
  contact: ['对接企业', 'Contact the firm'],
  survey: ['转审查', 'Send to review'],
  review: ['审查、报价', 'Review and offer'],
  contract: ['签约', 'Sign the contract'],
  guarantee: ['担保落实', 'Guarantee'],
  disburse: ['签约后放款（材料齐全）', 'Pay out after signing, papers complete'],
})

type Rules = Answer<'/api/application-rules'>

export default function LendingRulesPage() {
  const t = useWords(said)
  const rules = useGet('/api/application-rules', {})
  return (
    <Page title={t.title} about={t.about}>
      <Shown of={rules} rows={6}>{(r) => <Edit key={r.version} of={r} />}</Shown>
    </Page>
  )
}

function Edit({ of }: { of: Rules }) {
  const t = useWords(said)
  const term = useCode(termWords)
  const may = useMay()
  const { message } = App.useApp()
  const set = useChange('put', '/api/application-rules', ['/api/application-rules'])
  const [form] = Form.useForm<Rules>()
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    await set.mutateAsync({ body: { ...of, ...v } })
    message.success(t.saved)
  })
  const fixed = !may('application_rules.write')
  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={of} onFinish={submit} disabled={fixed}>
      <div className="stack">
        <Card title={t.terms}>
          <p className="quiet" style={{ marginBottom: 10 }}>{t.hint}</p>
          <div className="figures">
            {Object.keys(termWords.zh).filter((k) => k in of.terms).map((k) => (
              <Form.Item key={k} name={['terms', k]} label={term(k)} rules={[{ required: true }]} style={{ marginBottom: 4 }}><InputNumber min={0} max={200} precision={0} style={{ width: '100%' }} /></Form.Item>
            ))}
          </div>
          <Form.Item name="idle_days" label={t.idle} rules={[{ required: true }]} style={{ marginTop: 10 }}><InputNumber min={1} max={365} precision={0} style={{ width: 160 }} /></Form.Item>
        </Card>
        <Wrong text={wrong} />
        {!fixed && <div><Button type="primary" htmlType="submit" loading={busy}>{t.save}</Button></div>}
      </div>
    </Form>
  )
}
