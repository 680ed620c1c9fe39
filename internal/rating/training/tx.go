package training

import (
	"context"
	"io"

	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/rating/feature"
	"changrong/internal/rating/train"
)

// Tx is what this package needs of one transaction. What is not there is fault.NotFound
// (rating.not_found).
type Tx interface {
	AddTrainSample(*Sample) error
	TrainSample(id string) (*Sample, error)
	TrainSamples(limit, offset int) ([]Sample, int, error) // the last first

	PutTraining(*Run) error // inserts at Version 0, else replaces that version
	Training(id string) (*Run, error)
	Trainings(Filter) ([]Listed, int, error) // the last first
	TrainingsUnderWay() (int, error)

	Enqueue(event.Job) error
	StopJob(id string, now civil.Instant) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Filter is which runs a list has.
type Filter struct {
	State         State
	Limit, Offset int
}

// Files keep samples sealed.
type Files interface {
	// Keep keeps what r gives under the id of a sample, and says what it is. What is no
	// sample is not kept. Errors: rating.file, rating.columns, rating.size.
	Keep(ctx context.Context, id string, r io.Reader) (*Kept, error)
	// Read reads a sample. Errors: rating.file, rating.columns, rating.cell.
	Read(ctx context.Context, s *Sample, o Options) (*train.Sample, error)
}

// Kept is a file that was kept.
type Kept struct {
	Table
	SHA256 string // as it came
	Size   int64
	Sealed File
}

// Options say what the columns of a sample mean.
type Options struct {
	Features *feature.Set
	Target   string // "": nothing is known of what came of the firms
	Bad      string
	Period   string
}
