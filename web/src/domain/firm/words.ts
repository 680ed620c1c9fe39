// The registry of firms in words; internal/party/firm.go has its codes.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const firmKinds = words({
  enterprise: ['企业', 'Enterprise'],
  sole_trader: ['个体工商户', 'Sole trader'],
  coop: ['农民专业合作社', 'Co-operative'],
})

export const firmStatus = words({
  open: ['存续', 'Open'],
  closed: ['注销', 'Closed'],
  revoked: ['吊销', 'Revoked'],
})

export const statusTones: Record<string, Tone> = { open: 'good', closed: 'plain', revoked: 'bad' }

export const firmSizes = words({
  large: ['大型', 'Large'],
  medium: ['中型', 'Medium'],
  small: ['小型', 'Small'],
  micro: ['微型', 'Micro'],
})

export const importStates = words({
  waiting: ['核对中', 'Being checked'],
  refused: ['有错误，未导入', 'Has errors, not taken'],
  loading: ['导入中', 'Being taken in'],
  loaded: ['已导入', 'Taken in'],
})

export const importTones: Record<string, Tone> = { waiting: 'wait', refused: 'bad', loading: 'wait', loaded: 'good' }
