import { describe, expect, it } from 'vitest'
import { daysOf, ranges } from '../src/domain/subsidy/days'
import type { Day } from '../src/kit/time'

const days = (...d: string[]) => d as Day[]

describe('days of a year', () => {
  it('are written as ranges, and read as they were written', () => {
    const all = days('2027-02-07', '2027-02-05', '2027-02-06', '2027-04-30', '2027-05-01', '2027-10-01')
    expect(ranges(all, ' 至 ')).toEqual(['2027-02-05 至 2027-02-07', '2027-04-30 至 2027-05-01', '2027-10-01'])
    expect(daysOf(ranges(all, ' 至 ').join('\n'))).toEqual([...all].sort())
  })
  it('take any of the usual signs between', () => {
    expect(daysOf('2027-02-05至2027-02-06、2027-03-01')).toEqual(['2027-02-05', '2027-02-06', '2027-03-01'])
    expect(daysOf('')).toEqual([])
  })
  it('are refused when they are none', () => {
    for (const wrong of ['2027-2-5', '2027-02-06 至 2027-02-05', '2027-01-01 至 2027-03-01', '春节', '2027-02-05 至 2027-02-06 至 2027-02-07', '2027-13-01 至 2027-02-05']) expect(daysOf(wrong), wrong).toBeNull()
  })
})
