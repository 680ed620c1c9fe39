// Package life lets a made-up city live on a platform: its people sign in, its
// banks hand in their files month by month, some of them wrong at first, the
// finance office settles, reviewers review, money is ordered and paid. Everything
// goes through the HTTP interface as people's browsers do; nothing is put into the
// database by another way.
//
// It fills a demonstration, and is the workload of tests that kill the server in
// the middle. The same seed makes the same people, files and decisions.
package life
