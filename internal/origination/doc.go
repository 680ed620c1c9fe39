// Package origination is how a firm gets a loan: one application (融资申请), sent to
// as many banks as the firm chooses, and what becomes of it at each of them.
//
// An application (Application) is the firm's. What one bank gets of it is a referral
// (受理件, Referral): a case of that bank, with a number of its own among the bank's, and
// all that the bank ever sees. The banks of one application are blind to each other:
// nothing that a bank can read, be told or count says how many others there are, who
// they are, or what they did. So a referral shows neither the application's id nor its
// time nor its version, each bank is told by events of its own, and a referral that
// ends without the bank's doing ends with the same words whether the firm withdrew or
// took another's offer.
//
// Handing in (Service.Submit) writes as little as it can: the application with its
// targets, the consents, an audit entry and an event, in one transaction. A subscriber
// of the event makes the referrals, exactly once (Service.Keep).
//
// The stages of a referral are drawn in life.go. How many working days a step may take
// is data (Rules): a bank accepts within 1 working day, calls on the firm within 3, pays
// out within 5 once the papers are complete. What is late is told to who works at it,
// then to the bank's lead, then to the finance office (package subsidy/late, which tells of every
// kind of case).
//
// An offer (报价, Offer) never changes; a better one is the next version. At most one
// offer of an application is accepted, whatever happens at the same time: the check
// and the write are one transaction, and the schema holds it besides.
//
// Sources: 浙江省小微企业融资 "贷款码" 操作规程 (一码、限时办结、超时督办); 个人信息保护法
// 第二十三条 (a consent for each recipient); the programme's clauses 三(一)2, 3, 5.
package origination
