package access

import "changrong/internal/base/civil"

// Session is somebody signed in, or on the way.
type Session struct {
	ID       string        `json:"id"`
	Hash     string        `json:"-"` // of the secret that the browser holds
	Account  string        `json:"account"`
	Stage    Stage         `json:"stage"`
	Via      string        `json:"via"` // ViaPassword, or the identity provider's id
	Started  civil.Instant `json:"started_ms"`
	LastSeen civil.Instant `json:"last_seen_ms"`
	Agent    string        `json:"agent"`   // the browser, as it named itself
	Address  string        `json:"address"` // where it called from
}

// Bearer is a session with whose it is: of the account what says who that is and
// whether he may come in.
type Bearer struct {
	Session Session
	Account Account
	Kind    OrgKind // of the account's organisation
}

// ViaPassword is the Via of who came in with a password.
const ViaPassword = "password"

// Stage is how far somebody has come in signing in. The stages come in this order;
// each that is not due is left out.
type Stage string

// The stages.
const (
	AwaitsCode     Stage = "awaits_code"     // the password was right, the second factor is due
	AwaitsPassword Stage = "awaits_password" // a password of one's own is due
	AwaitsFactor   Stage = "awaits_factor"   // a second factor must be set up
	SignedIn       Stage = "signed_in"
)

// Live tells whether s still holds at now: it ends after 30 minutes without a
// request, after 12 hours in any case, after 5 minutes before the second factor,
// and after 15 before the rest is done.
func (s *Session) Live(now civil.Instant) bool {
	switch s.Stage {
	case SignedIn:
		return now < s.LastSeen+30*civil.Minute && now < s.Started+12*civil.Hour
	case AwaitsCode:
		return now < s.Started+5*civil.Minute
	default:
		return now < s.Started+15*civil.Minute
	}
}

// stage returns how far somebody is who came in via and has given a code or not.
func (s *Service) stage(a *Account, via string, coded bool, now civil.Instant) Stage {
	switch {
	case a.TOTP != nil && !coded:
		return AwaitsCode
	case via == ViaPassword && a.passwordDue(now, s.maxAge()):
		return AwaitsPassword
	case a.TOTP == nil && s.RequireTOTP && NeedsFactor(a.Roles):
		return AwaitsFactor
	}
	return SignedIn
}

// maxAge is how old a password may become.
func (s *Service) maxAge() civil.Instant {
	if s.PasswordAge > 0 {
		return s.PasswordAge
	}
	return passwordAge
}
