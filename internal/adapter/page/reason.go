package page

import "changrong/internal/settlement"

var reasons = map[settlement.Reason]string{
	settlement.UnknownFact: "缺少事实", settlement.GateUnknown: "门槛无法计算", settlement.UnknownBase: "基数未知",
	settlement.MonthGap: "缺少月末余额", settlement.NotComputable: "没有发生额，无法按日平均", settlement.Undecided: "等待决定",
	settlement.NoClaim: "等待申报齐全", settlement.LostTo: "已由另一项目享受", settlement.OtherBank: "只由另一家机构享受",
	settlement.GateFailed: "未达门槛", settlement.FirstElsewhere: "首贷银行是另一家",
}

// reasonZh says why a row waits or is not paid.
func reasonZh(reason string) string {
	if zh := reasons[settlement.Reason(reason)]; zh != "" {
		return zh
	}
	return reason
}

// ReasonZh says it for a Reason.
func ReasonZh(r settlement.Reason) string { return reasonZh(string(r)) }
