// Package history invents what became of loans to the enterprises of a made-up city, for
// scorecards to be trained on (合成的建模样本): what the reference departments said of each firm on
// the day it was lent to, asked for through the same connectors and measured by the same
// features as when a firm is rated, and whether it defaulted within twelve months.
//
// All of it is synthetic. What departments say follows from the seed, and so does who defaults:
// the odds are the sum of stated effects of what departments know (effects.go) and of what nobody
// knows (luck). A card trained on it shows that training works; it says nothing about any real
// firm, and must never be used to rate one. Because the odds are known, so is the AUC that no
// model can exceed but by chance (Summary.Best).
//
// Some of what departments know is missing, as it is in life: firms that did not consent, more
// often the risky ones, and departments that were away. Firms that were refused a loan have no
// outcome; they stand in a sample of their own.
package history
