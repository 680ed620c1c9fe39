import { Button, Form, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { call, type Item } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { outcomeWords } from '../../domain/subsidy/words'
import { Ask, useRequired } from '../../kit/form'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute, today } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['异议', 'Objections'],
  back: ['公示', 'notices'],
  about: ['每一条异议都要答复；成立的，申报退回重办。', 'Every objection is answered; one that is upheld sends the claim back.'],
  at: ['提出时间', 'Made'],
  who: ['提出人', 'By'],
  contact: ['联系方式', 'Contact'],
  text: ['内容', 'What'],
  outcome: ['结论', 'Outcome'],
  due: ['答复期限', 'Answer by'],
  waiting: ['待答复', 'Waits'],
  answerText: ['答复', 'Answer'],
  answer: ['答复', 'Answer'],
  about1: ['针对的申报', 'For which claim'],
  only: ['只看待答复的', 'Only those that wait'],
  state: ['状态', 'State'],
  none: ['没有异议', 'No objections'],
  noneHint: ['公示期间，任何人都可以在公示页面提出', 'Anybody may make one on the page of a notice while it runs'],
})

type Objection = Item<'/api/objections'>

export default function Objections() {
  const t = useWords(said)
  const outcome = useCode(outcomeWords)
  const may = useMay()
  const [at] = useSearchParams()
  const [answering, setAnswering] = useState<Objection>()
  const fixed = { notice: at.get('notice') ?? undefined, claim: at.get('claim') ?? undefined }
  const columns: Column<Objection>[] = [
    { key: 'at', title: t.at, value: (o) => minute(o.at_ms) },
    { key: 'text', title: t.text, value: (o) => o.text, width: 260 },
    { key: 'who', title: t.who, value: (o) => o.name },
    { key: 'contact', title: t.contact, value: (o) => o.contact },
    { key: 'outcome', title: t.outcome, value: (o) => (o.outcome ? outcome(o.outcome) : t.waiting), show: (o) => <Tag tone={o.outcome === '' ? 'wait' : o.outcome === 'upheld' ? 'bad' : 'good'}>{o.outcome ? outcome(o.outcome) : t.waiting}</Tag> },
    { key: 'due', title: t.due, value: (o) => o.due_on ?? '', show: (o) => (o.due_on ? <Tag tone={o.due_on < today() ? 'bad' : 'plain'}>{o.due_on}</Tag> : null) },
    { key: 'answer', title: t.answerText, value: (o) => o.answer },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'open', label: t.state, options: [{ value: 'true', label: t.only }] }]
  return (
    <Page title={t.title} about={t.about} back={{ to: '/notices', name: t.back }}>
      <DataTable name="objections" label={t.title} columns={columns} filters={filters} rowKey={(o) => o.id} empty={{ icon: 'check', title: t.none, hint: t.noneHint }}
        source={{ key: ['/api/objections', fixed], load: (f, w, signal) => call('get', '/api/objections', { query: { ...fixed, open: f.open === 'true' || undefined, ...w } }, signal) }}
        act={may('objection.answer') ? (o) => o.outcome === '' && <Button size="small" type="primary" onClick={() => setAnswering(o)}>{t.answer}</Button> : undefined} />
      {answering && <Answer of={answering} close={() => setAnswering(undefined)} />}
    </Page>
  )
}

function Answer({ of, close }: { of: Objection; close: () => void }) {
  const t = useWords(said)
  const outcome = useCode(outcomeWords)
  const required = useRequired()
  const notice = useGet('/api/notices/{id}', { path: { id: of.notice } }, { enabled: of.claim === '' })
  const answer = useChange('put', '/api/objections/{id}')
  const [upheld, setUpheld] = useState(false)
  return (
    <Ask<{ outcome: 'upheld' | 'dismissed'; answer: string; claim?: string }> open close={close} title={t.answer} about={of.text} ok={t.answer} initial={{ outcome: 'dismissed' }}
      send={(v) => answer.mutateAsync({ path: { id: of.id }, body: { version: of.version, outcome: v.outcome, answer: v.answer.trim(), claim: v.claim } })}>
      <Form.Item name="outcome" label={t.outcome}>
        <Radio.Group onChange={(e) => setUpheld(e.target.value === 'upheld')} options={['dismissed', 'upheld'].map((o) => ({ value: o, label: outcome(o) }))} />
      </Form.Item>
      {upheld && of.claim === '' && (
        <Form.Item name="claim" label={t.about1} rules={[required]}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={(notice.data?.lines ?? []).map((l) => ({ value: l.claim, label: `${l.payee_name} · ${l.item_title}` }))} />
        </Form.Item>
      )}
      <Form.Item name="answer" label={t.answerText} rules={[required]}><Input.TextArea rows={4} /></Form.Item>
    </Ask>
  )
}
