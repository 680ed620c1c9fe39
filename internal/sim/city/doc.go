// Package city makes a believable Linhai in calendar 2021 from a seed and nothing
// else: institutions, branches, fintech projects, and enterprises with their loan
// notes, guarantees and collateral. It knows no files.
//
// Nothing in it is real. Institutions are called 演示一号农商行, enterprises
// 演示001234号眼镜有限公司, and the bodies of their codes (DEM…) are not issued.
//
// What enterprise n is and borrows comes from a generator seeded with (seed, n),
// in integers only: any enterprise can be made again at any time, on any machine,
// and a city of ten million notes takes no more memory than a small one.
//
// Institutions, branches and projects are the same in every city; some of them meet
// a condition of the policy and others fail it by one fact. Enterprises from
// 演示000010号 on play the cases worth seeing in every city, however small: a first
// loan above the limit, two banks attesting the same borrower, a subsidy above its
// cap (see plots.go).
//
// How the figures were chosen: 20,000 enterprises are about the real city's
// borrowers, with 800 and more first-loan borrowers a year, guaranteed notes of a
// million yuan or so on average, and loans that grow by a fifth in the year.
package city
