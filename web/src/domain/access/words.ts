// Roles and kinds of organisation in words; internal/access/role.go has them.
import { words } from '../../kit/words'

export const roleWords = words({
  system_admin: ['系统管理员', 'System administrator'],
  security_admin: ['安全管理员', 'Security administrator'],
  audit_admin: ['审计管理员', 'Audit administrator'],
  office: ['金融工作中心经办', 'Finance office, clerk'],
  office_lead: ['金融工作中心负责人', 'Finance office, head'],
  bureau: ['财政局经办', 'Finance bureau, clerk'],
  bureau_lead: ['财政局负责人', 'Finance bureau, head'],
  pboc: ['人民银行', 'People’s Bank'],
  regulator: ['金融监管', 'Financial regulator'],
  department: ['政府部门', 'Department'],
  bank: ['银行经办', 'Bank, clerk'],
  bank_lead: ['银行负责人', 'Bank, head'],
  guarantor: ['担保机构', 'Guarantor'],
  auditor: ['审计', 'Auditor'],
  enterprise: ['企业', 'Enterprise'],
})

export const kindWords = words({
  platform: ['平台运维', 'Platform operator'],
  office: ['市金融工作中心', 'Finance office'],
  bureau: ['市财政局', 'Finance bureau'],
  pboc: ['人民银行', 'People’s Bank'],
  regulator: ['金融监管', 'Financial regulator'],
  department: ['政府部门', 'Department'],
  bank: ['银行', 'Bank'],
  guarantor: ['担保机构', 'Guarantor'],
  audit: ['审计机关', 'Audit office'],
  enterprise: ['企业', 'Enterprise'],
})

/** rolesOf says which roles an organisation of a kind may give. */
export const rolesOf: Record<string, (keyof (typeof roleWords)['zh'])[]> = {
  platform: ['system_admin', 'security_admin', 'audit_admin'],
  office: ['office', 'office_lead'],
  bureau: ['bureau', 'bureau_lead'],
  pboc: ['pboc'],
  regulator: ['regulator'],
  department: ['department'],
  bank: ['bank', 'bank_lead'],
  guarantor: ['guarantor'],
  audit: ['auditor'],
  enterprise: ['enterprise'],
}

/** alone are roles that nobody has together with another. */
export const alone = ['system_admin', 'security_admin', 'audit_admin', 'auditor']
