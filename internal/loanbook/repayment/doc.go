// Package repayment reckons when a loan is to be paid back, and how much: 还款计划.
// It is exact in fen, and knows nothing of who lends.
//
// # What a schedule is
//
// A loan is one or several drawdowns (放款), a yearly rate, a way of paying back
// (Method), and due days (还款日) a week, a month or a quarter apart. Things may happen
// to it on the way: the rate changes, a part or all of it is paid early (提前还款), it is
// extended (展期). On one day they happen in this order, whatever order they are
// written in: the instalment that is due, part payments, drawdowns, extensions, the
// rate, payment in full. What comes later is not foreseen: an instalment is reckoned
// from what has happened by its due day.
//
// # Interest
//
// Over days with one balance and one rate, interest is
//
//	balance × rate × days ÷ year
//
// with days and year of the Basis. What accrues in a period is added up exactly and
// rounded once, to the fen, on the due day. There is no interest on interest but
// where grace capitalises it.
//
// # Instalments
//
// Let B be the principal on the day of reckoning, n the due days left, and fⱼ = 1 +
// rate × daysⱼ ÷ year of the j-th period from here.
//
//	等额本息 EqualInstalments: A = B·f₁·f₂·…·fₙ ÷ (1 + fₙ + fₙ·fₙ₋₁ + … + fₙ·…·f₂), rounded once;
//	         where all periods are as long it is the annuity B·i·(1+i)ⁿ ÷ ((1+i)ⁿ−1)
//	等额本金 EqualPrincipal: B ÷ n of principal, and the interest of the period
//	先息后本 InterestFirst: the interest of the period; the principal on the last due day
//	一次还本付息 Bullet: everything on the last due day
//	等本等息 Flat: B ÷ n of principal, and interest as if nothing had been paid back
//
// The last instalment pays what is left, so what rounding left over is in it, and
// the sum of payments is what was drawn and all interest. A, or the part of
// principal, is reckoned on the first due day after grace, and again after a
// drawdown, a part payment with the term kept, a change of the rate, and an extension.
//
// Sources: 中国人民银行《人民币利率管理规定》(银发〔1999〕77号); 《关于人民币存贷款计结息问题的通知》
// (银发〔2005〕129号), where whole months count as months; ISDA Definitions 2006, 4.16, for
// the bases; 中国人民银行公告〔2021〕第3号 for the yearly rate.
package repayment
