package mask_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"changrong/internal/base/mask"

	"pgregory.net/rapid"
)

func TestMasks(t *testing.T) {
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{mask.Name("张三丰"), "张**"},
		{mask.Name("张三"), "张*"},
		{mask.Name("欧阳某某某"), "欧**"},
		{mask.Name("张"), "张*"},
		{mask.Name(""), ""},
		{mask.IDNumber("110101199003070011"), "110101********0011"},
		{mask.IDNumber("110101900307001"), "110101*****7001"},
		{mask.IDNumber("1234"), "****"},
		{mask.IDNumber("12345678"), "12****78"},
		{mask.IDNumber(""), ""},
		{mask.Phone("13812341234"), "138****1234"},
		{mask.Phone("0576-85112345"), "*********2345"},
		{mask.Phone("110"), "****"},
		{mask.Phone(""), ""},
		{mask.BankAccount("6222021207001234567"), "****4567"},
		{mask.BankAccount("1234567"), "****"},
		{mask.BankAccount(""), ""},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s, not %s", c.got, c.want)
		}
	}
}

// person has personal data, in fields and deeper.
type person struct {
	Name    mask.Name          `json:"name"`
	ID      mask.IDNumber      `json:"id"`
	Phone   mask.Phone         `json:"phone"`
	Account []mask.BankAccount `json:"account"`
}

// TestNothingSlipsOut prints, logs and marshals in every way there is.
func TestNothingSlipsOut(t *testing.T) {
	// What may show has other digits than what may not.
	digits := func(form string) *rapid.Generator[string] {
		return rapid.StringMatching(strings.NewReplacer("s", "[1-5]", "h", "[6-9]").Replace(form))
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching("[赵钱孙李][一二三四五六]{2}").Draw(t, "name")
		id, phone, account := digits("s{6}h{8}s{4}").Draw(t, "id"), digits("s{3}h{4}s{4}").Draw(t, "phone"), digits("h{15}s{4}").Draw(t, "account")
		p := person{mask.Name(name), mask.IDNumber(id), mask.Phone(phone), []mask.BankAccount{mask.BankAccount(account)}}
		var out bytes.Buffer
		fmt.Fprintf(&out, "%v %+v %#v %s %q %v %v", p, p, p, p.Name, p.ID, &p, p.Phone)
		fmt.Fprintln(&out, p.Name, p.ID, p.Phone, p.Account)
		timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // a time has any digits
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, timeless), slog.NewJSONHandler(&out, timeless)} {
			slog.New(h).Info("x", "person", p, "name", p.Name, "id", p.ID, "phone", p.Phone, "account", p.Account, "one", p.Account[0])
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
		for _, secret := range []string{name, id, phone, account, name[len("赵"):], id[6:14], phone[3:7], account[:15], account[11:15]} {
			if strings.Contains(out.String(), secret) {
				t.Fatalf("%q is in %s", secret, out.String())
			}
		}
		if p.Name.Reveal() != name || p.ID.Reveal() != id || p.Phone.Reveal() != phone || p.Account[0].Reveal() != account {
			t.Fatal("the whole cannot be had")
		}
	})
}
