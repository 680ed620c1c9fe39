package opinion

import (
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/scorecard"
)

// Limits.
const (
	maxADay = 5  // asked about one referral: departments do not know more by the hour
	maxPast = 60 // scores of a firm that are looked at together

	// keep is how long scores are kept: as long as the log of the readings that they are
	// made of (package exchange).
	keep = 5 * 366 * civil.Day
)

// Referral is a firm's application at one bank, as this package needs it.
type Referral struct {
	ID      string
	USCC    string
	Firm    string
	Bank    string // organisation
	Consent string // that the firm gave with it
	Live    bool   // the bank deals with it
}

// Standing is how a consent stands now.
type Standing struct {
	Valid  bool
	Rating bool    // it lets the bank have the firm rated
	Reason *Reason // of one that is not valid
}

// Reason is why something is not done, or not shown.
type Reason struct {
	Code string `json:"code"`
	Zh   string `json:"title"`
	En   string `json:"title_en"`
}

func reasonOf(err error) *Reason {
	f := fault.Of(err)
	return &Reason{f.Code, f.Zh, f.En}
}

// err is a reason as whoever asks all the same is told it.
func (r *Reason) err() error { return fault.New(fault.Forbidden, r.Code, r.Zh, r.En) }

// unrated is why a firm may not be rated by a consent that holds.
var unrated = Reason{
	"rating.not_agreed", "企业授权时的授权书没有写明评级，请企业重新授权后再请求评级", "the text that the firm agreed to says nothing of a rating; ask for a new consent",
}

// may tells why nobody may be rated by a consent; nil: they may.
func (s *Standing) may() *Reason {
	switch {
	case !s.Valid:
		return s.Reason
	case !s.Rating:
		return &unrated
	}
	return nil
}

// Made is a score that was just made; what it says is read with the report.
type Made struct {
	ID      string        `json:"id"`
	At      civil.Instant `json:"at_ms"`
	Name    string        `json:"name" doc:"of the model"`
	Edition int64         `json:"edition"`
}

// Report is what a bank is told of the rating of a firm that applies to it.
type Report struct {
	Firm   string `json:"firm_name"`
	USCC   string `json:"firm"`
	Notice Notice `json:"notice" doc:"what a rating is, and is not; shown wherever one is"`
	// Ask is why no score can be asked for now; nil: one can.
	Ask *Reason `json:"cannot_ask,omitempty" doc:"missing: a score may be asked for"`
	// Withheld is why nothing is shown.
	Withheld *Reason `json:"withheld,omitempty" doc:"the consent does not hold any more: nothing is shown"`

	Latest  *rating.Score `json:"latest,omitempty"`
	Model   *About        `json:"model,omitempty" doc:"that made the latest"`
	History []Past        `json:"history" doc:"what was made for this bank of this firm, the latest first"`
}

// Notice says what a rating is.
type Notice struct {
	Zh string `json:"text"`
	En string `json:"text_en"`
}

// notice goes with every score.
var notice = Notice{
	"本评级由平台按经过独立评审的评分模型，用企业授权查询的数据自动计算，仅供银行参考。它不是征信机构的评级，不是对企业的评价或认证，不替银行作决定；数据不全或有误时结果会不同。",
	"This rating is computed by the platform from data that the firm let be read, by a scorecard that was reviewed independently. It is for the bank's reference only: no credit bureau's rating, no certificate, and no decision. Where data are missing or wrong it would be another.",
}

// Past is a score in a history.
type Past struct {
	ID      string          `json:"id"`
	At      civil.Instant   `json:"at_ms"`
	Name    string          `json:"name"`
	Edition int64           `json:"edition"`
	Score   int             `json:"score"`
	Grade   string          `json:"grade"`
	PD      int64           `json:"pd_ppb"`
	Refused *rating.Refusal `json:"refused,omitempty"`
}

func past(x *rating.Score) Past {
	return Past{x.ID, x.At, x.Name, x.Edition, x.Score, x.Grade, x.PD, x.Refused}
}

// About says what a model is, to those who see a score of it.
type About struct {
	Name    string            `json:"name"`
	Edition int64             `json:"edition"`
	SHA256  string            `json:"card_sha256"`
	Target  string            `json:"target" doc:"what counts as bad, over which time"`
	Use     string            `json:"use" doc:"what the model is for, and what it is not"`
	Objects string            `json:"objective" doc:"why it favours and burdens no group"`
	Used    civil.Instant     `json:"used_ms" doc:"since when it is in use"`
	Low     int               `json:"low" doc:"the least score there is"`
	High    int               `json:"high" doc:"the best"`
	Grades  []scorecard.Grade `json:"grades" doc:"the master scale, the best first"`
}

// about says what a model is.
//
// Errors: those of scorecard.Read.
func about(m *rating.Model) (*About, error) {
	card, err := scorecard.Read(m.Card)
	if err != nil {
		return nil, err
	}
	out := &About{
		Name: m.Name, Edition: m.Edition, SHA256: m.CardSHA256, Target: m.Manifest.Target, Use: m.Manifest.Use, Objects: m.Manifest.Objective, Grades: card.Grades,
	}
	out.Low, out.High = card.Range()
	for _, a := range m.Acts {
		if a.Verb == rating.Activate {
			out.Used = a.At
		}
	}
	return out, nil
}

// Own is a score as the firm that it is about sees it.
type Own struct {
	rating.Score
	By     string  `json:"by" doc:"who had it made: a bank; empty: nobody alone, it is of a rating of the whole city"`
	Steps  int     `json:"steps" doc:"grades of the master scale; 0: no score"`
	Step   int     `json:"step" doc:"from 1, the best"`
	Hidden *Reason `json:"hidden,omitempty" doc:"why whoever had it made sees it no more; missing: they do"`
}

// Mine is what a firm sees of its ratings.
type Mine struct {
	Notice Notice `json:"notice"`
	Items  []Own  `json:"items" doc:"the latest first"`
	Total  int    `json:"total"`
}
