package httpapi

// FieldSaid is fieldSaid, for tests.
var FieldSaid = fieldSaid
