import { Button, Checkbox, Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { call, type Item } from '../../api/client'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { usePacks } from '../../domain/policy/packs'
import { AmountField } from '../../kit/amount'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import type { Fen } from '../../kit/money'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute, today } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['事后抽查', 'Samples'],
  about: ['从已支付的申报中按公开的种子和规则抽取，任何人都能照样重算；抽中的逐件核查，须追回的转入追回。', 'Drawn from paid claims by a seed and a rule that are told beforehand, so that anybody draws the same; each is looked at, and money that has to come back is taken back.'],
  policy: ['政策', 'Policy'],
  seed: ['种子', 'Seed'],
  rule: ['规则', 'Rule'],
  drawn: ['抽中', 'Drawn'],
  done: ['已核查', 'Looked at'],
  wrong: ['有问题', 'With something wrong'],
  at: ['抽取时间', 'Drawn at'],
  draw: ['抽取样本', 'Draw a sample'],
  drawAbout: ['种子宜事先公布，如某日的公开数字；同一种子和规则抽出的永远相同。抽取后不能撤销。', 'Tell the seed beforehand, such as a public figure of some day. A draw is not undone.'],
  share: ['抽查比例（%）', 'Share, %'],
  byItem: ['每个项目分别按此比例抽取', 'This share of each item by itself'],
  big: ['大额另定比例', 'Another share for large ones'],
  from: ['达到此金额的', 'From this amount on'],
  bigShare: ['抽查比例（%）', 'Share, %'],
  each: ['按项目', 'by item'],
  fromText: ['元起', ' yuan and more'],
  none: ['还没有抽查', 'No samples yet'],
  noneHint: ['付款后可抽取样本', 'Paid claims can be drawn from'],
})

type Sample = Item<'/api/claim-samples'>

export default function Samples() {
  const t = useWords(said)
  const may = useMay()
  const packs = usePacks()
  const [drawing, setDrawing] = useState(false)
  const policy = (id: string) => packs.data?.items?.find((p) => p.id === id)?.title ?? id
  const columns: Column<Sample>[] = [
    { key: 'policy', title: t.policy, value: (s) => policy(s.policy) },
    { key: 'seed', title: t.seed, value: (s) => s.seed },
    { key: 'rule', title: t.rule, value: (s) => (s.strata ?? []).map((x) => (x.from_fen > 0 ? `${x.from_fen / 100}${t.fromText} ${x.percent}%` : `${x.percent}%`)).join('；') + (s.by_item ? ` · ${t.each}` : '') },
    { key: 'drawn', title: t.drawn, right: true, value: (s) => s.drawn?.length ?? 0, show: (s) => `${s.drawn?.length ?? 0} / ${s.from?.length ?? 0}` },
    { key: 'done', title: t.done, right: true, value: (s) => s.done },
    { key: 'wrong', title: t.wrong, right: true, value: (s) => s.wrong, show: (s) => (s.wrong > 0 ? <Tag tone="bad">{s.wrong}</Tag> : 0) },
    { key: 'at', title: t.at, value: (s) => minute(s.at_ms) },
  ]
  const filters: Filter[] = [{ kind: 'search', key: 'q', label: t.seed }]
  const draw = may('claim_sample.draw') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setDrawing(true)}>{t.draw}</Button>
  return (
    <Page title={t.title} about={t.about} actions={draw}>
      <DataTable name="samples" label={t.title} columns={columns} filters={filters} rowKey={(s) => s.id} to={(s) => `/samples/${s.id}`} empty={{ icon: 'search', title: t.none, hint: t.noneHint, action: draw }}
        source={{ key: ['/api/claim-samples'], whole: true, load: (_f, _w, signal) => call('get', '/api/claim-samples', {}, signal) }} />
      {drawing && <Draw close={() => setDrawing(false)} />}
    </Page>
  )
}

function Draw({ close }: { close: () => void }) {
  const t = useWords(said)
  const go = useNavigate()
  const required = useRequired()
  const packs = usePacks()
  const [big, setBig] = useState(false)
  const draw = useChange('post', '/api/claim-samples', ['/api/claim-samples', '/api/claims', '/api/claim-sums', '/api/waiting'])
  const all = packs.data?.items ?? []
  return (
    <Ask<{ policy: string; seed: string; share: number; by_item?: boolean; from?: Fen; big_share?: number }> open close={close} title={t.draw} about={t.drawAbout} ok={t.draw} width={540}
      initial={{ policy: all[0]?.id, share: 20, by_item: true, seed: today() }}
      send={async (v) => {
        const strata = [{ from_fen: 0 as Fen, percent: v.share }]
        if (big && v.from) strata.push({ from_fen: v.from, percent: v.big_share ?? 100 })
        const s = await draw.mutateAsync({ body: { policy: v.policy, seed: v.seed.trim(), strata, by_item: v.by_item } })
        go(`/samples/${s.id}`)
      }}>
      <Form.Item name="policy" label={t.policy} rules={[required]}><Select options={all.map((p) => ({ value: p.id, label: p.title }))} /></Form.Item>
      <div className="grid2" style={{ gap: '0 14px' }}>
        <Form.Item name="seed" label={t.seed} rules={[required]}><Input maxLength={100} /></Form.Item>
        <Form.Item name="share" label={t.share} rules={[{ required: true }]}><InputNumber min={0} max={100} precision={0} style={{ width: '100%' }} /></Form.Item>
      </div>
      <Form.Item name="by_item" valuePropName="checked"><Checkbox>{t.byItem}</Checkbox></Form.Item>
      <Form.Item><Checkbox checked={big} onChange={(e) => setBig(e.target.checked)}>{t.big}</Checkbox></Form.Item>
      {big && (
        <div className="grid2" style={{ gap: '0 14px' }}>
          <AmountField name="from" label={t.from} />
          <Form.Item name="big_share" label={t.bigShare} initialValue={100} rules={[{ required: true }]}><InputNumber min={0} max={100} precision={0} style={{ width: '100%' }} /></Form.Item>
        </div>
      )}
    </Ask>
  )
}
