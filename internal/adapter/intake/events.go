package intake

import (
	"slices"
	"strconv"

	"changrong/internal/base/civil"
	"changrong/internal/fact"
	"changrong/internal/loanbook/intern"
)

// eventKind is the number of a kind of event; its code is in eventKinds.
type eventKind uint8

const (
	disburse eventKind = iota
	repay
	writeOff
	transferOut
)

// eventKinds are the codes of the dictionary, in its order.
var eventKinds = func() (codes []string) {
	for _, v := range fact.Lookup("loan_events").Column("kind").Codes {
		codes = append(codes, v.Code)
	}
	return codes
}()

func kindOf(code []byte) eventKind { return eventKind(max(0, slices.Index(eventKinds, string(code)))) }

// event is one drawdown or recovery.
type event struct {
	amount int64
	on     int64 // unknown: a recovery whose day is still to be told
	month  civil.Month
	note   uint32
	from   origin
	kind   eventKind
}

// events are the events; the number of one is that of its key, (note, event_no).
type events struct {
	list []event
	keys intern.Table
	told map[string]bool // states of recoveries already reported
}

// addEvent adds an event of a message. A bank may give a drawdown and the recovery
// of the same day one number, which the message allows and the dictionary does
// not; the second then gets the flag of the message after a "#".
func (s *store) addEvent(e event, number []byte) {
	id, fresh := s.events.keys.AddIn(e.note, number)
	if !fresh {
		at := s.place(e.from, "33 交易流水号", string(number))
		if (s.events.list[id].kind == disburse) == (e.kind == disburse) {
			other := s.place(s.events.list[id].from, "", "").String()
			s.find(ruleTwice.At(at, other, other))
			return
		}
		flag := 0
		if e.kind == disburse {
			flag = 1
		}
		marked := strconv.AppendInt(append(slices.Clone(number), '#'), int64(flag), 10)
		if _, fresh = s.events.keys.AddIn(e.note, marked); !fresh {
			s.find(ruleTwice.At(at, "", ""))
			return
		}
		s.find(ruleEventRenamed.At(at, string(marked), string(marked)))
	}
	s.events.list = append(s.events.list, e)
}
