package rating

import (
	"changrong/internal/base/civil"
	"changrong/internal/rating/scorecard"
)

// Score is what a model said of an enterprise once. It never changes.
type Score struct {
	ID      string        `json:"id"`
	Firm    string        `json:"firm"` // USCC
	Model   string        `json:"model"`
	Name    string        `json:"name"`    // of the model
	Edition int64         `json:"edition"` // of the model
	At      civil.Instant `json:"at_ms"`
	On      civil.Date    `json:"on"` // that windows end before

	// Recipient is the organisation that it was made for; "" the firm's own look, or a run
	// over the city.
	Recipient string `json:"recipient,omitempty"`
	// Shadow tells that the model was not in use, so that nobody is shown what it said.
	Shadow bool `json:"shadow,omitempty"`
	// Subject is what it was made about: a referral, a run over the city; "" nothing else.
	Subject string `json:"subject,omitempty"`

	Said
}

// Said is what a model says. It is kept sealed: it tells what departments know.
type Said struct {
	// Refused tells why there is no score; then the figures below are nothing.
	Refused *Refusal `json:"refused,omitempty"`

	scorecard.Result
	Inputs  []Input            `json:"inputs"` // in the order of the card
	Reasons []scorecard.Reason `json:"reasons"`
	Next    scorecard.Next     `json:"next"`
}

// Refusal is why a model says nothing of a firm.
type Refusal struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"` // of the characteristic
	Zh   string `json:"title"`
	En   string `json:"title_en"`
}

// Input is a value that a score was made of.
type Input struct {
	Name    string      `json:"name"`
	Zh      string      `json:"title"`
	En      string      `json:"title_en"`
	Known   bool        `json:"known"`
	Number  *float64    `json:"number,omitempty"`
	Text    string      `json:"text,omitempty"`
	Unit    string      `json:"unit,omitempty"`
	Bin     string      `json:"bin,omitempty"` // in words
	Source  string      `json:"source,omitempty"`
	AsOf    *civil.Date `json:"as_of,omitempty"`
	Because string      `json:"because,omitempty"` // why it is unknown: no consent, not read, the department away
}
