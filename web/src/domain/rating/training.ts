// Runs that make scorecards, in words: internal/rating/training has the codes.
import { send } from '../../api/client'
import type { Answer, Item } from '../../api/client'
import { words } from '../../kit/words'

export type Sample = Item<'/api/rating-samples'>
export type Column = NonNullable<Sample['columns']>[number]
export type Run = Answer<'/api/rating-trainings/{id}'>
export type Report = NonNullable<Run['report']>
export type Bins = NonNullable<Report['bins']>[number]

/** paths are what of the API is about training. */
export const paths = ['/api/rating-trainings', '/api/rating-samples']

export const runStates = words({
  queued: ['排队中', 'Waits'],
  training: ['训练中', 'Under way'],
  done: ['已完成', 'Done'],
  failed: ['未成功', 'Failed'],
  cancelled: ['已取消', 'Cancelled'],
})
export const runTones = { queued: 'plain', training: 'info', done: 'good', failed: 'bad', cancelled: 'plain' } as const

export const steps = words({
  reading: ['读取样本', 'Read'],
  checking: ['核对样本', 'Check'],
  prebinning: ['初始分箱', 'Pre-bin'],
  binning: ['分箱', 'Bin'],
  selecting: ['选择指标', 'Select'],
  regression: ['回归', 'Regress'],
  points: ['折算分值', 'Points'],
  validating: ['交叉验证', 'Validate'],
})

/** ended tells whether nothing more comes of a run. */
export const ended = (state: string) => state === 'done' || state === 'failed' || state === 'cancelled'

/** share writes a share of one as per cent. */
export const share = (x: number) => `${(x * 100).toFixed(1)}%`

/** plain writes a number to four decimals at most. */
export const plain = (x: number) => new Intl.NumberFormat('en', { maximumFractionDigits: 4 }).format(x)

/** addSample sends a file to train on. */
export async function addSample(file: File): Promise<Sample> {
  const r = await send(`/api/rating-samples?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: file })
  return r.json()
}

/** unfit says why a column can be no feature; undefined: it can. */
export function unfit(c: Column, rows: number): 'missing' | 'constant' | 'names' | undefined {
  if (c.missing === rows) return 'missing'
  if (c.distinct === 1 && c.missing === 0) return 'constant'
  return c.kind === 'text' && !c.values?.length ? 'names' : undefined
}
