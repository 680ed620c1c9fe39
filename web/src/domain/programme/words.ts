// The words of settlement runs; internal/programme has them.
import { words } from '../../kit/words'

export const purposeWords = words({
  trial: ['试算', 'Trial'],
  official: ['正式', 'For the record'],
})

export const stateWords = words({
  queued: ['排队', 'Queued'],
  freezing: ['冻结数据', 'Freezing the facts'],
  settling: ['计算中', 'Settling'],
  done: ['完成', 'Done'],
  failed: ['失败', 'Failed'],
})

export const standingWords = words({
  proposed: ['待确认', 'Waits for confirmation'],
  official: ['正式生效', 'In force'],
  superseded: ['已被替代', 'Superseded'],
  rejected: ['已退回', 'Rejected'],
})

export const stepWords = words({
  selection: ['条件与不重复享受', 'Conditions and exclusion'],
  base: ['基数', 'Base'],
  limit: ['限额', 'Limit'],
  rate: ['比例', 'Rate'],
  amount: ['金额', 'Amount'],
  deduction: ['扣除', 'Deduction'],
  cap: ['上限', 'Cap'],
  pool: ['资金池', 'Pool'],
  rounding: ['取整', 'Rounding'],
})
