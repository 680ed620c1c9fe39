// Package server wires the rooms together: it is the only package that knows
// every other. What a command does is one function here.
package server
