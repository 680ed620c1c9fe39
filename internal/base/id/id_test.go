package id_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/id"
)

// today is the day the tests ask on.
var today, _ = civil.Of(2021, 8, 27)

// cards are the standard's own examples, a public one, and demo numbers of the
// nineteenth century.
var cards = []string{
	"11010519491231002X", "440524188001010014", "34052419800101001X",
	"331082188808080015", "331082188808080023", "331082189912310997",
}

// banks are the numbers of eleven head offices.
var banks = []string{
	"102100099996", "103100000026", "104100000004", "105100000017", "403100000004", "301290000007",
	"302100011000", "303100000006", "304100040000", "305100000013", "306581000003",
}

func TestGoodCards(t *testing.T) {
	for _, number := range cards {
		if err := id.CheckCard(number, today); err != nil {
			t.Errorf("%s: %v", number, err)
		}
		if c, err := id.CardChar(number[:17]); err != nil || c != number[17] {
			t.Errorf("CardChar(%s) = %c, %v; want %c", number[:17], c, err, number[17])
		}
	}
}

func TestBadCards(t *testing.T) {
	for _, c := range []struct{ number, code, zh string }{
		{"", "id.card_length", "0 个字符"},
		{"33108218880808001", "id.card_length", "17 个字符"},
		{"3310821888080800155", "id.card_length", "19 个字符"},
		{"331082880808001", "id.card_length", "15 位的旧身份证号"},
		{"11010519491231002x", "id.card_digits", "大写字母 X"},
		{"11010519491231002Ｘ", "id.card_digits", "末位"},
		{"11010519491231002A", "id.card_digits", "末位"},
		{"1101051949123100X2", "id.card_digits", "第 17 位"},
		{"３31082188808080015", "id.card_digits", "第 1 位"},
		{"3310821888０8080015", "id.card_digits", "第 11 位"},
		{"33108218880808 015", "id.card_digits", "第 15 位"},
		{"331082188813080015", "id.card_born", "出生日期"},
		{"331082188800080015", "id.card_born", "出生日期"},
		{"331082188808000015", "id.card_born", "出生日期"},
		{"331082188802300015", "id.card_born", "出生日期"},
		{"331082190002290015", "id.card_born", "出生日期"},
		{"331082179912310015", "id.card_born", "出生日期"},
		{"331082188808080016", "id.card_check", "末位"},
		{"33108218880808001X", "id.card_check", "末位"},
		{"110105194912310020", "id.card_check", "末位"},
		{"331082188808080105", "id.card_check", "末位"}, // two digits swapped
	} {
		err := id.CheckCard(c.number, today)
		if fault.CodeOf(err) != c.code || !strings.Contains(fault.Of(err).Zh, c.zh) {
			t.Errorf("CheckCard(%q) = %v; want %s with %s", c.number, err, c.code, c.zh)
			continue
		}
		if len(c.number) > 6 && strings.Contains(err.Error(), c.number[:6]) {
			t.Errorf("the fault repeats the number: %v", err)
		}
	}
}

func TestBornUntilToday(t *testing.T) {
	for born, code := range map[string]string{"20210826": "", "20210827": "", "20210828": "id.card_born", "20220101": "id.card_born", "18000101": ""} {
		number := card(t, "331082"+born+"001")
		if err := id.CheckCard(number, today); fault.CodeOf(err) != code {
			t.Errorf("born %s: %v; want %q", born, err, code)
		}
	}
}

// card appends the check character.
func card(t testing.TB, first17 string) string {
	t.Helper()
	c, err := id.CardChar(first17)
	if err != nil {
		t.Fatal(err)
	}
	return first17 + string(c)
}

func TestGoodBanks(t *testing.T) {
	for _, number := range banks {
		if err := id.CheckBank(number); err != nil {
			t.Errorf("%s: %v", number, err)
		}
		if c, err := id.BankChar(number[:11]); err != nil || c != number[11] {
			t.Errorf("BankChar(%s) = %c, %v; want %c", number[:11], c, err, number[11])
		}
	}
}

func TestBadBanks(t *testing.T) {
	for _, c := range []struct{ number, code, zh string }{
		{"", "id.bank_length", "0 个字符"},
		{"10210009999", "id.bank_length", "11 个字符"},
		{"1021000999960", "id.bank_length", "13 个字符"},
		{" 102100099996", "id.bank_length", "13 个字符"},
		{"10210009999X", "id.bank_digits", "第 12 位"},
		{"１02100099996", "id.bank_digits", "第 1 位"},
		{"1021-0099996", "id.bank_digits", "第 5 位"},
		{"102100099995", "id.bank_check", "末位"},
		{"012100099996", "id.bank_check", "末位"},
	} {
		err := id.CheckBank(c.number)
		if fault.CodeOf(err) != c.code || !strings.Contains(fault.Of(err).Zh, c.zh) {
			t.Errorf("CheckBank(%q) = %v; want %s with %s", c.number, err, c.code, c.zh)
		}
	}
}

func TestCheckCharsRefuse(t *testing.T) {
	of := func(_ byte, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		code string
	}{
		{"card of 16", of(id.CardChar("3310821888080800")), "id.card_length"},
		{"card of 18", of(id.CardChar("331082188808080015")), "id.card_length"},
		{"card with X", of(id.CardChar("3310821888080800X")), "id.card_digits"},
		{"bank of 10", of(id.BankChar("1021000999")), "id.bank_length"},
		{"bank of 12", of(id.BankChar("102100099996")), "id.bank_length"},
		{"full-width bank", of(id.BankChar("1021000999９")), "id.bank_digits"},
	} {
		if fault.CodeOf(c.err) != c.code || fault.Of(c.err).Kind != fault.Invalid {
			t.Errorf("%s: %v; want %s", c.name, c.err, c.code)
		}
	}
}

// Both checks find every single wrong digit; that of cards also every swap of
// neighbours.
func TestChecksFindSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.StringMatching("[0-9]{17}").Draw(t, "digits")
		at := rapid.IntRange(0, 15).Draw(t, "at")
		other := rapid.StringMatching("[0-9]").Draw(t, "instead")
		slip := first[:at] + other + first[at+1:]
		swap := first[:at] + first[at+1:at+2] + first[at:at+1] + first[at+2:]
		right, _ := id.CardChar(first)
		if wrong, _ := id.CardChar(slip); slip != first && wrong == right {
			t.Fatalf("%s and %s both end in %c", first, slip, right)
		}
		if wrong, _ := id.CardChar(swap); swap != first && wrong == right {
			t.Fatalf("%s and %s both end in %c", first, swap, right)
		}
		right, _ = id.BankChar(first[:11])
		if wrong, _ := id.BankChar(slip[:11]); slip[:11] != first[:11] && wrong == right {
			t.Fatalf("%s and %s both end in %c", first[:11], slip[:11], right)
		}
	})
}

var cardPattern = regexp.MustCompile(`\A[0-9]{17}[0-9X]\z`)

func FuzzCheckCard(f *testing.F) {
	for _, number := range append(cards, "", "331082880808001", "33108218880230001X", "11010519491231002x", "１1010519491231002X", "\xff") {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, number string) {
		err := id.CheckCard(number, today)
		ok := cardPattern.MatchString(number)
		if ok {
			born, bad := time.Parse("20060102", number[6:14])
			right, _ := id.CardChar(number[:17])
			ok = bad == nil && born.Year() >= 1800 && born.Format(time.DateOnly) <= today.String() && number[17] == right
		}
		if ok != (err == nil) {
			t.Errorf("CheckCard(%q) = %v", number, err)
		}
	})
}

var bankPattern = regexp.MustCompile(`\A[0-9]{12}\z`)

func FuzzCheckBank(f *testing.F) {
	for _, number := range append(banks, "", "10210009999X", "１02100099996", "\xff") {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, number string) {
		err := id.CheckBank(number)
		ok := bankPattern.MatchString(number)
		if ok {
			right, _ := id.BankChar(number[:11])
			ok = number[11] == right
		}
		if ok != (err == nil) {
			t.Errorf("CheckBank(%q) = %v", number, err)
		}
	})
}
