// Package train makes a scorecard (评分卡建模) from a sample: it refuses a sample that cannot
// be right, cuts each characteristic into bins under the trend that its feature declares,
// leaves out what says nothing or says what others say already, fits a logistic regression on
// the weights of evidence, takes out characteristics whose weight turned round, moves the
// intercept to the central tendency (中心违约率), and gives points and grades.
//
// What was left out and why stands in the report; a card is never made of nothing. The order
// of rows does not matter beyond rounding; chance comes from a seed.
//
// Sources: Siddiqi (2017), chapters 6 to 10; Basel II §461 for the central tendency;
// Hand & Henley (1993) and Crook & Banasik (2004) on rejects.
package train
