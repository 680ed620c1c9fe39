// Package webhook tells other systems what happened, by HTTP requests to addresses
// that their organisations registered (Standard Webhooks 1.0.0).
//
// An event becomes a delivery (推送) for each address of the organisations it is told
// to, in the relay's transaction, and a job carries it out. The message is thin: what
// happened to which thing, and a few words; who wants to know more asks the API.
// It is signed by the address's secret (v1, HMAC-SHA256) and key (v1a, Ed25519). Its
// id is the same on every try, so that a receiver can tell it has it already.
//
// A try succeeds with a 2xx. Otherwise the next comes after the schedule (Schedule),
// or when Retry-After says, up to ten tries over three days; what is then not
// taken is failed, and can be sent again by hand. 410 turns an address off; so does
// an address that has taken nothing for the whole schedule. After five failures
// in a row an address rests for an hour (breaker), whatever else is due for it.
//
// Addresses come from outside, so the client does not let itself be sent into the
// platform's own network (guard): names are resolved once, only public addresses are
// called unless the operator allows others, redirects and proxies are not followed.
package webhook
