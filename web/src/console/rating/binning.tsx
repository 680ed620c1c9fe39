// Bins of a run, looked at and changed by hand: merged with their neighbours, split where
// pre-bins meet. What it would bring is shown before anything is trained again.
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { attempt } from '../../api/client'
import { useChange } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { trendWords } from '../../domain/rating/model'
import { isCounted, useQuantity } from '../../domain/rating/score'
import { type Bins, paths, type Report, type Run, share } from '../../domain/rating/training'
import { Icon } from '../../kit/icon'
import { count } from '../../kit/money'
import { Card } from '../../kit/page'
import { useSay } from '../../kit/say'
import { Stat, Tag } from '../../kit/show'
import { useCode, useLang, useWords, words } from '../../kit/words'
import { Binning } from './plots'
import { Sheet } from './sheet'

const said = words({
  feature: ['指标', 'Feature'],
  item: [(name: string, iv: string) => `${name}（信息值 ${iv}）`, (name: string, iv: string) => `${name} (IV ${iv})`],
  out: ['没有入选', 'left out'],
  changed: ['已改', 'changed'],
  trend: ['所声明的方向', 'Declared direction'],
  byData: ['由数据定', 'as the data say'],
  holds: ['保持方向', 'keeps to it'],
  against: ['与方向相反，不能用来训练；请合并相反的箱', 'goes against it: merge the bins that do'],
  iv: ['信息值', 'IV'],
  was: [(x: string) => `原 ${x}`, (x: string) => `was ${x}`],
  ivHint: ['合并会损失信息值，换来更稳的分箱；损失不到一成通常值得。', 'Merging loses some IV and makes bins steadier; less than a tenth is mostly worth it.'],
  few: ['少于 5%，不稳', 'below 5%: unsteady'],
  adjust: ['手工调整', 'Change by hand'],
  bin: ['分箱', 'Bin'],
  rows: ['企业', 'Firms'],
  share: ['占比', 'Share'],
  badRate: ['坏企业占比', 'Of them bad'],
  woe: ['WOE', 'WOE'],
  merge: ['与下一箱合并', 'Merge with the next'],
  mergeOf: [(bin: string) => `把“${bin}”与下一箱合并`, (bin: string) => `Merge ${bin} with the next`],
  split: ['拆开…', 'Split…'],
  splitOf: [(bin: string) => `在哪里拆开“${bin}”`, (bin: string) => `Where to split ${bin}`],
  at: [(x: string) => `在 ${x} 处`, (x: string) => `at ${x}`],
  alone: [(x: string) => `“${x}”单独成箱`, (x: string) => `${x} on its own`],
  undo: ['恢复原样', 'As it was'],
  tray: [(n: string) => `改了 ${n} 项分箱`, (n: string) => `Bins of ${n} features are changed`],
  trayHint: ['重新训练是另一次训练，原来的保留；谁改了什么会写进模型清单。', 'It is another run; this one stays. Who changed what is written into the manifest.'],
  again: ['按改动重新训练', 'Train with the changes'],
})

type Changed = Record<string, { groups: number[][]; shown: Bins }>

export function Adjust({ run, report }: { run: Run; report: Report }) {
  const t = useWords(said)
  const say = useSay()
  const { lang } = useLang()
  const go = useNavigate()
  const may = useMay()
  const [at, setAt] = useSearchParams()
  const [changed, setChanged] = useState<Changed>({})
  const [wrong, setWrong] = useState<string>()
  const preview = useChange('post', '/api/rating-trainings/{id}/bins', [])
  const again = useChange('post', '/api/rating-trainings/{id}/adjusted', paths)
  const all = report.bins ?? []
  const of = all.find((b) => b.name === at.get('feature')) ?? all[0]
  if (!of) return null
  const shown = changed[of.name]?.shown ?? of
  const out = new Set((report.items ?? []).filter((i) => i.out_zh).map((i) => i.name))
  const attemptTo = async (f: () => Promise<unknown>) => {
    setWrong(undefined)
    try {
      await f()
    } catch (e) {
      setWrong(say(e))
    }
  }
  const change = (groups: number[][]) => attemptTo(async () => {
    const now = (await preview.mutateAsync({ path: { id: run.id }, body: { characteristic: of.name, groups } })) as Bins
    setChanged((before) => ({ ...before, [of.name]: { groups, shown: now } }))
  })
  const undo = () => setChanged(({ [of.name]: _, ...rest }) => rest)
  const train = () => attemptTo(async () => {
    const bins = Object.fromEntries(Object.entries(changed).map(([name, c]) => [name, c.groups]))
    go(`/rating/trainings/${(await again.mutateAsync({ path: { id: run.id }, body: { bins }, headers: { 'Idempotency-Key': attempt() } })).id}`)
  })
  const n = Object.keys(changed).length
  const name = (b: Bins) => (lang === 'zh' ? b.zh : b.en)
  return (
    <>
      {n > 0 && (
        <div className="notice wait spread" role="status">
          <span><b>{t.tray(String(n))}</b>　{t.trayHint}</span>
          <Button type="primary" loading={again.isPending} disabled={Object.values(changed).some((c) => !c.shown.holds)} onClick={train}>{t.again}</Button>
        </div>
      )}
      <div role="alert">{wrong && <p className="notice bad">{wrong}</p>}</div>
      <Card>
        <div className="stack" style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <label><span className="quiet">{t.feature}</span>
            <Select style={{ width: '100%', maxWidth: 460, display: 'flex' }} showSearch optionFilterProp="label" aria-label={t.feature} value={of.name} onChange={(v) => setAt((b) => { const p = new URLSearchParams(b); p.set('feature', v); return p }, { replace: true })}
              options={all.map((b) => ({ value: b.name, label: `${t.item(name(b), b.iv.toFixed(3))}${out.has(b.name) ? ` · ${t.out}` : ''}${changed[b.name] ? ` · ${t.changed}` : ''}` }))} />
          </label>
          <Head of={shown} before={of} />
          <Binning name={name(of)} of={[...(shown.bins ?? []).map((b) => ({ ...b, apart: false })), ...[...(shown.specials ?? []), ...(shown.unknown ? [shown.unknown] : [])].map((b) => ({ ...b, apart: true }))].map((b) => ({ ...b, name: b[lang] }))} />
          {may('rating_model.make') && <Controls of={shown} change={change} busy={preview.isPending} undo={changed[of.name] && undo} />}
        </div>
      </Card>
    </>
  )
}

function Head({ of, before }: { of: Bins; before: Bins }) {
  const t = useWords(said)
  const trend = useCode(trendWords)
  return (
    <div aria-live="polite">
      <div className="figures">
        <Stat name={t.iv} value={of.iv.toFixed(3)} unit={of !== before ? t.was(before.iv.toFixed(3)) : undefined} late={of.iv < 0.9 * before.iv} />
        <Stat name={t.trend} value={<span style={{ fontSize: 16 }}>{!of.trend ? trend('category') : of.trend === 'auto' ? t.byData : trend(of.trend)}</span>} />
      </div>
      <p className="small" style={{ marginTop: 6 }}>{of.trend && of.trend !== 'auto' && <Tag tone={of.holds ? 'good' : 'bad'}>{of.holds ? t.holds : t.against}</Tag>} <span className="quiet">{t.ivHint}</span></p>
    </div>
  )
}

/** Controls merge and split bins. */
function Controls({ of, change, undo, busy }: { of: Bins; change: (groups: number[][]) => void; undo?: () => void; busy: boolean }) {
  const t = useWords(said)
  const { lang } = useLang()
  const quantity = useQuantity()
  const groups = (of.groups ?? []).map((g) => g ?? [])
  const atoms = of.atoms ?? []
  const merge = (i: number) => change([...groups.slice(0, i), [...groups[i]!, ...groups[i + 1]!], ...groups.slice(i + 2)])
  const split = (i: number, k: number) => {
    const g = groups[i]!
    const parts = of.trend ? [g.slice(0, k), g.slice(k)] : [[g[k]!], g.filter((_, j) => j !== k)]
    change([...groups.slice(0, i), ...parts, ...groups.slice(i + 1)])
  }
  const ways = (g: number[]) => (of.trend
    ? g.slice(1).map((a, k) => ({ value: k + 1, label: t.at(quantity(isCounted(of.unit) ? Math.ceil(atoms[a]!.from ?? 0) : atoms[a]!.from ?? 0, of.unit ?? undefined)) }))
    : g.map((a, k) => ({ value: k, label: t.alone(atoms[a]!.value ?? '') })))
  const row = (b: NonNullable<Bins['bins']>[number], i: number) => {
    const bin = lang === 'zh' ? b.zh : b.en
    const g = groups[i]!
    return {
      key: bin,
      cells: [
        bin, count(b.good + b.bad),
        <>{share(b.share)}{b.share < 0.05 && <div className="small" style={{ color: 'var(--tangerine)' }}>{t.few}</div>}</>,
        share(b.bad_rate), b.woe.toFixed(3),
        <div key="acts" className="row">
          {i + 1 < groups.length && <Button size="small" disabled={busy} aria-label={t.mergeOf(bin)} onClick={() => merge(i)}>{t.merge}</Button>}
          {g.length > 1 && <Select size="small" style={{ minWidth: 110 }} disabled={busy} popupMatchSelectWidth={false} placeholder={t.split} value={null} aria-label={t.splitOf(bin)} onChange={(k: number | null) => k !== null && split(i, k)} options={ways(g)} />}
        </div>,
      ],
    }
  }
  return (
    <div className="stack" style={{ gap: 8 }}>
      <div className="spread"><h3 className="h3">{t.adjust}</h3>{undo && <Button size="small" icon={<Icon name="left" size={14} />} onClick={undo}>{t.undo}</Button>}</div>
      <Sheet label={t.adjust} head={[t.bin, t.rows, t.share, t.badRate, t.woe, '']} right={[1, 2, 3, 4]} rows={(of.bins ?? []).map(row)} />
    </div>
  )
}
