// Package followup is what comes after payment (事后监管): paid claims are drawn by
// lot and looked at (事后抽查), and what was paid without ground is taken back (追回).
//
// A sample (样本) is drawn by a seed that is said beforehand and a rule: layers by
// amount, of each item by itself if so chosen, and the share of each layer. Whoever
// knows the seed, the rule and the claims draws the same. Every claim that was drawn
// gets a finding (抽查结论): nothing wrong, something to be mended that costs no
// money, or money that has to come back.
//
// A clawback (追回) is of a whole claim or of a part. One person proposes it, with what
// was found, the rule it follows from, the amount and the day until which it is to be
// returned; a head decides, another person than proposed it. Then the payee is told
// (责令退回通知书), and what comes back is registered by the bank's receipts, in as many
// parts as it comes. Each part goes back to the sources that paid, in the proportion of
// what of them is still with the payee (原渠道、按原比例退回), and never more than was
// paid. To give up the rest takes two people as well. Life draws it.
//
// Its claim is at 追回中 meanwhile. What becomes of returned money in the ledger is
// decided there (subsidy/fund: 退回款上缴).
//
// Sources: 财金〔2023〕75号 (misused funds are recovered); 财政违法行为处罚处分条例 第六条
// (责令改正，限期退还); 临政办发〔2021〕47号 clause 四(三).
package followup
