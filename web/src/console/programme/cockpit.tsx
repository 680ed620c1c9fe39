import { Select } from 'antd'
import { Link, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { totalWords } from '../../domain/ledger/words'
import { usePacks } from '../../domain/policy/packs'
import { count, type Fen, percent2, type Ppb, wan } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Stat, Tag, Unknown, Wan } from '../../kit/show'
import { useWords, words } from '../../kit/words'
import { Stages } from '../subsidy/stages'
import { Overview } from './overview'

const said = words({
  title: ['驾驶舱', 'Cockpit'],
  about: ['目标完成得怎样，钱花到了哪里，谁还没有交数据。', 'How far the targets are reached, where the money went.'],
  policy: ['政策', 'Policy'],
  none: ['还没有正式结算', 'No settlement is in force yet'],
  noneHint: ['正式结算确认后，这里显示目标完成情况和资金分布', 'When one is confirmed, targets and money appear here'],
  toRuns: ['去结算', 'To settlements'],
  targets: ['目标', 'Targets'],
  target: ['目标', 'target'],
  atLeast: ['不低于', 'at least'],
  atMost: ['不高于', 'at most'],
  met: ['已达成', 'Met'],
  notMet: ['未达成', 'Not met'],
  gap: ['还差', 'lacks'],
  lastYear: ['上年', 'last year'],
  unknown: ['现有数据不能得出', 'The facts do not tell'],
  by: ['依据结算', 'by settlement'],
  wan: ['万元', '×10k yuan'],
  paid: ['核定拨付', 'Settled'],
  lines: ['笔', 'rows'],
  clause: [(c: string) => `条款${c}`, (c: string) => `clause ${c}`],
  payees: ['收款人次', 'Payees'],
  waiting: ['待补', 'Waiting'],
  fund: ['资金', 'Money'],
})

type Cockpit_ = Answer<'/api/cockpit'>
type Target = NonNullable<Cockpit_['targets']>[number]

export default function Cockpit() {
  const t = useWords(said)
  const [at, setAt] = useSearchParams()
  const packs = usePacks()
  const may = useMay()
  const cockpit = useGet('/api/cockpit', { query: { pack: at.get('pack') ?? undefined } })
  const several = (packs.data?.items?.length ?? 0) > 1
  const none = cockpit.error?.code === 'programme.no_official'
  return (
    <Page title={t.title} about={cockpit.data ? <>{several ? '' : `${cockpit.data.run.title} · `}{cockpit.data.run.from_on} – {cockpit.data.run.to_on} · {t.by} <Link to={`/runs/${cockpit.data.run.id}`}>#{cockpit.data.run.no}</Link></> : t.about}
      actions={several && <Select aria-label={t.policy} style={{ width: 'min(500px, 100%)' }} value={cockpit.data?.run.pack ?? at.get('pack')} onChange={(v) => setAt({ pack: v })} options={packs.data!.items!.map((p) => ({ value: p.id, label: p.title }))} />}>
      {none ? <Card><Empty icon="cockpit" title={t.none} hint={t.noneHint} action={<Link to="/runs">{t.toRuns}</Link>} /></Card> : (
        <Shown of={cockpit} rows={8}>
          {(c) => (
            <>
              {c.run.sums && (
                <Card>
                  <div className="figures">
                    <Stat name={t.paid} value={<Wan fen={c.run.sums.paid_fen} />} unit={t.wan} />
                    <Stat name={t.payees} value={count(c.run.sums.payees)} />
                    <Stat name={t.waiting} value={count(c.run.sums.set_aside)} unit={t.lines} late={c.run.sums.set_aside > 0} />
                    <Money />
                  </div>
                </Card>
              )}
              <section aria-label={t.targets} className="targets">
                {(c.targets ?? []).map((x) => <TargetCard key={x.indicator} of={x} />)}
              </section>
              {may('claim.read') && <Stages policy={c.run.pack} />}
              <Overview id={c.run.id} />
            </>
          )}
        </Shown>
      )}
    </Page>
  )
}

function Money() {
  const t = useWords(said)
  const may = useMay()
  const total = useWords(totalWords)
  const execution = useGet('/api/fund/execution', {}, { enabled: may('fund.read') })
  const sums = execution.data?.total
  if (!sums || sums.granted_fen <= 0) return null
  return (
    <>
      <Link to="/fund" className="stat"><Stat name={total.granted_fen} value={<Wan fen={sums.granted_fen} />} unit={t.wan} /></Link>
      <Link to="/fund" className="stat"><Stat name={total.paid_fen} value={<Wan fen={sums.paid_fen} />} unit={t.wan} /></Link>
    </>
  )
}

// shown writes a figure in its unit.
function shown(v: number, unit: string, wanWord: string) {
  if (unit === 'fen') return `${wan(v as Fen)} ${wanWord}`
  if (unit === 'ppb') return percent2(v as Ppb)
  return count(v)
}

function TargetCard({ of }: { of: Target }) {
  const t = useWords(said)
  const far = of.known && of.has_target && of.target > 0 ? Math.min(100, Math.round((100 * of.value) / of.target)) : 0
  return (
    <article className="card target">
      <header className="spread" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
        <div>
          <h3 className="h3" style={{ margin: 0 }}>{of.title}</h3>
          <p className="quiet small">{t.clause(of.clause)} · {of.responsible}</p>
        </div>
        {of.known && of.has_target && <Tag tone={of.met ? 'good' : 'wait'}>{of.met ? t.met : t.notMet}</Tag>}
      </header>
      <p className="figure">{of.known ? shown(of.value, of.unit, t.wan) : <Unknown why={of.why || t.unknown} />}</p>
      {of.has_target && (
        <>
          {of.known && of.at_least && <div className="bar" aria-hidden="true"><i style={{ width: `${far}%`, background: of.met ? 'var(--brand)' : 'var(--tangerine)' }} /></div>}
          <p className="quiet small">
            {of.at_least ? t.atLeast : t.atMost} {shown(of.target, of.unit, t.wan)}
            {of.known && !of.met && of.gap > 0 && <>，{t.gap} {shown(of.gap, of.unit, t.wan)}</>}
          </p>
        </>
      )}
      {of.last_year !== undefined && <p className="quiet small">{t.lastYear} {shown(of.last_year, of.unit, t.wan)}</p>}
      {!of.known && <p className="quiet small">{of.why || t.unknown}</p>}
    </article>
  )
}
