package access

import "slices"

// Role is what somebody is on the platform for.
type Role string

// The roles.
const (
	SystemAdmin   Role = "system_admin"   // 系统管理员
	SecurityAdmin Role = "security_admin" // 安全管理员
	AuditAdmin    Role = "audit_admin"    // 审计管理员
	Office        Role = "office"         // 市金融工作中心 经办
	OfficeLead    Role = "office_lead"    // 市金融工作中心 负责人
	Bureau        Role = "bureau"         // 市财政局 经办
	BureauLead    Role = "bureau_lead"    // 市财政局 负责人
	PBoC          Role = "pboc"           // 人民银行
	Regulator     Role = "regulator"      // 金融监管
	Department    Role = "department"     // 政府部门
	Bank          Role = "bank"           // 银行 经办
	BankLead      Role = "bank_lead"      // 银行 负责人
	Guarantor     Role = "guarantor"      // 担保机构
	Auditor       Role = "auditor"        // 审计
	Enterprise    Role = "enterprise"     // 企业
)

// OrgKind is what sort of organisation an account belongs to.
type OrgKind string

// The kinds of organisation.
const (
	PlatformOrg   OrgKind = "platform"   // 平台运维
	OfficeOrg     OrgKind = "office"     // 市金融工作中心
	BureauOrg     OrgKind = "bureau"     // 市财政局
	PBoCOrg       OrgKind = "pboc"       // 人民银行
	RegulatorOrg  OrgKind = "regulator"  // 金融监管
	DepartmentOrg OrgKind = "department" // 政府部门
	BankOrg       OrgKind = "bank"       // 银行
	GuarantorOrg  OrgKind = "guarantor"  // 担保机构
	AuditOrg      OrgKind = "audit"      // 审计机关
	EnterpriseOrg OrgKind = "enterprise" // 企业（含个体工商户、农民专业合作社）
)

// rolesOf says which roles an organisation of a kind may give.
var rolesOf = map[OrgKind][]Role{
	PlatformOrg:   {SystemAdmin, SecurityAdmin, AuditAdmin},
	OfficeOrg:     {Office, OfficeLead},
	BureauOrg:     {Bureau, BureauLead},
	PBoCOrg:       {PBoC},
	RegulatorOrg:  {Regulator},
	DepartmentOrg: {Department},
	BankOrg:       {Bank, BankLead},
	GuarantorOrg:  {Guarantor},
	AuditOrg:      {Auditor},
	EnterpriseOrg: {Enterprise},
}

// Roles returns every role, in a fixed order.
func Roles() []Role {
	return []Role{
		SystemAdmin, SecurityAdmin, AuditAdmin, Office, OfficeLead, Bureau, BureauLead, PBoC, Regulator,
		Department, Bank, BankLead, Guarantor, Auditor, Enterprise,
	}
}

// OrgKinds returns every kind of organisation, in a fixed order.
func OrgKinds() []OrgKind {
	return []OrgKind{PlatformOrg, OfficeOrg, BureauOrg, PBoCOrg, RegulatorOrg, DepartmentOrg, BankOrg, GuarantorOrg, AuditOrg, EnterpriseOrg}
}

// Gives tells whether an organisation of kind k may give role r.
func (k OrgKind) Gives(r Role) bool { return slices.Contains(rolesOf[k], r) }

// Valid tells whether k is a kind of organisation.
func (k OrgKind) Valid() bool { return rolesOf[k] != nil }

// apart are roles that one person never has together with any other.
var apart = []Role{SystemAdmin, SecurityAdmin, AuditAdmin, Auditor}

// withFactor are the roles that need a second factor where the platform asks for
// one: who runs it, and who decides about money.
var withFactor = []Role{SystemAdmin, SecurityAdmin, AuditAdmin, OfficeLead, Bureau, BureauLead, BankLead}

// NeedsFactor tells whether somebody with these roles needs a second factor where
// the platform asks for one.
func NeedsFactor(roles []Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(withFactor, r) })
}
