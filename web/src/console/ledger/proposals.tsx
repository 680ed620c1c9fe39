import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { Item } from '../../api/client'
import { listOf } from '../../api/list'
import { useChange, useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { proposalStates, proposalWords } from '../../domain/ledger/words'
import { Ask, useRequired } from '../../kit/form'
import { Page } from '../../kit/page'
import { Tag, type Tone } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['待复核事项', 'What takes two people'],
  back: ['资金台账', 'the fund ledger'],
  about: ['收回、调减、上缴、冲销和年终结账，由一人提请、另一人复核后才记账。', 'Recalls, reductions, hand-overs, reversals and year ends are proposed by one person and posted when another has confirmed.'],
  kind: ['事项', 'What'],
  state: ['状态', 'State'],
  source: ['资金来源', 'Source'],
  amount: ['金额', 'Amount'],
  carry: ['结转', 'Carried over'],
  document: ['文号', 'Document'],
  memo: ['备注', 'Note'],
  at: ['提请时间', 'Proposed'],
  by: ['提请人', 'By'],
  reason: ['退回理由', 'Why refused'],
  confirm: ['通过', 'Confirm'],
  refuse: ['退回', 'Refuse'],
  withdraw: ['撤回', 'Withdraw'],
  confirmAbout: ['通过后立即记账。', 'It is posted at once.'],
  none: ['没有待复核事项', 'Nothing here'],
  noneHint: ['收回、调减、冲销、年终结账由一人提请，另一人复核', 'Recalls, reductions, reversals and year ends are prepared by one and confirmed by another'],
})

type Proposal = Item<'/api/fund/proposals'>
const tones: Record<string, Tone> = { prepared: 'wait', confirmed: 'good', refused: 'bad', withdrawn: 'plain' }

export default function Proposals() {
  const t = useWords(said)
  const kind = useCode(proposalWords)
  const state = useCode(proposalStates)
  const may = useMay()
  const me = useMe()
  const required = useRequired()
  const sources = useGet('/api/fund/sources', { query: { limit: 200 } })
  const source = (id: string) => sources.data?.items?.find((s) => s.source.id === id)?.source.title ?? id
  const [asked, ask] = useState<{ what: 'confirm' | 'refuse' | 'withdraw'; p: Proposal }>()
  const confirm = useChange('post', '/api/fund/proposals/{id}/confirm', ['/api/fund'])
  const refuse = useChange('post', '/api/fund/proposals/{id}/refuse', ['/api/fund'])
  const withdraw = useChange('post', '/api/fund/proposals/{id}/withdraw', ['/api/fund'])
  const columns: Column<Proposal>[] = [
    { key: 'kind', title: t.kind, value: (p) => kind(p.kind) },
    { key: 'state', title: t.state, value: (p) => state(p.state), show: (p) => <Tag tone={tones[p.state]}>{state(p.state)}</Tag> },
    { key: 'source', title: t.source, value: (p) => source(p.source) },
    { key: 'amount', title: t.amount, fen: (p) => p.amount_fen },
    { key: 'document', title: t.document, value: (p) => p.document },
    { key: 'memo', title: t.memo, value: (p) => p.memo },
    { key: 'at', title: t.at, value: (p) => minute(p.prepared_at_ms) },
    { key: 'reason', title: t.reason, value: (p) => p.reason },
  ]
  const filters: Filter[] = [{ kind: 'choice', key: 'state', label: t.state, options: Object.keys(proposalStates.zh).map((s) => ({ value: s, label: state(s) })) }]
  const send = (v: { reason?: string }) => {
    const { what, p } = asked!
    const path = { path: { id: p.id } }
    if (what === 'confirm') return confirm.mutateAsync({ ...path, body: { version: p.version } })
    if (what === 'withdraw') return withdraw.mutateAsync({ ...path, body: { version: p.version } })
    return refuse.mutateAsync({ ...path, body: { version: p.version, reason: v.reason ?? '' } })
  }
  return (
    <Page title={t.title} about={t.about} back={{ to: '/fund', name: t.back }}>
      <DataTable name="fund-proposals" label={t.title} source={listOf('/api/fund/proposals')} columns={columns} filters={filters} rowKey={(p) => p.id} empty={{ icon: 'check', title: t.none, hint: t.noneHint }}
        act={(p) => p.state === 'prepared' && (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            {may('fund.confirm') && p.prepared_by !== me.account && <Button size="small" type="primary" onClick={() => ask({ what: 'confirm', p })}>{t.confirm}</Button>}
            {may('fund.confirm') && p.prepared_by !== me.account && <Button size="small" onClick={() => ask({ what: 'refuse', p })}>{t.refuse}</Button>}
            {may('fund.write') && p.prepared_by === me.account && <Button size="small" onClick={() => ask({ what: 'withdraw', p })}>{t.withdraw}</Button>}
          </span>
        )} />
      {asked && (
        <Ask<{ reason?: string }> open close={() => ask(undefined)} title={`${t[asked.what]}：${kind(asked.p.kind)}`} about={asked.what === 'confirm' ? t.confirmAbout : undefined} ok={t[asked.what]} danger={asked.what === 'refuse'} send={send}>
          {asked.what === 'refuse' && <Form.Item name="reason" label={t.reason} rules={[required]}><Input.TextArea rows={3} /></Form.Item>}
        </Ask>
      )}
    </Page>
  )
}
