// Package engine does for package programme, and for the command line, what takes
// files: it freezes facts, settles them by one of the executors, packs bundles and
// keeps them, settles them under other readings, verifies and explains them, and
// knows the installed packs.
package engine
