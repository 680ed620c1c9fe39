// Package connect asks departments for what they know of a firm: tax, social security,
// courts, procurement and others, each over its own protocol (数据共享).
//
// Every department has a connector, one package below this one: a value (Connector) that
// says how its services are asked, where in an answer the rows are, and for each column
// of a dataset (exchange's catalogue) in which field it stands and how it is written:
// amounts in yuan or in 万元, days in several forms, code values in Chinese. A connector
// is held to connecttest's suite, and package departments lists them all.
//
// A Client asks one department. Departments are slow, away, or answer something else
// than they said, and none of it may hold up a bank's desk, so each call
//
//   - has a time-out, over connecting, the headers and the whole body;
//   - is one of a few at a time (bulkhead), so that one slow department does not take
//     up the platform;
//   - goes through a circuit breaker, which after failures in a row asks nothing for a
//     while, then tries with one call;
//   - may be tried again after a short pause, since all calls here only read, where the
//     department was away; not where it was slow;
//   - follows no redirect, uses no proxy, and goes to the configured address alone;
//   - has an answer of bounded size, which is read strictly: a field that is missing, of
//     another type or of an unknown code is a drift (connect.drift) that names the
//     field. Fields nobody knows are passed over.
//
// Each delivery carries the SHA-256 of the answers as they came, and the day up to which
// the department vouches for them.
//
// Who asks is proved by a Signer: the national exchange platform's two stages
// (National), the gateway of IRS (Gateway), or RFC 9421 (Message).
package connect
