package inbox

import (
	"encoding/base64"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

// Signer signs receipts with the platform's key.
type Signer struct{ Keys *crypto.Provider }

var _ reporting.Signer = Signer{}

// Sign implements reporting.Signer.
func (s Signer) Sign(message []byte) (reporting.Signature, error) {
	tag, err := s.Keys.Sign(message)
	if err != nil {
		return reporting.Signature{}, err
	}
	suite := s.Keys.Suite()
	return reporting.Signature{Algorithm: suite.SignatureName(), Suite: string(suite), Key: tag.Key, Value: base64.StdEncoding.EncodeToString(tag.Value)}, nil
}

// VerifyReceipt reads a receipt file and verifies it with the platform's public keys;
// nothing else is needed.
//
// Errors: those of strictjson.Check, reporting.ParseGivenReceipt, crypto.ParseJWKs and crypto.JWKSet.Verify.
func VerifyReceipt(receipt, keys []byte) (*reporting.GivenReceipt, error) {
	set, err := crypto.ParseJWKs(keys)
	if err != nil {
		return nil, err
	}
	if err := strictjson.Check(receipt); err != nil {
		return nil, err
	}
	g, err := reporting.ParseGivenReceipt(receipt)
	if err != nil {
		return nil, err
	}
	suite := crypto.Suite(g.Signature.Suite)
	if !suite.Valid() || suite.SignatureName() != g.Signature.Algorithm {
		return nil, fault.New(fault.Invalid, "crypto.signature", "回执所写的密码套件与签名算法不符", "the suite of the receipt does not sign so")
	}
	value, err := base64.StdEncoding.Strict().DecodeString(g.Signature.Value)
	if err != nil {
		return nil, fault.New(fault.Invalid, "crypto.signature", "签名不是 Base64", "the signature is not base64").Because(err)
	}
	return g, set.Verify(g.Signature.Key, g.Signature.Algorithm, []byte(g.Signed), value)
}
