// The words of the reporting desk; internal/reporting has them.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const submissionStates = words({
  received: ['待检查', 'Received'],
  checking: ['检查中', 'Checking'],
  confirming: ['待确认', 'To be confirmed'],
  accepted: ['已接收', 'Accepted'],
  rejected: ['已退回', 'Rejected'],
  replaced: ['已被代替', 'Replaced'],
  withdrawn: ['已撤回', 'Withdrawn'],
})

export const submissionTones: Record<string, Tone> = {
  received: 'info', checking: 'info', confirming: 'wait', accepted: 'good', rejected: 'bad', replaced: 'plain', withdrawn: 'plain',
}

export const cellStates = words({
  not_due: ['未到期', 'Not due'],
  due: ['待报送', 'Due'],
  late: ['逾期未报', 'Late'],
  checking: ['检查中', 'Checking'],
  confirming: ['待确认', 'To be confirmed'],
  rejected: ['已退回', 'Rejected'],
  accepted: ['已接收', 'Accepted'],
})

export const cellTones: Record<string, Tone> = { not_due: 'plain', due: 'info', late: 'bad', checking: 'info', confirming: 'wait', rejected: 'bad', accepted: 'good' }

export const setWords = words({
  lending: ['贷款数据', 'Lending'],
  supplement: ['补充资料', 'Supplement'],
  guarantees: ['担保业务数据', 'Guarantees'],
  registers: ['机构与项目名录', 'Registers'],
  decisions: ['认定与资金', 'Decisions'],
  through: ['平台贷款', 'Loans through the platform'],
})

/** matchStates are how a loan through the platform agrees with what its bank reports. */
export const matchStates = words({
  missing: ['未报送', 'Not reported'],
  differs: ['不一致', 'Differs'],
  renamed: ['疑似编号不同', 'Perhaps another number'],
  waiting: ['待报送', 'To be reported'],
  agrees: ['一致', 'Agrees'],
})

export const matchTones: Record<string, Tone> = { missing: 'bad', differs: 'bad', renamed: 'wait', waiting: 'info', agrees: 'good' }

export const severityWords = words({ error: ['错误', 'Error'], warning: ['警告', 'Warning'] })

/** tableWords are the tables of facts; internal/fact/dictionary.go has them. */
export const tableWords = words({
  institutions: ['金融机构', 'institutions'],
  branches: ['网点', 'branches'],
  enterprises: ['企业', 'enterprises'],
  projects: ['金融科技项目', 'fintech projects'],
  loans: ['贷款借据', 'loan notes'],
  month_balances: ['月末余额', 'month-end balances'],
  loan_events: ['贷款发生额', 'loan events'],
  guarantees: ['担保', 'guarantees'],
  collaterals: ['抵质押物', 'collaterals'],
  benefits: ['已享受政策资金', 'benefits already received'],
  decisions: ['人工决定', 'decisions'],
  budgets: ['资金池额度', 'budgets'],
  filings: ['申报', 'filings'],
})
