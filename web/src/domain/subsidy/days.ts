// Days of a year as a person writes them down.
import { daysBetween, type Day } from '../../kit/time'

/** ranges writes days as lines, those that follow one another as one. */
export function ranges(days: Day[], to: string): string[] {
  const out: [Day, Day][] = []
  for (const d of [...days].sort()) {
    const last = out.at(-1)
    if (last && daysBetween(last[1], d) === 1) last[1] = d
    else out.push([d, d])
  }
  return out.map(([a, b]) => (a === b ? a : `${a}${to}${b}`))
}

/** daysOf reads what ranges writes; null when a line is neither a day nor a range. */
export function daysOf(text: string): Day[] | null {
  const out: Day[] = []
  for (const line of text.split(/[\n,，、]+/).map((l) => l.trim()).filter((l) => l !== '')) {
    const ends = line.split(/\s*(?:\u81f3|to|~|—|–)\s*/)
    const [a, b] = [ends[0]!, ends.at(-1)!]
    const days = /^\d{4}-\d\d-\d\d$/.test(a) && /^\d{4}-\d\d-\d\d$/.test(b) && ends.length <= 2 ? daysBetween(a as Day, b as Day) : NaN
    if (!(days >= 0 && days <= 31)) return null
    for (let i = 0; i <= days; i++) out.push(new Date(Date.parse(a) + i * 86_400_000).toISOString().slice(0, 10) as Day)
  }
  return out
}
