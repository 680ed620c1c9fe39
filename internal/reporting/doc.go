// Package reporting is the desk at which banks hand in their data (报送): what
// each owes and until when, what it handed in, what was found in it, what was
// accepted, and what a settlement is computed from.
//
// The files as they were handed in are the truth. A submission (报送) is of one
// organisation, one period (报送期, a month or a year), one set (报送品种) and one
// version. It is checked together with the organisation's other accepted
// submissions and with the registers that the finance office keeps, so that a
// bank is told of nobody's mistakes but its own. An error rejects all of it and
// nothing is taken; a warning wants the bank's lead to confirm with a note. What
// has been accepted never changes: a correction is a new version, the old one
// stays, and the newest accepted one is current.
//
// A snapshot (冻结数据) names the current submissions of a time, file by file, and is
// what a settlement is computed from. A submission in a snapshot cannot be
// withdrawn any more. To them the platform adds a part of its own (Service.Own): the
// loans that came through it, as files like all others, which count only where no
// bank tells (package intake, Options.Behind).
//
// Sources: the cadence and the packaging of the PBoC's 金融基础数据 messages; deadlines
// and who owes what are the office's to decide and are data (Obligation).
package reporting
