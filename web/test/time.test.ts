import { expect, it } from 'vitest'
import { type Day, day, daysBetween, type Instant, minute, now, second, setClock, today } from '../src/kit/time'

it('an instant is what the clock of Shanghai shows', () => {
  expect(minute(0 as Instant)).toBe('1970-01-01 08:00')
  expect(second(1_772_294_399_999 as Instant)).toBe('2026-02-28 23:59:59')
  expect(day(1_772_294_400_000 as Instant)).toBe('2026-03-01')
})

it('days are counted over the end of a month and a leap day', () => {
  expect(daysBetween('2026-02-28' as Day, '2026-03-01' as Day)).toBe(1)
  expect(daysBetween('2024-02-28' as Day, '2024-03-01' as Day)).toBe(2)
  expect(daysBetween('2026-03-01' as Day, '2026-02-27' as Day)).toBe(-2)
})

it('today is the day of the platform, whatever this machine says', () => {
  setClock(1_646_611_200_000 as Instant)
  expect(today()).toBe('2022-03-07')
  expect(Math.abs(now() - 1_646_611_200_000)).toBeLessThan(60_000)
  setClock(Date.now() as Instant)
})
