// What people did, in words: an action is a noun and a verb.
import type { Lang } from '../../kit/words'
import { words } from '../../kit/words'

export const nounWords = words({
  platform: ['平台', 'platform'],
  org: ['机构', 'organisation'],
  account: ['账号', 'account'],
  session: ['会话', 'session'],
  identity: ['外部身份', 'identity'],
  list: ['列表', 'list'],
  audit: ['审计日志', 'audit log'],
  upload: ['上传', 'upload'],
  submission: ['报送', 'submission'],
  obligation: ['报送要求', 'obligation'],
  snapshot: ['冻结数据', 'snapshot'],
  run: ['结算', 'settlement'],
  whatif: ['测算', 'what-if'],
  pack: ['政策包', 'policy pack'],
  claim: ['申报', 'claim'],
  order: ['支付令', 'payment order'],
  notice: ['公示', 'public notice'],
  objection: ['异议', 'objection'],
  payee: ['收款账户', 'payee account'],
  fund: ['资金', 'fund'],
  source: ['资金来源', 'fund source'],
  receipt: ['回单', 'receipt'],
  calendar: ['工作日历', 'calendar'],
  job: ['任务', 'job'],
  webhook: ['回调', 'webhook'],
  key: ['密钥', 'key'],
  attachment: ['附件', 'attachment'],
  comment: ['意见', 'comment'],
})

export const verbWords = words({
  add: ['新增', 'add'],
  begin: ['启用', 'begin'],
  put: ['保存', 'save'],
  edit: ['修改', 'edit'],
  drop: ['删除', 'delete'],
  rename: ['改名', 'rename'],
  suspend: ['停用', 'suspend'],
  resume: ['恢复', 'resume'],
  grant: ['授权', 'give roles'],
  sign_in: ['登录', 'sign in'],
  sign_out: ['退出', 'sign out'],
  code: ['输入动态口令', 'give a code'],
  password: ['修改密码', 'change password'],
  reset_password: ['重置密码', 'reset password'],
  enrol: ['申请动态口令', 'enrol a second factor'],
  set_factor: ['启用动态口令', 'set a second factor'],
  drop_factor: ['停用动态口令', 'drop the second factor'],
  reset_factor: ['重置动态口令', 'reset the second factor'],
  end: ['结束', 'end'],
  link: ['关联', 'link'],
  unlink: ['解除关联', 'unlink'],
  export: ['导出', 'export'],
  verify: ['校验', 'verify'],
  finish: ['完成', 'finish'],
  submit: ['提交', 'submit'],
  accept: ['接收', 'accept'],
  reject: ['退回', 'reject'],
  confirm: ['确认', 'confirm'],
  withdraw: ['撤回', 'withdraw'],
  freeze: ['冻结', 'freeze'],
  ask: ['发起', 'ask for'],
  download: ['下载', 'download'],
  approve: ['同意', 'approve'],
  decide: ['办理', 'decide'],
  publish: ['公示', 'publish'],
  pay: ['支付', 'pay'],
  cancel: ['取消', 'cancel'],
  retry: ['重做', 'do again'],
})

/** sayAction says an action in words; what has none stays as it is. */
export function sayAction(action: string, lang: Lang): string {
  const [noun = '', verb = ''] = action.split('.')
  const n = (nounWords[lang] as Record<string, string>)[noun]
  const v = (verbWords[lang] as Record<string, string>)[verb]
  if (!n || !v) return action
  return lang === 'zh' ? `${n}：${v}` : `${n}: ${v}`
}
