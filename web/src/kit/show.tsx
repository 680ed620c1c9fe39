// Values as the screen shows them.
import { Tooltip } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type Fen, type Ppb, percent, percent2, wan, yuan } from './money'
import { type Day, daysBetween, type Instant, minute, today } from './time'
import { useWords, words } from './words'
import { Icon } from './icon'

const said = words({
  unknown: ['尚不知道', 'not known yet'],
  yuan: ['元', ' yuan'],
  wan: ['万元', ' ×10k yuan'],
  late: [(n: number) => `逾期 ${n} 天`, (n: number) => `${n} ${n === 1 ? 'day' : 'days'} late`],
  today: ['今日到期', 'due today'],
  left: [(n: number) => `剩 ${n} 天`, (n: number) => `${n} ${n === 1 ? 'day' : 'days'} left`],
  reveal: ['显示', 'show'],
  before: ['原', 'before'],
  after: ['新', 'after'],
  stages: ['办理环节', 'Stages'],
})

/** Unknown stands where a value is not known; it is not zero, and says why. */
export function Unknown({ why }: { why?: string }) {
  const t = useWords(said)
  return (
    <Tooltip title={why ?? t.unknown}>
      <span tabIndex={why ? 0 : undefined} className="quiet">
        —<span className="hidden-text">{why ?? t.unknown}</span>
      </span>
    </Tooltip>
  )
}

/** Yuan shows an amount in yuan to the fen. */
export function Yuan({ fen, why, unit }: { fen: Fen | null | undefined; why?: string; unit?: boolean }) {
  const t = useWords(said)
  if (fen === null || fen === undefined) return <Unknown why={why} />
  return (
    <span className="num">
      {yuan(fen)}
      {unit ? t.yuan : ''}
    </span>
  )
}

/** Wan shows an amount in ten thousands of yuan, with the exact one behind it. */
export function Wan({ fen, why, unit }: { fen: Fen | null | undefined; why?: string; unit?: boolean }) {
  const t = useWords(said)
  if (fen === null || fen === undefined) return <Unknown why={why} />
  return (
    <span className="num" title={yuan(fen) + t.yuan}>
      {wan(fen)}
      {unit ? t.wan : ''}
    </span>
  )
}

/** Rate shows a rate in percent, with all its decimals or two. */
export function Rate({ ppb, why, short }: { ppb: Ppb | null | undefined; why?: string; short?: boolean }) {
  if (ppb === null || ppb === undefined) return <Unknown why={why} />
  return <span className="num">{short ? percent2(ppb) : percent(ppb)}</span>
}

/** At shows an instant; zero is one that has not come. */
export function At({ ms }: { ms: Instant | null | undefined }) {
  if (!ms) return <Unknown />
  return (
    <time className="num" dateTime={new Date(ms).toISOString()}>
      {minute(ms)}
    </time>
  )
}

export type Tone = 'plain' | 'good' | 'bad' | 'wait' | 'info' | 'brand'

/** Tag shows a state; its words carry the meaning, its colour only repeats it. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag ${tone}`}>{children}</span>
}

/** Due shows the last day of something and how far off it is. */
export function Due({ on, done }: { on: Day | null | undefined | ''; done?: boolean }) {
  const t = useWords(said)
  if (!on) return <Unknown />
  const left = daysBetween(today(), on)
  if (done) return <span className="num">{on}</span>
  const tone = left < 0 ? 'bad' : left <= 2 ? 'wait' : 'plain'
  return (
    <span className="row" style={{ gap: 6, flexWrap: 'nowrap' }}>
      <span className="num">{on}</span>
      <Tag tone={tone}>
        <Icon name="clock" size={13} />
        {left < 0 ? t.late(-left) : left === 0 ? t.today : t.left(left)}
      </Tag>
    </span>
  )
}

/** Facts lists names with their values. */
export function Facts({ of }: { of: [name: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === '' || value === null || value === undefined ? <Unknown /> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Diff shows what a value was and what it is. */
export function Diff({ of }: { of: { name: string; before: ReactNode; after: ReactNode }[] }) {
  const t = useWords(said)
  return (
    <div className="diff">
      {of.map((d) => (
        <div key={d.name}>
          <span className="quiet">{d.name}</span>{' '}
          <del>
            <span className="hidden-text">{t.before}</span>
            {d.before}
          </del>{' → '}
          <ins>
            <span className="hidden-text">{t.after}</span>
            {d.after}
          </ins>
        </div>
      ))}
    </div>
  )
}

/** Mask hides the middle of a personal number until it is asked for. */
export function Mask({ text, keep = [3, 4] }: { text: string; keep?: [head: number, tail: number] }) {
  const t = useWords(said)
  const [open, setOpen] = useState(false)
  if (open || text.length <= keep[0] + keep[1]) return <span className="num">{text}</span>
  return (
    <button type="button" className="masked" onClick={() => setOpen(true)} title={t.reveal}>
      {text.slice(0, keep[0])}
      {'•'.repeat(text.length - keep[0] - keep[1])}
      {text.slice(-keep[1])}
      <span className="hidden-text">{t.reveal}</span>
    </button>
  )
}

/** Stat is one figure of an overview. */
export function Stat({ name, value, unit, late }: { name: string; value: ReactNode; unit?: string; late?: boolean }) {
  return (
    <span className={`stat${late ? ' late' : ''}`}>
      <small>{name}</small>
      <b>
        {value}
        {unit && <i>{unit}</i>}
      </b>
    </span>
  )
}

/** StageLine shows how far a case has come. */
export function StageLine({ stages }: { stages: { key: string; name: string; state: 'done' | 'now' | 'next' | 'bad'; note?: ReactNode }[] }) {
  const t = useWords(said)
  const list = useRef<HTMLOListElement>(null)
  const at = stages.findIndex((s) => s.state === 'now' || s.state === 'bad')
  useEffect(() => {
    // where the line is wider than its place, what is now comes into sight
    const li = list.current?.children[at - 1]
    if (li instanceof HTMLElement) list.current!.scrollLeft = li.offsetLeft - 2
  }, [at])
  return (
    <ol className="line" ref={list} tabIndex={0} aria-label={t.stages}>
      {stages.map((s) => (
        <li key={s.key} className={s.state} aria-current={s.state === 'now' ? 'step' : undefined}>
          <b>{s.name}</b>
          {s.note && <small>{s.note}</small>}
        </li>
      ))}
    </ol>
  )
}
