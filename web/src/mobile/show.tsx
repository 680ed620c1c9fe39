// Values as a phone shows them.
import type { ReactNode } from 'react'
import { type Fen, type Ppb, percent, percent2, yuan } from '../kit/money'
import { type Day, daysBetween, type Instant, minute, today } from '../kit/time'
import { Icon } from '../kit/icon'
import { useWords, words } from '../kit/words'
import { wanExact } from './wan'

const said = words({
  unknown: ['尚不知道', 'not known yet'],
  yuan: ['元', ' yuan'],
  wan: [(fen: Fen) => `${wanExact(fen)}万元`, (fen: Fen) => `${yuan(fen).replace(/\.00$/, '')} yuan`],
  call: [(who: string) => `拨打${who}`, (who: string) => `Call ${who}`],
  late: [(n: number) => `已超 ${n} 天`, (n: number) => `${n} ${n === 1 ? 'day' : 'days'} late`],
  today: ['今日到期', 'due today'],
  left: [(n: number) => `还有 ${n} 天`, (n: number) => `${n} ${n === 1 ? 'day' : 'days'} left`],
})

/** Unknown stands where a value is not known. */
export function Unknown() {
  const t = useWords(said)
  return <span className="quiet">{t.unknown}</span>
}

/** Yuan shows an amount in yuan to the fen. */
export function Yuan({ fen }: { fen: Fen | null | undefined }) {
  const t = useWords(said)
  return fen === null || fen === undefined ? <Unknown /> : <span className="num">{yuan(fen)}{t.yuan}</span>
}

/** Wan shows an amount in ten thousands of yuan. */
export function Wan({ fen }: { fen: Fen | null | undefined }) {
  const t = useWords(said)
  return fen === null || fen === undefined ? <Unknown /> : <span className="num">{t.wan(fen)}</span>
}

/** Rate shows a rate in percent, to two decimals when it is an estimate. */
export function Rate({ ppb, short }: { ppb: Ppb | null | undefined; short?: boolean }) {
  return ppb === null || ppb === undefined ? <Unknown /> : <span className="num">{short ? percent2(ppb) : percent(ppb)}</span>
}

/** At shows an instant; zero is one that has not come. */
export function At({ ms }: { ms: Instant | null | undefined }) {
  return ms ? <time className="num" dateTime={new Date(ms).toISOString()}>{minute(ms)}</time> : <Unknown />
}

export type Tone = 'plain' | 'good' | 'bad' | 'wait' | 'info' | 'brand'

/** Tag shows a state; its words carry the meaning, its colour only repeats it. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag ${tone}`}>{children}</span>
}

/** Clock shows the last day of something and how far off it is. */
export function Clock({ on }: { on: Day | null | undefined | '' }) {
  const t = useWords(said)
  if (!on) return null
  const left = daysBetween(today(), on)
  return <span className="clock"><span className="num">{on}</span> <Tag tone={left < 0 ? 'bad' : left <= 1 ? 'wait' : 'plain'}>{left < 0 ? t.late(-left) : left === 0 ? t.today : t.left(left)}</Tag></span>
}

/** Call is a telephone number, called with one tap. */
export function Call({ who, number }: { who: string; number: string }) {
  const t = useWords(said)
  return <a className="press call" href={`tel:${number.replace(/[^\d+]/g, '')}`}><Icon name="phone" />{t.call(who)} <span className="num">{number}</span></a>
}

/** Facts lists names with their values, one below the other. */
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
