// Rating the city, its fairness and white lists in words: internal/rating/city has the codes.
import type { Answer, Item } from '../../api/client'
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export type Run = Item<'/api/rating-runs'>
export type Fairness = Answer<'/api/rating-runs/{id}/fairness'>
export type WhiteList = Answer<'/api/white-lists/{id}'>

export const cityStates = words({
  running: ['评级中', 'under way'],
  done: ['已完成', 'done'],
  stopped: ['未完成，已停止', 'given up'],
})

export const cityTones: Record<Run['state'], Tone> = { running: 'wait', done: 'good', stopped: 'plain' }

export const listStates = words({
  draft: ['拟定', 'draft'],
  published: ['已发布', 'published'],
  revoked: ['已撤销', 'revoked'],
})

export const listTones: Record<WhiteList['state'], Tone> = { draft: 'wait', published: 'good', revoked: 'plain' }

/** share is parts per billion as a percentage. */
export const share = (ppb: number): string => `${(ppb / 1e7).toFixed(1)}%`
