package crypto

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"time"

	"changrong/internal/base/civil"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// TOTP makes second factors of six digits that change every 30 seconds (RFC 6238).
type TOTP struct {
	Issuer string // what an authenticator shows
	// SHA256 makes codes with HMAC-SHA256 (GB/T 39786 asks for it), which not every
	// authenticator can; else with HMAC-SHA1, which all can.
	SHA256 bool
}

// totpPeriod is how long a code is shown.
const totpPeriod = 30 * civil.Second

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func (t TOTP) algorithm() otp.Algorithm {
	if t.SHA256 {
		return otp.AlgorithmSHA256
	}
	return otp.AlgorithmSHA1
}

// New implements access.Factor.
func (t TOTP) New() []byte {
	b := make([]byte, 20)
	if t.SHA256 {
		b = make([]byte, 32)
	}
	rand.Read(b)
	return b
}

// Link implements access.Factor.
func (t TOTP) Link(secret []byte, login string) string {
	q := url.Values{
		"secret": {base32Text.EncodeToString(secret)}, "issuer": {t.Issuer}, "period": {"30"}, "digits": {"6"}, "algorithm": {t.algorithm().String()},
	}
	return "otpauth://totp/" + url.PathEscape(t.Issuer+":"+login) + "?" + q.Encode()
}

// Step implements access.Factor.
func (t TOTP) Step(secret []byte, code string, now civil.Instant) (step int64, right bool) {
	for _, at := range []civil.Instant{now - totpPeriod, now, now + totpPeriod} {
		if want := t.Code(secret, at); subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, right = int64(at/totpPeriod), true
		}
	}
	return step, right
}

// Code returns the code that an authenticator with the secret shows at now.
func (t TOTP) Code(secret []byte, now civil.Instant) string {
	code, err := totp.GenerateCodeCustom(base32Text.EncodeToString(secret), time.UnixMilli(int64(now)),
		totp.ValidateOpts{Period: uint(totpPeriod / civil.Second), Digits: otp.DigitsSix, Algorithm: t.algorithm()})
	if err != nil { // the text of a secret is base32
		panic(err)
	}
	return code
}
