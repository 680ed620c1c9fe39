// Package access decides who may do what to whose things.
//
// An account (账号) is one person's. It belongs to one organisation (机构) and has
// one or more roles (角色) that this kind of organisation may give. A role says what
// may be done; a reach says to whose things: to one's own organisation's, or to
// all. What no line of the table allows is forbidden (Allowed).
//
// Three administrators run the platform, and none can do another's work, nor any
// business (GB/T 22239-2019 三权分立): the system administrator keeps organisations
// and accounts, the security administrator gives roles and ends sessions, the
// audit administrator reads and checks the audit log.
//
// Signing in takes a password and, for who has one, a second factor (TOTP, RFC
// 6238). Failures lock an account for longer each time (Lockout). A session is a
// secret of 32 bytes of which only the hash is kept.
package access
