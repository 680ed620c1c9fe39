// Reporting periods: a month (2021-12) or a year (2021).
import { today } from '../../kit/time'

const pad = (n: number) => String(n).padStart(2, '0')

/** monthsOf lists the months of a year. */
export const monthsOf = (year: number): string[] => Array.from({ length: 12 }, (_, i) => `${year}-${pad(i + 1)}`)

/** thisYear is the city's year. */
export const thisYear = (): number => Number(today().slice(0, 4))

/** recentMonths lists the months that one may report now, the last first. */
export function recentMonths(n: number): string[] {
  const [y, m] = today().split('-').map(Number) as [number, number]
  return Array.from({ length: n }, (_, i) => {
    const at = y * 12 + (m - 1) - i
    return `${Math.floor(at / 12)}-${pad((at % 12) + 1)}`
  })
}
