// Package programme runs the programme as a whole: it settles the policy over what
// the banks have reported (结算), tries out other readings before a policy is
// issued (测算), and says how far the targets of the plan are reached (驾驶舱).
//
// A Run (结算批次) takes a pack, a period, readings and parameters, freezes the
// facts (冻结数据) and settles them. What comes out is a bundle (结算包), kept as it
// is, and its rows in tables, for lists. A trial (试算) is for looking at. A run for
// the record is proposed (待确认) when it is done, and official (正式) once a second
// person has confirmed it; then the official run before it is superseded (被替代).
// One run of a policy is official at a time, and claims are drafted from it.
//
// A WhatIf (测算) settles the frozen facts of a run under other readings and
// parameters beside the chosen ones: what each would cost by item, bank and town
// (of the enterprise, GB/T 2260 and three digits), who would gain and who lose.
//
// The office runs and confirms; departments and auditors read; a bank reads the
// rows of its own in official runs, and no totals of others.
package programme
