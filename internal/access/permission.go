package access

import "changrong/internal/base/fault"

// Reach says to whose things a permission extends.
type Reach uint8

// The reaches, from nothing to everything.
const (
	None Reach = iota
	Own        // to things of one's own organisation
	All        // to everybody's
)

// Permission is something one may be allowed to do: a noun and a verb.
type Permission string

// The permissions. Each route of the API needs one (adapter/httpapi).
const (
	OrgRead      Permission = "org.read"
	OrgWrite     Permission = "org.write"
	AccountRead  Permission = "account.read"
	AccountWrite Permission = "account.write" // make, name, suspend; not what one may do
	AccountGrant Permission = "account.grant" // give and take roles, end sessions, reset a second factor
	AccountReset Permission = "account.reset" // give a password for once; whose, says ResetPassword
	AuditRead    Permission = "audit.read"

	// Settlement. The office runs and confirms; who pays, comments or audits sees all
	// of it; a bank its own rows of official runs (package programme).
	RunRead    Permission = "run.read"
	RunWhole   Permission = "run.whole" // what holds everybody's: bundles, comparisons, verification
	RunWrite   Permission = "run.write"
	RunConfirm Permission = "run.confirm" // never one's own
	PolicyRead Permission = "policy.read"
	WhatIfRead Permission = "whatif.read"
	WhatIfAsk  Permission = "whatif.ask"
	Cockpit    Permission = "cockpit.read"

	// Everybody follows what happens to one's own organisation; who runs or oversees
	// the programme, everything. Work is watched by whose it is and by who keeps the
	// platform going; the same may stop it.
	EventRead   Permission = "event.read"
	JobRead     Permission = "job.read"
	JobWrite    Permission = "job.write"    // stop, do again
	AuditVerify Permission = "audit.verify" // walk the whole chain

	// Who reports data sends one's own, and one's lead answers for it. The finance
	// office and the auditor read what everybody sent; who oversees banks sees how far
	// each has come, and not the data.
	SubmissionRead    Permission = "submission.read"
	SubmissionWrite   Permission = "submission.write"   // hand in
	SubmissionConfirm Permission = "submission.confirm" // confirm warnings, withdraw
	CalendarRead      Permission = "calendar.read"      // who owes what, and how it stands
	ObligationWrite   Permission = "obligation.write"   // decide who owes what
	SnapshotRead      Permission = "snapshot.read"      // what settlements are computed from

	// The programme's money: who runs, pays or audits the programme reads all of it; the
	// finance bureau keeps it, and what takes money out of it its head confirms. Banks
	// read nothing of it: what others got is none of their business.
	FundRead    Permission = "fund.read"
	FundWrite   Permission = "fund.write"   // add sources, grant, prepare, take in the bank's lines
	FundConfirm Permission = "fund.confirm" // what another has prepared

	// Claims. A bank sees and files its own; who runs, pays, oversees or audits sees all.
	// What one may do to a claim at its stage, and whom it takes besides, the claim's
	// own table says (package subsidy).
	ClaimRead       Permission = "claim.read"
	ClaimWrite      Permission = "claim.write"       // file, amend, add papers
	ClaimAct        Permission = "claim.act"         // decide, remark
	ClaimDraft      Permission = "claim.draft"       // draft from an official settlement
	ClaimRulesWrite Permission = "claim_rules.write" // panel, terms, papers
	WorkdayWrite    Permission = "workday.write"     // days off of a year
	NoticeWrite     Permission = "notice.write"
	ObjectionRead   Permission = "objection.read" // with names and contacts
	ObjectionAnswer Permission = "objection.answer"
	PayeeRead       Permission = "payee_account.read"
	PayeeWrite      Permission = "payee_account.write"
	PayeeConfirm    Permission = "payee_account.confirm" // never what one entered
	OrderRead       Permission = "payment_order.read"
	OrderWrite      Permission = "payment_order.write"   // prepare, cancel, register receipts
	OrderRelease    Permission = "payment_order.release" // never what one prepared
	OrderExport     Permission = "payment_order.export"  // with whole account numbers
	SampleDraw      Permission = "claim_sample.draw"
	ClawbackWrite   Permission = "clawback.write" // record findings, propose and decide; who may do which its table says

	// The registry of firms. Who runs, oversees, pays or audits, and departments, see all
	// of it; a bank one firm at a time, by its whole code, as a list of the city's firms
	// is no bank's; a firm itself. The department that is market regulation in the catalogue
	// and the office's lead hand in files of it.
	FirmList   Permission = "firm.list"
	FirmRead   Permission = "firm.read" // one, by its code
	FirmImport Permission = "firm.import"
	FirmLoads  Permission = "firm_import.read"
	UploadSend Permission = "upload.write" // files on their way to whoever takes them

	// How other systems reach the platform, and it them. Who answers for an
	// organisation registers its keys and addresses; the security administrator
	// confirms a key, and either may end it.
	KeyRead      Permission = "apikey.read"
	KeyWrite     Permission = "apikey.write"
	KeyConfirm   Permission = "apikey.confirm"
	KeyRevoke    Permission = "apikey.revoke"
	WebhookRead  Permission = "webhook.read"
	WebhookWrite Permission = "webhook.write"

	// Codes to scan. A bank makes those of its houses, the office those of parks and
	// counters, an enterprise its own; the office also ends a code that is misused.
	CodeRead   Permission = "code.read"
	CodeWrite  Permission = "code.write"
	CodeRevoke Permission = "code.revoke"

	// Products of banks. A bank writes its own, and its lead publishes them; the office
	// and the auditor read all. What fits a firm is told to that firm alone. How often
	// banks are shown, chosen and won is for who oversees them, and of each bank its own.
	ProductRead    Permission = "product.read"
	ProductWrite   Permission = "product.write"
	ProductPublish Permission = "product.publish" // publish, pause, resume, retire
	ProductFigures Permission = "product.figures"
	MatchAsk       Permission = "match.ask"

	// What policies give a firm is told to that firm, and to the office, which runs the
	// programme; what a firm's banks get for it, to the office alone.
	BenefitRead Permission = "benefit.read"

	// Loan applications. A firm has its own, and of what became of it at each bank; a
	// bank has what was sent to it, and nothing of others'; the office and the auditor see
	// how each stands, not what is said. The authorities see figures.
	ApplicationRead       Permission = "application.read"
	ApplicationWrite      Permission = "application.write"   // draft, hand in, send on, withdraw
	ApplicationFigures    Permission = "application.figures" // of all banks
	ApplicationRulesWrite Permission = "application_rules.write"
	ReferralRead          Permission = "referral.read"
	ReferralAct           Permission = "referral.act"     // accept, review, decline, register contract and loan
	ReferralMessage       Permission = "referral.message" // either side
	OfferWrite            Permission = "offer.write"
	OfferAccept           Permission = "offer.accept"

	// Data of departments about firms. The catalogue is open to whoever is signed in.
	// A firm gives and withdraws its own consents and reads about itself; a lender sees
	// those given to it and reads by them; who pays public money reads what a statute
	// lets it. The firm, the reader, the department for what it publishes, and who
	// oversees see the log (package exchange).
	DatasetRead   Permission = "dataset.read"
	DatasetUsage  Permission = "dataset.usage"  // who reads a dataset, how good its data are
	DatasetAssign Permission = "dataset.assign" // which organisation a department of the catalogue is
	ConsentRead   Permission = "consent.read"
	ConsentWrite  Permission = "consent.write" // give, withdraw
	FirmDataRead  Permission = "firm_data.read"
	ReadingRead   Permission = "reading.read"

	// Loans that came through the platform, and how they agree with what their banks
	// report: a bank sees its own, who runs, pays and audits the programme all.
	ThroughRead Permission = "through.read"

	// Rating. Who runs, oversees or audits reads models; the office makes them, its lead
	// or the central bank reviews them, never what one made or submitted (package rating),
	// and the lead puts them to use. A score of an application is asked for and read by the
	// bank that has it, and the firm reads its own. The lead rates the whole city and rules
	// white lists; a bank reads those published to it.
	ModelRead      Permission = "rating_model.read" // and what runs in the shadow
	ModelMake      Permission = "rating_model.make" // samples, training, manifests, handing in for review
	ModelAct       Permission = "rating_model.act"  // decide; what, say the next two and ModelMake
	ModelReview    Permission = "rating_model.review"
	ModelUse       Permission = "rating_model.use" // cast into the shadow, activate, retire
	RatingAsk      Permission = "rating.ask"       // of an application
	RatingRead     Permission = "rating.read"      // of an application
	RatingOwn      Permission = "rating.own"       // a firm its own
	CityRead       Permission = "rating_run.read"
	CityRate       Permission = "rating_run.write"
	WhiteListRead  Permission = "white_list.read"
	WhiteListWrite Permission = "white_list.write" // write a rule and try it
	WhiteListRule  Permission = "white_list.rule"  // publish, revoke
)

// table says how far each role's permissions reach. What is missing is None.
var table = map[Permission]map[Role]Reach{
	OrgRead: with(everybody(All), Own, Enterprise), // who has an account here is no business of a firm's
	OrgWrite: {
		SystemAdmin: All,
	},
	AccountRead: {
		SystemAdmin: All, SecurityAdmin: All,
		OfficeLead: Own, BureauLead: Own, BankLead: Own,
	},
	AccountWrite: {
		SystemAdmin: All,
	},
	AccountGrant: {
		SecurityAdmin: All,
	},
	AccountReset: {
		SystemAdmin: All, SecurityAdmin: All,
	},
	AuditRead: {
		AuditAdmin: All, Auditor: All,
	},

	RunRead: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All, Bank: Own, BankLead: Own,
	},
	RunWhole: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All,
	},
	RunWrite:   {Office: All, OfficeLead: All},
	RunConfirm: {Office: All, OfficeLead: All},
	PolicyRead: everybody(All), // a policy is public
	WhatIfRead: {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All},
	WhatIfAsk:  {Office: All, OfficeLead: All},
	Cockpit: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All,
	},
	EventRead: with(everybody(Own), All, Office, OfficeLead, Bureau, BureauLead, PBoC, Regulator, Auditor),
	JobRead:   with(with(everybody(Own), All, SystemAdmin, Office, OfficeLead, Auditor), None, Enterprise),
	JobWrite: {
		SystemAdmin: All, Office: Own, OfficeLead: All, Bank: Own, BankLead: Own, Guarantor: Own,
	},
	AuditVerify: {
		AuditAdmin: All, Auditor: All,
	},
	SubmissionRead:    {Office: All, OfficeLead: All, Auditor: All, Bank: Own, BankLead: Own, Guarantor: Own},
	SubmissionWrite:   {Office: Own, OfficeLead: Own, Bank: Own, BankLead: Own, Guarantor: Own},
	SubmissionConfirm: {OfficeLead: Own, BankLead: Own, Guarantor: Own},
	CalendarRead: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All, Bank: Own, BankLead: Own, Guarantor: Own,
	},
	ObligationWrite: {Office: All, OfficeLead: All},
	SnapshotRead:    {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All},
	FundRead: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All,
	},
	FundWrite: {
		Bureau: All, BureauLead: All,
	},
	FundConfirm: {
		BureauLead: All,
	},

	ClaimRead: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All, Bank: Own, BankLead: Own,
	},
	ClaimWrite: {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Bank: Own, BankLead: Own},
	ClaimAct: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Bank: Own, BankLead: Own,
	},
	ClaimDraft:      {Office: All, OfficeLead: All},
	ClaimRulesWrite: {OfficeLead: All},
	WorkdayWrite:    {OfficeLead: All, SystemAdmin: All},
	NoticeWrite:     {Office: All, OfficeLead: All},
	ObjectionRead:   {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All},
	ObjectionAnswer: {OfficeLead: All, BureauLead: All},
	PayeeRead:       {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All, Bank: Own, BankLead: Own},
	PayeeWrite:      {Bureau: All, BureauLead: All, BankLead: Own},
	PayeeConfirm:    {Bureau: All, BureauLead: All},
	OrderRead:       {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All},
	OrderWrite:      {Bureau: All, BureauLead: All},
	OrderRelease:    {BureauLead: All},
	OrderExport:     {Bureau: All, BureauLead: All},
	SampleDraw:      {OfficeLead: All, BureauLead: All},
	ClawbackWrite:   {Office: All, OfficeLead: All, Bureau: All, BureauLead: All},

	ApplicationRead:       {Enterprise: Own, Office: All, OfficeLead: All, Auditor: All},
	ApplicationWrite:      {Enterprise: Own},
	ApplicationFigures:    {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All},
	ApplicationRulesWrite: {OfficeLead: All},
	ReferralRead:          {Enterprise: Own, Bank: Own, BankLead: Own, Office: All, OfficeLead: All, Auditor: All},
	ReferralAct:           {Bank: Own, BankLead: Own},
	ReferralMessage:       {Enterprise: Own, Bank: Own, BankLead: Own},
	OfferWrite:            {Bank: Own, BankLead: Own},
	OfferAccept:           {Enterprise: Own},

	FirmList: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Department: All, Auditor: All, Enterprise: Own,
	},
	FirmRead: {
		Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Department: All, Auditor: All, Enterprise: Own,
		Bank: All, BankLead: All,
	},
	FirmImport: {Department: Own, OfficeLead: All},
	FirmLoads:  {Department: Own, Office: All, OfficeLead: All, Auditor: All},
	UploadSend: {Office: Own, OfficeLead: Own, Bank: Own, BankLead: Own, Guarantor: Own, Department: Own},

	KeyRead: {
		BankLead: Own, Guarantor: Own, Department: Own, SecurityAdmin: All, Auditor: All,
	},
	KeyWrite: {
		BankLead: Own, Guarantor: Own, Department: Own,
	},
	KeyConfirm: {
		SecurityAdmin: All,
	},
	KeyRevoke: {
		BankLead: Own, Guarantor: Own, Department: Own, SecurityAdmin: All,
	},
	WebhookRead: {
		BankLead: Own, Guarantor: Own, Department: Own, OfficeLead: Own, BureauLead: Own, SystemAdmin: All, Auditor: All,
	},
	WebhookWrite: {
		BankLead: Own, Guarantor: Own, Department: Own, OfficeLead: Own, BureauLead: Own,
	},

	CodeRead: {
		Office: All, OfficeLead: All, Auditor: All, Bank: Own, BankLead: Own, Enterprise: Own,
	},
	CodeWrite: {
		Office: Own, OfficeLead: Own, Bank: Own, BankLead: Own, Enterprise: Own,
	},
	CodeRevoke: {
		Office: All, OfficeLead: All, Bank: Own, BankLead: Own, Enterprise: Own,
	},

	ProductRead:    {Office: All, OfficeLead: All, Auditor: All, Bank: Own, BankLead: Own},
	ProductWrite:   {Bank: Own, BankLead: Own},
	ProductPublish: {BankLead: Own},
	ProductFigures: {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, PBoC: All, Regulator: All, Auditor: All, Bank: Own, BankLead: Own},
	MatchAsk:       {Enterprise: Own},
	BenefitRead:    {Enterprise: Own, Office: All, OfficeLead: All},

	ThroughRead: {Office: All, OfficeLead: All, Bureau: All, BureauLead: All, Auditor: All, Bank: Own, BankLead: Own},

	ModelRead:      {Office: All, OfficeLead: All, PBoC: All, Regulator: All, Auditor: All},
	ModelMake:      {Office: All, OfficeLead: All},
	ModelAct:       {Office: All, OfficeLead: All, PBoC: All},
	ModelReview:    {OfficeLead: All, PBoC: All},
	ModelUse:       {OfficeLead: All},
	RatingAsk:      {Bank: Own, BankLead: Own},
	RatingRead:     {Bank: Own, BankLead: Own},
	RatingOwn:      {Enterprise: Own},
	CityRead:       {Office: All, OfficeLead: All, Auditor: All},
	CityRate:       {OfficeLead: All},
	WhiteListRead:  {Office: All, OfficeLead: All, Auditor: All, Bank: Own, BankLead: Own},
	WhiteListWrite: {Office: All, OfficeLead: All},
	WhiteListRule:  {OfficeLead: All},

	DatasetRead:   everybody(All),
	DatasetUsage:  {Department: Own, Office: All, OfficeLead: All, Auditor: All},
	DatasetAssign: {OfficeLead: All},
	ConsentRead:   {Enterprise: Own, Bank: Own, BankLead: Own, Guarantor: Own, Office: All, OfficeLead: All, Auditor: All},
	ConsentWrite:  {Enterprise: Own},
	FirmDataRead: {
		Enterprise: Own, Bank: Own, BankLead: Own, Guarantor: Own, Office: Own, OfficeLead: Own, Bureau: Own, BureauLead: Own,
	},
	ReadingRead: {
		Enterprise: Own, Bank: Own, BankLead: Own, Guarantor: Own, Department: Own, Bureau: Own, BureauLead: Own,
		Office: All, OfficeLead: All, Auditor: All, AuditAdmin: All,
	},
}

func everybody(r Reach) map[Role]Reach {
	m := map[Role]Reach{}
	for _, role := range Roles() {
		m[role] = r
	}
	return m
}

// with gives some roles another reach.
func with(m map[Role]Reach, r Reach, roles ...Role) map[Role]Reach {
	for _, role := range roles {
		m[role] = r
	}
	return m
}

// Allowed returns how far p reaches for somebody with these roles.
func Allowed(p Permission, roles []Role) Reach {
	reach := None
	for _, r := range roles {
		reach = max(reach, table[p][r])
	}
	return reach
}

// Permissions returns every permission in the table.
func Permissions() []Permission {
	all := make([]Permission, 0, len(table))
	for p := range table {
		all = append(all, p)
	}
	return all
}

// Scope is what a permission comes down to for one caller: everything, or what
// belongs to one organisation. The zero Scope covers nothing. Every query that
// lists or finds somebody's things takes a Scope and filters by it.
type Scope struct {
	All bool
	Org string // id of the organisation when not All
}

// Covers tells whether something that belongs to org is within s.
func (s Scope) Covers(org string) bool { return s.All || (s.Org != "" && s.Org == org) }

// Principal is who calls: an account with what it may do, as of this request.
type Principal struct {
	Account string
	Name    string
	Org     string
	OrgKind OrgKind
	Roles   []Role
	Session string // id of the session; "" of a signed request
}

// Scope returns whose things the caller may reach by p.
//
// Errors: access.forbidden.
func (p *Principal) Scope(need Permission) (Scope, error) {
	switch Allowed(need, p.Roles) {
	case All:
		return Scope{All: true}, nil
	case Own:
		return Scope{Org: p.Org}, nil
	default:
		return Scope{}, fault.New(fault.Forbidden, "access.forbidden", "您的角色没有这项权限", "your role does not allow this")
	}
}
