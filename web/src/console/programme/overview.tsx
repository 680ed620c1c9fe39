import { useMemo } from 'react'
import { useNavigate } from 'react-router'
import { useGet } from '../../api/query'
import { useItemNames } from '../../domain/policy/packs'
import { Bars, Heat } from '../../kit/chart'
import type { Fen } from '../../kit/money'
import { Card, Empty, Shown } from '../../kit/page'
import { Rate, Tag, Wan } from '../../kit/show'
import { useWide } from '../../kit/wide'
import { useWords, words } from '../../kit/words'

const said = words({
  byItem: ['按资金项目', 'By item'],
  byBank: ['按金融机构', 'By bank'],
  byTown: ['按乡镇街道', 'By town'],
  bankItem: ['机构与项目', 'Banks and items'],
  paid: ['拨付', 'Paid'],
  pools: ['资金池', 'Pools'],
  pool: ['名称', 'Pool'],
  budget: ['额度', 'Budget'],
  requested: ['申请', 'Requested'],
  rate: ['兑付比例', 'Rate'],
  unlimited: ['不限', 'no limit'],
  short: ['额度不足', 'short'],
  none: ['没有拨付', 'Nothing is paid'],
  wan: ['万元', '×10k yuan'],
  noTown: ['未分乡镇', 'No town'],
  others: [(n: string) => `其余 ${n} 家`, (n: string) => `${n} others`],
})

type Sum = { key: string; name: string; item: string; paid_fen: Fen }

// grouped sums rows up by a name; what the picture shows, not what is paid.
function grouped(rows: Sum[], by: (s: Sum) => string, most: number, rest: (n: number) => string) {
  const sums = new Map<string, number>()
  for (const r of rows) sums.set(by(r), (sums.get(by(r)) ?? 0) + r.paid_fen)
  const all = [...sums].filter(([, v]) => v !== 0).sort((a, b) => b[1] - a[1])
  const top = all.slice(0, most)
  const others = all.slice(most)
  if (others.length > 0) top.push([rest(others.length), others.reduce((n, [, v]) => n + v, 0)])
  return top.map(([name, v]) => ({ name, fen: v as Fen }))
}

export function Overview({ id }: { id: string }) {
  const t = useWords(said)
  const overview = useGet('/api/runs/{id}/overview', { path: { id } })
  return (
    <Shown of={overview} rows={6}>
      {(o) => <Pictures id={id} items={(o.items ?? []) as Sum[]} banks={(o.banks ?? []) as Sum[]} towns={(o.towns ?? []) as Sum[]}>
        {(o.pools?.length ?? 0) > 0 && (
          <Card title={t.pools} flush>
            <div className="table-scroll" tabIndex={0} role="group" aria-label={t.pools}>
              <table className="data">
                <thead><tr><th>{t.pool}</th><th className="right">{t.budget}（{t.wan}）</th><th className="right">{t.requested}（{t.wan}）</th><th className="right">{t.paid}（{t.wan}）</th><th className="right">{t.rate}</th></tr></thead>
                <tbody>
                  {o.pools!.map((p) => (
                    <tr key={p.pool}>
                      <td>{p.title || p.pool}</td>
                      <td className="right">{p.limited ? <Wan fen={p.budget_fen} /> : t.unlimited}</td>
                      <td className="right"><Wan fen={p.requested_fen} /></td>
                      <td className="right"><Wan fen={p.paid_fen} /></td>
                      <td className="right">{p.limited && p.requested_fen > p.budget_fen ? <>{p.rate_ppb > 0 && <Rate ppb={p.rate_ppb} />} <Tag tone="wait">{t.short}</Tag></> : '100%'}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        )}
      </Pictures>}
    </Shown>
  )
}

function Pictures({ id, items, banks, towns, children }: { id: string; items: Sum[]; banks: Sum[]; towns: Sum[]; children: React.ReactNode }) {
  const t = useWords(said)
  const item = useItemNames()
  const go = useNavigate()
  const wide = useWide()
  const rest = (n: number) => t.others(String(n))
  const byItem = useMemo(() => grouped(items.length > 0 ? items : banks, (s) => item(s.item), 20, rest), [items, banks, item])
  const byBank = useMemo(() => grouped(banks, (s) => s.name || s.key, 12, rest), [banks])
  const byTown = useMemo(() => grouped(towns, (s) => s.name || s.key || t.noTown, 12, rest), [towns, t])
  const heat = useMemo(() => {
    const down = byBank.map((b) => b.name).slice(0, 12)
    const across = [...new Set(banks.filter((b) => b.paid_fen !== 0).map((b) => b.item))]
    const cells = down.map((name) => across.map((i) => {
      const found = banks.filter((b) => (b.name || b.key) === name && b.item === i)
      const fen = found.reduce((n, b) => n + b.paid_fen, 0)
      return fen > 0 ? (fen as Fen) : null
    }))
    return { down, across: across.map(item), cells }
  }, [banks, byBank, item])
  if (byItem.length === 0) return <Card><Empty icon="calc" title={t.none} /></Card>
  const find = (name: string) => items.find((s) => item(s.item) === name)?.item
  return (
    <>
      <div className="grid2">
        <Card title={t.byItem}><Bars label={t.byItem} of={byItem} what={t.paid} onPick={(n) => { const i = find(n); if (i) go(`/runs/${id}?tab=lines&item=${encodeURIComponent(i)}`) }} /></Card>
        <Card title={t.byBank}><Bars label={t.byBank} of={byBank} what={t.paid} /></Card>
      </div>
      {wide && heat.down.length > 1 && heat.across.length > 1 && <Card title={t.bankItem}><Heat label={t.bankItem} down={heat.down} across={heat.across} cells={heat.cells} /></Card>}
      <div className={byTown.length > 1 && children ? 'grid2' : 'stack'} style={{ alignItems: 'start' }}>
        {byTown.length > 1 && <Card title={t.byTown}><Bars label={t.byTown} of={byTown} what={t.paid} /></Card>}
        {children}
      </div>
    </>
  )
}
