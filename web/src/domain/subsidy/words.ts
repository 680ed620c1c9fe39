// The life of a claim in words; internal/subsidy/life.go has it.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const stageWords = words({
  draft: ['草稿', 'Draft'],
  submitted: ['待受理', 'Submitted'],
  office_review: ['金融工作中心审核', 'Finance office reviews'],
  bureau_review: ['财政局审核', 'Finance bureau reviews'],
  comments: ['征求人行、监管意见', 'PBoC and regulator comment'],
  consultation: ['会商', 'Consultation'],
  cleared: ['待公示', 'To be published'],
  public_notice: ['公示中', 'Public notice'],
  approval: ['待审批', 'To be approved'],
  approved: ['待开支付单', 'Approved'],
  ordered: ['待支付', 'Ordered'],
  paid: ['已支付', 'Paid'],
  follow_up: ['事后抽查', 'Followed up'],
  clawback: ['追回中', 'Claw-back'],
  returned: ['退回补正', 'Sent back'],
  confirmed: ['抽查无误', 'Found right'],
  recovered: ['已追回', 'Recovered'],
  refused: ['不予兑付', 'Refused'],
  withdrawn: ['已撤回', 'Withdrawn'],
  superseded: ['已被新测算替代', 'Superseded'],
})

/** way is the usual way of a claim, for the line of its stages. */
export const way = ['draft', 'submitted', 'office_review', 'bureau_review', 'comments', 'cleared', 'public_notice', 'approval', 'approved', 'ordered', 'paid']

export const stageTones: Record<string, Tone> = {
  draft: 'plain', submitted: 'info', office_review: 'info', bureau_review: 'info', comments: 'info', consultation: 'wait', cleared: 'info', public_notice: 'brand', approval: 'wait',
  approved: 'brand', ordered: 'brand', paid: 'good', follow_up: 'wait', clawback: 'bad', returned: 'wait', confirmed: 'good', recovered: 'good', refused: 'bad', withdrawn: 'plain', superseded: 'plain',
}

export const verbWords = words({
  submit: ['提交', 'Submit'],
  withdraw: ['撤回', 'Withdraw'],
  supersede: ['替代', 'Supersede'],
  accept: ['受理', 'Accept'],
  pass: ['审核通过', 'Pass'],
  return: ['退回', 'Send back'],
  refuse: ['不予兑付', 'Refuse'],
  agree: ['无异议', 'No objection'],
  object: ['有异议', 'Object'],
  settle: ['会商一致', 'Agreed in consultation'],
  publish: ['公示', 'Publish'],
  uphold: ['异议成立', 'Objection upheld'],
  close: ['公示期满', 'Notice ended'],
  approve: ['批准', 'Approve'],
  revoke: ['撤销批准', 'Revoke'],
  order: ['开支付单', 'Order'],
  unorder: ['支付未成', 'Not paid'],
  pay: ['登记回单', 'Register the receipt'],
  sample: ['抽中', 'Drawn'],
  confirm: ['抽查无误', 'Found right'],
  claw_back: ['追回', 'Claw back'],
  recover: ['全部追回', 'All came back'],
  forgo: ['终止追回', 'Given up'],
  prepare: ['编制', 'Prepare'],
  release: ['签发', 'Release'],
  cancel: ['作废', 'Cancel'],
  finish: ['完成', 'Finish'],
  file: ['申报', 'File'],
  draft: ['生成', 'Draft'],
  amend: ['修改', 'Amend'],
})

/** grave are verbs that need a reason. */
export const grave = ['withdraw', 'return', 'refuse', 'object', 'settle', 'uphold', 'revoke', 'unorder', 'cancel']
/** here are verbs that are done on the page of the claim; others come with something else. */
export const here = ['submit', 'withdraw', 'accept', 'pass', 'return', 'refuse', 'agree', 'object', 'settle', 'approve', 'revoke']

export const originWords = words({
  settlement: ['免申即享', 'Drafted by settlement'],
  filed: ['机构申报', 'Filed'],
})

export const orderStages = words({
  new: ['新建', 'New'],
  prepared: ['待签发', 'To be released'],
  released: ['待登记回单', 'Released'],
  done: ['已完成', 'Done'],
  cancelled: ['已作废', 'Cancelled'],
})
export const orderTones: Record<string, Tone> = { new: 'plain', prepared: 'wait', released: 'info', done: 'good', cancelled: 'plain' }

export const lineStates = words({
  open: ['待支付', 'Open'],
  paid: ['已支付', 'Paid'],
  failed: ['支付未成', 'Failed'],
  cancelled: ['已作废', 'Cancelled'],
})
export const lineTones: Record<string, Tone> = { open: 'info', paid: 'good', failed: 'bad', cancelled: 'plain' }

export const outcomeWords = words({
  upheld: ['异议成立', 'Upheld'],
  dismissed: ['异议不成立', 'Dismissed'],
})

/** taken are the stages of a claim of which money can be taken back. */
export const taken = ['paid', 'follow_up', 'confirmed', 'recovered']

export const backStages = words({
  proposed: ['待审定', 'To be decided'],
  collecting: ['追回中', 'Being collected'],
  ending: ['待审定终止', 'To be given up'],
  done: ['已追回', 'Returned'],
  ended: ['已终止', 'Given up'],
  refused: ['不予追回', 'Refused'],
  withdrawn: ['已撤回', 'Withdrawn'],
})
export const backTones: Record<string, Tone> = { proposed: 'wait', collecting: 'bad', ending: 'wait', done: 'good', ended: 'plain', refused: 'plain', withdrawn: 'plain' }

export const backVerbs = words({
  propose: ['提请追回', 'Propose'],
  issue: ['审定并下达', 'Issue the order'],
  refuse: ['不予追回', 'Refuse'],
  withdraw: ['撤回', 'Withdraw'],
  give_up: ['提请终止追回', 'Propose to give up'],
  end: ['终止追回', 'Give up'],
  go_on: ['继续追回', 'Go on'],
  finish: ['全部追回', 'All came back'],
})
/** backGrave are verbs about a clawback that need a reason. */
export const backGrave = ['refuse', 'withdraw', 'give_up', 'go_on']

export const findingWords = words({
  clean: ['未发现问题', 'Nothing wrong'],
  minor: ['责令整改，不涉及资金', 'To be mended; no money'],
  return: ['须追回资金', 'Money has to come back'],
})
export const findingTones: Record<string, Tone> = { clean: 'good', minor: 'wait', return: 'bad' }

/** termWords are the clocks of a claim. */
export const termWords = words({
  accept: ['受理', 'Accept'],
  office_review: ['金融工作中心审核', 'Finance office reviews'],
  bureau_review: ['财政局审核', 'Finance bureau reviews'],
  comments: ['征求意见', 'Comments'],
  consultation: ['会商', 'Consultation'],
  publish: ['发布公示', 'Publish'],
  notice: ['公示期', 'Public notice'],
  approval: ['审批', 'Approval'],
  order: ['开支付单', 'Payment order'],
  pay: ['支付', 'Payment'],
  returned: ['补正', 'Mending'],
  follow_up: ['事后抽查', 'Follow-up'],
  clawback: ['追回', 'Clawback'],
  answer: ['答复异议', 'Answer to an objection'],
})
