package explain

import (
	"changrong/internal/settlement"
	"changrong/internal/settlement/oracle"
)

// waits says what a row that is set aside waits for.
func (s *sentence) waits() {
	t := s.t
	switch t.Reason {
	case settlement.UnknownFact:
		if len(t.Missing) == 0 {
			s.add("条件中的数值超出可计算的范围", "a figure in its conditions is beyond what can be reckoned with")
		} else {
			s.add("因%s未知", "not known: %s", joined(t.Missing))
		}
		s.add("尚不能判断是否符合“%s”的条件", "so nobody can tell whether it meets the conditions of %q", s.item.Title)
		s.add("补齐后再算", "to be reckoned when known")
	case settlement.GateUnknown:
		s.add("因%s", "%s", s.gateLacks())
		s.add("尚不能判断收款人%[1]s是否达到“%[2]s”的门槛", "so nobody can tell whether the payee %[1]s passes the gate of %[2]q", t.Payee, s.item.Title)
		s.add("补齐后再算", "to be reckoned when known")
	case settlement.UnknownBase:
		if len(t.Missing) == 0 {
			s.add("基数超出可计算的范围", "its base is beyond what can be reckoned with")
		} else {
			s.add("因%s未知，无法计算基数", "its base cannot be reckoned, not known: %s", joined(t.Missing))
		}
		s.add("补齐后再算", "to be reckoned when known")
	case settlement.MonthGap:
		s.add("缺少%s的月末余额，且无豁免决定", "the month-end balances of %s are missing and not waived", joined(t.Missing))
		s.add("补齐后再算", "to be reckoned when known")
	case settlement.NotComputable:
		s.add("没有足够的发生额，无法计算日均余额", "there are not the events from which to reckon a daily balance")
		s.add("补齐后再算", "to be reckoned when known")
	case settlement.Undecided:
		s.base()
		what := Words{"金额", "the amount"}
		if t.Term.IsRate {
			what = Words{"比例", "the rate"}
		}
		s.add("%[1]s应在%[2]s至%[3]s之间核定，尚无决定", "%[1]s, to be decided between %[2]s and %[3]s, is not decided", what, t.Term.Least, t.Term.Most)
		s.add("决定后再算", "to be reckoned when it is")
	case settlement.NoClaim:
		s.reckoned()
		s.add("资金池按申报先后拨付，尚无材料齐全的申报", "the pool is paid in order of claims and there is no complete claim")
		s.add("齐全后再排队", "to queue when there is")
	}
}

// gateLacks says what a gate that is not known lacks.
func (s *sentence) gateLacks() Words {
	if s.t.Gate.Above {
		return Words{
			"有担保的条件、月末余额或承担比例未知，各机构在保余额的平均无从计算",
			"a guarantee's conditions, balance or share is not known, and with it the mean over all institutions",
		}
	}
	return say("%s未知", "not known: %s", s.unknownOfGate())
}

// unknownOfGate names the facts that a gate's conditions hang on.
func (s *sentence) unknownOfGate() Words {
	var names []Words
	for _, c := range s.t.Gate.Conditions {
		if c.Truth != oracle.Unknown {
			continue
		}
		for _, v := range c.Values {
			if !v.Known {
				names = append(names, v.Label)
			}
		}
	}
	return joined(names)
}

// needs says what would have to be otherwise for the row to be paid, or to go on.
func (s *sentence) needs() []Words {
	t := s.t
	switch t.Outcome {
	case Paid:
		return nil
	case NoBase:
		return []Words{{"政策期间内须有余额或金额", "a balance or an amount within the scope"}}
	case NotSelected:
		return demands(t.Conditions)
	}
	switch t.Reason {
	case settlement.GateFailed:
		if t.Gate.Above && t.Gate.Value.Start == 0 {
			return []Words{say("期末在保余额须超过%s", "a guarantee balance at the end above %s", t.Gate.Mean)}
		}
		if t.Gate.Above {
			return []Words{say("期末在保余额须超过%[1]s，或其增速须超过%[2]s", "a guarantee balance at the end above %[1]s, or growth above %[2]s",
				t.Gate.Mean, growth(t.Gate.Value.SumStart, t.Gate.Value.SumEnd))}
		}
		return demands(t.Gate.Conditions)
	case settlement.MonthGap:
		return []Words{say("补报%s的月末余额，或作出豁免决定", "report the month-end balances of %s, or waive them by decision", joined(t.Missing))}
	case settlement.NotComputable:
		return []Words{{"补报该笔贷款的全部发生额，或期初月末余额", "report all events of the note, or its balance at the end of the month before the scope"}}
	case settlement.Undecided:
		return []Words{say("在%[1]s至%[2]s之间作出决定", "decide between %[1]s and %[2]s", t.Term.Least, t.Term.Most)}
	case settlement.NoClaim:
		return []Words{{"提交材料齐全的申报", "file a complete claim"}}
	case settlement.GateUnknown:
		if t.Gate.Above {
			return []Words{{"补齐各笔担保的条件、月末余额和承担比例", "supply conditions, balances and shares of all guarantees"}}
		}
		return []Words{say("补充%s", "supply %s", s.unknownOfGate())}
	}
	var needs []Words
	for _, m := range t.Missing {
		needs = append(needs, say("补充%s", "supply %s", m))
	}
	return needs
}

// demands turns conditions that fail into what is asked for.
func demands(cs []Condition) []Words {
	var needs []Words
	for _, c := range cs {
		if c.Truth == oracle.Fails {
			needs = append(needs, say("满足条件：%s", "meet the condition: %s", c.Text))
		}
	}
	return needs
}
