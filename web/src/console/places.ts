// The places of the console: one line each. A page is a file and a line here.
import type { IconName } from '../kit/icon'
import { words } from '../kit/words'

export const placeWords = words({
  work: ['工作', 'Work'],
  platform: ['平台管理', 'Platform'],
  home: ['首页', 'Home'],
  orgs: ['机构', 'Organisations'],
  accounts: ['账号与角色', 'Accounts and roles'],
  audit: ['审计日志', 'Audit log'],
  interfaces: ['接口与任务', 'Interfaces and jobs'],
  keys: ['接口密钥', 'API keys'],
  webhooks: ['推送地址', 'Webhooks'],
  jobs: ['后台任务', 'Jobs'],
  me: ['我的账号', 'My account'],
  messages: ['消息', 'Messages'],
  desk: ['报送', 'Reporting'],
  reporting: ['数据报送', 'Submissions'],
  calendar: ['报送日历', 'Calendar'],
  policy: ['政策与结算', 'Policy and settlement'],
  cockpit: ['驾驶舱', 'Cockpit'],
  policies: ['政策', 'Policy'],
  runs: ['结算', 'Settlement'],
  snapshots: ['冻结数据', 'Snapshots'],
  whatifs: ['政策测算', 'What if'],
  claimsGroup: ['兑付', 'Claims'],
  claims: ['申报与兑付', 'Claims'],
  notices: ['公示', 'Notices'],
  orders: ['支付单', 'Payment orders'],
  payees: ['收款账户', 'Payee accounts'],
  samples: ['事后抽查', 'Samples'],
  rules: ['办理规则', 'Rules'],
  clawbacks: ['追回', 'Taken back'],
  lending: ['融资', 'Lending'],
  codes: ['贷款码', 'Loan codes'],
  products: ['金融产品', 'Products'],
  money: ['资金', 'Money'],
  fund: ['资金台账', 'Fund ledger'],
  bank: ['银行对账', 'Bank'],
  proposals: ['待复核事项', 'To confirm'],
})

type Word = keyof (typeof placeWords)['zh']
type File = () => Promise<{ default: React.ComponentType }>

/** Place is one page: where it is, what it is called, who may come. */
export type Place = {
  path: string
  name: Word
  file: File
  icon?: IconName
  group?: Word // of the side; a page without one is reached from others
  need?: string[] // any of these permissions
}

export const places: Place[] = [
  { path: '/', name: 'home', file: () => import('./home'), icon: 'home', group: 'work' },
  { path: '/cockpit', name: 'cockpit', file: () => import('./programme/cockpit'), icon: 'cockpit', group: 'work', need: ['cockpit.read'] },
  { path: '/submissions', name: 'reporting', file: () => import('./reporting/submissions'), icon: 'upload', group: 'desk', need: ['submission.read'] },
  { path: '/submissions/new', name: 'reporting', file: () => import('./reporting/hand'), need: ['submission.write'] },
  { path: '/reporting/calendar', name: 'calendar', file: () => import('./reporting/calendar'), icon: 'calendar', group: 'desk', need: ['calendar.read'] },
  { path: '/reporting/obligations', name: 'calendar', file: () => import('./reporting/obligations'), need: ['calendar.read'] },
  { path: '/submissions/:id', name: 'reporting', file: () => import('./reporting/submission'), need: ['submission.read'] },
  { path: '/policies', name: 'policies', file: () => import('./policy/list'), icon: 'policy', group: 'policy', need: ['policy.read'] },
  { path: '/policies/:id', name: 'policies', file: () => import('./policy/policy'), need: ['policy.read'] },
  { path: '/policies/:id/copy', name: 'policies', file: () => import('./policy/copy'), need: ['policy.read'] },
  { path: '/runs', name: 'runs', file: () => import('./programme/runs'), icon: 'calc', group: 'policy', need: ['run.read'] },
  { path: '/runs/:id', name: 'runs', file: () => import('./programme/run'), need: ['run.read'] },
  { path: '/runs/:id/explain', name: 'runs', file: () => import('./programme/explain'), need: ['run.read'] },
  { path: '/runs/:id/compare/:other', name: 'runs', file: () => import('./programme/compare'), need: ['run.whole'] },
  { path: '/snapshots', name: 'snapshots', file: () => import('./reporting/snapshots'), icon: 'file', group: 'policy', need: ['snapshot.read'] },
  { path: '/snapshots/:id', name: 'snapshots', file: () => import('./reporting/snapshot'), need: ['snapshot.read'] },
  { path: '/what-if', name: 'whatifs', file: () => import('./programme/whatifs'), icon: 'flow', group: 'policy', need: ['whatif.read'] },
  { path: '/what-if/new', name: 'whatifs', file: () => import('./programme/newwhatif'), need: ['whatif.ask'] },
  { path: '/what-if/:id', name: 'whatifs', file: () => import('./programme/whatif'), need: ['whatif.read'] },
  { path: '/claims', name: 'claims', file: () => import('./subsidy/claims'), icon: 'claim', group: 'claimsGroup', need: ['claim.read'] },
  { path: '/claims/:id', name: 'claims', file: () => import('./subsidy/claim'), need: ['claim.read'] },
  { path: '/notices', name: 'notices', file: () => import('./subsidy/notices'), icon: 'notice', group: 'claimsGroup', need: ['claim.read'] },
  { path: '/notices/:id', name: 'notices', file: () => import('./subsidy/notice'), need: ['claim.read'] },
  { path: '/objections', name: 'notices', file: () => import('./subsidy/objections'), need: ['objection.read'] },
  { path: '/orders', name: 'orders', file: () => import('./subsidy/orders'), icon: 'pay', group: 'claimsGroup', need: ['payment_order.read'] },
  { path: '/orders/:id', name: 'orders', file: () => import('./subsidy/order'), need: ['payment_order.read'] },
  { path: '/payees', name: 'payees', file: () => import('./subsidy/payees'), icon: 'shield', group: 'claimsGroup', need: ['payee_account.read'] },
  { path: '/rules', name: 'rules', file: () => import('./subsidy/rules'), icon: 'gear', group: 'claimsGroup', need: ['claim_rules.write', 'workday.write'] },
  { path: '/samples', name: 'samples', file: () => import('./subsidy/samples'), icon: 'search', group: 'claimsGroup', need: ['payment_order.read'] },
  { path: '/samples/:id', name: 'samples', file: () => import('./subsidy/sample'), need: ['payment_order.read'] },
  { path: '/clawbacks', name: 'clawbacks', file: () => import('./subsidy/clawbacks'), icon: 'out', group: 'claimsGroup', need: ['claim.read'] },
  { path: '/clawbacks/:id', name: 'clawbacks', file: () => import('./subsidy/clawback'), need: ['claim.read'] },
  { path: '/codes', name: 'codes', file: () => import('./origination/codes'), icon: 'search', group: 'lending', need: ['code.read'] },
  { path: '/codes/:id', name: 'codes', file: () => import('./origination/code'), need: ['code.read'] },
  { path: '/products', name: 'products', file: () => import('./origination/products'), icon: 'pay', group: 'lending', need: ['product.read'] },
  { path: '/products/new', name: 'products', file: () => import('./origination/edit'), need: ['product.write'] },
  { path: '/products/:id', name: 'products', file: () => import('./origination/product'), need: ['product.read'] },
  { path: '/products/:id/edit', name: 'products', file: () => import('./origination/edit'), need: ['product.write'] },
  { path: '/product-figures', name: 'products', file: () => import('./origination/figures'), need: ['product.figures'] },
  { path: '/fund', name: 'fund', file: () => import('./ledger/sources'), icon: 'ledger', group: 'money', need: ['fund.read'] },
  { path: '/fund/sources/:id', name: 'fund', file: () => import('./ledger/source'), need: ['fund.read'] },
  { path: '/fund/entries', name: 'fund', file: () => import('./ledger/entries'), need: ['fund.read'] },
  { path: '/fund/bank', name: 'bank', file: () => import('./ledger/bank'), icon: 'compare', group: 'money', need: ['fund.read'] },
  { path: '/fund/proposals', name: 'proposals', file: () => import('./ledger/proposals'), icon: 'check', group: 'money', need: ['fund.read'] },
  { path: '/keys', name: 'keys', file: () => import('./interfaces/keys'), icon: 'key', group: 'interfaces', need: ['apikey.read'] },
  { path: '/webhooks', name: 'webhooks', file: () => import('./interfaces/webhooks'), icon: 'bell', group: 'interfaces', need: ['webhook.read'] },
  { path: '/webhooks/:id', name: 'webhooks', file: () => import('./interfaces/webhook'), need: ['webhook.read'] },
  { path: '/jobs', name: 'jobs', file: () => import('./job/jobs'), icon: 'clock', group: 'interfaces', need: ['job.read'] },
  { path: '/orgs', name: 'orgs', file: () => import('./access/orgs'), icon: 'org', group: 'platform', need: ['org.write'] },
  { path: '/accounts', name: 'accounts', file: () => import('./access/accounts'), icon: 'people', group: 'platform', need: ['account.read'] },
  { path: '/accounts/:id', name: 'accounts', file: () => import('./access/account'), need: ['account.read'] },
  { path: '/audit', name: 'audit', file: () => import('./audit/log'), icon: 'audit', group: 'platform', need: ['audit.read'] },
  { path: '/messages', name: 'messages', file: () => import('./notify/messages') },
  { path: '/me', name: 'me', file: () => import('./access/me') },
]

export const groups: Word[] = ['work', 'desk', 'policy', 'claimsGroup', 'lending', 'money', 'interfaces', 'platform']
