package origination

import (
	"changrong/internal/base/fault"
	"changrong/internal/workflow"
)

// Rules are how referrals are dealt with. Cases under way keep their due days.
type Rules struct {
	Terms workflow.Terms `json:"terms" doc:"working days of each clock; 0: none runs"`
	// Idle is after how many days an application lapses at which no bank works.
	Idle    int64 `json:"idle_days"`
	Version int64 `json:"version" doc:"0: as the program comes"`
}

// DefaultRules are the rules while nobody has said otherwise: 1 working day to accept,
// 3 to call on the firm, 5 to pay out.
func DefaultRules() *Rules {
	return &Rules{
		Terms: workflow.Terms{"accept": 1, "contact": 3, "survey": 0, "review": 0, "contract": 0, "guarantee": 0, "disburse": 5},
		Idle:  30,
	}
}

// Check tells whether r may be kept. Errors: origination.rules.
func (r *Rules) Check() error {
	wrong := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "origination.rules", zh, en).In(fault.Place{Field: field})
	}
	known := DefaultRules()
	for name, days := range r.Terms {
		if _, ok := known.Terms[name]; !ok || days < 0 || days > maxTermDays {
			return wrong("terms", "期限须为已有环节的0至200个工作日，0为不限", "a term is of a known stage, from 0 to 200 working days")
		}
	}
	if len(r.Terms) != len(known.Terms) {
		return wrong("terms", "每个环节都须写明期限", "every stage needs its term")
	}
	if r.Idle < 1 || r.Idle > 365 {
		return wrong("idle_days", "失效天数为1至365天", "1 to 365 days")
	}
	return nil
}
