package notify

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
)

// Person is somebody who may be told something.
type Person struct {
	Account string
	Name    string
	Org     string
	Roles   []access.Role
}

// Message is what one person is told.
type Message struct {
	ID      string        `json:"id"`
	Account string        `json:"-"`
	Kind    string        `json:"kind"`
	Title   string        `json:"title" doc:"in Chinese"`
	Link    string        `json:"link" doc:"a place of the console"`
	Event   string        `json:"event"`
	At      civil.Instant `json:"at_ms"`
	Read    civil.Instant `json:"read_ms" doc:"0: not yet"`
}

// Contact is where a person can be reached outside of the console.
type Contact struct {
	Account string
	Mail    string // "" none
	Sure    bool   // its owner has confirmed it
	Phone   string // "" none

	Code    string // digest of the code that would confirm Mail; "" none is due
	CodeTil civil.Instant
	Tries   int64 // codes that were wrong
	SentAt  civil.Instant
}

// Choice is what a person has chosen for a kind.
type Choice struct {
	Kind string `json:"kind"`
	Mail bool   `json:"mail"`
	SMS  bool   `json:"sms"`
}

// Tx is what this package needs of one transaction. Its errors are fault.NotFound
// (message.not_found).
type Tx interface {
	Person(account string) (*Person, error)
	People() ([]Person, error)                // who may sign in, by account
	PeopleOf(orgs []string) ([]Person, error) // of them those of organisations

	AddMessage(*Message) (bool, error) // false: the person has been told of the event
	Message(id string) (*Message, error)
	Messages(account string, unread bool, limit, offset int) ([]Message, int, error) // the newest first
	CountUnread(account string, before civil.Instant) (int, error)
	ReadMessages(account string, ids []string, now civil.Instant) error // nil: all
	SweepMessages(before civil.Instant) error

	Contact(account string) (*Contact, error) // an empty one when there is none
	PutContact(*Contact) error
	Choices(account string) ([]Choice, error) // by kind
	PutChoice(account string, c Choice) error

	// DigestDue notes that account gets the digest of day; false: it has got it.
	DigestDue(account, day string) (bool, error)

	Enqueue(event.Job) error
	Audit(audit.Entry) error
}

// Store opens transactions.
type Store interface {
	Read(context.Context, func(Tx) error) error
	Write(context.Context, func(Tx) error) error
}

// Letter is an e-mail.
type Letter struct {
	ID      string // the same when it is sent again
	To      string
	Subject string
	Text    string
	Stop    string // address that ends letters of this kind with one click; "" none
}

// Mailer sends letters. A fault of kind Invalid or Forbidden means that sending this
// one again is of no use.
type Mailer interface {
	Send(context.Context, Letter) error
}

// Texter sends short messages; the id is the same when one is sent again.
type Texter interface {
	Text(ctx context.Context, id, phone, text string) error
}

// Sealer makes text that only the platform can read and nobody can make up.
type Sealer interface {
	Seal(plain []byte, place string) ([]byte, error)
	Open(sealed []byte, place string) ([]byte, error)
}
