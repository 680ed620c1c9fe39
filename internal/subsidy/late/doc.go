// Package late tells of what should have been dealt with (超时提醒、督办): a step of a
// claim, a payment order or a clawback whose clock has run out, and an objection to a
// public notice that nobody has answered.
//
// Whoever owes the step is told once, when its last day is over. When it still waits
// further working days later, it is told once to one level up: to the lead of who
// owes it, or, of a lead, to the lead of the other authority; of some kinds then also to the
// finance office, once, when that did not help. A step that was sent
// back and came again is another step.
//
// How long a step may take is in the rules of its policy (subsidy.Rules); 首问负责、限时
// 办结、超时督办 are what counties ask of their departments.
package late
