package reporting

import (
	"context"
	"io"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/workflow"
)

// Tx is what this package needs of one transaction. What is not there is
// fault.NotFound (reporting.not_found), also when it is out of scope.
type Tx interface {
	Org(id string) (*access.Org, error)
	Orgs(access.Scope) ([]access.Org, error)

	Upload(access.Scope, string) (*Upload, error)
	Uploads(access.Scope) ([]Upload, error) // the latest first
	AddUpload(*Upload) error
	// PutUpload keeps Received, SHA256 and Touched of an upload of which so much had
	// been received; else it is store.changed.
	PutUpload(u *Upload, received int64) error
	DeleteUpload(id string) error

	NextSubmission() (number int64, err error)
	Submission(access.Scope, string) (*Submission, error)
	// Submissions returns a part of the list, the latest first, without their files,
	// and how many there are in all.
	Submissions(access.Scope, Query) ([]Submission, int, error)
	// Versions returns all of one key, in order, with their files.
	Versions(Key) ([]Submission, error)
	// Current returns what is current of these organisations, nil: of all, with
	// files, by number.
	Current(orgs []string) ([]Submission, error)
	AddSubmission(*Submission) error
	// PutSubmission keeps what changed of a submission that was in state from; else
	// it is store.changed. Of what was accepted only the state ever changes.
	PutSubmission(s *Submission, from State) error

	Obligation(id string) (*Obligation, error)
	Obligations() ([]Obligation, error)
	PutObligation(*Obligation) error // inserts at Version 0, else replaces that version
	DeleteObligation(id string, version int64) error
	// Remind tells whether nobody has been reminded under this key, and notes it.
	Remind(key string, now civil.Instant) (fresh bool, err error)

	Years() ([]workflow.Year, error) // of working days, those that were put in

	Snapshot(id string) (*Snapshot, error)
	SnapshotBy(sha256 string, from, to Period) (*Snapshot, error)
	Snapshots() ([]Snapshot, error) // the latest first, without their parts
	AddSnapshot(*Snapshot) error
	PutSnapshotReport(id string, r Ref, errors, warnings int) error
	SnapshotReport(id string) (Ref, error)

	Enqueue(event.Job) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Query says which submissions are asked for; what is empty asks for all.
type Query struct {
	Org           string
	Set           Set
	Period        Period
	State         State
	OnlyCurrent   bool
	Overlaps      bool // with the months First to Last
	First, Last   civil.Month
	Offset, Limit int // Limit 0: all
}

// Store opens transactions. What a closure did is kept when it returns nil, all of
// it or nothing; it may be run twice.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Blobs keeps content under its hash.
type Blobs interface {
	Put(context.Context, io.Reader) (Ref, error)
	Open(context.Context, Ref) (io.ReadCloser, error)
}

// Spool holds uploads until they are whole.
type Spool interface {
	// Write puts what r holds at offset of the upload id, and returns how much it
	// was, and its SHA-256; it is on disk then. It reads at most limit bytes and one
	// more, which is reporting.chunk_size.
	Write(ctx context.Context, id string, offset int64, r io.Reader, limit int64) (n int64, sha256 string, err error)
	// Open reads the first size bytes.
	Open(id string, size int64) (io.ReadCloser, error)
	Remove(id string) error
	// Held returns the ids of all it holds.
	Held() ([]string, error)
}

// Checker reads submissions.
type Checker interface {
	// Check checks the part own of parts together with the others. items are what
	// must be in it.
	Check(ctx context.Context, parts []SnapshotPart, own int, items []string, progress Progress) (*Outcome, error)
	// Materialise makes a folder of facts of parts, unless there is an error.
	Materialise(ctx context.Context, parts []SnapshotPart, out string, progress Progress) (*SnapshotFindings, error)
}

// Progress is told how far something has come.
type Progress = func(done, total int64, note string)

// Outcome is what a check found.
type Outcome struct {
	Findings []Finding
	Counts   []Count
	Errors   int
	Warnings int
	Files    []File // of the part, with their rows
	Sums     []Sum  // of the part's institution and months
}

// Signer signs receipts.
type Signer interface {
	Sign(message []byte) (Signature, error)
}

// Signature is a signature and how to check it.
type Signature struct {
	Algorithm string `json:"algorithm"` // Ed25519, SM2-SM3
	Suite     string `json:"suite"`     // of algorithms: intl, gm
	Key       string `json:"key"`       // its id
	Value     string `json:"value"`     // base64
}
