// Data of departments in words: internal/exchange has the codes.
import { words } from '../../kit/words'

export const purposeWords = words({
  loan_application: ['融资申请审查', 'Reviewing a loan application'],
  loan_management: ['贷后管理', 'Looking after a loan'],
  claim_check: ['奖补核查', 'Checking a subsidy'],
  benefit_check: ['政策匹配', 'Finding benefits'],
  prefill: ['自动填表', 'Filling in forms'],
  credit_rating: ['信用评级', 'Rating the enterprise'],
  city_rating: ['全市评级', 'Rating the city'],
  bank_naming: ['推荐给银行', 'Being named to banks'],
})

export const outcomeWords = words({
  asked: ['已提供', 'Given'],
  kept: ['已提供（留存的数据）', 'Given, as kept'],
  last: ['已提供（部门暂不可用，最近一次的数据）', 'Given, as last known: the department is away'],
  refused: ['未提供：没有授权或依据', 'Not given: no consent or basis'],
  away: ['未提供：部门暂不可用', 'Not given: the department is away'],
  unknown: ['部门没有这家企业的数据', 'The department does not know the enterprise'],
})
