// Package reference has the reference departments: servers that speak the protocols of
// the departments that connectors ask, so that everything runs on one machine, and so
// that a connector can be held against another program than itself.
//
// They check what real ones check: who asks (Gate: the signature, the clock, that no
// call is sent twice), that a purpose is given, and for what is shared with consent
// alone a consent or a legal basis. What they know of a firm follows from a seed: the
// same firm always has the same taxes, contracts and cases, and none of it is real.
//
// Each can be made slow, unreachable or wrong, one field at a time, to see what the
// platform makes of it (Control).
package reference
