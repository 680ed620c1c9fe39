package apikey

import (
	"slices"
	"strings"
	"unicode/utf8"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Alg is an algorithm that signs, by its name in RFC 9421.
type Alg string

// The algorithms.
const (
	Ed25519 Alg = "ed25519"
	ECDSA   Alg = "ecdsa-p256-sha256"
	RSA     Alg = "rsa-pss-sha512"
	HMAC    Alg = "hmac-sha256"
	SM2     Alg = "sm2-sm3" // 国密; not registered by the RFC
)

// Algs returns every algorithm, in a fixed order.
func Algs() []Alg { return []Alg{Ed25519, ECDSA, RSA, HMAC, SM2} }

// State is how far a key has come.
type State string

// The states.
const (
	Waiting State = "waiting" // the security administrator has to confirm it
	Active  State = "active"
	Revoked State = "revoked"
)

// Key is a key of an organisation.
type Key struct {
	ID          string        `json:"id" doc:"the keyid of its signatures"`
	Org         string        `json:"org"`
	Name        string        `json:"name" doc:"what it is for"`
	Alg         Alg           `json:"alg" enum:"ed25519,ecdsa-p256-sha256,rsa-pss-sha512,hmac-sha256,sm2-sm3"`
	Public      string        `json:"public" doc:"in PEM; empty of a shared secret"`
	Fingerprint string        `json:"fingerprint" doc:"SHA-256 of the public key's DER, or of the secret"`
	Secret      []byte        `json:"-"` // sealed; of HMAC
	State       State         `json:"state" enum:"waiting,active,revoked"`
	Added       civil.Instant `json:"added_ms"`
	AddedBy     string        `json:"added_by"`
	Decided     civil.Instant `json:"decided_ms" doc:"when it was confirmed or revoked; 0: not yet"`
	DecidedBy   string        `json:"decided_by"`
	Expires     civil.Instant `json:"expires_ms"`
	Version     int64         `json:"version"`
}

// Limits of keys.
const (
	maxName  = 60
	maxKeys  = 20 // of one organisation, revoked ones apart
	lifetime = 2 * 365 * civil.Day
)

// Live tells whether signatures by k are taken at now.
func (k *Key) Live(now civil.Instant) bool { return k.State == Active && now < k.Expires }

// Check tells whether k may be registered.
//
// Errors: apikey.name, apikey.alg.
func (k *Key) Check() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(k.Name)); n == 0 || n > maxName {
		return fault.Invalidf("apikey.name", "密钥用途须为1至%d个字", "what a key is for has 1 to %d characters", maxName).In(fault.Place{Field: "name"})
	}
	if !slices.Contains(Algs(), k.Alg) {
		return fault.Invalidf("apikey.alg", "不支持这种签名算法", "this algorithm is not supported").In(fault.Place{Field: "alg", Value: string(k.Alg)})
	}
	return nil
}

// roleOf says as whom the keys of an organisation act.
var roleOf = map[access.OrgKind]access.Role{
	access.BankOrg: access.Bank, access.GuarantorOrg: access.Guarantor, access.DepartmentOrg: access.Department,
}

// Principal returns who calls with k, a key of an organisation of kind.
//
// Errors: apikey.org_kind.
func (k *Key) Principal(kind access.OrgKind) (*access.Principal, error) {
	role, ok := roleOf[kind]
	if !ok {
		return nil, orgKind()
	}
	return &access.Principal{Account: k.ID, Name: "接口密钥 " + k.Name, Org: k.Org, OrgKind: kind, Roles: []access.Role{role}}, nil
}

func orgKind() error {
	return fault.New(fault.Forbidden, "apikey.org_kind", "这类机构不使用接口密钥", "organisations of this kind have no keys")
}
