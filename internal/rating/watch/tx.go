package watch

import (
	"context"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/rating"
)

// Tx is what this package needs of one transaction. What is not there is fault.NotFound
// (rating.not_found).
type Tx interface {
	Model(id string) (*rating.Model, error)
	InUse() ([]rating.Model, error) // active ones and shadows, by name and edition
	ScoresBetween(model string, from, to civil.Instant, after string, n int) ([]rating.Kept, error)
	// ReferralUses tells what the banks made of applications, by the ids of their
	// referrals. What is none is not told.
	ReferralUses(ids []string) (map[string]Use, error)

	WatchRule(model string) (*Rule, error) // nil: none was set
	PutWatchRule(model string, r *Rule) error

	Months(MonthFilter) ([]Month, int, error) // the last first, with their alarms
	MonthStates(model string) (map[civil.Month]State, error)
	PutMonth(*Month) error // its alarms apart; one that is there is replaced

	Alarm(id string) (*Alarm, error)
	Alarms(AlarmFilter) ([]Alarm, int, error) // of the last month first
	PutAlarm(*Alarm) error                    // inserts at Version 0, else replaces that version

	Enqueue(event.Job) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions. What a closure did is kept when it returns nil, all of it or
// nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// MonthFilter is which months a list has.
type MonthFilter struct {
	Model         string
	Limit, Offset int
}

// AlarmFilter is which alarms a list has; what is zero leaves all.
type AlarmFilter struct {
	Model         string
	Month         civil.Month
	State         Standing
	Limit, Offset int // Limit 0: all
}

// LoanBook tells f of the notes of firms that are wanted, as banks have reported them for
// the months from first to last, each note once. Nothing reported is no error.
type LoanBook func(ctx context.Context, first, last civil.Month, wanted func(uscc string) bool, f func(*Note)) error
