// What a score says, as people read it: internal/rating has it.
import type { Answer } from '../../api/client'
import { useWords, words } from '../../kit/words'

/** Rating is what a bank is told of an enterprise that applies to it. */
export type Rating = Answer<'/api/referrals/{id}/rating'>

/** Score is what a model said of an enterprise once. */
export type Score = NonNullable<Rating['latest']>

/** Input is a value that a score was made of. */
export type Input = NonNullable<Score['inputs']>[number]

const said = words({
  wan: [(n: string) => `${n}万元`, (n: string) => `${n}×10k yuan`],
  yi: [(n: string) => `${n}亿元`, (n: string) => `${n}×100m yuan`],
  of: [(n: string, unit: string) => `${n}${unit}`, (n: string) => n], // the name says what it counts
})

/** inYuan and inShares are units as cards write them: of amounts, and of parts of 1. */
const inYuan = '\u5143'
const inShares = '\u6bd4\u7387'

/** wholes are the units of what is counted. */
const wholes = ['\u4e2a\u6708', '\u4eba', '\u4ef6', '\u6237', '\u5bb6', '\u6b21', '\u5f20', '\u5929']

/** isCounted tells whether what has a unit comes in whole numbers. */
export const isCounted = (unit?: string) => wholes.includes(unit ?? '')

const short = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: Math.abs(n) < 10 ? 4 : 2 })

/** useQuantity returns what writes a number with its unit. */
export function useQuantity(): (n: number, unit?: string) => string {
  const t = useWords(said)
  return (n, unit) => {
    if (unit === inShares) return `${(n * 100).toLocaleString('en-US', { maximumFractionDigits: 2 })}%`
    if (unit === inYuan && Math.abs(n) >= 1e8) return t.yi(short(n / 1e8))
    if (unit === inYuan && Math.abs(n) >= 1e4) return t.wan(short(n / 1e4))
    return unit ? t.of(short(n), unit) : short(n)
  }
}

/** useValue returns what writes the value of an input; nothing of one that is unknown. */
export function useValue(): (i: Input) => string {
  const quantity = useQuantity()
  return (i) => {
    if (!i.known) return ''
    return i.number === undefined ? i.text ?? '' : quantity(i.number, i.unit)
  }
}

/** pd writes a probability of default. */
export const pd = (ppb: number) => `${(ppb / 1e7).toFixed(2)}%`
