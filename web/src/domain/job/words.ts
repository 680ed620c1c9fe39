// Work in the background, in words; internal/adapter/job has its states.
import type { Tone } from '../../kit/show'
import { words } from '../../kit/words'

export const jobWords = words({
  'submission.check': ['检查报送', 'Check a submission'],
  'run.settle': ['结算', 'Settle'],
  'run.verify': ['复核结算', 'Verify a settlement'],
  'whatif.settle': ['政策测算', 'What if'],
  'claims.draft': ['生成申报', 'Draft claims'],
  'registry.load': ['导入企业登记库', 'Take in the registry of firms'],
  'rating.train': ['训练评分卡', 'Train a scorecard'],
  'rating.month': ['模型监测', 'Month of a scorecard'],
  'rating.city': ['全市评级', 'Rating the city'],
  'through.match': ['核对平台贷款', 'Match loans that came through'],
  'webhook.deliver': ['推送', 'Deliver to a webhook'],
  'message.mail': ['发送邮件', 'Send an e-mail'],
  'message.text': ['发送短信', 'Send a short message'],
  'message.code': ['发送确认码', 'Send a code'],
  'message.digest': ['发送每日汇总', 'Send the daily summary'],
})

export const jobStates = words({
  waiting: ['排队', 'Waiting'],
  running: ['进行中', 'Running'],
  done: ['完成', 'Done'],
  failed: ['失败', 'Failed'],
  cancelled: ['已取消', 'Cancelled'],
})

export const jobTones: Record<string, Tone> = { waiting: 'info', running: 'brand', done: 'good', failed: 'bad', cancelled: 'plain' }
