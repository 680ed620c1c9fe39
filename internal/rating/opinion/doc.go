// Package opinion decides what a bank that a firm applies to is told of the firm's credit
// rating (评级报告), and what the firm sees of it (我的评级).
//
// A bank asks about a referral that it holds and deals with (请求评级). What the model in use
// looks at is read of the departments for that bank, for the purpose of rating, under the
// consent that the firm gave with the application, if its text says that the firm may be
// rated; every reading is in the firm's log. The model in use and its shadows rate, what each
// says is kept, and each time it is asked there is a new score: departments may know
// something else by then. A bank asks so many times a day about one referral.
//
// A bank sees what was made for itself, of this firm, and as long as the consent holds by
// which it was made: withdrawn or run out, the score is shown no more, as what departments
// said is not. The firm sees each score that was made of it, always: the grade, the reasons,
// what would bring the next grade, who had it made, and whether they may still see it.
// Scores are dropped when the log of readings is.
//
// Sources: 《个人信息保护法》第十四条 (consent to a purpose and a way of processing), 第十五条
// (withdrawal), 第二十四条 (automated decisions: to be explained, and not to decide alone),
// 第四十五条 (to see what is kept); 《征信业管理条例》第十三至十八条; 网络数据安全管理条例 第十二条
// (records kept for three years at least).
package opinion
