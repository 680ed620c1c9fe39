// A referral as its bank works at it, in words: internal/origination/life.go has it.
import type { Answer } from '../../api/client'
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export { endWords, loanStatus, refusalWords } from './words'

/** Detail is a referral with all that belongs to it. */
export type Detail = Answer<'/api/referrals/{id}'>

/** stale is what is read again after something was done to a referral. */
export const stale = ['/api/referrals', '/api/waiting', '/api/origination']

export const stageTones: Record<string, Tone> = {
  pushed: 'wait', accepted: 'info', contacted: 'info', under_review: 'info', offered: 'brand', offer_accepted: 'wait', guarantee_pending: 'wait', contracted: 'wait',
  disbursed: 'good', overdue: 'bad', repaid: 'good', declined: 'bad', ended: 'plain',
}

/** way is the usual way of a referral, for the line of its stages. */
export const way = ['pushed', 'accepted', 'contacted', 'under_review', 'offered', 'offer_accepted', 'contracted', 'disbursed', 'repaid']

export const verbWords = words({
  accept: ['受理', 'Accept'],
  contact: ['登记对接', 'Contact made'],
  review: ['转审查', 'Send to review'],
  offer: ['报价', 'Make an offer'],
  decline: ['不予通过', 'Decline'],
  accept_offer: ['接受报价', 'Accept the offer'],
  decline_offer: ['企业谢绝报价', 'The firm declined the offer'],
  await_guarantee: ['转担保', 'Wait for the guarantee'],
  contract: ['登记合同', 'Register the contract'],
  disburse: ['登记放款', 'Register money paid out'],
  fall_overdue: ['登记逾期', 'Fell overdue'],
  cure: ['归还逾期', 'Caught up'],
  repay: ['结清', 'Repaid'],
  end: ['终止', 'End'],
  pause: ['待补材料，暂停计时', 'Stop the clock: papers are missing'],
  resume: ['材料已齐，继续计时', 'Papers are there: let the clock run'],
})

/** decided are the verbs that are done with a word at most. */
export const decided = ['accept', 'contact', 'review', 'await_guarantee', 'resume', 'pause', 'decline']

/** reasoned are those that need one. */
export const reasoned = ['decline', 'pause']

export const offerStates = words({ open: ['待企业选择', 'Open'], superseded: ['已有新报价', 'Superseded'], accepted: ['企业已接受', 'Accepted'], declined: ['企业已谢绝', 'Declined by the firm'], released: ['已解除', 'Released'], closed: ['已失效', 'Closed'] })
export const offerTones: Record<string, Tone> = { open: 'brand', superseded: 'plain', accepted: 'good', declined: 'bad', released: 'plain', closed: 'plain' }

export const loanTones: Record<string, Tone> = { current: 'good', overdue: 'bad', repaid: 'good' }

export const classWords = words({ normal: ['正常', 'Normal'], special_mention: ['关注', 'Special mention'], substandard: ['次级', 'Substandard'], doubtful: ['可疑', 'Doubtful'], loss: ['损失', 'Loss'] })

export const consentStates = words({ given: ['有效', 'Valid'], withdrawn: ['已撤回', 'Withdrawn'], expired: ['已到期', 'Expired'], none: ['没有授权', 'None'] })
export const consentTones: Record<string, Tone> = { given: 'good', withdrawn: 'bad', expired: 'bad', none: 'wait' }

/** funnelWords are the steps that applications are counted by. */
export const funnelWords = words({
  submitted: ['提交', 'Submitted'],
  accepted: ['受理', 'Accepted'],
  contacted: ['对接', 'Contacted'],
  offered: ['报价', 'Offered'],
  offer_accepted: ['企业接受', 'Offer accepted'],
  contracted: ['签约', 'Signed'],
  disbursed: ['放款', 'Paid out'],
})
