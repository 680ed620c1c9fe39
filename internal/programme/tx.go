package programme

import (
	"context"
	"io"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/money"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/explain"
	"changrong/internal/settlement/simulate"
)

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound (programme.not_found); what somebody changed meanwhile store.changed.
type Tx interface {
	Run(id string) (*Run, error)
	// Runs returns runs, the newest first; official asks for those that are or were
	// in force.
	Runs(pack string, official bool, limit, offset int) ([]Run, int, error)
	OfficialRun(pack string) (*Run, error) // the one in force; pack "" is the newest of all
	EarlierOfficial(before civil.Date) ([]Run, error)
	RunsUnderWay(org string) (int, error)
	UnderWay(before civil.Instant) (runs, whatIfs []string, err error) // asked for before, and not ended
	// OldTrials returns trial runs that were asked for before, have ended, and of which
	// there are rows.
	OldTrials(before civil.Instant) ([]Run, error)
	PutRun(*Run) error // inserts at Version 0 with the next No, else replaces that version

	ClearRows(run int64, limit int) (left bool, err error)
	AddLines(run int64, rows []Line) error
	AddAsides(run int64, rows []Aside) error
	AddTotals(run int64, rows []Total) error
	AddSums(run int64, rows []Sum) error
	AddFigures(run int64, pools []PoolUse, indicators []Measured) error

	RunLines(run int64, r Reach, f Filter) ([]Line, int, error)
	RunAsides(run int64, r Reach, f Filter) ([]Aside, int, error)
	RunTotals(run int64, r Reach, f Filter) ([]Total, int, error)
	RunSums(run int64, by By) ([]Sum, error)
	RunPools(run int64) ([]PoolUse, error)
	RunIndicators(run int64) ([]Measured, error)
	CompareLines(a, b int64, f Filter) ([]LineDelta, int, error)
	CompareSteps(a, b int64) ([]StepCount, error)
	CompareTotals(a, b int64) (gained, lost money.Fen, gainers, losers int64, err error)
	ComparePayees(a, b int64, f Filter) ([]Delta, int, error)

	WhatIf(id string) (*WhatIf, error)
	WhatIfs(pack string, limit, offset int) ([]WhatIf, int, error)
	PutWhatIf(*WhatIf) error
	ClearShifts(whatif string) error
	AddShifts(whatif string, rows []Shift) error
	Shifts(whatif string, f ShiftFilter) ([]Shift, int, error)

	Org(id string) (*access.Org, error)
	Audit(audit.Entry) error
	Emit(event.Event) error
	Enqueue(event.Job) error
}

// Store opens transactions, as access.Store does.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Packs are the installed packs.
type Packs interface {
	// Pack returns an installed pack. Error: programme.no_pack.
	Pack(id string) (*policy.Pack, error)
	// Towns returns what the towns of a pack's region are called, by their codes; what
	// is not in it has no name but its code.
	Towns(pack string) map[string]string
}

// Report tells how far work has come.
type Report func(done, total int64, note string)

// Engine does what takes files: it freezes, settles, packs and explains.
type Engine interface {
	// Settle freezes the facts of now, settles them, and keeps the bundle. frozen is
	// told when the facts stand still, also when they turn out to be wrong.
	Settle(ctx context.Context, o Order, frozen func(Frozen) error, report Report) (*Outcome, error)
	// Simulate settles the facts of a bundle under other choices.
	Simulate(ctx context.Context, bundle File, alternatives []policy.Choices, titles []string, report Report) (*Simulated, error)
	// Verify checks a bundle, and computes it again.
	Verify(ctx context.Context, bundle File) ([]Failure, error)
	// Explain tells why, from a bundle.
	Explain(ctx context.Context, bundle File, q explain.Query) (*explain.Trace, error)
	// Warm gets a bundle ready to be explained from.
	Warm(ctx context.Context, bundle File) error
	// Causes returns what the submissions of b say otherwise than those of a, in columns
	// by their tables; all columns of a table that is not named.
	Causes(ctx context.Context, a, b File, columns map[string][]string) ([]Cause, error)
	// Open reads what was kept.
	Open(ctx context.Context, f File) (io.ReadCloser, error)
}

// Frozen says which facts stand still.
type Frozen struct {
	At          civil.Instant
	Snapshot    string // its id, where findings are kept
	Submissions int64
	Sources     File // the list of them; none where facts came from elsewhere
}

// Order is what an Engine settles.
type Order struct {
	Run     string
	Pack    string
	Purpose Purpose
	Choices policy.Choices // with the period
	By      access.Caller  // who asked for it
}

// Outcome is what came of it.
type Outcome struct {
	Sealed  Sealed
	Plan    *policy.Plan
	Result  *settlement.Result
	Parties Parties
}

// Simulated is what came of alternatives.
type Simulated struct {
	Comparisons []simulate.Comparison // of a refused one, Refused alone
	Parties     Parties
	Page, Table File // as HTML, and every payee's change as CSV
}
