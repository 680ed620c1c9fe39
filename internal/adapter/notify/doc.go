// Package notify tells people what they have to know: in the console, by e-mail, by
// short message.
//
// Rules (rules.go) say who is told what of an event: which roles, of which
// organisations, in which words. What a rule says becomes a message (消息) in the
// console for each of those people, in the relay's transaction; everybody has at
// most one message of an event. Letters and short messages are jobs, tried again
// until they leave.
//
// What leaves the platform says nothing confidential: a title and a link; the rest
// is read after signing in. A letter goes only to an address that its owner has
// confirmed with a code. Everybody chooses the kinds that are mailed to him, and ends
// them with one click from the letter (RFC 8058). Messages in the console cannot be
// turned off: they are part of the work.
package notify
