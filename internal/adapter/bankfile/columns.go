package bankfile

import (
	"slices"
	"strings"
)

// column is what a cell of a bank's file means.
type column int

const (
	day column = iota
	amount
	out // money that left the account
	in  // money that came into it
	direction
	payee
	account
	ref
	note
	columns // how many there are
)

// names are what banks call the columns, without blanks and brackets, in the order
// in which they are preferred.
var names = [columns][]string{
	day:       {"支付日期", "交易日期", "付款日期", "记账日期", "入账日期", "日期", "交易时间", "回单日期", "date"},
	amount:    {"支付金额", "付款金额", "交易金额", "发生额", "金额", "小写金额", "amount"},
	out:       {"借方发生额", "借方金额", "支出金额", "支出", "付出金额", "借方", "debit"},
	in:        {"贷方发生额", "贷方金额", "收入金额", "收入", "存入金额", "贷方", "credit"},
	direction: {"借贷标志", "借贷方向", "借贷", "收支方向", "收支标志", "收付标志", "direction"},
	payee:     {"收款人名称", "收款人全称", "收款人", "收款单位", "收款户名", "对方户名", "对方名称", "对方单位名称", "对方账户名称", "户名", "payee"},
	account:   {"收款人账号", "收款账号", "收款人帐号", "收款帐号", "对方账号", "对方帐号", "账号", "帐号", "account"},
	ref:       {"回单编号", "回单号", "电子回单编号", "交易流水号", "流水号", "支付凭证号", "凭证号", "凭证号码", "参考号", "reference"},
	note:      {"摘要", "用途", "附言", "备注", "note"},
}

// unit are what may stand behind a name in brackets.
var units = strings.NewReplacer(" ", "", "\u3000", "", "\u00a0", "", "（元）", "", "(元)", "", "（人民币）", "", "(人民币)", "", "\n", "", "\r", "")

// header tells which cell of a row of names is which column, -1 where none is; ok is
// false when it is no such row.
func header(row []string) (at [columns]int, ok bool) {
	for c := range at {
		at[c] = -1
		best := len(names[c])
		for i, cell := range row {
			rank := slices.Index(names[c], strings.ToLower(units.Replace(cell)))
			if rank >= 0 && rank < best {
				at[c], best = i, rank
			}
		}
	}
	return at, at[day] >= 0 && at[ref] >= 0 && (at[amount] >= 0 || at[out] >= 0)
}
