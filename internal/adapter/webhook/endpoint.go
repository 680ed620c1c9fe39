package webhook

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// Endpoint is an address that messages go to.
type Endpoint struct {
	ID       string        `json:"id"`
	Org      string        `json:"org"`
	URL      string        `json:"url"`
	Kinds    []string      `json:"kinds" doc:"of events: submission.accepted, submission.*; empty: all"`
	Public   string        `json:"public" doc:"the key of its v1a signatures"`
	Off      bool          `json:"off"`
	Why      string        `json:"why" doc:"why it was turned off by itself, in Chinese"`
	Failures int64         `json:"failures" doc:"tries in a row that failed"`
	RestTil  civil.Instant `json:"rest_til_ms" doc:"nothing is sent before; 0: it does not rest"`
	GoodAt   civil.Instant `json:"good_at_ms" doc:"when it last took a message; 0: never"`
	Added    civil.Instant `json:"added_ms"`
	Version  int64         `json:"version"`

	Secret    []byte        `json:"-"` // sealed: 32 bytes of HMAC, then the seed
	OldSecret []byte        `json:"-"` // sealed; still used until OldTil
	OldTil    civil.Instant `json:"old_til_ms" doc:"until when the former secret signs too; 0: there is none"`
}

// Limits of endpoints.
const (
	maxEndpoints = 10 // of one organisation
	maxKinds     = 50
	oldFor       = civil.Day // how long a former secret signs too
)

var kindForm = regexp.MustCompile(`^[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)$`)

// check tells whether e may be kept.
//
// Errors: webhook.url, webhook.kinds.
func (e *Endpoint) check(g *Guard) error {
	if _, err := g.CheckURL(e.URL); err != nil {
		return err
	}
	bad := len(e.Kinds) > maxKinds
	for _, k := range e.Kinds {
		bad = bad || !kindForm.MatchString(k)
	}
	if bad {
		return fault.Invalidf("webhook.kinds", "事件种类至多%d种，如 submission.accepted 或 submission.*", "at most %d kinds, such as submission.accepted or submission.*", maxKinds).In(fault.Place{Field: "kinds"})
	}
	return nil
}

// wants tells whether e takes events of kind.
func (e *Endpoint) wants(kind string) bool {
	noun, _, _ := strings.Cut(kind, ".")
	return !e.Off && (len(e.Kinds) == 0 || slices.Contains(e.Kinds, kind) || slices.Contains(e.Kinds, noun+".*"))
}

// State is how far a delivery has come.
type State string

// The states.
const (
	Waiting State = "waiting"
	Taken   State = "taken"
	Failed  State = "failed" // it is sent again only by hand
)

// Delivery is a message to one address.
type Delivery struct {
	ID       string        `json:"id" doc:"the message's webhook-id"`
	Endpoint string        `json:"endpoint"`
	Event    string        `json:"event"`
	Kind     string        `json:"kind"`
	Body     string        `json:"body"`
	State    State         `json:"state" enum:"waiting,taken,failed"`
	Tries    int64         `json:"tries"`
	Run      int64         `json:"run" doc:"how often it was begun by hand again"`
	Next     civil.Instant `json:"next_ms" doc:"when it is tried next; 0: not by itself"`
	Added    civil.Instant `json:"added_ms"`
}

// Attempt is one try.
type Attempt struct {
	Delivery string        `json:"delivery"`
	N        int64         `json:"n"`
	At       civil.Instant `json:"at_ms"`
	Status   int64         `json:"status" doc:"of HTTP; 0: there was no answer"`
	Took     civil.Instant `json:"took_ms"`
	Note     string        `json:"note" doc:"what went wrong, in Chinese"`
}

// Tx is what this package needs of one transaction. Errors of its own kind are
// fault.NotFound (webhook.not_found) and fault.Conflict (store.changed).
type Tx interface {
	Org(id string) (*access.Org, error)
	Endpoint(access.Scope, string) (*Endpoint, error)
	Endpoints(access.Scope) ([]Endpoint, error) // by org and age
	PutEndpoint(*Endpoint) error                // inserts at Version 0, else replaces that version
	PutHealth(*Endpoint) error                  // keeps Off, Why, Failures, RestTil, GoodAt only
	DropEndpoint(id string) error               // with its deliveries

	Delivery(access.Scope, string) (*Delivery, error)
	Deliveries(s access.Scope, endpoint string, state State, limit, offset int) ([]Delivery, int, error) // the newest first; state "": any
	AddDelivery(*Delivery) (bool, error)                                                                 // false: the endpoint has the event already
	PutDelivery(*Delivery) error
	AddAttempt(*Attempt) error
	Attempts(delivery string) ([]Attempt, error)                        // in order
	LateDeliveries(before civil.Instant, limit int) ([]Delivery, error) // that wait, and were due before
	SweepDeliveries(before civil.Instant) error

	Enqueue(event.Job) error
	Emit(event.Event) error
	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Sealer makes a secret unreadable without the platform's keys.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}
