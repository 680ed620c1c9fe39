// Package city rates every firm of the registry by the model in use (全市评级), and says
// from such a run whether the model treats groups of firms alike (公平性) and which firms a
// rule picks for banks to approach (白名单).
//
// A run (评级批次) is a job that goes through the open firms in the order of their credit
// codes, a few at a time (piece). What is read of them is what the exchange gives the finance
// office for rating the city: public records, and what a firm has consented to; a copy that
// is fresh is not asked for again, and departments are asked as many questions at once as
// their connectors bear. What is not given is unknown, with the reason, and a firm that the
// model says nothing of is counted by its reason. The scores of a piece, what the run keeps
// of it and how far the run has come are one transaction, so that a server killed anywhere
// goes on without leaving a firm out or scoring it twice. A score is made by rating.Panel,
// as one for a bank is; it belongs to the run and to no recipient.
//
// Ten thousand firms take eight seconds on SQLite and thirteen on PostgreSQL while their data
// are fresh, and ten and twenty-one where departments answer at once, with a card of two
// characteristics and one public dataset, on two busy processors (CHANGRONG_FIRMS=10000 go
// test -run TestTenThousandFirms -v ./internal/server); each dataset more that is given adds
// to that. Waiting for departments comes on top: questions × time of an answer ÷ 8, so ten thousand firms with
// five public datasets answered in 200 ms take 21 minutes once, and later only what has
// become old.
//
// Fairness is told by size, age, town and sector: how many, the mean score, the share of
// each grade, how many would pass a cut-off, and that share over the best group's. Below
// four fifths is a sign to look, not a finding (the four-fifths rule, 29 CFR 1607.4(D), is
// of employment; no Chinese rule names a figure). A group of fewer than 30 firms says
// nothing. Where outcomes are known the share of bad firms stands beside what the scores
// stand for.
//
// A white list is a rule in the language of conditions over what a run knows. Who is on it
// is computed from the run when it is published, by somebody other than who wrote it. Banks
// are told of a firm on it only while the firm consents to be named (推荐给银行); all banks
// are told the same, and each telling is in the log that the firm reads.
//
// Sources: 《金融科技伦理指引》 (JR/T 0258-2022) on fairness; JR/T 0221-2021 on objectives
// without bias; 个人信息保护法 第二十四条 on decisions by programs.
package city
