import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { findingTones, findingWords, stageTones, stageWords } from '../../domain/subsidy/words'
import { count } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useWords, words } from '../../kit/words'
import { Found } from './propose'

const said = words({
  title: ['事后抽查', 'Sample'],
  back: ['事后抽查', 'samples'],
  seed: ['种子', 'Seed'],
  rule: ['规则', 'Rule'],
  how: ['抽取方法', 'How it is drawn'],
  method: ['各层中取 SHA-256（种子|申报编号）最小的若干件，件数为比例向上取整', 'of each layer those whose SHA-256 of seed|claim is lowest; the share is rounded up'],
  at: ['抽取时间', 'Drawn at'],
  from: ['抽样总体', 'Drawn from'],
  drawn: ['抽中', 'Drawn'],
  done: ['已核查', 'Looked at'],
  again: ['重算', 'Drawn again'],
  same: ['与当时一致', 'the same'],
  differs: ['与当时不一致', 'not the same'],
  each: ['每个项目分别', 'each item by itself'],
  fromText: ['元起', ' yuan and more'],
  claims: ['抽中的申报', 'Claims drawn'],
  payee: ['收款人', 'Payee'],
  item: ['项目', 'Item'],
  amount: ['已付', 'Paid'],
  kept: ['现有', 'Has now'],
  stage: ['环节', 'Stage'],
  finding: ['结论', 'Finding'],
  text: ['核查情况', 'What was found'],
  by: ['核查人', 'By'],
  waits: ['待核查', 'To be looked at'],
  record: ['登记结论', 'Record'],
  clawback: ['追回', 'Clawback'],
  state: ['核查', 'State'],
  only: ['只看待核查的', 'Only those to be looked at'],
  none: ['没有抽中任何申报', 'No claim was drawn'],
})

type View = Answer<'/api/claim-samples/{id}'>
type Looked = NonNullable<View['claims']>[number]

export default function SamplePage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const sample = useGet('/api/claim-samples/{id}', { path: { id } })
  return (
    <Page title={sample.data ? `${t.title} · ${sample.data.seed}` : t.title} back={{ to: '/samples', name: t.back }}>
      <Shown of={sample} rows={8}>{(s) => <Known of={s} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: View }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const finding = useCode(findingWords)
  const may = useMay()
  const [looking, setLooking] = useState<Looked>()
  const claims = of.claims ?? []
  const rule = (of.strata ?? []).map((x) => (x.from_fen > 0 ? `${x.from_fen / 100}${t.fromText} ${x.percent}%` : `${x.percent}%`)).join('；') + (of.by_item ? `，${t.each}` : '')
  const columns: Column<Looked>[] = [
    { key: 'payee', title: t.payee, value: (l) => l.claim.payee_name, show: (l) => <Link to={`/claims/${l.claim.id}`}>{l.claim.payee_name}</Link> },
    { key: 'item', title: t.item, value: (l) => l.claim.item_title },
    { key: 'amount', title: t.amount, fen: (l) => l.claim.amount_fen },
    { key: 'kept', title: t.kept, fen: (l) => l.claim.paid_fen },
    { key: 'stage', title: t.stage, value: (l) => stage(l.claim.stage), show: (l) => <Tag tone={stageTones[l.claim.stage]}>{stage(l.claim.stage)}</Tag> },
    {
      key: 'finding', title: t.finding, value: (l) => (l.finding ? finding(l.finding.outcome) : t.waits),
      show: (l) => (l.finding ? <Tag tone={findingTones[l.finding.outcome]}>{finding(l.finding.outcome)}</Tag> : <Tag tone="wait">{t.waits}</Tag>),
    },
    { key: 'text', title: t.text, value: (l) => l.finding?.text, width: 260 },
    { key: 'by', title: t.by, value: (l) => l.finding?.name },
    { key: 'clawback', title: t.clawback, value: (l) => l.finding?.clawback, show: (l) => (l.finding?.clawback ? <Link to={`/clawbacks/${l.finding.clawback}`}>{t.clawback}</Link> : '') },
  ]
  const filters: Filter[] = [{ kind: 'search', key: 'q', label: t.payee }, { kind: 'choice', key: 'waits', label: t.state, options: [{ value: 'true', label: t.only }] }]
  return (
    <>
      <Card>
        <Facts of={[
          [t.seed, of.seed],
          [t.rule, rule],
          [t.from, count(of.from?.length ?? 0)],
          [t.drawn, count(of.drawn?.length ?? 0)],
          [t.done, count(of.done)],
          [t.at, <At key="a" ms={of.at_ms} />],
          [t.again, <Tag key="s" tone={of.same ? 'good' : 'bad'}>{of.same ? t.same : t.differs}</Tag>],
          [t.how, t.method],
        ]} />
      </Card>
      <DataTable name="sample" label={t.claims} columns={columns} filters={filters} rowKey={(l) => l.claim.id} empty={{ icon: 'search', title: t.none }}
        match={(l, f) => (!f.q || l.claim.payee_name.includes(f.q)) && (!f.waits || l.claim.stage === 'follow_up')}
        source={{ key: ['/api/claim-samples/{id}', 'claims', of.id, claims.map((l) => l.claim.stage + (l.finding?.id ?? '')).join()], whole: true, load: () => Promise.resolve({ items: claims, total: claims.length }) }}
        act={may('clawback.write') ? (l) => l.claim.stage === 'follow_up' && <Button size="small" type="primary" onClick={() => setLooking(l)}>{t.record}</Button> : undefined} />
      {looking && <Found claim={looking.claim.id} name={looking.claim.payee_name} has={looking.claim.paid_fen} close={() => setLooking(undefined)} />}
    </>
  )
}
