package auditor

import "changrong/internal/base/civil"

// loans adds the rows of the items that are about loans: the risk compensation of
// 三(四)15 and of 三(三)11, each note once, and the interest subsidy of 三(二)8.
func (a *audit) loans() {
	passed := a.gate()
	for _, n := range a.notes {
		e := a.enterprises[n.enterprise.s]
		p, praised := a.praisedProject(n)
		newNote := is(n.disbursed >= yearFirst && n.disbursed <= yearLast)
		xinbao := all(newNote, n.xinbao())
		switch {
		case all(e.size.in("small", "micro"), a.firstLoan(e, n)) == yes:
			a.lend("rc-first-loan", n, nil)
		case praised == yes:
			a.lend("rc-fintech", n, p)
		case e.smallTech() == yes:
			a.lend("rc-tech", n, nil)
		case n.chattel() == yes:
			a.lend("rc-chattel", n, nil)
		case xinbao == yes && a.readings.is("xinbao-exclusive", "yes") && passed[n.bank]:
			a.lend("xinbao-compensation", n, nil)
		}
		if xinbao == yes && a.readings.is("xinbao-exclusive", "no") && passed[n.bank] {
			a.lend("xinbao-compensation", n, nil)
		}
		if all(e.smallTech(), a.atTechBranch(n)) == yes {
			a.lend("tech-interest", n, nil)
		}
	}
}

// lend adds note n to an item, from the month of a project's release if p is given.
func (a *audit) lend(item string, n *note, p *project) {
	from := december
	if p != nil {
		if !p.release.known || civil.Date(p.release.n) == civil.Never {
			return // not released: no month counts
		}
		from = max(from, civil.Date(p.release.n).Month())
	}
	c := &claim{item: item, payee: n.bank, bank: n.bank, subject: n.loan, enterprise: n.enterprise.s}
	if item == "tech-interest" {
		c.payee = c.enterprise
	}
	base, ok := a.average(n, from, c)
	if !ok || base == 0 {
		return
	}
	c.base, c.limited, c.rate = base, base, halfPer
	if item == "tech-interest" {
		c.rate = two
	} else if rate, decided := a.decided(c); decided {
		c.rate = rate
	}
	a.claims = append(a.claims, c)
}

// firstLoan tells whether n is a loan to a first-loan borrower that counts.
func (a *audit) firstLoan(e *enterprise, n *note) truth {
	earliest := civil.Never
	for _, o := range e.notes {
		earliest = min(earliest, o.disbursed)
	}
	if earliest < yearFirst || n.disbursed > yearLast {
		return no
	}
	var attested *note // the first one
	inDoubt := false
	for _, o := range e.notes {
		if o.disbursed == earliest && o.first == yes && (attested == nil || o.lower(attested)) {
			attested = o
		}
		inDoubt = inDoubt || o.disbursed == earliest && o.first == unknown
	}
	if attested == nil {
		if inDoubt {
			return unknown
		}
		return no
	}
	if a.readings.is("first-loan-notes", "year_notes_all_banks") {
		return yes
	}
	onlyOne := a.readings.is("first-loan-notes", "first_note")
	for _, o := range e.notes {
		if o.disbursed != earliest || o.first != unknown {
			continue
		}
		if o.bank < attested.bank || onlyOne && o.lower(attested) {
			return unknown
		}
	}
	if onlyOne {
		return is(n == attested)
	}
	return is(n.bank == attested.bank)
}

// lower tells whether n's key is lower than o's.
func (n *note) lower(o *note) bool {
	if n.bank != o.bank {
		return n.bank < o.bank
	}
	return n.loan < o.loan
}

// monthEnd returns the balance of n at the end of a month; ok is false when an open
// note has none.
func (a *audit) monthEnd(n *note, m civil.Month) (balance int64, ok bool) {
	if n == nil {
		return 0, false
	}
	if b, there := n.balance[m]; there {
		return b, true
	}
	open := n.disbursed <= m.Last() && n.closed > m.Last()
	return 0, !open
}

// average returns 月均贷款余额 of n, counting no month before from; ok is false when
// a month-end that it needs is missing and nobody waived it.
func (a *audit) average(n *note, from civil.Month, c *claim) (base int64, ok bool) {
	var months [13]int64
	out := int64(0)
	chronological := a.readings.is("average", "chronological")
	for i := range months {
		m := december + civil.Month(i)
		if m < from || i == 0 && !chronological {
			continue
		}
		b, known := a.monthEnd(n, m)
		if !known && !a.waived(c) {
			return 0, false
		}
		months[i] = b
		if b > 0 && i > 0 {
			out++
		}
	}
	switch {
	case chronological:
		twice := []int64{months[0], months[12]}
		for _, b := range months[1:12] {
			twice = append(twice, b, b)
		}
		return mean(twice, 24), true
	case a.readings.is("average", "month_end_outstanding"):
		if out == 0 {
			return 0, true
		}
		return mean(months[1:], out), true
	}
	return mean(months[1:], 12), true
}

// gate returns the institutions that pass 三(三)11: a guaranteed balance at the
// year's end above the mean, or one that grew more than that of all together.
func (a *audit) gate() map[string]bool {
	start, ok1 := a.guaranteed(yearFirst-1, december)
	end, ok2 := a.guaranteed(yearLast, yearLast.Month())
	passed := map[string]bool{}
	if !ok1 || !ok2 {
		return passed
	}
	banks := map[string]bool{}
	var sumStart, sumEnd int64
	for bank, b := range start {
		sumStart += b
		banks[bank] = banks[bank] || b > 0
	}
	for bank, b := range end {
		sumEnd += b
		banks[bank] = banks[bank] || b > 0
	}
	positive := int64(0)
	for _, counts := range banks {
		if counts {
			positive++
		}
	}
	for bank := range banks {
		s, e := start[bank], end[bank]
		above := compare(e, positive, sumEnd, 1) > 0
		faster := s > 0 && compare(e-s, sumStart, sumEnd-sumStart, s) > 0
		passed[bank] = above || faster
	}
	return passed
}

// guaranteed returns 在保余额 by institution on a day, the last of a month.
func (a *audit) guaranteed(d civil.Date, m civil.Month) (sums map[string]int64, ok bool) {
	shares := map[*note]int64{}
	for _, g := range a.guarantees {
		if !g.inForce(d) {
			continue
		}
		switch g.scheme.in("xinbao") {
		case unknown:
			return nil, false
		case yes:
			n := a.notes[g.note]
			if n == nil {
				continue
			}
			if a.readings.is("xinbao-balance", "guaranteed_share") && !g.share.known {
				return nil, false
			}
			shares[n] += g.share.n
		}
	}
	sums = map[string]int64{}
	for n, share := range shares {
		b, known := a.monthEnd(n, m)
		if !known {
			return nil, false
		}
		if a.readings.is("xinbao-balance", "guaranteed_share") {
			b = times(b, min(share, billion))
		}
		sums[n.bank] += b
	}
	return sums, true
}
