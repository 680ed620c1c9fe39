// The catalogue in words: internal/exchange/dataset.go has the codes.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const sharingWords = words({
  unconditional: ['无条件共享', 'Unconditional'],
  conditional: ['有条件共享', 'Conditional'],
  none: ['不予共享', 'Not shared'],
})

export const sharingTones: Record<string, Tone> = { unconditional: 'good', conditional: 'info', none: 'plain' }

export const typeWords = words({
  bool: ['是否', 'yes or no'],
  int: ['整数', 'count'],
  yuan: ['金额（元）', 'amount, yuan'],
  percent: ['百分率（%）', 'percent'],
  date: ['日期', 'date'],
  month: ['月份', 'month'],
  code: ['代码', 'code'],
  text: ['文字', 'text'],
  uscc: ['统一社会信用代码', 'credit code'],
  industry: ['行业代码', 'industry'],
  town: ['乡镇街道', 'town'],
})

export const personalWords = words({
  name: ['姓名', 'name'],
  id_number: ['证件号码', 'identity number'],
  phone: ['电话', 'telephone'],
  bank_account: ['账号', 'account number'],
})

export const figureWords = words({
  count: ['计数', 'count'],
  sum: ['合计', 'sum'],
  min: ['最小', 'least'],
  max: ['最大', 'most'],
  any: ['是否有', 'any'],
})

export const channelWords = words({
  phone: ['手机', 'phone'],
  console: ['网页', 'console'],
  counter: ['柜面', 'counter'],
})
