// Package apikey keeps the keys (接口密钥) by which an organisation's own systems
// sign their requests.
//
// A bank's lead registers a public key; the platform's security administrator
// holds its fingerprint against what the bank tells by another way, and confirms
// it: two people of two organisations, as for everything that opens a door. A key
// acts as somebody who prepares things in its organisation (经办), never as who
// decides. Either side may revoke it at any time.
//
//	waiting ──► active ──► revoked
//	   └───────────────────►┘
package apikey
