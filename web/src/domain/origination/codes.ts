// Codes and products in words: internal/origination/code and product have the codes.
import { words } from '../../kit/words'

export const codeKinds = words({ loan: ['贷款码', 'Loan code'], firm: ['企业码', 'Firm code'] })

export const codePlaces = words({
  bank: ['银行', 'Bank'],
  branch: ['网点', 'Branch'],
  park: ['园区', 'Park'],
  counter: ['服务窗口', 'Counter'],
  firm: ['企业出示', 'Shown by the enterprise'],
})

export const codeStates = words({ live: ['有效', 'Holds'], expired: ['已到期', 'Expired'], revoked: ['已作废', 'Revoked'] })
export const codeTones = { live: 'good', expired: 'wait', revoked: 'plain' } as const

export const productStates = words({ draft: ['草稿', 'Draft'], published: ['已发布', 'Published'], paused: ['已暂停', 'Paused'], retired: ['已停办', 'Retired'] })
export const productTones = { draft: 'info', published: 'good', paused: 'wait', retired: 'plain' } as const

export const feeKinds = words({ once: ['一次收取', 'Once'], yearly: ['按年收取', 'Yearly'] })
