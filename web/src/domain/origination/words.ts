// Financing in words: internal/origination has the codes.
import { words } from '../../kit/words'

export const purposeWords = words({
  working_capital: ['日常经营周转', 'Working capital'],
  materials: ['采购原材料、商品', 'Materials and goods'],
  equipment: ['购置或更新设备', 'Equipment'],
  premises: ['厂房、场地', 'Premises'],
  research: ['科技研发', 'Research and development'],
  order: ['履行订单或政府采购合同', 'An order or a procurement contract'],
  refinance: ['续贷、归还到期贷款', 'A loan that falls due'],
  other: ['其他', 'Other'],
})

export const securityWords = words({
  credit: ['信用（不用担保）', 'None: on credit'],
  guarantee: ['保证', 'A guarantee'],
  public_guarantee: ['政府性融资担保', 'A public guarantor'],
  mortgage: ['抵押', 'A mortgage'],
  pledge: ['质押', 'A pledge'],
})

export const methodWords = words({
  equal_instalments: ['等额本息', 'Equal instalments'],
  equal_principal: ['等额本金', 'Equal principal'],
  interest_first: ['先息后本', 'Interest first'],
  bullet: ['一次还本付息', 'All at the end'],
  flat: ['等本等息', 'Flat'],
})

/** methodHints say what a way to repay is like for who pays. */
export const methodHints = words({
  equal_instalments: ['每期还的钱一样多', 'The same each time'],
  equal_principal: ['每期还一样多的本金，利息越来越少', 'The same principal each time, less and less interest'],
  interest_first: ['平时只还利息，到期还本金', 'Interest as it goes, the principal at the end'],
  bullet: ['到期时本金和利息一起还', 'Principal and interest at the end'],
  flat: ['每期本金、利息都一样，实际成本高于名义利率', 'The same each time, and dearer than its rate says'],
})

export const dayCountWords = words({
  act_360: ['按实际天数，一年按360天', 'actual/360'],
  act_365: ['按实际天数，一年按365天', 'actual/365'],
  '30_360': ['每月按30天，一年按360天', '30/360'],
})

export const stateWords = words({
  submitted: ['银行办理中', 'With the banks'],
  accepted: ['已接受报价', 'Offer accepted'],
  withdrawn: ['已撤回', 'Withdrawn'],
  lapsed: ['已失效', 'Lapsed'],
  firm_closed: ['企业已注销或吊销', 'The enterprise is closed'],
})

export const stageWords = words({
  pushed: ['待受理', 'Waiting to be accepted'],
  accepted: ['待对接', 'Accepted; the bank will call'],
  contacted: ['已对接', 'In contact'],
  under_review: ['审查中', 'Under review'],
  offered: ['已报价，待选择', 'Offer made'],
  offer_accepted: ['已接受，待签约', 'Accepted, to be signed'],
  guarantee_pending: ['待担保', 'Waiting for the guarantee'],
  contracted: ['已签约，待放款', 'Signed, to be paid out'],
  disbursed: ['已放款', 'Paid out'],
  overdue: ['已逾期', 'Overdue'],
  repaid: ['已结清', 'Repaid'],
  declined: ['未通过', 'Declined'],
  ended: ['已终止', 'Ended'],
})

/** nextWords say who does what next, in a firm's words. */
export const nextWords = words({
  pushed: ['银行应在1个工作日内受理', 'The bank accepts it within one working day'],
  accepted: ['银行应在3个工作日内与您联系', 'The bank calls you within three working days'],
  contacted: ['银行正在了解情况，请备好材料', 'The bank is finding out; have your papers ready'],
  under_review: ['银行正在审查', 'The bank is reviewing it'],
  offered: ['请比较报价并选择', 'Compare the offers and choose'],
  offer_accepted: ['银行会联系您签合同', 'The bank will call you to sign'],
  guarantee_pending: ['担保机构正在办理', 'The guarantor is dealing with it'],
  contracted: ['材料齐全后5个工作日内放款', 'It is paid out within five working days once papers are complete'],
  disbursed: ['请按还款计划还款', 'Repay as the schedule says'],
  overdue: ['请尽快还款，有困难请联系银行', 'Repay soon, or talk to the bank'],
  repaid: ['', ''],
  declined: ['可以转投其他银行', 'You may send it to another bank'],
  ended: ['', ''],
})

export const refusalWords = words({
  credit_history: ['征信记录不符合要求', 'Credit history'],
  operating_time: ['经营年限不足', 'Too short in business'],
  revenue: ['营业收入或纳税不足', 'Too little revenue or tax'],
  debt: ['负债率过高或多头授信', 'Too much debt'],
  security: ['缺少合格担保', 'No sufficient security'],
  industry: ['不符合行业准入', 'Industry'],
  region: ['不在服务区域', 'Area'],
  litigation: ['涉诉、失信或被执行', 'Litigation or dishonesty'],
  papers: ['资料不全或不实', 'Papers incomplete or untrue'],
  unreachable: ['无法联系企业', 'The firm cannot be reached'],
  amount: ['金额或期限不匹配', 'Amount or term'],
  guarantee_refused: ['担保未获通过', 'The guarantee was refused'],
  other: ['其他', 'Other'],
})

export const endWords = words({
  ended_by_applicant: ['申请人已终止本件', 'The applicant has ended it'],
  lapsed: ['报价已过有效期，企业未接受', 'The offer ran out'],
  firm_closed: ['企业已注销或被吊销', 'The enterprise is closed'],
})

export const loanStatus = words({ current: ['正常', 'Current'], overdue: ['逾期', 'Overdue'], repaid: ['结清', 'Repaid'] })
