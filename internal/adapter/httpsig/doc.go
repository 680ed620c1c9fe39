// Package httpsig signs HTTP requests and checks signatures (RFC 9421), so that a
// bank's system can call without a session: who it is, and that nothing of the
// request was changed, follows from a key that the bank registered.
//
// A request is taken when its signature covers what it does (Covered), was made
// within the last minutes, carries a number that has not been seen before (nonce),
// and its body is the one whose digest was signed (Content-Digest, RFC 9530).
//
// Algorithms are Ed25519, ECDSA on P-256, RSA-PSS, HMAC, as registered by RFC 9421,
// and SM2 with SM3 (国密, GM/T 0003), which is not: there alg is left out, and the
// algorithm is that of the key.
package httpsig
