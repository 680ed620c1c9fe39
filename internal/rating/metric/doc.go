// Package metric measures how well scores tell good from bad, how well probabilities are
// calibrated, and how much a population has moved.
//
// Rows with the same score are one step: what is measured never depends on the order in
// which they come. AUC (曲线下面积) is the share of pairs of a bad and a good row in which
// the bad one has the higher risk, ties half; Gini is 2·AUC−1; KS is the largest distance
// between the two distributions, looked at only between different scores. PSI (群体稳定性指标)
// is Σ (a−e)·ln(a/e) over the shares of bins.
//
// Sources: Mann & Whitney (1947); Hosmer & Lemeshow, "Applied Logistic Regression"; DeLong
// et al. (1988) for the standard deviation of an AUC; Siddiqi (2017) for PSI, and Yurdakul,
// "Statistical Properties of Population Stability Index" (2018), for what of it is chance.
package metric
