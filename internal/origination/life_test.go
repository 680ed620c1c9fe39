package origination

import (
	"slices"
	"strings"
	"testing"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
	"changrong/internal/workflow"
)

func TestLifeHasNoFaults(t *testing.T) {
	for _, f := range Life.Faults() {
		t.Error(f)
	}
	for name := range DefaultRules().Terms {
		if !slices.ContainsFunc(Life.Stages, func(s workflow.StageRule) bool { return s.Term == name }) {
			t.Errorf("the term %s is of no stage", name)
		}
	}
	for _, s := range Life.Stages {
		if _, ok := DefaultRules().Terms[s.Term]; s.Term != "" && !ok {
			t.Errorf("the term %s has no default", s.Term)
		}
		if r := (Referral{Case: workflow.Case{Stage: s.Stage}}); r.Early() && Life.Move(s.Stage, End) == nil {
			t.Errorf("%s is before a contract and cannot be ended", s.Stage)
		}
	}
	if err := DefaultRules().Check(); err != nil {
		t.Error(err)
	}
}

// TestWhatComesFirstIsNamed: a step registered out of order is told which come before it.
func TestWhatComesFirstIsNamed(t *testing.T) {
	for _, x := range []struct {
		at   workflow.Stage
		verb workflow.Verb
		en   string
	}{
		{OfferAccepted, Disburse, "contract"},
		{Offered, Disburse, "accept_offer, contract"},
		{Pushed, MakeOffer, "accept, contact, review"},
		{Declined, Disburse, ""},
		{Repaid, Contract, ""},
	} {
		if _, en := stepsTo(x.at, x.verb); en != x.en {
			t.Errorf("from %s to %s: %q, not %q", x.at, x.verb, en, x.en)
		}
		err := outOfOrder(&Referral{Case: workflow.Case{Stage: x.at}}, x.verb)
		if fault.CodeOf(err) != "origination.out_of_order" || x.en != "" && !strings.Contains(err.Error(), x.en) {
			t.Errorf("from %s to %s: %v", x.at, x.verb, err)
		}
	}
}

func need() Need {
	return Need{Amount: 50 * money.Wan, Months: 12, Purpose: "equipment", Security: []string{"credit"}, Method: "bullet"}
}

func TestNeedHasLimits(t *testing.T) {
	for name, x := range map[string]struct {
		change func(*Need)
		ok     bool
	}{
		"as it is":        {func(*Need) {}, true},
		"no amount":       {func(n *Need) { n.Amount = 0 }, false},
		"one fen":         {func(n *Need) { n.Amount = 1 }, true},
		"480 months":      {func(n *Need) { n.Months = 480 }, true},
		"481 months":      {func(n *Need) { n.Months = 481 }, false},
		"another purpose": {func(n *Need) { n.Purpose = "gambling" }, false},
		"security twice":  {func(n *Need) { n.Security = []string{"credit", "credit"} }, false},
		"emoji":           {func(n *Need) { n.Remark = "急用🙏👨‍👩‍👧 𠮷野家" }, true},
		"private use":     {func(n *Need) { n.Remark = "\ue000\U00020bb7" }, true},
		"control":         {func(n *Need) { n.Remark = "a\x00b" }, false},
		"500 characters":  {func(n *Need) { n.Remark = strings.Repeat("𠮷", 500) }, true},
		"501 characters":  {func(n *Need) { n.Remark = strings.Repeat("𠮷", 501) }, false},
		"lines":           {func(n *Need) { n.Remark = "一\n二" }, true},
		"bad utf-8":       {func(n *Need) { n.Remark = "\xff" }, false},
	} {
		n := need()
		x.change(&n)
		if err := n.Check(); (err == nil) != x.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestContactIsANameAndANumber(t *testing.T) {
	for c, ok := range map[Contact]bool{
		{"张三", "13800001111"}: true, {"𬸚·买买提", "+86 0576-85112345"}: true, {"", "13800001111"}: false, {"张三", "1380000"}: true, {"张三", "138000"}: false,
		{"张三", "138OOOO1111"}: false, {"张\n三", "13800001111"}: false, {"张三", "138000011111380000111"}: false,
	} {
		if err := c.Check(); (err == nil) != ok {
			t.Errorf("%q: %v", c, err)
		}
	}
}

func TestPriceHasLimits(t *testing.T) {
	now := civil.StartOf(20000)
	good := Price{Amount: money.Wan, Rate: 36_500_000, Months: 12, Method: "bullet", DayCount: "act_360", FirstDue: 20030, Security: "credit", ValidTil: now + civil.Day}
	for name, x := range map[string]struct {
		change func(*Price)
		ok     bool
	}{
		"as it is":        {func(*Price) {}, true},
		"36 %":            {func(p *Price) { p.Rate = maxRate }, true},
		"above 36 %":      {func(p *Price) { p.Rate = maxRate + 1 }, false},
		"below nothing":   {func(p *Price) { p.Rate = -1 }, false},
		"over already":    {func(p *Price) { p.ValidTil = now }, false},
		"90 days":         {func(p *Price) { p.ValidTil = now + 90*civil.Day }, true},
		"more":            {func(p *Price) { p.ValidTil = now + 90*civil.Day + 1 }, false},
		"due today":       {func(p *Price) { p.FirstDue = 20000 }, false},
		"a nameless fee":  {func(p *Price) { p.Fees = []Fee{{Amount: 1}} }, false},
		"a fee":           {func(p *Price) { p.Fees = []Fee{{Name: "评估费", Payee: "某公司", Amount: 1}} }, true},
		"a fee above all": {func(p *Price) { p.Fees = []Fee{{Name: "评估费", Payee: "某公司", Amount: p.Amount + 1}} }, false},
	} {
		p := good
		x.change(&p)
		if err := p.Check(now); (err == nil) != x.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestContractIsNotDearerThanTheOffer(t *testing.T) {
	p := Price{Amount: money.Wan, Rate: 36_500_000, Months: 12}
	good := Agreement{No: "HT1", Amount: money.Wan, Rate: 36_500_000, Months: 12, Signed: 20000, Security: "credit"}
	for name, x := range map[string]struct {
		change func(*Agreement)
		code   string
	}{
		"as it is": {func(*Agreement) {}, ""},
		"less":     {func(a *Agreement) { a.Amount--; a.Rate--; a.Months-- }, ""},
		"more":     {func(a *Agreement) { a.Amount++ }, "origination.contract_differs"},
		"dearer":   {func(a *Agreement) { a.Rate++ }, "origination.contract_differs"},
		"longer":   {func(a *Agreement) { a.Months++ }, "origination.contract_differs"},
		"tomorrow": {func(a *Agreement) { a.Signed++ }, "origination.contract"},
		"unnamed":  {func(a *Agreement) { a.No = "" }, "origination.contract"},
	} {
		a := good
		x.change(&a)
		if err := a.Check(&p, 20000); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDrawdownsStayWithinTheContract(t *testing.T) {
	a := Agreement{Amount: 100, Rate: 36_500_000, Signed: 19990}
	good := Drawdown{NoteNo: "JJ1", Amount: 40, Rate: 36_500_000, Drawn: 20000, Due: 20365}
	for name, x := range map[string]struct {
		change func(*Drawdown)
		code   string
	}{
		"to the fen":     {func(*Drawdown) {}, ""},
		"one fen more":   {func(d *Drawdown) { d.Amount++ }, "origination.drawdown_exceeds"},
		"before signing": {func(d *Drawdown) { d.Drawn = 19989 }, "origination.drawdown"},
		"tomorrow":       {func(d *Drawdown) { d.Drawn = 20001 }, "origination.drawdown"},
		"due at once":    {func(d *Drawdown) { d.Due = d.Drawn }, "origination.drawdown"},
		"dearer":         {func(d *Drawdown) { d.Rate++ }, "origination.drawdown"},
	} {
		d := good
		x.change(&d)
		if err := d.Check(&a, 60, 20000); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIndividualBusinessesAreTold(t *testing.T) {
	if !Sole("92331082MA2DXXXX0A") || Sole("91331082MA2DXXXX0A") || Sole("") {
		t.Error("an individual business's code begins with 92")
	}
}

func FuzzFits(f *testing.F) {
	f.Add("急用🙏")
	f.Fuzz(func(t *testing.T, s string) {
		if fits(s, 1, maxName) && strings.ContainsAny(s, "\x00\r\n\x1b") {
			t.Errorf("%q has what nobody sees", s)
		}
	})
}

// TestAcceptingIsNotPutOff: nobody stops the clock before he has accepted.
func TestAcceptingIsNotPutOff(t *testing.T) {
	bank := workflow.Actor{Org: "bank", Person: "a", Roles: banks}
	for stage, may := range map[workflow.Stage]bool{Pushed: false, Taken: true, UnderReview: true, Contracted: true} {
		c := &workflow.Case{Stage: stage, Org: "bank", Left: -1}
		if got := slices.Contains(Life.Can(c, nil, bank), workflow.Pause); got != may {
			t.Errorf("%s: %v", stage, got)
		}
	}
}
