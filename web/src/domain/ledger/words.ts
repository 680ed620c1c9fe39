// The words of the fund ledger; internal/ledger and internal/subsidy/fund have them.
import { words } from '../../kit/words'

export const levelWords = words({
  central: ['中央', 'Central'],
  provincial: ['省级', 'Provincial'],
  municipal: ['市级', 'Municipal'],
  county: ['县级', 'County'],
})

export const entryWords = words({
  allot: ['指标下达', 'Granted'],
  adjust: ['指标调整', 'Adjusted'],
  reserve: ['预留', 'Reserved'],
  unreserve: ['撤销预留', 'Reservation undone'],
  approve: ['核定', 'Approved'],
  unapprove: ['撤销核定', 'Approval undone'],
  order: ['开支付单', 'Ordered'],
  cancel: ['撤销支付单', 'Order cancelled'],
  pay: ['支付', 'Paid'],
  return: ['退回', 'Returned'],
  reissue: ['重新开单', 'Ordered again'],
  release: ['恢复指标', 'Released'],
  recall: ['收回', 'Recalled'],
  hand_over: ['上缴', 'Handed over'],
  carry: ['结转', 'Carried over'],
  reverse: ['冲销', 'Reversed'],
})

/** totalWords are the accounts of a source, in the order of a report. */
export const totalWords = words({
  granted_fen: ['已下达', 'Granted'],
  available_fen: ['可用', 'Available'],
  reserved_fen: ['已预留', 'Reserved'],
  approved_fen: ['已核定', 'Approved'],
  ordered_fen: ['已开单', 'Ordered'],
  paid_fen: ['已支付', 'Paid'],
  returned_fen: ['已退回', 'Returned'],
  recalled_fen: ['已收回', 'Recalled'],
  carried_fen: ['已结转', 'Carried over'],
})

export const proposalWords = words({
  year_end: ['年终结账', 'Year end'],
  recall: ['收回', 'Recall'],
  adjust: ['调减指标', 'Reduce the grant'],
  hand_over: ['退回款上缴', 'Hand over what came back'],
  reverse: ['冲销分录', 'Reverse an entry'],
})

export const proposalStates = words({
  prepared: ['待复核', 'Waits'],
  confirmed: ['已通过', 'Confirmed'],
  refused: ['已退回', 'Refused'],
  withdrawn: ['已撤回', 'Withdrawn'],
})

export const standingWords = words({
  matched: ['一致', 'Matched'],
  likely: ['疑似同一笔', 'Likely the same'],
  differs: ['金额不一致', 'Amounts differ'],
  books: ['台账有、银行无', 'Only in the ledger'],
  bank: ['银行有、台账无', 'Only at the bank'],
})
