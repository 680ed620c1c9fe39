// Package product is what banks offer (金融产品), and which of it fits a firm (匹配).
//
// A bank writes its terms (Terms): amounts, terms, rates, ways to repay, fees, papers,
// and conditions, one line each in the language of package policy/expr over facts that
// departments and the firm itself give. What is published is an edition (版本) and never
// changes; a change is the next edition. A product that is paused or retired is offered to
// nobody, and what was applied for under it stays what it was.
//
// The matcher (Matcher) says of every product whether it fits, lacks a fact, or does
// not fit, and why. A fact that nobody knows is not a no: the product is lacking, with
// the fact named and the department that would know it. Facts are the firm's own, and
// of these only what it lets be used; the rest is as if it were not there.
//
// The order is the same for everybody and cannot be bought (docs/matching.md): what
// fits before what lacks before what does not; by what it costs a year, interest and
// fees less the subsidy that is to be expected, to a hundredth of a percent; by the days the
// bank promises; and where all that is equal by a hash of the application and the
// product, so that of equals nobody is always first. How often each bank was shown,
// first, chosen and won is counted and reported.
//
// Sources: clause 三(一)2 and 5 of the programme; 中国人民银行公告〔2021〕第3号 (the yearly
// rate); 国办发〔2021〕52号 (data of departments in lending).
package product
