// Package settletest is what the tests of the executors share: plans and facts
// made from a seed, with everything in them that a pack can say and that facts
// can lack; the same facts in another order; and what two results differ in.
//
//	plan, facts := settletest.Random(seed)
//	a, err := oracle.Run(ctx, plan, facts)
//	b, err := columnar.Run(ctx, plan, settletest.Permute(facts, seed))
//	if d := settletest.Diff(a, b); d != "" {
//		t.Fatalf("seed %d: %s", seed, d)
//	}
//
// Facts written by hand come from fact.FromExample, conditions from Conditions.
package settletest
