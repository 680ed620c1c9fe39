// Package workflow is the one mechanism of every case (办件): claims, payment
// orders, and whatever else passes from hand to hand.
//
// A noun has a table of stages and moves (环节与流转), written down in one file of
// its package and drawn in its comment. What somebody does is a decision (办理意见),
// a row that is never changed; where a case stands follows from its decisions
// (Table.Replay). It is also kept on the case, for queries, together with who it waits
// for (待办) and until when.
//
// A round (轮次) begins when a case goes back to who filed it. Who has decided at
// a stage does not decide there again in the same round, and some moves are for
// another person than made certain earlier ones (四眼原则): Move.Apart.
//
// Clocks run in working days (工作日): Monday to Friday but for the days off of the
// State Council's yearly notice, and the weekends that it has people work on
// (调休). The notices of the years that are known are in years.txt; a year can be
// put in or corrected as data. In a year without one, weekends are all that is off,
// and Calendar.Missing says so. A clock can be stopped with a reason (暂停) and goes on
// with the days it had left.
package workflow
