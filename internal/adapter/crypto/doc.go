// Package crypto is where secrets are made, hashed and sealed.
//
// There are two suites of algorithms (Suite): the international one, SHA-256,
// HMAC-SHA256, Ed25519 and AES-256-GCM; and the Chinese one (国密, GB/T 39786), SM3,
// HMAC-SM3, SM2 and SM4-GCM. A platform works with one of them; what was made with the
// other before still opens and verifies, since everything made names its key, and
// a key knows its suite.
//
// Keys are in a Module. Ring is one in a file. A cryptographic machine (密码机,
// GM/T 0018; 签名验签服务器, GM/T 0029) takes its place by implementing Module: secret keys
// are named to it and never asked for. A library of software is not certified
// (商用密码产品认证); where that is demanded, so is such a machine.
package crypto
