// Package prospect tells what a policy would give for a loan that does not exist yet,
// and to a firm without any (可享受政策预估): of each money item that is about
// enterprises or their loans whether it fits, which facts are lacking and who has
// them, or which condition fails and by how much, and what it would come to.
//
// It settles the facts of the one firm, with the loan put among them, by the oracle;
// what it says of an item is what a settlement of the same facts says. Three things
// are otherwise. Pools are not drawn on: what is told is before them, and says which
// pool may cut it. A gate that compares institutions with each other is left out and
// told as open, since the other institutions are not there. And where an item does not
// fit, the figure is what it would be if its conditions held.
//
// The reading is the plan's: whoever asks says which plan, and so which readings.
package prospect
