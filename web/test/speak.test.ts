import { expect, it } from 'vitest'
import { cut } from '../src/mobile/speak'

it('what is read aloud is cut into clauses that a voice says in one go, and loses nothing', () => {
  const long = '一次申请，多家银行报价；'.repeat(40)
  const parts = cut([long, '  空格   和\n换行  ', '', '没有标点'.repeat(60)])
  expect(parts.every((p) => p.length > 0 && p.length <= 120)).toBe(true)
  expect(parts.join('')).toBe(`${long}空格 和 换行${'没有标点'.repeat(60)}`)
  expect(parts[0]!.endsWith('；') || parts[0]!.endsWith('，')).toBe(true)
})

it('short texts stay apart', () => {
  expect(cut(['标题', '金额 50万元。期限 12个月。'])).toEqual(['标题', '金额 50万元。期限 12个月。'])
})
