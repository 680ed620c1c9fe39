// Package inbox is the hands of the reporting desk (package reporting): it holds
// uploads on disk until they are whole, lays submissions out as folders, and lets
// package intake check them or make facts of them.
package inbox
