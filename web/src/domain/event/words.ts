// What may happen, in words, as people and other systems are told of it; the rules of
// internal/adapter/notify have the kinds.
import { words } from '../../kit/words'

export const eventWords = words({
  'report.due_soon': ['报送即将到期', 'Report due soon'],
  'report.overdue': ['报送逾期', 'Report overdue'],
  'report.escalated': ['报送逾期督促', 'Report long overdue'],
  'submission.received': ['收到报送', 'Submission received'],
  'submission.rejected': ['报送被退回', 'Submission sent back'],
  'submission.confirming': ['报送待确认', 'Submission to confirm'],
  'submission.accepted': ['报送已接收', 'Submission accepted'],
  'submission.withdrawn': ['报送撤回', 'Submission withdrawn'],
  'claim.moved': ['申报有进展', 'Claim moved'],
  'claim.late': ['申报超时限', 'Claim late'],
  'claim.escalated': ['申报超时督办', 'Claim long late'],
  'objection.made': ['收到异议', 'Objection made'],
  'objection.late': ['异议答复超时限', 'Answer to an objection late'],
  'objection.escalated': ['异议答复超时督办', 'Answer to an objection long late'],
  'payment_order.moved': ['支付单有进展', 'Payment order moved'],
  'payment_order.late': ['支付单超时限', 'Payment order late'],
  'payment_order.escalated': ['支付单超时督办', 'Payment order long late'],
  'clawback.moved': ['追回有进展', 'Clawback moved'],
  'clawback.overdue': ['追回逾期', 'Clawback overdue'],
  'clawback.late': ['追回超时限', 'Clawback late'],
  'clawback.escalated': ['追回超时督办', 'Clawback long late'],
  'fund.proposed': ['资金事项待复核', 'Fund matter proposed'],
  'fund.refused': ['资金事项被退回', 'Fund matter refused'],
  'fund.confirmed': ['资金事项已复核', 'Fund matter confirmed'],
  'fund.withdrawn': ['资金事项已撤回', 'Fund matter withdrawn'],
  'fund.allotted': ['资金已下达', 'Money granted'],
  'run.finished': ['结算完成', 'Settlement done'],
  'run.confirmed': ['结算已确认', 'Settlement confirmed'],
  'webhook.turned_off': ['推送地址停用', 'Webhook turned off'],
  'webhook.ping': ['试推送', 'Ping'],
  digest: ['每日汇总', 'Daily summary'],
})

/** aboutWords name what events are about: the part of a kind before the point. */
export const aboutWords = words({
  report: ['报送期限', 'Deadlines of reports'],
  submission: ['报送', 'Submissions'],
  claim: ['申报', 'Claims'],
  objection: ['异议', 'Objections'],
  payment_order: ['支付单', 'Payment orders'],
  clawback: ['追回', 'Clawbacks'],
  fund: ['资金', 'Fund'],
  run: ['结算', 'Settlement'],
  webhook: ['推送', 'Webhooks'],
})
