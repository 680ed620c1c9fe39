// Package training keeps samples (建模样本) and the runs (训练) that make scorecards of them: who
// asked for which, with what plan, how far it has come, what came of it, and what somebody
// changed by hand before it was done again.
//
// A run is asked for, done by a job, and ends as done, failed or cancelled; it never changes
// after that. What is wrong with a sample is not an error of the job: the run has failed, with
// all that is wrong in words, each with its column. A run whose bins somebody changed is
// another run, which says who changed what. A run that is done becomes a model (package
// rating) with the manifest that the program can fill.
//
// A sample holds what single firms are like, so its file is kept sealed; what is kept in plain
// are names, counts and ranges of its columns.
//
// The direction of a quantity (方向) is set by policy: by a set of features, or column by
// column. A column whose direction nobody has declared may be looked at, and no model is made
// of it.
//
// Sources: JR/T 0221-2021 《人工智能算法金融应用评价规范》 on what must be traceable;
// Siddiqi (2017), chapters 5 to 8; Hand & Henley (1993) on rejects.
package training
