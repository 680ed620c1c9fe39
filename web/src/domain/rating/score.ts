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
  of: [(n: string, unit: string) => `${n}${unit}`, (n: string) => n], // the name says what it counts
})

/** inYuan is the unit of amounts, as cards write it. */
export const inYuan = '\u5143'

const short = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: Math.abs(n) < 10 ? 4 : 2 })

/** useValue returns what writes the value of an input; nothing of one that is unknown. */
export function useValue(): (i: Input) => string {
  const t = useWords(said)
  return (i) => {
    if (!i.known) return ''
    if (i.number === undefined) return i.text ?? ''
    if (i.unit === inYuan && Math.abs(i.number) >= 10_000) return t.wan(short(i.number / 10_000))
    return i.unit ? t.of(short(i.number), i.unit) : short(i.number)
  }
}

/** pd writes a probability of default. */
export const pd = (ppb: number) => `${(ppb / 1e7).toFixed(2)}%`
